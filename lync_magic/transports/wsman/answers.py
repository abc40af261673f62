"""What a server's answers say (DSP0226, MS-WSMV 3.1.4): an envelope is read once, and is whole or none.

Rules of this file: bytes in, no input or output. An answer is well formed to its end, within limits, without a document
type (SOAP 1.2, 5), and holds one body. Output is large and plain, so it is lifted out before the rest is read as XML.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from uuid import UUID
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from lync_magic.transports.base import Shell
from lync_magic.transports.encoding import strict_base64

MAX_DEPTH: Final = 64
"""Elements within each other; a server's own answers have ten."""
MAX_ELEMENTS: Final = 100_000

SOAP: Final = "{http://www.w3.org/2003/05/soap-envelope}"
ADDRESSING: Final = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"
WSMAN: Final = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
ENUMERATION: Final = "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}"
IDENTITY: Final = "{http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd}"
RSP: Final = "{http://schemas.microsoft.com/wbem/wsman/1/windows/shell}"
_DONE: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done"

_STREAM_TAG: Final = re.compile(rb"<(?:[A-Za-z]{1,16}:)?Stream [^<>]*(?<!/)>")
_DURATION: Final = re.compile(
    r"P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?", re.ASCII
)


class Unreadable(Exception):
    """The bytes are no whole envelope of a server's; the text says why not."""


class Reply(NamedTuple):
    """An envelope. relates_to: the message that it says it answers, or "".  body: the element of that name.

    output: what its Streams hold, in their order.
    """

    relates_to: str
    body: Element
    output: list[bytes]

    def first(self, name: str) -> Element | None:
        """The first element of a name in the body, at any depth."""
        return next(self.body.iter(name), None)


class Delivery(NamedTuple):
    """What a ReceiveResponse brought. done: the command, or the shell, has nothing more to say.

    commands: the commands that it names.
    """

    chunks: list[bytes]
    done: bool
    commands: frozenset[UUID | None]


def read_reply(envelope: bytes) -> Reply:
    """Raises Unreadable."""
    return _lifted(envelope) or _whole(envelope)


def parse(document: bytes) -> Element:
    """A document, within limits. Raises Unreadable."""
    builder = TreeBuilder()
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise Unreadable(f"it nests more than {MAX_DEPTH} elements, or has more than {MAX_ELEMENTS}")
        builder.start(_named(name), {_named(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(name))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(document, True)
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise Unreadable("it is no XML, or was cut off") from error


def read_delivery(reply: Reply) -> Delivery:
    """What a ReceiveResponse holds. Raises Unreadable for what is none."""
    response = reply.body.find(f"{RSP}ReceiveResponse")
    if response is None:
        raise Unreadable("it is no answer to a Receive")
    streams, state = response.findall(f"{RSP}Stream"), response.find(f"{RSP}CommandState")
    named = [one.get("CommandId") for one in (*streams, *([] if state is None else [state]))]
    done = state is not None and state.get("State") == _DONE
    return Delivery(
        [chunk for chunk in reply.output if chunk], done, frozenset(identifier(one) for one in named if one)
    )


def read_command_id(reply: Reply) -> UUID | None:
    """The command that a CommandResponse says it made, where it says one. Raises Unreadable for what is none."""
    response = reply.body.find(f"{RSP}CommandResponse")
    if response is None:
        raise Unreadable("it is no answer to a Command")
    return identifier(response.findtext(f"{RSP}CommandId"))


class Made(NamedTuple):
    """What a Create answered. shell_id: as the server writes it, or "".  idle: seconds that it grants, or None."""

    shell_id: str
    idle: float | None


def read_made(reply: Reply) -> Made:
    """The shell that was made. Raises Unreadable for what is no answer to a Create."""
    if not len(reply.body):
        raise Unreadable("it is no answer to a Create")
    shell = reply.first(f"{RSP}Shell")
    if shell is None:
        selector = next((one for one in reply.body.iter(f"{WSMAN}Selector") if one.get("Name") == "ShellId"), None)
        return Made((selector.text or "").strip() if selector is not None else "", None)
    said = shell.findtext(f"{RSP}ShellId") or shell.get("ShellId") or ""
    return Made(said.strip(), seconds(shell.findtext(f"{RSP}IdleTimeOut")))


def read_shells(reply: Reply) -> tuple[list[Shell], str | None]:
    """What an Enumerate or a Pull brought, and the context to go on with; None at the end."""
    shells = [shell for one in reply.body.iter(f"{RSP}Shell") if (shell := _shell(one)) is not None]
    context = reply.first(f"{ENUMERATION}EnumerationContext")
    at_end = any(reply.first(f"{kind}EndOfSequence") is not None for kind in (WSMAN, ENUMERATION))
    return shells, None if at_end or context is None or not context.text else context.text


def read_identity(reply: Reply) -> str:
    """Vendor and version, as a server tells them to an Identify; "" where it does not."""
    said = reply.first(f"{IDENTITY}IdentifyResponse")
    if said is None:
        return ""
    parts = (said.findtext(f"{IDENTITY}{name}") or "" for name in ("ProductVendor", "ProductVersion"))
    return " ".join(" ".join(parts).split())


def identifier(text: str | None) -> UUID | None:
    """An identifier as servers write it, with `uuid:` before it or not; None for what is none."""
    try:
        return UUID((text or "").strip().lower().removeprefix("urn:").removeprefix("uuid:"))
    except ValueError:
        return None


def seconds(text: str | None) -> float | None:
    """The seconds of an XML duration; None for what is none."""
    found = _DURATION.fullmatch((text or "").strip())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, rest = (float(group or 0) for group in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def _lifted(envelope: bytes) -> Reply | None:
    """The same without the output, which is decoded apart; None for what is written in an unusual way."""
    texts: list[memoryview] = []
    markup: list[bytes] = []
    view = memoryview(envelope)
    place = 0
    while (found := _STREAM_TAG.search(envelope, place)) is not None:
        markup.append(envelope[place : found.end()])
        place = envelope.find(b"<", found.end())
        if place < 0:
            return None
        texts.append(view[found.end() : place])
        if len(texts) > MAX_ELEMENTS:
            raise Unreadable(f"it has more than {MAX_ELEMENTS} elements")
    markup.append(envelope[place:])
    around = b"".join(markup)
    if not texts or b"<!" in around or around.rfind(b"<?") > 0:
        return None
    try:
        reply = _read(parse(around))
    except Unreadable:
        return None
    streams = [one for one in reply.body.iter() if one.tag.endswith("}Stream")]
    if len(streams) < len(texts) or any(one.tag != f"{RSP}Stream" or one.text or len(one) for one in streams):
        return None
    return reply._replace(output=[_decoded(text) for text in texts])


def _whole(envelope: bytes) -> Reply:
    reply = _read(parse(envelope))
    texts = [one.text or "" for one in reply.body.iter(f"{RSP}Stream")]
    return reply._replace(output=[_decoded(text.encode()) for text in texts])


def _read(root: Element) -> Reply:
    header, bodies = root.find(f"{SOAP}Header"), root.findall(f"{SOAP}Body")
    if root.tag != f"{SOAP}Envelope" or len(bodies) != 1:
        raise Unreadable("it is no SOAP envelope")
    relates_to = "" if header is None else (header.findtext(f"{ADDRESSING}RelatesTo") or "").strip()
    return Reply(relates_to, bodies[0], [])


def _decoded(text: bytes | memoryview) -> bytes:
    try:
        return strict_base64(text)
    except ValueError:
        raise Unreadable("its output is no Base64, or was cut off") from None


def _shell(element: Element) -> Shell | None:
    shell_id = identifier(element.findtext(f"{RSP}ShellId") or element.get("ShellId"))
    if shell_id is None:
        return None
    text = {name: (element.findtext(f"{RSP}{name}") or "").strip() for name in ("Owner", "State", "ClientIP")}
    age, idle = (seconds(element.findtext(f"{RSP}{name}")) for name in ("ShellRunTime", "ShellInactivity"))
    return Shell(shell_id, text["Owner"], text["State"], text["ClientIP"], age, idle)


def _refuse_document_type(*_: object) -> None:
    raise Unreadable("it has a document type, which no envelope has")


def _named(name: str) -> str:
    return "{" + name if "}" in name else name
