"""What a pipeline, a variable or a value has for properties, as far as that is known without running anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any, Final

from lync_magic.clixml import ObjectLike
from lync_magic.completing.known import Surroundings
from lync_magic.completing.offers import Kind, Offer
from lync_magic.completing.scan import Frame, Place, Word, scan
from lync_magic.completing.types import instance_members, static_members, type_of_word
from lync_magic.importing import modules, sightings
from lync_magic.language import type_of
from lync_magic.records import Records, all_names
from lync_magic.sessions import TABLE_COLUMNS, Session

Names = tuple[str, ...]

SAME: Final = frozenset(
    {"where-object", "where", "?", "sort-object", "sort", "get-unique", "tee-object", "tee", "write-output", "echo"}
)
"""Commands that give what came to them."""
GIVES: Final[Mapping[str, Names]] = {
    "group-object": ("Count", "Name", "Group", "Values"),
    "group": ("Count", "Name", "Group", "Values"),
    "measure-object": ("Count", "Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property"),
    "measure": ("Count", "Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property"),
    "get-member": ("Name", "MemberType", "Definition", "TypeName"),
    "gm": ("Name", "MemberType", "Definition", "TypeName"),
    "get-pssession": TABLE_COLUMNS,
    "new-pssession": TABLE_COLUMNS,
    "new-csonlinesession": TABLE_COLUMNS,
    "get-command": ("CommandType", "Name", "Version", "Source", "ModuleName", "Parameters", "Definition"),
    "get-module": ("ModuleType", "Version", "Name", "Description", "ExportedCommands"),
    "compare-object": ("InputObject", "SideIndicator"),
    "get-credential": ("UserName", "Password"),
    "get-history": ("Id", "CommandLine", "ExecutionStatus", "StartExecutionTime", "EndExecutionTime"),
}
_SELECT: Final = ("select-object", "select")
_LIST_MEMBERS: Final = ("Count", "Length", "ForEach(", "Where(")
_FOREACH: Final = re.compile(r"\(\s*\$(\w+)\s+in\s+(.*)\)\s*$", re.IGNORECASE | re.DOTALL)
_HEAD: Final = re.compile(r"\$\{?(?:(?:global|script|local|private):)?(\w+)\}?", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"\[(?P<index>[^\[\]]*)\]|\.(?P<name>\w+)")
_MOST_LOOKED_AT: Final = 50


class Shapes:
    """What things have for properties, at one place of a cell."""

    def __init__(self, around: Surroundings, place: Place) -> None:
        self._around = around
        self._place = place
        self._variables = {name.lower(): value for name, value in around.variables.items()}

    # --- pipelines --------------------------------------------------------------------------------------------------

    def of_pipeline(self, pipeline: Sequence[Sequence[Word]], depth: int = 0) -> Names:
        """The properties of what a pipeline gives; empty when nobody knows."""
        names: Names = ()
        for place, words in enumerate(pipeline):
            names = self._after(words, names, first=place == 0, depth=depth)
        return names

    def _after(self, words: Sequence[Word], before: Names, *, first: bool, depth: int) -> Names:
        if not words:
            return before
        head = words[0].text
        name = head.lower()
        if first and (head[:1] in "$([@" or words[0].inner is not None):
            return self._of_expression(words[0], depth)
        if name in SAME:
            return before
        if name in _SELECT:
            return _selected(words, before)
        if name in GIVES:
            return GIVES[name]
        remote = modules.find(head, self._around.current)
        seen = sightings.of(remote.name if remote is not None else head)
        return seen.names if seen is not None else ()

    def _of_expression(self, word: Word, depth: int) -> Names:
        if word.inner is not None and word.text.endswith(")") and depth < 5:
            inner = word.inner.pipeline
            return self.of_pipeline(inner, depth + 1)
        return self.of_text(word.text, depth)

    # --- `$_`, variables, chains ------------------------------------------------------------------------------------

    def of_item(self, frame: Frame | None = None) -> Names:
        """The properties of `$_` within these brackets."""
        at: Frame | None = frame or self._place.frame
        while at is not None and at.parent is not None:
            outer = at.parent
            if at.attached.lower().endswith((".where", ".foreach")):
                return self.of_text(at.attached.rpartition(".")[0])
            if len(outer.pipeline) > 1 and at.opener in ("{", "@{"):
                return self.of_pipeline(outer.pipeline[:-1])
            at = outer
        return ()

    def of_text(self, text: str, depth: int = 0) -> Names:
        """The properties of a value that is written as `$name`, with indexes and members; empty when unknown."""
        found = self.value_of(text)
        if found is not None:
            return names_of(found)
        head = _HEAD.match(text)
        if head is None or depth > 5:
            return ()
        rest = text[head.end() :]
        if rest and not all(one["index"] is not None for one in _SEGMENT.finditer(rest)):
            return ()
        name = head[1].lower()
        if name in ("_", "psitem"):
            return self.of_item()
        looped = self._looped(name, depth)
        if looped:
            return looped
        assigned = self._place.assigned.get(name)
        return self.of_pipeline(assigned, depth + 1) if assigned else ()

    def _looped(self, name: str, depth: int) -> Names:
        """What `foreach ($name in …)` around the cursor runs over."""
        at: Frame | None = self._place.frame
        while at is not None:
            words = at.command
            for before, word in pairwise(words):
                found = _FOREACH.match(word.text) if before.text.lower() == "foreach" else None
                if found is not None and found[1].lower() == name:
                    return self.of_pipeline(scan(f"{found[2]} ").frame.pipeline, depth + 1)
            at = at.parent
        return ()

    def value_of(self, text: str) -> object:
        """The value of `$name[0].Prop` where it is at hand, without running anything; else None."""
        head = _HEAD.match(text)
        if head is None:
            return None
        name = head[1].lower()
        if name in ("_", "psitem") or name in self._place.assigned or name not in self._variables:
            return None
        return follow(self._variables[name], text[head.end() :])

    # --- members ----------------------------------------------------------------------------------------------------

    def members(self, base: str, frame: Frame, word: Word | None = None) -> Iterator[Offer]:
        """What may follow a dot after `base`."""
        value = self.value_of(base)
        if value is not None:
            yield from members_of(value)
            return
        if base.startswith("[") and base.endswith("]"):
            yield from instance_members("System.Type")
            return
        if base[:1] in "'\"":
            yield from instance_members("System.String")
            return
        names = self._of_expression(word, 0) if word is not None else self.of_text(base)
        yield from (Offer(name, Kind.PROPERTY) for name in names)
        if names and base.lower() not in ("$_", "$psitem"):
            yield from (Offer(name, Kind.METHOD if name.endswith("(") else Kind.PROPERTY) for name in _LIST_MEMBERS)

    @staticmethod
    def static(base: str) -> Iterator[Offer]:
        """What may follow `::` after `base`."""
        word = base.strip("[]") if not base.endswith("[]]") else base[1:-1]
        if type_of_word(word) is not None:
            yield from static_members(word)


def follow(value: Any, path: str) -> object:
    """A value's item or property, by `[0]` and `.Name`, of our own kinds of values only; None when there is none."""
    at = 0
    while at < len(path):
        step = _SEGMENT.match(path, at)
        if step is None or value is None:
            return None
        at = step.end()
        value = _item(value, step["index"]) if step["index"] is not None else _property(value, step["name"])
    return value


def _item(value: Any, index: str) -> object:
    word = index.strip()
    if isinstance(value, Records | list | tuple):
        if re.fullmatch(r"-?\d+", word) is None:
            return value[0] if len(value) else None
        return value[int(word)] if -len(value) <= int(word) < len(value) else None
    if isinstance(value, Mapping) and not isinstance(value, ObjectLike):
        return value.get(word.strip("'\""))
    return None


def _property(value: Any, name: str) -> object:
    if isinstance(value, Records):
        value = next((one for one in islice(value, _MOST_LOOKED_AT) if isinstance(one, ObjectLike)), None)
    if isinstance(value, Mapping):
        found = next((key for key in value if str(key).lower() == name.lower()), None)
        return value.get(found) if found is not None else None
    return None


def names_of(value: object) -> Names:
    """The property names of a value; of a list, those of its objects."""
    if isinstance(value, Session):
        return TABLE_COLUMNS
    if isinstance(value, ObjectLike):
        return tuple(str(name) for name in value)
    if isinstance(value, Records | list | tuple):
        return all_names(islice(value, _MOST_LOOKED_AT))
    if isinstance(value, Mapping):
        return tuple(str(key) for key in value)
    return ()


def members_of(value: object) -> Iterator[Offer]:
    """What may follow a value and a dot in PowerShell."""
    names = names_of(value)
    yield from (Offer(name, Kind.PROPERTY) for name in names)
    if isinstance(value, Records | list | tuple):
        yield from (Offer(name, Kind.METHOD if name.endswith("(") else Kind.PROPERTY) for name in _LIST_MEMBERS)
    elif not names or isinstance(value, dict):
        yield from instance_members(type_of(value))


def _selected(words: Sequence[Word], before: Names) -> Names:
    """What Select-Object gives: the properties that it names, `*` all that came."""
    chosen: list[str] = []
    expand = False
    following = iter(words[1:])
    for word in following:
        text = word.text
        if text.startswith("-"):
            folded = text.lower().rstrip(":")
            if folded.startswith("-exp"):
                expand = True
            if folded.startswith(("-f", "-l", "-sk", "-i", "-w", "-exc")):
                next(following, None)
            continue
        if text == ",":
            continue
        if text.startswith("@{"):
            named = re.search(r"\b(?:n|name|l|label)\s*=\s*['\"]?([\w ]+)", text, re.IGNORECASE)
            if named is not None:
                chosen.append(named[1].strip())
        elif "*" in text:
            chosen.extend(before)
        elif not text.isdigit():
            chosen.append(text.strip("'\""))
    if expand:
        return ()
    return tuple(dict.fromkeys(chosen)) or before
