"""Whatever an envelope says, the answer is an envelope: the server never fails by itself, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_client import ENUMERATE, PASSWORD, RESOURCE, SHELL, TRANSFER, USER, CarefulClient
from sandbox_process import TINY_SERVER, running

COMMAND = "C0FFEE00-0000-0000-0000-000000000001"
REQUESTS = (
    (
        f"{SHELL}/Receive",
        f'<rsp:Receive><rsp:DesiredStream CommandId="{COMMAND}">stdout</rsp:DesiredStream></rsp:Receive>',
    ),
    (f"{SHELL}/Send", f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{COMMAND}">AAAA</rsp:Stream></rsp:Send>'),
    (f"{SHELL}/Signal", f'<rsp:Signal CommandId="{COMMAND}"><rsp:Code>{SHELL}/signal/ctrl_c</rsp:Code></rsp:Signal>'),
    (
        f"{SHELL}/Command",
        f'<rsp:CommandLine CommandId="{COMMAND}"><rsp:Command/><rsp:Arguments>AAAA</rsp:Arguments></rsp:CommandLine>',
    ),
    (
        f"{TRANSFER}/Create",
        "<rsp:Shell><rsp:IdleTimeOut>PT60S</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout</rsp:OutputStreams>"
        '<creationXml xmlns="http://schemas.microsoft.com/powershell">AAAA</creationXml></rsp:Shell>',
    ),
    (
        f"{SHELL}/Connect",
        '<rsp:Connect><connectXml xmlns="http://schemas.microsoft.com/powershell">AAAA</connectXml></rsp:Connect>',
    ),
    (f"{SHELL}/Disconnect", "<rsp:Disconnect><rsp:IdleTimeOut>PT60S</rsp:IdleTimeOut></rsp:Disconnect>"),
    (f"{SHELL}/Reconnect", "<rsp:Reconnect/>"),
    (f"{TRANSFER}/Get", ""),
    (ENUMERATE, '<n:Enumerate xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/>'),
)
ODD = ("", "²", "-1", "1e999", "PT", "P1Y", "uuid:", "٠", "9" * 500, "PT0.6S", "A", "=", "😀")
CHANGES = st.tuples(
    st.integers(0, 40),
    st.sampled_from(("text", "attribute", "twice", "gone", "name")),
    st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
)


@pytest.fixture(scope="module", params=["windows", "strict"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    many = ("--seats-administrator", "1000", "--seats-tenant", "1000", "--hang")
    with running([str(TINY_SERVER)], "--dialect", request.param, *many) as sandbox:
        one = CarefulClient(sandbox)
        one.open()
        one.session = requests.Session()  # type: ignore[attr-defined]
        one.session.auth, one.session.verify = (USER, PASSWORD), sandbox.ca  # type: ignore[attr-defined]
        yield one, f"{sandbox.https}/wsman"


def changed(envelope: str, changes: list[tuple[int, str, str]]) -> bytes:
    root = ElementTree.fromstring(envelope)
    for place, what, text in changes:
        elements = list(root.iter())
        one = elements[place % len(elements)]
        parent = next((above for above in elements if one in list(above)), None)
        if what == "text":
            one.text = text
        elif what == "attribute" and one.attrib:
            one.attrib[sorted(one.attrib)[place % len(one.attrib)]] = text
        elif what == "twice" and parent is not None:
            parent.append(one)
        elif what == "gone" and parent is not None:
            parent.remove(one)
        elif what == "name":
            one.tag += "x"
    return ElementTree.tostring(root)


@settings(max_examples=200)
@given(asked=st.sampled_from(REQUESTS), changes=st.lists(CHANGES, min_size=1, max_size=3))
def test_every_envelope_is_answered_by_one(
    client: Any, asked: tuple[str, str], changes: list[tuple[int, str, str]]
) -> None:
    asking, where = client
    envelope = asking.envelope(*asked, timeout=0.5, resource=SHELL if asked[1].startswith("<n:") else RESOURCE)
    answer = asking.session.post(
        where,
        data=changed(envelope, changes),
        headers={"Content-Type": "application/soap+xml;charset=UTF-8"},
        timeout=30,
    )
    assert answer.status_code in (200, 500)
    assert ElementTree.fromstring(answer.content).tag.endswith("}Envelope")
