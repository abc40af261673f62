"""The binder of this side: words and values to declared parameters, by PowerShell's rules and with its errors.

Names may be abbreviated where that is unambiguous; a switch takes no value but `-Name:value`; what has no name goes
to the positions that are left; common parameters belong to every command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.binding import Parameter, parameter_of
from lync_magic.language.cmdlets.binding_errors import failure
from lync_magic.language.cmdlets.coercion import (
    BY_CULTURE,
    coerced,
    is_text,
    kind_of,
    known_of,
    need_culture,
    not_one,
    settled,
)
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.demands import no_variable, unmet
from lync_magic.language.cmdlets.files import has_file_system
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.collections import GenericList, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert_object
from lync_magic.language.values.noted import TEXTS
from lync_magic.language.values.spelled import GivenReal, Spelled, unspelled
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import type_of


@dataclass(frozen=True)
class Word:
    """One argument of a call: `-name`, `-name:value` or a value (name is None).

    splatted: it comes of a table (`@p`); what the call itself says goes before it.  colon: it is one of the `$args` of
    another call, where an argument was behind it.
    """

    name: str | None
    value: object = MISSING
    splatted: bool = False
    colon: bool = False

    def for_parameter(self, spec: ParameterSpec, *, by_name: bool = False) -> object:
        """The value as a parameter gets it: a list of objects by its position gets a number without its spelling."""
        if not isinstance(self.value, Spelled | GivenReal):
            return self.value
        if spec.is_text:
            return self.value.spelling if isinstance(self.value, Spelled) else self.value
        is_list = (spec.type_name or spec.type) in ("object[]", "System.Object[]", "System.Array")
        keeps = spec.type in ("object", "object[]") and not is_list
        return self.value if keeps or (is_list and (by_name or spec.remaining)) else unspelled(self.value)


@dataclass(frozen=True)
class Waiting:
    """A script block that stands for an argument: its value is worked out for each object that is piped in."""

    block: object


ONE_BY_ONE: Final = frozenset({"Copy-Item", "Move-Item", "Rename-Item"})
"""Cmdlets that are run for each object by itself where a script block stands for an argument."""
_ACTION: Final = "System.Management.Automation.ActionPreference"
COMMON: Final = (
    ParameterSpec("Verbose", "switch", ("vb",)),
    ParameterSpec("Debug", "switch", ("db",)),
    ParameterSpec("ErrorAction", _ACTION, ("ea",)),
    ParameterSpec("WarningAction", _ACTION, ("wa",)),
    ParameterSpec("InformationAction", _ACTION, ("infa",)),
    ParameterSpec("ProgressAction", _ACTION, ("proga",)),
    ParameterSpec("ErrorVariable", "string", ("ev",)),
    ParameterSpec("WarningVariable", "string", ("wv",)),
    ParameterSpec("InformationVariable", "string", ("iv",)),
    ParameterSpec("OutVariable", "string", ("ov",)),
    ParameterSpec("OutBuffer", "int", ("ob",)),
    ParameterSpec("PipelineVariable", "string", ("pv",)),
)
_COMMON_NAMES = frozenset(spec.name for spec in COMMON)


@dataclass(frozen=True)
class Bound:
    """What became of the words of a call. order: the names of all that was given, as it was bound."""

    arguments: dict[str, object]
    common: dict[str, object]
    set_name: str
    order: tuple[str, ...] = ()


_READING: Final = frozenset(("Encoding", "AsByteStream", "Stream"))
_OF_PROVIDER: Final[dict[str, frozenset[str]]] = {
    "Get-ChildItem": frozenset(
        ("Attributes", "FollowSymlink", "Directory", "File", "Hidden", "ReadOnly", "System")
    ),
    "Get-Content": _READING | {"Delimiter", "Wait", "Raw"}, "Set-Content": _READING | {"NoNewline"},
    "Add-Content": _READING | {"NoNewline"}, "Clear-Content": frozenset({"Stream"}), "Get-Item": frozenset({"Stream"}),
    "Remove-Item": frozenset({"Stream"}), "Copy-Item": frozenset(("FromSession", "ToSession")),
    "Test-Path": frozenset(("OlderThan", "NewerThan")),
}  # fmt: skip
"""Parameters that the file system gives to a cmdlet: a name is looked for among them when it means no other, and they
are bound when all others are."""
_SUPPORTING: Final = frozenset(("WhatIf", "Confirm"))


def find_parameter(command: ClientCommand, name: str, common: Sequence[ParameterSpec] = COMMON) -> ParameterSpec:
    """The parameter that a name, an alias or the start of one means: of several the command's own goes before those
    that are common. Raises PowerShell's error for none or several."""
    folded = name.lower()
    late = _OF_PROVIDER.get(command.name, frozenset())
    for specs in (
        [spec for spec in (*command.parameters, *common) if spec.name not in late],
        [spec for spec in command.parameters if spec.name in late],
    ):
        near: list[ParameterSpec] = []
        for spec in specs:
            names = [known.lower() for known in (spec.name, *spec.aliases)]
            if folded in names:
                return spec
            if any(known.startswith(folded) for known in names):
                near.append(spec)
        own = [spec for spec in near if spec not in COMMON and spec.name not in _SUPPORTING]
        if len(own) == 1 or len(near) == 1:
            return own[0] if own else near[0]
        if near:
            told = sorted(
                near,
                key=lambda one: (
                    not one.name.lower().startswith(folded), one.name in _SUPPORTING, one in COMMON,
                ),
            )  # fmt: skip
            message = (
                f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches "
                f"include: {' '.join(f'-{spec.name}' for spec in told)}."
            )
            raise failure(command, "AmbiguousParameter", message)
    message = f"A parameter cannot be found that matches parameter name '{name}'."
    raise failure(command, "NamedParameterNotFound", message)


class Named(NamedTuple):
    """An argument that is given by name. said: the name as the call has it, where the argument was its own at once: a
    switch, or behind a colon."""

    spec: ParameterSpec
    value: object
    said: str = ""


@dataclass
class Told:
    """The words of a call, parted. named: by parameter.  loose: what has no name.  unknown: the error of the first name
    that is none, and before: how many loose ones stand before that.  left_over: of the loose ones, by identity, those
    that go where all goes that is left over: a name that is none, and what stands behind it."""

    named: list[Named]
    loose: list[Word]
    unknown: ScriptError | None = None
    before: int = 0
    left_over: set[int] = field(default_factory=set)

    def no_place(self, bad: ScriptError, given: int) -> ScriptError:
        """Of all that found no place, the error of the first. given: how many loose ones there were."""
        is_later = not bad.error_id.startswith("PositionalParameterNotFound") or self.unknown is None
        return bad if is_later or given - len(self.loose) < self.before else self.unknown or bad


def part(command: ClientCommand, words: Sequence[Word]) -> Told:
    """Part the words of a call. Raises ScriptError in PowerShell's words."""
    named: list[Named] = []
    loose: list[Word] = []
    unknown: ScriptError | None = None
    before = 0
    left_over: set[int] = set()
    index = 0
    splatted: list[Named] = []
    while index < len(words):
        word = words[index]
        index += 1
        if word.name is None:
            loose.append(word)
            continue
        try:
            spec = find_parameter(command, word.name)
        except ScriptError as bad:
            if not bad.error_id.startswith("NamedParameterNotFound"):
                raise
            unknown, before = unknown or bad, before if unknown else len(loose)
            if not any(one.remaining for one in command.parameters):
                if word.value is MISSING and index < len(words) and words[index].name is None:
                    index += 1  # what stands behind it is its own
                continue
            told = word.value is not MISSING
            behind = [Word(None, f"-{word.name}:"), Word(None, word.value)] if told else [Word(None, f"-{word.name}")]
            if not word.splatted and index < len(words) and words[index].name is None:
                behind.append(words[index])
                index += 1
            loose += behind
            left_over.update(map(id, behind))
            continue
        if word.splatted and _said(command, words, spec):
            continue
        if word.splatted and word.value is not MISSING:  # they are bound when what the call names is
            value = word.value if spec.is_switch else word.for_parameter(spec, by_name=True)
            splatted.append(Named(spec, value, word.name))
        elif spec.is_switch:
            named.append(Named(spec, True if word.value is MISSING else word.value, word.name))
        elif word.value is not MISSING:
            named.append(Named(spec, word.for_parameter(spec, by_name=True), word.name))
        elif index < len(words) and words[index].name is None:
            named.append(Named(spec, words[index].for_parameter(spec, by_name=True)))
            index += 1
        elif index < len(words) and _is_no_name(command, words[index]):
            named.append(Named(spec, f"-{words[index].name}"))
            index += 1
        else:
            message = (
                f"Missing an argument for parameter '{spec.name}'. Specify a parameter of type "
                f"'{kind_of(command, spec)}' and try "
                "again."
            )
            raise failure(command, "MissingArgument", message)
    return Told(named + splatted, loose, unknown, before, left_over)


def _is_no_name(command: ClientCommand, word: Word) -> bool:
    """Whether what looks like a parameter is none, which then is a text: the argument of the one before it."""
    if word.name is None or word.value is not MISSING or word.splatted:
        return False
    try:
        find_parameter(command, word.name)
    except ScriptError as bad:
        if not bad.error_id.startswith("NamedParameterNotFound"):
            raise
        return True
    return False


def bind(
    command: ClientCommand,
    words: Sequence[Word],
    *,
    piped: bool,
    defaults: Sequence[Word] = (),
    warn: Callable[[Word, ScriptError, Mapping[str, object]], None] | None = None,
    supply: Callable[[Sequence[ParameterSpec]], Mapping[str, object] | None] = lambda _missing: None,
) -> Bound:
    """Bind words to the parameters of a command. defaults: for parameters that the words leave open.  warn: told of a
    default that does not fit, and what is bound already.  supply: gives what a person says for the mandatory ones that
    are missing, None where nobody is asked. Raises ScriptError in PowerShell's words."""
    told = part(command, words)
    late = [one for one in told.named if one.spec.name in _OF_PROVIDER.get(command.name, ())]
    found = bind_named(command, [one for one in told.named if one not in late], piped=piped)
    left = _sets_left(command, found)
    given = len(told.loose)
    left = _bind_positions(command, found, told, left)
    if late:
        if not has_file_system(found):
            name = f"A parameter cannot be found that matches parameter name '{late[0].said or late[0].spec.name}'."
            raise failure(command, "NamedParameterNotFound", name)
        found |= bind_named(command, late, piped=piped)
        left = _sets_left(command, found)
    for word in defaults:
        spec = find_parameter(command, word.name or "")
        if spec.name not in found and (not spec.sets or any(one in left for one in spec.sets)):
            try:
                found[spec.name] = demanded(command, spec, word.value)
            except ScriptError as bad:
                if warn is None:
                    raise
                warn(replace(word, name=spec.name), bad, found)
    if told.loose:
        left = _bind_rest(command, found, told, left, given)
    elif told.unknown is not None:
        raise told.unknown
    _check_waiting(command, found, {one.spec.name for one in told.named}, piped=piped)
    set_name = left[0] if len(left) == 1 else command.default_set if command.default_set in left else ""
    missing = _missing(command, found, set_name, piped=piped)
    if missing:
        asked = [_spec(command, name) for name in missing]
        answers = supply(asked)
        if answers is None:
            names = " ".join(missing)
            message = f"Cannot process command because of one or more missing mandatory parameters: {names}."
            raise failure(command, "MissingMandatoryParameter", message)
        found |= {spec.name: demanded(command, spec, answers[spec.name]) for spec in asked}
    return bound_of(command, found, set_name)


def _check_waiting(command: ClientCommand, found: dict[str, object], named: set[str], *, piped: bool) -> None:
    """Raises PowerShell's error for script blocks that wait for objects which do not come, or without a name."""
    for name, value in found.items():
        if not isinstance(value, Waiting):
            continue
        if name not in named and _spec(command, name).remaining:
            found[name] = value.block
        elif not piped:
            raise no_input(command, name)
        elif name not in named:
            raise nowhere(command, Word(None, value.block))


def no_input(command: ClientCommand, name: str) -> ScriptError:
    """The error of a script block that waits for objects which do not come."""
    message = (
        f"Cannot evaluate parameter '{name}' because its argument is specified as a script block and there is no "
        "input. A script block cannot be evaluated without input."
    )
    return failure(command, "ScriptBlockArgumentNoInput", message, "MetadataError")


def bound_of(command: ClientCommand, found: Mapping[str, object], set_name: str) -> Bound:
    """What was found, the common parameters apart."""
    common = {name: value for name, value in found.items() if name in _COMMON_NAMES and _is_common(command, name)}
    arguments = {name: value for name, value in found.items() if name not in common}
    return Bound(arguments, common, set_name, tuple(found))


def nowhere(command: ClientCommand, word: Word) -> ScriptError:
    """The error of a value that no position takes."""
    text = "$null" if word.value is None else net_text(word.value)
    message = f"A positional parameter cannot be found that accepts argument '{text}'."
    return failure(command, "PositionalParameterNotFound", message)


def bind_named(command: ClientCommand, named: Sequence[Named], *, piped: bool = True) -> dict[str, object]:
    """What is given by name, as the parameters have it: the first that does not fit is told."""
    found: dict[str, object] = {}
    for spec, value, said in named:
        if spec.name in found:
            message = (
                f"Cannot bind parameter because parameter '{said or spec.name}' is specified more than once. "
                "To provide multiple values to parameters that can accept multiple values, use the array syntax. "
                'For example, "-parameter value1,value2,value3".'
            )
            raise failure(command, "ParameterAlreadyBound", message)
        if (command.name, spec.name) == ("Write-Error", "Message") and is_collection(value):
            raise not_one(command, spec, type_of(value), "System.String")
        found[spec.name] = coerced(command, spec, value) if spec.is_switch else demanded(command, spec, value)
        if not piped and isinstance(found[spec.name], Waiting) and not spec.remaining:
            raise no_input(command, spec.name)
    return found


def demanded(command: ClientCommand, spec: ParameterSpec, value: object) -> object:
    """An argument of the parameter's type, which meets what the parameter demands."""
    known = known_of(command, spec)
    if known is not None and _waits(command, spec, known, value):
        return Waiting(value)
    made = coerced(command, spec, value)
    many = kind_of(command, spec).endswith("[]")
    why = unmet(command.name, spec.name, value, made, many=many, text=is_text(command, spec))
    if why is None and spec.name.endswith("Variable") and spec in COMMON:
        why = None if value is None else no_variable(spec.name, made)
    if why is not None:
        raise failure(command, why.error_id, why.message, "InvalidData")
    if spec.name == "Culture" and command.name in BY_CULTURE and made:
        need_culture(command, to_text(made))
    return settled(command, spec, made)


def _waits(command: ClientCommand, spec: ParameterSpec, known: Parameter, value: object) -> bool:
    """Whether a script block stands for what the pipeline would give: it is no value of the parameter's own."""
    is_block = isinstance(value, Block) and not value.piped
    if not is_block or known.kind in _TAKES_BLOCKS or spec.takes_block or command.name == "Out-Null":
        return False
    return _is_fed(command, spec.name)


_TAKES_BLOCKS: Final = (
    "System.Object", "System.Object[]", "System.Management.Automation.ScriptBlock",
    "System.Management.Automation.ScriptBlock[]",
)  # fmt: skip
"""Types of parameters that a script block is a value of."""


def _said(command: ClientCommand, words: Sequence[Word], spec: ParameterSpec) -> bool:
    """Whether a call names a parameter itself."""
    return any(word.name is not None and not word.splatted and _means(command, word.name, spec) for word in words)


def _means(command: ClientCommand, name: str, spec: ParameterSpec) -> bool:
    try:
        return find_parameter(command, name) is spec
    except ScriptError:
        return False


def _is_common(command: ClientCommand, name: str) -> bool:
    return all(spec.name != name for spec in command.parameters)


def _spec(command: ClientCommand, name: str) -> ParameterSpec:
    return next(spec for spec in (*command.parameters, *COMMON) if spec.name == name)


def _sets_left(command: ClientCommand, found: dict[str, object]) -> list[str]:
    """The parameter sets that all named arguments belong to. Raises PowerShell's error where there is none."""
    names = list(dict.fromkeys(name for spec in command.parameters for name in spec.sets))
    left = [name for name in names if all(not (sets := _spec(command, given).sets) or name in sets for given in found)]
    if names and not left:
        raise _no_set(command)
    return left


def _no_set(command: ClientCommand, category: str = "InvalidArgument") -> ScriptError:
    """The error of arguments that belong to no parameter set together, or to several."""
    message = (
        "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot "
        "be used together or an insufficient number of parameters were provided."
    )
    return failure(command, "AmbiguousParameterSet", message, category)


def _bind_positions(command: ClientCommand, found: dict[str, object], told: Told, left: list[str]) -> list[str]:
    """Give the values without a name to the positions that are left; the parameter sets that remain possible. What has
    none of its own stays among the loose words, where a parameter takes all that is left over."""
    block: ParameterSpec | None = None
    given = len(told.loose)
    for word in [one for one in told.loose if id(one) not in told.left_over]:
        spec = block or _next_position(command, found, word.value, left)
        try:
            if spec is None:
                if any(one.remaining for one in command.parameters):
                    break
                raise nowhere(command, word)
            if spec.remaining:
                break
            if command.name == "Invoke-Command" and spec.takes_block:
                block = spec  # it is the last of the places: what follows is one, too, and stands for it
            if command.name == "Write-Error":
                _check_of_three(command, word.value)
            if spec.sets:
                left = [name for name in left if name in spec.sets]
            found[spec.name] = demanded(command, spec, word.for_parameter(spec))
        except ScriptError as bad:
            raise told.no_place(bad, given) from None
        told.loose = [one for one in told.loose if one is not word]
    return left


def _bind_rest(command: ClientCommand, found: dict[str, object], told: Told, left: list[str], given: int) -> list[str]:
    """Give what found no place to the parameter that takes all that is left over; the parameter sets that remain
    possible. given: how many words there were without a name. Raises PowerShell's error for no such one, or several."""
    free = [
        spec
        for spec in command.parameters
        if spec.remaining and spec.name not in found and (not spec.sets or any(one in left for one in spec.sets))
    ]
    if not free:
        raise told.no_place(nowhere(command, told.loose[0]), given)
    if len(free) > 1:
        raise _no_set(command, "MetadataError")
    spec = free[0]
    alone = len(told.loose) == 1 and is_collection(told.loose[0].value)
    values = [word.for_parameter(spec) for word in told.loose]
    found[spec.name] = demanded(command, spec, values[0] if alone else GenericList(values))
    return [name for name in left if name in spec.sets] if spec.sets else left


def _check_of_three(command: ClientCommand, value: object) -> None:
    """Write-Error has three parameters at its first position. Raises the error of what is not the first one's."""
    if value is None:
        message = "Cannot bind argument to parameter 'Exception' because it is null."
        raise failure(command, "ParameterArgumentValidationErrorNullNotAllowed", message, "InvalidData")
    if type_of(value).endswith(".ScriptBlock"):
        why = cannot_convert_object(net_text(value), type_of(value), "System.Management.Automation.ErrorRecord", "")
        message = f"Cannot bind parameter 'ErrorRecord'. {why.message}"
        raise failure(command, "CannotConvertArgumentNoMessage", message)


MEMBER_KINDS = frozenset(
    ("noteproperty", "scriptproperty", "aliasproperty", "codeproperty", "scriptmethod", "codemethod", "propertyset",
     "memberset", "property", "method", "properties", "methods")
)  # fmt: skip


def _next_position(
    command: ClientCommand, found: dict[str, object], value: object, left: list[str]
) -> ParameterSpec | None:
    """The parameter of the first free position; of several there, the one that takes the value as it is."""
    free = [
        spec
        for spec in command.parameters
        if spec.position is not None and spec.name not in found and (not spec.sets or any(s in left for s in spec.sets))
    ]
    if not free:
        return None
    place = min(spec.position for spec in free if spec.position is not None)
    there = [spec for spec in free if spec.position == place]
    worded = next((spec for spec in there if spec.allowed), None)
    if worded is not None and len(there) > 1:  # Add-Member: a kind, a table of members, or a name
        if to_text(value).lower() in MEMBER_KINDS:
            return worded
        table = isinstance(value, Mapping)
        return next((spec for spec in there if not spec.allowed and (spec.type == "object") == table), there[0])
    whole = items_of(value) if is_collection(value) else [value]
    if there[0].type == "object" and whole and all(type(one) in TEXTS for one in whole):
        return next((spec for spec in there if spec.type == "string[]"), there[0])
    is_block = all(one is None or type_of(one).endswith(".ScriptBlock") for one in whole)
    return next((spec for spec in there if spec.takes_block == is_block), there[0])


def _missing(command: ClientCommand, found: dict[str, object], set_name: str, *, piped: bool) -> list[str]:
    """The mandatory parameters that have no value."""
    missing = [
        spec.name
        for spec in command.parameters
        if spec.mandatory
        and spec.name not in found
        and not (piped and spec.by_value)
        and (not spec.sets or set_name in spec.sets)
    ]
    if missing and not found and piped:
        missing = _all_mandatory(command) or missing
    if missing and piped and any(_is_fed(command, name) for name in missing):
        raise NotKnownHere(f"{command.name} of objects that may have no {missing[0]}")
    if missing and command.name == "Invoke-Command" and found.keys() & {"Session", "ComputerName"}:
        raise _no_set(command)  # a block or a file may be meant
    return missing


def _is_fed(command: ClientCommand, name: str) -> bool:
    """Whether PowerShell takes a parameter from the pipeline, so that each object is told what it lacks."""
    known = parameter_of(command.name, name)
    return known is not None and any(letter in place.letters for place in known.places.values() for letter in "vp")


def _all_mandatory(command: ClientCommand) -> list[str]:
    """What PowerShell lists when objects come and nothing was given: the mandatory parameters of each set in turn."""
    if not any(spec.takes_block and spec.type == "scriptblock" for spec in command.parameters):
        return []
    names = dict.fromkeys(name for spec in command.parameters for name in spec.sets)
    return [spec.name for name in names for spec in command.parameters if spec.mandatory and name in spec.sets]
