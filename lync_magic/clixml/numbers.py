"""The .NET numbers that Python has no type of its own for, as subclasses of int and float.

Rules: a plain int is an Int32 where it fits, else an Int64; a plain float is a Double. The classes below say that a
value is something else (`<I64>`, `[byte]250`), and compute, print and pickle as the number they are.
"""

from __future__ import annotations

from typing import ClassVar

INT32 = (-(2**31), 2**31 - 1)
INT64 = (-(2**63), 2**63 - 1)


class SizedInt(int):
    """An integer of a given size. `limits`: least and greatest value; `net`: its .NET name without `System.`."""

    __slots__ = ()
    limits: ClassVar[tuple[int, int]] = INT32
    net: ClassVar[str] = "Int32"


class Int64(SizedInt):
    """System.Int64, `[long]`."""

    __slots__ = ()
    limits = INT64
    net = "Int64"


class Int16(SizedInt):
    """System.Int16."""

    __slots__ = ()
    limits = (-(2**15), 2**15 - 1)
    net = "Int16"


class SByte(SizedInt):
    """System.SByte."""

    __slots__ = ()
    limits = (-128, 127)
    net = "SByte"


class Byte(SizedInt):
    """System.Byte."""

    __slots__ = ()
    limits = (0, 255)
    net = "Byte"


class UInt16(SizedInt):
    """System.UInt16."""

    __slots__ = ()
    limits = (0, 2**16 - 1)
    net = "UInt16"


class UInt32(SizedInt):
    """System.UInt32."""

    __slots__ = ()
    limits = (0, 2**32 - 1)
    net = "UInt32"


class UInt64(SizedInt):
    """System.UInt64."""

    __slots__ = ()
    limits = (0, 2**64 - 1)
    net = "UInt64"


class Single(float):
    """System.Single. `net`: its .NET name without `System.`."""

    __slots__ = ()
    net: ClassVar[str] = "Single"
