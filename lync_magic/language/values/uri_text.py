"""The text of a [System.Uri], which is not what was written: `[uri]'HTTP://H'` is `http://h/` (Uri.ToString).

Rules: scheme and host in small letters, no usual port, a path of `/` at least and without dot segments, and escapes
taken out but for those that would mean another address. What .NET does otherwise with a scheme of its own is refused.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import unquote_to_bytes

from lync_magic.clixml import Uri
from lync_magic.language.values.failures import NotKnownHere

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+")
_AUTHORITY: Final = re.compile(r"(?:(?P<user>[^@]*)@)?(?P<host>\[[^\]]*\]|[^:@]*)(?::(?P<port>\d*))?")
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%")
_WEB: Final = frozenset({"http", "https", "ws", "wss"})
_PORTS: Final = {
    "http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "ldap": 389, "net.tcp": 808, "gopher": 70, "nntp": 119,
    "telnet": 23,
}  # fmt: skip
_KEPT: Final = frozenset(b"!#$%&'()*+,/:;=?@[\\]\x7f") | frozenset(range(32))
"""Bytes whose escape stays: they would mean something else, or nothing that can be seen."""


def uri_text(value: Uri) -> str:
    """`$uri.ToString()`. Raises NotKnownHere for an address of which it is not known exactly."""
    return "".join(_parts(value))


def uri_key(value: Uri) -> str:
    """What two addresses have in common that .NET calls equal: all but the user and the fragment."""
    start, _user, rest, _fragment = _parts(value)
    return start + rest


def _parts(value: Uri) -> tuple[str, str, str, str]:
    """`https://`, `user@`, `host:port/path?query` and `#fragment`; a part of an address is all in the third."""
    text = str(value)
    scheme, colon, rest = text.strip().partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        if text.startswith("\\\\") or (colon and len(scheme) == 1):
            raise NotKnownHere("the text of a [System.Uri] that is a file's path")
        return "", "", text, ""
    scheme = scheme.lower()
    if not rest.startswith("//"):
        return "", "", f"{scheme}:{_opaque(scheme, rest)}", ""
    if scheme == "file":
        if not rest.startswith("///") or re.search(r"[%\\:?#]|/\.\.?(?:/|$)", rest):
            raise NotKnownHere("the text of this [System.Uri] of a file")
        return "", "", f"file:{rest}", ""
    authority, path, query, fragment = _cut(rest[2:])
    if (scheme not in _WEB and re.search(r"[%\\?#]|/\.\.?(?:/|$)", rest)) or scheme in ("news", "net.pipe"):
        raise NotKnownHere(f"the text of this [System.Uri] of the scheme {scheme}")
    found = _AUTHORITY.fullmatch(authority)
    if found is None or not found["host"]:
        raise NotKnownHere("the text of this [System.Uri]")
    port = f":{int(found['port'])}" if found["port"] and int(found["port"]) != _PORTS.get(scheme) else ""
    user = f"{found['user']}@" if found["user"] is not None else ""
    place = _host(found["host"]) + port + _without_dots(_unescaped(path.replace("\\", "/"))) + _unescaped(query)
    return f"{scheme}://", user, place, _unescaped(fragment)


def _cut(text: str) -> tuple[str, str, str, str]:
    """Authority, path, query and fragment, each with the mark that it begins with."""
    found = re.fullmatch(r"([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?", text, re.DOTALL)
    assert found is not None  # each part may be empty
    return found[1], found[2], found[3] or "", found[4] or ""


def _opaque(scheme: str, rest: str) -> str:
    if scheme in ("ftp", "file", *_WEB) or "%" in rest or "\\" in rest:
        raise NotKnownHere(f"the text of this [System.Uri] of the scheme {scheme}")
    if scheme == "mailto":
        user, at, host = rest.rpartition("@")
        if "?" in rest or "," in rest:
            raise NotKnownHere("the text of this [System.Uri] of the scheme mailto")
        return user + at + host.lower()
    return rest


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            return f"[{IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            raise NotKnownHere("the text of this [System.Uri]") from None
    numbers = host.split(".")
    if re.fullmatch(r"[0-9a-fA-FxX.]*[0-9][0-9a-fA-FxX.]*", host) and numbers[-1][:1].isdigit():
        plain = all(one.isdecimal() and str(int(one)) == one and int(one) < 256 for one in numbers)
        if not plain or len(numbers) != 4:
            raise NotKnownHere("the text of this [System.Uri]: its host is a number in a form of its own")
    if re.search(r"[^\w.-]", host):
        raise NotKnownHere("the text of this [System.Uri]: its host is no name")
    return host.lower()


def _unescaped(text: str) -> str:
    return _ESCAPES.sub(lambda found: "%25" if found[0] == "%" else _decoded(found[0]), text)


def _decoded(escapes: str) -> str:
    """A run of escapes; what is no UTF-8 stays as it was written."""
    raw = unquote_to_bytes(escapes)
    made: list[str] = []
    at = 0
    while at < len(raw):
        size = next((n for n in range(1, 5) if _is_text(raw[at : at + n])), 0)
        if not size or raw[at] in _KEPT:
            made.append(escapes[3 * at : 3 * at + 3])
            at += 1
            continue
        char = raw[at : at + size].decode()
        if not char.isprintable():
            raise NotKnownHere("the text of this [System.Uri]: it holds an escape of what cannot be seen")
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
