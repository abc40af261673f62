"""Values on their way between the notebook and the engine.

Rules: what CLIXML carries as it is goes so; a value of the embedded evaluator's that it would carry as something else
(a list that grows, an ordered table, a script block) goes as a stand-in that says what it is made of, and the engine
makes it anew. A server gets no stand-ins: it gets what remoting makes of a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, Final

from lync_magic import language
from lync_magic.clixml import MISSING, Credential, ObjectLike, PSObject, SecureString, decode
from lync_magic.powershell import forms
from lync_magic.psrp import ErrorRecord
from lync_magic.records import Reader, Record, Records
from lync_magic.records.table import Table
from lync_magic.sessions import Session

SESSION: Final = "LyncMagic.Session"
MADE: Final = "LyncMagic.Made"
_SESSION: Final = SESSION.encode()
_ORIGIN: Final = frozenset(("RunspaceId", "PSComputerName", "PSShowComputerName", "PSSourceJobInstanceId"))
"""What remoting and jobs note on each object."""
MOST_OBJECTS: Final = 200
"""A longer list of objects is data: its objects arrive as those of a server do."""


def value_of(
    raw: Iterable[list[bytes]], count: int, type_name: str, reader: Reader, sessions: Mapping[int, Session]
) -> Any:
    """What a variable of the engine holds: objects as Records, a session as itself, a number in its size.

    raw: its objects, piece by piece.  count: the items of a list, -1 for what is none.  type_name: of the .NET object.
    """
    holds_session = False
    with reader.gathering() as gathering:
        for piece in raw:
            gathering.add([one or b"<Nil />" for one in piece])
            holds_session = holds_session or any(_SESSION in one for one in piece)
    fed = gathering.records()
    if count > 0 and not holds_session and _are_plain_objects(fed):
        return fed
    values = [_without_origin(one) for one in fed]
    if holds_session:
        values = as_session(values, sessions)
    if count == -1:
        return language.made_as(type_name, values[0])
    if values and all(isinstance(one, ObjectLike) for one in values):
        return fed
    return language.made_as(type_name, values)


def _are_plain_objects(records: Records) -> bool:
    """Whether all of them are objects that are no values besides."""
    return all(isinstance(source, Table) and source.bases is None for source, _ in records.by_source())


def _without_origin(value: Any) -> Any:
    """A plain value that carries nothing but where it is from, as what a job gives does, by itself."""
    if isinstance(value, ObjectLike) and value.base is not MISSING and all(key in _ORIGIN for key, _ in value.items()):
        return value.base
    return value


def as_session(value: Any, sessions: Mapping[int, Session]) -> Any:
    """A session where the engine holds its stand-in, in lists and tables too."""
    if type(value) is list:
        return [as_session(item, sessions) for item in value]
    if type(value) is dict:
        return {key: as_session(item, sessions) for key, item in value.items()}
    if isinstance(value, ObjectLike) and any(name.endswith(SESSION) for name in value.type_names):
        return sessions.get(int(value["Id"]), value)
    return value


def as_powershell(value: object) -> object:
    """A notebook's value as a server gets it: frames as their rows, paths as text, sessions as their stand-ins."""
    return _form(value, as_powershell)


def as_engine(value: object) -> object:
    """The same as the engine gets it, which makes anew what has a description."""
    if isinstance(value, list) and len(value) > MOST_OBJECTS:
        if all(isinstance(one, Record) for one in value):
            return Records.viewing(value)
        if all(isinstance(one, ObjectLike) for one in value):
            return list(value)
    described = language.describe(value)
    if described is None:
        return _form(value, as_engine)
    content = described.content
    if isinstance(content, ErrorRecord):
        content = decode(content.raw or forms.error_record(content))
    elif isinstance(content, list):
        content = [as_engine(item) for item in content]
    return PSObject({"Kind": described.kind, "Type": described.type_name, "Content": content}, (MADE,))


def _form(value: object, inner: Callable[[object], object]) -> object:
    if isinstance(value, Session):
        return session_object(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, ObjectLike | str | bytes | Credential | SecureString):
        return value
    columns = getattr(value, "to_dict", None)
    if callable(columns) and hasattr(value, "columns"):
        return [PSObject({str(key): _plain(item, inner) for key, item in row.items()}) for row in columns("records")]
    if isinstance(value, Mapping):
        return {key: inner(item) for key, item in value.items()}
    if isinstance(value, Records):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [inner(item) for item in value]
    return value


def _plain(value: object, inner: Callable[[object], object]) -> object:
    """A cell of a frame: pandas' marks of what is missing are None."""
    if value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NaTType", "NAType"):
        return None
    as_date = getattr(value, "to_pydatetime", None)
    if callable(as_date):
        return as_date()
    return inner(value)


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
