"""What scripts begin and end with: pauses, random numbers, progress, secrets, and lines that have nothing to do here.

Rule of this file: a line that is for a console or for Windows (`Clear-Host`, `Set-ExecutionPolicy`, `Install-Module`)
does nothing and says so once in a notebook.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator
from typing import Any, Final

from lync_magic.clixml import EnumValue, PSObject, SecureString
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec, say_once
from lync_magic.language.cmdlets.files import PROVIDER, check_drive, named
from lync_magic.language.cmdlets.sources import OF_POWERSHELL
from lync_magic.language.cmdlets.stream import all_of, spread
from lync_magic.language.evaluate.script_files import is_module_file
from lync_magic.language.values.collections import CUSTOM_OBJECT
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import INVARIANT, CultureValue, current_value, spoken
from lync_magic.language.values.culture import named as named_culture
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.net_random import NetRandom
from lync_magic.language.values.numeric import as_number, number_of_text
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import to_text
from lync_magic.language.values.time_zones import local_zone, zone_named
from lync_magic.language.values.types import NetType, type_of

SLICE_SECONDS: Final = 0.05
CONNECTORS: Final = (
    "skypeonlineconnector", "lynconlineconnector", "microsoftteams", "msonline", "exchangeonlinemanagement",
    "skypeforbusiness", "lync",
)  # fmt: skip
"""Modules whose commands the session brings."""


def _sleep(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    seconds = float(as_number(call.get("Seconds", 0)) or 0)
    if call.given("Milliseconds"):
        seconds = float(call.get("Milliseconds")) / 1000
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:  # in slices, so that an interrupt ends it
        time.sleep(min(left, SLICE_SECONDS))
    yield from ()


def _random(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    evaluator = call.services.evaluator
    if call.given("SetSeed"):
        evaluator.random = NetRandom(call.get("SetSeed"))
    if evaluator.random is not None:
        yield from _seeded(call, evaluator.random, input)
        return
    source = random
    if input is not None or call.given("InputObject"):
        items = list(spread(input)) if input is not None else all_of(call.get("InputObject"))
        if call.switch("Shuffle"):
            yield from source.sample(items, len(items))
            return
        count = min(call.get("Count", 1), len(items))
        yield from source.sample(items, count)
        return
    low, high = _number(call.get("Minimum", 0)), _number(call.get("Maximum", 2**31 - 1))
    if low >= high:
        message = f"The Minimum value ({low}) cannot be greater than or equal to the Maximum value ({high})."
        error_id = "MinGreaterThanOrEqualMax,Microsoft.PowerShell.Commands.GetRandomCommand"
        raise ScriptError(message, error_id, "InvalidArgument", exception="ArgumentException")
    for _one in range(call.get("Count", 1)):
        whole = isinstance(low, int) and isinstance(high, int)
        yield source.randrange(int(low), int(high)) if whole else source.uniform(float(low), float(high))


def _number(value: object) -> Any:
    value = unspelled(value)
    found = number_of_text(value) if type(value) is str else as_number(value)
    if found is None or isinstance(value, EnumValue):
        raise NotKnownHere(f"a [{NetType(type_of(value)).spoken}] as a limit of Get-Random")
    return found


def _seeded(call: BoundCall, source: NetRandom, input: Iterator[object] | None) -> Iterator[object]:
    """What PowerShell draws after -SetSeed, in its order."""
    if input is not None or call.given("InputObject"):
        items = list(spread(input)) if input is not None else all_of(call.get("InputObject"))
        yield from source.chosen(items, len(items) if call.switch("Shuffle") else call.get("Count", 1))
        return
    low, high = _number(call.get("Minimum", 0)), _number(call.get("Maximum", 2**31 - 1))
    told = [unspelled(call.get(name)) for name in ("Minimum", "Maximum") if call.given(name)]
    known = all(type(one) in (int, str) for one in told)
    if not known or not all(type(one) is int and abs(one) < 2**31 for one in (low, high)) or low >= high:
        raise NotKnownHere("Get-Random after -SetSeed but of whole numbers of 32 bits")
    for _one in range(call.get("Count", 1)):
        yield source.between(int(low), int(high))


def _guid(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if input is None and not call.given("InputObject"):
        yield uuid.UUID(int=0) if call.switch("Empty") else uuid.uuid4()
        return
    for one in [call.get("InputObject")] if input is None else input:
        yield _told_guid(call, one)


def _told_guid(call: BoundCall, told: object) -> object:
    """The GUID that a text is; nothing, with an error said, where it is none."""
    if told == "":
        raise NotKnownHere("a GUID of nothing")
    try:
        return convert(to_text(told), NetType("System.Guid"))
    except ScriptError as bad:
        message, kind = bad.message.partition('Error: "')[2].removesuffix('"'), "FormatException"
    error_id = f"StringNotRecognizedAsGuid,{call.error_suffix}"
    call.services.error(ScriptError(message, error_id, "InvalidArgument", exception=kind))
    return None


# --- secrets ---------------------------------------------------------------------------------------------------------


def _secure(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if not call.switch("AsPlainText"):
        raise NotKnownHere("ConvertTo-SecureString of a text that is encrypted")
    for one in [call.get("String")] if input is None else input:
        yield SecureString(to_text(one))


def _read_host(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    prompt = " ".join(to_text(one) for one in all_of(call.get("Prompt")))
    if call.given("Prompt") and not prompt:
        error_id, kind = f"Argument,{call.error_suffix}", "PSArgumentException"
        raise ScriptError("name cannot be null or empty.", error_id, "InvalidArgument", exception=kind)
    secret = call.switch("AsSecureString") or call.switch("MaskInput")
    answer = call.services.evaluator.runtime.ask_line(prompt + ": " if prompt else "", secret=secret)
    yield SecureString(answer) if call.switch("AsSecureString") else answer


# --- nothing to do ---------------------------------------------------------------------------------------------------


def _nothing(why: str) -> object:
    def run(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
        for _item in input if input is not None else ():
            pass
        say_once(call, f"{call.command_name}: {why}")
        yield from ()

    return run


LIBRARIES: Final = frozenset(
    f"system{name}".lower()
    for name in (
        "", ".Collections", ".Configuration", ".Core", ".Data", ".DirectoryServices", ".Drawing", ".IO.Compression",
        ".IO.Compression.FileSystem", ".Management", ".Management.Automation", ".Net", ".Net.Http", ".Numerics",
        ".Runtime.Serialization", ".Security", ".ServiceProcess", ".Web", ".Xml", ".Xml.Linq",
    )
) | {"microsoft.visualbasic"}  # fmt: skip
"""Libraries that every PowerShell 7 has: Add-Type of one does nothing that shows."""


def _libraries(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    return iter(())


def _import_module(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for one in all_of(call.get("Name")) if input is None else input:
        name = to_text(one)
        if name.lower() in CONNECTORS or name.lower().startswith("tmp_"):
            say_once(call, f"Import-Module {name}: nothing to import here, the session brings the commands.")
            continue
        if name.lower() in OF_POWERSHELL and not call.switch("PassThru"):
            continue  # it is there already, or all of its commands are refused by their names
        if is_module_file(name):
            raise NotKnownHere(f"the module file {name}")
        if not name.lower().startswith((PROVIDER.lower(), "filesystem::")):
            try:
                check_drive(name)
            except ScriptError as lost:
                raise named(lost, call) from None
        message = (
            f"The specified module '{name}' was not loaded because no valid module file was found in any module "
            f"directory."
        )
        error_id = "Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand"
        error = ScriptError(message, error_id, "ResourceUnavailable", exception="FileNotFoundException", target=name)
        call.services.error(error)
    yield from ()


def _remove_module(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names = [to_text(one) for one in (all_of(call.get("Name")) if input is None else input)]
    known = [one for one in names if one.lower() in (*CONNECTORS, *OF_POWERSHELL) or one.lower().startswith("tmp_")]
    if known or all(has_wildcard(one) for one in names):
        say_once(call, f"{call.command_name}: {_NOT_REMOVED}")
    elif names:
        message = (
            "No modules were removed. Verify that the specification of modules to remove is correct and those modules "
            "exist in the runspace."
        )
        error_id = f"Modules_NoModulesRemoved,{call.error_suffix}"
        error = ScriptError(message, error_id, "ResourceUnavailable", exception="InvalidOperationException")
        call.services.error(error)
    yield from ()


_NOT_REMOVED: Final = "nothing to remove here: Remove-PSSession takes the imported commands away."


def _culture(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if input is None and not call.given("Name"):
        yield CultureValue(spoken()) if call.name == "Get-UICulture" else current_value()
        return
    for one in all_of(call.get("Name")) if input is None else input:
        if named_culture(to_text(one)) is None:
            raise NotKnownHere(f"the culture {to_text(one)}")
        yield CultureValue(named_culture(to_text(one)) or INVARIANT)


def _time_zone(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if not call.given("Id") and input is None:
        yield local_zone()
    for one in all_of(call.get("Id")) if input is None else input:
        try:
            yield zone_named(to_text(one), "")
        except ScriptError:
            raise NotKnownHere(f"Get-TimeZone of {to_text(one)}") from None


def _get_host(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    yield call.services.get_variable("Host")


_SCOPES: Final = ("MachinePolicy", "UserPolicy", "Process", "CurrentUser", "LocalMachine")
_NET_SCOPE: Final = "Microsoft.PowerShell.ExecutionPolicyScope"
_POLICY: Final = LocalEnum("Unrestricted", 0, "Microsoft.PowerShell.ExecutionPolicy")


def _execution_policy(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    if os.name == "nt":
        raise NotKnownHere("Get-ExecutionPolicy on Windows")  # elsewhere nothing can be set
    if not call.switch("List"):
        yield _POLICY
        return
    if call.given("Scope"):
        message = "Cannot get execution policy. Specify only the List or Scope parameters."
        error_id = "ListAndScopeSpecified,Microsoft.PowerShell.Commands.GetExecutionPolicyCommand"
        raise ScriptError(message, error_id, exception="InvalidOperationException")
    for place, name in zip((4, 3, 0, 1, 2), _SCOPES, strict=True):
        yield PSObject({"Scope": LocalEnum(name, place, _NET_SCOPE), "ExecutionPolicy": _POLICY}, CUSTOM_OBJECT)


_CONSOLE: Final = "nothing to do in a notebook."
_MODULE: Final = "nothing to install here; the session brings the commands."
_ANY: Final = (
    ParameterSpec("Name", "object", position=0),
    ParameterSpec("Arguments", "object", position=1, remaining=True),
    *(
        ParameterSpec(name, "switch")
        for name in ("Force", "AllowClobber", "AcceptLicense", "SkipPublisherCheck", "AllowPrerelease", "PassThru")
    ),
    *(
        ParameterSpec(name, "object")
        for name in (
            "Scope",
            "Repository",
            "RequiredVersion",
            "MinimumVersion",
            "ExecutionPolicy",
            "InstallationPolicy",
            "Version",
            "MaximumVersion",
        )
    ),
    ParameterSpec("Confirm", "switch", ("cf",)),
    ParameterSpec("WhatIf", "switch", ("wi",)),
)


def _idle(name: str, why: str, aliases: tuple[str, ...] = ()) -> ClientCommand:
    return ClientCommand(name, _ANY, _nothing(why), aliases, own=True)  # type: ignore[arg-type]


_CULTURES: Final = (
    ParameterSpec("Name", "string[]", position=0, sets=("Name",), by_value=True),
    ParameterSpec("NoUserOverrides", "switch"),
    ParameterSpec("ListAvailable", "switch", unsupported=True),
)

CMDLETS: Final = (
    ClientCommand(
        "Start-Sleep",
        (
            ParameterSpec("Seconds", "double", position=0, sets=("Seconds",), mandatory=True),
            ParameterSpec("Milliseconds", "int", ("ms",), sets=("Milliseconds",), mandatory=True),
            ParameterSpec("Duration", "object", ("ts",), sets=("Timespan",), mandatory=True, unsupported=True),
        ),
        _sleep,
        ("sleep",),
        "StartSleepCommand",
        "Seconds",
        own=True,
    ),
    ClientCommand(
        "Get-Random",
        (
            ParameterSpec("Maximum", "object", position=0, sets=("Number", "List", "Shuffle")[:1]),
            ParameterSpec("InputObject", "object[]", position=0, sets=("List", "Shuffle"), by_value=True),
            ParameterSpec("Minimum", "object", sets=("Number",)),
            ParameterSpec("Count", "int", sets=("Number", "List")),
            ParameterSpec("Shuffle", "switch", sets=("Shuffle",)),
            ParameterSpec("SetSeed", "int"),
        ),
        _random,
        (),
        "GetRandomCommand",
        "Number",
        own=True,
    ),
    ClientCommand(
        "New-Guid",
        (
            ParameterSpec("Empty", "switch", sets=("Empty",)),
            ParameterSpec("InputObject", "string", position=0, sets=("InputObject",), by_value=True),
        ),
        _guid,
        (),
        "NewGuidCommand",
        "Default",
        own=True,
    ),
    ClientCommand(
        "ConvertTo-SecureString",
        (
            ParameterSpec("String", "string", position=0, mandatory=True, by_value=True),
            ParameterSpec("AsPlainText", "switch"),
            ParameterSpec("Force", "switch"),
            ParameterSpec("Key", "object", unsupported=True),
            ParameterSpec("SecureKey", "object", unsupported=True),
        ),
        _secure,
        (),
        "ConvertToSecureStringCommand",
        own=True,
    ),
    ClientCommand(
        "Read-Host",
        (
            ParameterSpec("Prompt", "object", position=0, remaining=True),
            ParameterSpec("AsSecureString", "switch"),
            ParameterSpec("MaskInput", "switch"),
        ),
        _read_host,
        (),
        "ReadHostCommand",
        own=True,
    ),
    ClientCommand(
        "Import-Module",
        (
            ParameterSpec("Name", "string[]", position=0, mandatory=True, by_value=True),
            *(
                ParameterSpec(name, "switch")
                for name in (
                    "Force",
                    "Global",
                    "PassThru",
                    "DisableNameChecking",
                    "NoClobber",
                    "UseWindowsPowerShell",
                    "SkipEditionCheck",
                )
            ),
            *(
                ParameterSpec(name, "object")
                for name in ("MinimumVersion", "RequiredVersion", "Scope", "ArgumentList", "MaximumVersion")
            ),
            *(
                ParameterSpec(name, "object", unsupported=True)
                for name in (
                    "Prefix",
                    "Alias",
                    "Assembly",
                    "CimNamespace",
                    "CimResourceUri",
                    "CimSession",
                    "Cmdlet",
                    "FullyQualifiedName",
                    "Function",
                    "ModuleInfo",
                    "PSSession",
                    "Variable",
                )
            ),
            ParameterSpec("AsCustomObject", "switch", unsupported=True),
        ),
        _import_module,
        ("ipmo",),
        "ImportModuleCommand",
        own=True,
    ),
    ClientCommand("Get-Culture", _CULTURES, _culture, (), "GetCultureCommand", own=True),
    ClientCommand("Get-UICulture", (), _culture, (), "GetUICultureCommand", own=True),
    ClientCommand(
        "Get-TimeZone",
        (
            ParameterSpec("Id", "string[]", sets=("Id",), by_value=True),
            ParameterSpec("Name", "string[]", position=0, sets=("Name",), unsupported=True),
            ParameterSpec("ListAvailable", "switch", sets=("ListAvailable",), unsupported=True),
        ),
        _time_zone,
        ("gtz",),
        "GetTimeZoneCommand",
        "Name",
        own=True,
    ),
    ClientCommand("Get-Host", (), _get_host, (), "GetHostCommand", own=True),
    ClientCommand(
        "Get-ExecutionPolicy",
        (
            ParameterSpec("Scope", "string", position=0, allowed=_SCOPES),
            ParameterSpec("List", "switch"),
        ),
        _execution_policy,
        (),
        "GetExecutionPolicyCommand",
        own=True,
    ),
    ClientCommand(
        "Add-Type",
        (ParameterSpec("AssemblyName", "string[]", ("AN",), mandatory=True),),
        _libraries,
        (),
        "AddTypeCommand",
        own=True,
    ),
    _idle("Clear-Host", _CONSOLE, ("cls", "clear")),
    _idle("Set-ExecutionPolicy", "nothing to do here: cells are no script files."),
    _idle("Install-Module", _MODULE, ("inmo",)),
    _idle("Update-Module", _MODULE),
    _idle("Install-PackageProvider", _MODULE),
    _idle("Set-PSRepository", _MODULE),
    ClientCommand("Remove-Module", _ANY, _remove_module, ("rmo",), own=True),
    _idle("Connect-MicrosoftTeams", "nothing to connect here: %lync connect USER signs in."),
    _idle("Connect-MsolService", "nothing to connect here: %lync connect USER signs in."),
    _idle("Disconnect-MicrosoftTeams", "nothing to disconnect here: Remove-PSSession ends a session."),
    _idle("Start-Transcript", "nothing to do here: the notebook keeps what a cell shows."),
    _idle("Stop-Transcript", "nothing to do here: the notebook keeps what a cell shows."),
    _idle("Pause", _CONSOLE),
)
