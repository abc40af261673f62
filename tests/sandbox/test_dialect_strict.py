"""A strict server refuses whatever it may, with WinRM's number for it, and serves who asks as the protocol says."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from raw_client import ENUMERATE, PASSWORD, RESOURCE, RSP, SHELL, TRANSFER, USER, CarefulClient
from sandbox_process import TINY_SERVER, running

INVALID_HEADER = 2150858767
INVALID_OPTIONS = 2150858809
INVALID_PARAMETER = 2150858810
INVALID_RESOURCE = 2150858811
INVALID_SELECTORS = 2150858813
INVALID_BODY = 2150858791
NOT_FOUND = 2150858843
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"


@pytest.fixture(scope="module")
def strict() -> Iterator[Any]:
    many = ("--seats-administrator", "100", "--seats-tenant", "100")
    with running([str(TINY_SERVER)], "--dialect", "strict", *many) as one:
        yield one


@pytest.fixture
def client(strict: Any) -> Iterator[CarefulClient]:
    one = CarefulClient(strict)
    one.open()
    yield one
    one.delete()


def without(pattern: str) -> Callable[[str], str]:
    return lambda envelope: re.sub(pattern, "", envelope)


def put(header: str) -> Callable[[str], str]:
    return lambda envelope: envelope.replace("<s:Header>", f"<s:Header>{header}")


def instead(old: str, new: str) -> Callable[[str], str]:
    return lambda envelope: envelope.replace(old, new)


def test_a_careful_client_is_served(client: CarefulClient) -> None:
    command_id, answer = client.command("Get-Text", 2)
    assert answer.fault is None
    assert client.receive(command_id).output.count(b"<S>text ") == 2
    assert client.signal(command_id).fault is None
    assert client.send(f"{SHELL}/Disconnect", "<rsp:Disconnect/>").fault is None
    assert client.send(f"{SHELL}/Reconnect", "<rsp:Reconnect/>").fault is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without("<a:To>.*</a:To>"), INVALID_HEADER),
        (without("<a:ReplyTo>.*</a:ReplyTo>"), INVALID_HEADER),
        (instead("/role/anonymous", "/role/somebody"), INVALID_HEADER),
        (without("<w:Locale[^>]*>"), INVALID_HEADER),
        (without("<w:MaxEnvelopeSize>.*</w:MaxEnvelopeSize>"), INVALID_HEADER),
        (without("<w:OperationTimeout>.*</w:OperationTimeout>"), INVALID_HEADER),
        (lambda envelope: re.sub("uuid:[^<]*", "message 1", envelope), INVALID_HEADER),
        (put("<a:To>twice</a:To>"), INVALID_HEADER),
        (put('<x:Odd xmlns:x="urn:x" s:mustUnderstand="true"/>'), 2150859035),
        (instead('<w:Locale s:mustUnderstand="false"', '<w:Locale s:mustUnderstand="true"'), 2150858887),
        (instead(">153600<", ">512001<"), 2150858823),
        (instead(">153600<", ">8191<"), INVALID_HEADER),
        (instead(">PT5S<", ">PT0.4S<"), 2150858881),
        (instead(RESOURCE, RESOURCE.replace("Microsoft.PowerShell", "microsoft.powershell")), INVALID_RESOURCE),
        (instead(RESOURCE, f"{RESOURCE}.Other"), INVALID_RESOURCE),
        (instead('Selector Name="ShellId"', 'Selector Name="shellid"'), INVALID_SELECTORS),
        (without("<w:SelectorSet>.*</w:SelectorSet>"), INVALID_SELECTORS),
        (put('<w:OptionSet><w:Option Name="ODD" MustComply="true">1</w:Option></w:OptionSet>'), INVALID_OPTIONS),
        (put("<w:OptionSet>" + 2 * '<w:Option Name="A">1</w:Option>' + "</w:OptionSet>"), INVALID_OPTIONS),
        (instead(">stdout<", ">stderr<"), INVALID_PARAMETER),
        (put('<x:Odd xmlns:x="urn:x" s:mustUnderstand="false"/>'), None),
        (put('<w:OptionSet><w:Option Name="ODD">1</w:Option></w:OptionSet>'), None),
    ],
)
def test_a_receive_is_refused_for_what_it_may_be_refused_for(
    client: CarefulClient, change: Callable[[str], str], fault: int | None
) -> None:
    command_id, _ = client.command("Get-Text", 1)
    body = f'<rsp:Receive><rsp:DesiredStream CommandId="{command_id}">stdout</rsp:DesiredStream></rsp:Receive>'
    assert client.changed(change, f"{SHELL}/Receive", body).fault == fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without("<w:OptionSet>.*</w:OptionSet>"), INVALID_OPTIONS),
        (instead("MustComply='true'", ""), INVALID_OPTIONS),
        (instead("stdin pr", "stdin"), INVALID_BODY),
        (instead("<rsp:OutputStreams>stdout</rsp:OutputStreams>", ""), INVALID_BODY),
        (
            lambda envelope: re.sub("(<rsp:Input.*</rsp:Input.*?>)(<rsp:Out.*</rsp:Out.*?>)", r"\2\1", envelope),
            INVALID_BODY,
        ),
    ],
)
def test_a_create_is_refused_for_what_it_may_be_refused_for(
    strict: Any, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str], fault: int
) -> None:
    monkeypatch.setattr(CarefulClient, "change", staticmethod(change))
    assert CarefulClient(strict).create().fault == fault


def test_an_idle_time_out_that_is_not_granted_is_refused(strict: Any) -> None:
    assert CarefulClient(strict).create("<rsp:IdleTimeOut>PT59S</rsp:IdleTimeOut>").fault == 2150859250


def test_a_message_that_comes_twice_is_refused(client: CarefulClient) -> None:
    envelope = client.envelope(f"{TRANSFER}/Get", resource=SHELL)
    assert client.send_raw(envelope).fault is None
    assert client.send_raw(envelope).fault == INVALID_HEADER


def test_a_send_after_the_end_of_the_stream_is_refused(client: CarefulClient) -> None:
    command_id, _ = client.command("Get-Input", given=True)
    end = f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{command_id}" End="true"/></rsp:Send>'
    assert client.send(f"{SHELL}/Send", end).fault is None
    assert client.input(command_id, b"<S>late</S>").fault == INVALID_PARAMETER


def test_a_send_to_a_stream_that_there_is_not_is_refused(client: CarefulClient) -> None:
    answer = client.send(f"{SHELL}/Send", '<rsp:Send><rsp:Stream Name="stdout">AAAA</rsp:Stream></rsp:Send>')
    assert answer.fault == INVALID_PARAMETER


def test_an_operation_on_an_unknown_command_is_refused(client: CarefulClient) -> None:
    nobody = str(uuid.uuid4())
    assert client.receive(nobody).fault == client.signal(nobody).fault == NOT_FOUND


def test_a_list_comes_with_a_pull_or_at_once_where_it_was_asked_for_so(client: CarefulClient) -> None:
    start = f'<n:Enumerate xmlns:n="{ENUMERATION}"/>'
    shell, client.shell_id = client.shell_id, ""
    first = client.send(ENUMERATE, start, resource=SHELL)
    context = first.root.findtext(f".//{{{ENUMERATION}}}EnumerationContext")
    assert first.find("Shell") is None
    pull = f'<n:Pull xmlns:n="{ENUMERATION}"><n:EnumerationContext>{context}</n:EnumerationContext></n:Pull>'
    pulled = client.send(f"{ENUMERATION}/Pull", pull, resource=SHELL)
    assert shell in [one.text for one in pulled.root.iter(f"{RSP}ShellId")]
    assert client.send(f"{ENUMERATION}/Pull", pull, resource=SHELL).fault == 2150858779
    wsman = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    quick = f'<n:Enumerate xmlns:n="{ENUMERATION}"><w:OptimizeEnumeration xmlns:w="{wsman}"/></n:Enumerate>'
    assert client.send(ENUMERATE, quick, resource=SHELL).find("Shell") is not None
    client.shell_id = shell


def test_another_kind_of_content_is_refused_unread(strict: Any) -> None:
    answer = requests.post(
        f"{strict.https}/wsman",
        data="<a/>",
        headers={"Content-Type": "text/xml"},
        auth=(USER, PASSWORD),
        verify=strict.ca,
        timeout=10,
    )
    assert answer.status_code == 415
