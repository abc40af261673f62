"""Binding: arguments to parameters, parameter sets told apart, pipeline objects to what is still free.

Rules of this file: it follows PowerShell's order (names, positions, sets, what is mandatory, then each
pipeline object), so that the same words give the same parameters or the same error. It calls no command and
changes no state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.coercion import (
    ConversionError,
    NullError,
    WrongKindError,
    as_text,
    convert,
    is_exact,
)
from lync_magic.sandbox.engine.failures import CommandError
from lync_magic.sandbox.engine.signatures import Command, Parameter
from lync_magic.sandbox.engine.words import Argument, match, paired
from lync_magic.sandbox.model import EnumValue, ErrorRecord, PSObject, Word


class InputNotBoundError(Exception):
    """One pipeline object could not be bound; the command goes on with the next."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.message)
        self.record = record


@dataclass
class Binding:
    """What the words of one command bound.

    values: by full parameter name.  sets: the parameter sets that are still possible.
    """

    command: Command
    values: dict[str, object] = field(default_factory=dict)
    sets: list[str] = field(default_factory=list)

    def for_input(self, value: object) -> dict[str, object]:
        """The parameters for one pipeline object. Raises InputNotBoundError."""
        chosen = self._from_input(value)
        if not chosen:
            raise InputNotBoundError(failures.input_not_bound(self.command.name, value))
        binding = Binding(self.command, {**self.values, **chosen}, list(self.sets))
        for name in chosen:
            binding.narrow(self.command.named(name))
        try:
            missing = binding.settle(expecting_input=False)
        except CommandError as failure:
            raise InputNotBoundError(failure.record) from None
        if missing:
            names = [one.name for one in missing]
            raise InputNotBoundError(failures.missing_mandatory(self.command.name, names))
        return binding.values

    def _from_input(self, value: object) -> dict[str, object]:
        """By property name where the object has the property, else by value:

        objects of the service say who they are.
        """
        free = [one for one in self.command.parameters if one.name not in self.values and self.is_possible(one)]
        if isinstance(value, PSObject):
            named = self._by_property_name(value, free)
            whole = [one for one in free if one.by_value and is_exact(value, one.type)]
            if named or not whole:
                return named or self._by_value(value, free)
            return self._by_value(value, whole)
        return self._by_value(value, free)

    def _by_property_name(self, value: PSObject, free: Sequence[Parameter]) -> dict[str, object]:
        properties = {name.lower(): one for name, one in value.properties.items()}
        found: dict[str, object] = {}
        for parameter in free:
            if not parameter.by_property_name:
                continue
            for name in (parameter.name, *parameter.aliases):
                if properties.get(name.lower()) is not None:
                    found[parameter.name] = coerced(self.command, parameter, properties[name.lower()])
                    break
        return found

    def _by_value(self, value: object, free: Sequence[Parameter]) -> dict[str, object]:
        for parameter in free:
            if parameter.by_value:
                try:
                    return {parameter.name: coerced(self.command, parameter, value)}
                except CommandError:
                    continue
        return {}

    def is_possible(self, parameter: Parameter) -> bool:
        """Whether the parameter is in one of the sets that are still possible."""
        return any(parameter.use_in(name) is not None for name in self.sets)

    def narrow(self, parameter: Parameter) -> None:
        """Leave only the sets that this parameter is in. Raises CommandError when none is left."""
        self.sets = [name for name in self.sets if parameter.use_in(name) is not None]
        if not self.sets:
            raise CommandError(failures.ambiguous_set(self.command.name))

    def settle(self, *, expecting_input: bool) -> list[Parameter]:
        """Choose the parameter set; what is missing in it of what is mandatory. Raises CommandError."""
        missing = {name: self._missing(name, expecting_input) for name in self.sets}
        complete = [name for name in self.sets if not missing[name]]
        default = self.command.default_set
        if expecting_input:
            if complete:
                self.sets = complete
                return []
        elif default in self.sets:  # it is meant, also where another one would need nothing more
            complete = [default] if not missing[default] else []
        if len(complete) == 1:
            self.sets = complete
            return []
        if len(complete) > 1 or (len(self.sets) > 1 and default not in self.sets):
            raise CommandError(failures.ambiguous_set(self.command.name))
        self.sets = [default] if default in self.sets else self.sets[:1]
        return missing[self.sets[0]]

    def _missing(self, set_name: str, expecting_input: bool) -> list[Parameter]:
        found = []
        for parameter in self.command.parameters:
            use = parameter.use_in(set_name)
            if use is None or not use.mandatory or parameter.name in self.values:
                continue
            if not (expecting_input and (parameter.by_value or parameter.by_property_name)):
                found.append(parameter)
        return found


Ask = Callable[[Sequence[Parameter]], Mapping[str, object] | None]
"""Asks a person for the values of parameters; None where nobody answers."""


def bind(
    command: Command, words: Sequence[Word], *, expecting_input: bool, ask: Ask = lambda _missing: None
) -> Binding:
    """Bind one command's words.

    expecting_input: whether it stands behind another command or gets the client's input.  ask: for the mandatory
    parameters that are missing.
    Raises CommandError with the record that PowerShell gives.
    """
    arguments = paired(command, words)
    binding = Binding(command, sets=list(command.sets))
    left = _bind_names(binding, arguments)
    left = _bind_positions(binding, left)
    if left:
        raise CommandError(_unbound(command, left[0]))
    missing = binding.settle(expecting_input=expecting_input)
    if missing:
        given = ask(missing)
        if given is None:
            raise CommandError(failures.missing_mandatory(command.name, [one.name for one in missing]))
        binding.values.update({one.name: coerced(command, one, given.get(one.name)) for one in missing})
    return binding


def coerced(command: Command, parameter: Parameter, value: object) -> object:
    """The value in the parameter's type, validated. Raises CommandError."""
    try:
        converted = convert(value, parameter.type)
    except ConversionError as refusal:
        raise CommandError(_not_converted(command.name, parameter.name, refusal)) from None
    mandatory = any(use.mandatory for use in parameter.uses.values())
    if mandatory and not parameter.allow_empty:
        _refuse_empty(command, parameter, converted)
    if parameter.values:
        converted = _in_set(command, parameter, converted)
    return converted


def _not_converted(command: str, parameter: str, refusal: ConversionError) -> ErrorRecord:
    """What a compiled cmdlet says, which the service's are, where a function would speak of a transformation."""
    if isinstance(refusal, WrongKindError):
        return failures.wrong_kind(command, parameter, refusal.value, refusal.type_name, str(refusal))
    if isinstance(refusal, NullError):
        return failures.null_refused(command, parameter, str(refusal))
    return failures.not_converted(command, parameter, str(refusal))


def _bind_names(binding: Binding, arguments: Sequence[Argument]) -> list[Argument]:
    left = []
    for argument in arguments:
        parameter = None if argument.name is None else match(binding.command, argument.name)
        if parameter is None:
            left.append(argument)
            continue
        if parameter.name in binding.values:
            raise CommandError(failures.bound_twice(binding.command.name, parameter.name))
        binding.values[parameter.name] = coerced(binding.command, parameter, argument.value)
    for name in binding.values:
        binding.narrow(binding.command.named(name))
    return left


def _bind_positions(binding: Binding, arguments: Sequence[Argument]) -> list[Argument]:
    """Bind the lone values to positions; what is left over comes back."""
    waiting = [one for one in arguments if one.name is None]
    position = -1
    while waiting:
        at_next = _next_position(binding, position)
        if at_next is None:
            break
        position, candidates = at_next
        parameter = _choose(binding, candidates, position, waiting[0].value)
        binding.values[parameter.name] = coerced(binding.command, parameter, waiting.pop(0).value)
        binding.narrow(parameter)
    return [one for one in arguments if one.name is not None or any(one is other for other in waiting)]


def _next_position(binding: Binding, after: int) -> tuple[int, list[Parameter]] | None:
    """The next position of which a free parameter is possible, with those parameters."""
    found: dict[int, list[Parameter]] = {}
    for parameter in binding.command.parameters:
        if parameter.name in binding.values:
            continue
        for set_name in binding.sets:
            use = parameter.use_in(set_name)
            if use is not None and use.position is not None and use.position > after:
                found.setdefault(use.position, []).append(parameter)
    return min(found.items(), key=lambda item: item[0]) if found else None


def _choose(binding: Binding, candidates: Sequence[Parameter], position: int, value: object) -> Parameter:
    """Of the parameters at one position: one that needs no conversion, and of the default set, first."""
    default = binding.command.default_set

    def rank(parameter: Parameter) -> tuple[bool, bool]:
        use = parameter.use_in(default) if default is not None and default in binding.sets else None
        is_default = use is not None and use.position == position
        return (not is_default, not is_exact(value, parameter.type))

    return min(candidates, key=rank)


def _unbound(command: Command, argument: Argument) -> ErrorRecord:
    if argument.name is None:
        return failures.unknown_positional(command.name, as_text(argument.value))
    return failures.unknown_parameter(command.name, argument.name)


def _refuse_empty(command: Command, parameter: Parameter, value: object) -> None:
    if value is None:
        what = "null"
    elif value == "":
        what = "an empty string"
    elif isinstance(value, list) and not value:
        what = "an empty array"
    else:
        return
    raise CommandError(failures.empty_refused(command.name, parameter.name, what))


def _in_set(command: Command, parameter: Parameter, value: object) -> object:
    """The value, or each of its elements, as the validation set spells it."""
    spelled = {one.lower(): one for one in parameter.values}
    several: Sequence[object] = value if isinstance(value, list) else [value]
    for one in several:
        if as_text(one).lower() not in spelled:
            record = failures.not_in_set(command.name, parameter.name, as_text(one), parameter.values)
            raise CommandError(record)
    return value


def flag(values: Mapping[str, object], name: str) -> bool:
    """A switch's value; False when it was not given."""
    return values.get(name) is True


def preference(values: Mapping[str, object], name: str, default: str) -> str:
    """An ActionPreference's name."""
    given = values.get(name)
    return given.name if isinstance(given, EnumValue) else default
