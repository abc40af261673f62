"""Documented examples that a real PowerShell refuses are refused here, with the same error.

`data/documented_failures.json`: the examples of Microsoft's reference (CC BY 4.0) that failed when a real PowerShell
ran them over functions with the documented signatures, and the id of their first error. Here the evaluator runs them,
and the sandbox's binder binds what it sends.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from lync_magic.errors import LyncError, PromptRefused
from lync_magic.importing import import_session
from lync_magic.language import Interpreter, parse
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.psrp import ErrorRecord, Event
from lync_magic.sessions import connect
from lync_magic.sessions.target import Target
from tests.left_open import end_left_open

HERE = Path(__file__).parent
FAILURES: list[dict[str, Any]] = json.loads((HERE / "data" / "documented_failures.json").read_text(encoding="utf-8"))
OTHERWISE = {
    ("New-CsEdgeAllowList", 2): "a list there, as its examples use it: nothing is wrong with it",
}
"""Examples that fail for what the documented signature says wrongly."""
EDITIONS = {"SkypeForBusiness": "server", "MicrosoftTeams": "teams"}
OF_BOTH = {("Test-CsVoiceNormalizationRule", number): "all" for number in (2, 4)}
"""Examples that use cmdlets of the other product."""

First = Callable[[str, str], str]


@pytest.fixture(scope="module")
def first_error() -> Iterator[First]:
    """The id of the first error of some text on an edition; empty when there is none."""
    end_left_open()  # their commands would be asked in place of the silent sandbox's
    opened: dict[str, Any] = {}
    notebook = Notebook(InteractiveShell())

    def session(edition: str) -> Any:
        if edition not in opened:
            close()
            target = Target(process=(sys.executable, str(HERE / "silent_sandbox.py"), edition))
            opened[edition] = connect(target, None, timeout=60)
            import_session(opened[edition], namespace=notebook.namespace)
        return opened[edition]

    def close() -> None:
        for one in opened.values():
            one.close()  # and its imported commands go
        opened.clear()

    def run(edition: str, code: str) -> str:
        here = Notebook(InteractiveShell())
        here.use(session(edition))
        world = NotebookRuntime(here, collect=True)
        errors: list[str] = []

        def heard(event: Event) -> None:
            if isinstance(event, ErrorRecord):
                errors.append(event.error_id)

        world.report = heard  # type: ignore[method-assign]
        try:
            Interpreter(world).run(parse(code))
        except PromptRefused as asked:  # the server asks for what is missing; PowerShell that cannot ask tells it so
            (name,) = re.findall(r": cmdlet (\S+) at command pipeline position", str(asked))
            errors.append(f"MissingMandatoryParameter,{name}")
        except LyncError as error:
            errors.append(str(getattr(error, "error_id", "") or error))
        return errors[0] if errors else ""

    yield run
    close()


def _edition(example: dict[str, Any]) -> str:
    return OF_BOTH.get((example["cmdlet"], example["number"]), EDITIONS[example["module"]])


@pytest.mark.parametrize(
    "example", sorted(FAILURES, key=_edition), ids=lambda one: f"{one['cmdlet']}-{one['number']}-{one['module'][0]}"
)
def test_what_powershell_refuses_is_refused_with_the_same_error(example: dict[str, Any], first_error: First) -> None:
    name = (example["cmdlet"], example["number"])
    if name in OTHERWISE:
        pytest.skip(OTHERWISE[name])
    seen = first_error(_edition(example), example["code"])
    if example["error"].startswith("TypeNotFound"):
        assert seen.startswith("Not known here yet: New-Object")  # of a type that is nowhere: left to PowerShell
    else:
        assert _as_function(seen.lower()) == example["error"].lower()


def _as_function(error_id: str) -> str:
    """The id that a function gives, which the recorded commands were, where a compiled cmdlet has this one."""
    return re.sub("^cannotconvertargument(nomessage)?,", "parameterargumenttransformationerror,", error_id)
