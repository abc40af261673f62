"""The exception types of .NET and PowerShell: what each derives from, what it says by itself, its own error record.

Rules of this file: `exceptions.txt` beside it is written by PowerShell itself (tests/language/judge/exceptions.ps1) and
read when it is first needed. Errors name their exception by its short name.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from lync_magic.language.syntax.expressions import TypeName

_AUTOMATION: Final = "System.Management.Automation."
RUNTIME: Final = _AUTOMATION + "RuntimeException"


class ExceptionKind(NamedTuple):
    """A type. parent: what it derives from, in full.  says: its text where it is given none.

    error_id, category: of the error record that one brings which was made of a text alone; "" where it brings none.
    own: the properties that it has beside its parent's, a blank between them.  number: its HResult, ? where that is not
    known, "" for its parent's.
    """

    name: str
    parent: str
    says: str = ""
    error_id: str = ""
    category: str = ""
    own: str = ""
    number: str = ""

    @property
    def target(self) -> str | None:
        """What that record is about: a name, which is empty, for what a session holds."""
        return "" if self.error_id == "SessionStateException" else None


_UNNAMED: Final = tuple(
    ExceptionKind(_AUTOMATION + f"ParameterBinding{kind}Exception", _AUTOMATION + "ParameterBindingException")
    for kind in ("ArgumentTransformation", "Validation")
)
"""Types that PowerShell keeps to itself: a cell meets them and cannot name them."""


@cache
def _kinds() -> dict[str, ExceptionKind]:
    """By name in lower case, those that can be named."""
    text = files("lync_magic.language.values").joinpath("exceptions.txt").read_text(encoding="utf-8")
    made = (ExceptionKind(*line.split("\t")) for line in text.splitlines())
    return {one.name.lower(): one for one in made}


@cache
def _by_short_name() -> dict[str, ExceptionKind]:
    """By short name; of two with the same one PowerShell's own, which is what the errors here are."""
    kinds = sorted(_kinds().values(), key=lambda one: one.name.startswith(_AUTOMATION))
    return {one.name.rpartition(".")[2]: one for one in (*kinds, *_UNNAMED)}


def named(name: TypeName) -> str | None:
    """The exception type in full that a name in brackets means, or None where it is none."""
    folded = name.name.lower()
    found = _kinds().get(folded) or _kinds().get("system." + folded)
    return None if found is None or name.arguments or name.ranks else found.name


def kind_of(name: str) -> ExceptionKind:
    """An exception type by its short or full name; one that is not known derives from SystemException."""
    found = _kinds().get(name.lower()) or _by_short_name().get(name.rpartition(".")[2])
    return found or ExceptionKind(name if "." in name else "System." + name, "System.SystemException")


def is_a(name: str, wanted: str) -> bool:
    """Whether an exception type is the wanted one, given in full, or derives from it."""
    kind = kind_of(name)
    while kind.name != wanted:
        if not kind.parent:
            return False
        kind = kind_of(kind.parent)
    return True


def number_of(name: str) -> int | None:
    """The HResult of an exception type, None where it is not known."""
    kind = kind_of(name)
    while not kind.number and kind.parent:
        kind = kind_of(kind.parent)
    return int(kind.number) if kind.number not in ("", "?") else None


def has_property(name: str, wanted: str) -> bool:
    """Whether an exception type, or what it derives from, has a property of its own of that name."""
    folded, kind = wanted.lower(), kind_of(name)
    while folded not in kind.own.lower().split():
        if not kind.parent:
            return False
        kind = kind_of(kind.parent)
    return True
