"""Select-Object."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from lync_magic.clixml import MISSING, Char, EnumValue, ObjectLike, PSObject, Version
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import Getter, all_of, getter, objects, reader
from lync_magic.language.cmdlets.terms import Term, terms_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.upwards import close
from lync_magic.language.values.collections import (
    CUSTOM_OBJECT,
    NOTHING,
    Dictionary,
    Ordered,
    enumerate_value,
    held_properties,
    is_collection,
    is_table,
    pairs,
    plain,
)
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moment_members import PROPERTY_NAMES, date_names
from lync_magic.language.values.net_members import net_name
from lync_magic.language.values.noted import TEXTS
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.properties import SELECTED, get_property, need_all_known, own_names
from lync_magic.language.values.scripted import Scripted, scripts_of
from lync_magic.language.values.sort_order import compare_items
from lync_magic.language.values.spelled import RemoteEnum
from lync_magic.language.values.text import plain_form, to_text
from lync_magic.language.values.types import own_types, type_of
from lync_magic.language.values.value_views import value_names
from lync_magic.records import Record


class Column(NamedTuple):
    """A property of what is made. get: how its value is found, None for all that a wildcard means.  source: what it
    is found by, which is that wildcard.  labelled: it was given its name, which is then not one of the object's; that
    of a wildcard without is "".  worked_out: a script block finds it."""

    name: str
    get: Getter | None
    source: str
    labelled: bool = False
    worked_out: bool = False


_PREFIX: Final = "Selected."


def need_all_of(item: object) -> None:
    """Raises NotKnownHere for an object of which not all properties are known here, where all are asked for."""
    need_all_known(item.type_names[0] if isinstance(item, ObjectLike) and item.type_names else type_of(item))


def need_names_of(item: object) -> None:
    """The same where a pattern is looked for among their names."""
    if type_of(item).startswith("System.Xml.") or isinstance(item, Dictionary) or is_collection(item):
        raise NotKnownHere(f"all properties of a [{type_of(item)}]")
    need_all_of(item)


def property_names(item: object) -> list[str]:
    """The names of a value's properties, in order."""
    if isinstance(item, ObjectLike):
        return list(item) if item.base is MISSING else list(dict.fromkeys((*item, *property_names(item.base))))
    if isinstance(item, datetime):
        return date_names(item)
    listed = own_names.get(type(item))
    if listed is not None:
        return listed(item)
    known = PROPERTY_NAMES.get(type_of(item))
    if known is not None:
        return list(known)
    if isinstance(item, EnumValue):
        return ["value__"]
    if isinstance(item, Version):
        return ["Major", "Minor", "Build", "Revision", "MajorRevision", "MinorRevision"]
    if isinstance(item, Char):
        return []
    if isinstance(item, str):
        if type_of(item) != "System.String":
            raise NotKnownHere(f"the properties of a [{type_of(item)}]")
        return ["Length"]
    if isinstance(item, UUID):
        return ["Guid", "Variant", "Version"]
    if isinstance(item, Mapping):
        if isinstance(item, Ordered):
            return ["Count", "IsReadOnly", "Keys", "Values", "IsFixedSize", "SyncRoot", "IsSynchronized"]
        return [to_text(key) for key in item]
    if isinstance(item, Decimal):
        return ["Scale"]
    if item is None or item is NOTHING or isinstance(item, bool | int | float) or is_collection(item):
        return []
    shown = getattr(type(item), "__psobject__", None)
    if shown is not None and type(item) in own_types:  # the properties that PowerShell adds stand first
        return sorted(shown(item), key=lambda name: net_name(type_of(item), name) != "")
    raise NotKnownHere(f"the properties of a [{type_of(item)}]")


def column(call: BoundCall, term: Term) -> Column:
    """What a term of -Property makes."""
    if term.pattern:
        return Column(term.label or "", None, term.pattern)
    by_block = isinstance(term.expression, Block)
    return Column(term.label or term.source, getter(call, term.expression), term.source, bool(term.label), by_block)


class _Tell(Protocol):
    """How an error about the object that is at hand is said. category: where it is another."""

    def __call__(self, error_id: str, message: str, category: str = "InvalidOperation") -> None: ...


def _matched(item: object, columns: list[Column], excluded: list[str], tell: _Tell) -> list[tuple[str, object]]:
    """The properties that are to be made of an object, in order; a name may be there several times."""
    made: list[tuple[str, object]] = []
    for name, get, source, labelled, _by_block in columns:
        if get is None:
            meant = [one for one in _meant(item, source) if not _matches(one, excluded)]
            if name and len(meant) > 1:
                tell("RenamingMultipleResults", "Cannot rename multiple results.")
                continue
            made += [(name or one, _kept(get_property(item, one))) for one in meant]
        elif not (excluded and _matches(source, excluded)):
            if not name:
                raise _nameless()
            made.append((name if labelled else _spelled(item, name), _kept(get(item))))
    return made


def _meant(item: object, pattern: str) -> list[str]:
    """The names of the properties that a wildcard means."""
    need_names_of(item)
    if is_table(item) and not item:
        raise NotKnownHere("all properties of an empty table")
    return [one for one in property_names(item) if matches_wildcard(pattern, one)]


def _already_there(name: str, how: str, tell: _Tell) -> None:
    message = f'The property cannot be processed because the property "{name}" already exists.'
    tell(f"AlreadyExistingUserSpecifiedProperty{how}", message)


_OF_CMDLETS: Final = "Microsoft.PowerShell.Commands."
"""What cmdlets of this side give is of its own types; what a server's gave is a custom object."""


def _projected(
    item: object, columns: list[Column], excluded: list[str], tell: _Tell, by_block: frozenset[str]
) -> PSObject:
    """What is made of an object. by_block: the names of what script blocks find."""
    made: dict[str, object] = {}
    taken: set[str] = set()
    for name, value in _matched(item, columns, excluded, tell):
        folded = name.lower()
        if folded in taken:
            _already_there(name, "NoExpand", tell)
        else:
            taken.add(folded)
            made[name] = value
    kind = type_of(item)
    if isinstance(item, ObjectLike) and item.type_names and item.type_names[0].startswith(_OF_CMDLETS):
        kind = item.type_names[0]
    projected = PSObject(
        held_properties(made), (_PREFIX + kind, "System.Management.Automation.PSCustomObject", "System.Object")
    )
    if type(item) is PSObject and item.type_names[0].startswith(_PREFIX):
        by_block = by_block.union(getattr(item, "worked_out", ()))
    scripts = scripts_of(item)
    if scripts:
        by_block |= {name for name, one in scripts.items() if one.kind == "ScriptProperty" and name in made}
    if by_block:
        projected.worked_out = by_block
    return projected


def _nameless() -> ScriptError:
    message = "A property is an empty script block and does not provide a name."
    error_id = f"EmptyScriptBlockAndNoName,{SELECT.error_suffix}"
    return ScriptError(message, error_id, "InvalidArgument", exception="PSArgumentException")


def _kept(value: object) -> object:
    """A value as an object holds it: an enumeration's with its name; who reads it in a cell gets the number again."""
    return value.origin if isinstance(value, RemoteEnum) else value


def _spelled(item: object, name: str) -> str:
    """A property keeps the case in which the object has it."""
    if type(item) is PSObject and name in item.properties:
        return name
    known = list(item) if isinstance(item, ObjectLike) else []
    return next((one for one in known if one.lower() == name.lower()), name)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(matches_wildcard(pattern, name) for pattern in patterns)


def _expanded(item: object, name: str, columns: list[Column], excluded: list[str], tell: _Tell) -> Iterator[object]:
    if item is None:
        return
    more = _matched(item, columns, excluded, tell)
    names = _meant(item, name) if has_wildcard(name) else [name]
    if len(names) > 1:
        tell("MutlipleExpandProperties", "Multiple properties cannot be expanded.", "InvalidArgument")
        return
    found = reader(names[0])(item) if names else MISSING
    if found is MISSING:
        tell("ExpandPropertyNotFound", f'Property "{name}" cannot be found.', "InvalidArgument")
        return
    if found is None:
        return
    for one in filter(_is_there, enumerate_value(found)):
        if not columns:
            yield one
            continue
        if any(value is one for _name, value in more) and isinstance(one, ObjectLike):
            raise NotKnownHere("Select-Object of a property with -ExpandProperty of the same")
        yield _with_notes(one, more, tell)


def _with_notes(value: object, more: list[tuple[str, object]], tell: _Tell) -> object:
    """A value with properties of the object that it was in, but for those that it has: an object of a cell's is that
    object, another a new one."""
    added: dict[str, object] = {}
    for name, found in more:
        if _has(value, name) or name.lower() in {one.lower() for one in added}:
            _already_there(name, "Expand", tell)
        else:
            added[name] = found
    if type(value) is not PSObject or value.base is not MISSING or CUSTOM_OBJECT[0] not in value.type_names:
        return with_properties(value, added)
    if not isinstance(value.properties, Scripted):
        value.properties = held_properties({**dict(pairs(value)), **added})
        return value
    for name, one in added.items():
        value.properties[name] = plain(one)
    return value


def _has(value: object, name: str) -> bool:
    """Whether a value has a property of its own; what a table holds is none."""
    if is_table(value):
        return name.lower() in map(str.lower, value_names(value))
    return get_property(value, name) is not MISSING


def with_properties(value: object, more: dict[str, object]) -> object:
    """A value of a property with properties of the object it was in."""
    if isinstance(value, ObjectLike):
        inside = dict(pairs(value))
        text, base = value.text, value.base
    else:
        inside, text, base = {}, to_text(value), value
    return PSObject({**inside, **more}, (type_of(value), "System.Object"), text, base)


def _is_there(item: object) -> bool:
    """Select-Object does not see `$null`."""
    return item is not None


def _chosen(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    """-First, -Last, -Skip, -SkipLast, -Index. The input is stopped as soon as no more of it is wanted."""
    source = filter(_is_there, objects(call, input))
    skip, first, last = call.get("Skip", 0), call.get("First"), call.get("Last")
    if call.given("Index"):
        wanted = {to_int(one) for one in all_of(call.get("Index"))}
        yield from _indexed(call, source, wanted, input)
        return
    if call.given("SkipIndex"):
        left_out = {to_int(one) for one in all_of(call.get("SkipIndex"))}
        yield from (item for place, item in enumerate(source) if place not in left_out)
        return
    if call.given("SkipLast"):
        held: deque[object] = deque()
        for place, item in enumerate(source):
            if place < skip:
                continue
            held.append(item)
            if len(held) > call.get("SkipLast"):
                yield held.popleft()
        return
    if last is not None:
        yield from _first_and_last(source, first, last, skip)
        return
    if first == 0:
        return
    given = 0
    for place, item in enumerate(source):
        if place < skip:
            continue
        given += 1
        if first is not None and given >= first:
            yield from _last_of_all(call, item, source, input)
            return
        yield item


def _last_of_all(
    call: BoundCall, item: object, source: Iterator[object], input: Iterator[object] | None
) -> Iterator[object]:
    """The last object that is wanted: the input is stopped, or under -Wait goes on to its end."""
    if call.switch("Wait"):
        yield item
        deque(source, maxlen=0)
        return
    call.services.no_more()
    yield item
    close(input)


def _first_and_last(source: Iterator[object], first: int | None, last: int, skip: int) -> Iterator[object]:
    """-Skip counts from the start where -First is given too, else from the end."""
    if first is None:
        kept = list(deque(source, maxlen=last + skip))
        yield from kept[: len(kept) - skip] if skip else kept
        return
    held: deque[object] = deque(maxlen=last)
    for place, item in enumerate(source):
        if place < skip:
            continue
        if place < skip + first:
            yield item
        else:
            held.append(item)
    yield from held


def _indexed(
    call: BoundCall, source: Iterator[object], wanted: set[int], input: Iterator[object] | None
) -> Iterator[object]:
    for place, item in enumerate(source):
        if not wanted:
            close(input)
            return
        if place not in wanted:
            continue
        wanted.discard(place)
        if not wanted:
            yield from _last_of_all(call, item, source, input)
            return
        yield item


def _select(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    columns = [column(call, term) for term in terms_of(call, call.get("Property"))]
    if any(one is None for one in all_of(call.get("ExcludeProperty"))):
        why = 'because the value of argument "pattern" is null. Change the value of argument "pattern" to a non-null'
        message = f"Cannot process argument {why} value."
        error_id, kind = f"ArgumentNull,{SELECT.error_suffix}", "PSArgumentNullException"
        raise ScriptError(message, error_id, "InvalidArgument", exception=kind)
    excluded = [to_text(one) for one in all_of(call.get("ExcludeProperty"))]
    if excluded and not columns:
        columns = [Column("", None, "*")]
    by_block = frozenset(one.name for one in columns if one.worked_out)
    expand = to_text(call.get("ExpandProperty", ""))
    unique = _Unique(chosen=bool(columns), case=not call.switch("CaseInsensitive"))
    current: list[object] = [None]

    def tell(error_id: str, message: str, category: str = "InvalidOperation") -> None:
        error_id, kind = f"{error_id},{SELECT.error_suffix}", "PSArgumentException"
        made = ScriptError(message, error_id, category, exception=kind, target=current[0])
        made.piped = True
        call.services.error(made)

    taken = _chosen(call, input)
    for item in list(taken) if call.switch("Unique") else taken:  # what is told apart is there before
        made: Iterator[object] | list[object]
        current[0] = item
        if expand:
            made = list(_expanded(item, expand, columns, excluded, tell))
        elif columns:
            made = [] if item is None else [_projected(item, columns, excluded, tell, by_block)]
        else:
            made = [item]
        for one in made:
            if not call.switch("Unique") or unique.is_new(one):
                yield one if expand or columns else _marked(one)


_CAME: Final = f"Deserialized.{CUSTOM_OBJECT[0]}"


def _marked(item: object) -> object:
    """An object of properties is told to have been selected, even where no property was named."""
    if type(item) is PSObject and item.base is MISSING:
        names = item.type_names
        if (CUSTOM_OBJECT[0] in names or _CAME in names) and SELECTED not in names:
            item.type_names = (SELECTED, *names)
    elif isinstance(item, Record):
        table, row = item.place
        table.selected.add(row)
    return item


class _Unique:
    """What -Unique lets pass: what compares as another that went out, in itself and in the properties that were chosen
    for it, does not. chosen: the names of the parameters that choose them were given."""

    def __init__(self, *, chosen: bool, case: bool) -> None:
        self._chosen = chosen
        self._case = case
        self._seen: list[tuple[object, Mapping[str, object]]] = []
        self._texts: set[str] | None = set()  # while there are only texts, which are looked up

    def is_new(self, one: object) -> bool:
        """Whether none like it went out before; from now on it has."""
        if one is None:
            return False
        if type(one) in TEXTS and self._texts is not None and self._case:
            text = plain_form(str(one), case=True)
            if text in self._texts:
                return False
            self._texts.add(text)
        else:
            self._texts = None
            if any(self._same(one, *other) for other in self._seen):
                return False
        self._seen.append((one, self._notes(one)))
        return True

    def _notes(self, one: object) -> Mapping[str, object]:
        return one if self._chosen and isinstance(one, ObjectLike) else {}

    def _same(self, one: object, other: object, held: Mapping[str, object]) -> bool:
        notes = self._notes(one)
        return (
            compare_items(one, other, case=self._case, by_culture=False) == 0
            and len(notes) == len(held)
            and all(
                name in held and compare_items(held[name], notes[name], case=self._case, by_culture=False) == 0
                for name in notes
            )
        )


SELECT: Final = ClientCommand(
    "Select-Object",
    (
        ParameterSpec("Property", "object[]", position=0),
        ParameterSpec("ExcludeProperty", "string[]"),
        ParameterSpec("ExpandProperty", "string"),
        ParameterSpec("Unique", "switch"),
        ParameterSpec("CaseInsensitive", "switch"),
        ParameterSpec("Last", "int"),
        ParameterSpec("First", "int"),
        ParameterSpec("Skip", "int"),
        ParameterSpec("SkipLast", "int"),
        ParameterSpec("SkipIndex", "int[]"),
        ParameterSpec("Index", "int[]"),
        ParameterSpec("Wait", "switch"),
        ParameterSpec("InputObject", "object", by_value=True),
    ),
    _select,
    ("select",),
    "SelectObjectCommand",
)

CMDLETS: Final = (SELECT,)
