"""The variables that PowerShell sets: `$Error`, the preferences, `$PSVersionTable`, `$Host`, `$PWD`, ….

Rule of this file: they say what is so here (a cell has no script file: `$PSScriptRoot` is empty), and what belongs to
the language is that of the PowerShell whose answers the evaluator gives.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lync_magic.clixml import MISSING, Char, ObjectLike, PSObject, Version
from lync_magic.language.evaluate.error_values import ErrorValue, cause
from lync_magic.language.layout.cells import MOST_ITEMS
from lync_magic.language.values.collections import ArrayList, Hashtable, net_object
from lync_magic.language.values.comparers import BoundParameters
from lync_magic.language.values.culture import current, spoken
from lync_magic.language.values.default_parameters import DefaultParameters, VersionTable, default_parameters
from lync_magic.language.values.enums import NO_SUSPEND, LocalEnum, enum_member, enum_value
from lync_magic.language.values.failures import ScriptError, cannot_convert
from lync_magic.language.values.preferences import DEFAULTS, IMPACT, PREFERENCES, first_action
from lync_magic.language.values.screens import Screen
from lync_magic.language.values.semantic_version import SemanticVersion
from lync_magic.language.values.surroundings import provider_of_folder
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

if TYPE_CHECKING:
    from lync_magic.language.evaluate.scope import Scope

LANGUAGE_VERSION: Final = "7.6.9"
MOST_ERRORS: Final = 256


_VERSION: Final = SemanticVersion(*map(int, LANGUAGE_VERSION.split(".")))


class Automatic:
    """Those of one notebook."""

    def __init__(self) -> None:
        self.errors = ArrayList()
        self.defaults = DefaultParameters()
        self.exit_code: int | None = None
        self.screen = Screen()
        self.text = ""
        """The cell that runs."""

    @cached_property
    def _version(self) -> VersionTable:
        return _version_table()

    def remember(self, value: ErrorValue) -> None:
        """The newest error stands first; one of the same exception is not told again."""
        before = getattr(value.error, "before", None)
        if before is not None and not self._is_behind_others(before):
            value = replace(value, error=before)
        first = self.errors[0] if self.errors else None
        if isinstance(first, ErrorValue) and cause(first.error) is cause(value.error):
            return
        self.errors.insert(0, value)
        del self.errors[MOST_ERRORS:]

    def _is_behind_others(self, error: object) -> bool:
        """Whether an error was told already, and others since: told again it has the cmdlet's name."""
        return any(isinstance(one, ErrorValue) and one.error is error for one in self.errors[1:])

    def get(self, folded: str) -> object:
        """A variable by its name in lower case; MISSING for one that is none of these."""
        action = first_action(folded)
        if action is not None:
            return action
        match folded:
            case "error":
                return self.errors
            case "psdefaultparametervalues":
                return self.defaults
            case "myinvocation":
                return _invocation(self.text)
            case "lastexitcode":
                return self.exit_code
            case "psversiontable":
                return self._version
            case "host":
                return _host(self.screen)
        found = VALUES.get(folded)
        return MISSING if found is None else found()


def _system() -> str:
    """The system's name; `platform.platform()` would start a program for it."""
    return " ".join((platform.system(), platform.release(), platform.version()))


def _version_table() -> VersionTable:
    return VersionTable(
        [
            ("PSVersion", _VERSION), ("PSEdition", "Core"), ("GitCommitId", LANGUAGE_VERSION),
            ("OS", _system()),
            ("Platform", "Win32NT" if os.name == "nt" else "Unix"),
            ("PSCompatibleVersions", [Version(one) for one in ("1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0",
            "7.0")]), ("PSRemotingProtocolVersion", Version("2.4")), ("SerializationVersion", Version("1.1.0.1")),
            ("WSManStackVersion", Version("3.0")),
        ]
    )  # fmt: skip


def _host(screen: object) -> PSObject:
    content = {
        "Name": "lync_magic", "Version": Version(LANGUAGE_VERSION), "UI": screen, "CurrentCulture": current().name,
    }  # fmt: skip
    kind = "System.Management.Automation.Internal.Host.InternalHost"
    return PSObject(content, (kind,), kind)


def location(path: str, provider: str = "") -> PSObject:
    """A folder or file as Resolve-Path gives it. provider: what its path begins with, where that says whose it is."""
    told = provider + path
    files = PSObject({"Name": "FileSystem"}, (f"{_OF_ENGINE}ProviderInfo", "System.Object"), _FILE_SYSTEM)
    letter, below = os.path.splitdrive(path)
    name = letter.rstrip(":") or "/"
    within = {"CurrentLocation": below.lstrip("/\\"), "Name": name, "Provider": files, "Root": f"{letter}{os.sep}"}
    drive = None if provider else PSObject(within, (f"{_OF_ENGINE}PSDriveInfo", "System.Object"), name)
    content = {"Drive": drive, "Provider": files, "ProviderPath": path, "Path": told}
    return PSObject(content, (f"{_OF_ENGINE}PathInfo", "System.Object"), told)


def here() -> PSObject:
    """`$PWD`, and what Get-Location gives."""
    return location(os.getcwd(), provider_of_folder())


_OF_ENGINE: Final = "System.Management.Automation."
_FILE_SYSTEM: Final = "Microsoft.PowerShell.Core\\FileSystem"


_COMMANDS: Final = "System.Management.Automation.CommandTypes"


def _invocation(text: str) -> PSObject:
    command = PSObject(
        {"Name": "", "Path": None, "Definition": text, "CommandType": LocalEnum("Script", 64, _COMMANDS), "Source": ""},
        ("System.Management.Automation.ScriptInfo",),
        text,
    )
    content = {
        "MyCommand": command, "BoundParameters": Hashtable(), "UnboundArguments": ArrayList(), "ScriptLineNumber": 0,
        "OffsetInLine": 0, "ScriptName": "", "Line": "", "PositionMessage": "", "PSScriptRoot": "",
        "PSCommandPath": None,
        "InvocationName": "", "PipelineLength": 2, "PipelinePosition": 1, "ExpectingInput": False,
    }  # fmt: skip
    return net_object("System.Management.Automation.InvocationInfo", content)


VALUES: Final[dict[str, Callable[[], object]]] = {
    "pid": os.getpid,
    "home": lambda: os.path.expanduser("~"),
    "pwd": here,
    "psscriptroot": lambda: "",
    "pscommandpath": lambda: "",
    "psculture": lambda: current().name,
    "psuiculture": lambda: spoken().name,
    "psedition": lambda: "Core",
    "islinux": lambda: sys.platform.startswith("linux"),
    "ismacos": lambda: sys.platform == "darwin",
    "iswindows": lambda: os.name == "nt",
    "iscoreclr": lambda: True,
    "psboundparameters": BoundParameters,
    "confirmpreference": lambda: enum_member(IMPACT, 3),
    "whatifpreference": lambda: False,
    "maximumhistorycount": lambda: 4096,
    "formatenumerationlimit": lambda: MOST_ITEMS,
    "nestedpromptlevel": lambda: 0,
    "shellid": lambda: "Microsoft.PowerShell",
    "input": ArrayList,
    "args": list,
}


def preference_value(folded: str, value: object, owner: Scope) -> object:
    """What a preference variable, by its name in lower case, holds that is assigned to in a scope. The cell's own are
    of their type, a function's are as they are given. Raises ScriptError."""
    if owner.holder.parent is not None:
        return value
    if folded == DEFAULTS:
        return default_parameters(value)
    kind = PREFERENCES[folded]
    try:
        made = enum_value(kind, value)
        if str(made) == "Suspend":
            raise ScriptError(NO_SUSPEND)
        return made
    except ScriptError as bad:
        message = bad.message if value is None else _transformed(kind, value, bad.message)
        raised = "ArgumentTransformationMetadataException"
        raise ScriptError(message, "RuntimeException", "MetadataError", exception=raised, inner=bad.inner) from None


def _transformed(kind: str, value: object, message: str) -> str:
    """What is said of a value that the type of a preference does not take."""
    if isinstance(value, bool | datetime | Char):
        why = f"Invalid cast from '{type_of(value)}' to '{kind}'."
        return cannot_convert(to_text(value), kind, why, "").message
    if isinstance(value, ObjectLike) and value.base is MISSING:
        return cannot_convert(to_text(value), kind, message, "").message
    return message
