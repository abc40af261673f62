"""What a type says of its kind: `$value.GetType().IsArray`, `.IsEnum`, `.IsValueType`, `.GetElementType()`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.full_names import parted, qualified
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import OF_VALUES, base_of, own_methods, own_properties
from lync_magic.language.values.types import NetType

_PRIMITIVE: Final = frozenset(
    f"System.{name}"
    for name in (
        *("Boolean", "Byte", "Char", "Double", "Int16", "Int32", "Int64", "IntPtr", "SByte", "Single"),
        *("UInt16", "UInt32", "UInt64", "UIntPtr"),
    )
)
_ARRAY: Final = re.compile(r"\[,*\]$")


def _is_array(name: str) -> bool:
    return _ARRAY.search(name) is not None


def _is_interface(name: str) -> bool:
    return name.rpartition(".")[2].partition("`")[0] in _INTERFACES


_INTERFACES: Final = frozenset(
    [
        "ICloneable",
        "ICollection",
        "IComparable",
        "IConvertible",
        "IDictionary",
        "IDisposable",
        "IEnumerable",
        "IEnumerator",
        "IEquatable",
        "IFormattable",
        "IFormatProvider",
        "IList",
        "IReadOnlyCollection",
        "IReadOnlyList",
        "ISet",
    ]
)


def _is_value(name: str) -> bool:
    return name in OF_VALUES or is_enum(name) or name.startswith(_GENERIC_VALUES)


_GENERIC_VALUES: Final = ("System.Collections.Generic.KeyValuePair`", "System.Nullable`")


_KINDS: Final[dict[str, Callable[[str], bool]]] = {
    "isarray": _is_array,
    "isclass": lambda name: not _is_value(name) and not _is_interface(name),
    "isenum": is_enum,
    "isgenerictype": lambda name: "`" in name and not _is_array(name),
    "isinterface": _is_interface,
    "isprimitive": lambda name: name in _PRIMITIVE,
    "isvaluetype": _is_value,
}


_TOLD: Final[dict[str, Callable[[NetType], object]]] = {
    "name": lambda value: value.short,
    "fullname": lambda value: qualified(value.name),
    "namespace": lambda value: value.name.partition("[")[0].rpartition(".")[0],
    "basetype": lambda value: NetType(base_of(value.name)),
}


def _property(value: NetType, folded: str) -> object:
    told, kind = _TOLD.get(folded), _KINDS.get(folded)
    return told(value) if told is not None else kind(value.name) if kind is not None else MISSING


def _element(value: NetType) -> NetType | None:
    return NetType(_ARRAY.sub("", value.name)) if _is_array(value.name) else None


def _arguments(value: NetType) -> list[NetType]:
    return [NetType(name) for name in parted(value.name)[1]] if _KINDS["isgenerictype"](value.name) else []


own_properties[NetType] = _property
own_methods[NetType] = {
    **own_methods.get(NetType, {}),
    "getelementtype": method(0)(lambda value, _arguments: _element(value)),
    "getgenericarguments": method(0)(lambda value, _no: _arguments(value)),
}
