"""WSMan envelopes for a PowerShell shell (MS-WSMV 3.1.4, MS-PSRP 3.1.5.3): written as text, read as elements.

Rules of this file: no input or output; every value goes through `escape`; identifiers are upper case, as
WinRM's own client writes them.
"""

from __future__ import annotations

import base64
import re
from typing import Final, NamedTuple
from uuid import UUID, uuid4
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from lync_magic.errors import ProtocolFault
from lync_magic.transports.base import Signal, Stream
from lync_magic.transports.encoding import a2b_base64

SMALL_ENVELOPE: Final = 150 * 1024
"""Bytes that any server takes."""
LARGE_ENVELOPE: Final = 500 * 1024
"""Bytes that a server takes which speaks PSRP 2.2 or later."""
ENVELOPE_OVERHEAD: Final = 4096
"""Bytes of an envelope besides its payload, with room to spare."""
SHORTEST_TIMEOUT: Final = 0.5
"""Seconds; WinRM takes no shorter OperationTimeout."""

_TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_NAMESPACES: Final = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
    'xmlns:wsmv="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" '
    f'xmlns:rsp="{_SHELL}"'
)
_ANONYMOUS: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
_PSRP_VERSION: Final = "2.3"
_SIGNALS: Final = {
    Signal.STOP: "powershell/signal/crtl_c",  # misspelt so in PowerShell, which compares it to the letter
    Signal.TERMINATE: f"{_SHELL}/signal/terminate",
}
_RSP: Final = f"{{{_SHELL}}}"
_DONE: Final = f"{_SHELL}/CommandState/Done"
_STREAM_TAG: Final = re.compile(rb"<(?:\w+:)?Stream [^<>]*(?<!/)>")
_DONE_STATE: Final = re.compile(rb"<(?:\w+:)?CommandState [^<>]*State=[\"']" + re.escape(_DONE.encode()) + rb"[\"']")


class Delivery(NamedTuple):
    """What a ReceiveResponse brought. done: the command has nothing more to say."""

    chunks: list[bytes]
    done: bool


class Envelopes:
    """Writes the requests for one shell. to: the endpoint's address.  locale: of the server's messages."""

    def __init__(self, to: str, resource_uri: str, locale: str) -> None:
        self.to = to
        self.shell_id = ""
        self.max_size = SMALL_ENVELOPE
        self._resource_uri = resource_uri
        self._locale = locale
        self._session_id = _identifier(uuid4())

    def create(
        self, shell_id: UUID, creation: bytes, *, timeout: float, idle_timeout: float | None, no_profile: bool
    ) -> bytes:
        """Make the shell (MS-WSMV 3.1.4.5.2). The selector is the identifier that is asked for."""
        self.shell_id = _identifier(shell_id)
        options = {"protocolversion": _PSRP_VERSION, **({"WINRS_NOPROFILE": "TRUE"} if no_profile else {})}
        idle = f"<rsp:IdleTimeOut>{_duration(idle_timeout)}</rsp:IdleTimeOut>" if idle_timeout is not None else ""
        body = (
            f'<rsp:Shell ShellId="{self.shell_id}">{idle}'
            "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>"
            '<creationXml xmlns="http://schemas.microsoft.com/powershell">'
            f"{_base64(creation)}</creationXml></rsp:Shell>"
        )
        return self._envelope(f"{_TRANSFER}Create", body, timeout, options, must_comply=True, selected=False)

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> bytes:
        """Make a pipeline (MS-WSMV 3.1.4.11)."""
        body = (
            f'<rsp:CommandLine CommandId="{_identifier(pipeline_id)}"><rsp:Command/>'
            f"<rsp:Arguments>{_base64(first)}</rsp:Arguments></rsp:CommandLine>"
        )
        return self._envelope(f"{_SHELL}/Command", body, timeout, {"WINRS_SKIP_CMD_SHELL": "FALSE"})

    def send(self, data: bytes, pipeline_id: UUID | None, stream: Stream, *, timeout: float) -> bytes:
        """Send to the shell or a pipeline (MS-WSMV 3.1.4.12)."""
        body = (
            f'<rsp:Send><rsp:Stream Name="{stream.value}"{_command_id(pipeline_id)}>'
            f"{_base64(data)}</rsp:Stream></rsp:Send>"
        )
        return self._envelope(f"{_SHELL}/Send", body, timeout)

    def receive(self, pipeline_id: UUID | None, *, timeout: float) -> bytes:
        """Wait for output (MS-WSMV 3.1.4.14), at most `timeout` seconds on the server's side."""
        stream = f"<rsp:DesiredStream{_command_id(pipeline_id)}>stdout</rsp:DesiredStream>"
        body = f"<rsp:Receive>{stream}</rsp:Receive>"
        options = {"WSMAN_CMDSHELL_OPTION_KEEPALIVE": "TRUE"}
        return self._envelope(f"{_SHELL}/Receive", body, timeout, options)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> bytes:
        """Stop or finish a pipeline (MS-WSMV 3.1.4.13)."""
        body = f"<rsp:Signal{_command_id(pipeline_id)}><rsp:Code>{_SIGNALS[signal]}</rsp:Code></rsp:Signal>"
        return self._envelope(f"{_SHELL}/Signal", body, timeout)

    def delete(self, *, timeout: float) -> bytes:
        """Remove the shell (MS-WSMV 3.1.4.4)."""
        return self._envelope(f"{_TRANSFER}Delete", "", timeout)

    def _envelope(
        self,
        action: str,
        body: str,
        timeout: float,
        options: dict[str, str] | None = None,
        *,
        must_comply: bool = False,
        selected: bool = True,
    ) -> bytes:
        locale = quoteattr(self._locale)
        must = ' s:mustUnderstand="true"'
        parts = [
            f"<s:Envelope {_NAMESPACES}><s:Header><wsa:Action{must}>{action}</wsa:Action>",
            f'<wsmv:DataLocale s:mustUnderstand="false" xml:lang={locale}/>',
            f'<wsman:Locale s:mustUnderstand="false" xml:lang={locale}/>',
            f"<wsman:MaxEnvelopeSize{must}>{self.max_size}</wsman:MaxEnvelopeSize>",
            f"<wsa:MessageID>uuid:{_identifier(uuid4())}</wsa:MessageID>",
            f"<wsman:OperationTimeout>{_duration(timeout)}</wsman:OperationTimeout>",
            f"<wsa:ReplyTo><wsa:Address{must}>{_ANONYMOUS}</wsa:Address></wsa:ReplyTo>",
            f"<wsman:ResourceURI{must}>{escape(self._resource_uri)}</wsman:ResourceURI>",
            f'<wsmv:SessionId s:mustUnderstand="false">uuid:{self._session_id}</wsmv:SessionId>',
            f"<wsa:To>{escape(self.to)}</wsa:To>",
        ]
        if options:
            comply = ' MustComply="true"' if must_comply else ""
            each = "".join(
                f"<wsman:Option Name={quoteattr(name)}{comply}>{escape(value)}</wsman:Option>"
                for name, value in options.items()
            )
            parts.append(f"<wsman:OptionSet{must}>{each}</wsman:OptionSet>")
        if selected:
            selector = f'<wsman:Selector Name="ShellId">{escape(self.shell_id)}</wsman:Selector>'
            parts.append(f"<wsman:SelectorSet>{selector}</wsman:SelectorSet>")
        parts.append(f"</s:Header><s:Body>{body}</s:Body></s:Envelope>")
        return "".join(parts).encode("utf-8")


def read_shell_id(envelope: bytes) -> str | None:
    """The identifier that the server gave the shell, where it says one."""
    shell = _parse(envelope).find(f".//{_RSP}Shell")
    if shell is None:
        return None
    return shell.findtext(f"{_RSP}ShellId") or shell.get("ShellId")


def read_delivery(envelope: bytes) -> Delivery:
    """What a ReceiveResponse holds. Raises ProtocolFault for what is none."""
    scanned = _scanned_delivery(envelope)
    return _parsed_delivery(envelope) if scanned is None else scanned


def _scanned_delivery(envelope: bytes) -> Delivery | None:
    """The same without building a tree, several times faster for large output; None for what looks unusual."""
    chunks: list[bytes] = []
    markup: list[bytes] = []
    view = memoryview(envelope)
    place = 0
    while (found := _STREAM_TAG.search(envelope, place)) is not None:
        markup.append(envelope[place : found.end()])
        place = envelope.find(b"<", found.end())
        if place < 0:
            return None
        try:
            chunks.append(a2b_base64(view[found.end() : place]))
        except ValueError:
            return None
    markup.append(envelope[place:])
    around = b"".join(markup)
    if b"ReceiveResponse" not in around or b"<!" in around:
        return None
    return Delivery([chunk for chunk in chunks if chunk], _DONE_STATE.search(around) is not None)


def _parsed_delivery(envelope: bytes) -> Delivery:
    response = _parse(envelope).find(f".//{_RSP}ReceiveResponse")
    if response is None:
        raise ProtocolFault("The server answered a Receive with something else.")
    try:
        chunks = [a2b_base64(stream.text.encode()) for stream in response.findall(f"{_RSP}Stream") if stream.text]
    except ValueError:
        raise ProtocolFault("The server sent output that cannot be decoded.") from None
    state = response.find(f"{_RSP}CommandState")
    return Delivery(chunks, state is not None and state.get("State") == _DONE)


def _parse(envelope: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(envelope)
    except ElementTree.ParseError:
        raise ProtocolFault("The server answered with something that is no WSMan envelope.") from None


def _identifier(value: UUID) -> str:
    return str(value).upper()


def _command_id(pipeline_id: UUID | None) -> str:
    return f' CommandId="{_identifier(pipeline_id)}"' if pipeline_id is not None else ""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _duration(seconds: float) -> str:
    return f"PT{max(seconds, SHORTEST_TIMEOUT):.3f}S"
