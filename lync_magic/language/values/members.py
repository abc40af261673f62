"""What `$x.Name` and `$x[0]` mean, and assigning to them.

Rules: an unknown property is `$null`; on a collection without such a property it is that of each item; every value has
a `Count` and a `Length`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from lync_magic.clixml import MISSING, Char, EnumValue, Int64, ObjectLike, PSObject, Uri, Version
from lync_magic.language.values.collections import (
    NOTHING,
    SINGLE,
    Array,
    ArrayList,
    Collection,
    Dictionary,
    Enumerator,
    Gapped,
    GenericList,
    Hashtable,
    KeyCollection,
    Ordered,
    Unlisted,
    is_bare,
    is_collection,
    is_table,
    items_of,
    lookup,
    plain,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import (
    NO_PROPERTY,
    OUTSIDE,
    RUNTIME,
    NotKnownHere,
    ScriptError,
    cannot_convert_object,
    null_index,
    out_of_range,
    setting_failed,
)
from lync_magic.language.values.moments import HintedDate
from lync_magic.language.values.net_members import net_method, net_property
from lync_magic.language.values.net_objects import StringBuilder, set_builder, set_letter
from lync_magic.language.values.noted import TEXTS, Noted, NotedList, NotedText, note_of, without_notes
from lync_magic.language.values.numbers import fits
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import (
    PropertyList,
    PropertyNote,
    get_property,
    is_of_net,
    replace_property,
    type_names_of,
)
from lync_magic.language.values.scripted import scripts_of
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import item_text, to_text
from lync_magic.language.values.typed_members import is_of_type
from lync_magic.language.values.types import NetType, bound_type_of, type_of
from lync_magic.language.values.units import chars
from lync_magic.language.values.value_views import Base, names_of_types, view_of_value

setters: Final[dict[type, Callable[[Any, str, object], None]]] = {}
"""Classes of values whose properties are set in a way of their own."""
setters[StringBuilder] = set_builder


def _set_noted(value: Noted, name: str, new: object) -> None:
    if note_of(value, name.lower()) is not None:
        raise NotKnownHere(f"another .{name} of what Get-Content read")
    set_member(without_notes(value), name, new)


setters[NotedText] = setters[NotedList] = _set_noted


def member(value: object, name: str) -> object:
    """`$value.name`, `$null` where there is none; of each item where `value` is a collection without one of its own."""
    found = get_property(value, name)
    if found is not MISSING:
        return found
    if type(value) is Enumerator:
        value = list(value)
    if type(value) not in SINGLE:
        found = _intrinsic(value, name.lower())
        if found is not MISSING:
            return found
    if is_collection(value):
        if name.lower() == "item":
            raise NotKnownHere("the property .Item of a list, which is no item's")
        gathered: list[object] = []
        for item in items_of(value):
            one = get_property(item, name)
            if one is MISSING and is_collection(item):
                one = member(item, name)
                if one is None:
                    continue
            if one is MISSING:
                if name.lower() in ("count", "length"):
                    gathered.append(0 if item is None else 1)
                elif isinstance(item, ObjectLike) and not is_of_net(item):
                    gathered.append(None)
                continue
            if is_collection(one):
                gathered.extend(items_of(one))
            elif one is not NOTHING:
                gathered.append(one)
        if not gathered:
            return None
        return gathered[0] if len(gathered) == 1 else gathered
    folded = name.lower()
    if value is None or value is NOTHING:
        return 0 if folded in ("count", "length") else None
    kind = type_of(value)
    if folded in ("count", "length") and not net_method(kind, folded):
        return 1
    if has_parameters(kind, folded) or (net_method(kind, folded) and not isinstance(value, ObjectLike)):
        raise NotKnownHere(f"the method .{name} of [{NetType(kind).shown}] without parentheses")
    if folded == "psobject":
        return view_of_value(value)
    if folded == "psbase" and is_table(value):
        return Base(value)
    if folded == "pstypenames" and not isinstance(value, ObjectLike):
        return names_of_types(value)
    if folded in _INTRINSIC or net_property(kind, folded):
        raise NotKnownHere(f"the property .{name} of [{NetType(kind).shown}]")
    return None


def has_parameters(kind: str, folded: str) -> bool:
    """Whether a property of a type is called with parameters."""
    return kind.startswith(_WITH_PARAMETERS.get(folded, _NONE))


def member_of(value: object, name: str) -> object:
    """The same as the cmdlets see it that take names: the `.Count` and `.Length` that the language gives to every value
    are not there."""
    if name.lower() in ("count", "length") or (name.lower() == "item" and is_table(value)):
        found = get_property(value, name)
        return None if found is MISSING else found
    return member(value, name)


_NONE: Final[tuple[str, ...]] = ()
_WITH_PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "chars": ("System.String", "System.Text.StringBuilder"),
    "item": (
        "System.Collections.Hashtable", "System.Collections.Specialized.OrderedDictionary",
        "System.Collections.Generic.Dictionary", "System.Xml.XmlDocument", "System.Xml.XmlElement",
    ),
}  # fmt: skip
"""Properties that are called with parameters, by the types that have them."""
_INTRINSIC = ("psobject", "pstypenames", "psbase", "psadapted", "psextended")
"""Members that every value has."""
_OPEN: Final[dict[str, object]] = {"isfixedsize": False, "isreadonly": False, "issynchronized": False}
_CLOSED: Final[dict[str, object]] = {"isfixedsize": True, "isreadonly": True, "issynchronized": False}
_FLAGS: Final[dict[str, dict[str, object]]] = {
    "System.Collections.ArrayList": _OPEN,
    "System.Collections.Generic.HashSet": {"isreadonly": False},
    "System.Collections.Generic.List": _OPEN,
    "System.Collections.ObjectModel.Collection": _OPEN,
    "System.Collections.Generic.Dictionary": {"isreadonly": True, "issynchronized": False},  # of its keys and values
    **{f"System.Text.RegularExpressions.{one}Collection": _CLOSED for one in ("Capture", "Group", "Match")},
    **{f"System.Collections.{one}": {"issynchronized": False} for one in
       ("Queue", "Stack", "Generic.Queue", "Generic.Stack", "Hashtable+KeyCollection", "Hashtable+ValueCollection",
        "Specialized.OrderedDictionary+OrderedDictionaryKeyValueCollection")},
}  # fmt: skip
"""What collections say of themselves."""
_OWN_ROOT: Final = frozenset(
    f"System.{one}" for one in ("Collections.ArrayList", "Collections.Generic.List", "Collections.Queue",
    "Collections.Stack", "Collections.Generic.Queue", "Collections.Generic.Stack",
    "Text.RegularExpressions.MatchCollection")
)  # fmt: skip
"""Collections whose `.SyncRoot` is themselves."""
_OF_ARRAYS: dict[str, object] = {"rank": 1, "isfixedsize": True, "isreadonly": False, "issynchronized": False}


def _intrinsic(value: object, folded: str) -> object:
    """What objects have beside their properties, and collections beside those of their items."""
    if folded == "pstypenames" and isinstance(value, ObjectLike):
        return type_names_of(value)
    if folded == "psobject" and is_collection(value):
        return view_of_value(value)
    if folded in _INTRINSIC and is_collection(value):
        raise NotKnownHere(f"the property .{folded} of [{NetType(type_of(value)).shown}]")
    if type(value) is list or isinstance(value, Array | bytes | bytearray):
        if folded in ("syncroot", "longlength"):
            return value if folded == "syncroot" else Int64(len(value))
        if net_method("System.Object[]", folded):
            raise NotKnownHere(f"the method .{folded} of [{NetType(type_of(value)).shown}] without parentheses")
        return _OF_ARRAYS.get(folded, MISSING)
    if not is_collection(value):
        return MISSING
    kind = type_of(value)
    base = kind.partition("`")[0]
    found = _FLAGS.get(base, {}).get(folded, MISSING)
    if found is MISSING and folded == "syncroot" and base in _OWN_ROOT:
        return value
    if found is MISSING and (net_property(kind, folded) or net_method(kind, folded)):
        raise NotKnownHere(f"the member .{folded} of [{NetType(kind).shown}]")
    return found


def set_member(value: object, name: str, new: object) -> None:
    """`$value.name = new`. Raises ScriptError where that cannot be."""
    if isinstance(value, ObjectLike):
        script = next((one for key, one in scripts_of(value).items() if key.lower() == name.lower()), None)
        if is_of_type(value, name) and (script is None or (script.kind != "AliasProperty" and script.put is None)):
            message = f"'{name}' is a ReadOnly property."
            raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
        if script is not None:
            if script.kind == "AliasProperty":
                set_member(value, script.text, new)
                return
            if script.put is not None and isinstance(value, PSObject):
                script.put(value, new)
                return
            message = f'Set accessor for property "{name}" is unavailable.'
            error_id = "SetWithoutSetterFromScriptProperty"
            raise ScriptError(message, error_id, "NotSpecified", exception="SetValueException")
        if type(value) is PropertyNote:
            _set_note(value, name, new)
            return
        if type(value) in setters and net_property(type_of(value), name.lower()):
            setters[type(value)](value, name, new)
            return
        _check_of_net(value, name)
        if value.type_names and value.type_names[0] in net_setters:
            new = net_setters[value.type_names[0]](value, name, new)
        if replace_property(value, name, new):
            return
    elif isinstance(value, dict):
        actual = (
            name
            if isinstance(value, Hashtable)
            else next((key for key in value if isinstance(key, str) and key.lower() == name.lower()), name)
        )
        try:
            value[actual] = new
        except ScriptError as bad:
            if bad.error_id != "ConvertToFinalInvalidCastException":
                raise
            message = NO_PROPERTY.format(name)
            if net_property(type_of(value), name.lower()):
                message = f"'{name}' is a ReadOnly property."
            raise ScriptError(message, "PropertyAssignmentException") from None
        return
    elif type(value) in setters:
        setters[type(value)](value, name, new)
        return
    elif value is None or value is NOTHING:
        raise ScriptError(NO_PROPERTY.format(name), "PropertyNotFound", "InvalidOperation")
    elif type(value) is HintedDate and name.lower() == "displayhint" and value.hint is not MISSING:
        value.hint = new
        return
    elif _is_read_only(value, name):
        message = f"'{name}' is a ReadOnly property."
        raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
    elif net_method(type_of(value), name.lower()) or net_property(type_of(value), name.lower()):
        raise NotKnownHere(f"setting .{name} of [{NetType(type_of(value)).shown}]")
    message = NO_PROPERTY.format(name)
    if isinstance(value, ObjectLike):
        if name.lower() in _INTRINSIC:
            raise NotKnownHere(f"setting .{name} of an object")
        if _kind_of_net(value) or value.type_names == ("System.Object",):
            raise ScriptError(message, "PropertyAssignmentException")
        raise setting_failed(name, message, RUNTIME)
    raise ScriptError(message, "PropertyAssignmentException")


_READ_ONLY: Final = frozenset(
    {
        "System.IO.FileInfo", "System.IO.DirectoryInfo", "Microsoft.PowerShell.Commands.GroupInfo",
        *(
            f"System.Management.Automation.{name}"
            for name in (
                "InvocationInfo", "AliasInfo", "CmdletInfo", "FunctionInfo", "FilterInfo", "ScriptInfo",
                "SwitchParameter",
            )
        ),
    }
)  # fmt: skip
"""Objects of .NET's, made here, whose properties nobody sets but those of a file's dates."""
_SET_BY_NET: Final = ("CreationTime", "LastAccessTime", "LastWriteTime", "IsReadOnly", "Attributes")
net_setters: Final[dict[str, Callable[[ObjectLike, str, object], object]]] = {}
"""What .NET does where a property of an object of a type is set, which the object has then. Raises NotKnownHere for one
that is not known."""
_OWN_SETTERS: Final = frozenset(
    {
        *(f"Microsoft.PowerShell.Commands.{name}MeasureInfo" for name in ("Generic", "GenericObject", "Text")),
        *(f"System.Management.Automation.{name}" for name in (
            "PSVariable", "PSReference", "ErrorCategoryInfo", "PSNoteProperty", "WarningRecord", "VerboseRecord",
            "DebugRecord", "InformationRecord",
        )),
        "System.Collections.DictionaryEntry", "Microsoft.PowerShell.Commands.MatchInfo",
    }
)  # fmt: skip
"""Those that take values in ways of their own."""


def _kind_of_net(value: ObjectLike) -> str:
    kind = value.type_names[0].partition("`")[0] if value.type_names else ""
    return kind if kind in _READ_ONLY or kind in _OWN_SETTERS else ""


def _check_of_net(value: ObjectLike, name: str) -> None:
    """Raise PowerShell's error for a property of .NET's that cannot be set, NotKnownHere for one that .NET sets."""
    kind = _kind_of_net(value)
    if kind.endswith(".DictionaryEntry") and name.lower() == "name":
        raise NotKnownHere("setting the name of a table's entry")
    if not kind or not net_property(kind, name.lower()):
        return
    if kind in _READ_ONLY and not name.lower().startswith(tuple(one.lower() for one in _SET_BY_NET)):
        known = next((one for one in value if one.lower() == name.lower()), name)
        raise ScriptError(
            f"'{known}' is a ReadOnly property.", "PropertyAssignmentException", inner="SetValueException"
        )
    if kind in net_setters:
        return
    if not (kind.endswith((".DictionaryEntry", ".MatchInfo")) and name.lower() in ("value", "line")):
        raise NotKnownHere(f"setting .{name} of a [{kind}]")


def _set_note(value: PropertyNote, name: str, new: object) -> None:
    """Set what `$x.PSObject.Properties['name']` has: its value is the object's."""
    if name.lower() != "value":
        if get_property(value, name) is MISSING:
            raise setting_failed(name, NO_PROPERTY.format(name), RUNTIME)
        message = f"'{name}' is a ReadOnly property."
        raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
    set_member(value.owner, value.properties["Name"], new)
    value.look()


def _is_read_only(value: object, name: str) -> bool:
    """Whether a value that is no object has a property: lists but arrays are said a `Length` that .NET's have not."""
    if isinstance(value, Collection) and name.lower() == "count":
        return True
    if get_property(value, name) is MISSING:
        return False
    if isinstance(value, EnumValue):
        raise NotKnownHere(f"setting .{name} of an enumeration's value")
    return not isinstance(value, ArrayList) or net_property(type_of(value), name.lower())


def index(value: object, place: object) -> object:
    """`$value[place]`: a position (from the end where negative), a key, or a list of them."""
    if value is None or value is NOTHING:
        raise ScriptError("Cannot index into a null array.", "NullArray", "InvalidOperation")
    if place is NOTHING:
        raise null_index()
    value, place = unspelled(value), unspelled(place)
    if isinstance(value, ObjectLike) and value.base is not MISSING:
        return index(value.base, place)
    if is_table(value):
        return _of_key(value, place)
    if isinstance(place, str) and not isinstance(place, Char):
        by_name = named_items.get(type(value))
        if by_name is not None:
            return by_name(value, place)
    if type(value) in keyed:
        return keyed[type(value)](value, place)
    if isinstance(value, StringBuilder):
        if place is not None and not (is_collection(place) or isinstance(place, Char) or _may_be_place(place)):
            raise cannot_convert_object(
                str(value), type_of(value), "System.Int32", "ConvertToFinalInvalidCastException"
            )
        return index(str(value), place)
    from_start = isinstance(value, KeyCollection) and type(value.owner) is Ordered
    if from_start and type(place) is int and place < 0:
        return None
    listed = isinstance(value, KeyCollection) and getattr(value.owner, "HAS_PLACES", False)
    if (isinstance(value, Unlisted) and not listed) or (
        not is_collection(value) and (not isinstance(value, str) or isinstance(value, _ONE_TEXT))
    ):
        return _of_one(value, place)
    if is_collection(place):
        places = [0 if item is None else item for item in items_of(place)]
        if from_start:
            places = [item for item in places if type(item) is not int or item >= 0]
        found = (_at(value, item) for item in places)
        return [one for one in found if one is not MISSING and one is not NOTHING]
    found_one = _at(value, place)
    if found_one is not MISSING:
        return found_one
    return NOTHING if isinstance(value, ArrayList | GenericList) and not _may_be_place(place) else None


_ONE_TEXT: Final = (Char, EnumValue, Uri, Version)
"""Texts here that are no texts of .NET's."""


def _of_one(value: object, place: object) -> object:
    """A value that is no list is one of itself alone."""
    if place is None:
        raise null_index()
    if is_collection(place) or isinstance(place, float | Decimal):
        return NOTHING
    return value if _place(value, place) in (0, -1) else NOTHING


keyed: Final[dict[type, Callable[[Any, object], object]]] = {}
"""Classes of values that find what is in them by any key."""
index_setters: Final[dict[type, Callable[[Any, object, object], None]]] = {}
"""The same for what is set there."""


named_items: dict[type, Callable[[Any, str], object]] = {}
"""Collections whose items are found by name too."""


def _property_named(value: PropertyList, name: str) -> object:
    return next((one for one in value if str(get_property(one, "Name")).lower() == name.lower()), None)


named_items[PropertyList] = _property_named


def _is_position(place: object) -> bool:
    """Whether an ordered table takes it as a place: an Int32."""
    return type(place) is int and fits(int, place)


def _of_key(value: Mapping[Any, Any], place: object) -> object:
    if is_collection(place):
        if isinstance(value, Dictionary):
            raise NotKnownHere("a dictionary's items by a list of keys")
        places = [one for one in items_of(place) if one is not None]
        if isinstance(value, Ordered):  # a position that is not there gives nothing, a key that is not there $null
            places = [one for one in places if type(one) is not int or -len(value) <= one < len(value)]
        return [_of_key(value, one) for one in places]
    if isinstance(value, Ordered) and _is_position(place):
        assert isinstance(place, int)
        return lookup(value, list(value)[place]) if -len(value) <= place < len(value) else None
    if place is None:
        raise null_index()
    found = lookup(value, place)
    return None if found is MISSING else found


def _at(value: object, place: object) -> object:
    if isinstance(value, str) and not isinstance(value, Char | EnumValue):
        items: Sequence[object] = chars(value)
    elif is_collection(value):
        items = items_of(value)
    else:
        items = [value]
    if place is None:
        raise null_index()
    number = _place(value, place)
    return MISSING if number is None or not -len(items) <= number < len(items) else items[number]


def _place(value: object, place: object) -> int | None:
    """A position; None for what is none: a text that is no number. Raises PowerShell's error for other things, which
    arrays and texts alone tell."""
    if isinstance(place, Char):
        return ord(place)
    try:
        return to_int(place)
    except ScriptError:
        if _may_be_place(place):
            return None
    if type(value) in TEXTS or type(value) in (list, Array):
        text = to_text(value) if isinstance(value, str) else type_of(value)
        raise cannot_convert_object(text, type_of(value), "System.Int32", _NO_WAY[0])
    return None


def set_index(value: object, place: object, new: object, *, by_key: bool = False) -> None:
    """`$value[place] = new`. by_key: a number is no position of an ordered table.

    Raises ScriptError where that cannot be.
    """
    place = unspelled(place)
    if isinstance(value, Dictionary | GenericList):  # whose indexers .NET finds by what they take
        held = (place, value.key, new, value.value) if isinstance(value, Dictionary) else (new, value.element)
        if any(is_bare(one) and kind == "System.String" for one, kind in zip(held[::2], held[1::2], strict=True)):
            raise _no_index(value)
        try:
            _set_index(value, place, new, by_key=by_key)
        except ScriptError as bad:
            raise _no_index(value) if bad.error_id in _NO_WAY else bad from None
        return
    _set_index(value, place, new, by_key=by_key)


def set_slice(value: object, places: Sequence[object], new: object) -> None:
    """`$value[1,2] = new`: a table has no such index, an array of one dimension cannot take it."""
    if isinstance(value, dict):
        raise _no_index(value)
    if type(value) in (list, Array):
        told = ",".join(item_text(one, to_text) for one in places)
        told = told if len(told) <= _TOLD else f"{told[:_TOLD]} ..."
        message = f"Array assignment to [{told}] failed because assignment to slices is not supported."
        raise ScriptError(message, "ArraySliceAssignmentFailed", "InvalidOperation")
    set_index(value, places, new)


_TOLD: Final = 20
"""How many characters an error tells of the places."""

_NO_WAY: Final = ("ConvertToFinalInvalidCastException", "InvalidCastConstructorException", "nullToObjectInvalidCast")
"""Errors of values whose types have no way to another."""


def _set_index(value: object, place: object, new: object, *, by_key: bool) -> None:
    if value is None or value is NOTHING:
        raise ScriptError("Cannot index into a null array.", "NullArray", "InvalidOperation")
    if place is None or place is NOTHING:
        raise null_index()
    if isinstance(value, Unlisted) and isinstance(value, list):
        raise _no_index(value)
    if isinstance(value, dict):
        if isinstance(value, Ordered) and _is_position(place) and not by_key:
            assert isinstance(place, int)
            if not 0 <= place < len(value):
                raise out_of_range("Specified argument was out of the range of valid values. (Parameter 'index')")
            place = list(value)[place]
        elif not isinstance(value, Hashtable) and isinstance(place, str):
            place = next((k for k in value if isinstance(k, str) and k.lower() == place.lower()), place)
        try:
            value[place] = new if isinstance(value, Hashtable) else plain(new)
        except ScriptError as bad:
            if bad.error_id != "ConvertToFinalInvalidCastException":
                raise
            raise _no_index(value) from None
        return
    if isinstance(value, list):
        if isinstance(value, Array | ArrayList) and not _may_be_place(place):
            _place_to_set(value, place)  # says so before it looks at what is to be there
        if isinstance(value, Array | GenericList) and value.element != "System.Object":
            new = convert(plain(new), NetType(value.element))
        elif new is NOTHING and type(value) is not Gapped:
            raise NotKnownHere("an item of a list that is set to what gave no output")
        number = _place_to_set(value, place)
        if not -len(value) <= number < len(value):
            raise _outside(value)
        value[number] = new
        return
    if isinstance(value, StringBuilder):
        set_letter(value, place, new)
        return
    if type(value) in index_setters:
        index_setters[type(value)](value, place, new)
        return
    raise _no_index(value)


def _may_be_place(place: object) -> bool:
    """Whether a value is of a kind that converts to a number, if its text is one."""
    if isinstance(place, Uri | Version):
        return False
    return isinstance(place, str | int | float | Decimal | datetime)


def _place_to_set(value: list[object], place: object) -> int:
    """The position of an item that is to be set."""
    if isinstance(value, ArrayList) and not _may_be_place(place):
        raise _no_index(value)
    number = ord(place) if isinstance(place, Char) else convert(place, NetType("System.Int32"))
    assert isinstance(number, int)
    return number


def _outside(value: list[object]) -> ScriptError:
    if isinstance(value, ArrayList | GenericList):
        return out_of_range(OUTSIDE)
    message = "Index was outside the bounds of the array."
    kind = "IndexOutOfRangeException"
    return ScriptError(message, f"System.{kind}", "OperationStopped", exception=kind)


def _no_index(value: object) -> ScriptError:
    kind = bound_type_of(value)
    return ScriptError(f'Unable to index into an object of type "{kind}".', "CannotIndex", "InvalidOperation")
