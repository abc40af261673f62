"""One set of variables: the notebook's go to the engine before a cell that names them, what it assigned comes back.

Rules: what goes is compared by identity, and where that cannot tell (a list or a table may have been changed in place)
by what it looks like as CLIXML; what did not change never travels twice. Names are PowerShell's: their case does not
matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from pathlib import PurePath
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import Credential, Decrypt, ObjectLike, PSObject, SecureString, decode
from lync_magic.importing import RemoteCommand
from lync_magic.psrp import Encoder, Encrypt
from lync_magic.records import Reader, Record, Records
from lync_magic.sessions import Session

SESSION: Final = "LyncMagic.Session"

UNCHANGING: Final = (str, int, float, type(None), Decimal, date, timedelta, UUID, bytes, Records, Record)
"""Kinds of values that stay what they are: their identity says whether they changed."""

_NAMED: Final = re.compile(
    r"[$@](?:(?:global|script|local|using|private):)?(?:(\w+)|\{(?:(?:global|script|local|using):)?([^}]+)\})",
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


class Exchange:
    """What both sides know of each variable."""

    def __init__(self, variables: MutableMapping[str, Any]) -> None:
        self._variables = variables
        self._known: dict[str, tuple[object, bytes]] = {}
        self._functions: set[str] = set()
        """What the cells defined: nobody knows what a call of it changes."""

    def forget(self) -> None:
        """The engine is a new one."""
        self._known.clear()

    def drop(self, names: Collection[str]) -> None:
        """Take these away, in lower case: what the notebook has of them is older than what they were."""
        for name in [one for one in self._variables if one.lower() in names]:
            del self._variables[name]

    def outgoing(self, text: str, encrypt: Encrypt) -> tuple[dict[str, object], list[str]]:
        """What the cell names and the engine does not have as it is now; and names of what cannot go."""
        going: dict[str, object] = {}
        refused: list[str] = []
        assigned = {name.lower() for match in _ASSIGNED.finditer(text) for name in match.groups() if name}
        for name in names_in(text):
            if name not in self._variables:
                continue
            value = self._variables[name]
            if name.lower() in _THE_NOTEBOOKS_OWN and callable(value):
                continue
            if isinstance(value, RemoteCommand | ModuleType | FunctionType | type):
                if name.lower() not in assigned and not isinstance(value, RemoteCommand):
                    refused.append(name)
                    going[name] = None
                continue
            known = self._known.get(name.lower())
            if known is not None and known[0] is value and isinstance(value, UNCHANGING):
                continue
            try:
                form = as_powershell(value)
                digest = b"" if isinstance(value, UNCHANGING) else looks(form, encrypt)
            except (TypeError, ValueError):
                refused.append(name)
                form, digest = None, b""
            if known is not None and known[0] is value and known[1] == digest:
                continue
            self._known[name.lower()] = (value, digest)
            going[name] = form
        return going, refused

    def changed_in_place(self, text: str) -> list[str]:
        """The variables that a cell names and may have changed without assigning them: by itself, or by a function that
        an earlier cell made.
        """
        self._functions |= {name.lower() for name in _FUNCTION.findall(text)}
        calls = self._functions & set(_WORDS.findall(text.lower()))
        return names_in(text) if calls or _CHANGES.search(text) else []

    def incoming(
        self,
        output: Iterable[bytes],
        decrypt: Decrypt,
        encrypt: Encrypt,
        sessions: Mapping[int, Session],
        spelled: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Put what the engine says has changed among the notebook's variables. spelled: how, where they are new."""
        reader = Reader(decrypt)
        items = iter(output)
        for header in items:
            about = decode(header)
            name, count = str(about["Name"]), int(about["Count"])
            name = spelled.get(name.lower(), name)
            if count == -2:
                self._known.pop(name.lower(), None)
                self._variables.pop(name, None)
                continue
            raw = [next(items) for _ in range(1 if count == -1 else count)]
            value = _value(raw, count, reader, sessions)
            known = self._known.get(name.lower())
            if known is not None and name in self._variables and _same(known, value, encrypt):
                continue
            self._variables[name] = value
            kept = self._variables[name]
            digest = b"" if isinstance(kept, UNCHANGING) else looks(as_powershell(kept), encrypt)
            self._known[name.lower()] = (kept, digest)
        reader.finish()


def _same(known: tuple[object, bytes], value: object, encrypt: Encrypt) -> bool:
    """Whether a value that was fetched again is what the notebook has."""
    if not known[1] or isinstance(value, UNCHANGING):
        return False
    return looks(as_powershell(value), encrypt) == known[1]


def _value(raw: Sequence[bytes], count: int, reader: Reader, sessions: Mapping[int, Session]) -> Any:
    """What a variable holds: objects as Records, a session as itself."""
    values = list(reader.feed([one or b"<Nil />" for one in raw]))
    if count == -1:
        return as_session(values[0], sessions)
    values = [as_session(one, sessions) for one in values]
    if values and all(isinstance(one, ObjectLike) for one in values):
        return reader.feed(raw)
    return values


def as_session(value: Any, sessions: Mapping[int, Session]) -> Any:
    """A session where the engine holds its stand-in."""
    if isinstance(value, ObjectLike) and value.type_names and value.type_names[0].endswith(SESSION):
        return sessions.get(int(value["Id"]), value)
    return value


def as_powershell(value: object) -> object:
    """A notebook's value as PowerShell gets it: frames as their rows, paths as text, sessions as their stand-ins."""
    if isinstance(value, Session):
        return session_object(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, ObjectLike | str | bytes | Credential | SecureString):
        return value
    columns = getattr(value, "to_dict", None)
    if callable(columns) and hasattr(value, "columns"):
        return [PSObject({str(key): _plain(item) for key, item in row.items()}) for row in columns("records")]
    if isinstance(value, Mapping):
        return {key: as_powershell(item) for key, item in value.items()}
    if isinstance(value, Records):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [as_powershell(item) for item in value]
    return value


def _plain(value: object) -> object:
    """A cell of a frame: pandas' marks of what is missing are None."""
    if value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NaTType", "NAType"):
        return None
    as_date = getattr(value, "to_pydatetime", None)
    if callable(as_date):
        return as_date()
    return as_powershell(value)


_TRANSPORTS: Final = {"http": "WSMan", "https": "WSMan", "ssh": "SSH"}
"""What PowerShell calls the way to a session, by the scheme of its address."""


def session_object(session: Session) -> PSObject:
    """A session as the engine shows one."""
    return PSObject(
        {
            "Id": session.id,
            "Name": session.name,
            "Transport": _TRANSPORTS.get(session.connection_uri.partition(":")[0], "Process"),
            "ComputerName": session.computer_name,
            "State": session.state.value,
            "ConfigurationName": session.configuration_name,
            "Availability": session.availability,
        },
        (SESSION,),
        text=f"[PSSession]{session.name}",
    )


def looks(value: object, encrypt: Encrypt) -> bytes:
    """A fingerprint of a value as PowerShell gets it. Raises TypeError, ValueError for one without a form."""
    return blake2b(Encoder(encrypt).value(value).encode("utf-8", "surrogatepass"), digest_size=16).digest()
