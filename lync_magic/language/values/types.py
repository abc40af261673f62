"""Type names: what `[int]` means, and what type a value has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from lync_magic.clixml import (
    INT32,
    INT64,
    MISSING,
    Char,
    Credential,
    EnumValue,
    ObjectLike,
    PSObject,
    ScriptBlock,
    SecureString,
    Single,
    SizedInt,
    Uri,
    Version,
    Xml,
)
from lync_magic.language.syntax.expressions import TypeName
from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    ArrayList,
    Collection,
    Dictionary,
    GenericList,
    KeyCollection,
    Ordered,
    SwitchParameter,
    is_collection,
)
from lync_magic.language.values.full_names import parted
from lync_magic.records import Record


@dataclass(frozen=True, slots=True)
class NetType:
    """A .NET type as a value. name: its full name."""

    name: str

    @property
    def short(self) -> str:
        """The name without its namespace."""
        if "`" not in self.name:
            return re.split(r"[.+]", self.name)[-1]
        outer, _inner, ranks = parted(self.name)
        return re.split(r"[.+]", outer)[-1] + ranks

    @property
    def spoken(self) -> str:
        """The name as a text of PowerShell has it: `int` where there is a short one."""
        base = self.name
        while base.endswith("[]"):
            base = base.removesuffix("[]")
        ranks = self.name[len(base) :]
        if "`" in base:
            outer, inner, _rest = parted(base)
            return f"{outer.partition('`')[0]}[{','.join(NetType(one).spoken for one in inner)}]{ranks}"
        return _SPOKEN.get(base, base) + ranks

    @property
    def noted(self) -> str:
        """The same without namespaces, as the definition of a note has it."""
        if self.name in (_CUSTOM, "System.Collections.Specialized.OrderedDictionary"):
            return _CUSTOM if self.name == _CUSTOM else "ordered"
        return re.sub(r"[A-Za-z_.+]*\.(?=[A-Za-z])", "", self.spoken)

    @property
    def shown(self) -> str:
        """The name as .NET's ToString() has it."""
        return self.name

    def __str__(self) -> str:
        return self.name


_SHORT: Final[dict[str, str]] = {
    "array": "System.Array", "bigint": "System.Numerics.BigInteger", "bool": "System.Boolean", "byte": "System.Byte",
    "char": "System.Char", "consolecolor": "System.ConsoleColor", "convert": "System.Convert",
    "datetime": "System.DateTime", "dayofweek": "System.DayOfWeek", "decimal": "System.Decimal",
    "double": "System.Double", "enum": "System.Enum", "environment": "System.Environment", "float": "System.Single",
    "guid": "System.Guid", "hashtable": "System.Collections.Hashtable", "int": "System.Int32",
    "int16": "System.Int16", "int32": "System.Int32", "int64": "System.Int64", "long": "System.Int64",
    "math": "System.Math", "nullable": "System.Nullable",
    "object": "System.Object", "ordered": "System.Collections.Specialized.OrderedDictionary",
    "pscredential": "System.Management.Automation.PSCredential",
    "pscustomobject": "System.Management.Automation.PSCustomObject",
    "psobject": "System.Management.Automation.PSObject", "ref": "System.Management.Automation.PSReference",
    "regex": "System.Text.RegularExpressions.Regex", "sbyte": "System.SByte",
    "scriptblock": "System.Management.Automation.ScriptBlock", "securestring": "System.Security.SecureString",
    "short": "System.Int16", "single": "System.Single", "string": "System.String",
    "switch": "System.Management.Automation.SwitchParameter", "timespan": "System.TimeSpan", "type": "System.Type",
    "uint": "System.UInt32", "uint16": "System.UInt16", "uint32": "System.UInt32", "uint64": "System.UInt64",
    "ulong": "System.UInt64", "uri": "System.Uri", "ushort": "System.UInt16", "valuetype": "System.ValueType",
    "version": "System.Version", "wildcardpattern": "System.Management.Automation.WildcardPattern",
    "void": "System.Void", "xml": "System.Xml.XmlDocument",
    "collections.arraylist": "System.Collections.ArrayList",
    "collections.generic.list": "System.Collections.Generic.List",
    "collections.generic.hashset": "System.Collections.Generic.HashSet",
    "collections.queue": "System.Collections.Queue",
    "collections.stack": "System.Collections.Stack", "text.stringbuilder": "System.Text.StringBuilder",
    "exception": "System.Exception", "io.path": "System.IO.Path", "io.file": "System.IO.File",
    "io.directory": "System.IO.Directory", "text.encoding": "System.Text.Encoding",
    "text.utf8encoding": "System.Text.UTF8Encoding", "text.asciiencoding": "System.Text.ASCIIEncoding",
    "text.unicodeencoding": "System.Text.UnicodeEncoding",
    "net.servicepointmanager": "System.Net.ServicePointManager",
    "net.securityprotocoltype": "System.Net.SecurityProtocolType", "web.httputility": "System.Web.HttpUtility",
    "net.webutility": "System.Net.WebUtility", "random": "System.Random",
    "cultureinfo": "System.Globalization.CultureInfo",
    "globalization.calendarweekrule": "System.Globalization.CalendarWeekRule",
    "globalization.cultureinfo": "System.Globalization.CultureInfo",
    "globalization.datetimestyles": "System.Globalization.DateTimeStyles",
    "globalization.numberstyles": "System.Globalization.NumberStyles",
    "collections.generic.dictionary": "System.Collections.Generic.Dictionary",
    "collections.hashtable": "System.Collections.Hashtable",
    "collections.specialized.ordereddictionary": "System.Collections.Specialized.OrderedDictionary",
    "management.automation.pscredential": "System.Management.Automation.PSCredential",
    "management.automation.pscustomobject": "System.Management.Automation.PSCustomObject",
    "management.automation.psobject": "System.Management.Automation.PSObject",
    "management.automation.scriptblock": "System.Management.Automation.ScriptBlock",
    "management.automation.switchparameter": "System.Management.Automation.SwitchParameter",
    "security.securestring": "System.Security.SecureString",
    "text.regularexpressions.regex": "System.Text.RegularExpressions.Regex",
    "dbnull": "System.DBNull", "psnoteproperty": "System.Management.Automation.PSNoteProperty",
    "ipaddress": "System.Net.IPAddress", "stringcomparer": "System.StringComparer",
    "mailaddress": "System.Net.Mail.MailAddress",
}  # fmt: skip

_SPOKEN: Final[dict[str, str]] = {
    "System.Collections.Specialized.OrderedDictionary": "ordered",
    "System.Array": "array", "System.Boolean": "bool", "System.Byte": "byte", "System.Char": "char",
    "System.DateTime": "datetime", "System.Decimal": "decimal", "System.Double": "double", "System.Single": "float",
    "System.Guid": "guid", "System.Collections.Hashtable": "hashtable", "System.Int32": "int", "System.Int16": "short",
    "System.Int64": "long", "System.Management.Automation.PSCredential": "pscredential",
    "System.Management.Automation.PSObject": "psobject", "System.Text.RegularExpressions.Regex": "regex",
    "System.SByte": "sbyte", "System.Management.Automation.ScriptBlock": "scriptblock",
    "System.Security.SecureString": "securestring", "System.String": "string",
    "System.Management.Automation.SwitchParameter": "switch", "System.TimeSpan": "timespan", "System.Type": "type",
    "System.UInt16": "ushort", "System.UInt32": "uint", "System.UInt64": "ulong", "System.Uri": "uri",
    "System.Version": "version", "System.Void": "void", "System.Numerics.BigInteger": "bigint",
    "System.Management.Automation.SemanticVersion": "semver",
    "System.Xml.XmlDocument": "xml", "System.Globalization.CultureInfo": "cultureinfo",
    "System.Object": "System.Object", "System.Net.IPAddress": "ipaddress", "System.Net.Mail.MailAddress": "mailaddress",
}  # fmt: skip
"""The name that `"$([type])"` has for a type with an accelerator."""

_OF_STREAMS: Final = tuple(
    f"System.Management.Automation.{name}"
    for name in (
        "InformationalRecord",
        "WarningRecord",
        "VerboseRecord",
        "DebugRecord",
        "InformationRecord",
        "HostInformationMessage",
    )
)
"""Types that are looked for and not converted to."""
_MORE: Final = (
    "System.DateTimeKind", "System.EnvironmentVariableTarget", "System.MidpointRounding", "System.UriKind",
    "System.StringComparison", "System.StringSplitOptions",
    "System.IO.FileAttributes",
    "System.Management.Automation.ActionPreference", "System.Diagnostics.Stopwatch", "System.DateTimeOffset",
    "System.Text.RegularExpressions.RegexOptions",
    "System.DBNull", "System.Management.Automation.PSNoteProperty", "System.Collections.ObjectModel.Collection",
    "System.Management.Automation.Host.ChoiceDescription", "System.Collections.IEnumerable",
    "System.Collections.IDictionary", "System.Collections.ICollection", "System.Collections.IList",
    "System.Base64FormattingOptions", "System.Linq.Enumerable",
    "System.BitConverter", "System.Net.Dns", "System.Threading.Thread", "System.GC", "System.Xml.XmlDocument",
    "System.Xml.XmlElement", "System.Xml.XmlNodeList", "System.Xml.XmlConvert", "System.Xml.XmlNamespaceManager",
    "System.Globalization.DateTimeFormatInfo", "System.Globalization.NumberFormatInfo",
    "System.Globalization.GregorianCalendar", "System.Collections.ReadOnlyCollectionBase",
    "System.Management.Automation.ErrorRecord", "System.Management.Automation.ErrorDetails",
    "System.Management.Automation.ErrorCategory", "System.Management.Automation.Runspaces.PSSession",
    "System.Console", "System.IO.FileInfo", "System.IO.DirectoryInfo",
    "System.IO.StringReader", "System.IO.StringWriter",
    "System.Collections.SortedList", "System.Collections.Generic.SortedDictionary",
    "System.Collections.Generic.SortedList",
    "System.Collections.Generic.Queue", "System.Collections.Generic.Stack", "System.Collections.Generic.SortedSet",
    "System.IO.SearchOption",
    "System.Management.Automation.Cmdlet", "System.Management.Automation.PSCmdlet",
    "System.Security.Principal.WindowsIdentity", "System.Security.Principal.WindowsPrincipal",
    "System.Security.Principal.WindowsBuiltInRole", "System.Text.NormalizationForm", "System.Reflection.Assembly",
    "System.Globalization.ISOWeek", "System.TimeZoneInfo",
    "System.Globalization.CharUnicodeInfo", "System.Globalization.UnicodeCategory",
    "System.Action", "System.Func", "System.Predicate", "System.Comparison", "System.Converter",
    "System.Text.RegularExpressions.MatchEvaluator",
    "System.UriBuilder", "System.UriPartial", "System.Globalization.TimeSpanStyles",
    "System.Security.Cryptography.HashAlgorithm", "System.Security.SecurityElement", "System.Tuple",
    "System.ValueTuple", "System.Collections.Specialized.NameValueCollection",
    "System.Management.Automation.WildcardOptions",
    *_OF_STREAMS,
    *(
        f"System.Security.Cryptography.{before}{name}{behind}"
        for name in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")
        for before, behind in (("", ""), ("HMAC", ""), ("", "Managed"), ("", "CryptoServiceProvider"))
        if (name, behind) != ("MD5", "Managed")
    ),
)  # fmt: skip
EXCEPTIONS: Final[dict[str, str]] = {
    name.lower(): name
    for name in (
        "System.Exception", "System.ArgumentException", "System.ArgumentNullException",
        "System.ArgumentOutOfRangeException", "System.InvalidOperationException", "System.NotSupportedException",
        "System.FormatException", "System.InvalidCastException", "System.NotImplementedException",
        "System.UnauthorizedAccessException", "System.TimeoutException", "System.ApplicationException",
        "System.IO.IOException", "System.IO.FileNotFoundException", "System.DivideByZeroException",
        "System.IO.DirectoryNotFoundException", "System.ArithmeticException", "System.OverflowException",
        "System.IndexOutOfRangeException", "System.SystemException", "System.NullReferenceException",
        "System.Collections.Generic.KeyNotFoundException",
        "System.Management.Automation.RuntimeException", "System.Management.Automation.ItemNotFoundException",
        "System.Management.Automation.PSInvalidOperationException",
        "System.Management.Automation.ValidationMetadataException",
    )
}  # fmt: skip
"""Exceptions that a cell can make."""
_GENERIC: Final = {
    "System.Collections.Generic.List": 1, "System.Collections.Generic.Dictionary": 2,
    "System.Collections.Generic.Queue": 1, "System.Collections.Generic.Stack": 1,
    "System.Collections.Generic.SortedDictionary": 2, "System.Collections.Generic.SortedList": 2,
    "System.Collections.Generic.HashSet": 1, "System.Collections.Generic.SortedSet": 1,
    "System.Collections.ObjectModel.Collection": 1, "System.Nullable": 1,
}  # fmt: skip
NULLABLE: Final = "System.Nullable`1"
GENERIC_LIST: Final = "System.Collections.Generic.List`1"
HASH_SET: Final = "System.Collections.Generic.HashSet`1"
DICTIONARY: Final = "System.Collections.Generic.Dictionary`2"
WRAPPERS: Final = ("System.Management.Automation.PSObject", "System.Management.Automation.PSCustomObject")
"""The types that hold any value as it is."""

_KNOWN: Final[dict[str, str]] = {name.lower(): name for name in (*_SHORT.values(), *_MORE)}


EVALUATOR: Final = "System.Text.RegularExpressions.MatchEvaluator"
DELEGATES: Final = (
    "System.Action", "System.Func", "System.Predicate", "System.Comparison", "System.Converter", EVALUATOR,
)  # fmt: skip
"""The types of what .NET calls, by how their names begin."""
TUPLE: Final = "System.Tuple"
VALUE_TUPLE: Final = "System.ValueTuple"


def _counts(name: str) -> Sequence[int]:
    """How many types a generic one may be of."""
    if name in ("System.Action", "System.Func", TUPLE, VALUE_TUPLE):
        return range(1, 8 if name in (TUPLE, VALUE_TUPLE) else 17)
    return (2,) if name == "System.Converter" else (1,) if name in DELEGATES else (_GENERIC[name],)


def resolve(name: TypeName) -> NetType | None:
    """The type that a name in brackets means, or None where it is not known here."""
    text = name.name.lower()
    full = (
        _SHORT.get(text) or _KNOWN.get(text) or _SHORT.get(text.removeprefix("system.")) or _KNOWN.get("system." + text)
    )
    if full is None and not name.arguments and not name.ranks:
        full = EXCEPTIONS.get(text) or EXCEPTIONS.get("system." + text)
    if full is None:
        return None
    if name.arguments:
        inner = [found.name for argument in name.arguments if (found := resolve(argument)) is not None]
        if (
            full == EVALUATOR
            or full not in (*_GENERIC, *DELEGATES, TUPLE, VALUE_TUPLE)
            or any(one in _OF_STREAMS for one in inner)
            or len(inner) not in _counts(full)
            or len(inner) != len(name.arguments)
        ):
            return None
        full = f"{full}`{len(inner)}[{','.join(inner)}]"
    elif full in _GENERIC or (full in DELEGATES and full not in ("System.Action", EVALUATOR)):
        return None
    if any(rank > 1 for rank in name.ranks):
        return None
    return NetType(full + "[]" * len(name.ranks))


def type_arguments(name: str) -> list[str]:
    """The types that a full name of a generic type has in its brackets."""
    return parted(name)[1]


_BY_CLASS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "System.Boolean"),
    (Single, "System.Single"),
    (float, "System.Double"),
    (Decimal, "System.Decimal"),
    (Char, "System.Char"),
    (Uri, "System.Uri"),
    (Version, "System.Version"),
    (Xml, "System.Xml.XmlDocument"),
    (ScriptBlock, "System.Management.Automation.ScriptBlock"),
    (str, "System.String"),
    (datetime, "System.DateTime"),
    (timedelta, "System.TimeSpan"),
    (UUID, "System.Guid"),
    ((bytes, bytearray), "System.Byte[]"),
    (Ordered, "System.Collections.Specialized.OrderedDictionary"),
    (SecureString, "System.Security.SecureString"),
    (Credential, "System.Management.Automation.PSCredential"),
    (NetType, "System.RuntimeType"),
)

_CUSTOM: Final = "System.Management.Automation.PSCustomObject"

own_types: Final[dict[type, Callable[[object], str]]] = {}
"""Classes of the evaluator's own values (script blocks, error records) and how each names its type."""


def type_of(value: object) -> str:
    """The full name of a value's .NET type, "" for `$null`."""
    if value is None or value is NOTHING:
        return ""
    if type(value) is PSObject and value.base is MISSING:  # most there is of objects
        return _object_type(value)
    if isinstance(value, EnumValue):
        return value.type_name
    if isinstance(value, SizedInt):
        return "System." + value.net
    if isinstance(value, int) and not isinstance(value, bool):
        return _int_type(value)
    if isinstance(value, list):
        return _list_type(value)
    if isinstance(value, Dictionary):
        return value.type_name
    if isinstance(value, SwitchParameter):
        return SwitchParameter.NAME
    for known, name in _BY_CLASS:
        if isinstance(value, known):
            return name
    own = own_types.get(type(value))
    if own is not None:
        return own(value)
    if isinstance(value, ObjectLike):
        return _object_type(value) if value.base is MISSING else type_of(value.base)
    if isinstance(value, Mapping):
        return "System.Collections.Hashtable"
    if isinstance(value, KeyCollection):
        owner, bracket, arguments = type_of(value.owner).partition("[")
        kind = "Key" if value.keys else "Value"
        held = f"{kind}Collection" if "Ordered" not in owner else "OrderedDictionaryKeyValueCollection"
        return f"{owner}+{held}{bracket}{arguments}"
    if is_collection(value):
        return "System.Object[]"
    return type(value).__name__


def named_or_custom(value: object) -> str:
    """The same where what gave no output is the empty object that it is to PowerShell."""
    return _CUSTOM if value is NOTHING else type_of(value)


def _list_type(value: list[object]) -> str:
    if isinstance(value, Array):
        return value.element + "[]"
    own = own_types.get(type(value))
    if own is not None:
        return own(value)
    if isinstance(value, Collection):
        return value.type_name
    if isinstance(value, GenericList):
        return f"{GENERIC_LIST}[{value.element}]"
    return "System.Collections.ArrayList" if isinstance(value, ArrayList) else "System.Object[]"


def from_server(value: object) -> bool:
    """Whether an object is a row of what a server sent, or came inside one; lists that a cell made become rows too."""
    return isinstance(value, Record) and (value.place[0].sample is not None or value.place[0].within)


def have_come(names: Sequence[str]) -> bool:
    """Whether type names are those of an object that came over the wire, whatever was put before them here."""
    return bool(names) and (names[-1].startswith("Deserialized.") or names[0].startswith("Deserialized."))


def _object_type(value: ObjectLike) -> str:
    """Objects that came over the wire are PSCustomObjects; those that a cmdlet of this side made are of their own
    type."""
    names = value.type_names
    if from_server(value) or not names or _CUSTOM in names or have_come(names):
        return _CUSTOM
    return names[0]


def _int_type(value: int) -> str:
    if INT32[0] <= value <= INT32[1]:
        return "System.Int32"
    return "System.Int64" if INT64[0] <= value <= INT64[1] else "System.Numerics.BigInteger"


def bound_type_of(value: object) -> str:
    """The type's name as .NET's binder has it: a custom object is a PSObject."""
    kind = type_of(value)
    return "System.Management.Automation.PSObject" if kind.endswith(".PSCustomObject") else kind


def named_type_of(value: object) -> str:
    """The type's name as an error message shows it: an object's own first type name."""
    if isinstance(value, ObjectLike) and value.type_names:
        return value.type_names[0]
    return type_of(value)
