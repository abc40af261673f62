"""Methods of .NET that put a value into a variable: `[int]::TryParse($text, [ref]$n)`, `$table.TryGetValue($key,
[ref]$value)`.

Rule of this file: what the variable holds is made a value of the type that .NET puts there before the method runs, as
PowerShell does it; where it cannot be one, nothing is called.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lync_magic.clixml import MISSING, Char
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.values.array_statics import array_of, element_of, nothing_in
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import NOTHING, Dictionary, plain
from lync_magic.language.values.convert import convert, convert_by_culture
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import ITEM, NotKnownHere, ScriptError, call_failed, need_room, no_overload
from lync_magic.language.values.methods import argument_as, int32
from lync_magic.language.values.net_choice import rank_of
from lync_magic.language.values.numbers import read_decimal
from lync_magic.language.values.numeric import INTEGERS, REALS, to_int
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.shapes import is_value_type
from lync_magic.language.values.static_reading import is_parsed, parse_styled, plain_form
from lync_magic.language.values.statics import static_call
from lync_magic.language.values.text import to_text
from lync_magic.language.values.typed_lines import TypedQueue, TypedStack
from lync_magic.language.values.types import NetType, type_of

_NO_ZERO: Final = {
    "System.DateTime": "0001-01-01", "System.Boolean": False, "System.Guid": "00000000-0000-0000-0000-000000000000",
    "System.TimeSpan": "00:00:00", "System.DateTimeOffset": "0001-01-01T00:00:00+00:00",
    "System.Management.Automation.SwitchParameter": False,
}  # fmt: skip
"""What of a value type stands for nothing, where it is not made of 0."""
_BAD_FORMAT: Final = "Input string was not in a correct format."
"""What .NET says of a date's format that is none."""
_PAIR: Final = 2
_PAIRS: Final = ("Entry", "Pair")
"""How the names end of value types that hold a key and a value."""


_PARSED: Final = frozenset(
    f"System.{name}"
    for name in (
        "Int32", "Int64", "Double", "Decimal", "DateTime", "Boolean", "Guid", "TimeSpan", "Version", "Byte",
        "Net.IPAddress", "DateTimeOffset",
    )
)  # fmt: skip
"""Types with a `TryParse($text, [ref]$n)`."""
_STYLED: Final = frozenset((*INTEGERS, *REALS, "System.DateTime"))
"""Types with a TryParse that takes a style and a culture too."""
_ENUM: Final = "System.Enum"
_ARRAY: Final = "System.Array"
_MAIL: Final = "System.Net.Mail.MailAddress"
_LEAST: Final = {"System.Int32": -(2**31), "System.Int64": -(2**63)}
_DIVIDED: Final = {
    "System.Int32": ("System.Int32", "System.Double"), "System.Int64": ("System.Int64",),
}  # fmt: skip
"""By what the variable holds: of which values it is known which of its forms [math]::DivRem takes."""
_WITH_STYLE, _WITH_CASE, _EXACT = 4, 3, 5
"""How many arguments the longer forms take."""


def puts_into(kind: NetType, name: str, count: int) -> bool:
    """Whether `[kind]::name(…, [ref]$x)` with so many arguments is known here. name: in lower case."""
    if name == "tryparseexact":
        return kind.name == "System.DateTime" and count == _EXACT
    if name == "resize":
        return kind.name == _ARRAY and count == _PAIR
    if name == "divrem":
        return kind.name == "System.Math" and count == _WITH_CASE
    if name == "trycreate":
        return (kind.name, count) in (("System.Uri", 3), (_MAIL, 2))
    if kind.name == _ENUM or is_enum(kind.name):
        return count in (_PAIR, _WITH_CASE, _WITH_STYLE)
    return (kind.name in _PARSED and count == _PAIR) or (kind.name in _STYLED and count == _WITH_STYLE)


def put_into(core: EvaluatorCore, kind: NetType, name: str, node: e.Invoke, scope: Scope) -> object:
    """`[kind]::TryParse($text, [ref]$n)` and its like: whether there was a value, which the variable holds then."""
    if name == "tryparseexact":
        return _try_exact(core, kind, node, scope)
    if name == "resize":
        return _resized(core, node, scope)
    if name == "divrem":
        return _divided(core, node, scope)
    if name == "trycreate":
        return _try_create(core, kind, node, scope)
    if kind.name == _ENUM or is_enum(kind.name):
        return _try_enum(core, node, scope)
    if len(node.arguments) == _WITH_STYLE:
        return _try_styled(core, kind, node, scope)
    return _try_parse(core, kind, node, scope)


def is_reference(node: e.Invoke) -> bool:
    """Whether a call puts something into a variable, of a method that can do without: `[math]::DivRem(7, 2)`."""
    return not isinstance(node.name, e.String) or node.name.value.lower() != "divrem" or len(node.arguments) != _PAIR


def place_of(name: str, count: int) -> int:
    """Which argument of such a method is the variable. name: in lower case."""
    return 0 if name == "resize" else count - 1


OF_REFERENCES: Final = frozenset(("tryparse", "tryparseexact", "trycreate", "divrem", "resize"))
"""Static methods that put a value into a variable, in lower case."""


def _try_parse(core: EvaluatorCore, kind: NetType, node: e.Invoke, scope: Scope) -> object:
    variable = _variable(node)
    given = plain(core.evaluate(node.arguments[0], scope))
    _need_place(core, variable, kind, node, scope, "TryParse")
    value, done = _nothing_of(kind), False
    text = _read(given, kind)
    if text.strip() and is_parsed(kind.name, text):
        text = plain_form(kind.name, text)
        try:
            value, done = _made(text, kind), True
        except ScriptError:
            done = False
    _put(core, variable, scope, value)
    return done


def _try_styled(core: EvaluatorCore, kind: NetType, node: e.Invoke, scope: Scope) -> object:
    """`[int]::TryParse($text, $style, $culture, [ref]$n)`; a date's style stands behind its culture."""
    variable = _variable(node)
    given = [plain(core.evaluate(one, scope)) for one in node.arguments[:-1]]
    _need_place(core, variable, kind, node, scope, "TryParse")
    if isinstance(given[1 if kind.name == "System.DateTime" else 2], str):  # a text is no IFormatProvider
        raise no_overload("TryParse", len(node.arguments))
    value, done = _nothing_of(kind), False
    try:
        if kind.name == "System.DateTime":
            value, done = static_call(kind, "Parse", given), True
        else:
            value, done = parse_styled(kind.name, given, "TryParse"), True
    except ScriptError as bad:
        if bad.inner not in ("FormatException", "OverflowException"):
            raise
    _put(core, variable, scope, value)
    return done


def _try_enum(core: EvaluatorCore, node: e.Invoke, scope: Scope) -> object:
    """`[enum]::TryParse($text, $ignoreCase, [ref]$day)`: of the type that the variable holds, or that stands first."""
    variable = _variable(node)
    given = [plain(core.evaluate(one, scope)) for one in node.arguments[:-1]]
    held = None if variable.name.lower() == "null" else plain(core.lookup(variable, scope))
    told = isinstance(given[0], NetType)
    if told:
        kind, *given = given
    elif held is None or held is MISSING or type_of(held) == "System.String":
        raise no_overload("TryParse", len(node.arguments))
    else:
        kind = NetType(type_of(held))
    if not isinstance(kind, NetType) or not is_enum(kind.name) or len(given) > _PAIR or not given:
        raise NotKnownHere("[enum]::TryParse of these values")
    value, done = None if told else convert(0, kind), False
    try:
        value, done = static_call(NetType(_ENUM), "Parse", [kind, *given]), True
    except ScriptError as bad:
        if len(given) == _PAIR and not isinstance(given[1], bool):
            raise NotKnownHere("[enum]::TryParse of these values") from bad
    _put(core, variable, scope, value)
    return done


def _try_create(core: EvaluatorCore, kind: NetType, node: e.Invoke, scope: Scope) -> object:
    """`[uri]::TryCreate($text, 'Absolute', [ref]$uri)`, `[mailaddress]::TryCreate($text, [ref]$address)`."""
    variable = _variable(node)
    given = [plain(core.evaluate(one, scope)) for one in node.arguments[:-1]]
    _need_place(core, variable, kind, node, scope, "TryCreate")
    text, *rest = given
    if type(text) is not str or (kind.name != _MAIL and text.startswith(("/", "\\"))):
        raise NotKnownHere(f"[{kind.spoken}]::TryCreate of this value")
    value, done = None, False
    try:
        value, done = convert(text, kind), True
    except ScriptError:
        done = False
    if done and rest:
        wanted = to_text(argument_as(rest[0], "System.UriKind", "uriKind", "TryCreate"))
        is_absolute = get_property(value, "IsAbsoluteUri") is True
        done = wanted == "RelativeOrAbsolute" or is_absolute is (wanted == "Absolute")
    _put(core, variable, scope, value if done else None)
    return done


def _try_exact(core: EvaluatorCore, kind: NetType, node: e.Invoke, scope: Scope) -> object:
    """`[datetime]::TryParseExact($text, $format, $culture, 'None', [ref]$d)`."""
    variable = _variable(node)
    if variable.name.lower() == "null":
        raise NotKnownHere("[datetime]::TryParseExact into nothing")
    given = [plain(core.evaluate(one, scope)) for one in node.arguments[:-1]]
    _need_place(core, variable, kind, node, scope, "TryParseExact")
    value, done = _nothing_of(kind), False
    try:
        if to_text(given[0]) and to_text(given[1]):
            value, done = static_call(kind, "ParseExact", given), True
    except ScriptError as bad:
        if bad.inner != "FormatException":
            raise
        if _BAD_FORMAT in bad.message:
            call_failed("TryParseExact", len(node.arguments), _BAD_FORMAT, "FormatException")
    _put(core, variable, scope, value)
    return done


def _divided(core: EvaluatorCore, node: e.Invoke, scope: Scope) -> object:
    """`[math]::DivRem($a, $b, [ref]$rest)`: of the type that the variable holds."""
    variable = _variable(node)
    given = [plain(core.evaluate(one, scope)) for one in node.arguments[:-1]]
    held = MISSING if variable.name.lower() == "null" else core.lookup(variable, scope)
    kind = NetType("System.Int32" if held is None or held is MISSING else type_of(plain(held)))
    if any(type_of(one) not in _DIVIDED.get(kind.name, ()) for one in given):
        raise NotKnownHere("[math]::DivRem of these values")
    _need_place(core, variable, kind, node, scope, "DivRem")
    number, by = (to_int(argument_as(one, kind.name, name, "DivRem")) for name, one in zip("ab", given, strict=True))
    if by == 0:
        call_failed("DivRem", len(node.arguments), "Attempted to divide by zero.", "DivideByZeroException")
    found = abs(number) // abs(by) * (1 if (number < 0) == (by < 0) else -1)
    if number == _LEAST[kind.name] and by == -1:
        raise NotKnownHere("[math]::DivRem of these values")
    _put(core, variable, scope, convert(number - found * by, kind))
    return convert(found, kind)


def _resized(core: EvaluatorCore, node: e.Invoke, scope: Scope) -> object:
    """`[array]::Resize([ref]$items, count)`."""
    place = node.arguments[0]
    assert isinstance(place, e.Cast)
    assert isinstance(place.operand, e.Variable)
    held = MISSING if place.operand.name.lower() == "null" else plain(core.lookup(place.operand, scope))
    count = int32(plain(core.evaluate(node.arguments[1], scope)), "newSize", "Resize")
    if not isinstance(held, list):
        raise NotKnownHere("[array]::Resize of what is no array")
    element = element_of(held)
    if count < 0:
        why = "Non-negative number required. (Parameter 'newSize')"
        call_failed("Resize", _PAIR, why, "ArgumentOutOfRangeException")
    need_room(count * ITEM)
    if count != len(held):
        more = [nothing_in(element)] * (count - len(held)) if count > len(held) else []
        _put(core, place.operand, scope, array_of([*held[:count], *more], element))
    return NOTHING


def try_get(core: EvaluatorCore, target: object, node: e.Invoke, scope: Scope) -> object:
    """`$table.TryGetValue($key, [ref]$value)`: what stands under the key goes into the variable."""
    place = node.arguments[-1] if len(node.arguments) == _PAIR else None
    if not isinstance(target, Dictionary) or not isinstance(place, e.Cast):
        return call_method(target, "TryGetValue", [plain(core.evaluate(one, scope)) for one in node.arguments])
    variable = _variable(node)
    key = plain(core.evaluate(node.arguments[0], scope))
    kind = NetType(target.value)
    _need_place(core, variable, kind, node, scope, "TryGetValue")
    if target.key != "System.Object":
        key = convert(key, NetType(target.key))
    found = target.get(key, MISSING)
    _put(core, variable, scope, _nothing_of(kind) if found is MISSING else found)
    return found is not MISSING


def try_take(core: EvaluatorCore, target: object, node: e.Invoke, scope: Scope) -> object:
    """`$queue.TryDequeue([ref]$item)`, `$stack.TryPop([ref]$item)`, `.TryPeek([ref]$item)`."""
    assert isinstance(node.name, e.String)
    name = node.name.value
    place = node.arguments[0] if len(node.arguments) == 1 else None
    takes = {"trydequeue": (TypedQueue,), "trypop": (TypedStack,)}.get(name.lower(), (TypedQueue, TypedStack))
    if not isinstance(target, takes) or not isinstance(place, e.Cast):
        return call_method(target, name, [plain(core.evaluate(one, scope)) for one in node.arguments])
    kind = NetType(target.element)
    _need_place(core, _variable(node), kind, node, scope, name)
    found = next(iter(target), MISSING)
    if found is not MISSING and name.lower() != "trypeek":
        target.pop(0)
    _put(core, _variable(node), scope, _nothing_of(kind) if found is MISSING else found)
    return found is not MISSING


def _variable(node: e.Invoke) -> e.Variable:
    place = node.arguments[-1]
    assert isinstance(place, e.Cast)
    assert isinstance(place.operand, e.Variable)
    return place.operand


def _need_place(
    core: EvaluatorCore, variable: e.Variable, kind: NetType, node: e.Invoke, scope: Scope, name: str
) -> None:
    """Raise PowerShell's error where what a variable holds becomes no value of the type that is put there."""
    held = None if variable.name.lower() == "null" else core.lookup(variable, scope)
    if held is MISSING:
        message = "[ref] cannot be applied to a variable that does not exist."
        raise ScriptError(message, "NonExistingVariableReference", "InvalidOperation", target=variable.name)
    held = plain(held)
    if type_of(held) == kind.name or kind.name == "System.Object" or (held is None and not _is_of_values(kind)):
        return
    if rank_of(held, kind.name) == 0:
        raise no_overload(name, len(node.arguments))
    try:
        convert(held, kind)
    except ScriptError as bad:
        call_failed(name, len(node.arguments), bad.message, "PSInvalidCastException")


def _put(core: EvaluatorCore, variable: e.Variable, scope: Scope, value: object) -> None:
    if variable.name.lower() != "null":
        core.put_code(variable)(scope, value)


def _is_of_values(kind: NetType) -> bool:
    return is_value_type(kind.name) or kind.name in _NO_ZERO


def _nothing_of(kind: NetType) -> object:
    """What .NET puts where there is no value of a type."""
    if _is_of_values(kind):
        return convert(_NO_ZERO.get(kind.name, 0), kind)
    if kind.name.endswith(_PAIRS):
        raise NotKnownHere(f"what stands for no {kind.short}")
    return None


def _read(given: object, kind: NetType) -> str:
    """The text that a method reads. Raises NotKnownHere for what may be none."""
    if given is None or isinstance(given, str | int | float | Decimal | Char):
        return to_text(given)
    raise NotKnownHere(f"[{kind.short}]::TryParse of a [{NetType(type_of(given)).shown}]")


def _made(text: str, kind: NetType) -> object:
    if kind.name == "System.Boolean":
        return text.strip().lower() == "true"
    made = convert_by_culture(text, kind)
    return read_decimal(text.strip().replace(",", "")) if kind.name == "System.Decimal" else made  # its zeros stay
