"""Measure-Object."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lync_magic.clixml import MISSING, Char, ObjectLike, PSObject, Uri, Version
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.selecting import need_names_of, property_names
from lync_magic.language.cmdlets.stream import Getter, all_of, getter, objects, reader
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.strict import PROPERTIES
from lync_magic.language.values.collections import (
    CUSTOM_OBJECT,
    NOTHING,
    SwitchParameter,
    Wrapped,
    is_bare,
    is_table,
    plain,
)
from lync_magic.language.values.compare import equal, order
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import CultureValue
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert_object
from lync_magic.language.values.noted import TEXTS
from lync_magic.language.values.numeric import Number, as_number, number_of_text
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.sort_order import compare_items, incomparable, whole_text
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.units import units

_COMMANDS: Final = "Microsoft.PowerShell.Commands"
_FIELDS: Final = ("Count", "Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property")


@dataclass
class _Gathered:
    """What of a property is measured; name: None for the objects themselves.  numeric: those of the values that have a
    number, where numbers are asked for; else all."""

    name: str | None
    values: list[object] = field(default_factory=list)
    numeric: list[object] = field(default_factory=list)


def _measure(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    items = (item for item in objects(call, input) if item is not None and item is not NOTHING)
    told = all_of(call.get("Property"))
    texts = any(call.given(one) for one in ("Line", "Word", "Character", "IgnoreWhiteSpace"))
    gathered = _gathered(call, items, told, numbers=not texts and _wants_numbers(call))
    found = [one for one in gathered if one.values or not told]
    if gathered and told and call.services.scope is not None and call.services.scope.strict >= PROPERTIES:
        _need_all(call, {str(one.name).lower() for one in found}, told, "Text" if texts else "Generic")
    if texts:
        yield from (_measured_text(call, one.values, one.name) for one in found)
        return
    whole = all(len(one.numeric) == len(one.values) for one in found)
    for one in found:
        yield _measured(call, one.numeric, one.name, len(one.values), whole=whole)


def _need_all(call: BoundCall, found: Set[str], told: list[object], kind: str) -> None:
    """Under Set-StrictMode a property that no object has is an error."""
    for one in told:
        name = one.text if isinstance(one, Block) else to_text(one)
        if name.lower() in found:
            continue
        if isinstance(one, Block) or has_wildcard(name):
            raise NotKnownHere("Measure-Object of such a property under Set-StrictMode")
        message = (
            f'Cannot process argument because the value of argument "{name}" is not valid. Change the value of the '
            f'"{name}" argument and run the operation again.'
        )
        error_id = f"{kind}MeasurePropertyNotFound,{call.error_suffix}"
        call.services.error(ScriptError(message, error_id, "ObjectNotFound", exception="PSArgumentException"))


_OF_NUMBERS: Final = ("Sum", "Average", "StandardDeviation")


def _wants_numbers(call: BoundCall) -> bool:
    return call.switch("AllStats") or any(map(call.switch, _OF_NUMBERS))


def _gathered(call: BoundCall, items: Iterator[object], told: list[object], *, numbers: bool) -> Iterable[_Gathered]:
    """What is to be measured; of each object a property counts once, however many of the terms mean it. What has no
    number is told as it comes."""
    terms = [_term(call, one) for one in told]
    whole, found = _Gathered(None), dict[str, _Gathered]()

    def gather(into: _Gathered, value: object) -> None:
        into.values.append(value)
        if not numbers or _is_numeric(call, value):
            into.numeric.append(value)

    for item in items:
        if not told:
            gather(whole, item)
            continue
        measured: set[str] = set()
        for name, value_of in terms:
            wild = value_of is None
            if wild:
                need_names_of(item)
            names = [one for one in property_names(item) if matches_wildcard(name, one)] if wild else [name]
            for one in names:
                into = found.get(one.lower())
                if into is None:
                    into = found[one.lower()] = _Gathered(_spelled(item, one))
                value = (value_of or _value(call, one))(item)
                if one.lower() not in measured and value is not MISSING:
                    measured.add(one.lower())
                    gather(into, value)
    return found.values() if told else [whole]


def _spelled(item: object, name: str) -> str:
    """A property's name as the object has it."""
    return next((one for one in property_names(item) if one.lower() == name.lower()), name)


def _term(call: BoundCall, told: object) -> tuple[str, Getter | None]:
    """What one of -Property measures: its name and how a value is found, which of a wildcard is none."""
    if isinstance(told, NetType) or is_table(told):
        wanted = "Microsoft.PowerShell.Commands.PSPropertyExpression"
        why = cannot_convert_object(net_text(told), type_of(told), wanted, "").message
        message, kind = f"Cannot bind parameter 'Property'. {why}", "ParameterBindingException"
        error_id = f"CannotConvertArgumentNoMessage,{call.error_suffix}"
        raise ScriptError(message, error_id, "InvalidArgument", exception=kind)
    name = told.text if isinstance(told, Block) else to_text(told)
    return name, None if not isinstance(told, Block) and has_wildcard(name) else _value(call, told)


def _value(call: BoundCall, told: object) -> Getter:
    if isinstance(told, Block):
        worked_out = getter(call, told)
        return lambda item: plain(worked_out(item))
    value_of = reader(to_text(told))
    return lambda item: 0 if (value := value_of(item)) is NOTHING else value


def _measured_text(call: BoundCall, items: list[object], name: str | None) -> PSObject:
    texts = [
        net_text(item if name else unspelled(item)) for item in items if name or not is_bare(item)
    ]  # to PowerShell an object of properties alone has no text
    found: dict[str, object] = {"Lines": None, "Words": None, "Characters": None, "Property": name}
    if call.switch("Line"):
        found["Lines"] = sum(text.count("\n") + (text != "" and not text.endswith("\n")) for text in texts)
    if call.switch("Word"):
        found["Words"] = sum(len(text.split()) for text in texts)
    if call.switch("Character"):
        blank = call.switch("IgnoreWhiteSpace")
        found["Characters"] = sum(sum(not (blank and char.isspace()) for char in units(text)) for text in texts)
    return _info("Text", found)


def _info(kind: str, found: dict[str, object]) -> PSObject:
    """What Measure-Object gives."""
    named = f"{_COMMANDS}.{kind}MeasureInfo"
    return PSObject(found, (named, f"{_COMMANDS}.MeasureInfo", "System.Object"), named)


def _measured(call: BoundCall, items: list[object], name: str | None, count: int, *, whole: bool) -> PSObject:
    """What is told of values. count: how many there were.  whole: all had a number, in this property and the others,
    without which there are no sums."""
    found: dict[str, object] = dict.fromkeys(_FIELDS)
    found["Count"] = count
    found["Property"] = name
    everything = call.switch("AllStats")
    wants = {
        one: (everything or call.switch(one)) and (whole or one not in _OF_NUMBERS)
        for one in (*_OF_NUMBERS, "Maximum", "Minimum")
    }
    numbers = [float(_of_one(item) or 0) for item in items] if any(map(wants.get, _OF_NUMBERS)) else []
    if wants["Sum"]:
        found["Sum"] = float(sum(numbers))
    if wants["Average"] and items:
        found["Average"] = sum(numbers) / len(items)
    if wants["StandardDeviation"]:
        found["StandardDeviation"] = statistics.stdev(numbers) if len(numbers) > 1 else 0.0
    kind = "Generic"
    for one, sign in (("Maximum", 1), ("Minimum", -1)):
        if items and wants[one]:
            found[one] = _extreme(items, sign, whole=name is None)
    ends = {one: found[one] for one in ("Maximum", "Minimum") if found[one] is not None}
    doubles = {name: _double(one) for name, one in ends.items()}
    if None in doubles.values():
        kind = "GenericObject"
    else:
        found |= doubles
    return _info(kind, found)


def _extreme(items: list[object], sign: int, *, whole: bool) -> object:
    """The largest (1) or smallest (-1) of values: what is a number to .NET as a Double, the rest as its type compares,
    values of several types as texts. whole: they are the input objects themselves. Raises ScriptError for values
    without an order."""
    values = [_NO_TEXT if whole and is_bare(item) else item for item in items]
    best = values[0]
    for item in values[1:]:
        if best is None or _order(best, item) * sign < 0:
            best = item
    return best


_NO_TEXT: Final = PSObject({}, CUSTOM_OBJECT)
"""What .NET sees of an object that is only its properties."""
_ORDERED: Final = (str, float, datetime, timedelta, UUID, Version)
_EQUAL_BY_VALUE: Final = (Uri, NetType, CultureValue, SwitchParameter)


def _order(left: object, right: object) -> int:
    held, new = _measured_as(left), _measured_as(right)
    if new is None:
        return order(held, new)
    if type_of(held) != type_of(new):
        return compare_items(whole_text(held), whole_text(new), case=True)
    if isinstance(held, _ORDERED) and not isinstance(held, Uri):
        return compare_items(held, new, case=True)
    if held is new or (isinstance(held, _EQUAL_BY_VALUE) and equal(held, new)):
        return 0
    if isinstance(held, ObjectLike) and not isinstance(held, SwitchParameter):
        raise incomparable(held, new, MEASURE.error_suffix)
    message = f'Cannot compare "{net_text(held)}" because it is not IComparable.'
    raise ScriptError(message, f"Argument,{MEASURE.error_suffix}", "InvalidArgument", exception="ArgumentException")


def _measured_as(value: object) -> object:
    number = _double(value)
    return value if number is None else number


def _double(value: object) -> float | None:
    """A value as a Double, where PowerShell makes one of it."""
    if isinstance(value, Char):
        return float(ord(value))
    if type(value) in TEXTS:
        try:
            made = convert(value, NetType("System.Double"))
        except ScriptError:
            return None
        return made if isinstance(made, float) else None
    number = None if isinstance(value, SwitchParameter) else as_number(value)
    return None if number is None else float(number)


def _of_one(item: object) -> Number | None:
    if item is None:
        return 0
    if isinstance(item, Char):
        return ord(item)
    return number_of_text(str(item)) if type(item) in TEXTS else as_number(item)


def _is_numeric(call: BoundCall, item: object) -> bool:
    """Whether an object has a number; what has none is told, and not measured at all."""
    if _of_one(item) is not None:
        return True
    bare = is_bare(item)  # which has no text to PowerShell
    text = "" if bare else to_text(item) if isinstance(item, Wrapped) else net_text(item)
    message, target = f'Input object "{text}" is not numeric.', text if bare or isinstance(item, Wrapped) else item
    error_id = f"NonNumericInputObject,{MEASURE.error_suffix}"
    kind = "PSInvalidOperationException"
    call.services.error(ScriptError(message, error_id, "InvalidType", exception=kind, target=target))
    return False


MEASURE: Final = ClientCommand(
    "Measure-Object",
    (
        ParameterSpec("Property", "object[]", position=0),
        ParameterSpec("StandardDeviation", "switch", sets=("GenericMeasure",)),
        ParameterSpec("Sum", "switch", sets=("GenericMeasure",)),
        ParameterSpec("AllStats", "switch", sets=("GenericMeasure",)),
        ParameterSpec("Average", "switch", sets=("GenericMeasure",)),
        ParameterSpec("Maximum", "switch", sets=("GenericMeasure",)),
        ParameterSpec("Minimum", "switch", sets=("GenericMeasure",)),
        ParameterSpec("Line", "switch", sets=("TextMeasure",)),
        ParameterSpec("Word", "switch", sets=("TextMeasure",)),
        ParameterSpec("Character", "switch", sets=("TextMeasure",)),
        ParameterSpec("IgnoreWhiteSpace", "switch", sets=("TextMeasure",)),
        ParameterSpec("InputObject", "object", by_value=True),
    ),
    _measure,
    ("measure",),
    "MeasureObjectCommand",
    "GenericMeasure",
)

CMDLETS: Final = (MEASURE,)
