"""What may differ between what a document prints and what came: rules, each with a name and a sentence.

Rules of this file: a rule rewrites both texts to what they have in common, and does nothing else. The rules are tried
in their order, and those that were needed are told with `--explain`, so that nobody wonders why two texts are equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rule:
    """One tolerance. meaning: what it lets pass, in a sentence.  rewrite: a text as far as it must be equal."""

    name: str
    meaning: str
    rewrite: Callable[[str], str] = str


def _pattern(pattern: str, by: str, flags: int = re.IGNORECASE) -> Callable[[str], str]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.sub(by, text)


def _older_words(text: str) -> str:
    for older, newer in _REWORDED:
        text = newer.sub(older, text)
    return text


_REWORDED: Final = (
    (
        "State of runspace is not valid for this operation.",
        re.compile(r"The runspace state is not valid for this operation\."),
    ),
    ("is not recognized as the name", re.compile(r"is not recognized as a name")),
    (", or operable program", re.compile(r", or executable program")),
)
"""What PowerShell once said, and what newer ones say for it."""

SPACE: Final = Rule(
    "space", "Blanks, line ends and quotation marks around a value say nothing.",
    lambda text: " ".join(re.sub(r"(?<!\w)['\"]+|['\"]+(?!\w)|[\u200e\u200f\u202a-\u202e]", "", text).split()),
)  # fmt: skip
CASE: Final = Rule("case", "Capital letters say nothing.", str.lower)
DOTS: Final = Rule("dots", "`. . .`, `...` and `…` are the same.", _pattern(r"\s*(?:…|\.(?:\s?\.){2,})", "..."))
OLDER: Final = Rule(
    "older words", "PowerShell worded some messages anew; the old words stand for the new.", _older_words
)
POSITION: Final = Rule(
    "position", "Where in a script an error arose (`At line:1 char:1`, `+ CategoryInfo`) says nothing.",
    _pattern(r"\s*(?:^|(?<=\s))(?:At line:|At .{0,120}char:\d|\+ (?:CategoryInfo|FullyQualified|~)).*$", "", re.S),
)  # fmt: skip
MODULE: Final = Rule(
    "module name", "An imported module has a random name in every session (`tmp_5astd3uh.m5v`).",
    _pattern(r"\btmp_\w{4,}(?:\.\w{3})?", "<module>"),
)  # fmt: skip
GUID: Final = Rule(
    "guid", "One GUID stands for another.",
    _pattern(r"\{?\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b\}?", "<guid>"),
)  # fmt: skip
ADDRESS: Final = Rule(
    "address", "Servers have other names and addresses; what stands after the host is the same.",
    _pattern(r"\bhttps?://[^\s/'\"]+", "<host>"),
)  # fmt: skip
DOMAIN: Final = Rule(
    "domain", "An administrator's domain is their own.",
    _pattern(r"(?<==\s)[\w-]+(?:\.[\w-]+)+$", "<domain>"),
)  # fmt: skip
DATE: Final = Rule(
    "date", "One date or time stands for another.",
    _pattern(
        r"\b(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AP]M)?)?(?:"
        r" UTC|Z|[+-]\d\d:?\d\d)?"
        r"|\b\d{1,2}:\d{2}:\d{2}(?: ?[AP]M)?\b", "<date>",
    ),
)  # fmt: skip
ACCOUNT: Final = Rule(
    "account", "Who signed in is another person.",
    _pattern(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "<account>"),
)  # fmt: skip
COUNT: Final = Rule("count", "How many there are may change.", _pattern(r"\b\d+\b", "<number>"))

ADVICE: Final = Rule("advice", "What follows an error's message may be advice.")
SHORTENED: Final = Rule("shortened", "A value that ends in `...` need only begin so.")
HEADING: Final = Rule("heading", "A column was given another name by newer consoles (`ModuleName`, `Source`).")
NUMBER: Final = Rule("session number", "Sessions are numbered anew each time (`2 Session2`).")
SERVER: Final = Rule("server", "A session's computer has another name.")
OTHER_MODULES: Final = Rule("other modules", "Modules of the reader's own machine are not ours to list.")
ROWS: Final = Rule("rows", "There may be other rows besides those that the document shows.")
PROGRESS: Final = Rule("progress", "A progress meter is drawn in another way; what it says it does is the same.")
VALUES: Final = Rule("values", "On a live tenant the values are its own; only columns are compared.")

TEXT_RULES: Final = (SPACE, DOTS, OLDER, POSITION, CASE, MODULE, GUID, ADDRESS, DOMAIN, DATE)
"""For any text, in the order in which they are tried."""
RULES: Final = (
    *TEXT_RULES, ADVICE, SHORTENED, HEADING, NUMBER, SERVER, OTHER_MODULES, ROWS, ACCOUNT, COUNT, PROGRESS, VALUES,
)  # fmt: skip
"""All of them."""


def same(told: str, came: str, further: Iterable[Rule] = ()) -> tuple[bool, tuple[str, ...]]:
    """Whether what came is what the document tells, and the names of the rules that were needed.

    further: rules besides those for any text.
    """
    if told == came:
        return True, ()
    needed: list[str] = []
    for rule in (*TEXT_RULES, *further):
        rewritten = rule.rewrite(told), rule.rewrite(came)
        if rewritten != (told, came):
            needed.append(rule.name)
            told, came = rewritten
        if told == came:
            return True, tuple(needed)
        if _shortened(told, came):
            return True, (*needed, SHORTENED.name)
    return False, ()


def _shortened(told: str, came: str) -> bool:
    """Whether one of them is cut off and begins as the other does."""
    begins, cut, _rest = told.partition("...")
    came_begins, came_cut, _rest = came.partition("...")
    begins, came_begins = begins.strip(" ,"), came_begins.strip(" ,")
    if cut and begins:
        return came.startswith(begins) or (bool(came_cut) and bool(came_begins) and begins.startswith(came_begins))
    return bool(came_cut) and bool(came_begins) and told.startswith(came_begins)
