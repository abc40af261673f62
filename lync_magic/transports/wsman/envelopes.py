"""WSMan envelopes for a PowerShell shell (MS-WSMV 3.1.4, MS-PSRP 3.1.5.3): written as text.

Rules of this file: no input or output; every value goes through `escape`; identifiers are upper case, as
WinRM's own client writes them.
"""

from __future__ import annotations

import base64
from typing import Final, NamedTuple
from uuid import UUID, uuid4
from xml.sax.saxutils import escape, quoteattr

from lync_magic.transports.base import Signal, Stream

SMALL_ENVELOPE: Final = 150 * 1024
"""Bytes that any server takes."""
LARGE_ENVELOPE: Final = 500 * 1024
"""Bytes that a server takes which speaks PSRP 2.2 or later."""
ENVELOPE_OVERHEAD: Final = 4096
"""Bytes of an envelope besides its payload, with room to spare."""
SHORTEST_TIMEOUT: Final = 0.5
"""Seconds; WinRM takes no shorter OperationTimeout."""

_TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_ENUMERATION: Final = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
MOST_SHELLS: Final = 1000
"""How many shells one answer may list."""
_MANY: Final = f"<wsman:MaxElements>{MOST_SHELLS}</wsman:MaxElements>"
_SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_NAMESPACES: Final = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    f'xmlns:wsen="{_ENUMERATION}" '
    'xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
    'xmlns:wsmv="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" '
    f'xmlns:rsp="{_SHELL}"'
)
_ANONYMOUS: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
_NAME: Final = "Runspace1"
"""Of the shell. Windows does without; OMI does not."""
_PSRP_VERSION: Final = "2.3"
_SIGNALS: Final = {
    Signal.STOP: "powershell/signal/crtl_c",  # misspelt so in PowerShell, which compares it to the letter
    Signal.TERMINATE: f"{_SHELL}/signal/terminate",
}


class Request(NamedTuple):
    """A message that is ready to go. identity: its MessageID, which the answer names."""

    identity: UUID
    envelope: bytes


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
    ) -> Request:
        """Make the shell (MS-WSMV 3.1.4.5.2). The selector is the identifier that is asked for."""
        self.shell_id = _identifier(shell_id)
        options = {"protocolversion": _PSRP_VERSION, **({"WINRS_NOPROFILE": "TRUE"} if no_profile else {})}
        body = (
            f'<rsp:Shell ShellId="{self.shell_id}" Name="{_NAME}">{_idle(idle_timeout)}'
            "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>"
            '<creationXml xmlns="http://schemas.microsoft.com/powershell">'
            f"{_base64(creation)}</creationXml></rsp:Shell>"
        )
        return self._envelope(f"{_TRANSFER}Create", body, timeout, options, must_comply=True, selected=False)

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> Request:
        """Make a pipeline (MS-WSMV 3.1.4.11)."""
        body = (
            f'<rsp:CommandLine CommandId="{_identifier(pipeline_id)}"><rsp:Command/>'
            f"<rsp:Arguments>{_base64(first)}</rsp:Arguments></rsp:CommandLine>"
        )
        return self._envelope(f"{_SHELL}/Command", body, timeout, {"WINRS_SKIP_CMD_SHELL": "FALSE"})

    def send(self, data: bytes, pipeline_id: UUID | None, stream: Stream, *, timeout: float) -> Request:
        """Send to the shell or a pipeline (MS-WSMV 3.1.4.12)."""
        body = (
            f'<rsp:Send><rsp:Stream Name="{stream.value}"{_command_id(pipeline_id)}>'
            f"{_base64(data)}</rsp:Stream></rsp:Send>"
        )
        return self._envelope(f"{_SHELL}/Send", body, timeout)

    def receive(self, pipeline_id: UUID | None, *, timeout: float) -> Request:
        """Wait for output (MS-WSMV 3.1.4.14), at most `timeout` seconds on the server's side."""
        stream = f"<rsp:DesiredStream{_command_id(pipeline_id)}>stdout</rsp:DesiredStream>"
        body = f"<rsp:Receive>{stream}</rsp:Receive>"
        options = {"WSMAN_CMDSHELL_OPTION_KEEPALIVE": "TRUE"}
        return self._envelope(f"{_SHELL}/Receive", body, timeout, options)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> Request:
        """Stop or finish a pipeline (MS-WSMV 3.1.4.13)."""
        body = f"<rsp:Signal{_command_id(pipeline_id)}><rsp:Code>{_SIGNALS[signal]}</rsp:Code></rsp:Signal>"
        return self._envelope(f"{_SHELL}/Signal", body, timeout)

    def delete(self, *, timeout: float, shell_id: str | None = None) -> Request:
        """Remove the shell, or another one (MS-WSMV 3.1.4.4)."""
        return self._envelope(f"{_TRANSFER}Delete", "", timeout, shell_id=shell_id)

    def disconnect(self, idle: float | None, *, timeout: float) -> Request:
        """Leave the shell running (MS-WSMV 3.1.4.15), for `idle` seconds, or the server's own time."""
        body = f"<rsp:Disconnect>{_idle(idle)}</rsp:Disconnect>"
        return self._envelope(f"{_SHELL}/Disconnect", body, timeout)

    def reconnect(self, *, timeout: float) -> Request:
        """Take up the shell that was left (MS-WSMV 3.1.4.16)."""
        return self._envelope(f"{_SHELL}/Reconnect", "<rsp:Reconnect/>", timeout)

    def enumerate(self, *, timeout: float) -> Request:
        """Ask which shells there are (MS-WSMV 3.1.4.7)."""
        body = f"<wsen:Enumerate><wsman:OptimizeEnumeration/>{_MANY}</wsen:Enumerate>"
        return self._envelope(f"{_ENUMERATION}/Enumerate", body, timeout, selected=False, resource_uri=_SHELL)

    def pull(self, context: str, *, timeout: float) -> Request:
        """Ask for more of them."""
        body = (
            f"<wsen:Pull><wsen:EnumerationContext>{escape(context)}</wsen:EnumerationContext>"
            f"<wsen:MaxElements>{MOST_SHELLS}</wsen:MaxElements></wsen:Pull>"
        )
        return self._envelope(f"{_ENUMERATION}/Pull", body, timeout, selected=False, resource_uri=_SHELL)

    def _envelope(
        self,
        action: str,
        body: str,
        timeout: float,
        options: dict[str, str] | None = None,
        *,
        must_comply: bool = False,
        selected: bool = True,
        shell_id: str | None = None,
        resource_uri: str = "",
    ) -> Request:
        identity = uuid4()
        locale = quoteattr(self._locale)
        must = ' s:mustUnderstand="true"'
        parts = [
            f"<s:Envelope {_NAMESPACES}><s:Header><wsa:Action{must}>{action}</wsa:Action>",
            f'<wsmv:DataLocale s:mustUnderstand="false" xml:lang={locale}/>',
            f'<wsman:Locale s:mustUnderstand="false" xml:lang={locale}/>',
            f"<wsman:MaxEnvelopeSize{must}>{self.max_size}</wsman:MaxEnvelopeSize>",
            f"<wsa:MessageID>uuid:{_identifier(identity)}</wsa:MessageID>",
            f"<wsman:OperationTimeout>{_duration(timeout)}</wsman:OperationTimeout>",
            f"<wsa:ReplyTo><wsa:Address{must}>{_ANONYMOUS}</wsa:Address></wsa:ReplyTo>",
            f"<wsman:ResourceURI{must}>{escape(resource_uri or self._resource_uri)}</wsman:ResourceURI>",
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
            selector = f'<wsman:Selector Name="ShellId">{escape(shell_id or self.shell_id)}</wsman:Selector>'
            parts.append(f"<wsman:SelectorSet>{selector}</wsman:SelectorSet>")
        parts.append(f"</s:Header><s:Body>{body}</s:Body></s:Envelope>")
        return Request(identity, "".join(parts).encode("utf-8"))


def _identifier(value: UUID) -> str:
    return str(value).upper()


def _command_id(pipeline_id: UUID | None) -> str:
    return f' CommandId="{_identifier(pipeline_id)}"' if pipeline_id is not None else ""


def _idle(seconds: float | None) -> str:
    return f"<rsp:IdleTimeOut>{_duration(seconds)}</rsp:IdleTimeOut>" if seconds is not None else ""


def identify() -> bytes:
    """Ask who answers (DSP0226 11): a message that has no address and no number."""
    return (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/'
        b'identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>'
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _duration(seconds: float) -> str:
    return f"PT{max(seconds, SHORTEST_TIMEOUT):.3f}S"
