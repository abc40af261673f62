"""Update-TypeData -DefaultDisplayPropertySet, and Remove-TypeData of what that said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.layout.display_sets import display_sets
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import to_text


def _update(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name, sets = to_text(call.get("TypeName")), display_sets()
    names = tuple(map(to_text, all_of(call.get("DefaultDisplayPropertySet"))))
    if not names or any(map(has_wildcard, names)):
        raise NotKnownHere("Update-TypeData without the names of properties")
    if not goes_on(call, "Update TypeData", f"Type to update: {name}"):
        return
    if name.lower() in sets and not call.switch("Force"):
        message = f'Error in TypeData "{name}": The member DefaultDisplayPropertySet is already present.'
        error_id = f"TypesDynamicUpdateException,{call.error_suffix}"
        call.services.error(ScriptError(message, error_id, "InvalidOperation", exception="RuntimeException"))
        return
    sets[name.lower()] = names
    yield from ()


def _remove(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = to_text(call.get("TypeName"))
    if display_sets().pop(name.lower(), None) is None:
        raise NotKnownHere(f"Remove-TypeData {name}")
    yield from ()


_LEFT_OUT: Final = (
    "MemberType", "MemberName", "Value", "SecondValue", "TypeConverter", "TypeAdapter", "SerializationMethod",
    "TargetTypeForDeserialization", "SerializationDepth", "DefaultDisplayProperty", "DefaultKeyPropertySet",
    "StringSerializationSource", "InheritPropertySerializationSet", "PropertySerializationSet", "TypeData",
    "AppendPath", "PrependPath",
)  # fmt: skip
CMDLETS: Final = (
    ClientCommand(
        "Update-TypeData",
        (
            ParameterSpec("TypeName", "string", mandatory=True),
            ParameterSpec("DefaultDisplayPropertySet", "string[]"),
            ParameterSpec("Force", "switch"),
            *(ParameterSpec(name, "object", unsupported=True) for name in _LEFT_OUT),
            *WHAT_IF,
        ),
        _update,
        (),
        "UpdateTypeDataCommand",
        own=True,
    ),
    ClientCommand(
        "Remove-TypeData",
        (
            ParameterSpec("TypeName", "string", position=0, mandatory=True),
            *(ParameterSpec(name, "object", unsupported=True) for name in ("TypeData", "Path")),
        ),
        _remove,
        (),
        "RemoveTypeDataCommand",
        own=True,
    ),
)
