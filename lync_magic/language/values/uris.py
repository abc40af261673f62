"""What stands in a [System.Uri], as .NET reads an address: its parts, and its text, which is not what was written:
`[uri]'HTTP://H'` is `http://h/` (Uri.ToString).

Rules: scheme and host in small letters, no usual port, a path of `/` at least and without dot segments. Each part is
held as it was written but for escapes that need not be; `escaped` and `shown` are the two ways in which .NET writes it.
What .NET does otherwise with a scheme of its own is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from lync_magic.clixml import Uri
from lync_magic.language.values.failures import NotKnownHere

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+")
_AUTHORITY: Final = re.compile(r"(?:(?P<user>[^@]*)@)?(?P<host>\[[^\]]*\]|[^:@]*)(?::(?P<port>\d*))?")
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%")
_WEB: Final = frozenset({"http", "https", "ws", "wss"})
_PORTS: Final = {
    "http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "ldap": 389, "net.tcp": 808, "gopher": 70, "nntp": 119,
    "telnet": 23, "mailto": 25,
}  # fmt: skip
_KEPT: Final = frozenset(b"!#$%&'()*+,/:;=?@[\\]\x7f") | frozenset(range(32))
"""Bytes whose escape stays: they would mean something else, or nothing that can be seen."""
_LAST_PORT: Final = 65535
_AS_IT_IS: Final = "!#$&'()*+,/:;=?@[]~%"


@dataclass(frozen=True, slots=True)
class Address:
    """An absolute address. user: None where it has none.  host: an IPv6 one in brackets.  port: where one was written
    that is not the usual one.  path, query, fragment: each with its mark.  hierarchical: `//` and a host came first."""

    scheme: str
    user: str | None
    host: str
    port: int | None
    path: str
    query: str
    fragment: str
    hierarchical: bool = True

    @property
    def usual_port(self) -> int:
        """The scheme's, -1 where it has none."""
        return _PORTS.get(self.scheme, -1)

    @property
    def authority(self) -> str:
        """Host and port."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def start(self) -> str:
        """What stands before the host, without a user."""
        return f"{self.scheme}://" if self.hierarchical else f"{self.scheme}:"


def uri_text(value: Uri) -> str:
    """`$uri.ToString()`. Raises NotKnownHere for an address of which it is not known exactly."""
    found = address_of(value)
    return str(value) if found is None else _whole(found, fragment=True, user=True)


def uri_key(value: Uri) -> str:
    """What two addresses have in common that .NET calls equal: all but the user and the fragment."""
    found = address_of(value)
    return str(value) if found is None else _whole(found, fragment=False, user=found.scheme == "mailto")


def _whole(address: Address, *, fragment: bool, user: bool) -> str:
    name = f"{address.user}@" if user and address.user is not None else ""
    place = name + (address.authority if address.hierarchical or address.scheme == "mailto" else "")
    return address.start + place + shown(address.path + address.query + (address.fragment if fragment else ""))


def address_of(value: Uri) -> Address | None:
    """The parts of an address, None where it is a part of one. Raises NotKnownHere."""
    text = str(value)
    scheme, colon, rest = text.strip().partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        if text.startswith("\\\\") or (colon and len(scheme) == 1):
            raise NotKnownHere("a [System.Uri] that is a file's path")
        return None
    scheme = scheme.lower()
    if rest.endswith("%20") and not rest.isascii():
        raise NotKnownHere("a [System.Uri] that ends with an escaped space")
    if not rest.startswith("//"):
        return _opaque(scheme, rest)
    if scheme == "file":
        if not rest.startswith("///") or re.search(r"[\\:?#]", rest):
            raise NotKnownHere("this [System.Uri] of a file")
        return Address(scheme, None, "", None, _without_dots(_plain(rest[2:])), "", "")
    authority, path, query, fragment = _cut(rest[2:])
    if (scheme not in _WEB and re.search(r"\\|/\.\.?(?:/|$)|%2[eE]", rest)) or scheme in ("news", "net.pipe"):
        raise NotKnownHere(f"this [System.Uri] of the scheme {scheme}")
    found = _AUTHORITY.fullmatch(authority)
    if found is None or not found["host"] or int(found["port"] or 0) > _LAST_PORT:
        raise NotKnownHere("this [System.Uri]")
    port = int(found["port"]) if found["port"] and int(found["port"]) != _PORTS.get(scheme) else None
    place = _without_dots(_plain(path.replace("\\", "/")))
    return Address(scheme, found["user"], _host(found["host"]), port, place, _plain(query), _plain(fragment))


def _cut(text: str) -> tuple[str, str, str, str]:
    """Authority, path, query and fragment, each with the mark that it begins with."""
    found = re.fullmatch(r"([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?", text, re.DOTALL)
    assert found is not None  # each part may be empty
    return found[1], found[2], found[3] or "", found[4] or ""


def _opaque(scheme: str, rest: str) -> Address:
    if scheme in ("ftp", "file", *_WEB) or "\\" in rest or "/" in rest:
        raise NotKnownHere(f"this [System.Uri] of the scheme {scheme}")
    found = re.fullmatch(r"([^?#]*)(\?[^#]*)?(#.*)?", rest, re.DOTALL)
    assert found is not None
    path, query, fragment = found[1], found[2] or "", found[3] or ""
    if scheme == "mailto":
        user, at, host = path.rpartition("@")
        if not at or "," in path or "%" in path or not re.fullmatch(r"[\w.-]+", host):
            raise NotKnownHere("this [System.Uri] of the scheme mailto")
        return Address(scheme, user, host.lower(), None, "", _plain(query), _plain(fragment), hierarchical=False)
    return Address(scheme, None, "", None, _plain(path), _plain(query), _plain(fragment), hierarchical=False)


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            return f"[{IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            raise NotKnownHere("this [System.Uri]") from None
    numbers = host.split(".")
    if re.fullmatch(r"[0-9a-fA-FxX.]*[0-9][0-9a-fA-FxX.]*", host) and numbers[-1][:1].isdigit():
        plain = all(one.isdecimal() and str(int(one)) == one and int(one) < 256 for one in numbers)
        if not plain or len(numbers) != 4:
            raise NotKnownHere("this [System.Uri]: its host is a number in a form of its own")
    if re.search(r"[^\w.-]|\.\.", host):
        raise NotKnownHere("this [System.Uri]: its host is no name")
    return "localhost" if host.lower() == "loopback" else host.lower()


def _plain(text: str) -> str:
    """A part without the escapes that need not be."""
    return _ESCAPES.sub(lambda found: "%25" if found[0] == "%" else _decoded(found[0], _UNRESERVED), text)


_UNRESERVED: Final = frozenset(range(128)) - frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)
"""The bytes of ASCII whose escape stays in the escaped form."""


def escaped(text: str) -> str:
    """A part as AbsoluteUri has it."""
    return quote(text, safe=_AS_IT_IS)


def shown(text: str) -> str:
    """A part as ToString has it."""
    return _ESCAPES.sub(lambda found: _decoded(found[0], _KEPT), text)


def local(text: str) -> str:
    """A part without any escape, as LocalPath has it."""
    return _ESCAPES.sub(lambda found: _decoded(found[0], frozenset()), text)


def _decoded(escapes: str, kept: frozenset[int]) -> str:
    """A run of escapes; what is no UTF-8 stays as it was written."""
    raw = unquote_to_bytes(escapes)
    made: list[str] = []
    at = 0
    while at < len(raw):
        size = next((n for n in range(1, 5) if _is_text(raw[at : at + n])), 0)
        if not size or raw[at] in kept:
            made.append(escapes[3 * at : 3 * at + 3])
            at += 1
            continue
        char = raw[at : at + size].decode()
        if kept and not char.isprintable():
            raise NotKnownHere("a [System.Uri] that holds an escape of what cannot be seen")
        made.append(char)
        at += size
    return "".join(made)


def _is_text(raw: bytes) -> bool:
    try:
        return len(raw.decode()) == 1
    except UnicodeDecodeError:
        return False


def _without_dots(path: str) -> str:
    """A path without `.` and `..` (RFC 3986, 5.2.4), `/` at least."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments, 1):
        if segment == "..":
            kept[-1:] = []
        if segment in (".", ".."):
            kept += [""] if number == len(segments) else []
        else:
            kept.append(segment)
    return "/" + "/".join(kept)
