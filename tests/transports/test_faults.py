"""Faults by number and by text."""

from __future__ import annotations

import pytest
from spnego.exceptions import NativeError, SpnegoError

from lync_magic.errors import (
    AccessDenied,
    LyncError,
    NotAnAdministrator,
    ProtocolFault,
    QuotaExceeded,
    RedirectRefused,
    RemoteSessionsDisabled,
    SessionBroken,
    SignInFailed,
)
from lync_magic.transports import Authentication, named_error
from lync_magic.transports.wsman.answers import SOAP
from lync_magic.transports.wsman.faults import Fault, FaultCode, fault_error, parse_fault
from lync_magic.transports.wsman.verdicts import log_on_error

ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body><s:Fault>
<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en-US">the reason</s:Text></s:Reason>
{detail}</s:Fault></s:Body></s:Envelope>"""
DETAIL = """<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"{code} Machine="h">
<f:Message>{message}</f:Message></f:WSManFault></s:Detail>"""


def test_number_and_message_are_read() -> None:
    detail = DETAIL.format(code=' Code="2150858793"', message="it  timed\n out")
    assert parse_fault(ENVELOPE.format(detail=detail)) == Fault(FaultCode.OPERATION_TIMED_OUT, "it timed out")


def test_the_plug_ins_own_words_inside_the_message_are_read() -> None:
    message = '<f:ProviderFault provider="microsoft.powershell" path="x.dll">Logon failed</f:ProviderFault>'
    detail = DETAIL.format(code=' Code="5"', message=message)
    assert parse_fault(ENVELOPE.format(detail=detail)) == Fault(5, "Logon failed")


def test_a_fault_without_detail_has_its_reason() -> None:
    assert parse_fault(ENVELOPE.format(detail="")) == Fault(None, "the reason")


@pytest.mark.parametrize("answer", ["", "<html><body>Bad gateway</body>", "<a/>"])
def test_what_is_no_fault_is_none(answer: str) -> None:
    assert parse_fault(answer) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (2150858843, SessionBroken),
        (995, SessionBroken),
        (1223, SessionBroken),
        (0x803381C4, SessionBroken),
        (0x803381DE, SessionBroken),
        (2150859161, RedirectRefused),
        (2150859173, QuotaExceeded),
        (2150859176, QuotaExceeded),
        (2150859236, QuotaExceeded),
        (2150859241, QuotaExceeded),
        (5, AccessDenied),
        (2150858811, ProtocolFault),
        (2150858767, ProtocolFault),
        (87, ProtocolFault),
        (None, ProtocolFault),
    ],
)
def test_a_number_has_its_error(code: int | None, kind: type[LyncError]) -> None:
    error = fault_error(Fault(code, "words of the server"), "host")
    assert type(error) is kind
    assert error.message == "words of the server"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "The WS-Management service cannot process the request. The maximum number of concurrent shells for this "
            "user has been exceeded. Close existing shells or raise the quota for this user.",
            QuotaExceeded,
        ),
        ("The maximum number of concurrent shells for this tenant has been exceeded.", QuotaExceeded),
        (
            "Fail to create a runspace because you have exceeded the maximum number of connections allowed : 3 for "
            "the policy party : MaxConcurrency",
            QuotaExceeded,
        ),
        ("Logon failed for the user 'ken'. Please create a new PSCredential object", SignInFailed),
        ("The user 'ken' does not have permission to manage this tenant.", NotAnAdministrator),
        (
            "The ability to connect to this tenant by using a remote PowerShell session has been disabled.",
            RemoteSessionsDisabled,
        ),
    ],
)
def test_a_known_text_has_its_error_whatever_its_number(text: str, kind: type[LyncError]) -> None:
    for code in (None, 5, 2150858843):
        error = fault_error(Fault(code, text), "host")
        assert type(error) is kind
        assert error.message == text
        assert error.advice


def test_another_text_has_none() -> None:
    assert named_error("The weather is fine.") is None


@pytest.mark.parametrize(
    ("subcode", "code", "kind"),
    [
        ("wsa:DestinationUnreachable", FaultCode.SHELL_GONE, SessionBroken),
        ("wsman:AccessDenied", FaultCode.ACCESS_DENIED, AccessDenied),
        ("w:TimedOut", FaultCode.OPERATION_TIMED_OUT, ProtocolFault),
        ("wsman:InternalError", None, ProtocolFault),
    ],
)
def test_a_server_without_numbers_is_understood_by_its_subcode(
    subcode: str, code: int | None, kind: type[LyncError]
) -> None:
    """And told by it, where it gives no reason."""
    body = (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
        "<s:Reason><s:Text/></s:Reason></s:Fault>"
    )
    found = parse_fault(f'<s:Envelope xmlns:s="{SOAP[1:-1]}"><s:Header/><s:Body>{body}</s:Body></s:Envelope>')
    assert found == Fault(code, "", subcode.partition(":")[2])
    error = fault_error(found, "pool")
    assert (type(error), error.message) == (kind, f"pool refused the request: {found.subcode}.")


@pytest.mark.parametrize(
    ("code", "message", "is_it"),
    [
        (2150859250, "no", True),
        (None, "The specified IdleTimeout session option is not within the allowed range.", True),
        (87, "A parameter is not valid.", False),
    ],
)
def test_a_shell_that_was_refused_for_its_idle_time_is_known(code: int | None, message: str, is_it: bool) -> None:
    assert Fault(code, message).is_of_idle_time is is_it


def test_a_password_that_a_policy_keeps_from_the_server_is_said() -> None:
    below = NativeError("CredSSP's", winerror=0x8009035E - (1 << 32))
    error = log_on_error(SpnegoError(base_error=below), "https://pool/x", Authentication("credssp", "ken"))
    assert type(error) is SignInFailed
    assert "pool may not be given your password (CredSSP)" in error.message
