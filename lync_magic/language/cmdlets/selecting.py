"""Select-Object."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets.binder import failure
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import Getter, all_of, getter, objects, stop
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.collections import enumerate_value, plain
from lync_magic.language.values.compare import equal
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moment_members import PROPERTY_NAMES
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

Column = tuple[str, Getter | None]
"""A name (or a wildcard, without a getter) and how its value is found."""

_KEYS: Final = {"name": "name", "label": "name", "expression": "expression"}
_PREFIX: Final = "Selected."


def property_names(item: object) -> list[str]:
    """The names of a value's properties, in order."""
    if isinstance(item, ObjectLike):
        return list(item)
    known = PROPERTY_NAMES.get(type_of(item))
    if known is not None:
        return list(known)
    if isinstance(item, str):
        return ["Length"]
    if isinstance(item, Mapping):
        return ["IsReadOnly", "IsFixedSize", "IsSynchronized", "Keys", "Values", "SyncRoot", "Count"]
    return []


def column(command: ClientCommand, call: BoundCall, told: object, keys: Mapping[str, str] = _KEYS) -> Column:
    """What one item of -Property means: a name, a script block, or a table with Name and Expression."""
    if isinstance(told, Block):
        return told.text, getter(call, told)
    if not isinstance(told, Mapping) or isinstance(told, ObjectLike):
        name = to_text(told)
        return name, None if has_wildcard(name) else getter(call, name)
    found: dict[str, object] = {}
    for key, value in told.items():
        meant = sorted({full for known, full in keys.items() if known.startswith(to_text(key).lower())})
        if len(meant) != 1:
            raise failure(command, "DictionaryKeyIllegal", f"The {to_text(key)} key is not valid.")
        found[meant[0]] = value
    expression = found.get("expression")
    if expression is None:
        raise failure(command, "DictionaryKeyMandatoryEntry", "A mandatory entry for expression is missing.")
    return to_text(found.get("name", expression)), getter(call, expression)


def _projected(item: object, columns: list[Column], excluded: list[str]) -> PSObject:
    made: dict[str, object] = {}
    taken: set[str] = set()
    for name, get in columns:
        if get is None:
            for one in property_names(item):
                if matches_wildcard(name, one) and not _matches(one, excluded) and one.lower() not in taken:
                    taken.add(one.lower())
                    made[one] = get_property(item, one)
            continue
        if not _matches(name, excluded) and name.lower() not in taken:
            taken.add(name.lower())
            made[_spelled(item, name)] = plain(get(item))
    names = item.type_names if isinstance(item, ObjectLike) and item.type_names else (type_of(item),)
    kinds = tuple(_PREFIX + name.removeprefix(_PREFIX) for name in names[:1])
    return PSObject(made, (*kinds, "System.Management.Automation.PSCustomObject", "System.Object"))


def _spelled(item: object, name: str) -> str:
    """A property keeps the case in which the object has it."""
    known = list(item) if isinstance(item, ObjectLike) else []
    return next((one for one in known if one.lower() == name.lower()), name)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(matches_wildcard(pattern, name) for pattern in patterns)


def _expanded(call: BoundCall, item: object, name: str, columns: list[Column]) -> Iterator[object]:
    if columns:
        raise NotKnownHere("Select-Object with -Property and -ExpandProperty")
    if item is None:
        return
    found = get_property(item, name)
    if found is MISSING:
        message = f'Property "{name}" cannot be found.'
        raise ScriptError(message, f"ExpandPropertyNotFound,{SELECT.error_suffix}", "InvalidArgument", target=item)
    if found is None:
        yield None
    yield from enumerate_value(found) if found is not None else ()


def _chosen(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    """-First, -Last, -Skip, -SkipLast, -Index. The input is stopped as soon as no more of it is wanted."""
    source = objects(call, input)
    skip, first, last = call.get("Skip", 0), call.get("First"), call.get("Last")
    if call.given("Index"):
        wanted = {to_int(one) for one in all_of(call.get("Index"))}
        yield from _indexed(source, wanted, input)
        return
    if call.given("SkipLast"):
        held: deque[object] = deque()
        for item in source:
            held.append(item)
            if len(held) > call.get("SkipLast"):
                yield held.popleft()
        return
    if last is not None:
        yield from _first_and_last(source, first or 0, last, skip)
        return
    if first == 0:
        stop(input)
        return
    given = 0
    for place, item in enumerate(source):
        if place < skip:
            continue
        given += 1
        if first is not None and given >= first:
            stop(input)
            yield item
            return
        yield item


def _first_and_last(source: Iterator[object], first: int, last: int, skip: int) -> Iterator[object]:
    held: deque[object] = deque(maxlen=last + skip)
    for place, item in enumerate(source):
        if place < first:
            yield item
        else:
            held.append(item)
    kept = list(held)
    yield from kept[: len(kept) - skip] if skip else kept


def _indexed(source: Iterator[object], wanted: set[int], input: Iterator[object] | None) -> Iterator[object]:
    for place, item in enumerate(source):
        if place in wanted:
            wanted.discard(place)
            if not wanted:
                stop(input)
            yield item
        if not wanted:
            return


def _select(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    columns = [column(SELECT, call, told) for told in all_of(call.get("Property"))]
    excluded = [to_text(one) for one in all_of(call.get("ExcludeProperty"))]
    if excluded and not columns:
        columns = [("*", None)]
    expand = to_text(call.get("ExpandProperty", ""))
    seen: dict[str, list[object]] = {}
    for item in _chosen(call, input):
        made: Iterator[object] | list[object]
        if expand:
            try:
                made = list(_expanded(call, item, expand, columns))
            except ScriptError as problem:
                call.services.error(problem)
                continue
        elif columns:
            made = [] if item is None else [_projected(item, columns, excluded)]
        else:
            made = [item]
        for one in made:
            if not call.switch("Unique"):
                yield one
            elif one is not None:
                bucket = seen.setdefault(to_text(one).lower(), [])
                if not any(_same(one, other, case=not call.switch("CaseInsensitive")) for other in bucket):
                    bucket.append(one)
                    yield one


def _same(left: object, right: object, *, case: bool) -> bool:
    if isinstance(left, ObjectLike) and isinstance(right, ObjectLike):
        return list(left) == list(right) and all(equal(left[name], right[name], case=case) for name in left)
    return type_of(left) == type_of(right) and equal(left, right, case=case)


SELECT: Final = ClientCommand(
    "Select-Object",
    (
        ParameterSpec("Property", "object[]", position=0),
        ParameterSpec("ExcludeProperty", "string[]"),
        ParameterSpec("ExpandProperty", "string"),
        ParameterSpec("Unique", "switch"),
        ParameterSpec("CaseInsensitive", "switch"),
        ParameterSpec("Last", "int", minimum=0),
        ParameterSpec("First", "int", minimum=0),
        ParameterSpec("Skip", "int", minimum=0),
        ParameterSpec("SkipLast", "int", minimum=0),
        ParameterSpec("SkipIndex", "int[]", unsupported=True),
        ParameterSpec("Index", "int[]"),
        ParameterSpec("Wait", "switch"),
        ParameterSpec("InputObject", "object", by_value=True),
    ),
    _select,
    ("select",),
    "SelectObjectCommand",
)

CMDLETS: Final = (SELECT,)
