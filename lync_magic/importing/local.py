"""A local session made ready: its modules loaded, its sign-in run, the commands that came with them named.

Rules: only what came with the named modules, or with the sign-in, is imported: a whole PowerShell has hundreds of
commands of its own, and aliases such as `type`, `set`, `dir` and `help`. What a sign-in says (a device code, an
address) is shown as it comes, by whatever way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.resources import files
from typing import Final

from lync_magic.errors import RemoteError
from lync_magic.psrp import Argument, Command, Pipeline, Report, ignore
from lync_magic.records import Records
from lync_magic.sessions import Session

CONSOLE: Final = (files("lync_magic.importing") / "console.ps1").read_text("utf-8")
"""Script after which the console of a PowerShell that is a server is its host."""
_LOADED: Final = '(Microsoft.PowerShell.Core\\Get-Module).Where{ $_.ModuleBase -notlike "$PSHOME*" }.Name'
"""The modules that are loaded, without those that belong to PowerShell itself."""
_LOAD: Final = (
    "param($name) Microsoft.PowerShell.Core\\Import-Module -Name $name -DisableNameChecking -ErrorAction Stop"
)
_COMMANDS: Final = "param($modules) (Microsoft.PowerShell.Core\\Get-Command -Module $modules).Name"


def make_ready(
    session: Session,
    modules: Sequence[str],
    run: str,
    report: Report,
    shown: Callable[[Records], None],
) -> list[str]:
    """Load modules into a local session, run script text in it, and name the commands that came with them.

    shown: is given what the text puts out.  Raises RemoteError where a module does not load or the text fails.
    """
    with suppress(RemoteError):  # a PowerShell whose language is constrained keeps its console
        session.run(Pipeline.script(CONSOLE), report=ignore)
    before = set(_texts(session, _LOADED))
    for name in modules:
        session.run(_script(_LOAD, name), report=report)
    if run:
        for batch in session.stream(Pipeline.script(run), report=report):
            shown(batch)
    came = [name for name in _texts(session, _LOADED) if name not in before or name in modules]
    return _texts(session, _COMMANDS, came) if came else []


def _texts(session: Session, text: str, *arguments: object) -> list[str]:
    return [str(one) for one in session.run(_script(text, *arguments)) if one is not None]


def _script(text: str, *arguments: object) -> Pipeline:
    return Pipeline((Command(text, tuple(Argument(None, one) for one in arguments), is_script=True),))
