"""How the engine and the kernel talk: the questions in a host call, and the answers, as CLIXML.

A question is a call of the host's `Prompt` (MS-PSRP 2.2.3.17) with our caption, the verb as its message, and what it is
about as the default value of its one field. An answer is a dictionary; objects of a server stand in it as they came, so
that PowerShell reads them once and nobody else does.
Rules: numbers of references count anew inside each object that came; around them this file uses numbers that no object
has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_magic.clixml import Decrypt, PSObject, decode
from lync_magic.errors import LyncError, RemoteError
from lync_magic.psrp import (
    DebugRecord,
    Encoder,
    Encrypt,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
    escape,
)

CAPTION: Final = "lync_magic"
SAID: Final = "LyncMagic.Said"

_QUESTION: Final = re.compile(
    rb'<I64 N="ci">(-?\d+)</I64>(<Obj N="mi".*?</Obj>)<Obj N="mp".*?<LST><S>' + CAPTION.encode() + rb"</S><S>(\w+)</S>",
    re.DOTALL,
)
_SHOULD_EXIT: Final = re.compile(
    rb"<ToString>SetShouldExit</ToString>.*?<Obj N=\"mp\".*?<LST><I32>(-?\d+)</I32>", re.DOTALL
)
_HEAD: Final = 2_000
"""Bytes in which the head of a question stands."""
_BASE: Final = 1_000_000_000
"""References of what stands around objects that came as they are."""
_REFERENCE: Final = re.compile(r'RefId="(\d+)"')
_CATEGORIES: Final = tuple(
    """NotSpecified OpenError CloseError DeviceError DeadlockDetected InvalidArgument InvalidData InvalidOperation
    InvalidResult InvalidType MetadataError NotImplemented NotInstalled ObjectNotFound OperationStopped
    OperationTimeout SyntaxError ParserError PermissionDenied ResourceBusy ResourceExists ResourceUnavailable
    ReadError WriteError FromStdErr SecurityError ProtocolError ConnectionError AuthenticationError LimitsExceeded
    QuotaExceeded NotEnabled""".split()  # noqa: SIM905 - as .NET lists them
)
"""ErrorCategory, by number."""


@dataclass(frozen=True)
class Question:
    """One question of the engine. call_id, method: for the answer.  about: its payload, as Python values."""

    call_id: int
    method: str
    verb: str
    about: Mapping[str, Any]


def question(call: bytes, decrypt: Decrypt) -> Question | None:
    """The question in a PIPELINE_HOST_CALL, or None where it is another call. decrypt: for secrets in it."""
    found = _QUESTION.search(call[:_HEAD])
    if found is None:
        return None
    fields = decode(call, decrypt=decrypt)["mp"][2]
    about = fields[0]["defaultValue"]
    return Question(int(found[1]), found[2].decode(), found[3].decode(), about)


def exit_code(call: bytes) -> int | None:
    """The code of `exit`, where the call is the one that ends a console."""
    found = _SHOULD_EXIT.search(call[:_HEAD])
    return int(found[1]) if found else None


def answer(asked: Question, entries: Mapping[str, str | bytes]) -> bytes:
    """PIPELINE_HOST_RESPONSE: a dictionary. entries: elements made by `items` and `element`."""
    method = _REFERENCE.sub(lambda found: f'RefId="{_BASE + int(found[1])}"', asked.method)
    table = _typed("mr", _BASE + 2, "System.Collections.Hashtable")
    parts = [f'<Obj RefId="{_BASE + 3}"><MS><I64 N="ci">{asked.call_id}</I64>{method}{table}<DCT>'.encode()]
    for key, value in entries.items():
        parts += (f'<En><S N="Key">{key}</S>'.encode(), _bytes(value), b"</En>")
    return b"".join((*parts, b"</DCT></Obj></MS></Obj>"))


def items(elements: Iterable[bytes | str], name: str | None = "Value") -> bytes:
    """A list of whole elements, as a value of an answer; without a name, by itself."""
    head = _typed(name, _BASE + 4, "System.Collections.ArrayList")
    return b"".join((head.encode(), b"<LST>", *map(_bytes, elements), b"</LST></Obj>"))


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def element(value: object, encrypt: Encrypt, name: str | None = "Value") -> str:
    """One value as an element. Raises TypeError for a value without a form."""
    return Encoder(encrypt).value(value, name)


def passed_on(raw: bytes, decrypt: Decrypt, encrypt: Encrypt) -> bytes | str:
    """An object of a server as the engine may read it: as it came, but for secrets, which are under another key."""
    if not raw:
        return b"<Nil />"
    if b"</SS>" not in raw:
        return raw
    return element(decode(raw, decrypt=decrypt), encrypt, None)


def said(event: Event, encrypt: Encrypt, decrypt: Decrypt | None = None) -> str | None:
    """What a command said beside its output, for the engine's streams; None where it has no place there.

    decrypt: for secrets in its records, such as in the object that an error is about.
    """
    if isinstance(event, ErrorRecord | InformationRecord):
        kind = "error" if isinstance(event, ErrorRecord) else "information"
        record: bytes | str = event.raw or (error_record(event) if isinstance(event, ErrorRecord) else b"")
        if event.raw and decrypt is not None:
            record = passed_on(event.raw, decrypt, encrypt)
        return _said_record(kind, record) if record else None
    told = _told(event)
    if told is None:
        return None
    return element(PSObject(told, (SAID,)), encrypt, None)


def _told(event: Event) -> dict[str, Any] | None:
    if isinstance(event, WarningRecord | VerboseRecord | DebugRecord):
        return {"Kind": type(event).__name__.removesuffix("Record").lower(), "Text": event.message}
    if isinstance(event, HostLine):
        return {"Kind": "host", "Text": event.text, "NewLine": event.newline}
    if isinstance(event, ProgressRecord):
        return {
            "Kind": "progress",
            "Id": event.activity_id,
            "Activity": event.activity or "-",
            "Status": event.status or "-",
            "Operation": event.current_operation,
            "Percent": -1 if event.percent is None else event.percent,
            "Seconds": -1 if event.seconds_remaining is None else event.seconds_remaining,
            "Completed": event.completed,
        }
    text = getattr(event, "text", None)
    return {"Kind": "host", "Text": text, "NewLine": True} if isinstance(text, str) else None


def _said_record(kind: str, record: bytes | str) -> str:
    text = record if isinstance(record, str) else record.decode("utf-8", "surrogatepass")
    inner = re.sub(r"^<Obj RefId=", '<Obj N="Record" RefId=', text, count=1)
    return f'{_typed(None, _BASE + 5, SAID)}<MS><S N="Kind">{kind}</S>{inner}</MS></Obj>'


def failure(error: LyncError) -> ErrorRecord:
    """An error of this side as a record: what a server says in a record keeps its words and its id."""
    if isinstance(error, RemoteError):
        return ErrorRecord(
            error.message if error.is_remote else _in_one(error),
            error.error_id or type(error).__name__,
            error.category or "NotSpecified",
            target="" if error.target is None else str(error.target),
            activity=error.command,
            raw=error.raw,
        )
    return ErrorRecord(_in_one(error), type(error).__name__, "ResourceUnavailable")


def _in_one(error: LyncError) -> str:
    """What happened and what to do, one after the other: the words of ssh and of others end without a full stop."""
    message, advice = error.said()
    between = " " if not advice or message.endswith((".", "!", "?", ":", "…")) else ". "
    return f"{message}{between}{advice}".strip()


def error_record(record: ErrorRecord) -> str:
    """An error record as remoting writes it (MS-PSRP 2.2.3.15)."""
    message = escape(record.message)
    category = _CATEGORIES.index(record.category) if record.category in _CATEGORIES else 0
    exception = record.exception or "System.Management.Automation.RemoteException"
    target = f'<S N="TargetObject">{escape(record.target)}</S>' if record.target else '<Nil N="TargetObject" />'
    return (
        f"{_typed(None, 0, 'System.Management.Automation.ErrorRecord')}<ToString>{message}</ToString><MS>"
        f"{_typed('Exception', 1, exception, 'System.Exception')}<ToString>{escape(exception)}: {message}</ToString>"
        f'<Props><S N="Message">{message}</S></Props></Obj>'
        f'{target}<S N="FullyQualifiedErrorId">{escape(record.error_id)}</S><Nil N="InvocationInfo" />'
        f'<I32 N="ErrorCategory_Category">{category}</I32>'
        f'<S N="ErrorCategory_Activity">{escape(record.activity)}</S>'
        f'<S N="ErrorCategory_Reason">{escape(exception.rpartition(".")[2])}</S>'
        f'<S N="ErrorCategory_TargetName">{escape(record.target)}</S><S N="ErrorCategory_TargetType" />'
        f'<S N="ErrorCategory_Message" /><B N="SerializeExtendedInfo">false</B></MS></Obj>'
    )


def _typed(name: str | None, number: int, *types: str) -> str:
    named = f' N="{name}"' if name else ""
    names = "".join(f"<T>{escape(one)}</T>" for one in (*types, "System.Object"))
    return f'<Obj{named} RefId="{number}"><TN RefId="{number}">{names}</TN>'
