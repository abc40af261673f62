"""Which look objects have when nobody chose one, and objects of several kinds one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import MISSING, Int64, ObjectLike, PSObject, Version
from lync_magic.language.layout.cells import chunks, is_right, is_scalar, shown, unstyled
from lync_magic.language.layout.display_sets import shown_of
from lync_magic.language.layout.tables import WIDTH, Column, TableLook, list_lines, table
from lync_magic.language.values.bare_objects import BareObject
from lync_magic.language.values.collections import (
    NOTHING,
    PAIRS,
    entries_of,
    is_bare,
    is_collection,
    is_table,
    items_of,
)
from lync_magic.language.values.culture import CultureValue
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moment_members import date_names
from lync_magic.language.values.moments import shown_date
from lync_magic.language.values.properties import get_property, need_all_known, own_names
from lync_magic.language.values.scripted import scripts_of
from lync_magic.language.values.semantic_version import SemanticVersion
from lync_magic.language.values.sort_order import incomparable
from lync_magic.language.values.text import local_text
from lync_magic.language.values.types import own_types, type_of

MOST_COLUMNS: Final = 4
"""An object of more properties is a list."""
_SPAN: Final = (
    "Days", "Hours", "Minutes", "Seconds", "Milliseconds", "Ticks", "TotalDays", "TotalHours", "TotalMinutes",
    "TotalSeconds", "TotalMilliseconds",
)  # fmt: skip


_VERSION: Final = ("Major", "Minor", "Build", "Revision")
_COMMANDS: Final = tuple(f".{kind}Info" for kind in ("Alias", "Cmdlet", "Filter", "Function", "Script"))


Layout = Callable[[int], list[str]]
"""The lines of something in a width."""


class Formatted(str):
    """What a Format- cmdlet made: lines, as wide as the screen or as the Out-String that takes them."""

    waits = False
    """Whether its pipeline broke off, and what writes it into a text or file was still waiting for its widest row."""
    is_line = False
    """Whether it is a plain value, which stands among the rows of a table as it does without a Format- cmdlet."""
    sizes = False
    """Whether it is a table as wide as what is in it: every table behind it in the same text is so too."""
    _layout: Layout | None = None
    _sized: Layout | None = None
    _grouped: Callable[[int, int], list[str]] | None = None
    _width = 0
    _is_list = False

    @classmethod
    def of(
        cls,
        layout: Layout,
        width: int,
        *,
        is_list: bool = False,
        waits: bool = False,
        sizes: bool = False,
        sized: Layout | None = None,
        grouped: Callable[[int, int], list[str]] | None = None,
    ) -> Formatted:
        """Laid out in a width. is_list: it is Format-List's.  waits, sizes: see there.  sized: its look behind a table
        as wide as what is in it, where it has another then.  grouped: its look where lists have another width."""
        made = cls("".join(line + "\n" for line in layout(width)))
        made._layout, made._width, made._is_list, made.waits = layout, width, is_list, waits
        made.sizes, made._sized, made._grouped = sizes, sized, grouped
        return made

    def lines(self, width: int, lists: int, *, sized: bool = False) -> list[str]:
        """Its lines in the width of tables, or in that of lists. sized: a table before it was as wide as its rows."""
        wanted = lists if self._is_list else width
        if sized and self._sized is not None:
            return self._sized(wanted)
        if self._grouped is not None and width != lists:
            return self._grouped(width, lists)
        if self._layout is None or wanted == self._width:
            return self.split("\n")[:-1]
        return self._layout(wanted)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def __repr__(self) -> str:
        return str(self).rstrip("\n")


def property_of(name: str, *, kept: bool = False) -> Callable[[object], object]:
    """How a property is read for a table or list; nothing where there is none. kept: MISSING then."""

    def get(item: object) -> object:
        as_object = getattr(type(item), "__psobject__", None)
        found = get_property(item if as_object is None else as_object(item), name)
        return None if found is MISSING and not kept else found

    return get


def in_rows(name: str, first: object) -> Callable[[object], object]:
    """How a property is read for the rows of a table. One that the first object has is asked of the others as a member
    access asks: what has no number of its own counts as one."""
    get = property_of(name, kept=True)
    if name.lower() not in ("count", "length") or get(first) is MISSING:
        return property_of(name)

    def counted(item: object) -> object:
        found = get(item)
        return 1 if found is MISSING else found

    return counted


def entries(item: object) -> list[object]:
    """A table's entries, for they are shown in its place."""
    if is_table(item):
        return list(entries_of(item))
    if is_collection(item) and not isinstance(item, ObjectLike):
        return list(items_of(item))
    return [item]


def kind_of(item: object) -> str:
    """What a run of objects is told apart by."""
    if isinstance(item, ObjectLike) and item.base is MISSING:
        return (item.type_names or ("",))[0].removeprefix("Selected.")
    as_object = getattr(type(item), "__psobject__", None)
    return type_of(item) if as_object is None else str(as_object(item).type_names[0])


def view_of(item: object) -> str:
    """The kind whose look an object has; "" for what Select-Object made of another, which has none."""
    selected = isinstance(item, ObjectLike) and (item.type_names or ("",))[0].startswith("Selected.")
    return "" if selected else kind_of(item)


def _command_name(command: object) -> object:
    """A command's name, with what it means where it is an alias."""
    told = get_property(command, "DisplayName")
    return get_property(command, "Name") if told is MISSING else told


def _exported(module: object) -> object:
    found = get_property(module, "ExportedCommands")
    return list(found) if isinstance(found, Mapping) else None


def own_columns(item: object) -> list[Column] | None:
    """The columns of a type that has a table of its own; None for another."""
    kind = view_of(item)
    if kind.endswith((".DictionaryEntry", ".PSVariable")):
        return [Column(name, property_of(name), width, "left", shown) for name, width in (("Name", 30), ("Value", 0))]
    if kind.endswith("GroupInfo"):
        return [
            Column("Count", property_of("Count"), 5, "right"), Column("Name", property_of("Name"), 25),
            Column("Group", property_of("Group")),
        ]  # fmt: skip
    if kind.endswith("GroupInfoNoElement"):
        return [Column("Count", property_of("Count"), 5, "right"), Column("Name", property_of("Name"), 25)]
    if kind.endswith(_COMMANDS):
        return [
            Column("CommandType", property_of("CommandType"), 15, "left"),
            Column("Name", _command_name, 50),
            Column("Version", property_of("Version"), 10, "left"), Column("Source", property_of("Source")),
        ]  # fmt: skip
    if kind.endswith("PSModuleInfo"):
        return [
            Column("ModuleType", property_of("ModuleType"), 10), Column("Version", property_of("Version"), 10, "left"),
            Column("PreRelease", property_of("PreRelease"), 10), Column("Name", property_of("Name"), 35),
            Column("ExportedCommands", _exported),
        ]  # fmt: skip
    if kind.endswith(".PathInfo"):
        return [Column("Path", property_of("Path"))]
    if kind.endswith("MemberDefinition"):
        return [Column(name, property_of(name), align="left") for name in ("Name", "MemberType", "Definition")]
    if kind.endswith("CallStackFrame"):
        return [Column(name, property_of(name), align="left") for name in ("Command", "Arguments", "Location")]
    if isinstance(item, CultureValue):
        return [
            Column("LCID", property_of("LCID"), 16, "left"), Column("Name", property_of("Name"), 16),
            Column("DisplayName", property_of("DisplayName")),
        ]  # fmt: skip
    if isinstance(item, UUID):
        return [Column("Guid", shown)]
    if isinstance(item, Version):
        widths = zip(_VERSION, (6, 6, 6, 8), strict=True)
        return [Column(name, property_of(name), width, "left") for name, width in widths]
    if isinstance(item, SemanticVersion):
        widths = zip(own_names[SemanticVersion](item), (6, 6, 6, 15, 10), strict=True)
        return [Column(name, property_of(name), width, "left") for name, width in widths]
    return None


def own_group(item: object) -> Column | None:
    """What the table of such objects is divided by, as PowerShell divides it by itself."""
    return Column("TypeName", property_of("TypeName")) if view_of(item).endswith("MemberDefinition") else None


def grouped(by: Column, items: Sequence[object], columns: Sequence[Column], look: TableLook) -> list[str]:
    """The lines of a table for each run of neighbours that agree in `by`, under a line that says in what."""
    lines: list[str] = []
    columns = [one if one.align or not items else _aligned(one, items[0]) for one in columns]
    for head, members in parted_by(by, items):
        lines += [*broken_head(head, look.heads or look.width), *table(columns, members, look)[:-1]]
    return [*lines, ""]


def broken_head(head: Sequence[str], width: int) -> list[str]:
    """The lines before a group, broken where there is no room for them."""
    return [part for line in head for part in chunks(line, width)]


def parted_by(
    by: Column, items: Sequence[object], cmdlet: str = "Format-Table"
) -> Iterator[tuple[list[str], list[object]]]:
    """The neighbours that agree in `by`, each time with the lines that stand before them. cmdlet: who asks. Raises
    ScriptError for objects that have no order."""
    try:
        runs = _runs(by, items)
    except ScriptError as bad:
        bad.error_id = f"PSObjectCompareTo,Microsoft.PowerShell.Commands.{cmdlet.replace('-', '')}Command"
        bad.activity = cmdlet
        raise
    for place, (told, members) in enumerate(runs):
        unchanged = told is None and not place and not by.labelled  # from nothing, which PowerShell starts with
        yield [] if told is NOTHING else ["", f"   {'' if unchanged else by.name}: {unstyled(shown(told))}"], members


def _aligned(column: Column, first: object) -> Column:
    """A column that stands in all groups as the first object of all has it."""
    return replace(column, align="right" if is_right(column.get(first)) else "left")


def _runs(by: Column, items: Sequence[object]) -> list[tuple[object, list[object]]]:
    """Neighbours that agree, case aside; an object that has not what they are divided by stays with those before."""
    made: list[tuple[object, list[object]]] = []
    for item in items:
        told = by.get(item)
        if made and (told is MISSING or _same(told, made[-1][0])):
            made[-1][1].append(item)
        else:
            made.append((NOTHING if told is MISSING else told, [item]))
    return made


def _same(one: object, other: object) -> bool:
    if one is None or other is None or one is NOTHING or other is NOTHING:
        return one is other
    if is_bare(one) and one is not other:
        raise incomparable(one, other, "")
    return local_text(one).lower() == local_text(other).lower()


_OTHER_LOOKS: Final = ("System.IO.", "System.Diagnostics.", "System.Globalization.")


def names_of(item: object) -> list[str]:
    """The properties that are shown of an object. Raises NotKnownHere for a kind that has a look of its own."""
    if isinstance(item, ObjectLike):
        told = shown_of(item)
        if told is not None:
            return list(told)
        kind = view_of(item)
        need_all_known(kind)
        if kind.startswith(("System.IO.", "System.Diagnostics.", "System.Globalization.")) or kind.endswith(
            "ErrorRecord"
        ):
            raise NotKnownHere(f"the text of a [{kind}]")
        return ["Name", "Value"] if kind.endswith("DictionaryEntry") else list(item)
    if isinstance(item, timedelta):
        return list(_SPAN)
    if isinstance(item, datetime):
        names = date_names(item)
        names.remove("DateTime")
        return [*names, "DateTime"]
    if isinstance(item, UUID):
        return ["Variant", "Version", "Guid"]
    if isinstance(item, Version):
        return [*_VERSION, "MajorRevision", "MinorRevision"]
    as_object = getattr(type(item), "__psobject__", None)
    if as_object is not None and type(item) in own_types:
        return list(as_object(item))
    if type(item) in own_names:
        return own_names[type(item)](item)
    raise NotKnownHere(f"the text of a [{type_of(item)}]")


def lines_of(
    objects: Iterable[object], width: int = WIDTH, lists: int = 0, broken: Callable[[], bool] | None = None
) -> Iterator[str]:
    """The lines that a console shows for the output of a pipeline; those that do not depend on others as they come.

    lists: the width of lists, where it is another.  broken: whether the objects broke off when they were at their end,
    for what writes them into a text or file.
    """
    lists = lists or width
    source, sized, ended = _told_of(objects), False, tuple[str, ...]()
    for one in source:
        if ended and type(one) not in run_lines:
            yield from ended
            ended = ()
        if isinstance(one, Formatted):
            yield from [""] if one.waits and broken is not None else one.lines(width, lists, sized=sized)
            sized = sized or one.sizes
        elif type(one) in run_lines:
            look, ended = run_lines[type(one)]
            yield from look(one, lists).split("\n")
        elif type(one) in own_lines:
            yield from plain_text(one).split("\n")
        elif is_plain(one):
            yield plain_text(one)
        else:  # the look of the first object stays for all that follow it
            behind: list[Formatted] = []
            others = _until_formatted(source, behind)
            ends = lambda: broken is not None and broken()  # noqa: E731
            sized = yield from default(one, others, width, lists, ends, sized=sized)
            for laid_out in behind:
                yield from laid_out.lines(width, lists, sized=sized)
                sized = sized or laid_out.sizes
    yield from ended


def _told_of(objects: Iterable[object]) -> Iterator[object]:
    """What is shown, one by one."""
    for item in objects:
        for each in entries(item):
            yield as_one(each)


def _until_formatted(source: Iterator[object], behind: list[Formatted]) -> Iterator[object]:
    """What is shown in the look of an object before it: up to what has a look already, which goes to `behind`."""
    for one in source:
        if isinstance(one, Formatted) and not one.is_line:
            behind.append(one)
            return
        if one is not None:
            yield one


def as_one(value: object) -> object:
    """A value where one object is wanted: an array is one with its own properties."""
    return _array(value) if is_collection(value) and not isinstance(value, ObjectLike) else value


def _array(value: object) -> PSObject:
    """An array as an object with its properties."""
    kind = type_of(value)
    if not kind.endswith("[]"):
        raise NotKnownHere("the text of a list within a list")
    count = len(items_of(value))
    content = {
        "Length": count, "LongLength": Int64(count), "Rank": 1, "SyncRoot": value, "IsReadOnly": False,
        "IsFixedSize": True, "IsSynchronized": False, "Count": count,
    }  # fmt: skip
    return PSObject(content, (kind, "System.Array", "System.Object"))


def is_plain(one: object) -> bool:
    """Whether it is a line of its own wherever it stands: a scalar, or an object without properties."""
    if type(one) in own_lines or (isinstance(one, ObjectLike) and view_of(one) in _TOLD):
        return True
    if is_scalar(one) or not isinstance(one, ObjectLike) or len(one):
        return is_scalar(one)
    return isinstance(one.base, BareObject) or (one.base is MISSING and one.text is None)


_TOLD: Final = frozenset(
    f"System.Management.Automation.{name}Record" for name in ("Warning", "Verbose", "Debug", "Information")
)
"""Records of a stream, which are shown as what they say."""
own_lines: Final[dict[type, Callable[[Any], str]]] = {}
"""Values of other modules that have lines of their own wherever they stand."""
run_lines: Final[dict[type, tuple[Callable[[Any, int], str], tuple[str, ...]]]] = {}
"""Those among them that are as wide as the screen, with what stands behind the last of several."""


def plain_text(one: object) -> str:
    """That line."""
    if isinstance(one, Formatted):
        return one.removesuffix("\n")
    if type(one) in own_lines:
        return own_lines[type(one)](one)
    if isinstance(one, ObjectLike) and view_of(one) in _TOLD:
        return one.text or ""
    if isinstance(one, ObjectLike) and isinstance(one.base, BareObject):
        return str(one.base)
    return shown(one) if is_scalar(one) else ""


def has_view(one: object) -> bool:
    """Whether PowerShell's own formats say how its kind looks; else its look is made of its properties."""
    return isinstance(one, timedelta | datetime) or view_of(one).endswith(".MatchInfo") or own_columns(one) is not None


def _match_lines(item: object) -> list[str]:
    """What Select-String found, its file named from the folder the cell is in."""
    here = os.getcwd().rstrip(os.sep) + os.sep
    marks = ("", "  ", "> ")
    lines = shown(item).split(os.linesep)
    return [
        next((mark + line[len(mark + here) :] for mark in marks if line.startswith(mark + here)), line)
        for line in lines
    ]


def default(
    first: object,
    others: Iterator[object],
    width: int,
    lists: int,
    broken: Callable[[], bool],
    *,
    sized: bool = False,
) -> Generator[str, None, bool]:
    """Objects in the look that the first has by itself; plain values among them as they are. Whether a table until then
    was as wide as what is in it is returned.

    broken: whether they did not come to their end; a table that takes its widths from its rows has then come no farther
    than its start.  sized: a table before was as wide as its rows.
    """
    yield ""
    columns, viewed = own_columns(first), has_view(first)
    objects = chain((first,), others)
    if viewed and columns is None and not isinstance(first, timedelta):
        lines_alone = _match_lines if view_of(first).endswith(".MatchInfo") else _date_lines
        yield from _each(objects, kind_of(first), lists, lines_alone, viewed=True)
        yield from [] if broken() else [""]
        return sized
    names = [] if columns is not None else names_of(first)
    if columns is None and (len(names) > MOST_COLUMNS or viewed):
        lines_alone = partial(_listed_whole, viewed, lists)
        yield from _each(objects, kind_of(first), lists, lines_alone, viewed=viewed)
        return sized
    by, look = own_group(first), TableLook(width=width, heads=lists)
    columns = self_sized(columns) if sized and columns is not None else columns
    if columns is not None and by is None and any(one.width for one in columns):
        fixed = [one if one.align else _aligned(one, first) for one in columns]
        head = table(fixed, [], look)
        yield from head[1:-1]
        row = lambda one: table(fixed, [one], look)[len(head) - 1 : -1]  # noqa: E731
        yield from _each(objects, kind_of(first), lists, row, viewed=viewed)
        yield from [] if broken() else [""]
        return sized
    gathered, columns = list(objects), columns or [Column(name, in_rows(name, first)) for name in names]
    look_at(first, columns)
    if broken():
        return sized
    if sized and viewed and any(kind_of(one) != kind_of(first) for one in gathered if not is_plain(one)):
        raise NotKnownHere("objects of another kind behind a table as wide as what is in it")
    real, between = parted(gathered, lists, viewed=viewed)
    _start, *lines = grouped(by, real, columns, look) if by is not None else table(columns, real, look, between)
    yield from lines
    return True


def look_at(first: object, columns: Sequence[Column]) -> None:
    """Work out what the first object of a table has worked out, as PowerShell does once more to see what it is."""
    for column in columns if scripts_of(first) else ():
        column.get(first)


def self_sized(columns: Sequence[Column]) -> list[Column]:
    """Columns as wide as what is in them, whatever width they have."""
    return [replace(one, width=0) for one in columns]


def _listed_whole(viewed: bool, lists: int, one: object) -> list[str]:
    return _listed(one, names_in_list(one, viewed), lists)


def names_in_list(one: object, viewed: bool) -> list[str]:
    """The properties that a list shows of an object. viewed: it is shown as its kind is, not by all that it has."""
    is_entry = isinstance(one, ObjectLike) and kind_of(one).startswith(PAIRS[0])
    return ["Key", "Value", "Name"] if is_entry and not viewed else names_of(one)


def _listed(one: object, names: Sequence[str], lists: int) -> list[str]:
    return list_lines(names, [shown(property_of(name)(one)) for name in names], lists)


def _date_lines(one: object) -> list[str]:
    return [shown_date(one)] if isinstance(one, datetime) else []


def _each(
    objects: Iterable[object], kind: str, lists: int, lines_of_one: Callable[[object], list[str]], *, viewed: bool
) -> Iterator[str]:
    for one in objects:
        yield from _apart(one, kind, lists, viewed=viewed) or lines_of_one(one)


def _apart(one: object, kind: str, lists: int, *, viewed: bool) -> list[str]:
    """The lines of what does not take the look of the others: a plain value, and among objects of a kind that has a
    view one of another kind, which is a list."""
    if is_plain(one):
        return plain_text(one).split("\n")
    if viewed and kind_of(one) != kind and not (kind.endswith(_COMMANDS) and kind_of(one).endswith(_COMMANDS)):
        return ["", *_listed(one, names_in_list(one, viewed=False), lists)]
    return []


def parted(objects: Sequence[object], lists: int, *, viewed: bool) -> tuple[list[object], dict[int, list[str]]]:
    """The objects of a table's rows, and the lines that stand before which of them."""
    real: list[object] = []
    between: dict[int, list[str]] = {}
    kind = kind_of(objects[0])
    for one in objects:
        lines = _apart(one, kind, lists, viewed=viewed)
        if lines:
            between.setdefault(len(real), []).extend(lines)
        else:
            real.append(one)
    return real, between


def text_of(objects: Iterable[object], width: int = WIDTH, lists: int = 0) -> str:
    """The same as one text, each line ended."""
    shown = (one for one in objects if one is not None)
    return "".join(line + "\n" for line in lines_of(shown, width, lists))
