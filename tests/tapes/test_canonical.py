"""Requests in one form, and two tapes compared."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from lync_magic.clixml import Credential, Null, SecureString
from lync_magic.psrp import Argument, Command, Message, MessageType, Pipeline
from lync_magic.psrp.requests import create_pipeline
from lync_magic.tapes.canonical import Asked, asked, same
from lync_magic.tapes.redaction import Redaction

DAY = datetime(2026, 11, 20, tzinfo=timezone.utc)


def form(*commands: Command, redaction: Redaction | None = None) -> Asked:
    redaction = redaction or Redaction()
    request = create_pipeline(Pipeline(commands), has_input=False, encrypt=lambda _secret: "AAAA")
    return asked(Message(MessageType.CREATE_PIPELINE, None, request), redaction.hides, redaction.text)


def bound(name: str, **parameters: object) -> Command:
    return Command(name, tuple(Argument(each, value) for each, value in parameters.items()))


def words(name: str, *arguments: object) -> Command:
    return Command(
        name,
        tuple(Argument(a) if isinstance(a, str) and a.startswith("-") else Argument(None, a) for a in arguments),
    )


def test_a_request_reads_as_powershell_writes_it() -> None:
    told = form(
        bound("Get-CsUser", ResultSize=5, Filter="a b", Enabled=False, Kinds=["a", 2], More={"x": Null}),
        bound("Select-Object", Property="Name"),
    )
    assert told.text == (
        "Get-CsUser -Enabled $false -Filter 'a b' -Kinds @(a, 2) -More @{x=$null} -ResultSize 5"
        " | Select-Object -Property Name"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (bound("Get-A", Identity="x", Count=3), words("get-a", "-count", 3, "-IDENTITY", "x")),
        (bound("Get-A", Force=True), words("Get-A", "-Force")),
        (bound("Get-A", Force=True), words("Get-A", "-Force:", True)),
        (
            bound("Get-A", At=datetime(2026, 11, 20, tzinfo=timezone.utc)),
            bound("Get-A", At=datetime(2026, 11, 20, tzinfo=timezone.utc)),
        ),
    ],
)
def test_the_same_request_has_one_form(one: Command, other: Command) -> None:
    assert form(one).key == form(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (bound("Get-A", Identity="x"), bound("Get-A", Identity="X")),
        (bound("Get-A", Identity="3"), bound("Get-A", Identity=3)),
        (bound("Get-A", Force=True), bound("Get-A", Force=False)),
        (bound("Get-A"), Command("Get-A", is_script=True)),
        (words("Get-A", "x", "-y"), words("Get-A", "-y", "x")),
        (bound("Get-A", Identity=None), bound("Get-A", Identity="")),
    ],
)
def test_different_requests_have_different_forms(one: Command, other: Command) -> None:
    assert form(one).key != form(other).key


def test_what_may_change_something_is_known() -> None:
    assert not form(bound("Get-A"), bound("Where-Object")).changes
    assert form(bound("Get-A"), bound("Set-A")).changes
    assert form(Command("Get-A", is_script=True)).changes


def test_secrets_have_no_text() -> None:
    redaction = Redaction()
    redaction.know("hunter2hunter2")
    told = form(
        bound("Set-A", A=SecureString("x1x1"), B=Credential("ken", "y1y1"), ApiKey="z1z1", D="hunter2hunter2"),
        redaction=redaction,
    )
    assert told.text == "Set-A -A [securestring] -ApiKey [redacted] -B [pscredential]'ken' -D '[secret]'"
    assert same(
        form(bound("Set-A", A=SecureString("q"), B=Credential("ken", "q"), ApiKey="q", D="other")).key, told.key
    )


def test_no_secret_no_likeness() -> None:
    assert not same("get-a -b 'x'", "get-a -b 'y'")
    assert not same("get-a", "get-a -b '[secret]'")


def test_forms_are_the_same_each_time() -> None:
    assert form(bound("Get-A", M={"b": 1, "a": 2})).key == form(bound("Get-A", M={"a": 2, "b": 1})).key
