"""What never reaches a tape."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import lync_magic
from lync_magic.clixml import Credential, PSObject, SecureString, decode
from lync_magic.errors import LyncError, UsageError
from lync_magic.psrp import Argument, Command, Encoder, Message, MessageType, Pipeline
from lync_magic.psrp.requests import create_pipeline
from lync_magic.sessions import Session
from lync_magic.tapes import Tape, redact_tape
from lync_magic.tapes.form import BlockReader
from lync_magic.tapes.recording import Recorder
from lync_magic.tapes.redaction import Redaction

Connect = Callable[..., Session]
KNOWN = "S3cret&Known<1>"
JWT = "eyJhbGciOiJub25l.eyJzdWIiOiJrZW4ifQ.c2lnbmF0dXJl"


def clixml(**properties: object) -> bytes:
    return Encoder(in_base64).value(PSObject(dict(properties), ("Test.Object",))).encode()


def in_base64(secret: SecureString) -> str:
    return base64.b64encode(secret.reveal().encode()).decode()


PLANTED = {
    "a password in a property": clixml(UserPassword="planted-01"),
    "a secret in a property": clixml(ClientSecret="planted-02"),
    "an API key in a property": clixml(apiKey="planted-03"),
    "a SecureString": clixml(Pin=SecureString("planted-04")),
    "a credential": clixml(Proxy=Credential("ken", "planted-05")),
    "the session's password in a text": clixml(Notes=f"it is {KNOWN}."),
    "in base64": clixml(Notes=base64.b64encode(KNOWN.encode()).decode()),
    "in an address": clixml(Notes=quote(KNOWN, safe="")),
    "in UTF-16 and base64": clixml(Notes=base64.b64encode(KNOWN.encode("utf-16-le")).decode()),
    "a token": clixml(Notes=f"got {JWT}"),
    "a bearer token": clixml(Notes="Authorization: Bearer planted-10-planted-10"),
    "a basic credential": clixml(Notes="Authorization: Basic cGxhbnRlZC0xMS1wbGFudGVk"),
    "a password that is said": clixml(Notes="login with password=planted-12 please"),
    "a password in an address": clixml(Notes="https://ken:planted-13@litwareinc.com/x"),
    "a password made in a script": clixml(Notes="ConvertTo-SecureString 'planted 14' -AsPlainText"),
    "in an object in an object": clixml(Inner=PSObject({"Token": "planted-15"}, ("T",))),
    "in a list": clixml(All=["a", "pwd: planted-16"]),
    "in a hashtable, by its key": clixml(All={"Token": "planted-01", "b": 1}),
    "in a list that is named": clixml(AccessKey=["planted-02", "planted-03"], b=1),
    "in a table that is named": clixml(All={"Secret": {"a": "planted-04"}}),
    "in an object that is named": clixml(Password=PSObject({"Text": "planted-05"}, ("T",), text="planted-06")),
    "in a hashtable": clixml(All={"ConnectionString": "x"}, Text="token=planted-17"),
    "what a person named": clixml(MobilePhone="+1 planted-18"),
    "what a person named, in an object": clixml(
        MobilePhone=PSObject({"Number": "planted-19"}, ("T",), text="planted-19")
    ),
    "what a person named, elsewhere": clixml(LineURI="tel:planted-20x", MobilePhone="planted-20x"),
}
FORMS = [
    *(f"planted-{number:02}" for number in range(1, 21)),
    *("planted 14", KNOWN, "S3cret", JWT, quote(KNOWN, safe=""), "cGxhbnRlZC0xMS1wbGFudGVk"),
    base64.b64encode(KNOWN.encode()).decode(),
    base64.b64encode(KNOWN.encode("utf-16-le")).decode(),
    base64.b64encode(b"planted-04").decode(),
]


@pytest.fixture
def redaction() -> Redaction:
    made = Redaction(("MobilePhone", "*Mail*"))
    made.know(KNOWN)
    return made


@pytest.mark.parametrize("place", PLANTED)
def test_a_secret_is_taken_out_and_the_object_can_be_read(redaction: Redaction, place: str) -> None:
    cleaned = redaction.clean([PLANTED[place]])[0]
    assert not [form for form in FORMS if form.encode() in cleaned]
    assert decode(cleaned) is not None
    assert redaction.clean([cleaned]) == [cleaned]


def test_what_is_no_secret_stays_as_it_came(redaction: Redaction) -> None:
    plain = clixml(
        DisplayName="Ken Myer", PasswordNeverExpires=True, PasswordPolicies="None", Passwords=3, Text="a < b"
    )
    assert redaction.clean([plain]) == [plain]


def test_pseudonyms_are_the_same_in_a_tape_and_others_in_another() -> None:
    def phones(redaction: Redaction) -> list[str]:
        made = redaction.clean(
            [clixml(MobilePhone="+15551"), clixml(MobilePhone="+15552"), clixml(mobilephone="+15551")]
        )
        return [next(iter(decode(each).properties.values())) for each in made]

    first, second, third = phones(Redaction(("MobilePhone",)))
    assert first == third != second
    assert re.fullmatch(r"redacted-[0-9a-f]{12}", first)
    assert phones(Redaction(("MobilePhone",)))[0] != first


def test_every_kind_of_value_can_be_named() -> None:
    values = {
        "Text": "secret text",
        "Number": 15551234,
        "Truth": True,
        "List": ["one text", 2],
        "Table": {"a": "b text"},
    }
    redaction = Redaction(tuple(values))
    cleaned = redaction.clean([clixml(**values, Other="stays")])[0]
    for text in (b"secret text", b"15551234", b"true", b"one text", b"b text"):
        assert text not in cleaned
    assert decode(cleaned)["Other"] == "stays"


def test_a_function_says_what_is_taken_out() -> None:
    redaction = Redaction.of(lambda name, text: "Somebody" if name == "DisplayName" and "&" in text else None)
    cleaned = decode(redaction.clean([clixml(DisplayName="Ken & Co", City="Paris")])[0])
    assert (cleaned["DisplayName"], cleaned["City"]) == ("Somebody", "Paris")


def test_everything_cannot_be_named() -> None:
    with pytest.raises(UsageError, match="Everything"):
        Redaction.of("*")


# --- on a tape -----------------------------------------------------------------------------------------------------


def unpacked(path: Path) -> bytes:
    """Everything that a file holds, packed and unpacked."""
    reader = BlockReader(path)
    frames = b"".join(each.data for each in reader.frames())
    reader.close()
    return path.read_bytes() + frames + json.dumps(reader.index, ensure_ascii=False).encode()


def test_no_planted_secret_is_on_a_tape(tmp_path: Path) -> None:
    redaction = Redaction(("MobilePhone",))
    path = tmp_path / "planted.tape"
    recorder = Recorder(path, redaction, {"redacted": ["MobilePhone"]})
    recorder.opened = True
    tap = recorder.session({"target": "a", "user": "ken", "uri": "https://a"}, Credential("ken", KNOWN), None)
    asked = Pipeline(
        (
            Command(
                "Set-Thing", (Argument("Password", "planted-01"), Argument("-Token"), Argument(None, "planted-02"))
            ),
            Command("Get-Thing", (Argument("Identity", f"x {KNOWN}"), Argument("Credential", Credential("k", KNOWN)))),
            Command("$p = ConvertTo-SecureString 'planted 14'; $password = 'planted-12'", is_script=True),
        )
    )
    request = create_pipeline(
        asked, has_input=True, encrypt=lambda secret: base64.b64encode(secret.reveal().encode()).decode()
    )
    heard = tap.begin(Message(MessageType.CREATE_PIPELINE, None, request))
    for data in PLANTED.values():
        heard.fed(Message(MessageType.PIPELINE_INPUT, None, data))
        for kind in ("PIPELINE_OUTPUT", "ERROR_RECORD", "VERBOSE_RECORD", "WARNING_RECORD", "INFORMATION_RECORD"):
            heard.took([Message(MessageType[kind], None, data)])
    heard.ended(4)
    recorder.close()
    held = unpacked(path)
    assert not [form for form in FORMS if form.encode() in held]
    with Tape(path) as opened:
        assert opened.verify() == []
        assert opened.entries[0].objects == len(PLANTED)


def test_a_secret_that_became_known_later_is_found_at_the_close(tmp_path: Path) -> None:
    path = tmp_path / "late.tape"
    tokens = ["unheard-of-token"]
    recorder = Recorder(path, Redaction(), {})
    recorder.opened = True
    tap = recorder.session({"target": "a"}, None, lambda: tokens[0] if len(tokens) > 1 else None)
    heard = tap.begin(Message(MessageType.GET_COMMAND_METADATA, None, clixml(Name=["Get-A"])))
    heard.took([Message(MessageType.PIPELINE_OUTPUT, None, clixml(Text="it was unheard-of-token then"))])
    heard.ended(4)
    while recorder._held:
        pass
    tokens.append("")
    recorder.close()
    assert b"unheard-of-token" not in unpacked(path)
    with Tape(path) as opened:
        assert opened.verify() == []
        assert opened.records(opened.entries[0])[0].Text == "it was [secret] then"


def test_what_is_named_is_off_the_tape_and_joins_still_work(live: Connect, tape: Path) -> None:
    def names(session: Session) -> tuple[list[Any], list[Any]]:
        users = session.Get_CsOnlineUser(ResultSize=8)
        again = session.Get_CsOnlineUser(ResultSize=8)
        return list(users.UserPrincipalName), list(again.UserPrincipalName)

    with live(record=tape, redact="UserPrincipalName, SipAddress") as session:
        came, _ = names(session)
    with lync_magic.connect(replay=tape) as session:
        first, second = names(session)
    assert first == second
    assert len(set(first)) == len(set(came))
    held = unpacked(tape)
    assert not [name for name in came if name.encode() in held and name != "kenmyer@litwareinc.com"]


def test_a_named_parameter_is_off_the_tape_and_can_be_replayed(live: Connect, tape: Path) -> None:
    pipeline = Pipeline.of("Get-CsOnlineUser", {"Identity": "packerman@litwareinc.com"})
    with live(record=tape, redact=["Identity"]) as session:
        session.run(pipeline)
    assert Tape(tape).entries[-1].command == "Get-CsOnlineUser -Identity [redacted]"
    with lync_magic.connect(replay=tape) as session:
        session.run(pipeline)


def test_more_can_be_taken_off_later(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        session.Get_CsOnlineUser(ResultSize=5)
    redact_tape(tape, tape, "SipAddress")
    with Tape(tape) as opened:
        assert opened.verify() == []
        assert opened.about["redacted"] == ["SipAddress"]
        users = opened.records(opened.entries[-1])
    assert all(address.startswith("redacted-") for address in users.SipAddress)


def test_the_password_of_a_session_is_nowhere(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        for identity in ("p@ssw0rd!", "x'p@ssw0rd!'"):
            try:
                session.Get_CsOnlineUser(Identity=identity)
            except LyncError:
                continue
    assert b"p@ssw0rd!" not in unpacked(tape)
    assert not list(tape.parent.glob("*.part"))
