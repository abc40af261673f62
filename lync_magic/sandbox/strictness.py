"""What a strict server refuses: everything that MS-WSMV and DSP0226 allow a server to refuse in a request.

- a header that is missing (To, ReplyTo, MessageID, ResourceURI, Locale, MaxEnvelopeSize, OperationTimeout), that is
  there twice, or that says nothing sensible; a header that must be understood and is not; a Locale that must be
- a MessageID that was there before
- a MaxEnvelopeSize of less than 8,192 or more than 512,000, an OperationTimeout of less than half a second
- a resource URI in other letters, or other than the shell's; a selector other than ShellId
- an option that must be complied with and is not known, or that is there twice; a Create without `protocolversion`
- children of a Shell out of their order, streams other than stdin, pr and stdout, a CommandLine without a Command
- a Send after the end of the stream
- an idle time-out outside the bounds (this one by `IdleBounds`)

Rules of this file: it looks at a request and raises, before anything is done; it changes nothing but its memory of
message ids and ended streams.
"""

from __future__ import annotations

from collections import deque
from typing import Final
from uuid import UUID
from xml.etree import ElementTree

from lync_magic.sandbox import faults, refusals, wsman
from lync_magic.sandbox.wsman import ADDRESSING, ENUMERATION, POWERSHELL, SHELL, SOAP, TRANSFER, WSMAN, WSMV, Request

_REQUIRED: Final = (
    *(f"{{{ADDRESSING}}}{name}" for name in ("To", "ReplyTo", "Action", "MessageID")),
    *(f"{{{WSMAN}}}{name}" for name in ("ResourceURI", "Locale", "MaxEnvelopeSize", "OperationTimeout")),
)
_KNOWN: Final = frozenset(
    (
        *_REQUIRED,
        f"{{{WSMAN}}}SelectorSet",
        f"{{{WSMAN}}}OptionSet",
        *(f"{{{WSMV}}}{name}" for name in ("DataLocale", "SessionId", "OperationID", "SequenceId", "ActivityId")),
    )
)
_ANONYMOUS: Final = f"{ADDRESSING}/role/anonymous"
_SHORTEST_TIMEOUT: Final = 0.5
_MUST: Final = ("true", "1")
_UNDERSTAND: Final = f"{{{SOAP}}}mustUnderstand"
_OPTIONS: Final = frozenset(
    (
        *("protocolversion", "WINRS_NOPROFILE", "WINRS_SKIP_CMD_SHELL", "WINRS_CONSOLEMODE_STDIN", "WINRS_CODEPAGE"),
        *("WSMAN_CMDSHELL_OPTION_KEEPALIVE",),
    )
)
_ORDER: Final = (
    *(f"{{{SHELL}}}{name}" for name in ("ShellId", "Environment", "WorkingDirectory", "Lifetime", "IdleTimeOut")),
    *(f"{{{SHELL}}}{name}" for name in ("InputStreams", "OutputStreams")),
    f"{{{POWERSHELL}}}creationXml",
)
_STREAMS: Final = {"Send": ("stdin", "pr"), "Receive": ("stdout",)}
_REMEMBERED: Final = 10_000
"""How many message ids are remembered."""


class Strictness:
    """Looks at requests, and remembers what may come once only."""

    def __init__(self) -> None:
        self._message_ids: deque[str] = deque(maxlen=_REMEMBERED)
        self._ended: set[tuple[str, UUID | str | None]] = set()

    def check(self, request: Request, shells_resource: str | None) -> None:
        """Raises `WSManFault` for what may be refused. shells_resource: of the shell that the request selects."""
        if request.header is None:
            return
        _check_headers(request.header)
        self._check_message_id(request.message_id)
        _check_sizes(request)
        _check_selectors(request)
        _check_resource(request, shells_resource)
        _check_options(request)
        name = request.action.rpartition("/")[2]
        if request.action == f"{TRANSFER}/Create":
            _check_shell(request)
        elif name in _STREAMS:
            self._check_stream(request, name)
        elif name == "Command" and (request.body is None or request.body.find(f"{{{SHELL}}}Command") is None):
            raise faults.invalid_parameter("Command")

    def _check_message_id(self, message_id: str) -> None:
        try:
            UUID(message_id.removeprefix("uuid:"))
        except ValueError:
            raise faults.invalid_header() from None
        if not message_id.startswith("uuid:") or message_id in self._message_ids:
            raise faults.invalid_header()
        self._message_ids.append(message_id)

    def _check_stream(self, request: Request, name: str) -> None:
        wanted = "Stream" if name == "Send" else "DesiredStream"
        stream = None if request.body is None else request.body.find(f"{{{SHELL}}}{wanted}")
        said = None if stream is None else stream.get("Name") if name == "Send" else (stream.text or "").strip()
        if stream is None or said not in _STREAMS[name]:
            raise faults.invalid_parameter(wanted)
        if name == "Send":
            key = (str(said), stream.get("CommandId") or request.selectors.get("ShellId"))
            if key in self._ended:
                raise faults.invalid_parameter("Stream, which has ended")
            if stream.get("End", "").lower() in _MUST:
                self._ended.add(key)


def _check_headers(header: ElementTree.Element) -> None:
    tags = [one.tag for one in header]
    if len(tags) != len(set(tags)) or any(one not in tags for one in _REQUIRED):
        raise faults.invalid_header()
    for one in header:
        must = one.get(_UNDERSTAND, "").lower() in _MUST
        if must and one.tag not in _KNOWN:
            raise refusals.not_understood(one.tag)
        if must and one.tag == f"{{{WSMAN}}}Locale":
            raise refusals.locale_must_not_be_understood()
    reply_to = header.findtext(f"{{{ADDRESSING}}}ReplyTo/{{{ADDRESSING}}}Address", "").strip()
    if reply_to != _ANONYMOUS or not header.findtext(f"{{{ADDRESSING}}}To", "").strip():
        raise faults.invalid_header()


def _check_sizes(request: Request) -> None:
    assert request.header is not None
    size = request.header.findtext(f"{{{WSMAN}}}MaxEnvelopeSize", "").strip()
    if not size:
        raise faults.invalid_header()
    if int(size) > wsman.MAX_ENVELOPE_SIZE:
        raise refusals.envelope_too_large(wsman.MAX_ENVELOPE_SIZE)
    if request.timeout < _SHORTEST_TIMEOUT:
        raise refusals.invalid_timeout()


def _check_selectors(request: Request) -> None:
    is_about_all = request.action.startswith((f"{TRANSFER}/Create", ENUMERATION))
    if set(request.selectors) - {"ShellId"} or (is_about_all and request.selectors):
        raise refusals.invalid_selectors()
    if not is_about_all and not request.selectors:
        raise refusals.invalid_selectors()


def _check_resource(request: Request, shells_resource: str | None) -> None:
    allowed = {shells_resource or request.resource_uri}
    if request.action.startswith(ENUMERATION):
        allowed = {SHELL, f"{SHELL}/Command"}
    elif request.action in (f"{TRANSFER}/Get", f"{TRANSFER}/Delete"):
        allowed.add(SHELL)
    if request.resource_uri not in allowed:
        raise faults.invalid_resource(request.resource_uri)


def _check_options(request: Request) -> None:
    assert request.header is not None
    found = request.header.findall(f"{{{WSMAN}}}OptionSet/{{{WSMAN}}}Option")
    names = [one.get("Name", "") for one in found]
    must = [one.get("Name", "") for one in found if one.get("MustComply", "").lower() in _MUST]
    if len(names) != len(set(names)) or any(one not in _OPTIONS for one in must):
        raise refusals.invalid_options()
    if request.action == f"{TRANSFER}/Create" and "protocolversion" not in must:
        raise refusals.invalid_options()


def _check_shell(request: Request) -> None:
    tags = [] if request.body is None else [one.tag for one in request.body]
    places = [_ORDER.index(one) for one in tags if one in _ORDER]
    if request.body is None or request.body.tag != f"{{{SHELL}}}Shell" or places != sorted(places):
        raise refusals.invalid_body()
    streams = request.body_text("InputStreams"), request.body_text("OutputStreams")
    if streams != ("stdin pr", "stdout"):
        raise refusals.invalid_body()
