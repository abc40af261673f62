"""Where PowerShell is on this machine, and how one starts it as a server on its standard streams.

Order: the environment variable `LYNC_MAGIC_PWSH`, PATH, the usual places of the system. Windows PowerShell 5.1 is not
looked for: what the engine says to it is PowerShell 7.3's and later (`clean` blocks).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from lync_magic.begin import begin
from lync_magic.errors import PowerShellMissing

VARIABLE: Final = "LYNC_MAGIC_PWSH"
QUIET: Final = {"POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off"}
"""What keeps a PowerShell that nobody sees from reporting home and from looking for newer ones."""
SOCKETLESS: Final = {
    "DOTNET_EnableDiagnostics_Debugger": "0",
    "DOTNET_EnableDiagnostics_IPC": "0",
    "POWERSHELL_DIAGNOSTICS_OPTOUT": "1",
}
"""What keeps .NET and PowerShell, its jobs too, from listening for debuggers and tracers, where the person has not said
otherwise: their sockets, in the folder for temporary files, would stay there when a process is ended from outside."""

_GUARD: Final = (
    "/bin/sh",
    "-c",
    "(while kill -0 $PPID; do sleep 1; done; kill -KILL 0) </dev/null >/dev/null 2>&1 & "
    '"$0" "$@"; code=$?; trap "" TERM; kill -TERM 0; exit $code',
)
"""Starts what follows and, when that has ended in whatever way, ends what it left behind in its process group;
ends all of it when the kernel is gone, as a PowerShell that is filling memory does not notice that in time. Where there
is no such shell (Windows), PowerShell watches the kernel itself."""
RUNTIME: Final = {
    "DOTNET_GCLOHThreshold": "1000000",
    "DOTNET_GCgen0size": "4000000",
    "DOTNET_TieredPGO": "0",
}
"""How .NET runs it, where the person has not said otherwise (numbers are hexadecimal). What a message is read from, up
to 16 MiB, is collected with what lives shortly, 64 MiB of it at a time, which halves the time that objects take to come
in; and code that is new is not watched before it is made fast. What the engine starts does not inherit it."""

_PLACES: Final = {
    "linux": ("/usr/bin/pwsh", "/opt/microsoft/powershell/7/pwsh", "/snap/bin/pwsh", "~/.dotnet/tools/pwsh"),
    "darwin": (
        "/usr/local/bin/pwsh",
        "/opt/homebrew/bin/pwsh",
        "/usr/local/microsoft/powershell/7/pwsh",
        "~/.dotnet/tools/pwsh",
    ),
    "win32": (
        r"%ProgramFiles%\PowerShell\7\pwsh.exe",
        r"%LOCALAPPDATA%\Microsoft\WindowsApps\pwsh.exe",
        r"%USERPROFILE%\.dotnet\tools\pwsh.exe",
    ),
}
_INSTALL: Final = {
    "linux": "conda install -c conda-forge powershell, or your distribution's package: https://aka.ms/install-powershell",
    "darwin": "brew install powershell",
    "win32": "winget install Microsoft.PowerShell",
}


def find_powershell(named: str | None = None) -> Path | None:
    """The PowerShell program to use, or None where there is none.

    named: one that a person chose. Raises PowerShellMissing when it, or `LYNC_MAGIC_PWSH`, is no program.
    """
    wanted = named or os.environ.get(VARIABLE)
    if wanted:
        found = shutil.which(os.path.expanduser(wanted))
        if found is None:
            where = "" if named else f" ({VARIABLE} names it)"
            raise PowerShellMissing(f"There is no program {wanted} here{where}.", how_to_install_powershell())
        return Path(found)
    on_path = shutil.which("pwsh")
    if on_path is not None:
        return Path(on_path)
    places = (Path(os.path.expandvars(os.path.expanduser(place))) for place in _PLACES.get(sys.platform, ()))
    return next((place for place in places if os.access(place, os.X_OK)), None)


def powershell_server(program: Path) -> list[str]:
    """How it is started as a server: no profile, PowerShell's remoting protocol on standard input and output."""
    return [str(program), "-NoProfile", "-NoLogo", "-s"]


def powershell_environment(program: Path) -> dict[str, str]:
    """The variables that it gets: ours, quiet, without sockets, and its own .NET runtime where that lies beside it."""
    variables = {**SOCKETLESS, **os.environ, **QUIET}
    runtime = program.resolve().parent / "dotnet"
    if runtime.is_dir():
        variables.setdefault("DOTNET_ROOT", str(runtime))
    return variables


def how_to_install_powershell() -> str:
    """One line on how this system gets a PowerShell."""
    way = _INSTALL.get(sys.platform, _INSTALL["linux"])
    return f"Install PowerShell 7 ({way}), or name one in the environment variable {VARIABLE}."


def local_server(named: str | None = None) -> list[str]:
    """The command line of a session in this machine's own PowerShell. Raises PowerShellMissing where there is none."""
    program = find_powershell(named)
    if program is None:
        raise PowerShellMissing("There is no PowerShell on this machine.", how_to_install_powershell())
    wanted = powershell_environment(program)
    differs = [f"{name}={value}" for name, value in wanted.items() if os.environ.get(name) != value]
    return [*(("env", *differs) if differs and os.name == "posix" else ()), *powershell_server(program)]


def guarded_server(program: Path) -> list[str]:
    """The command line of the engine: a server that leaves nothing behind, and does not outlive its kernel."""
    return [*(_GUARD if os.name == "posix" else ()), *powershell_server(program)]


def guarded_environment(program: Path) -> dict[str, str]:
    """Its variables."""
    return {**RUNTIME, **powershell_environment(program)}


class Ways(NamedTuple):
    """Two pipes that lead only to the engine, for many objects: our ends, which who has them closes, and the numbers of
    its own ends in it."""

    into: int
    into_number: int
    out: int
    out_number: int


class Begun(NamedTuple):
    """The engine's process, and the ways of many objects where it has any."""

    process: subprocess.Popen[bytes]
    ways: Ways | None = None


def begin_server(program: Path | None = None) -> Begun | None:
    """Begin the engine's process, where there is a PowerShell; what goes wrong shows when it is used."""
    try:
        program = program or find_powershell()
        return _begun(program) if program is not None else None
    except (PowerShellMissing, OSError, ValueError):
        return None


def _begun(program: Path) -> Begun:
    command_line, environment = guarded_server(program), guarded_environment(program)
    if os.name != "posix":
        return Begun(begin(command_line, environment))
    with ExitStack() as ours, ExitStack() as theirs:
        reads, into = _pipe(theirs, ours)
        out, writes = _pipe(ours, theirs)
        process = begin(command_line, environment, (reads, writes))
        ours.pop_all()
        return Begun(process, Ways(into, reads, out, writes))


def _pipe(reads: ExitStack, writes: ExitStack) -> tuple[int, int]:
    """A pipe, and who closes which of its ends."""
    ends = os.pipe()
    for stack, end in zip((reads, writes), ends, strict=True):
        stack.callback(os.close, end)
    return ends
