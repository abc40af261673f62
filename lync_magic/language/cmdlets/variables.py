"""Variables by their names: Get-, Set-, New-, Clear- and Remove-Variable.

Rule of this file: which variables PowerShell itself has is not known of all, so that a wildcard that takes one of
those in is none here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.evaluate.automatic import preference_value
from lync_magic.language.evaluate.scope import LOCKED, Scope
from lync_magic.language.evaluate.variable_object import VariableObject
from lync_magic.language.values.collections import collapse, plain
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.preferences import PREFERENCES
from lync_magic.language.values.text import collation_key, net_text, to_text

_BAD_SCOPE: Final = (
    'Cannot process argument because the value of parameter "Scope" is not valid. Valid values are "Global", "Local", '
    'or "Script", or a number relative to the current scope (0 through the number of scopes where 0 is the current '
    'scope and 1 is its parent). Change the value of the "Scope" parameter and run the operation again.'
)
_OUT_OF_RANGE: Final = (
    'Cannot process argument because the value of argument "Scope" is out of range. Change argument "Scope" to a '
    "value that is within range. (Parameter 'Scope')"
)
_TOO_FAR: Final = "The scope number '{}' exceeds the number of active scopes. (Parameter 'Scope')"


def scope_of(call: BoundCall, default: str = "") -> Scope:
    """The scope that a call names. Raises ScriptError for one that is none."""
    scope: Scope = call.services.scope
    told = to_text(call.get("Scope", default)).lower()
    if told in ("script", "global"):
        return scope.script if told == "script" else scope.root
    if told in ("", "local"):
        return scope
    if not told.lstrip("+-").isdecimal():
        raise ScriptError(
            _BAD_SCOPE, f"Argument,{call.error_suffix}", "InvalidArgument", exception="PSArgumentException"
        )
    number, here = int(told), scope.holder
    if number < 0:
        raise _no_scope(call, _OUT_OF_RANGE, number)
    for _outwards in range(number):
        if here.parent is None:
            raise _no_scope(call, _TOO_FAR.format(number), number)
        here = here.parent.holder
    return here


def _no_scope(call: BoundCall, why: str, number: int) -> ScriptError:
    message, kind = f"{why}\nActual value was {number}.", "PSArgumentOutOfRangeException"
    return ScriptError(message, f"ArgumentOutOfRange,{call.error_suffix}", "InvalidArgument", exception=kind)


def _missing(call: BoundCall, name: str) -> ScriptError:
    error_id = f"VariableNotFound,{call.error_suffix}"
    message = f"Cannot find a variable with the name '{name}'."
    return ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=name)


_WORDS: Final = {"true": True, "false": False, "null": None}
"""Variables that are words of the language."""
_PREDEFINED: Final = """
$ ? ^ _ args confirmpreference consolefilename currentlyexecutingcommand debugpreference enabledexperimentalfeatures
error erroractionpreference errorview event eventargs eventsubscriber executioncontext false foreach
formatenumerationlimit home host informationpreference input iscoreclr islinux ismacos iswindows lastexitcode
logcommandhealthevent logcommandlifecycleevent matches maximumhistorycount myinvocation nestedpromptlevel null ofs
outputencoding pid profile progresspreference psboundparameters pscmdlet pscommandpath psculture psdebugcontext
psdefaultparametervalues psedition psemailserver pshome psitem psnativecommandargumentpassing
psnativecommanduseerroractionpreference psscriptroot pssenderinfo pssessionapplicationname
pssessionconfigurationname pssessionoption psstyle psuiculture psversiontable pwd sender shellid stacktrace switch
this true verbosepreference warningpreference whatifpreference
"""
OF_POWERSHELL: Final = frozenset(_PREDEFINED.split())
"""The variables that PowerShell has or may have, in lower case."""


_UNSEEN: Final = """
enabledexperimentalfeatures false null outputencoding psemailserver pshome psnativecommandargumentpassing
psnativecommanduseerroractionpreference pssessionapplicationname pssessionconfigurationname pssessionoption psstyle
stacktrace true
"""
UNSEEN: Final = frozenset(_UNSEEN.split())
"""Those of them that are always there, and here have no value or are words of the language."""


def takes_in_others(pattern: str) -> bool:
    """Whether a pattern takes in variables of PowerShell's own."""
    return any(matches_wildcard(pattern, one) for one in OF_POWERSHELL)


def _owner(scope: Scope, name: str) -> Scope | None:
    """The scope whose variable a name is, seen from one."""
    here: Scope | None = scope
    while here is not None and here.find(name, name.lower()) is MISSING:
        here = here.parent
    return here


def _found(call: BoundCall, scope: Scope, name: str) -> VariableObject | None:
    if name.lower() in _WORDS:
        return VariableObject(scope, name, _WORDS[name.lower()])
    alone = bool(to_text(call.get("Scope", "")))
    owner = _owner(scope.holder if alone else scope, name)
    if owner is not None and name.lower() in owner.empty:  # a place of its block's, which has no name
        return None if alone else _found(call, owner.parent, name) if owner.parent is not None else None
    if owner is not None and (not alone or owner is scope.holder):
        return VariableObject(owner, name, plain(owner.find(name, name.lower())))
    value = call.services.evaluator.automatic_value(name.lower())
    if value is MISSING and name.lower() in UNSEEN:
        raise NotKnownHere(f"the variable {name}, which is PowerShell's own")
    return None if value is MISSING else VariableObject(scope.root, name, value)


def _names(call: BoundCall, scope: Scope, told: str, *, alone: bool) -> list[str]:
    """The names of the variables that one of -Name takes in. alone: of that scope, and of none around it."""
    if not has_wildcard(told):
        return [told] if _wanted(call, told) else []
    if takes_in_others(told):
        raise NotKnownHere(f"{call.command_name} of several variables, of PowerShell's own among them")
    found: dict[str, str] = {}
    here: Scope | None = scope.holder
    while here is not None:
        found = {one.lower(): one for one in _spelled(here)} | found
        here = None if alone else here.parent
    names = [name for folded, name in found.items() if matches_wildcard(told, folded) and _wanted(call, name)]
    return sorted(names, key=lambda name: collation_key(name, case=False))


def _spelled(scope: Scope) -> Iterable[str]:
    """The names of a scope's variables as they are spelled, where that is known."""
    visible, held = scope.visible(), getattr(scope, "variables", {})
    return {name.lower(): name for name in (*visible, *(one for one in held if one.lower() in visible))}.values()


def _wanted(call: BoundCall, name: str) -> bool:
    included, excluded = (list(map(to_text, all_of(call.get(one)))) for one in ("Include", "Exclude"))
    return (not included or any(matches_wildcard(one, name) for one in included)) and not any(
        matches_wildcard(one, name) for one in excluded
    )


def _get_variable(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    scope = scope_of(call)
    for one in all_of(call.get("Name")) if input is None else input:
        told = to_text(one)
        for name in _names(call, scope, told, alone=bool(call.get("Scope"))):
            found = _found(call, scope, name)
            if found is None:
                call.services.error(_missing(call, name))
            else:
                yield found["Value"] if call.switch("ValueOnly") else found


def _new_variable(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for value in (call.get("Value"),) if input is None else input:
        yield from _set_variables(call, value, given=True)


def _set_variable(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    value = call.get("Value") if input is None else plain(collapse(list(input)))
    yield from _set_variables(call, value, given=call.given("Value") or input is not None)


def _set_variables(call: BoundCall, value: object, *, given: bool) -> Iterator[object]:
    option = to_text(call.get("Option", "None")).lower()
    if option not in ("none", "readonly", "constant"):
        raise NotKnownHere(f"{call.command_name} -Option {to_text(call.get('Option'))}")
    for one in all_of(call.get("Name")):
        name = to_text(one)
        scope = scope_of(call)
        is_there = scope.holder.find(name, name.lower()) is not MISSING
        problem = _not_settable(call, scope, name, is_there=is_there)
        if problem is not None:
            call.services.error(problem)
            continue
        if not goes_on(call, f"{call.command_name[:3]} variable", f"Name: {name} Value: {net_text(value)}"):
            continue
        if given:
            value = _preferred(call, scope, name, value)
            scope.set(name, _taken(call, scope, name, value))
        elif not is_there:
            scope.set(name, None)
        if option == "constant" and is_there and call.command_name == "Set-Variable":
            call.services.error(_made_constant(call, name))
            continue
        if call.given("Option"):
            scope.holder.locks.pop(name.lower(), None)
            if option != "none":
                scope.holder.locks[name.lower()] = option == "constant"
                scope.note_name(name)
        if call.given("Description"):
            scope.holder.described[name.lower()] = to_text(call.get("Description"))
        if call.switch("PassThru"):
            yield VariableObject(scope, name, value)


def _not_settable(call: BoundCall, scope: Scope, name: str, *, is_there: bool) -> ScriptError | None:
    """Why a variable is not set."""
    at_root, is_new = scope.holder.parent is None, call.command_name == "New-Variable"
    if (
        is_new
        and (is_there or (at_root and (name.lower() in LOCKED or name.lower() in UNSEEN)))
        and not call.switch("Force")
    ):
        message = f"A variable with name '{name}' already exists."
        error_id, kind = f"VariableAlreadyExists,{call.error_suffix}", "SessionStateException"
        return ScriptError(message, error_id, "ResourceExists", exception=kind, target=name)
    return _locked(call, scope, name)


def _locked(call: BoundCall, scope: Scope, name: str) -> ScriptError | None:
    """Why nothing is written to a variable."""
    try:
        with _signing(call):
            scope.unlocked(name, force=call.switch("Force"))
    except ScriptError as kept:
        return kept
    return None


@contextmanager
def _signing(call: BoundCall) -> Iterator[None]:
    """What fails within is the cmdlet's error."""
    try:
        yield
    except ScriptError as bad:
        bad.error_id = f"{bad.error_id},{call.error_suffix}"
        raise


def _made_constant(call: BoundCall, name: str) -> ScriptError:
    message = f"Existing variable {name} cannot be made constant. Variables can be made constant only at creation time."
    error_id = f"VariableCannotBeMadeConstant,{call.error_suffix}"
    return ScriptError(message, error_id, "WriteError", exception=_UNAUTHORIZED, target=name)


_UNAUTHORIZED: Final = "SessionStateUnauthorizedAccessException"


def _preferred(call: BoundCall, scope: Scope, name: str, value: object) -> object:
    """A value as a preference variable has it; as it is for any other."""
    with _signing(call):
        return preference_value(name.lower(), value, scope) if name.lower() in PREFERENCES else value


def _taken(call: BoundCall, scope: Scope, name: str, value: object) -> object:
    """A value as the variable takes it that it is for."""
    with _signing(call):
        return scope.taken(name, value)


def _clear_variable(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    scope = scope_of(call)
    for told in map(to_text, all_of(call.get("Name"))):
        for name in _names(call, scope, told, alone=True):
            if _found(call, scope, name) is None and name.lower() not in LOCKED:
                call.services.error(_missing(call, name))
                continue
            if (kept := _locked(call, scope, name)) is not None:
                call.services.error(kept)
                continue
            if not goes_on(call, "Clear variable", f"Name: {name}"):
                continue
            scope.set(name, _taken(call, scope, name, _preferred(call, scope, name, None)))
            if call.switch("PassThru"):
                yield VariableObject(scope, name, None)


def _remove_variable(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    scope = scope_of(call, "local").holder
    for told in map(to_text, all_of(call.get("Name"))):
        for name in _names(call, scope, told, alone=True):
            _remove(call, scope, name)
    yield from ()


def stays(call: BoundCall, scope: Scope, name: str) -> bool:
    """Whether a variable cannot be removed, which is said: it is constant, or read-only and nothing forces it."""
    constant = scope.lock(name.lower())
    if not (constant or (constant is False and not call.switch("Force")) or name.lower() == "null"):
        return False
    name = scope.names.get(name.lower(), name)
    message = (
        f"Cannot remove variable {name} because it is constant or read-only. If the variable is read-only, "
        "try the operation again specifying the Force option."
    )
    error_id = f"VariableNotRemovable,{call.error_suffix}"
    call.services.error(ScriptError(message, error_id, "WriteError", exception=_UNAUTHORIZED, target=name))
    return True


def _remove(call: BoundCall, scope: Scope, name: str) -> None:
    if name.lower() in PREFERENCES and scope.parent is None:
        raise NotKnownHere(f"Remove-Variable of ${name}, which then is nothing")
    if stays(call, scope, name):
        return
    if scope.find(name, name.lower()) is MISSING:
        call.services.error(_missing(call, name))
    elif goes_on(call, "Remove variable", f"Name: {name}"):
        scope.locks.pop(name.lower(), None)
        scope.described.pop(name.lower(), None)
        scope.remove(name)


_NAME: Final = ParameterSpec("Name", "string[]", position=0, mandatory=True)
_SCOPE: Final = ParameterSpec("Scope", "string")
_FORCE: Final = ParameterSpec("Force", "switch")
_PASS: Final = ParameterSpec("PassThru", "switch")
_SIEVE: Final = (ParameterSpec("Include", "string[]"), ParameterSpec("Exclude", "string[]"))
_LEFT_OUT: Final = tuple(ParameterSpec(one, "string[]", unsupported=True) for one in ("Include", "Exclude"))
_MORE: Final = ParameterSpec("Append", "switch", unsupported=True)
_SETTING: Final = (
    _NAME,
    ParameterSpec("Value", "object", position=1, by_value=True),
    ParameterSpec("Description", "string"),
    ParameterSpec("Option", "string", allowed=("None", "ReadOnly", "Constant")),
    ParameterSpec("Visibility", "string", unsupported=True),
    _SCOPE,
    _FORCE,
    _PASS,
)

CMDLETS: Final = (
    ClientCommand(
        "Get-Variable", (_NAME, ParameterSpec("ValueOnly", "switch"), _SCOPE, *_SIEVE), _get_variable, ("gv",),
        "GetVariableCommand", own=True,
    ),
    ClientCommand(
        "Set-Variable", (*_SETTING, *_LEFT_OUT, _MORE, *WHAT_IF), _set_variable, ("sv", "set"), "SetVariableCommand",
        own=True,
    ),
    ClientCommand("New-Variable", (*_SETTING, *WHAT_IF), _new_variable, ("nv",), "NewVariableCommand", own=True),
    ClientCommand(
        "Clear-Variable", (_NAME, _SCOPE, _FORCE, _PASS, *_SIEVE, *WHAT_IF), _clear_variable, ("clv",),
        "ClearVariableCommand", own=True,
    ),
    ClientCommand(
        "Remove-Variable", (_NAME, _SCOPE, _FORCE, *_SIEVE, *WHAT_IF), _remove_variable, ("rv",),
        "RemoveVariableCommand", own=True,
    ),
)  # fmt: skip
