"""Results are tables in a notebook whether the magics were loaded or not."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys
if sys.argv[1:]:
    from IPython.core.interactiveshell import InteractiveShell
    InteractiveShell.instance()
import lync_magic
records = lync_magic.Records([1, 2])
print(json.dumps(sorted(records._repr_mimebundle_())))
print(json.dumps("ipywidgets" in sys.modules))
"""


def shown_as(*words: str) -> list[object]:
    """The forms in which a result is shown, and whether the widgets were loaded."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_in_a_shell_a_result_is_a_table_without_the_extension() -> None:
    forms, _ = shown_as("shell")
    assert forms == ["text/html", "text/plain"]


def test_in_plain_python_nothing_of_a_notebook_is_loaded() -> None:
    assert shown_as() == [["text/plain"], False]
