"""psrpcore's own reader as the oracle: what it can read, we read alike."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

import psrpcore.types as oracle
import pytest
from psrpcore.types._primitive import _timedelta_total_nanoseconds
from psrpcore.types._serializer import deserialize

from lync_magic.clixml import MISSING, DateTime, EnumValue, PSObject, decode, ticks_of
from lync_magic.clixml.walk import CONTAINER_PROPERTIES

NANOSECONDS_PER_TICK = 100
RECORDED = ["types", "many_objects", "large_object", "get_command", "format_data", "import_names", "command_metadata"]
KNOWN_UNREADABLE = {"types": 1}  # U+FFFE: no well-formed XML


class NoCipher:
    """Refuses: no recording that is compared here holds a secret."""

    def register_key(self, key: bytes) -> None:
        raise AssertionError

    def encrypt(self, value: str) -> str:
        raise AssertionError

    def decrypt(self, value: str) -> str:
        raise AssertionError


def properties_of(theirs: Any) -> dict[str, Any]:
    described = theirs.PSObject
    members = [*described.adapted_properties, *described.extended_properties]
    return {member.name: member.get_value(theirs) for member in members}


def assert_same(ours: Any, theirs: Any, path: str, met: set[int]) -> None:
    if isinstance(theirs, oracle.PSObject) and id(theirs) in met:
        return
    met.add(id(theirs))
    if isinstance(theirs, oracle.ErrorRecord):
        return  # a class of theirs, which says less than what was sent
    if ours is None:
        assert theirs is None or "Deserialized.System.DBNull" in theirs.PSObject.type_names, path
    elif isinstance(ours, EnumValue):
        assert (int(ours), str(ours)) == (int(theirs), theirs.PSObject.to_string or str(ours)), path
    elif isinstance(ours, PSObject):
        assert_same_object(ours, theirs, path, met)
    elif isinstance(ours, list):
        items = list(theirs.queue) if hasattr(theirs, "queue") else list(theirs)
        assert len(ours) == len(items), path
        for number, (one, other) in enumerate(zip(ours, items, strict=True)):
            assert_same(one, other, f"{path}[{number}]", met)
        assert set(properties_of(theirs)) <= CONTAINER_PROPERTIES, path
    elif isinstance(ours, dict):
        assert [str(key) for key in ours] == [str(key) for key in theirs], path
        for (key, one), other in zip(ours.items(), theirs.values(), strict=True):
            assert_same(one, other, f"{path}[{key}]", met)
    elif isinstance(ours, timedelta):
        assert ticks_of(ours) * NANOSECONDS_PER_TICK == _timedelta_total_nanoseconds(theirs), path
    elif isinstance(ours, datetime):
        assert ours.replace(tzinfo=None) == datetime(*theirs.timetuple()[:6], theirs.microsecond), path
        assert ours.utcoffset() == theirs.utcoffset(), path
        rest = ours.ticks_rest if isinstance(ours, DateTime) else 0
        assert rest * NANOSECONDS_PER_TICK == theirs.nanosecond, path
    elif isinstance(ours, bytes):
        assert ours == bytes(theirs), path
    elif isinstance(ours, int) and not isinstance(ours, bool) and not isinstance(theirs, int):
        assert str(ours) == theirs.PSObject.to_string, path  # a BigInteger is an object to them
    elif isinstance(ours, str):
        assert ours == (chr(int(theirs)) if isinstance(theirs, oracle.PSChar) and len(ours) == 1 else str(theirs)), path
    elif ours != ours:
        assert theirs != theirs, path
    else:
        assert ours == theirs, path


def assert_same_object(ours: PSObject, theirs: Any, path: str, met: set[int]) -> None:
    names = [name.removeprefix("Deserialized.") for name in theirs.PSObject.type_names]  # they put it on
    if ours.type_names:
        assert list(ours.type_names) == names, path
    if ours.base is MISSING:  # else the text they give is the value's, not what was sent
        assert ours.text == theirs.PSObject.to_string, path
    given = properties_of(theirs)
    assert list(ours) == list(given), path
    for name, value in ours.items():
        assert_same(value, given[name], f"{path}.{name}", met)
    if ours.base is not MISSING and not isinstance(ours.base, Mapping):
        assert_same(ours.base, theirs, f"{path} base", set())


@pytest.mark.parametrize("name", RECORDED)
def test_psrpcore_reads_the_same(output: Callable[[str], list[bytes]], name: str) -> None:
    logging.getLogger("psrpcore").setLevel(logging.CRITICAL)
    raws = output(name)[:400]
    unreadable = 0
    for number, raw in enumerate(raws):
        try:
            theirs = deserialize(fromstring(raw.decode()), NoCipher())
        except ParseError:
            unreadable += 1
            continue
        assert_same(decode(raw), theirs, f"{name} {number}", set())
    assert unreadable == KNOWN_UNREADABLE.get(name, 0)
    assert len(raws) > unreadable
