"""What is offered: names to go on with, each with its kind, and from where on they replace what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a name means; the words are those that Jupyter's front ends know icons for."""

    COMMAND = "function"
    VERB = "keyword"
    OPTION = "param"
    PARAMETER = "param "
    VALUE = "value"
    VARIABLE = "variable"
    PROPERTY = "property"
    METHOD = "method"
    TYPE = "class"
    PATH = "path"
    KEYWORD = "keyword "
    SESSION = "session"

    @property
    def word(self) -> str:
        """The word for a front end."""
        return self.value.strip()


class Offer(NamedTuple):
    """One way to go on. text: what replaces what was written.  note: its type, or where it comes from."""

    text: str
    kind: Kind
    note: str = ""


@dataclass(frozen=True)
class Offers:
    """The ways to go on, best first. written: what stands before the cursor and is replaced."""

    written: str
    items: tuple[Offer, ...] = ()


def starting(written: str, offers: Iterable[Offer]) -> Iterator[Offer]:
    """Those that begin as what was written does, whatever the case, each text once."""
    folded, seen = written.lower(), set[str]()
    for offer in offers:
        key = offer.text.lower()
        if key.startswith(folded) and key not in seen:
            seen.add(key)
            yield offer
