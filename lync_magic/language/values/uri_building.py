"""How addresses are made of parts: `[uri]::new($base, 'path')`, `[UriBuilder]`, and what one address says of another.

Rule of this file: a base is read by `uris`; one of a scheme of its own, and a part that holds what is escaped by rules
of its own, is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote, unquote, urljoin

from lync_magic.clixml import MISSING, Char, EnumValue, Uri
from lync_magic.language.values.collections import Hashtable, is_collection
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.failures import (
    NO_PROPERTY,
    NotKnownHere,
    ScriptError,
    call_failed,
    cannot_convert,
    setting_failed,
)
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.shapes import refuse_shape
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types, type_of
from lync_magic.language.values.uris import Address, address_of, escaped, uri_key

_URI: Final = "System.Uri"
_BUILDER: Final = "System.UriBuilder"
_WEB: Final = ("http", "https", "ftp")
_ABSOLUTE: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]+://?[^/\s]")
_PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?#\[\]]*")
"""Texts of which nothing is escaped."""
_LAST_PORT: Final = 65535


def _text_of(address: Address, *, path: bool = True, query: bool = True, fragment: bool = True) -> str:
    user = "" if address.user is None else f"{address.user}@"
    rest = (address.path if path else "") + (address.query if query else "") + (address.fragment if fragment else "")
    return address.start + user + address.authority + escaped(rest)


def _whole(value: Uri, what: str) -> Address:
    found = address_of(value)
    if found is None or found.scheme not in _WEB:
        raise NotKnownHere(f"{what} of such an address")
    return found


# --- [uri]::new -------------------------------------------------------------------------------------------------------


def _bad_uri(count: int, why: str, inner: str = "UriFormatException") -> None:
    call_failed(".ctor", count, why, inner)


def _absolute(text: str, count: int) -> object:
    """A whole address. Raises .NET's error for a text that is none."""
    if _ABSOLUTE.match(text) is None:
        if ":" in text or text.startswith(("/", "\\")):
            raise NotKnownHere("[uri]::new of such an address")
        why = "The URI is empty." if not text else "The format of the URI could not be determined."
        _bad_uri(count, f"Invalid URI: {why}")
    return convert(text, NetType(_URI))


def _new(_none: None, arguments: Sequence[object]) -> object:
    """Of a text, of a text and what kind it is, of an address and what is to be found from there."""
    first, count = arguments[0], len(arguments)
    if first is not None and type_of(first) not in ("System.String", _URI):
        raise NotKnownHere(f"[uri]::new of a [{NetType(type_of(first)).spoken}]")
    if count == 1:
        if isinstance(first, Uri):
            raise NotKnownHere("[uri]::new of an address")
        return _absolute(to_text(first), 1)
    second = arguments[1]
    if isinstance(first, Uri):
        if type_of(second) not in ("System.String", _URI):
            raise NotKnownHere(f"[uri]::new of an address and a [{NetType(type_of(second)).spoken}]")
        return _joined(first, to_text(second))
    text = to_text(first)
    if isinstance(second, EnumValue) and second.type_name == "System.UriKind":
        return _of_kind(text, to_text(second))
    if type(second) is str and second and _PLAIN.fullmatch(text):  # PowerShell takes the overload with `dontEscape`
        return _absolute(text, 2)
    raise NotKnownHere("[uri]::new with these arguments")


def _of_kind(text: str, kind: str) -> object:
    is_absolute = _ABSOLUTE.match(text) is not None
    if kind == "Absolute":
        return _absolute(text, 2)
    if not is_absolute and (":" in text or text.startswith(("/", "\\"))):
        raise NotKnownHere("[uri]::new of such an address")
    if is_absolute and kind == "Relative":
        why = "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI."
        _bad_uri(2, why)
    return convert(text, NetType(_URI))


def _joined(base: Uri, more: str) -> object:
    if address_of(base) is None:
        why = "Specified argument was out of the range of valid values. (Parameter 'baseUri')"
        _bad_uri(2, why, "ArgumentOutOfRangeException")
    found = _whole(base, "[uri]::new")
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", more)
    if scheme is not None and _ABSOLUTE.match(more):
        return _absolute(more, 2)
    if scheme is not None or not _PLAIN.fullmatch(more) or "\\" in more or (not more and found.fragment):
        raise NotKnownHere("[uri]::new of an address and such a part")
    return convert(urljoin(_text_of(found), more), NetType(_URI))


# --- what an address says ---------------------------------------------------------------------------------------------


def _left_part(value: Uri, arguments: Sequence[object]) -> str:
    """`.GetLeftPart('Path')`."""
    part = to_text(argument_as(arguments[0], "System.UriPartial", "part", "GetLeftPart"))
    found = _whole(value, ".GetLeftPart()")
    if part == "Scheme":
        return found.start
    return _text_of(found, path=part != "Authority", query=part == "Query", fragment=False)


def _other(told: object, name: str) -> Uri:
    if type(told) is not Uri:
        raise NotKnownHere(f".{name}() of what is no address")
    return told


def _is_base(value: Uri, arguments: Sequence[object]) -> bool:
    """Whether the other one begins with this one, up to its last `/`."""
    mine, other = _whole(value, ".IsBaseOf()"), _whole(_other(arguments[0], "IsBaseOf"), ".IsBaseOf()")
    if mine.start != other.start or mine.authority != other.authority or mine.user != other.user:
        return False
    return other.path.startswith(mine.path.rpartition("/")[0] + "/")


def _relative(value: Uri, arguments: Sequence[object]) -> object:
    """How one gets from here to there."""
    mine = _whole(value, ".MakeRelativeUri()")
    other = _whole(_other(arguments[0], "MakeRelativeUri"), ".MakeRelativeUri()")
    if (mine.start, mine.authority, mine.user) != (other.start, other.authority, other.user):
        return arguments[0]
    here, there = mine.path.split("/")[:-1], other.path.split("/")
    if uri_key(value) == uri_key(_other(arguments[0], "")) or ":" in there[-1] or not _PLAIN.fullmatch(other.path):
        raise NotKnownHere(".MakeRelativeUri() of such addresses")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    path = "../" * (len(here) - same) + "/".join(there[same:])
    if not path or not mine.path:
        raise NotKnownHere(".MakeRelativeUri() of such addresses")
    return convert(path + escaped(other.query + other.fragment), NetType(_URI))


def _is_well_formed(_none: None, arguments: Sequence[object]) -> bool:
    kind = to_text(argument_as(arguments[1], "System.UriKind", "uriKind", "IsWellFormedUriString"))
    if arguments[0] is None:
        return False
    text = to_text(arguments[0])
    if not re.fullmatch(r"[ A-Za-z0-9\-._~!$&'()*+,;=:@/?]*", text) or "//" in text.partition("://")[2]:
        raise NotKnownHere("[uri]::IsWellFormedUriString of this text")
    if kind == "Relative" or _ABSOLUTE.match(text) is None:
        if not re.fullmatch(r"[A-Za-z0-9\-._~]+", text):
            raise NotKnownHere("[uri]::IsWellFormedUriString of this text")
        return kind != "Absolute"
    found = address_of(Uri(text))
    if found is None or found.scheme not in _WEB or "://" not in text:
        raise NotKnownHere("[uri]::IsWellFormedUriString of this text")
    return " " not in text


# --- [UriBuilder] -----------------------------------------------------------------------------------------------------


class UriBuilder:
    """A System.UriBuilder: the parts of an address, each as it was set. port: -1 for none."""

    __slots__ = ("fragment", "host", "password", "path", "port", "query", "scheme", "user")

    def __init__(self, scheme: str = "http", host: str = "localhost", port: int = -1, path: str = "/") -> None:
        self.scheme, self.host, self.port, self.path = scheme, host, port, path
        self.user = self.password = self.query = self.fragment = ""

    def take(self, address: Address) -> UriBuilder:
        """Have the parts of an address."""
        self.scheme, self.host = address.scheme, address.host
        self.port = address.usual_port if address.port is None else address.port
        self.path, self.query, self.fragment = map(escaped, (address.path, address.query, address.fragment))
        self.user, _, self.password = (address.user or "").partition(":")
        return self

    def uri(self) -> Uri:
        """The address, whose parts are the builder's from now on. Raises NotKnownHere."""
        made = Uri(str(self))
        self.take(_whole(made, ".Uri"))
        return made

    def __str__(self) -> str:
        user = self.user + (f":{self.password}" if self.password else "")
        port = f":{self.port}" if self.port != -1 and self.host else ""
        path = "/" + self.path if self.host and self.path and not self.path.startswith("/") else self.path
        return f"{self.scheme}://{user and f'{user}@'}{self.host}{port}{path}{self.query}{self.fragment}"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        raise NotKnownHere(f"a [{_BUILDER}] compared with something else")

    __hash__ = None  # type: ignore[assignment]


_NAMES: Final = ("Scheme", "UserName", "Password", "Host", "Port", "Path", "Query", "Fragment", "Uri")


def _property(value: UriBuilder, folded: str) -> object:
    if folded == "uri":
        return value.uri()
    if folded == "username":
        return value.user
    return getattr(value, folded) if folded in value.__slots__ and folded != "user" else MISSING


def _set(value: UriBuilder, name: str, new: object) -> None:
    """`$builder.Path = '/x'`. Raises ScriptError where that cannot be."""
    folded = name.lower()
    if folded == "uri":
        message = f"'{name}' is a ReadOnly property."
        raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
    if folded == "port":
        value.port = _port(name, new)
        return
    text = to_text(new)
    match folded:
        case "scheme":
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", text):
                raise NotKnownHere("such a scheme")
            value.scheme = text.lower()
        case "username":
            value.user = text
        case "password":
            value.password = text
        case "host":
            if ":" in text:
                raise NotKnownHere("such a host")
            value.host = text
        case "path":
            value.path = quote(text.replace("\\", "/"), safe="!#$&'()*+,/:;=?@[]~%") if text else "/"
        case "query" | "fragment":
            mark = "?" if folded == "query" else "#"
            setattr(value, folded, text if not text or text.startswith(mark) else mark + text)
        case _:
            raise ScriptError(NO_PROPERTY.format(name), "PropertyAssignmentException")


def _port(name: str, new: object) -> int:
    try:
        made = convert(new, NetType("System.Int32"))
    except ScriptError as bad:
        raise setting_failed(name, bad.message) from None
    assert isinstance(made, int)
    if made < -1:
        raise NotKnownHere("such a port")
    if made > _LAST_PORT:
        why = f"value ('{made}') must be less than or equal to '{_LAST_PORT}'. (Parameter 'value')"
        raise setting_failed(name, f"{why}\nActual value was {made}.", "ArgumentOutOfRangeException")
    return made


def _built(_none: None, arguments: Sequence[object]) -> UriBuilder:
    """`[UriBuilder]::new('https://…')`, and of scheme, host, port, path and the rest."""
    if not arguments:
        return UriBuilder()
    if len(arguments) == 1:
        return _builder_of(arguments[0])
    if not all(type(one) is (int if place == 2 else str) for place, one in enumerate(arguments)):
        raise NotKnownHere(f"[{_BUILDER}]::new() with these arguments")
    made = UriBuilder()
    for name, one in zip(("scheme", "host", "port", "path"), arguments):  # noqa: B905
        _set(made, name, one)
    rest = to_text(arguments[4]) if len(arguments) > 4 else ""
    if rest[:1] not in ("", "?") or "#" in rest:
        raise NotKnownHere(f"[{_BUILDER}]::new() with these arguments")
    made.query = rest
    return made


def _builder_of(value: object) -> UriBuilder:
    if type_of(value) not in ("System.String", _URI):
        raise NotKnownHere(f"[{_BUILDER}]::new() of this value")
    text = to_text(value)
    if _ABSOLUTE.match(text) is None:
        if not re.match(r"[A-Za-z0-9][A-Za-z0-9.-]*(?:/|$)", text):
            raise NotKnownHere(f"[{_BUILDER}]::new() of such an address")
        text = f"http://{text}"
    return UriBuilder().take(_whole(Uri(text), f"[{_BUILDER}]::new()"))


def _to_builder(value: object) -> object:
    if value is None or isinstance(value, UriBuilder):
        return value
    if type(value) is Hashtable:
        return _of_table(value)
    refuse_shape(value, _BUILDER)
    if is_collection(value) or isinstance(value, Char):
        raise cannot_convert(to_text(value), _BUILDER, "", "")
    return _builder_of(value)


def _of_table(table: Hashtable) -> UriBuilder:
    made = UriBuilder()
    for name, one in table.items():
        try:
            _set(made, to_text(name), one)
        except ScriptError:
            raise NotKnownHere(f"such a table as a [{_BUILDER}]") from None
    return made


def _said(text: str) -> Callable[[], object]:
    return lambda: text


own_types[UriBuilder] = lambda value: _BUILDER
own_names[UriBuilder] = lambda value: list(_NAMES)
own_properties[UriBuilder] = _property
own_methods[UriBuilder] = {"tostring": method(0)(lambda v, a: str(v))}
setters[UriBuilder] = _set
more_converters[_BUILDER] = _to_builder
own_statics[_BUILDER] = {"new": method(0, 5)(_built)}, {}
own_statics[_URI] = (
    {
        "new": method(1, 2)(_new),
        "escapedatastring": method(1)(lambda _n, a: quote(to_text(a[0]), safe="-._~")),
        "unescapedatastring": method(1)(lambda _n, a: unquote(to_text(a[0]))),
        "iswellformeduristring": method(2)(_is_well_formed),
    },
    {
        "schemedelimiter": _said("://"),
        **{f"urischeme{one}": _said(one) for one in ("http", "https", "ftp", "file", "mailto", "ws", "wss", "ssh")},
    },
)
own_methods[Uri] = {
    **own_methods.get(Uri, {}),
    "getleftpart": method(1)(_left_part),
    "isbaseof": method(1)(_is_base),
    "makerelativeuri": method(1)(_relative),
}
