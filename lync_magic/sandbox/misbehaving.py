"""Mishaps, made to happen: an answer that comes wrong, in part, late, or not at all (`mishaps` has the list).

Rules of this file: what an answer says is changed before it is encrypted (`altered`), how it goes over the wire after
that (`deliver`). It knows HTTP and nothing of shells.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from http.client import responses
from typing import Final, NamedTuple
from uuid import uuid4

from tornado.iostream import IOStream, StreamClosedError
from tornado.web import RequestHandler

from lync_magic.sandbox import faults, wsman
from lync_magic.sandbox.mishaps import Mishap, Mishaps

HTML: Final = "text/html; charset=utf-8"
_PAGE: Final = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_RELATES: Final = re.compile(rb"(<a:RelatesTo>)[^<]*(?=</a:RelatesTo>)")
_COMMAND: Final = re.compile(rb'(CommandId=")[^"]*(?=")|(<rsp:CommandId>)[^<]*(?=</rsp:CommandId>)')
_MEMBER: Final = 16 * 1024 * 1024
"""Bytes of spaces that are compressed at once; gzip allows one member after another."""


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes


class Said(NamedTuple):
    """What the service says: an envelope, with the HTTP status that goes with it."""

    status: int
    envelope: bytes


async def altered(
    mishap: Mishap | None, work: Callable[[], Awaitable[Said]], *, message_id: str, last: Said | None
) -> Said:
    """What is said after a mishap. work: does the work.  last: what was said to the same question before, if known."""
    if mishap is None:
        return await work()
    if mishap.before and mishap.kind == "stall":
        await asyncio.sleep(mishap.number)
        return await work()
    said = Said(200, b"") if mishap.before else await work()
    if mishap.kind == "fault":
        return Said(500, wsman.fault_envelope(faults.by_number(int(mishap.value)), message_id))
    if mishap.kind == "duplicate":
        return await work()
    if mishap.kind == "wrong-relates":
        return said._replace(envelope=_RELATES.sub(rb"\1uuid:" + _new_id(), said.envelope))
    if mishap.kind == "wrong-command":
        return said._replace(envelope=_COMMAND.sub(lambda found: (found[1] or found[2]) + _new_id(), said.envelope))
    if mishap.kind == "replay" and last is not None:
        is_fresh = mishap.value == "fresh"
        return last._replace(envelope=_RELATES.sub(rb"\1" + message_id.encode(), last.envelope)) if is_fresh else last
    return said


def _new_id() -> bytes:
    return str(uuid4()).upper().encode()


async def deliver(
    handler: RequestHandler,
    mishap: Mishap,
    answer: Answer,
    mishaps: Mishaps,
    pause: Callable[[float], Awaitable[None]],
) -> None:
    """Send an answer, or what the mishap makes of it. pause: waits for so long, or until the client has gone."""
    if mishap.kind == "stall" and not mishap.before:
        await pause(mishap.number)
    elif mishap.kind == "flip" and answer.body:
        answer = answer._replace(body=_flipped(answer.body, mishaps))
    elif mishap.status is not None:
        text = "" if mishap.status == 500 else _PAGE.format(f"{mishap.status} {responses.get(mishap.status, '')}")
        answer = Answer(mishap.status, HTML, text.encode())
    elif mishap.kind == "html":
        answer = Answer(200, HTML, _PAGE.format("Sign in").encode())
    elif mishap.kind == "empty":
        answer = answer._replace(status=200, body=b"")
    elif mishap.kind == "redirect":
        handler.set_header("Location", mishap.value)
        answer = Answer(302, HTML, b"")
    elif mishap.kind == "gzip-bomb":
        handler.set_header("Content-Encoding", "gzip")
        answer = answer._replace(body=_bomb(answer.body, int(mishap.value)))
    elif mishap.kind in _ON_THE_WIRE:
        stream: IOStream = handler.detach()
        try:
            await _ON_THE_WIRE[mishap.kind](stream, answer, mishap)
        except StreamClosedError:
            return
        return
    send(handler, answer)


def send(handler: RequestHandler, answer: Answer) -> None:
    """Send an answer as it is."""
    handler.set_status(answer.status)
    if answer.content_type:
        handler.set_header("Content-Type", answer.content_type)
    handler.write(answer.body)


def _flipped(body: bytes, mishaps: Mishaps) -> bytes:
    place = mishaps.chance.randrange(len(body))
    return body[:place] + bytes([body[place] ^ (1 << mishaps.chance.randrange(8))]) + body[place + 1 :]


def _bomb(body: bytes, size: int) -> bytes:
    """The answer, and so many spaces after it: still well-formed XML, for who unpacks it all."""
    whole, rest = divmod(size, _MEMBER)
    return gzip.compress(body) + gzip.compress(b" " * _MEMBER) * whole + gzip.compress(b" " * rest)


# --- on the wire: the connection is taken from the HTTP server ------------------------------------------------------


def _head(answer: Answer, *, with_length: bool) -> bytes:
    length = f"Content-Length: {len(answer.body)}\r\n" if with_length else ""
    return (
        f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}\r\n"
        f"Content-Type: {answer.content_type}\r\n{length}Connection: close\r\n\r\n"
    ).encode()


async def _cut(stream: IOStream, answer: Answer, mishap: Mishap) -> None:
    if mishap.kind == "cut-after":
        before, text, _ = answer.body.partition(mishap.value.encode())
        part = before + text
    else:
        part = answer.body[: int(len(answer.body) * mishap.number)]
    await stream.write(_head(answer, with_length=mishap.kind == "truncate") + part)
    stream.close()


async def _drip(stream: IOStream, answer: Answer, mishap: Mishap) -> None:
    for byte in _head(answer, with_length=True) + answer.body:
        await stream.write(bytes([byte]))
        await asyncio.sleep(mishap.number)
    stream.close()


async def _reset(stream: IOStream, answer: Answer, mishap: Mishap) -> None:
    # Closed with nothing to wait for: TCP says RST, not FIN.
    stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.close()


async def _swallow(stream: IOStream, answer: Answer, mishap: Mishap) -> None:
    stream.close()


async def _black_hole(stream: IOStream, answer: Answer, mishap: Mishap) -> None:
    while await stream.read_bytes(65_536, partial=True):
        pass


_ON_THE_WIRE: Final[dict[str, Callable[[IOStream, Answer, Mishap], Awaitable[None]]]] = {
    "cut": _cut,
    "cut-after": _cut,
    "truncate": _cut,
    "drip": _drip,
    "reset": _reset,
    "swallow": _swallow,
    "black-hole": _black_hole,
}
