"""What cells write, without secrets and without what is another in each run, before it is kept and sent to others.

Rules of this file: it works on texts alone. Known are the variables of the environment that the notebook or a profile
names for signing in, and those that are secrets by their names; what says by its form that it is a secret (a token,
`password=...`) is taken out too. Objects of a session lost theirs before the notebook saw them (`tapes.Unshown`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from lync_magic.errors import UsageError
from lync_magic.reports.given import names_secret
from lync_magic.sessions import profile_names, read_profile
from lync_magic.tapes import Redaction

_NAMED: Final = re.compile(r"""(?:--(?:token-)?env[ =]|\b(?:token_)?env["']?\s*[=:]\s*["'])(\w+)""")
_IN_PROFILES: Final = ("env", "token_env", "client_secret_env")
_CELL_FILE: Final = re.compile(r"[^\s\"'<>()]*ipykernel_\d+[/\\]\d+\.py")
"""The file that a cell is said to stand in, by the kernel's process: another one in each run."""
_TEXT_TYPES: Final = ("text/", "image/svg", "application/json")
_SHORTEST: Final = 6
"""Characters of a variable's value that is looked for in all outputs."""


def redaction_of(notebook: Any) -> Redaction:
    """What is taken out of the outputs of this notebook."""
    redaction = Redaction()
    for name in _variables(notebook):
        value = os.environ.get(name, "")
        if len(value) >= _SHORTEST:
            redaction.know(value)
    return redaction


def _variables(notebook: Any) -> set[str]:
    """The variables of the environment that hold secrets."""
    names = {name for cell in notebook.cells for name in _NAMED.findall(cell.source)}
    for profile in profile_names():
        with suppress(UsageError):
            told = read_profile(profile) or {}
            names.update(str(told[key]) for key in _IN_PROFILES if key in told)
    return names | {name for name in os.environ if names_secret(name)}


def without_secrets(content: dict[str, Any], redaction: Redaction) -> None:
    """Take secrets out of a message of the kernel's (stream, display_data, execute_result, error)."""
    for name in ("text", "ename", "evalue"):
        if isinstance(content.get(name), str):
            content[name] = _CELL_FILE.sub("<cell>", redaction.text(content[name]))
    if isinstance(content.get("traceback"), list):
        content["traceback"] = [redaction.text(str(line)) for line in content["traceback"]]
    data = content.get("data")
    if isinstance(data, dict):
        for kind in _texts(data):
            data[kind] = redaction.text(data[kind])


def _texts(data: dict[str, Any]) -> Iterable[str]:
    return [kind for kind, value in data.items() if isinstance(value, str) and kind.startswith(_TEXT_TYPES)]
