"""What can be told of a message without reading it, where it cannot be read or need not be.

Rules of this file: each goes through the bytes once; nothing here raises.
"""

from __future__ import annotations

import re

from lync_magic.clixml import resolve_entities, unescape
from lync_magic.psrp.said import HostCall

_STATE = re.compile(rb'<I32 N="PipelineState">([0-9]{1,9})</I32>')
_CALL = re.compile(rb'<I64 N="ci">(-?[0-9]{1,18})</I64>')
_REASON = b'<Obj N="ExceptionAsErrorRecord"'
_STATE_END = b"</MS></Obj>"
_METHOD = b'N="mi"'
_I32 = re.compile(rb"<I32>([0-9]{1,9})</I32>")
_TEXTS = (
    (b"<ToString>", b"</ToString>"),
    (b'<S N="InformationalRecord_Message">', b"</S>"),
    (b'<S N="Message">', b"</S>"),
)


def pipeline_state(data: bytes) -> int | None:
    """The state that a PIPELINE_STATE message tells (MS-PSRP 2.2.3.5), read without a parser."""
    found = _STATE.search(data)
    return int(found[1]) if found else None


def failure_record(data: bytes) -> bytes:
    """The error record in a PIPELINE_STATE message that tells a failure, as an element of its own; or b""."""
    start = data.find(_REASON)
    return b"<Obj" + data[start + len(_REASON) : -len(_STATE_END)] if start >= 0 and data.endswith(_STATE_END) else b""


def host_call(data: bytes) -> HostCall | None:
    """Number and method of a host call whose parameters cannot be read, so that it can be refused."""
    call = _CALL.search(data)
    name = call and data.find(_METHOD, call.end())
    method = _I32.search(data, name) if name and name > 0 else None
    return HostCall(int(call[1]), "", int(method[1]), ()) if call and method else None


def plain_text(data: bytes) -> str | None:
    """The text of a record that a strict reader refuses, or None when it has none."""
    for begin, end in _TEXTS:
        start = data.find(begin) + len(begin)
        stop = data.find(end, start) if start >= len(begin) else -1
        if stop >= 0:
            text = data[start:stop].decode("utf-8", "replace")
            try:
                return unescape(resolve_entities(text))
            except ValueError:
                return unescape(text)
    return None
