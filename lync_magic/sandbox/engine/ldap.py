"""LDAP filters: `(&(department=Sales)(!(title=*Manager)))` (RFC 4515).

Rules of this file: as in `filters`: parsed once, asked for each object; an attribute that nobody has passes
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lync_magic.sandbox.engine.filters import FilterError, Predicate, Test, equal, is_empty, like, ordered

_LDAP_NAMES: Final[Mapping[str, str]] = {
    "cn": "Name",
    "givenname": "FirstName",
    "sn": "LastName",
    "mail": "WindowsEmailAddress",
    "telephonenumber": "Phone",
    "l": "City",
    "st": "StateOrProvince",
    "co": "CountryOrRegionDisplayName",
    "c": "CountryAbbreviation",
    "msrtcsip-primaryuseraddress": "SipAddress",
    "msrtcsip-line": "LineURI",
    "msrtcsip-userenabled": "Enabled",
}
"""The directory's attribute names where they differ from the properties'."""

_LDAP_ITEM: Final = re.compile(r"\(\s*([A-Za-z0-9-]+)\s*(>=|<=|~=|=)((?:[^()\\]|\\[0-9A-Fa-f]{2})*)\)")


def parse_ldap(text: str, names: Mapping[str, str]) -> Predicate:
    """An -LdapFilter as a predicate. names: the filterable properties, by name in lower case.

    Raises FilterError.
    """
    stripped = text.strip()
    wrapped = stripped if stripped.startswith("(") else f"({stripped})"
    predicate, end = _ldap(wrapped, 0, names)
    if wrapped[end:].strip():
        raise FilterError("The search filter is invalid: there is text after its end.")
    return predicate


def _ldap(text: str, start: int, names: Mapping[str, str]) -> tuple[Predicate, int]:
    opening = re.compile(r"\(\s*([&|!])\s*").match(text, start)
    if opening is None:
        return _ldap_item(text, start, names)
    parts: list[Predicate] = []
    position = opening.end()
    while position < len(text) and text[position] == "(":
        part, position = _ldap(text, position, names)
        parts.append(part)
        position = len(text) - len(text[position:].lstrip())
    if not parts or position >= len(text) or text[position] != ")":
        raise FilterError("The search filter is invalid: its parentheses do not match.")
    if opening[1] == "!":
        return (lambda item: not parts[0](item)), position + 1
    combine = all if opening[1] == "&" else any
    return (lambda item: combine(part(item) for part in parts)), position + 1


def _ldap_item(text: str, start: int, names: Mapping[str, str]) -> tuple[Predicate, int]:
    match = _LDAP_ITEM.match(text, start)
    if match is None:
        raise FilterError(f"The search filter is invalid at character {start + 1}.")
    name = match[1].lower()
    known = names.get(_LDAP_NAMES.get(name, match[1]).lower())
    if known is None:
        return (lambda _: False), match.end()
    value = re.sub(r"\\([0-9A-Fa-f]{2})", lambda one: chr(int(one[1], 16)), match[3])
    test = _ldap_test(match[2], value)
    return (lambda item: test(item.get(known))), match.end()


def _ldap_test(operator: str, value: str) -> Test:
    if operator == ">=":
        return ordered((0, 1))(value)
    if operator == "<=":
        return ordered((-1, 0))(value)
    if value == "*":
        return lambda found: not is_empty(found)
    if "*" in value:
        return like(value.replace("[", "[[]").replace("?", "[?]"))
    return equal(value)
