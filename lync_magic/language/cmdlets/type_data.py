"""Update-TypeData: the members that objects of one's own type names have, and those that they show; Remove-TypeData.

Rule of this file: of .NET's own types nothing is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.making import type_named
from lync_magic.language.cmdlets.member_scripts import called, setter_of, worked
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.layout.display_sets import display_sets
from lync_magic.language.values.collections import plain
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Written, cannot_convert_object
from lync_magic.language.values.members import member
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.scripted import Script
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.typed_members import TypeMember, drop_members, put_member, type_members
from lync_magic.language.values.types import type_of

_NOT_OWN: Final = (
    "system.", "microsoft.", "deserialized.", "selected.", "csv:", "collections.", "diagnostics.", "globalization.",
    "io.", "management.", "net.", "security.", "text.", "threading.", "xml.",
)  # fmt: skip
"""How the names of types begin that are .NET's, or come with objects of others."""


def is_own_type(name: str) -> bool:
    """Whether a type name is no type's of .NET, so that only a cell gives it to objects."""
    return not name.lower().startswith(_NOT_OWN) and type_named(name) is None


def _told_type(call: BoundCall) -> str:
    """The name of the type that is told. Raises PowerShell's error for one of blanks."""
    name = to_text(call.get("TypeName"))
    if not name.strip():
        message = "The target type name should not be null, empty, or contain only white spaces."
        error = _failure(call, message, "TargetTypeNameEmpty")
        error.target = name
        raise Written(error)
    return name.strip()


def _update(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = _told_type(call)
    if not is_own_type(name):
        raise NotKnownHere(f"Update-TypeData of such a type, {name}")
    shown = tuple(map(to_text, all_of(call.get("DefaultDisplayPropertySet"))))
    if any(map(has_wildcard, shown)) or (call.given("DefaultDisplayPropertySet") and not shown):
        raise NotKnownHere("Update-TypeData without the names of properties")
    made = _member(call)
    if not (shown or made):
        message = f'No member is specified for the update on type "{name}".'
        call.services.error(_failure(call, message, "TypeDataEmpty"))
        return
    if not goes_on(call, "Update TypeData", f"Type to update: {name}"):
        return
    if shown and _may_put(call, name, "DefaultDisplayPropertySet", name.lower() in display_sets()):
        display_sets()[name.lower()] = shown
    held = type_members().get(name.lower(), {})
    if made is not None and _may_put(call, name, made.name, made.name.lower() in held):
        put_member(name, made)
    yield from ()


def _may_put(call: BoundCall, name: str, what: str, known: bool) -> bool:
    """Whether a type may be given something; reports PowerShell's error where it has that already."""
    if known and not call.switch("Force"):
        message = f'Error in TypeData "{name}": The member {what} is already present.'
        error_id = f"TypesDynamicUpdateException,{call.error_suffix}"
        call.services.error(ScriptError(message, error_id, "InvalidOperation", exception="RuntimeException"))
        return False
    return True


def _member(call: BoundCall) -> TypeMember | None:
    """The member that a call gives to a type. Raises PowerShell's error where it says too little or too much."""
    kind = to_text(call.get("MemberType"))
    if not kind:
        if any(map(call.given, ("MemberName", "Value", "SecondValue"))):
            what = "The MemberName, Value, and SecondValue parameters"
            message = f"{what} cannot be specified without the MemberType parameter."
            raise _failure(call, message, "MemberTypeIsMissing")
        return None
    for one in ("MemberName", "Value"):
        if not call.given(one):
            message = f'The {one} parameter is required for the type "{kind}". Please specify the {one} parameter.'
            raise _failure(call, message, f"{one}ShouldBeSpecified")
    name, value = to_text(call.get("MemberName")), call.get("Value")
    if kind in ("NoteProperty", "ScriptMethod") and call.given("SecondValue"):
        message = (
            f'The SecondValue parameter is not necessary for a member of type "{kind}", and should not be specified. '
            "Do not specify the SecondValue parameter when updating this member type."
        )
        raise _failure(call, message, "SecondValueShouldNotBeSpecified")
    return _MADE[kind](call, name, value)


def _note(_call: BoundCall, name: str, value: object) -> TypeMember:
    return TypeMember(name, plain(value))


def _alias(call: BoundCall, name: str, value: object) -> TypeMember:
    other = to_text(value)
    if not other:
        message = (
            'The Value parameter should not be null or an empty string for a member of type "AliasProperty". Specify a '
            "non-null value for the Value parameter when updating this member type."
        )
        raise _failure(call, message, "ValueShouldBeSpecified")
    if call.given("SecondValue") or other.lower() == name.lower():
        raise NotKnownHere("Update-TypeData -SecondValue for an alias")
    return TypeMember(name, None, Script(lambda owner: plain(member(owner, other)), "AliasProperty", other))


def _script(call: BoundCall, name: str, value: object) -> TypeMember:
    setter = call.get("SecondValue")
    if value is None and setter is None:
        message = (
            'The Value and SecondValue parameters should not both be null for a member of type "ScriptProperty". '
            "Specify a non-null value for one of the two parameters."
        )
        raise _failure(call, message, "ValueAndSecondValueAreNotBothNull")
    value, setter = _block(call, value), _block(call, setter)
    text = "" if value is None else to_text(value)
    made = Script(worked(call, value), "ScriptProperty", text, setter_of(call, name, setter), value, setter)
    return TypeMember(name, None, made)


def _method(call: BoundCall, name: str, value: object) -> TypeMember:
    value = _block(call, value)
    call.services.evaluator.script_methods.add(f".{name.lower()}")
    return TypeMember(name, None, call=called(call, name, value))


_MADE: Final[dict[str, Callable[[BoundCall, str, object], TypeMember]]] = {
    "NoteProperty": _note, "AliasProperty": _alias, "ScriptProperty": _script, "ScriptMethod": _method,
}  # fmt: skip


def _block(call: BoundCall, value: object) -> Block | None:
    """The block of a member, which is no closure any more. Raises PowerShell's error for what is none."""
    if value is not None and not isinstance(value, Block):
        wanted = "System.Management.Automation.ScriptBlock"
        error_id = f"ConvertToFinalInvalidCastException,{call.error_suffix}"
        raise cannot_convert_object(net_text(value), type_of(value), wanted, error_id)
    return None if value is None else replace(value, captured=None)


def _failure(call: BoundCall, message: str, error_id: str) -> ScriptError:
    return ScriptError(
        message, f"{error_id},{call.error_suffix}", "InvalidOperation", exception="InvalidOperationException"
    )


def _remove(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = _told_type(call)
    if not is_own_type(name):
        raise NotKnownHere(f"Remove-TypeData of such a type, {name}")
    if not goes_on(call, "Remove TypeData", f"Name of the type that will be removed: {name}"):
        return
    shown, had = display_sets().pop(name.lower(), None), drop_members(name)
    if shown is None and not had:
        message = (
            f'Error in TypeData "{name}": The type "{name}" was not found. The type name value must be the full name '
            "of the type. Verify the type name and run the command again."
        )
        error_id = f"TypesDynamicRemoveException,{call.error_suffix}"
        call.services.error(ScriptError(message, error_id, "InvalidOperation", exception="RuntimeException"))
    yield from ()


_LEFT_OUT: Final = (
    "TypeConverter", "TypeAdapter", "SerializationMethod",
    "TargetTypeForDeserialization", "SerializationDepth", "DefaultDisplayProperty", "DefaultKeyPropertySet",
    "StringSerializationSource", "InheritPropertySerializationSet", "PropertySerializationSet", "TypeData",
    "AppendPath", "PrependPath",
)  # fmt: skip
CMDLETS: Final = (
    ClientCommand(
        "Update-TypeData",
        (
            ParameterSpec("TypeName", mandatory=True),
            ParameterSpec("MemberType", "string", allowed=tuple(_MADE)),
            ParameterSpec("MemberName", "string"),
            ParameterSpec("Value"),
            ParameterSpec("SecondValue"),
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
            ParameterSpec("TypeName", position=0, mandatory=True),
            *(ParameterSpec(name, "object", unsupported=True) for name in ("TypeData", "Path")),
            *WHAT_IF,
        ),
        _remove,
        (),
        "RemoveTypeDataCommand",
        own=True,
    ),
)
