"""Sort-Object, Group-Object and Get-Unique."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cmp_to_key
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.introsort import introsort
from lync_magic.language.cmdlets.selecting import property_names
from lync_magic.language.cmdlets.stream import (
    Getter,
    getter,
    in_told_culture,
    named_properties,
    objects,
    reader,
)
from lync_magic.language.cmdlets.terms import Term, terms_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.collections import (
    NOTHING,
    ArrayList,
    CasedHashtable,
    Collection,
    Hashtable,
    Wrapped,
    entries_of,
    is_bare,
    is_collection,
    items_of,
    plain,
)
from lync_magic.language.values.compare import same_object
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.noted import TEXTS
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.sort_order import compare_items, incomparable, whole_text
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import (
    collation_key,
    local_text,
    need_common_case,
    need_common_order,
    net_text,
    plain_form,
    same_text,
    to_text,
)
from lync_magic.language.values.types import type_of

_Entry = tuple[list[object], object]
"""The keys and what has them."""
_Group = tuple[list[object], list[object]]


def _sort(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    culture = in_told_culture(call)
    items = [item for item in objects(call, input) if item is not None and item is not NOTHING]
    descending = call.switch("Descending")
    keys: list[tuple[Getter, bool]] = []
    for term in terms_of(call, call.get("Property")):
        down = descending
        for side, is_down in term.more.items():
            down = to_bool(is_down) == (side == "descending")
        keys += [(get, down) for get in _getters(call, term, items)]
    columns = _columns([get for get, _down in keys], items)
    downs = [down for _get, down in keys] if keys else [descending]
    if (call.given("Top") or call.given("Bottom")) and any(type_of(one) in _BY_DISTANCE for one in chain(*columns)):
        raise NotKnownHere("Sort-Object -Top and -Bottom of small numbers or characters")
    with culture:
        rows = _in_order(call, len(items), columns, downs)
    if call.given("Top"):
        rows = rows[: call.get("Top")]
    elif call.given("Bottom"):
        rows = rows[-call.get("Bottom") :]
    yield from map(items.__getitem__, rows)


_BY_DISTANCE: Final = frozenset(f"System.{name}" for name in ("Byte", "SByte", "Int16", "UInt16", "Char"))
"""Types whose CompareTo tells how far two are apart, which PowerShell's heap of the first ones takes for nothing."""


def _in_order(call: BoundCall, count: int, columns: list[list[object]], downs: list[bool]) -> list[int]:
    """The numbers of the rows as they are sorted, under -Unique without those that are the same as one before."""
    case = call.switch("CaseSensitive")
    stable = call.switch("Stable") or call.given("Top") or call.given("Bottom")

    def compared(left: int, right: int) -> int:
        for values, down in zip(columns, downs, strict=True):
            first, second = values[left], values[right]
            if (first is MISSING) != (second is MISSING):
                return 1 if first is MISSING else -1
            made = compare_items(first, second, case=case)
            if made:
                return -made if down else made
        return 0

    rows = list(range(count))
    places = _places(columns, downs, case=case)
    unequal = places is not None and len(set(places)) == len(places)
    order_keys: list[Any] = list(map(cmp_to_key(compared), rows)) if places is None else places.copy()
    if stable or unequal:
        rows.sort(key=order_keys.__getitem__)
    else:
        introsort(order_keys, rows)
    return _unique(rows, compared) if call.switch("Unique") else rows


def _getters(call: BoundCall, term: Term, items: list[object]) -> list[Getter]:
    """How a key is read, or the keys of all properties that a wildcard means; an object without the property that is
    named has MISSING, which comes last."""
    if term.pattern:
        names = dict.fromkeys(name for item in items for name in property_names(item))
        return [getter(call, name) for name in names if matches_wildcard(term.pattern, name)]
    return [getter(call, term.expression) if isinstance(term.expression, Block) else reader(term.expression)]


def _columns(keys: list[Getter], items: list[object]) -> list[list[object]]:
    """What the items are sorted by, a list for each key; themselves where there is none."""
    if len(keys) <= 1:
        return [list(map(keys[0], items)) if keys else items]
    rows = [[get(item) for get in keys] for item in items]
    return [[row[number] for row in rows] for number in range(len(keys))]


def _places(columns: list[list[object]], downs: list[bool], *, case: bool) -> list[int] | None:
    """Each item's place in the order, equal ones the same: keys are made once where each column is all texts or all
    numbers. None where one is mixed."""
    ranked: list[list[int]] = []
    for values, down in zip(columns, downs, strict=True):
        ranks = _ranks(values, case=case)
        if ranks is None:
            return None
        ranked.append([-rank for rank in ranks] if down else ranks)
    if len(ranked) == 1:
        return ranked[0]
    whole = list(zip(*ranked, strict=True))
    order_of = {keys: place for place, keys in enumerate(sorted(set(whole)))}
    return [order_of[keys] for keys in whole]


def _ranks(values: list[object], *, case: bool) -> list[int] | None:
    kinds = set(map(type, values))
    if kinds and kinds <= TEXTS:
        for value in set(values):
            need_common_order(str(value), case=case)
        texts = sorted(((collation_key(str(text), case=case), str(text)) for text in set(values)), key=itemgetter(0))
        rank, before = 0, None
        ranks: dict[object, int] = {}
        for key, text in texts:
            rank += key != before
            ranks[text], before = rank, key
        return [ranks[value] for value in values]
    if kinds == {int}:
        return values  # type: ignore[return-value]
    return None


def _unique(rows: list[int], compared: Callable[[int, int], int]) -> list[int]:
    kept: list[int] = []
    for row in rows:
        if not kept or compared(kept[-1], row) != 0:
            kept.append(row)
    return kept


SORT: Final = ClientCommand(
    "Sort-Object",
    (
        ParameterSpec("Property", "object[]", position=0),
        ParameterSpec("Descending", "switch"),
        ParameterSpec("Unique", "switch"),
        ParameterSpec("CaseSensitive", "switch"),
        ParameterSpec("Culture", "string"),
        ParameterSpec("Stable", "switch"),
        ParameterSpec("Top", "int"),
        ParameterSpec("Bottom", "int"),
        ParameterSpec("InputObject", "object", by_value=True),
    ),
    _sort,
    ("sort",),
    "SortObjectCommand",
)


def _group(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    culture = in_told_culture(call)
    items = (item for item in objects(call, input) if item is not None)
    first = next(items, None)
    if first is None:
        return  # PowerShell looks at -Property with the first object
    getters = [get for term in terms_of(call, named_properties(call)) for get in _getters(call, term, [])]
    case = call.switch("CaseSensitive")
    if len(getters) == 1:
        only, keys, taken = getters[0], list[object](), list[object]()
        for item in chain((first,), items):
            taken.append(item)
            keys.append(plain(only(item)))
        with culture:
            groups = _groups_of_ones(keys, taken, case=case)
    else:
        entries = [
            ([plain(get(item)) for get in getters] if getters else [item], item) for item in chain((first,), items)
        ]
        with culture:
            groups = _groups_of(entries, case=case)
    if call.switch("AsHashTable"):
        if not call.switch("AsString") and any(values[0] is None for values, _members in groups):
            call.services.error(_no_key(call))
        elif groups:
            bare = call.switch("NoElement")
            kept = [(values, [] if bare else members) for values, members in groups]
            yield _table(kept, as_text=call.switch("AsString"), cased=case)
        return
    for values, members in groups:
        name = ", ".join(_shown(value) for value in values if value is not None) if getters else _named(values[0])
        content: dict[str, object] = {
            "Values": ArrayList(values), "Count": len(members),
            "Group": Collection([] if call.switch("NoElement") else members), "Name": name,
        }  # fmt: skip
        names: tuple[str, ...] = ("Microsoft.PowerShell.Commands.GroupInfo", "System.Object")
        if call.switch("NoElement"):
            names = (f"{names[0]}NoElement", *names)
        yield PSObject(content, names, names[0])


def _groups_of_ones(keys: list[object], items: list[object], *, case: bool) -> list[_Group]:
    """The groups of items that have one key each. Of texts, which nearly all keys are, each is looked at once, and
    nothing is made of an item; but where texts that are not the same are one, the items keep their order."""
    if set(map(type, keys)) <= TEXTS:
        members = defaultdict[object, list[object]](list)
        for key, item in zip(keys, items, strict=True):
            members[key].append(item)
        groups = _groups_of([([key], held) for key, held in members.items()], case=case)
        if len(groups) == len(members):
            return [(values, held) for values, (held,) in groups]  # type: ignore[misc]
    return _groups_of([([key], item) for key, item in zip(keys, items, strict=True)], case=case)


def _groups_of(entries: list[_Entry], *, case: bool) -> list[_Group]:
    """The groups, in order where their keys are of one type."""
    mixed = _are_mixed(entries)
    lacking = any(value is MISSING for values, _item in entries for value in values)

    def compared(left: tuple[list[object], object], right: tuple[list[object], object]) -> int:
        return _ordered(left[0], right[0], case=case)

    first_ordered = not mixed and (lacking or any(map(_is_told_by_type, entries[0][0])))
    if first_ordered:
        entries.sort(key=cmp_to_key(compared))
    if lacking:
        entries = [([None if value is MISSING else value for value in values], item) for values, item in entries]
    groups = _grouped(entries, mixed=mixed, case=case)
    if not mixed and not first_ordered:
        groups.sort(key=cmp_to_key(compared))
    return groups


def _named(value: object) -> str:
    """What a group of plain values is called."""
    return local_text(value) if is_bare(value) else whole_text(value)


def _no_key(call: BoundCall) -> ScriptError:
    """What is told of a group of nothing, which cannot be in a table."""
    message = (
        "The objects grouped by this property cannot be expanded because there is a key duplication. Provide a valid "
        "value for the property, and then try again."
    )
    return ScriptError(
        message, f"{message},{call.error_suffix}", "InvalidArgument", exception="Exception",
        inner="ArgumentNullException", inner_message="Key cannot be null. (Parameter 'key')",
    )  # fmt: skip


def _are_mixed(entries: list[_Entry]) -> bool:
    """Whether a key is of several types, what there is not aside: such groups stay in the order in which they came."""
    for keys in zip(*(values for values, _item in entries), strict=True):
        if set(map(type, keys)) <= _NO_OTHERS:  # nearly all there is
            continue
        known = [value for value in keys if value is not None and value is not MISSING]
        kinds = {"PSObject" if isinstance(value, Wrapped) else type_of(value) for value in known}
        if len(kinds) > 1:
            return True
    return False


_NO_OTHERS: Final = TEXTS | {type(None), type(MISSING)}


def _grouped(entries: list[_Entry], *, mixed: bool, case: bool) -> list[_Group]:
    """The groups, each with the first one's key."""
    groups: list[_Group] = []
    buckets: dict[object, list[_Group]] = {}
    of_text: dict[str, list[object]] = {}
    for values, item in entries:
        only = values[0] if len(values) == 1 else None
        if type(only) in TEXTS and only in of_text:  # nearly all there is: the same text again
            of_text[only].append(item)
            continue
        if not case:
            for value in values:
                need_common_case(net_text(value))
        if is_bare(values[0]):
            _need_one(values[0], groups)
        bucket = groups if mixed else buckets.setdefault(tuple(map(_bucket_of, values)), [])
        group = next((one for one in bucket if _are_one(one[0], values, case=case)), None)
        if group is None:
            group = (values, [])
            groups.append(group)
            if not mixed:
                bucket.append(group)
        group[1].append(item)
        if type(only) in TEXTS:
            of_text[str(only)] = group[1]
    return groups


def _bucket_of(value: object) -> object:
    """What values that may be one have in common; decimals are one whatever zeros they end with."""
    return value if isinstance(value, Decimal) else plain_form(net_text(value), case=False)


def _are_one(left: list[object], right: list[object], *, case: bool) -> bool:
    """Whether two keys are one: lists and tables of one type are, whatever is in them (their ToString() is one)."""
    return all(
        compare_items(first, second, case=case) == 0
        or (type_of(first) == type_of(second) and _is_told_by_type(first) and _is_told_by_type(second))
        for first, second in zip(left, right, strict=True)
    )


def _is_told_by_type(value: object) -> bool:
    """Whether its ToString() is the name of its type."""
    return value is not None and net_text(value) == type_of(value)


def _need_one(key: object, groups: list[_Group]) -> None:
    """Raises ScriptError where an object that is only its properties comes after another: they have no order."""
    for values, _members in groups:
        held = values[0]
        if isinstance(held, ObjectLike) and is_bare(held) and not same_object(held, key):
            raise incomparable(values[0], key, GROUP.error_suffix)


def _ordered(left: list[object], right: list[object], *, case: bool) -> int:
    """The order of two rows of keys; a property that there is not comes last."""
    for first, second in zip(left, right, strict=True):
        if (first is MISSING) != (second is MISSING):
            return 1 if first is MISSING else -1
        made = compare_items(first, second, case=case)
        if made:
            return made
    return 0


def _shown(value: object) -> str:
    if isinstance(value, dict) and not isinstance(value, ObjectLike):
        value = entries_of(value)
    if isinstance(value, Wrapped):
        return to_text(value)
    if is_collection(value):
        return "{" + ", ".join(net_text(item) for item in items_of(value)) + "}"
    return net_text(value)


def _table(groups: list[_Group], *, as_text: bool, cased: bool) -> Hashtable:
    made = CasedHashtable() if cased else Hashtable()
    for values, members in groups:
        if len(values) != 1:
            raise NotKnownHere("Group-Object -AsHashTable by several properties")
        key = local_text(values[0]) if as_text or values[0] is None else unspelled(values[0])
        made[key] = Collection(members)
    return made


GROUP: Final = ClientCommand(
    "Group-Object",
    (
        ParameterSpec("Property", "object[]", position=0),
        ParameterSpec("NoElement", "switch"),
        ParameterSpec("AsHashTable", "switch", ("AHT",)),
        ParameterSpec("AsString", "switch"),
        ParameterSpec("CaseSensitive", "switch"),
        ParameterSpec("Culture", "string"),
        ParameterSpec("InputObject", "object", by_value=True),
    ),
    _group,
    ("group",),
    "GroupObjectCommand",
)


def _unique_types(items: Iterator[object]) -> Iterator[object]:
    """Of neighbours of one type the first."""
    last: object = MISSING
    for item in items:
        if item is None:
            raise NotKnownHere("Get-Unique -OnType of $null")
        kind = item.type_names if isinstance(item, ObjectLike) and item.type_names else type_of(item)
        if kind != last:
            yield item
        last = kind


def _get_unique(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    last: object = MISSING
    if call.switch("OnType"):
        yield from _unique_types(objects(call, input))
        return
    if call.switch("AsString"):
        told: str | None = None
        for item in objects(call, input):
            if item is None and told is not None:
                message, kind = "Object reference not set to an instance of an object.", "NullReferenceException"
                raise ScriptError(message, f"System.{kind},{call.error_suffix}", "NotSpecified", exception=kind)
            text = to_text(item)
            if told is None or not same_text(text, told, case=not call.switch("CaseInsensitive")):
                told = None if item is None else text
                yield item
        return
    for item in objects(call, input):
        if (
            item is not None
            and last not in (None, MISSING)
            and compare_items(item, last, case=not call.switch("CaseInsensitive"), by_culture=False) == 0
        ):
            continue
        last = item
        yield item


UNIQUE: Final = ClientCommand(
    "Get-Unique",
    (
        ParameterSpec("InputObject", "object", by_value=True),
        ParameterSpec("AsString", "switch", sets=("AsString",)),
        ParameterSpec("OnType", "switch", sets=("UniqueByType",)),
        ParameterSpec("CaseInsensitive", "switch"),
    ),
    _get_unique,
    ("gu",),
    "GetUniqueCommand",
)

CMDLETS: Final = (SORT, GROUP, UNIQUE)
