"""Answers in the letter of Windows (WinRM of Server 2008 R2 to 2019, PowerShell 2 to 5.1), each with what it means.

What is in them is as clients that others wrote have recorded it: which elements there are, in which order and with
which attributes. The values are this test's own.
"""

from __future__ import annotations

import base64
from uuid import UUID

import pytest

from lync_magic.errors import LyncError, ProtocolFault, SessionBroken
from lync_magic.transports.base import Shell
from lync_magic.transports.wsman import answers
from lync_magic.transports.wsman.answers import read_reply
from lync_magic.transports.wsman.faults import FaultCode, fault_error, parse_fault

ASKED, SHELL, COMMAND = UUID(int=1), UUID(int=2), UUID(int=3)
SHELL_SPACE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
SPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" '
    'xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" '
    f'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="{SHELL_SPACE}" '
    'xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"'
)
NEWER = f"<p:ActivityId>{UUID(int=9)}</p:ActivityId>"
"""What Windows Server 2012 R2 and later have in each header."""
DESCRIBED = (
    f'<rsp:Shell xmlns:rsp="{SHELL_SPACE}"><rsp:ShellId>{str(SHELL).upper()}</rsp:ShellId>'
    "<rsp:ResourceUri>http://schemas.microsoft.com/powershell/Microsoft.PowerShell</rsp:ResourceUri>"
    "<rsp:Owner>LITWAREINC\\kenmyer</rsp:Owner><rsp:ClientIP>192.0.2.7</rsp:ClientIP><rsp:ProcessId>7</rsp:ProcessId>"
    "<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams>"
    "<rsp:OutputStreams>stdout</rsp:OutputStreams><rsp:MaxIdleTimeOut>PT2147483.647S</rsp:MaxIdleTimeOut>"
    "<rsp:Locale>en-US</rsp:Locale><rsp:DataLocale>en-US</rsp:DataLocale>"
    "<rsp:CompressionMode>NoCompression</rsp:CompressionMode><rsp:ProfileLoaded>Yes</rsp:ProfileLoaded>"
    "<rsp:Encoding>UTF8</rsp:Encoding><rsp:BufferMode>Block</rsp:BufferMode><rsp:State>Disconnected</rsp:State>"
    "<rsp:ShellRunTime>P0DT0H1M9S</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M5S</rsp:ShellInactivity>{more}"
    "</rsp:Shell>"
)
AT = (
    "<x:ResourceCreated><a:Address>https://server:5986/wsman</a:Address><a:ReferenceParameters>"
    "<w:ResourceURI>http://schemas.microsoft.com/powershell/Microsoft.PowerShell</w:ResourceURI><w:SelectorSet>"
    f'<w:Selector Name="ShellId">{str(SHELL).upper()}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
    "</x:ResourceCreated>"
)


def envelope(body: str, newer: str = NEWER) -> bytes:
    head = f"<a:Action>x</a:Action><a:MessageID>uuid:{UUID(int=8)}</a:MessageID>{newer}<a:To>nobody</a:To>"
    related = f"<a:RelatesTo>uuid:{str(ASKED).upper()}</a:RelatesTo>"
    content = f"<s:Header>{head}{related}</s:Header><s:Body>{body}</s:Body>"
    return f'<s:Envelope xml:lang="en-US" {SPACES}>{content}</s:Envelope>'.encode()


@pytest.mark.parametrize("newer", [NEWER, ""])
def test_each_answer_names_what_it_answers(newer: str) -> None:
    assert answers.identifier(read_reply(envelope("<rsp:SendResponse/>", newer)).relates_to) == ASKED


@pytest.mark.parametrize(("body", "idle"), [(AT + DESCRIBED.format(more=""), 7200.0), (AT, None)])
def test_a_shell_that_was_made_is_told_by_where_it_is_and_since_windows_8_by_how_it_is(
    body: str, idle: float | None
) -> None:
    made = answers.read_made(read_reply(envelope(body)))
    assert (answers.identifier(made.shell_id), made.idle) == (SHELL, idle)


@pytest.mark.parametrize(
    ("state", "done"),
    [
        ("", False),
        (f'<rsp:CommandState CommandId="{COMMAND}" State="{SHELL_SPACE}/CommandState/Pending"/>', False),
        (
            f'<rsp:CommandState CommandId="{COMMAND}" State="{SHELL_SPACE}/CommandState/Done"><rsp:ExitCode>0'
            "</rsp:ExitCode></rsp:CommandState>",
            True,
        ),
    ],
)
def test_several_pieces_of_output_come_in_their_order_with_the_state_behind_them(state: str, done: bool) -> None:
    pieces = [b"one", b"two", b"three"]
    streams = "".join(
        f'<rsp:Stream Name="stdout" CommandId="{str(COMMAND).upper()}">{base64.b64encode(one).decode()}</rsp:Stream>'
        for one in pieces
    )
    delivery = answers.read_delivery(
        read_reply(envelope(f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>"))
    )
    assert (delivery.chunks, delivery.done, delivery.commands) == (pieces, done, frozenset([COMMAND]))


def test_an_answer_to_a_poll_may_hold_nothing() -> None:
    delivery = answers.read_delivery(read_reply(envelope("<rsp:ReceiveResponse></rsp:ReceiveResponse>")))
    assert (delivery.chunks, delivery.done) == ([], False)


def test_a_command_that_was_made_is_named() -> None:
    body = f"<rsp:CommandResponse><rsp:CommandId>{str(COMMAND).upper()}</rsp:CommandId></rsp:CommandResponse>"
    assert answers.read_command_id(read_reply(envelope(body))) == COMMAND


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ("", []),
        (
            f"<w:Items>{DESCRIBED.format(more='<rsp:MemoryUsed>90MB</rsp:MemoryUsed><rsp:ChildProcesses>0</rsp:ChildProcesses>')}"
            "</w:Items>",
            [Shell(SHELL, "LITWAREINC\\kenmyer", "Disconnected", "192.0.2.7", 69.0, 5.0)],
        ),
    ],
)
def test_shells_are_listed_to_their_end_in_one_answer(items: str, found: list[Shell]) -> None:
    body = f"<n:EnumerateResponse><n:EnumerationContext/>{items}<w:EndOfSequence/></n:EnumerateResponse>"
    assert answers.read_shells(read_reply(envelope(body))) == (found, None)


def fault(code: int, subcode: str, text: str, before: str = "", inside: str | None = None) -> bytes:
    said = inside if inside is not None else text
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason><s:Detail>{before}'
        f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" '
        f'Machine="server"><f:Message>{said}</f:Message></f:WSManFault></s:Detail></s:Fault>'
    )


FROM_PLUGIN = (
    '<f:ProviderFault provider="microsoft.powershell" path="C:\\Windows\\system32\\pwrshplugin.dll">'
    '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="87" Machine="server">'
    "<f:Message>The parameter is\n incorrect. </f:Message></f:WSManFault></f:ProviderFault>"
)


@pytest.mark.parametrize(
    ("answer", "code", "kind", "text"),
    [
        (
            fault(0x80338029, "TimedOut", "It cannot be completed in time. "),
            FaultCode.OPERATION_TIMED_OUT, ProtocolFault, "It cannot be completed in time.",
        ),
        (
            fault(0x8033805B, "InvalidSelectors", "There is no such shell.", "<w:FaultDetail>x</w:FaultDetail>"),
            FaultCode.SHELL_GONE, SessionBroken, "There is no such shell.",
        ),
        (
            fault(87, "InvalidParameter", "Refused.", inside=FROM_PLUGIN),
            FaultCode.INVALID_PARAMETER, ProtocolFault, "The parameter is incorrect.",
        ),
        (
            fault(2147942402, "InternalError", "The system cannot find the file specified. "),
            2147942402, ProtocolFault, "The system cannot find the file specified.",
        ),
    ],
)  # fmt: skip
def test_a_fault_says_its_number_and_why(answer: bytes, code: int, kind: type[LyncError], text: str) -> None:
    found = parse_fault(answer)
    assert found is not None
    error = fault_error(found, "server")
    assert (found.code, type(error), error.message) == (code, kind, text)


def test_a_fault_of_soap_alone_has_no_number_and_its_reason() -> None:
    body = (
        '<s:Fault><s:Code><s:Value>s:MustUnderstand</s:Value></s:Code><s:Reason><s:Text xml:lang="">A header is not '
        "understood. </s:Text></s:Reason></s:Fault>"
    )
    found = parse_fault(envelope(body))
    assert found is not None
    assert (found.code, fault_error(found, "server").message) == (None, "A header is not understood.")


def test_a_fault_without_a_reason_is_still_one() -> None:
    found = parse_fault(envelope("<s:Fault><s:Code><s:Value>s:Unknown</s:Value></s:Code></s:Fault>"))
    assert found is not None
    assert "server refused the request without saying why" in fault_error(found, "server").message
