"""Operators that .NET types define for themselves (`op_Addition` and its like), bound as PowerShell binds a method.

Rules: it is asked only where the operands are no plain numbers, texts or lists. The left operand's type has the
operator, the right one's where the left is `$null` or of a primitive type. An argument is converted to what the
operator takes; of two forms the one whose argument lies nearer is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from lync_magic.clixml import Char, EnumValue, TimeSpan, ticks_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, ScriptError, ambiguous, no_method, no_overload
from lync_magic.language.values.moment_members import add_ticks, ticks_of_date
from lync_magic.language.values.number_operations import decimals, floats
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import NetType, bound_type_of, type_of

_DECIMAL: Final = "System.Decimal"
_DOUBLE: Final = "System.Double"
_DATE: Final = "System.DateTime"
_SPAN: Final = "System.TimeSpan"
_SIGNS: Final = {
    "op_Addition": "+", "op_Subtraction": "-", "op_Multiply": "*", "op_Division": "/", "op_Modulus": "%",
}  # fmt: skip
NAMES: Final = {sign: name for name, sign in _SIGNS.items()}
"""What .NET calls an operator."""
_FORMS: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    **{(_DECIMAL, name): ((_DECIMAL, _DECIMAL),) for name in _SIGNS},
    (_DATE, "op_Addition"): ((_DATE, _SPAN),),
    (_DATE, "op_Subtraction"): ((_DATE, _DATE), (_DATE, _SPAN)),
    (_SPAN, "op_Addition"): ((_SPAN, _SPAN),),
    (_SPAN, "op_Subtraction"): ((_SPAN, _SPAN),),
    (_SPAN, "op_Multiply"): ((_SPAN, _DOUBLE), (_DOUBLE, _SPAN)),
    (_SPAN, "op_Division"): ((_SPAN, _DOUBLE), (_SPAN, _SPAN)),
}
_OTHERS: Final = ("System.DateTimeOffset", "System.Numerics.BigInteger")
"""Types that have operators which are not all known here."""
own_operators: Final[dict[tuple[str, str], Callable[[object, object], object]]] = {}
"""Operators of types that are made elsewhere, by the type's name and .NET's name of the operator."""
_LONGEST: Final = 2**63 - 1
"""The ticks of the longest TimeSpan."""


def implicit(name: str, shown: str, left: object, right: object) -> object:
    """`left operator right` by the operator of a type. name: .NET's.  shown: PowerShell's, for the message.

    Raises ScriptError in PowerShell's words.
    """
    owner = right if left is None or is_primitive(left) else left
    if owner is None or is_primitive(owner):
        kinds = [type_of(one) or "$null" for one in (left, right)]
        message = f"The operation '[{kinds[0]}] {shown} [{kinds[1]}]' is not defined."
        raise ScriptError(message, "NotADefinedOperationForType", "InvalidOperation", target=left)
    kind = bound_type_of(owner)
    if (own := own_operators.get((kind, name))) is not None:
        return own(left, right)
    forms = _FORMS.get((kind, name))
    if forms is None and kind in _OTHERS:
        raise NotKnownHere(f"{shown} of a [{kind}]")
    if forms is None:
        raise no_method(kind, name)
    form = forms[0] if len(forms) == 1 else _nearest(name, forms, (left, right))
    first, second = (
        _argument(place, value, name, wanted)
        for place, (value, wanted) in enumerate(zip((left, right), form, strict=True))
    )
    return _applied(_SIGNS[name], first, second)


def is_primitive(value: object) -> bool:
    """Whether .NET calls the value's type primitive: truth values, characters, numbers but for Decimal."""
    return isinstance(value, bool | int | float | Char) and not isinstance(value, EnumValue)


def _nearest(name: str, forms: tuple[tuple[str, str], ...], given: tuple[object, object]) -> tuple[str, str]:
    ranked = []
    for form in forms:
        ranks = [_rank(value, wanted) for value, wanted in zip(given, form, strict=True)]
        if all(ranks):
            ranked.append((sum(ranks), form))
    if not ranked:
        raise no_overload(name, 2)
    best = max(rank for rank, _form in ranked)
    taken = [form for rank, form in ranked if rank == best]
    if len(taken) > 1:
        raise ambiguous(name, 2)
    return taken[0]


_SAME, _NUMERIC, _MADE, _PARSED, _CONVERTIBLE = 5, 4, 3, 2, 1


def _rank(value: object, wanted: str) -> int:
    """How near a value is to a type, 0 where .NET knows no way."""
    kind = type_of(value)
    if kind == wanted:
        return _SAME
    if wanted == _DOUBLE:
        if isinstance(value, EnumValue | bool | datetime):
            return _CONVERTIBLE
        if value is None or isinstance(value, int | float | Decimal | Char):
            return _NUMERIC
        return _MADE if isinstance(value, str) and kind == "System.String" else 0
    if isinstance(value, bool | datetime | float | Decimal | dict) and not isinstance(value, EnumValue):
        return _CONVERTIBLE
    if isinstance(value, int | EnumValue | Char):
        return _PARSED
    return _PARSED if kind == "System.String" else 0


def _argument(place: int, value: object, name: str, wanted: str) -> object:
    try:
        if value is None and wanted in (_SPAN, _DATE):
            raise ScriptError(f'Cannot convert null to type "{wanted}".', "", "")
        return convert(value, NetType(wanted))
    except ScriptError as bad:
        raise ScriptError(
            f'Cannot convert argument "{place}", with value: "{net_text(value)}", for "{name}" to type '
            f'"{wanted}": "{bad.message}"',
            "MethodArgumentConversionInvalidCastArgument", "NotSpecified", exception="MethodException", inner=bad.inner,
        ) from None  # fmt: skip


def _applied(sign: str, first: object, second: object) -> object:
    """The operator on arguments of the types that it takes."""
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        return decimals(sign, first, second)
    if isinstance(first, datetime):
        if isinstance(second, datetime):
            return TimeSpan.of(ticks_of_date(first) - ticks_of_date(second))
        assert isinstance(second, timedelta)
        try:
            return add_ticks(first, ticks_of(second) if sign == "+" else -ticks_of(second))
        except ScriptError:
            why = "The added or subtracted value results in an un-representable DateTime. (Parameter 't')"
            raise _failed(NAMES[sign], why, "ArgumentOutOfRangeException") from None
    if isinstance(first, float) and isinstance(second, timedelta):
        return _scaled(second, first, "op_Multiply")
    assert isinstance(first, timedelta)
    if isinstance(second, float):
        if sign == "*":
            return _scaled(first, second, "op_Multiply")
        return _made(floats("/", float(ticks_of(first)), second), "op_Division")
    assert isinstance(second, timedelta)
    if sign == "/":
        return floats("/", float(ticks_of(first)), float(ticks_of(second)))
    return _made(ticks_of(first) + (ticks_of(second) if sign == "+" else -ticks_of(second)), NAMES[sign])


def _scaled(span: timedelta, factor: float, name: str) -> timedelta:
    return _made(ticks_of(span) * factor, name)


def _made(ticks: float, name: str) -> timedelta:
    if ticks != ticks:
        raise _failed(name, "TimeSpan does not accept floating point Not-a-Number values.", "ArgumentException")
    if abs(ticks) > _LONGEST:
        raise _failed(name, "TimeSpan overflowed because the duration is too long.", "OverflowException")
    return TimeSpan.of(round(ticks))


def _failed(name: str, why: str, inner: str) -> ScriptError:
    message = f'Exception calling "{name}" with "2" argument(s): "{why}"'
    return ScriptError(
        message, "DotNetMethodException", "NotSpecified", exception="MethodInvocationException", inner=inner,
        inner_message=why,
    )  # fmt: skip
