"""Members that .NET has and a cell cannot use here: naming one is refused, never said not to exist.

Rule of this file: names alone, in lower case, by the types whose other members `calls` and `properties` declare.
"""

from __future__ import annotations

from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


_OBJECT: Final = "GetTypeCode TryFormat GetObjectData GetHashCode OnDeserialization"

UNKNOWN_METHODS: Final[dict[str, frozenset[str]]] = {
    "System.String": _names(
        "CopyTo EnumerateRunes GetPinnableReference GetTypeCode IsNormalized LastIndexOfAny Normalize "
        "ReplaceLineEndings TryCopyTo"
    ),
    "System.DateTime": _names(
        "AddMicroseconds Deconstruct GetDateTimeFormats GetTypeCode IsDaylightSavingTime ToBinary ToFileTime "
        "ToFileTimeUtc ToOADate TryFormat"
    ),
    "System.TimeSpan": _names("Divide Multiply TryFormat"),
    "System.Guid": _names("ToByteArray TryFormat TryWriteBytes"),
    "System.Version": _names("Clone TryFormat"),
    "System.Uri": _names("GetComponents GetLeftPart IsBaseOf IsWellFormedOriginalString MakeRelative MakeRelativeUri"),
    "System.Collections.Hashtable": _names("CopyTo GetObjectData OnDeserialization"),
    "System.Collections.Specialized.OrderedDictionary": _names("AsReadOnly CopyTo GetObjectData OnDeserialization"),
    "System.Collections.Generic.Dictionary": _names(
        "EnsureCapacity GetAlternateLookup GetObjectData OnDeserialization TrimExcess TryGetAlternateLookup TryGetValue"
    ),
    "System.Collections.ArrayList": _names("BinarySearch CopyTo SetRange TrimToSize"),
    "System.Collections.Generic.List": _names(
        "AsReadOnly BinarySearch ConvertAll CopyTo EnsureCapacity Exists Find FindAll FindIndex FindLast FindLastIndex "
        "RemoveAll Slice TrimExcess TrueForAll"
    ),
    "System.Object[]": _names("Address CopyTo Get GetLongLength Initialize Set"),
    "System.Management.Automation.ScriptBlock": _names(
        "CheckRestrictedLanguage GetNewClosure GetPowerShell GetSteppablePipeline InvokeReturnAsIs InvokeWithContext"
    ),
    "System.RuntimeType": _names(
        "FindInterfaces FindMembers GetArrayRank GetConstructor GetConstructors GetElementType GetEnumName "
        "GetEnumNames "
        "GetEnumValues GetField GetFields GetGenericArguments GetInterface GetInterfaces GetMember GetMembers "
        "GetMethod "
        "GetMethods GetProperties GetProperty InvokeMember IsAssignableFrom IsInstanceOfType IsSubclassOf MakeArrayType"
    ),
    "System.Int32": _names(_OBJECT),
    "System.Double": _names(_OBJECT),
    "System.Decimal": _names(_OBJECT),
    "System.Boolean": _names(_OBJECT),
    "System.Char": _names(_OBJECT),
}


def not_known_method(type_name: str, folded: str) -> bool:
    """Whether .NET has a method of that name which is not to be had here."""
    base = type_name.partition("`")[0]
    if base.endswith("[]"):
        base = "System.Object[]"
    return folded in UNKNOWN_METHODS.get(base, ()) or folded.startswith(("get_", "set_", "add_", "remove_"))
