"""WS-Management envelopes as WinRM reads and writes them (MS-WSMV, DSP0226): requests, responses, faults.

Rules of this file: text in, dataclasses out, and back; it knows no shell and no socket.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from xml.etree import ElementTree

from lync_magic.sandbox import faults

escape: Final = partial(html.escape, quote=False)  # as saxutils does it, which loads urllib and all of email for it

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION: Final = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
WSMAN: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSMV: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
IDENTITY: Final = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
POWERSHELL: Final = "http://schemas.microsoft.com/powershell"
FAULT_ACTION: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
CONTENT_TYPE: Final = "application/soap+xml;charset=UTF-8"

MAX_ENVELOPE_SIZE: Final = 512_000
"""Bytes: what WinRM 3 allows a request or a response."""
MIN_ENVELOPE_SIZE: Final = 8_192
DEFAULT_TIMEOUT: Final = 60.0
"""Seconds an operation may take when the request does not say (MS-WSMV 3.1.4.1)."""

_DURATION: Final = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
_NUMBER: Final = re.compile(r"[0-9]{1,19}")
_NAMESPACES: Final = (
    f'xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:x="{TRANSFER}" xmlns:n="{ENUMERATION}" '
    f'xmlns:w="{WSMAN}" xmlns:p="{WSMV}" xmlns:rsp="{SHELL}"'
)


@dataclass(frozen=True)
class Request:
    """What a client asks. selectors by name; body: the first element in the body, if any; header: as it was sent."""

    action: str
    resource_uri: str = ""
    message_id: str = ""
    timeout: float = DEFAULT_TIMEOUT
    max_envelope_size: int = MAX_ENVELOPE_SIZE
    selectors: Mapping[str, str] = field(default_factory=dict)
    body: ElementTree.Element | None = None
    header: ElementTree.Element | None = None

    def body_text(self, name: str) -> str | None:
        """The text of a child of the body's element, in the shell's namespace."""
        return None if self.body is None else self.body.findtext(f"{{{SHELL}}}{name}")


def parse(envelope: bytes) -> Request:
    """Read a request. Raises `WSManFault` for what is not one.

    Microsoft's client encrypts the NUL at the end of its text with it.
    """
    try:
        root = ElementTree.fromstring(envelope.rstrip(b"\0"))
    except ElementTree.ParseError:
        raise faults.invalid_xml() from None
    body = root.find(f"{{{SOAP}}}Body")
    first = body[0] if body is not None and len(body) else None
    if first is not None and first.tag == f"{{{IDENTITY}}}Identify":
        return Request(f"{IDENTITY}/Identify")
    header = root.find(f"{{{SOAP}}}Header")
    if root.tag != f"{{{SOAP}}}Envelope" or header is None:
        raise faults.invalid_header()
    text = {child.tag: (child.text or "").strip() for child in header}
    action = text.get(f"{{{ADDRESSING}}}Action", "")
    if not action or not text.get(f"{{{ADDRESSING}}}MessageID"):
        raise faults.invalid_header()
    return Request(
        action=action,
        resource_uri=text.get(f"{{{WSMAN}}}ResourceURI", ""),
        message_id=text[f"{{{ADDRESSING}}}MessageID"],
        timeout=duration(text.get(f"{{{WSMAN}}}OperationTimeout"), DEFAULT_TIMEOUT),
        max_envelope_size=_envelope_size(text.get(f"{{{WSMAN}}}MaxEnvelopeSize")),
        selectors=_selectors(header),
        body=first,
        header=header,
    )


def duration(text: str | None, default: float) -> float:
    """Seconds of an XML duration (`PT60.000S`); `default` for none. Raises `WSManFault`."""
    if not text:
        return default
    match = _DURATION.match(text)
    if match is None:
        raise faults.invalid_header()
    days, hours, minutes, seconds = (float(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def seconds(value: float) -> str:
    """Seconds as WinRM writes a time-out."""
    return f"PT{value:.3f}S"


def days_to_seconds(value: float) -> str:
    """Seconds as WinRM writes a shell's age: in days, hours, minutes and whole seconds."""
    minutes, rest = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"P{days}DT{hours}H{minutes}M{rest}S"


def _envelope_size(text: str | None) -> int:
    if not text:
        return MAX_ENVELOPE_SIZE
    if not _NUMBER.fullmatch(text) or int(text) < MIN_ENVELOPE_SIZE:
        raise faults.envelope_too_small(MIN_ENVELOPE_SIZE)
    return min(int(text), MAX_ENVELOPE_SIZE)


def _selectors(header: ElementTree.Element) -> dict[str, str]:
    found = header.find(f"{{{WSMAN}}}SelectorSet")
    if found is None:
        return {}
    return {one.get("Name", ""): (one.text or "").strip() for one in found.findall(f"{{{WSMAN}}}Selector")}


def response(request: Request, *body: str | bytes, action: str | None = None) -> bytes:
    """An answer; `body` is the body's inner XML in pieces, with the prefixes of this file."""
    head = _head(action or f"{request.action}Response", request.message_id)
    # Output is large: it is put together once.
    return b"".join([part if isinstance(part, bytes) else part.encode("utf-8") for part in (head, *body, _TAIL)])


def fault_envelope(fault: faults.WSManFault, message_id: str = "") -> bytes:
    """A fault as WinRM words it (MS-WSMV 2.2.4.43)."""
    text = escape(fault.message)
    detail = (
        f'<f:ProviderFault provider="microsoft.powershell" path="C:\\Windows\\system32\\pwrshplugin.dll">{text}'
        "</f:ProviderFault>"
        if fault.provider
        else text
    )
    body = (
        f"<s:Fault><s:Code><s:Value>s:{'Sender' if fault.sender else 'Receiver'}</s:Value>"
        f"<s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason>'
        f'<s:Detail><f:WSManFault xmlns:f="{FAULT}" Code="{fault.code}" Machine="localhost">'
        f"<f:Message>{detail}</f:Message></f:WSManFault></s:Detail></s:Fault>"
    )
    return f"{_head(FAULT_ACTION, message_id)}{body}{_TAIL}".encode()


def bare_fault_envelope(fault: faults.WSManFault, message_id: str = "") -> bytes:
    """A fault as OMI words it: a code and a subcode, no number; a reason only where a shell or command is gone."""
    gone = fault.code == faults.SHELL_NOT_FOUND
    subcode, reason = ("wsa:DestinationUnreachable", escape(fault.message)) if gone else ("wsman:InternalError", "")
    body = (
        f'<s:Fault xmlns:wsa="{ADDRESSING}" xmlns:wsman="{WSMAN}">'
        f"<s:Code><s:Value>s:{'Sender' if gone else 'Receiver'}</s:Value>"
        f"<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{reason}</s:Text></s:Reason></s:Fault>'
    )
    return f"{_head(FAULT_ACTION, message_id)}{body}{_TAIL}".encode()


def with_other_prefixes(envelope: bytes) -> bytes:
    """The same envelope with OMI's prefixes for this file's."""
    return _OUR_PREFIX.sub(lambda found: found[1] + _THEIR_PREFIXES[found[2]], envelope)


_OUR_PREFIX: Final = re.compile(rb"(</?|xmlns:|>(?=s:[SR]))([sawxn])(?=[:=])")
"""In a tag, in a declaration, and in the value of a fault's code."""
_THEIR_PREFIXES: Final = {b"s": b"SOAP-ENV", b"a": b"wsa", b"w": b"wsman", b"x": b"wxf", b"n": b"wsen"}
_TAIL: Final = "</s:Body></s:Envelope>"


def _head(action: str, relates_to: str) -> str:
    """An envelope up to its body."""
    related = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    return (
        f'<s:Envelope xml:lang="en-US" {_NAMESPACES}><s:Header><a:Action>{escape(action)}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<a:To>{ADDRESSING}/role/anonymous</a:To>{related}</s:Header><s:Body>"
    )


def identify_response(vendor: str, version: str) -> bytes:
    """Who answers here (DSP0226 11): no addressing headers, as the request has none."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{IDENTITY}">'
        f"<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"
        f"<wsmid:ProductVendor>{escape(vendor)}</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>{escape(version)}</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()


def elements(values: Iterable[tuple[str, str]]) -> str:
    """`<rsp:Name>text</rsp:Name>` for each pair."""
    return "".join(f"<rsp:{name}>{escape(text)}</rsp:{name}>" for name, text in values)
