"""A parameter's .NET type as a Python annotation.

Rules: annotations are texts, so that nothing need be imported to make one; a type that has no counterpart here is
`object`. What a text would do for as well (a GUID, a date) says so.
"""

from __future__ import annotations

from typing import Final, Protocol

_INTEGERS: Final = ("Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "BigInteger")
_PYTHON: Final = {
    **dict.fromkeys(_INTEGERS, "int"),
    "String": "str",
    "Char": "str",
    "Boolean": "bool",
    "SwitchParameter": "bool",
    "Double": "float",
    "Single": "float",
    "Decimal": "Decimal | float",
    "DateTime": "datetime | str",
    "DateTimeOffset": "datetime | str",
    "TimeSpan": "timedelta | str",
    "Guid": "UUID | str",
    "Uri": "str",
    "Version": "str",
    "Hashtable": "dict[str, object]",
    "IDictionary": "dict[str, object]",
    "PSCredential": "Credential",
    "SecureString": "SecureString",
}
ARRAY: Final = "[]"


class Annotation(str):
    """An annotation as a text that a signature shows without quotes."""

    def __repr__(self) -> str:
        return str(self)


class Typed(Protocol):
    """What an annotation is made from: a parameter."""

    @property
    def type_name(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def switch(self) -> bool: ...


def plain_type(type_name: str) -> str:
    """A type as PowerShell's help names it: `System.String[]` is `String[]`."""
    return type_name.removeprefix("System.Management.Automation.").removeprefix("System.")


def without_nullable(type_name: str) -> str:
    """`System.Nullable`1[[System.Int32, …]]` is `System.Int32`."""
    if not type_name.startswith("System.Nullable`1["):
        return type_name
    return type_name.partition("[")[2].strip("[]").partition(",")[0]


def annotation_of(parameter: Typed, optional: bool) -> Annotation:
    """A parameter's annotation: `str`, `list[str]`, `Literal['A', 'B']`. optional: it may be left out."""
    if parameter.switch:
        return Annotation("bool")
    type_name = without_nullable(parameter.type_name)
    element = type_name.removesuffix(ARRAY)
    if parameter.values:
        kind = f"Literal[{', '.join(map(repr, parameter.values))}]"
    else:
        kind = _PYTHON.get(element.rpartition(".")[2], "object")
    if element == "System.Byte" and element != type_name:
        kind = "bytes"
    elif element != type_name and kind != "object":
        kind = f"{kind} | list[{kind}]"
    return Annotation(kind if kind == "object" or not optional else f"{kind} | None")
