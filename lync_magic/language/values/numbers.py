"""Whether a number of .NET's holds a value; the numbers themselves are CLIXML's."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from lync_magic.clixml import INT32, SizedInt

_DECIMAL_PLACES: Final = 28
_DECIMAL_LIMIT: Final = 2**96


def fits(kind: type[int], value: int) -> bool:
    """Whether a value is within the limits of a sized integer."""
    low, high = kind.limits if issubclass(kind, SizedInt) else INT32
    return low <= value <= high


def read_decimal(told: str | Decimal) -> Decimal | None:
    """What .NET reads digits as where it makes a Decimal of them, None where they are too many for one."""
    read = Decimal(told)
    power = _exponent(read)
    if not read:
        return Decimal((0, (0,), 0 if power > 0 else max(power, -_DECIMAL_PLACES)))
    if read.adjusted() > _DECIMAL_PLACES:
        return None
    if power > 0:
        read = Decimal(int(read))
    if len(read.as_tuple().digits) > _DECIMAL_PLACES or power < -_DECIMAL_PLACES:
        read = _rounded(read)
    return read if read.copy_abs() < _DECIMAL_LIMIT else None


def _rounded(read: Decimal) -> Decimal:
    """A number as the 96 bits of a Decimal hold it."""
    context = Context(prec=_DECIMAL_PLACES - 2 * _exponent(read), rounding=ROUND_HALF_EVEN)
    for places in range(_DECIMAL_PLACES, -1, -1):
        made = read.quantize(Decimal((0, (1,), -places)), context=context) if -_exponent(read) > places else read
        if made.scaleb(-_exponent(made), context=context).copy_abs() < _DECIMAL_LIMIT:
            break
    return made if made else made.copy_abs()


def _exponent(read: Decimal) -> int:
    power = read.as_tuple().exponent
    assert isinstance(power, int)
    return power
