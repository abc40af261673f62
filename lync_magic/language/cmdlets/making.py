"""Objects made: New-Object, Add-Member."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets import file_values as _file_values  # noqa: F401 - for the types that it declares
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.member_scripts import called, setter_of, worked
from lync_magic.language.cmdlets.stream import all_of, objects
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.adapted import Adapted, add_note, is_adapted
from lync_magic.language.values.collections import (
    NOTHING,
    custom_object,
    held_properties,
    is_collection,
    is_table,
    pairs,
    plain,
)
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert_object
from lync_magic.language.values.members import member, set_member
from lync_magic.language.values.net_members import net_method
from lync_magic.language.values.properties import get_property, replace_property
from lync_magic.language.values.scripted import Script, Scripted, scripted, scripts_of
from lync_magic.language.values.statics import has_static, static_call
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.typed_members import is_of_type, name_types
from lync_magic.language.values.types import NetType, named_type_of, resolve, type_of
from lync_magic.records import Record

_CUSTOM: Final = (
    "System.Management.Automation.PSObject",
    "System.Management.Automation.PSCustomObject",
)


def type_named(text: str) -> NetType | None:
    """The type that a text names, with its arguments (`List[string]`)."""
    from lync_magic.errors import CellSyntaxError
    from lync_magic.language.parser.entry import parse
    from lync_magic.language.syntax import expressions as e
    from lync_magic.language.syntax.walk import walk

    try:
        tree = parse(f"[{text.strip()}]")
    except CellSyntaxError:
        return None
    found = next((node for node in walk(tree) if isinstance(node, e.Type)), None)
    return None if found is None else resolve(found.name)


def creatable(name: str) -> bool:
    """Whether New-Object makes an object of the type of that name."""
    kind = type_named(name)
    return kind is not None and (kind.name in _CUSTOM or has_static(kind, "new", called=True))


_TYPE_NAME: Final = re.compile(r"\s*[^\W\d][\w.+`]*\s*([\[,].*)?")
"""What may be a type's name."""


def _new_object(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = to_text(call.get("TypeName"))
    kind = type_named(name)
    if kind is None and not _TYPE_NAME.fullmatch(name):
        message = f"Cannot find type [{name}]: verify that the assembly containing this type is loaded."
        raise ScriptError(
            message, f"TypeNotFound,{call.error_suffix}", "InvalidType", exception="PSArgumentException",
        )  # fmt: skip
    if kind is None or not creatable(name):
        raise NotKnownHere(f"New-Object {name}")
    arguments = all_of(call.get("ArgumentList"))
    made = custom_object({}) if kind.name in _CUSTOM else _built(kind, arguments, name)
    told = _table(call)
    if told is not None and kind.name in _CUSTOM:
        assert isinstance(made, PSObject)
        held = {to_text(key): value for key, value in pairs(told)}
        type_name = "".join(to_text(held.pop(key)) for key in list(held) if key.lower() == "pstypename")
        made.properties = held_properties(held)
        if type_name:
            name_types(made, (type_name, *made.type_names))
    elif told is not None:
        for key, value in told.items():
            _set(call, made, to_text(key), value)
    yield made


def _set(call: BoundCall, made: object, name: str, value: object) -> None:
    """Raises ScriptError, in New-Object's words, for what the object has not."""
    try:
        set_member(made, name, value)
    except ScriptError as bad:
        if "cannot be found on this object" not in bad.message:
            raise
        message = f'The member "{name}" was not found for the specified .NET object.'
        error_id, exception = f"InvalidOperationException,{call.error_suffix}", "InvalidOperationException"
        raise ScriptError(message, error_id, "InvalidOperation", exception=exception) from None


def _table(call: BoundCall) -> Mapping[object, object] | None:
    """-Property. Raises ScriptError for what is no dictionary, in the binder's words."""
    told = call.get("Property")
    if told is None or is_table(told):
        return told
    kind, wanted = type_of(told), "System.Collections.IDictionary"
    if is_collection(told):
        message, error_id = (
            f"Cannot convert '{kind}' to the type '{wanted}' required by parameter 'Property'. Specified method is not "
            "supported.", "CannotConvertArgument",
        )  # fmt: skip
    else:
        why = cannot_convert_object(net_text(told), named_type_of(told), wanted, "CannotConvertArgumentNoMessage")
        message, error_id = f"Cannot bind parameter 'Property'. {why.message}", "CannotConvertArgumentNoMessage"
    whole = f"{error_id},{call.error_suffix}"
    raise ScriptError(
        message, whole, "InvalidArgument", exception="ParameterBindingException", activity=call.command_name
    )


def _built(kind: NetType, arguments: Sequence[object], name: str) -> object:
    """What a type's constructor makes. name: the type's, as it was said. Raises ScriptError in New-Object's words."""
    try:
        return static_call(kind, "new", arguments)
    except ScriptError as bad:
        if bad.error_id == "MethodCountCouldNotFindBest" and not arguments:
            message = f"A constructor was not found. Cannot find an appropriate constructor for type {name}."
            error_id, exception = f"CannotFindAppropriateCtor,{_CLASS}", "PSArgumentException"
            raise ScriptError(message, error_id, "ObjectNotFound", exception=exception) from None
        message, exception = _why_not(bad, kind, arguments)
        if not message:
            raise
        error_id = f"ConstructorInvokedThrowException,{_CLASS}"
        raise ScriptError(message, error_id, exception=exception, inner=bad.inner) from None


_CLASS: Final = "Microsoft.PowerShell.Commands.NewObjectCommand"
_BAD_ARGUMENT: Final = re.compile(
    r'Cannot convert argument "[^"]*", with value: "(.*?)", for "\.ctor" to type (.*)', re.S
)


def _why_not(bad: ScriptError, kind: NetType, arguments: Sequence[object]) -> tuple[str, str]:
    """What New-Object says of a constructor that failed, and the exception; "" where it says it otherwise."""
    own = kind.name.rpartition(".")[2]
    if bad.error_id == "MethodCountCouldNotFindBest":
        return f'Cannot find an overload for "{own}" and the argument count: "{len(arguments)}".', "MethodException"
    if (told := _BAD_ARGUMENT.fullmatch(bad.message)) is not None:
        place = next((place for place, one in enumerate(arguments) if to_text(one) == told[1]), 0)
        shown = f'Cannot convert argument "{place}", with value: "{told[1]}", for "{own}" to type {told[2]}'
        return shown, "MethodException"
    why = bad.message.partition('"')[2] if bad.message.startswith("Exception calling") else ""
    why = why.partition('argument(s): "')[2] or bad.message.partition('Error: "')[2]
    if not why:
        return "", ""
    called = f'Exception calling ".ctor" with "{len(arguments)}" argument(s): "{why.removesuffix(chr(34))}"'
    return called, "MethodInvocationException"


# --- members ---------------------------------------------------------------------------------------------------------


_NEVER_ADDED: Final = ("Property", "Method", "ParameterizedProperty", "Event", "Dynamic", "InferredProperty")


def _check_kind(call: BoundCall, kind: str, bits: int) -> None:
    """Raise PowerShell's error for several kinds of member at once, and for one that no cell can add."""
    if bits.bit_count() != 1:
        error_id = "WrongMemberCount"
        message = f'To add a member, only one member type can be specified. The member types specified are: "{kind}"'
    elif kind in _NEVER_ADDED:
        error_id = "CannotAddMemberType"
        message = f'Cannot add a member with type "{kind}". Specify a different type for the MemberTypes parameter.'
    elif kind != "NoteProperty" and kind not in _SCRIPTS:
        raise NotKnownHere(f"Add-Member -MemberType {kind}")
    elif call.given("SecondValue") and kind in ("NoteProperty", "ScriptMethod"):
        error_id = "Value2ShouldNotBeSpecified"
        message = (
            f'The SecondValue parameter is not necessary for a member of type "{kind}", and should not be specified. '
            "Do not specify the SecondValue parameter when you add members of this type."
        )
    elif call.given("SecondValue") and kind == "AliasProperty":
        raise NotKnownHere("Add-Member -SecondValue for an alias")
    elif call.get("SecondValue") is not None and not isinstance(call.get("SecondValue"), Block):
        raise _no_block(call, call.get("SecondValue"))
    else:
        return
    exception = "InvalidOperationException"
    raise ScriptError(message, f"{error_id},{call.error_suffix}", "InvalidOperation", exception=exception)


def _no_block(call: BoundCall, value: object) -> ScriptError:
    wanted = "System.Management.Automation.ScriptBlock"
    return cannot_convert_object(
        net_text(value), type_of(value), wanted, f"ConvertToFinalInvalidCastException,{call.error_suffix}"
    )


def _add_member(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    added_ones: list[tuple[str, object]] = []
    if call.given("NotePropertyMembers"):
        added_ones = [(to_text(key), value) for key, value in pairs(call.get("NotePropertyMembers"))]
    elif call.given("NotePropertyName"):
        added_ones = [(to_text(call.get("NotePropertyName")), call.get("NotePropertyValue"))]
    elif call.given("MemberType") and to_text(call.get("MemberType")) != "ScriptMethod":
        added_ones = [(to_text(call.get("Name")), call.get("Value"))]
    if call.given("MemberType"):
        _check_kind(call, to_text(call.get("MemberType")), call.get("MemberType").value)
    kind = next((one for one in _SCRIPTS if one == to_text(call.get("MemberType"))), "")
    for item in objects(call, input):
        target = _open(item)
        if kind == "ScriptMethod":
            if call.switch("Force") and is_of_type(target, to_text(call.get("Name"))):
                call.services.error(_of_its_type(to_text(call.get("Name")), target, item))
                continue
            if not call.switch("Force") and _has_member(target, to_text(call.get("Name"))):
                call.services.error(_already_there(to_text(call.get("Name")), item))
                continue
            _add_script(call, target, kind, to_text(call.get("Name")), call.get("Value"))
        added = not added_ones
        for name, value in added_ones:
            if not name:
                message = "The name for a NoteProperty member should not be null or an empty string."
                error_id = f"NotePropertyNameShouldNotBeNull,{call.error_suffix}"
                call.services.error(ScriptError(message, error_id, "InvalidOperation"))
                continue
            if get_property(target, name) is not MISSING:
                if not call.switch("Force"):
                    call.services.error(_already_there(name, item))
                    continue
                if is_of_type(target, name):
                    call.services.error(_of_its_type(name, target, item))
                    continue
                added = True
                if isinstance(target, PSObject) and not is_adapted(target):  # it stands last then
                    held = next((key for key in target.properties if key.lower() == name.lower()), None)
                    if held is not None:
                        del target.properties[held]
                    _put_as(call, target, kind, name, value)
                elif kind or not is_adapted(target):
                    replace_property(target, name, value)
                else:
                    _put(target, name, value)
                continue
            added = True
            _put_as(call, target, kind, name, value)
        if call.given("TypeName") and isinstance(target, PSObject):
            name_types(target, (to_text(call.get("TypeName")), *target.type_names))
        if call.switch("PassThru") and added:
            yield target


def _has_member(target: ObjectLike, name: str) -> bool:
    """Whether an object has a property or a method of that name."""
    methods = scripted(target).methods if isinstance(target, PSObject) else {}
    folded = name.lower()
    is_method = folded in methods or folded in _OF_ALL or net_method(type_of(target), name)
    return is_method or get_property(target, name) is not MISSING


_OF_ALL: Final = frozenset({"equals", "gethashcode", "gettype", "tostring"})
"""The methods that every object has."""


def _already_there(name: str, item: object) -> ScriptError:
    message = (
        f'Cannot add a member with the name "{name}" because a member with that name already exists. To overwrite the '
        "member anyway, add the Force parameter to your command."
    )
    error_id, kind = "MemberAlreadyExists,Microsoft.PowerShell.Commands.AddMemberCommand", "InvalidOperationException"
    return ScriptError(message, error_id, "InvalidOperation", target=item, exception=kind)


def _of_its_type(name: str, target: ObjectLike, item: object) -> ScriptError:
    script = next((one for known, one in scripts_of(target).items() if known.lower() == name.lower()), None)
    kind = "NoteProperty" if script is None else script.kind
    if get_property(target, name) is MISSING:
        kind = "ScriptMethod"
    message = (
        f'Cannot force the member with name "{name}" and type "{kind}" to be added. A member with that name and type '
        "already exists, and the existing member is not an instance extension."
    )
    error_id = "CannotRemoveTypeDataMember,Microsoft.PowerShell.Commands.AddMemberCommand"
    return ScriptError(message, error_id, "InvalidOperation", target=item, exception="InvalidOperationException")


_SCRIPTS: Final = ("ScriptProperty", "ScriptMethod", "AliasProperty")


def _put_as(call: BoundCall, target: ObjectLike, kind: str, name: str, value: object) -> None:
    if kind:
        _add_script(call, target, kind, name, value)
    else:
        _put(target, name, value)


def _add_script(call: BoundCall, target: ObjectLike, kind: str, name: str, value: object) -> None:
    if not isinstance(target, PSObject):
        raise NotKnownHere(f"Add-Member of a {kind} to a result of the server")
    if isinstance(target.properties, Adapted):
        raise NotKnownHere(f"Add-Member of a {kind} to an object that came with properties of its own")
    members = scripted(target)
    if kind == "ScriptMethod":
        call.services.evaluator.script_methods.add(f".{name.lower()}")
        members.methods[name.lower()] = (name, called(call, name, value))
    elif kind == "AliasProperty":
        other = to_text(value)
        if get_property(target, other) is MISSING or other.lower() == name.lower():
            raise NotKnownHere("Add-Member of an alias of a property that is not there")
        members.put_script(name, Script(lambda owner: plain(member(owner, other)), kind, other))
    else:
        setter = call.get("SecondValue")
        made = Script(worked(call, value), kind, to_text(value), setter_of(call, name, setter), value, setter)
        members.put_script(name, made)


def _open(item: object) -> ObjectLike:
    """What can take a member: of a plain value an object around it, which is another than the value."""
    if isinstance(item, ObjectLike):
        return item
    if isinstance(item, str | int | float | Decimal):
        return PSObject({}, (type_of(item), "System.Object"), to_text(item), item)
    raise NotKnownHere(f"Add-Member to a [{NetType(type_of(item)).shown}]")


def _put(target: ObjectLike, name: str, value: object) -> None:
    """A property more. An object that came from the server gets a row of its own for it."""
    if value is NOTHING and isinstance(target, PSObject) and not isinstance(target.properties, Scripted):
        target.properties = held_properties({**target.properties, name: value})
    elif isinstance(target, PSObject) and isinstance(target.properties, Adapted):
        target.properties.note(name, plain(value))
    elif isinstance(target, PSObject):
        target.properties[name] = plain(value)
    elif isinstance(target, Record):
        add_note(target, name, value)


CMDLETS: Final = (
    ClientCommand(
        "New-Object",
        (
            ParameterSpec("TypeName", "string", position=0, mandatory=True, sets=("Net",)),
            ParameterSpec("ArgumentList", "object[]", ("Args",), 1, sets=("Net",)),
            ParameterSpec("ComObject", "string", mandatory=True, sets=("Com",), unsupported=True),
            ParameterSpec("Strict", "switch", sets=("Com",), unsupported=True),
            ParameterSpec("Property", "object"),
        ),
        _new_object,
        (),
        "NewObjectCommand",
        "Net",
        own=True,
    ),
    ClientCommand(
        "Add-Member",
        (
            ParameterSpec("InputObject", "object", mandatory=True, by_value=True),
            ParameterSpec(
                "MemberType",
                "string",
                ("Type",),
                0,
                mandatory=True,
                sets=("MemberSet",),
                allowed=("NoteProperty", *_SCRIPTS),
            ),
            ParameterSpec("Name", "string", position=1, mandatory=True, sets=("MemberSet",)),
            ParameterSpec("Value", "object", position=2, sets=("MemberSet",)),
            ParameterSpec("SecondValue", "object", position=3, sets=("MemberSet",)),
            ParameterSpec("TypeName", "string"),
            ParameterSpec("Force", "switch"),
            ParameterSpec("PassThru", "switch"),
            ParameterSpec(
                "NotePropertyName", "string", position=0, mandatory=True, sets=("NotePropertySingleMemberSet",)
            ),
            ParameterSpec(
                "NotePropertyValue", "object", position=1, mandatory=True, sets=("NotePropertySingleMemberSet",)
            ),
            ParameterSpec(
                "NotePropertyMembers", "object", position=0, mandatory=True, sets=("NotePropertyMultiMemberSet",)
            ),
        ),
        _add_member,
        (),
        "AddMemberCommand",
        "TypeNameSet",
        own=True,
    ),
)
