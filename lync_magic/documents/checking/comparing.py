"""Compares what a document says that a command prints with what came.

Rules: a column that the document shows must be there; a value that it fixes must be the same; what may differ is a
rule of `tolerances`, and is told. A difference says what the document has, what came, and its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from lync_magic.documents.checking import tolerances as t
from lync_magic.documents.checking.came import Came
from lync_magic.documents.checking.told import Line, Meter, Piece, Properties, Table, pieces
from lync_magic.documents.model import Printed
from lync_magic.documents.shapes import error_command
from lync_magic.messages import say

_UNNAMED: Final = re.compile(r"^(?:Error|ERROR|Erreur)\s?: ")
_RENAMED: Final = {"modulename": "source", "source": "modulename", "definition": "source"}
_SESSION: Final = frozenset({"id", "name", "computername", "state", "configurationname", "availability"})
_MOST_OF_A_SESSION: Final = 4
"""So many of these columns make a table one of sessions, also where another one is wrong."""
_MODULES: Final = frozenset({"moduletype", "name", "exportedcommands"})


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the document says. line: in the document.  kind: what it concerns, for programs."""

    line: int
    kind: str
    message: str
    advice: str = ""


@dataclass
class Compared:
    """What was found, and the rules that were needed."""

    differences: list[Difference] = field(default_factory=list)
    rules: dict[str, None] = field(default_factory=dict)

    def needs(self, names: Iterable[str]) -> None:
        self.rules.update(dict.fromkeys(names))

    def differs(self, line: int, kind: str, message: str, advice: str = "") -> None:
        self.differences.append(Difference(line, kind, message, advice))


def compare(printed: Printed, came: Came, *, values: bool = True, counts: bool = False) -> Compared:
    """How what came differs from what is told. values: whether they are compared, too, and not only the columns.

    counts: whether the command counts, so that a number alone may be another one.
    """
    made = Compared()
    if printed.kind == "error":
        _error(printed, came, made)
    elif printed.kind == "prompt":
        _prompt(printed, came, made)
    else:
        for piece in pieces(printed.text):
            if counts and isinstance(piece, Line) and piece.text.isdecimal() and any(map(str.isdecimal, came.texts())):
                made.needs([t.COUNT.name])
                continue
            _piece(piece, printed.line + piece.line, came, made, values=values)
    return made


# --- errors and questions -------------------------------------------------------------------------------------------


def _error(printed: Printed, came: Came, made: Compared) -> None:
    told = printed.text.strip()
    name = error_command(told)
    message = told.partition(":")[2].strip() if name is not None else _UNNAMED.sub("", told)
    if not came.faults:
        made.differs(
            printed.line,
            "error",
            say("The document shows an error, and none came."),
            say("It shows: {text}", text=_short(told)),
        )
        return
    first = message.split("\n", 1)[0]  # what stands below may be advice
    for fault in came.faults:
        for text in (message, first):
            equal, rules = t.same(text, fault.message)
            if equal:
                made.needs(rules)
                return
        if _flat(fault.message).startswith(_flat(first)):
            made.needs([t.ADVICE.name])
            return
    said = came.faults[0].message
    made.differs(
        printed.line,
        "error",
        say("Another error came: {text}", text=_short(said)),
        say("It shows: {text}", text=_short(message)),
    )


def _prompt(printed: Printed, came: Came, made: Compared) -> None:
    missing = any(fault.kind == "MissingMandatoryParameter" for fault in came.faults)
    if not came.questions and not missing:
        made.differs(
            printed.line, "prompt", say("The document shows a question, and none was asked."),
            say("It shows: {text}", text=_short(printed.text)),
        )  # fmt: skip


# --- output ---------------------------------------------------------------------------------------------------------


def _piece(piece: Piece, line: int, came: Came, made: Compared, *, values: bool) -> None:
    if isinstance(piece, Table):
        _table(piece, line, came, made, values=values)
    elif isinstance(piece, Properties):
        _properties(piece, line, came, made, values=values)
    elif isinstance(piece, Meter):
        _meter(piece, line, came, made)
    else:
        _line(piece, line, came, made, values=values)


def _line(piece: Line, line: int, came: Came, made: Compared, *, values: bool) -> None:
    texts = [text for stream, text in came.lines if stream == piece.stream] if piece.stream else came.texts()
    further = () if values else (t.ACCOUNT, t.COUNT)
    for text in texts:
        equal, rules = t.same(piece.text, text, further)
        if equal:
            made.needs(rules)
            return
    if not piece.stream and not values:
        made.needs([t.VALUES.name])
        return
    advice = say("What came instead: {text}", text=_short(texts[0])) if texts else say("Nothing of the kind came.")
    made.differs(
        line, "line", say("The document shows a line that did not come: {text}", text=_short(piece.text)), advice
    )


def _meter(piece: Meter, line: int, came: Came, made: Compared) -> None:
    for text in piece.texts:
        if any(_begins(text, done) for done in came.progress):
            continue
        made.differs(line, "progress", say("No progress was told of: {text}", text=_short(text)))
        return
    made.needs([t.PROGRESS.name])


def _begins(told: str, came: str) -> bool:
    reduced = [t.COUNT.rewrite(t.DOTS.rewrite(text)).lower() for text in (told, came)]
    return reduced[1].startswith(reduced[0]) or reduced[0].startswith(reduced[1])


def _properties(piece: Properties, line: int, came: Came, made: Compared, *, values: bool) -> None:
    rows = list(came.rows())
    if not rows:
        made.differs(line, "output", say("The document shows an object, and none came."), _instead(came))
        return
    for number, (name, told) in enumerate(piece.values):
        holding = [row for row in rows if _find(name, row) is not None]
        if not holding:
            made.differences.append(no_column(name, _names(rows), line + number))
        elif values and told and not _any_same(told, [row[_find(name, row) or name] for row in holding], made):
            had = holding[0][_find(name, holding[0]) or name]
            made.differs(
                line + number,
                "value",
                _other_value(name, told, had),
            )


def _table(piece: Table, line: int, came: Came, made: Compared, *, values: bool) -> None:
    rows = list(came.rows())
    if not rows:
        made.differs(line, "output", say("The document shows a table, and no objects came."), _instead(came))
        return
    columns: dict[int, str] = {}
    for place, column in enumerate(piece.columns):
        found = next((name for row in rows if (name := _find(column, row)) is not None), None)
        if found is None:
            made.differences.append(no_column(column, _names(rows), line))
            continue
        if found.lower() != column.lower():
            made.needs([t.HEADING.name])
        columns[place] = found
    if not values:
        made.needs([t.VALUES.name])
        return
    kinds = frozenset(column.lower() for column in piece.columns)
    of_sessions = len(kinds & _SESSION) >= _MOST_OF_A_SESSION
    imported = kinds >= _MODULES and any(told and told[0].lower() == "script" for told in piece.rows)
    for number, told in enumerate(piece.rows):
        if imported and told and told[0].lower() in ("manifest", "binary"):
            made.needs([t.OTHER_MODULES.name])
            continue
        _row(told, columns, rows, line + 2 + number, made, of_sessions=of_sessions)
    if len(rows) > len(piece.rows):
        made.needs([t.ROWS.name])


def _row(
    told: Sequence[str], columns: Mapping[int, str], rows: Sequence[Mapping[str, str]], line: int, made: Compared,
    *, of_sessions: bool,
) -> None:  # fmt: skip
    """Look for the row that the document shows among those that came."""
    best: tuple[int, str, str, str] | None = None
    for row in rows:
        rules: list[str] = []
        wrong: tuple[str, str, str] | None = None
        right = 0
        for place, name in columns.items():
            equal, needed = _cell(told[place], row.get(name, ""), name, of_sessions=of_sessions)
            if equal:
                right += 1
                rules += needed
            else:
                wrong = wrong or (name, told[place], row.get(name, ""))
        if wrong is None:
            made.needs(rules)
            return
        if best is None or right > best[0]:
            best = (right, *wrong)
    if best is not None:
        _right, name, had, got = best
        made.differs(
            line,
            "value",
            say(
                "{name} is {came}, where the document has {told}.",
                name=name,
                came=_short(got) or "''",
                told=_short(had),
            ),
        )


def _cell(told: str, came: str, name: str, *, of_sessions: bool) -> tuple[bool, tuple[str, ...]]:
    if of_sessions and name.lower() in ("id", "name"):
        return t.COUNT.rewrite(told) == t.COUNT.rewrite(came) or told.rstrip("0123456789") == came.rstrip(
            "0123456789"
        ), (t.NUMBER.name,)
    if of_sessions and name.lower() == "computername":
        return bool(came), (t.SERVER.name,)
    if not told:
        return True, ()
    return t.same(told, came)


def _other_value(name: str, told: str, came: str) -> str:
    return say(
        "{name} is {came}, where the document has {told}.", name=name, came=_short(came) or "''", told=_short(told)
    )


def _any_same(told: str, came: Sequence[str], made: Compared) -> bool:
    for text in came:
        equal, rules = t.same(told, text)
        if equal:
            made.needs(rules)
            return True
    return False


def _find(column: str, row: Mapping[str, str]) -> str | None:
    """The row's name for a column that the document shows, or None. A shortened heading need only begin so."""
    folded = column.lower()
    begins, cut, _rest = folded.partition("...")
    for name in row:
        if name.lower() == folded or (cut and begins and name.lower().startswith(begins)):
            return name
    newer = _RENAMED.get(folded)
    return next((name for name in row if name.lower() == newer), None)


def _names(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def no_column(column: str, names: Sequence[str], line: int) -> Difference:
    """That there is no such column; the one that is most like it, or all of them, as advice."""
    folded = {name.lower(): name for name in names}
    near = get_close_matches(column.lower(), list(folded), n=1, cutoff=0.6)
    told = say("Is it {name} now?", name=folded[near[0]]) if near else ""
    advice = told or say("There are: {names}", names=_short(", ".join(names)))
    return Difference(line, "column", say("There is no column {name} any more.", name=column), advice)


def _instead(came: Came) -> str:
    if came.faults:
        return say("What came instead: {text}", text=_short(came.faults[0].message))
    texts = came.texts()
    return say("What came instead: {text}", text=_short(texts[0])) if texts else say("Nothing came.")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 160 else f"{flat[:159]}…"
