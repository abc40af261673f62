"""What a parameter of a function makes of an argument: as its type has it, or as it is where that fits.

Rules of this file: what does not fit is .NET's conversion, whose failure is told as the parameter's; what its
`[Validate…]` let through is looked at afterwards (`validation.py`).
"""

from __future__ import annotations

from typing import Final

from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.constraints import CREDENTIAL
from lync_magic.language.evaluate.declared import advanced, declared_type, is_switch
from lync_magic.language.evaluate.expressions import known_type
from lync_magic.language.evaluate.reference_object import KIND as REFERENCE
from lync_magic.language.evaluate.reference_object import Reference
from lync_magic.language.evaluate.validation import is_named, is_parameter_bool, named_type
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    ArrayList,
    GenericList,
    SwitchParameter,
    is_collection,
    items_of,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.spelled import GivenReal, unspelled
from lync_magic.language.values.types import GENERIC_LIST, NetType, type_of

_NUMBERS: Final = frozenset(
    f"System.{name}"
    for name in (
        "Boolean", "Byte", "Decimal", "Double", "Int16", "Int32", "Int64", "SByte", "Single", "UInt16", "UInt32",
        "UInt64",
    )
)  # fmt: skip


def empty_of(kind: NetType | None) -> object:
    """What a parameter that is not given holds: a number is 0, a text is empty, anything else is `$null`."""
    if kind is None:
        return None
    if kind.name == "System.String":
        return ""
    return convert(0, kind) if kind.name in _NUMBERS else None


_VALUES: Final = _NUMBERS | {f"System.{name}" for name in ("Char", "DateTime", "Guid", "TimeSpan")}
"""Types that hold no `$null`."""


def unwrapped(kind: NetType | None, value: object) -> object:
    """What a parameter holds of an object that it takes as it is."""
    return unspelled(value) if isinstance(value, GivenReal) and kind is not None and kind.name in _NUMBERS else value


def fits_plainly(declaration: s.ParameterDeclaration, item: object) -> bool:
    """Whether a parameter takes an object without converting it."""
    if not is_named(item, named_type(declaration)):
        return False
    kind = declared_type(declaration)
    if kind is None or kind.name in ("System.Object", "System.Management.Automation.PSObject"):
        return True
    if item is None or item is NOTHING:
        held = kind.name in _VALUES or is_enum(kind.name) or is_switch(declaration)
        return not held and kind.name not in (_LIST, "System.Array")
    whole, of = type_of(item), kind.name.removesuffix("[]")
    if of == kind.name or whole == kind.name:
        return whole == kind.name
    items = items_of(item) if is_collection(item) else [item]
    return of == "System.Object" or all(type_of(one) == of or (one is None and of == "System.String") for one in items)


def _texts_and_nulls(declaration: s.ParameterDeclaration, value: object) -> Array | GenericList | None:
    """Texts and `$null` that a parameter of an array or list of texts takes as they are, where it is not called by its
    name; None where that is not so: what is converted has empty texts."""
    kind = declared_type(declaration)
    if kind is None or type(value) is not list or None not in value:
        return None
    if not all(one is None or type_of(one) == "System.String" for one in value):
        return None
    if kind.name == f"{GENERIC_LIST}[System.String]":
        return GenericList(value, "System.String")
    return Array(value, "System.String") if kind.name == "System.String[]" else None


_LIST: Final = "System.Collections.ArrayList"


def _one_as_list(value: object) -> object:
    """What a parameter of ArrayList gets: one value is a list of it."""
    if value is None or is_collection(value):
        return convert(value, NetType(_LIST))
    return ArrayList([value])


def placed(declaration: s.ParameterDeclaration, value: object, block: Block, *, converted: bool = False) -> object:
    """`typed` of what is not given by the parameter's name. converted: it does not fit as it is."""
    kept = None if converted else _texts_and_nulls(declaration, value)
    return typed(declaration, value, block, by_place=True) if kept is None else kept


def typed(
    declaration: s.ParameterDeclaration,
    value: object,
    block: Block,
    *,
    given: bool = True,
    by_place: bool = False,
) -> object:
    """An argument, or what stands for one that is not given, as its parameter's type has it. by_place: it was not given
    by the parameter's name: one value is a list of it for a parameter of ArrayList."""
    function = block.name
    made = None if value is NOTHING else value
    if is_switch(declaration) and isinstance(made, bool):
        return SwitchParameter(made)
    for kind in reversed(declaration.types):
        wanted = known_type(kind)
        try:
            bad = is_parameter_bool(
                wanted, value if value is NOTHING else made, switch=not given or (by_place and made is not None)
            )
            if bad is not None:
                raise bad
            if wanted.name == "System.String" and type_of(made).endswith("[]") and advanced(block):
                raise ScriptError("Cannot convert value to type System.String.", "", "InvalidData")
            if wanted.name == CREDENTIAL and type_of(made) == "System.String" and made:  # PowerShell would ask
                raise ScriptError("The method or operation is not implemented.", "", "InvalidData")
            if wanted.name == REFERENCE and given and not isinstance(made, Reference):
                raise ScriptError("Reference type is expected in argument.", "", "InvalidData")
            made = _one_as_list(made) if by_place and wanted.name == _LIST else convert(made, wanted)
        except ScriptError as problem:
            name = declaration.variable.name
            message = f"Cannot process argument transformation on parameter '{name}'. {problem.message}"
            error_id = "ParameterArgumentTransformationError" + (f",{function}" if function else "")
            exception = "ParameterBindingArgumentTransformationException"
            inner = "ArgumentTransformationMetadataException"
            raise ScriptError(
                message, error_id, "InvalidData", exception=exception, activity=function, inner=inner,
                inner_message=problem.message,
            ) from None  # fmt: skip
    return made
