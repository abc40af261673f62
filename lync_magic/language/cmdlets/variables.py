"""Variables, aliases and text that is run: Get-, Set-, New-, Clear-, Remove-Variable, Get-, Set-, New-Alias,
Invoke-Expression, Measure-Command."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

from lync_magic.clixml import MISSING, EnumValue, PSObject, TimeSpan
from lync_magic.errors import CellNotSupported, CellSyntaxError, CommandNotFound
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of, objects
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.evaluate.automatic import PREFERENCES, preference_value
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.scope import LOCKED
from lync_magic.language.values.collections import collapse, net_object
from lync_magic.language.values.enums import LocalEnum, enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Written
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.text import collation_key, net_text, to_text

_SCOPES: Final = ("", "local", "script", "global", "0", "1")


def _scope(call: BoundCall) -> Any:
    """The scope that a call names."""
    told = to_text(call.get("Scope", "")).lower()
    if told not in _SCOPES:
        raise NotKnownHere(f"-Scope {told}")
    scope = call.services.scope
    if told in ("script", "global"):
        return scope.root
    if told == "1" and scope.holder.parent is None:
        message = "The scope number '1' exceeds the number of active scopes. (Parameter 'Scope')\nActual value was 1."
        error_id, kind = f"ArgumentOutOfRange,{call.error_suffix}", "PSArgumentOutOfRangeException"
        raise ScriptError(message, error_id, "InvalidArgument", exception=kind)
    return scope.holder.parent.holder if told == "1" else scope


def _missing(call: BoundCall, name: str) -> ScriptError:
    error_id = f"VariableNotFound,{call.error_suffix}"
    message = f"Cannot find a variable with the name '{name}'."
    return ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=name)


def _found(call: BoundCall, name: str) -> object:
    if name.lower() in _WORDS:
        return _WORDS[name.lower()]
    found = _scope(call).get(name)
    return call.services.evaluator.automatic_value(name.lower()) if found is MISSING else found


_WORDS: Final = {"true": True, "false": False, "null": None}
"""Variables that are words of the language."""


def _get_variable(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for one in all_of(call.get("Name")) if input is None else input:
        name = to_text(one)
        if has_wildcard(name):
            raise NotKnownHere("Get-Variable with a wildcard")
        value = _found(call, name)
        if value is MISSING:
            call.services.error(_missing(call, name))
        elif call.switch("ValueOnly"):
            yield value
        else:
            yield net_object("System.Management.Automation.PSVariable", {"Name": name, "Value": value})


def _set_variable(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    value = call.get("Value")
    if input is not None:
        value = collapse(list(input))
    option = to_text(call.get("Option", "None")).lower()
    if option not in ("none", "allscope", "readonly", "constant"):
        raise NotKnownHere(f"{call.command_name} -Option {to_text(call.get('Option'))}")
    for one in all_of(call.get("Name")):
        name = to_text(one)
        scope = _scope(call)
        at_root = scope.holder.parent is None
        if (
            call.command_name == "New-Variable"
            and (scope.holder.find(name, name.lower()) is not MISSING or (at_root and name.lower() in LOCKED))
            and not call.switch("Force")
        ):
            message = f"A variable with name '{name}' already exists."
            error_id = "VariableAlreadyExists,Microsoft.PowerShell.Commands.NewVariableCommand"
            kind = "SessionStateException"
            call.services.error(ScriptError(message, error_id, "ResourceExists", exception=kind, target=name))
            continue
        try:
            scope.unlocked(name, force=call.switch("Force"))
        except ScriptError as kept:
            kept.error_id = f"{kept.error_id},{call.error_suffix}"
            call.services.error(kept)
            continue
        if not goes_on(call, f"{call.command_name[:3]} variable", f"Name: {name} Value: {net_text(value)}"):
            continue
        if call.given("Value") or input is not None or call.command_name == "New-Variable":
            if name.lower() in PREFERENCES:
                value = _preference(call, name, value)
            scope.set(name, _taken(call, name, value))
        elif scope.holder.find(name, name.lower()) is MISSING:
            scope.set(name, None)
        if call.given("Option"):
            scope.holder.locks.pop(name.lower(), None)
            if option in _LOCKING:
                scope.holder.locks[name.lower()] = option == "constant"
        if call.switch("PassThru"):
            yield net_object("System.Management.Automation.PSVariable", {"Name": name, "Value": value})


def _preference(call: BoundCall, name: str, value: object) -> object:
    try:
        return preference_value(name.lower(), value, call.services.scope)
    except ScriptError as bad:
        bad.error_id = f"{bad.error_id},{call.error_suffix}"
        raise


def _taken(call: BoundCall, name: str, value: object) -> object:
    """A value as the variable takes it that it is for."""
    try:
        return _scope(call).taken(name, value)
    except ScriptError as bad:
        bad.error_id = f"{bad.error_id},{call.error_suffix}"
        raise


_LOCKING: Final = ("readonly", "constant")


def _clear_variable(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    for one in all_of(call.get("Name")):
        name = to_text(one)
        if has_wildcard(name):
            raise NotKnownHere("Clear-Variable of several variables")
        if _found(call, name) is MISSING and name.lower() not in LOCKED:
            call.services.error(_missing(call, name))
            continue
        try:
            _scope(call).unlocked(name, force=call.switch("Force"))
        except ScriptError as kept:
            kept.error_id = f"{kept.error_id},{call.error_suffix}"
            call.services.error(kept)
            continue
        if not goes_on(call, "Clear variable", f"Name: {name}"):
            continue
        _scope(call).set(name, _taken(call, name, None))
    yield from ()


def _remove_variable(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    for one in all_of(call.get("Name")):
        name = to_text(one)
        if has_wildcard(name):
            raise NotKnownHere("Remove-Variable of several variables")
        scope = _scope(call).holder
        constant = scope.lock(name.lower())
        if constant or (constant is False and not call.switch("Force")) or name.lower() == "null":
            message = (
                f"Cannot remove variable {name} because it is constant or read-only. If the variable is read-only, "
                "try the operation again specifying the Force option."
            )
            error_id = "VariableNotRemovable,Microsoft.PowerShell.Commands.RemoveVariableCommand"
            kind = "SessionStateUnauthorizedAccessException"
            call.services.error(ScriptError(message, error_id, "WriteError", exception=kind, target=name))
            continue
        if _found(call, name) is not MISSING and not goes_on(call, "Remove variable", f"Name: {name}"):
            continue
        scope.locks.pop(name.lower(), None)
        while scope is not None and not scope.remove(name):
            scope = scope.parent
        if scope is None:
            call.services.error(_missing(call, name))
    yield from ()


# --- aliases ---------------------------------------------------------------------------------------------------------


def _alias(call: BoundCall, name: str, definition: str) -> PSObject:
    content = {
        "CommandType": LocalEnum("Alias", 1, "System.Management.Automation.CommandTypes"),
        "Name": name,
        "Definition": definition,
        "ResolvedCommand": definition,
        "Source": "",
    }
    content["DisplayName"] = f"{name} -> {definition}"
    if name.lower() not in call.services.evaluator.aliases:  # one of PowerShell's own
        content["ResolvedCommandName"] = definition
        content["Options"] = _options(name.lower())
    text = name
    return PSObject(
        content, ("System.Management.Automation.AliasInfo", "System.Management.Automation.CommandInfo"), text
    )


def _options(name: str) -> EnumValue:
    told = [one for one, names in (("ReadOnly", _READ_ONLY), ("AllScope", _ALL_SCOPE)) if name in names]
    return enum_value("System.Management.Automation.ScopedItemOptions", ", ".join(told) or "None")


def _known_aliases(call: BoundCall) -> dict[str, tuple[str, str]]:
    made = {alias.lower(): (alias, command) for alias, command in _of_powershell()}
    made |= {name: (name, target) for name, target in call.services.evaluator.aliases.items()}
    return dict(sorted(made.items(), key=lambda one: collation_key(one[0], case=False)))


@cache
def _of_powershell() -> list[tuple[str, str]]:
    """Every alias that PowerShell starts with: `aliases.txt`, as Get-Alias lists them."""
    text = files("lync_magic.language.cmdlets").joinpath("aliases.txt").read_text(encoding="utf-8")
    return [(alias, command) for alias, command in map(str.split, text.splitlines())]


def _get_alias(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    _scope(call)  # aliases are the cell's, whichever is named; a bad one is an error
    known = _known_aliases(call)
    if call.given("Definition"):
        for wanted in map(to_text, all_of(call.get("Definition"))):
            if has_wildcard(wanted):
                raise NotKnownHere("Get-Alias -Definition with a wildcard")
            found = [pair for pair in known.values() if pair[1].lower() == wanted.lower()]
            if not found:
                call.services.error(_no_alias("definition", wanted))
            yield from (_alias(call, *pair) for pair in found)
        return
    for one in all_of(call.get("Name")) or ["*"]:
        name = to_text(one)
        found = [
            pair
            for key, pair in known.items()
            if key == name.lower() or (has_wildcard(name) and name != "?" and matches_wildcard(name, key))
        ]
        if not found and not has_wildcard(name):
            call.services.error(_no_alias("name", name))
        yield from (_alias(call, *pair) for pair in found)


def _no_alias(what: str, told: str) -> ScriptError:
    message = f"This command cannot find a matching alias because an alias with the {what} '{told}' does not exist."
    error_id = "ItemNotFoundException,Microsoft.PowerShell.Commands.GetAliasCommand"
    return ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=told)


def _writable(call: BoundCall, name: str) -> None:
    """Raises Written for an alias of PowerShell's own that is not to be changed."""
    if name.lower() in _READ_ONLY and not call.switch("Force"):
        error_id = f"AliasNotWritable,{call.error_suffix}"
        message = f"Alias is not writeable because alias {name} is read-only or constant and cannot be written to."
    elif name.lower() in _ALL_SCOPE:
        error_id = f"AliasAllScopeOptionCannotBeRemoved,{call.error_suffix}"
        message = f"The AllScope option cannot be removed from the alias '{name}'."
    else:
        return
    kind = "SessionStateUnauthorizedAccessException"
    raise Written(ScriptError(message, error_id, "WriteError", exception=kind, target=name))


_EVERYWHERE = "? % cd copy del dir echo foreach md move popd pushd select where"
_UNCHANGED = """
? % clc clhy cli clp clv cpi cvpa dbp ebp epal epcsv fc fl foreach ft fw gal gbp gc gci gcm gcs gdr gerr ghy gi gl gm
gmo gp gps gpv group gu gv iex ihy ii ipal ipcsv ipmo irm iwr measure mi mp nal ndr ni nmo nv oh rbp rcsn rdr ri rmo
rni rnp rp rv rvpa sal saps sbp select si sl sp spps sv where
"""
_ALL_SCOPE: Final = frozenset(_EVERYWHERE.split())
_READ_ONLY: Final = frozenset(_UNCHANGED.split())
"""PowerShell's own aliases that are never changed, and those that are changed by force alone."""


def _set_alias(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    _scope(call)
    name, target = to_text(call.get("Name")), to_text(call.get("Value"))
    aliases = call.services.evaluator.aliases
    if to_text(call.get("Option", "None")).lower() not in ("none", "allscope"):
        raise NotKnownHere(f"{call.command_name} -Option {to_text(call.get('Option'))}")
    if call.command_name == "New-Alias" and name.lower() in _known_aliases(call) and not call.switch("Force"):
        message = f"The alias is not allowed, because an alias with the name '{name}' already exists."
        error_id = "AliasAlreadyExists,Microsoft.PowerShell.Commands.NewAliasCommand"
        raise Written(ScriptError(message, error_id, "ResourceExists", exception="SessionStateException", target=name))
    if name.lower() not in aliases:
        _writable(call, name)
    if not goes_on(call, f"{call.command_name[:3]} Alias", f"Name: {name} Value: {target}"):
        return
    aliases[name.lower()] = target
    if call.switch("PassThru"):
        yield _alias(call, name, target)


# --- text and blocks that are run ------------------------------------------------------------------------------------


def _invoke_expression(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    from lync_magic.language.checked import check
    from lync_magic.language.parser.entry import parse

    core, scope = call.services.evaluator, call.services.scope
    for one in [call.get("Command")] if input is None else input:
        text = to_text(one)
        try:
            script = parse(text)
        except CellSyntaxError as bad:
            error_id = f"{bad.error_id},Microsoft.PowerShell.Commands.InvokeExpressionCommand"
            raise ScriptError(_placed(bad, text), error_id, "ParserError", exception="ParseException") from None
        try:
            check(script, core.runtime, core.known_functions())
        except CellNotSupported as refused:
            raise NotKnownHere(
                f"Invoke-Expression of text with {refused.message.removeprefix('Not known here yet: ')}"
            ) from None
        yield from call.services.telling(partial(core.run_statements, script.statements))(scope)


def _placed(bad: CellSyntaxError, text: str) -> str:
    """An error of a text with its place, as PowerShell shows it. Raises NotKnownHere where that would be more than a
    sign."""
    line = (text.splitlines() or [""])[bad.line - 1] if bad.line <= len(text.splitlines()) else ""
    if bad.error_id not in _OF_ONE_SIGN or len(line) > _SHORT:
        raise NotKnownHere(f"Invoke-Expression of text that does not parse: {bad.message}")
    return f"At line:{bad.line} char:{bad.column}\n+ {line}\n+ {' ' * (bad.column - 1)}~\n{bad.message}"


_OF_ONE_SIGN: Final = ("ExpectedValueExpression", "MissingEndParenthesisInExpression")
_SHORT: Final = 60


def run_here(call: BoundCall, block: Block, input: Iterator[object] | None) -> Iterator[object]:
    """Run a script block in a scope of its own, with -ArgumentList and -InputObject (Invoke-Command)."""
    if call.services.call_block is None:
        raise CommandNotFound(f"{call.command_name} is not known here.", command=call.command_name)
    given = list(input) if input is not None else None
    if given is None and call.given("InputObject"):
        given = all_of(call.get("InputObject"))
    yield from call.services.call_block(block, all_of(call.get("ArgumentList")), given)


def _measure_command(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    block = call.get("Expression")
    assert isinstance(block, Block)
    start = time.perf_counter_ns()
    run = call.services.runner(block)
    for item in objects(call, input) if input is not None or call.given("InputObject") else [None]:
        for _output in run(item):
            pass
    yield TimeSpan.of((time.perf_counter_ns() - start) // 100)


def _strict(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    told = to_text(call.get("Version", "0.0")).strip().lower() or "0"
    if told == "latest":
        major, minor = _NEWEST
    elif (found := _VERSION.fullmatch(told)) is not None:
        major, minor = int(found[1]), int(found[2] or 0)
    elif isinstance(call.get("Version"), bool):
        major, minor = int(call.get("Version")), 0
    else:
        raise NotKnownHere(f"Set-StrictMode -Version {told}")
    if call.given("Version") and minor not in _MINORS.get(major, ()):
        shown = told if "." in told else f"{major}.{minor}"
        message = (
            f"Cannot validate argument on parameter 'Version'. The \"{shown}\" argument does not contain a valid "
            "PowerShell version. Supply a valid version number and then try the command again."
        )
        error_id, kind = f"ParameterArgumentValidationError,{call.error_suffix}", "ParameterBindingValidationException"
        raise ScriptError(message, error_id, "InvalidData", exception=kind)
    call.services.scope.be_strict(min(major, _STRICTEST))
    yield from ()


_VERSION: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9})(?:\.[0-9]{1,9}){0,2})?")
_NEWEST: Final = (7, 6)
_MINORS: Final[Mapping[int, Sequence[int]]] = {
    1: (0,), 2: (0,), 3: (0,), 4: (0,), 5: (0, 1), 6: (0, 1, 2), 7: range(_NEWEST[1] + 1),
}  # fmt: skip
"""The versions of PowerShell that there were, as it knows them itself."""
_STRICTEST: Final = 3


_NAME: Final = ParameterSpec("Name", "string[]", position=0, mandatory=True)
_SCOPE: Final = ParameterSpec("Scope", "string")
_FORCE: Final = ParameterSpec("Force", "switch")
_PASS: Final = ParameterSpec("PassThru", "switch")
_LEFT_OUT: Final = (
    ParameterSpec("Include", "string[]", unsupported=True),
    ParameterSpec("Exclude", "string[]", unsupported=True),
)
_CHANGING: Final = (*_LEFT_OUT, *WHAT_IF)
_SETTING: Final = (
    _NAME,
    ParameterSpec("Value", "object", position=1),
    ParameterSpec("Description", "string"),
    ParameterSpec("Option", "string", allowed=("None", "AllScope", "ReadOnly", "Constant")),
    ParameterSpec("Visibility", "string", unsupported=True),
    _SCOPE,
    _FORCE,
    _PASS,
)
_ALIASING: Final = (
    ParameterSpec("Name", "string", position=0, mandatory=True),
    ParameterSpec("Value", "string", position=1, mandatory=True),
    ParameterSpec("Description", "string"),
    ParameterSpec("Option", "string", allowed=("None", "AllScope")),
    _SCOPE,
    _FORCE,
    _PASS,
)

CMDLETS: Final = (
    ClientCommand(
        "Set-StrictMode",
        (
            ParameterSpec("Version", "object", ("v",), mandatory=True, sets=("Version",), spelled=True),
            ParameterSpec("Off", "switch", mandatory=True, sets=("Off",)),
        ),
        _strict, (), "SetStrictModeCommand", "Version", own=True,
    ),
    ClientCommand(
        "Get-Variable", (_NAME, ParameterSpec("ValueOnly", "switch"), _SCOPE, *_LEFT_OUT), _get_variable, ("gv",),
        "GetVariableCommand", own=True,
    ),
    ClientCommand(
        "Set-Variable", (*_SETTING, *_CHANGING), _set_variable, ("sv", "set"), "SetVariableCommand", own=True
    ),
    ClientCommand("New-Variable", (*_SETTING, *WHAT_IF), _set_variable, ("nv",), "NewVariableCommand", own=True),
    ClientCommand(
        "Clear-Variable", (_NAME, _SCOPE, _FORCE, _PASS, *_CHANGING), _clear_variable, ("clv",), "ClearVariableCommand",
        own=True,
    ),
    ClientCommand(
        "Remove-Variable", (_NAME, _SCOPE, _FORCE, *_CHANGING), _remove_variable, ("rv",), "RemoveVariableCommand",
        own=True,
    ),
    ClientCommand(
        "Get-Alias",
        (
            ParameterSpec("Name", "string[]", position=0, sets=("Default",)),
            ParameterSpec("Definition", "string[]", sets=("Definition",)),
            ParameterSpec("Exclude", "string[]", unsupported=True),
            _SCOPE,
        ),
        _get_alias,
        ("gal",),
        "GetAliasCommand",
        "Default",
        own=True,
    ),
    ClientCommand("Set-Alias", (*_ALIASING, *WHAT_IF), _set_alias, ("sal",), "SetAliasCommand", own=True),
    ClientCommand("New-Alias", (*_ALIASING, *WHAT_IF), _set_alias, ("nal",), "NewAliasCommand", own=True),
    ClientCommand(
        "Invoke-Expression",
        (ParameterSpec("Command", "string", position=0, mandatory=True, by_value=True),),
        _invoke_expression,
        ("iex",),
        "InvokeExpressionCommand",
        own=True,
    ),
    ClientCommand(
        "Measure-Command",
        (
            ParameterSpec("Expression", "scriptblock", position=0, mandatory=True),
            ParameterSpec("InputObject", "object", by_value=True),
        ),
        _measure_command,
        (),
        "MeasureCommandCommand",
        own=True,
    ),
)  # fmt: skip
