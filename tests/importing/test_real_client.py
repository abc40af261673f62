"""Our calls carry the same command, names and values as the proxies of PowerShell's own client: its recording."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from lync_magic.clixml import Null
from lync_magic.psrp import Argument, Command, Pipeline
from lync_magic.psrp.requests import create_pipeline

RECORDING = Path(__file__).parents[1] / "recordings" / "real_client.jsonl.gz"
CREATE_PIPELINE = 0x21006
FRAGMENT, HEADER = struct.Struct(">QQBI"), 40
ENDS = 2
LINE = re.compile(r"<Data[^>]*PSGuid='([^']*)'\s*>(.*?)</Data>")

Sent = tuple[str, dict[str, Any]]
# "": by position
CALLS: list[Sent] = [
    ("Get-CsTenant", {"Identity": "litwareinc"}),
    (
        "Get-CsOnlineUser",
        {"Filter": "DisplayName -eq 'x'", "ErrorAction": "SilentlyContinue", "": "kenmyer@litwareinc.com"},
    ),
    ("Set-CsUser", {"Identity": "sip:kenmyer@litwareinc.com", "EnterpriseVoiceEnabled": True, "WhatIf": True}),
    (
        "Set-CsTenantFederationConfiguration",
        {"AllowFederatedUsers": False, "AllowedDomains": ["a.com", "b.com"], "BlockedDomains": Null},
    ),
]


def commands_in(text: str) -> list[Sent]:
    """The commands of a CREATE_PIPELINE message: their names, and their arguments by parameter."""
    root = ElementTree.fromstring(text)
    made: list[Sent] = []
    for one in root.iter("Obj"):
        name = next((each.text for each in one.iterfind("MS/S[@N='Cmd']")), None)
        if name is None:
            continue
        arguments: dict[str, Any] = {}
        for argument in one.iterfind("MS/Obj[@N='Args']/LST/Obj/MS"):
            said = next((each.text or "" for each in argument.iterfind("S[@N='N']")), "")
            arguments[said.strip("-:")] = value_of(next(each for each in argument if each.get("N") == "V"))
        made.append((name, arguments))
    return made


def value_of(element: ElementTree.Element) -> Any:
    items = element.find("LST")
    if items is not None:
        return [value_of(one) for one in items]
    if element.tag == "Nil":
        return None
    inner = element.find("MS/B[@N='IsPresent']")
    if inner is None:
        inner = element.find("Props/B[@N='IsPresent']")
    text = (element if inner is None else inner).text
    return {"true": True, "false": False}.get(text or "", text)


@pytest.fixture(scope="module")
def recorded() -> list[Sent]:
    """What the real client sent."""
    made: list[Sent] = []
    parts: dict[tuple[str, int], bytes] = {}
    with gzip.open(RECORDING, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][1:]
    for row in rows:
        data = LINE.match(row.get("line") or "")
        if row["from"] != "client" or data is None:
            continue
        raw = base64.b64decode(data[2])
        while raw:
            number, _, flags, size = FRAGMENT.unpack_from(raw)
            blob, raw = raw[FRAGMENT.size : FRAGMENT.size + size], raw[FRAGMENT.size + size :]
            key = (data[1], number)
            parts[key] = parts.get(key, b"") + blob
            if flags & ENDS:
                message = parts.pop(key)
                if struct.unpack_from("<I", message, 4)[0] == CREATE_PIPELINE:
                    made += commands_in(message[HEADER:].decode("utf-8-sig"))
    return made


@pytest.mark.parametrize(("name", "given"), CALLS, ids=[name for name, _ in CALLS])
def test_a_call_carries_what_the_real_proxy_sends(name: str, given: dict[str, Any], recorded: list[Sent]) -> None:
    pipeline = Pipeline((Command(name, tuple(Argument(one or None, value) for one, value in given.items())),))
    message = create_pipeline(pipeline, has_input=False, encrypt=lambda _secret: "")
    (ours,) = commands_in(message.decode("utf-8-sig"))
    assert ours in recorded
