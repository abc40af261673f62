"""One set of variables: the notebook's go to the engine before a cell that names them, what it assigned comes back.

Rules: what goes is compared by identity, and where that cannot tell (a list or a table may have been changed in place)
by what it looks like as CLIXML; what did not change never travels twice. Names are PowerShell's: their case does not
matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final, NamedTuple
from uuid import UUID

from lync_magic.clixml import Decrypt
from lync_magic.importing import RemoteCommand
from lync_magic.powershell.changes import GONE, Change
from lync_magic.powershell.giving import MANY
from lync_magic.powershell.values import MADE, SESSION, as_engine, value_of
from lync_magic.psrp import APART, Encoder, Encrypt, Exact, Written
from lync_magic.records import Reader, Record, Records
from lync_magic.sessions import Session

UNCHANGING: Final = (str, int, float, type(None), Decimal, date, timedelta, UUID, bytes, Records, Record)
"""Kinds of values that stay what they are: their identity says whether they changed."""

Looks = bytes | tuple[Any, ...]
"""What tells whether a value was changed in place: a fingerprint, or the records of a list."""

_NAMED: Final = re.compile(
    r"[$@](?:(?:global|script|local|using|private|variable):)?(\w+)"
    r"|\$\{(?:(?:global|script|local|using|private|variable):)?([^}]+)\}",
    re.IGNORECASE,
)
_ASSIGNED: Final = re.compile(
    r"\$(?:(?:global|script|local):)?(\w+)\s*=(?!=)|foreach\s*\(\s*\$(\w+)|\bparam\s*\(", re.IGNORECASE
)
_ASSIGNS: Final = re.compile(r"(?<![=!<>])=(?!=)|\+\+|--|\bforeach\b|\w*Variable\b|\b(?:sv|nv|iex)\b", re.IGNORECASE)
"""What in a cell may assign to a variable."""
_POWERSHELLS_OWN: Final = frozenset(
    """_ ? ^ $ args error event eventargs eventsubscriber executioncontext false foreach home host input iscoreclr
    islinux ismacos iswindows lastexitcode matches myinvocation nestedpromptlevel null pid profile psboundparameters
    pscmdlet pscommandpath psculture psdebugcontext psedition pshome psitem psscriptroot pssenderinfo psstyle
    psuiculture psversiontable pwd sender shellid stacktrace switch this true env erroractionpreference
    warningpreference verbosepreference debugpreference informationpreference progresspreference confirmpreference
    whatifpreference ofs outputencoding psdefaultparametervalues formatenumerationlimit
    maximumhistorycount""".split()  # noqa: SIM905 - read as a list of words
)
PREFERENCES: Final = (
    "ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference",
    "ProgressPreference", "ConfirmPreference", "WhatIfPreference", "OFS", "PSDefaultParameterValues",
    "FormatEnumerationLimit",
)  # fmt: skip
"""Variables of PowerShell's own that a cell reads without naming them."""
_THE_NOTEBOOKS_OWN: Final = frozenset(("exit", "quit", "get_ipython", "open", "display"))
"""Functions that IPython puts there; a value that somebody gives these names is a variable."""
_CHANGES: Final = re.compile(
    r"(?:\]|\.\w+)\s*(?:[-+*/%?]*=(?!=)|\+\+|--)"
    r"|\.(?:Add|Append|Clear|Dequeue|Enqueue|ExceptWith|Insert|IntersectWith|Pop|Push|Remove|Reverse|Set|Sort|TryAdd|UnionWith)\w*\("
    r"|\b(?:Add-Member|Invoke-Expression|iex)\b|\[ref\]",
    re.IGNORECASE,
)
"""What in a cell may change an object in place: an assignment to a part of one, a method or command that changes it."""
_FUNCTION: Final = re.compile(r"\b(?:function|filter|class)\s+(?:\w+:)?([\w-]+)", re.IGNORECASE)
_WORDS: Final = re.compile(r"[\w-]+")


def names_in(text: str) -> list[str]:
    """The variables that a cell names, each once, as it first spells them."""
    found: dict[str, str] = {}
    for match in _NAMED.finditer(text):
        name = match[1] or match[2]
        found.setdefault(name.lower(), name)
    return [name for folded, name in found.items() if folded not in _POWERSHELLS_OWN]


def may_assign(text: str) -> list[str]:
    """The variables that a cell names, where something in it assigns to any."""
    return names_in(text) if _ASSIGNS.search(text) else []


class Outgoing(NamedTuple):
    """What goes to the engine before a cell.

    values: by name.  anew: names of those that hold something that is made anew there.  refused: the names of what
    cannot go.
    """

    values: dict[str, object]
    anew: list[str]
    refused: list[str]


class Exchange:
    """What both sides know of each variable.

    own: what a cell of the other engine holds in a variable whose value in Python is this one.
    """

    def __init__(
        self, variables: MutableMapping[str, Any], own: Callable[[str, object], object] = lambda _name, value: value
    ) -> None:
        self._variables = variables
        self._own = own
        self._known: dict[str, tuple[object, Looks]] = {}
        self._functions: set[str] = set()
        """What the cells defined: nobody knows what a call of it changes."""

    def forget(self) -> None:
        """The engine is a new one."""
        self._known.clear()

    def drop(self, names: Collection[str]) -> None:
        """Take these away, in lower case: what the notebook has of them is older than what they were."""
        for name in [one for one in self._variables if one.lower() in names]:
            del self._variables[name]

    def outgoing(self, text: str, encrypt: Encrypt) -> Outgoing:
        """What the cell names, and the preferences, where the engine does not have it as it is now."""
        going, anew, refused = Outgoing({}, [], [])
        assigned = {name.lower() for match in _ASSIGNED.finditer(text) for name in match.groups() if name}
        there = set(map(str.lower, self._variables))  # each cell leaves three more: not gone through for each name
        for name in [*names_in(text), *PREFERENCES]:
            if name.lower() not in there or name not in self._variables:
                continue
            value = self._variables[name]
            if name.lower() in _THE_NOTEBOOKS_OWN and callable(value):
                continue
            if isinstance(value, RemoteCommand | ModuleType | FunctionType | type):
                if name.lower() not in assigned and not isinstance(value, RemoteCommand):
                    refused.append(name)
                continue
            known = self._known.get(name.lower())
            if known is not None and known[0] is value and isinstance(value, UNCHANGING):
                continue
            try:
                form, looks = self._form(name, value, encrypt)
            except (TypeError, ValueError):
                form, looks = None, b""
                refused.append(name)
            if known is not None and known[0] is value and known[1] == looks:
                continue
            self._known[name.lower()] = (value, looks)
            if name in refused:
                continue
            going[name] = form
            if isinstance(form, Written) and _is_made_anew(form.rest):
                anew.append(name)
        return Outgoing(going, anew, refused)

    def _form(self, name: str, value: object, encrypt: Encrypt) -> tuple[object, Looks]:
        """What goes of a value, and how it looks now. Raises TypeError, ValueError for one without a form."""
        form = as_engine(self._own(name, value))
        if isinstance(form, Records) and len(form) > MANY:
            return form, looks_of(value, form, encrypt)
        text = encoded(form, encrypt)
        looks = b"" if isinstance(value, UNCHANGING) else digest_of(text)
        return Written(text.removeprefix("<Obj")) if text.startswith("<Obj") else form, looks

    def did_not_go(self, names: Iterable[str]) -> None:
        """What was to go to the engine is not there."""
        for name in names:
            self._known.pop(name.lower(), None)

    def changed_in_place(self, text: str) -> list[str]:
        """The variables that a cell names and may have changed without assigning them: by itself, or by a function that
        an earlier cell made.
        """
        self._functions |= {name.lower() for name in _FUNCTION.findall(text)}
        calls = self._functions & set(_WORDS.findall(text.lower()))
        return names_in(text) if calls or _CHANGES.search(text) else []

    def incoming(
        self,
        changes: Iterable[Change],
        decrypt: Decrypt,
        encrypt: Encrypt,
        sessions: Mapping[int, Session],
        spelled: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Put what the engine says has changed among the notebook's variables. spelled: how, where they are new."""
        reader = Reader(decrypt)
        for change in changes:
            name = spelled.get(change.name.lower(), change.name)
            if change.items == GONE:
                self._known.pop(name.lower(), None)
                self._variables.pop(name, None)
                continue
            value = value_of(change.raw, change.items, change.type_name, reader, sessions)
            known = self._known.get(name.lower())
            if known is not None and name in self._variables and _same(known, value, encrypt):
                continue
            self._variables[name] = value
            kept = self._variables[name]
            self._known[name.lower()] = (kept, looks_of(kept, as_engine(kept), encrypt))
        reader.finish()


def _same(known: tuple[object, Looks], value: object, encrypt: Encrypt) -> bool:
    """Whether a value that was fetched again is what the notebook has."""
    return bool(known[1]) and looks_of(value, as_engine(value), encrypt) == known[1]


def looks_of(value: object, form: object, encrypt: Encrypt) -> Looks:
    """How a value, of which this is the form that PowerShell gets, looks now; nothing, where it always looks so."""
    if isinstance(value, UNCHANGING):
        return b""
    return tuple(form) if isinstance(form, Records) else digest_of(encoded(form, encrypt))


def encoded(form: object, encrypt: Encrypt) -> str:
    """A value as PowerShell gets it. Raises TypeError, ValueError for one without a form."""
    return Encoder(encrypt, APART).value(Exact(form))


def digest_of(written: str) -> bytes:
    """A fingerprint of a value as PowerShell gets it."""
    return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _is_made_anew(written: str) -> bool:
    """Whether something inside is a stand-in, or a list inside another value, which arrives as one that grows."""
    lists = written.count("<LST>")
    return MADE in written or SESSION in written or lists > 1 or (lists > 0 and "<DCT>" in written)
