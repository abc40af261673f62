"""Where PowerShell is on this machine, and how one starts it as a server on its standard streams.

Order: the environment variable `LYNC_MAGIC_PWSH`, PATH, the usual places of the system. Windows PowerShell 5.1 is not
looked for: what the engine says to it is PowerShell 7.3's and later (`clean` blocks).
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from lync_magic.errors import PowerShellMissing

VARIABLE: Final = "LYNC_MAGIC_PWSH"
QUIET: Final = {"POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off"}
"""What keeps a PowerShell that nobody sees from reporting home and from looking for newer ones."""

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
    """The variables that it gets: ours, quiet, and its own .NET runtime where that lies beside it."""
    variables = {**os.environ, **QUIET}
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
    runtime = powershell_environment(program).get("DOTNET_ROOT")
    with_runtime = runtime is not None and runtime != os.environ.get("DOTNET_ROOT")
    return [*(("env", f"DOTNET_ROOT={runtime}") if with_runtime else ()), *powershell_server(program)]
