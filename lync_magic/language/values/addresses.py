"""`[ipaddress]` and `[mailaddress]`: addresses of the network and of people, read as .NET reads them.

Rule of this file: a form that .NET reads by rules of its own which are not kept here (comments in a mail address, a
zone's name in an IP address) is not known; it is never read otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

from lync_magic.clixml import INT64, MISSING, Byte, Char, EnumValue, Int64, PSObject
from lync_magic.language.values.collections import Array, is_collection, items_of
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, cannot_convert
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import as_number, to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.shapes import refuse_shape
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types, type_of

_IP: Final = "System.Net.IPAddress"
_MAIL: Final = "System.Net.Mail.MailAddress"
_PART: Final = re.compile(r"0[xX]([0-9a-fA-F]+)|0([0-7]*)|([1-9][0-9]*)")
_TEREDO: Final = b"\x20\x01\x00\x00"
_ISATAP: Final = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")


class BadAddress(ValueError):
    """A text that is no address, in .NET's words."""


class NetAddress:
    """System.Net.IPAddress. fixed: it is one of .NET's own, `[ipaddress]::Any`."""

    __slots__ = ("address", "fixed")

    def __init__(self, address: IPv4Address | IPv6Address, *, fixed: bool = False) -> None:
        self.address = address
        self.fixed = fixed

    def __str__(self) -> str:
        return str(self.address)

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NetAddress) and self.address == other.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __psobject__(self) -> PSObject:
        one = self.address
        is_six = isinstance(one, IPv6Address)
        packed = one.packed
        names = {
            "IsIPv6Multicast": packed[0] == 0xFF, "IsIPv6LinkLocal": packed[0] == 0xFE and packed[1] >> 6 == 2,
            "IsIPv6SiteLocal": packed[0] == 0xFE and packed[1] >> 6 == 3, "IsIPv6Teredo": packed.startswith(_TEREDO),
            "IsIPv6UniqueLocal": packed[0] & 0xFE == 0xFC,
            "IsIPv4MappedToIPv6": packed[:12] == bytes(10) + b"\xff\xff",
        }  # fmt: skip
        family = LocalEnum(*(("InterNetworkV6", 23) if is_six else ("InterNetwork", 2)), _FAMILY)
        content: dict[str, object] = {
            "AddressFamily": family,
            "ScopeId": Int64(int(one.scope_id or 0)) if isinstance(one, IPv6Address) else None,
            **{name: is_six and told for name, told in names.items()},
            "Address": None if is_six else Int64(int.from_bytes(packed, "little")),
            "IPAddressToString": str(self),
        }
        return PSObject(content, (_IP, "System.Object"), str(self))


_FAMILY: Final = "System.Net.Sockets.AddressFamily"


def parse_address(text: str) -> NetAddress:
    """An IP address. Raises BadAddress for a text that is none."""
    if ":" not in text:
        return NetAddress(_four(text))
    if any(sign in text for sign in "[]/") or (text.count("%") == 1 and not text.partition("%")[2].isdecimal()):
        raise NotKnownHere(f"the IP address {text}")
    try:
        made = IPv6Address(text)
    except ValueError:
        raise BadAddress(_NO_ADDRESS) from None
    low = int(made) & 0xFFFF_FFFF
    is_mixed = int(made) >> 32 in (0, 0xFFFF) and (low > 0xFFFF or int(made) >> 32)
    if is_mixed or made.packed[8:12] in _ISATAP:  # its end is written as an IPv4 address
        raise NotKnownHere(f"the IP address {text}")
    return NetAddress(made)


_NO_ADDRESS: Final = "An invalid IP address was specified."


def _four(text: str) -> IPv4Address:
    """One to four numbers, decimal, octal or hexadecimal; the last fills what is left."""
    parts = text.split(".")
    numbers = []
    for part in parts:
        told = _PART.fullmatch(part)
        if told is None or len(parts) > 4:
            raise BadAddress(_NO_ADDRESS)
        hexadecimal, octal, decimal = told.groups()
        numbers.append(
            int(hexadecimal, 16)
            if hexadecimal is not None
            else int(octal or "0", 8)
            if octal is not None
            else int(decimal)
        )
    *firsts, last = numbers
    if any(one > 255 for one in firsts) or last >= 256 ** (4 - len(firsts)):
        raise BadAddress(_NO_ADDRESS)
    whole = last
    for place, one in enumerate(firsts):
        whole += one << (24 - 8 * place)
    return IPv4Address(whole)


def _of_number(number: int) -> NetAddress:
    """Of its bytes, the lowest first. Raises BadAddress for a number that is none."""
    if not 0 <= number < 2**32:
        told = number % 2**64
        message = f"newAddress ('{told}') must be less than or equal to '{2**32 - 1}'. (Parameter 'newAddress')"
        raise BadAddress(f"{message}\nActual value was {told}.")
    return NetAddress(IPv4Address(number.to_bytes(4, "little")))


def _of_bytes(items: Sequence[object]) -> NetAddress:
    if len(items) not in (4, 16):
        raise BadAddress(f"{_NO_ADDRESS} (Parameter 'address')")
    return NetAddress(ip_address(bytes(to_int(one) for one in items)))


def _to_address(value: object) -> object:
    if value is None or isinstance(value, NetAddress):
        return value
    if isinstance(value, IPv4Address | IPv6Address):
        return NetAddress(value)
    is_bytes = isinstance(value, Array) and value.element == "System.Byte"
    if not is_bytes and not isinstance(value, Char | EnumValue):
        refuse_shape(value, _IP)
    number = ord(value) if isinstance(value, Char) else as_number(value)
    error_id = "InvalidCastConstructorException"
    try:
        if is_bytes:
            return _of_bytes(items_of(value))
        if isinstance(number, int) and number <= INT64[1]:
            return _of_number(int(number))
        error_id = "InvalidCastParseTargetInvocation"
        return parse_address(to_text(value if number is None else float(number)))
    except BadAddress as bad:
        shown = NetType(type_of(value)).shown if is_bytes else to_text(value)
        raise cannot_convert(shown, _IP, str(bad), error_id) from None


def _parsed(_none: None, arguments: Sequence[object]) -> object:
    try:
        return parse_address(to_text(arguments[0]))
    except BadAddress as bad:
        call_failed("Parse", 1, str(bad), "FormatException")


def _is_loopback(_none: None, arguments: Sequence[object]) -> bool:
    try:
        given = _to_address(arguments[0])
    except ScriptError:
        given = None
    if not isinstance(given, NetAddress):
        raise NotKnownHere("[ipaddress]::IsLoopback of what is no address")
    mapped = getattr(given.address, "ipv4_mapped", None)
    return given.address.is_loopback if mapped is None else mapped.is_loopback


def _turned(name: str) -> Callable[[None, Sequence[object]], object]:
    """HostToNetworkOrder and back: a number with its bytes the other way round."""

    def turn(_none: None, arguments: Sequence[object]) -> object:
        kind = type_of(arguments[0])
        if kind not in _SIZES:
            raise NotKnownHere(f"[ipaddress]::{name} of this value")
        data = to_int(arguments[0]).to_bytes(_SIZES[kind], "little", signed=True)
        return convert(int.from_bytes(data, "big", signed=True), NetType(kind))

    return turn


_SIZES: Final = {"System.Int16": 2, "System.Int32": 4, "System.Int64": 8}


def _known_address(text: str) -> NetAddress:
    return NetAddress(ip_address(text), fixed=True)


_KNOWN: Final = {
    "any": "0.0.0.0", "loopback": "127.0.0.1", "broadcast": "255.255.255.255", "none": "255.255.255.255",
    "ipv6any": "::", "ipv6loopback": "::1", "ipv6none": "::",
}  # fmt: skip


def _new_address(_none: None, arguments: Sequence[object]) -> object:
    given = arguments[0]
    try:
        if isinstance(given, Array) and given.element == "System.Byte":
            return _of_bytes(given)
        if isinstance(given, int):
            return _of_number(int(given))
    except BadAddress as bad:
        inner = "ArgumentException" if is_collection(given) else "ArgumentOutOfRangeException"
        call_failed(".ctor", 1, str(bad), inner)
    raise NotKnownHere("this form of [ipaddress]::new()")


def _kind_of_address(value: Any) -> str:
    return f"{_IP}+ReadOnlyIPAddress" if value.fixed else _IP


def _address_property(value: NetAddress, folded: str) -> object:
    return value.__psobject__().get(folded, MISSING)


# --- mail ------------------------------------------------------------------------------------------------------------


class MailAddress:
    """System.Net.Mail.MailAddress."""

    __slots__ = ("display", "host", "user")

    def __init__(self, display: str, user: str, host: str) -> None:
        self.display, self.user, self.host = display, user, host

    @property
    def address(self) -> str:
        """`user@host`."""
        return f"{self.user}@{self.host}"

    def __str__(self) -> str:
        return f'"{self.display}" <{self.address}>' if self.display else self.address

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MailAddress) and str(self).lower() == str(other).lower()

    def __hash__(self) -> int:
        return hash(str(self).lower())

    def __psobject__(self) -> PSObject:
        content = {"DisplayName": self.display, "User": self.user, "Host": self.host, "Address": self.address}
        return PSObject(content, (_MAIL, "System.Object"), str(self))


_NO_FORM: Final = "The specified string is not in the form required for an e-mail address."
_ATOM: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.")
_SPACES: Final = " \t\r\n"


def _odd(sign: str) -> BadAddress:
    return BadAddress(f"An invalid character was found in the mail header: '{sign}'.")


def parse_mail(text: str) -> MailAddress:
    """A mail address, with or without a name before it; .NET reads it from its end. Raises BadAddress."""
    if not text:
        raise BadAddress("The value cannot be an empty string. (Parameter 'address')")
    if any(sign in text for sign in "()[]\\\r\n") or text.count('"') % 2:
        raise NotKnownHere(f"the mail address {text}")
    text = text.strip(_SPACES)
    if not text:
        raise BadAddress(_NO_FORM)
    is_angled = text.endswith(">")
    rest, host = _atom(text.removesuffix(">") if is_angled else text)
    rest = rest.rstrip(_SPACES)
    if not rest.endswith("@"):
        raise BadAddress(_NO_FORM)
    rest = rest[:-1].rstrip(_SPACES)
    if not rest:
        raise BadAddress(_NO_FORM)
    if rest.endswith('"'):
        start = rest.rfind('"', 0, -1)
        rest, user = rest[:start], rest[start:]
    else:
        rest, user = _atom(rest)
        if rest and rest[-1] not in _SPACES + '"' and not (is_angled and rest[-1] == "<"):
            raise _odd(rest[-1])
    rest = rest.rstrip(_SPACES)
    if is_angled:
        if not rest.endswith("<"):
            raise _odd(rest[-1:] or ">")
        rest = rest[:-1].rstrip(_SPACES)
    return MailAddress(_display(rest), user, host)


def _atom(text: str) -> tuple[str, str]:
    """A text without its last word, and that word: letters, digits, signs and dots, of which none stands first."""
    text = text.rstrip(_SPACES)
    start = len(text)
    while start and (text[start - 1] in _ATOM or ord(text[start - 1]) > 127):
        start -= 1
    if start == len(text):
        if not text:
            raise BadAddress(_NO_FORM)
        raise _odd(text[-1])
    if text[start] == ".":
        raise _odd(".")
    if ".." in text[start:]:
        raise _odd("..")
    return text[:start], text[start:]


def _display(text: str) -> str:
    if not text.endswith('"'):
        if '"' in text:
            raise NotKnownHere(f"the name {text} of a mail address")
        return text.strip(_SPACES)
    start = text.rfind('"', 0, -1)
    before = text[:start].rstrip(_SPACES)
    if before:
        raise _odd(before[-1])
    return text[start + 1 : -1]


def _to_mail(value: object) -> object:
    if value is None or isinstance(value, MailAddress):
        return value
    refuse_shape(value, _MAIL)
    try:
        return parse_mail(to_text(value))
    except BadAddress as bad:
        raise cannot_convert(to_text(value), _MAIL, str(bad), "InvalidCastConstructorException") from None


def _new_mail(_none: None, arguments: Sequence[object]) -> object:
    try:
        made = parse_mail(to_text(arguments[0]))
    except BadAddress as bad:
        inner = "ArgumentException" if str(bad).startswith("The value") else "FormatException"
        call_failed(".ctor", len(arguments), str(bad), inner)
    if len(arguments) == 2 and arguments[1] is not None:
        made.display = to_text(arguments[1])
    return made


def _mail_property(value: MailAddress, folded: str) -> object:
    return value.__psobject__().get(folded, MISSING)


_SHOWN: Final[dict[str, Any]] = {"tostring": method(0)(lambda v, a: str(v))}
own_types[NetAddress] = _kind_of_address
own_properties[NetAddress] = _address_property
own_methods[NetAddress] = {
    "getaddressbytes": method(0)(lambda v, a: Array([Byte(one) for one in v.address.packed], "System.Byte")),
    "equals": method(1)(lambda v, a: v == a[0]),
    **_SHOWN,
}
own_types[MailAddress] = lambda value: _MAIL
own_properties[MailAddress] = _mail_property
own_methods[MailAddress] = {"equals": method(1)(lambda v, a: v == a[0]), **_SHOWN}
more_converters[_IP] = _to_address
more_converters[_MAIL] = _to_mail
own_statics[_IP] = (
    {
        **{name.lower(): method(1)(_turned(name)) for name in ("HostToNetworkOrder", "NetworkToHostOrder")},
        "isloopback": method(1)(_is_loopback),
        "parse": method(1)(_parsed),
        "new": method(1)(_new_address),
    },
    {name: partial(_known_address, told) for name, told in _KNOWN.items()},
)
own_statics[_MAIL] = {"new": method(1, 2)(_new_mail)}, {}
