"""The binder of this side: words and values to declared parameters, by PowerShell's rules and with its errors.

Names may be abbreviated where that is unambiguous; a switch takes no value but `-Name:value`; what has no name goes
to the positions that are left; common parameters belong to every command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.binding import Parameter, parameter_of
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.demands import unmet
from lync_magic.language.cmdlets.files import no_encoding
from lync_magic.language.syntax.expressions import TypeName
from lync_magic.language.syntax.source import Extent, Source
from lync_magic.language.values.collections import SwitchParameter, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert_object
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, resolve, type_of


@dataclass(frozen=True)
class Word:
    """One argument of a call: `-name`, `-name:value` or a value (name is None).

    text: how a number was spelled; a parameter that wants text gets that (`0044`, `1.50`).
    splatted: it comes of a table (`@p`); what the call itself says goes before it.
    """

    name: str | None
    value: object = MISSING
    text: str | None = None
    splatted: bool = False

    def for_parameter(self, spec: ParameterSpec) -> object:
        """The value as a parameter gets it."""
        return self.text if self.text is not None and spec.is_text else self.value


@dataclass(frozen=True)
class Waiting:
    """A script block that stands for an argument: its value is worked out for each object that is piped in."""

    block: object


ONE_BY_ONE: Final = frozenset({"Copy-Item", "Move-Item", "Rename-Item"})
"""Cmdlets that are run for each object by itself where a script block stands for an argument."""
COMMON: Final = (
    ParameterSpec("Verbose", "switch", ("vb",)),
    ParameterSpec("Debug", "switch", ("db",)),
    ParameterSpec("ErrorAction", "string", ("ea",)),
    ParameterSpec("WarningAction", "string", ("wa",)),
    ParameterSpec("InformationAction", "string", ("infa",)),
    ParameterSpec("ProgressAction", "string", ("proga",)),
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


def failure(
    command: ClientCommand, error_id: str, message: str, category: str = "InvalidArgument", *, target: object = None
) -> ScriptError:
    """A binding error of a command. target: what was piped, where that is what does not fit."""
    whole = f"{error_id},{command.error_suffix}" if command.error_suffix else error_id
    exception = "ParameterBindingValidationException" if "Validation" in error_id else "ParameterBindingException"
    made = ScriptError(message, whole, category, exception=exception, activity=command.name, target=target)
    inside = _INSIDE.get(error_id)
    if inside is not None:
        start, made.inner = inside
        made.inner_message = message[message.index(start) + len(start) :]
    return made


_INSIDE: Final = {
    "CannotConvertArgument": ("'. ", "NotSupportedException"),
    "CannotConvertArgumentNoMessage": ("'. ", "PSInvalidCastException"),
    "ParameterArgumentValidationError": ("'. ", "ValidationMetadataException"),
}
"""What the exceptions of some errors hold: where their own words begin, and their types."""


def find_parameter(command: ClientCommand, name: str) -> ParameterSpec:
    """The parameter that a name, an alias or the start of one means. Raises PowerShell's error for none or several."""
    folded = name.lower()
    specs = (*command.parameters, *COMMON)
    for spec in specs:
        if folded == spec.name.lower() or folded in (alias.lower() for alias in spec.aliases):
            return spec
    for group in (command.parameters, COMMON):
        near = [spec for spec in group if any(known.lower().startswith(folded) for known in (spec.name, *spec.aliases))]
        if len(near) == 1:
            return near[0]
        if near:
            names = " ".join(f"-{spec.name}" for spec in near)
            message = (
                f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. "
                f"Possible matches include: "
                f"{names}."
            )
            raise failure(command, "AmbiguousParameter", message)
    message = f"A parameter cannot be found that matches parameter name '{name}'."
    raise failure(command, "NamedParameterNotFound", message)


@dataclass
class Told:
    """The words of a call, parted. named: by parameter.  loose: what has no name.  unknown: the error of the first name
    that is none, and before: how many loose ones stand before that."""

    named: list[tuple[ParameterSpec, object]]
    loose: list[Word]
    unknown: ScriptError | None = None
    before: int = 0

    def no_place(self, bad: ScriptError, given: int) -> ScriptError:
        """Of all that found no place, the error of the first. given: how many loose ones there were."""
        is_later = not bad.error_id.startswith("PositionalParameterNotFound") or self.unknown is None
        return bad if is_later or given - len(self.loose) < self.before else self.unknown or bad


def part(command: ClientCommand, words: Sequence[Word]) -> Told:
    """Part the words of a call. Raises ScriptError in PowerShell's words."""
    named: list[tuple[ParameterSpec, object]] = []
    loose: list[Word] = []
    unknown: ScriptError | None = None
    before = 0
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word.name is None:
            loose.append(word)
            continue
        try:
            spec = find_parameter(command, word.name)
        except ScriptError as bad:
            if not any(one.remaining for one in command.parameters):
                if not bad.error_id.startswith("NamedParameterNotFound"):
                    raise
                unknown, before = unknown or bad, before if unknown else len(loose)
                if word.value is MISSING and index < len(words) and words[index].name is None:
                    index += 1  # what stands behind it is its own
                continue
            loose.append(Word(None, f"-{word.name}"))  # all that is left goes there, words with a dash too
            if word.value is not MISSING:
                loose.append(Word(None, word.value))
            continue
        if word.splatted and _said(command, words, spec):
            continue
        if spec.is_switch:
            named.append((spec, True if word.value is MISSING else word.value))
        elif word.value is not MISSING:
            named.append((spec, word.for_parameter(spec)))
        elif index < len(words) and words[index].name is None:
            named.append((spec, words[index].for_parameter(spec)))
            index += 1
        else:
            message = (
                f"Missing an argument for parameter '{spec.name}'. Specify a parameter of type "
                f"'{_full_name(spec)}' and try "
                "again."
            )
            raise failure(command, "MissingArgument", message)
    return Told(named, loose, unknown, before)


def bind(command: ClientCommand, words: Sequence[Word], *, piped: bool, defaults: Sequence[Word] = ()) -> Bound:
    """Bind words to the parameters of a command. defaults: for parameters that the words leave open. Raises
    ScriptError in PowerShell's words."""
    told = part(command, words)
    loose = told.loose
    found = bind_named(command, told.named)
    left = _sets_left(command, found)
    given = len(loose)
    try:
        left = _bind_positions(command, found, loose, left)
    except ScriptError as bad:
        raise told.no_place(bad, given) from None
    for word in defaults:
        spec = find_parameter(command, word.name or "")
        if spec.name not in found and (not spec.sets or any(one in left for one in spec.sets)):
            found[spec.name] = demanded(command, spec, word.value)
    _check_waiting(command, found, {spec.name for spec, _value in told.named}, piped=piped)
    set_name = left[0] if len(left) == 1 else command.default_set if command.default_set in left else ""
    if told.unknown is not None:
        raise told.unknown
    _check_mandatory(command, found, set_name, piped=piped)
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
    text = word.text or to_text(word.value)
    message = f"A positional parameter cannot be found that accepts argument '{text}'."
    return failure(command, "PositionalParameterNotFound", message)


def bind_named(command: ClientCommand, named: Sequence[tuple[ParameterSpec, object]]) -> dict[str, object]:
    """What is given by name, as the parameters have it: the first that does not fit is told."""
    found: dict[str, object] = {}
    for spec, value in named:
        if spec.name in found:
            message = (
                f"Cannot bind parameter because parameter '{spec.name}' is specified more than once. "
                f"To provide multiple "
                "values to parameters that can accept multiple values, use the array syntax. For example, "
                '"-parameter value1,value2,value3".'
            )
            raise failure(command, "ParameterAlreadyBound", message)
        found[spec.name] = _switch(command, spec, value) if spec.is_switch else demanded(command, spec, value)
    return found


def demanded(command: ClientCommand, spec: ParameterSpec, value: object) -> object:
    """An argument of the parameter's type, which meets what the parameter demands."""
    if spec.name.endswith("Action") and spec.name in _COMMON_NAMES and _is_common(command, spec.name):
        return _action(command, spec.name, value)
    known = parameter_of(command.name, spec.name)
    if known is not None and _waits(command, spec, known, value):
        return Waiting(value)
    if known is not None:
        value = _as_known(command, spec, known, value)
    made = _converted(command, spec, value)
    many = spec.type.endswith("[]") or (known is not None and known.kind.endswith("[]"))
    why = unmet(command.name, spec.name, value, made, many=many, text=spec.is_text)
    if why is not None:
        raise failure(command, why.error_id, why.message, "InvalidData")
    if known is not None and known.words and not known.enumeration:
        _check_words(command, spec, known, value)
    return made


def _check_words(command: ClientCommand, spec: ParameterSpec, known: Parameter, value: object) -> None:
    """Raise PowerShell's error where an argument is none of the words that a parameter allows."""
    words = {to_text(one).lower() for one in (items_of(value) if is_collection(value) else [value])}
    if not words.issubset(map(str.lower, known.words)):
        message = (
            f"Cannot validate argument on parameter '{spec.name}'. The argument \"{to_text(value)}\" does not belong "
            f'to the set "{",".join(known.words)}" specified by the ValidateSet attribute. Supply an argument that is '
            "in the set and then try the command again."
        )
        raise failure(command, "ParameterArgumentValidationError", message, "InvalidData")


_NUMBERS: Final = ("UInt64", "UInt32")


def _as_known(command: ClientCommand, spec: ParameterSpec, known: Parameter, value: object) -> object:
    """An argument as the parameter's own type in PowerShell takes it, where that says more than ours."""
    if known.kind == "String" and is_collection(value) and not known.words and command.name != "Write-Error":
        raise _not_one(command, spec, type_of(value), "System.String")
    if known.kind == "Encoding" and is_collection(value):
        raise _not_one(command, spec, type_of(value), "System.Text.Encoding")
    if known.kind == "Encoding" and type_of(value) == "System.String" and value == "":
        raise no_encoding("", command.error_suffix, command.name)
    if known.kind in _NUMBERS:
        return _of_type(command, spec, value, NetType(f"System.{known.kind}"))
    if known.enumeration:
        try:
            return enum_value(known.enumeration, value)
        except ScriptError as bad:
            message = f"Cannot bind parameter '{spec.name}'. {bad.message}"
            raise failure(command, "CannotConvertArgumentNoMessage", message) from None
    return value


def _waits(command: ClientCommand, spec: ParameterSpec, known: Parameter, value: object) -> bool:
    """Whether a script block stands for what the pipeline would give: it is no value of the parameter's own."""
    is_block = type_of(value).endswith(".ScriptBlock")
    if not is_block or known.kind in _TAKES_BLOCKS or spec.takes_block or command.name == "Out-Null":
        return False
    return _is_fed(command, spec.name)


_TAKES_BLOCKS: Final = ("Object", "Object[]", "ScriptBlock", "ScriptBlock[]")
"""Types of parameters that a script block is a value of."""


def _action(command: ClientCommand, name: str, value: object) -> str:
    try:
        return to_text(enum_value("System.Management.Automation.ActionPreference", value))
    except ScriptError as bad:
        message = f"Cannot bind parameter '{name}'. {bad.message}"
        raise failure(command, "CannotConvertArgumentNoMessage", message) from None


def _said(command: ClientCommand, words: Sequence[Word], spec: ParameterSpec) -> bool:
    """Whether a call names a parameter itself."""
    return any(
        word.name is not None and not word.splatted and find_parameter(command, word.name) is spec for word in words
    )


def _is_common(command: ClientCommand, name: str) -> bool:
    return all(spec.name != name for spec in command.parameters)


def _spec(command: ClientCommand, name: str) -> ParameterSpec:
    return next(spec for spec in (*command.parameters, *COMMON) if spec.name == name)


def _full_name(spec: ParameterSpec) -> str:
    resolved = _type(spec)
    return spec.type_name or (resolved.name if resolved is not None else spec.type)


def _type(spec: ParameterSpec) -> NetType | None:
    base = spec.type.removesuffix("[]")
    ranks = (1,) if base != spec.type else ()
    return resolve(TypeName(Extent(Source(""), 0, 0), base, (), ranks))


def _switch(command: ClientCommand, spec: ParameterSpec, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if spec.type_name:
        return _switch_of_function(command, spec, value)
    number = as_number(value)
    if number is not None:
        return bool(number)
    message = (
        f"Cannot convert '{type_of(value)}' to the type "
        f"'System.Management.Automation.SwitchParameter' required by parameter "
        f"'{spec.name}'. "
    )
    raise failure(command, "CannotConvertArgument", message)


def _switch_of_function(command: ClientCommand, spec: ParameterSpec, value: object) -> bool:
    """A function's takes no numbers, for all that it says."""
    if isinstance(value, SwitchParameter):
        return value.on
    message = f'Cannot convert the "{to_text(value)}" value of type "{type_of(value)}" to type "{spec.type_name}".'
    if as_number(value) is None:
        message = (
            f'Cannot convert value "{type_of(value)}" to type "{spec.type_name}". Boolean parameters accept only '
            "Boolean values and numbers, such as $True, $False, 1 or 0."
        )
    told = f"Cannot process argument transformation on parameter '{spec.name}'. {message}"
    raise failure(command, "ParameterArgumentTransformationError", told, "InvalidData")


def _sets_left(command: ClientCommand, found: dict[str, object]) -> list[str]:
    """The parameter sets that all named arguments belong to. Raises PowerShell's error where there is none."""
    names = list(dict.fromkeys(name for spec in command.parameters for name in spec.sets))
    left = [name for name in names if all(not (sets := _spec(command, given).sets) or name in sets for given in found)]
    if names and not left:
        message = (
            "Parameter set cannot be resolved using the specified named parameters. One or more "
            "parameters issued cannot be "
            "used together or an insufficient number of parameters were provided."
        )
        raise failure(command, "AmbiguousParameterSet", message)
    return left


def _bind_positions(command: ClientCommand, found: dict[str, object], loose: list[Word], left: list[str]) -> list[str]:
    """Give the values without a name to the positions that are left; the parameter sets that remain possible."""
    while loose:
        spec = _next_position(command, found, loose[0].value, left)
        if spec is None:
            raise nowhere(command, loose[0])
        if command.name == "Write-Error":
            _check_of_three(command, loose[0].value)
        if spec.sets:
            left = [name for name in left if name in spec.sets]
        if spec.remaining and len(loose) > 1:
            found[spec.name] = demanded(command, spec, [word.for_parameter(spec) for word in loose])
            return left
        found[spec.name] = demanded(command, spec, loose.pop(0).for_parameter(spec))
    return left


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
    whole = items_of(value) if is_collection(value) and len(items_of(value)) else [value]
    is_block = all(type_of(one).endswith(".ScriptBlock") for one in whole)
    return next((spec for spec in there if spec.takes_block == is_block), there[0])


def _converted(command: ClientCommand, spec: ParameterSpec, value: object) -> object:
    if spec.takes_block or spec.type == "scriptblock":
        _check_blocks(command, spec, value)
    if spec.type == "object[]" and value is None:
        return None
    if spec.type == "object[]":
        return list(items_of(value)) if is_collection(value) else [value]
    if spec.type in ("object", "scriptblock", "switch"):
        return value
    target = _type(spec)
    if target is None:
        return value
    if not spec.type.endswith("[]") and spec.type != "hashtable" and is_collection(value):
        raise _not_one(command, spec, type_of(value), target.name)
    if spec.type.endswith("[]") and value is not None and not is_collection(value):
        value = _of_type(command, spec, value, NetType(target.name.removesuffix("[]")))
    made = _of_type(command, spec, value, target)
    if spec.minimum is not None and isinstance(made, int | float) and made < spec.minimum:
        message = (
            f"Cannot validate argument on parameter '{spec.name}'. The {to_text(made)} argument is less than "
            f"the minimum allowed range "
            f"of {spec.minimum}. Supply an argument that is greater than or equal to {spec.minimum} "
            f"and then try the command "
            "again."
        )
        raise failure(command, "ParameterArgumentValidationError", message, "InvalidData")
    if spec.maximum is not None and isinstance(made, int | float) and made > spec.maximum:
        message = (
            f"Cannot validate argument on parameter '{spec.name}'. The {to_text(made)} argument is greater than the "
            f"maximum allowed range of {spec.maximum}. Supply an argument that is less than or equal to "
            f"{spec.maximum} and then try the command again."
        )
        raise failure(command, "ParameterArgumentValidationError", message, "InvalidData")
    return made


def _of_type(command: ClientCommand, spec: ParameterSpec, value: object, target: NetType) -> object:
    try:
        return convert(value, target)
    except ScriptError as bad:
        if value is None:
            message = f"Cannot bind parameter '{spec.name}' to the target. Exception setting \"{spec.name}\": "
            raise failure(command, "ParameterBindingFailed", f'{message}"{bad.message}"', "WriteError") from None
        message = f"Cannot bind parameter '{spec.name}'. {bad.message}"
        raise failure(command, "CannotConvertArgumentNoMessage", message) from None


def _not_one(command: ClientCommand, spec: ParameterSpec, given: str, wanted: str) -> ScriptError:
    """The error of a list where one thing belongs."""
    message = (
        f"Cannot convert '{given}' to the type '{wanted}' required by parameter '{spec.name}'. "
        "Specified method is not supported."
    )
    return failure(command, "CannotConvertArgument", message)


def _check_blocks(command: ClientCommand, spec: ParameterSpec, value: object) -> None:
    for item in items_of(value) if is_collection(value) else [value]:
        if item is not None and not type_of(item).endswith(".ScriptBlock"):
            problem = cannot_convert_object(
                to_text(item),
                type_of(item),
                "System.Management.Automation.ScriptBlock",
                "CannotConvertArgumentNoMessage",
            )
            message = f"Cannot bind parameter '{spec.name}'. {problem.message}"
            raise failure(command, "CannotConvertArgumentNoMessage", message)


def _check_mandatory(command: ClientCommand, found: dict[str, object], set_name: str, *, piped: bool) -> None:
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
    if missing:
        message = f"Cannot process command because of one or more missing mandatory parameters: {' '.join(missing)}."
        raise failure(command, "MissingMandatoryParameter", message)


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
