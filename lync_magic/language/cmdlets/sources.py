"""Which of PowerShell's modules a cmdlet is of, and the module that a command's name says: `Module\\Get-Date`.

Rule of this file: it goes by names alone; whether a command is there is the caller's to know.
"""

from __future__ import annotations

from typing import Final

OWN: Final = "Microsoft.PowerShell"
FUNCTIONS: Final = ("Clear-Host", "Pause")
"""Of PowerShell's own commands those that are functions, and of no module."""
_CORE: Final = frozenset(
    {
        "Enter-PSSession", "Exit-PSSession", "ForEach-Object", "Get-Command", "Get-Help", "Get-Module", "Get-PSSession",
        "Import-Module", "Invoke-Command", "New-PSSession", "New-PSSessionOption", "Out-Default", "Out-Host",
        "Out-Null", "Remove-Module", "Remove-PSSession", "Set-PSDebug", "Set-StrictMode", "Where-Object",
    }
)  # fmt: skip
_PARTS: Final = {
    "Management": ("Content", "Path", "Item", "ChildItem", "Location"), "Host": ("Transcript",),
    "Security": ("SecureString", "Credential", "ExecutionPolicy"),
}  # fmt: skip
"""Modules by the nouns of their cmdlets; the others are of its Utility."""
_MODULES: Final = frozenset(f"{OWN}.{part}".lower() for part in ("Core", "Utility", "Diagnostics", *_PARTS))
OF_POWERSHELL: Final = frozenset(
    (*(f"{OWN}.{part}".lower() for part in ("Utility", "Archive", *_PARTS)), "packagemanagement", "psreadline")
)
"""Modules that every PowerShell 7 brings along, as files that can be imported."""
_PLACES: Final = ("", ".", "..", "~")


MODULES: Final = _MODULES | OF_POWERSHELL
"""Modules of PowerShell's own, in lower case."""


def is_core(name: str) -> bool:
    """Whether a cmdlet is of the engine itself."""
    return name in _CORE


def source_of(name: str) -> str:
    """The module of one of PowerShell's own cmdlets."""
    noun = name.partition("-")[2]
    part = "Core" if is_core(name) else next((key for key, nouns in _PARTS.items() if noun in nouns), "Utility")
    return f"{OWN}.{part}"


def module_in(name: str) -> str:
    """The module that a command's name says, "" where it says none or is a path."""
    said, parting, _ = name.partition("\\")
    return said if parting and said not in _PLACES and ":" not in said and "/" not in said else ""


def is_own(module: str) -> bool:
    """Whether a module is one that PowerShell has by itself."""
    return module.lower() in _MODULES
