"""A session that was recorded and is replayed: the same comes out, and nothing else does."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.clixml import SecureString
from lync_magic.errors import CredentialNeeded, LyncError, RemoteError, TapeCut, TapeError, TapeMismatch, UsageError
from lync_magic.psrp import Argument, Command, Event, Pipeline
from lync_magic.sessions import Session, lock
from lync_magic.tapes import Tape, shelf

Connect = Callable[..., Session]
RECORDINGS = Path(__file__).parents[1] / "recordings"


def raw(session: Session, pipeline: Pipeline) -> list[bytes]:
    return [each for batch in session.stream_raw(pipeline) for each in batch]


def report(session: Session) -> list[Any]:
    """What a report asks."""
    return [session.Get_CsTenant(), session.Get_CsOnlineUser(ResultSize=5), session.Get_CsExternalAccessPolicy()]


@pytest.fixture
def recorded(live: Connect, tape: Path) -> Path:
    """A tape of a report."""
    with live(record=tape) as session:
        report(session)
    return tape


def test_a_replay_gives_the_bytes_that_came(live: Connect, tape: Path) -> None:
    users = Pipeline.of("Get-CsOnlineUser", {"ResultSize": 40})
    with live(record=tape) as session:
        came = raw(session, users)
    with lync_magic.connect(replay=tape) as session:
        assert raw(session, users) == came
    assert len(came) == 40


def test_a_replay_gives_the_records_that_came(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        came = report(session)
    with lync_magic.connect(replay=tape) as session:
        assert report(session) == came
        assert session.user_name == "kenmyer@litwareinc.com"
        assert session.http_requests == 0


def test_nobody_is_asked_for_a_password(recorded: Path) -> None:
    with lync_magic.connect("kenmyer@litwareinc.com", replay=recorded) as session:
        report(session)


def test_every_result_of_a_replay_says_so(recorded: Path) -> None:
    with lync_magic.connect(replay=recorded) as session:
        tenant, users, _ = report(session)
    day = Tape(recorded).origin
    assert day.startswith("from the tape of ")
    assert day in repr(users)
    for one in (
        tenant,
        users[:2],
        users + users,
        users.sorted(lambda user: user.DisplayName),
        pickle.loads(pickle.dumps(users)),
    ):
        assert one.lync_origin == day
    assert day in users._repr_mimebundle_().get("text/html", day)


def test_errors_warnings_and_verbose_lines_come_as_they_came(live: Connect, tape: Path) -> None:
    def said(session: Session) -> tuple[list[Event], str]:
        events: list[Event] = []
        pipeline = Pipeline((Command("Get-CsOnlineUser", (Argument("Identity", "nobody@litwareinc.com"),)),))
        with pytest.raises(RemoteError) as failed:
            session.run(pipeline, report=events.append)
        session.run(Pipeline.of("Set-CsMeetingConfiguration", {"Verbose": True}), report=events.append)
        return events, str(failed.value)

    with live(record=tape) as session:
        came = said(session)
    with lync_magic.connect(replay=tape) as session:
        assert said(session) == came


def test_words_and_bound_parameters_are_the_same_request(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        session.run(Pipeline.of("Get-CsOnlineUser", {"ResultSize": 3, "Verbose": True}))
    words = (Argument("-VERBOSE"), Argument("-resultsize"), Argument(None, 3))
    with lync_magic.connect(replay=tape) as session:
        assert len(session.run(Pipeline((Command("get-csonlineuser", words),)))) == 3


def test_a_missing_entry_names_the_nearest(recorded: Path) -> None:
    session = lync_magic.connect(replay=recorded)
    with pytest.raises(TapeMismatch, match=r"ResultSize 6.*nearest.*Get-CsOnlineUser -ResultSize 5"):
        session.Get_CsOnlineUser(ResultSize=6)
    report(session)
    with pytest.raises(TapeMismatch, match="1 command was asked that the tape does not hold"):
        session.close()


def test_what_nobody_asked_for_is_an_error_at_the_end(recorded: Path) -> None:
    with (
        pytest.raises(TapeMismatch, match="2 commands were on the tape"),
        lync_magic.connect(replay=recorded) as session,
    ):
        session.Get_CsTenant()


def test_the_error_of_a_block_is_not_replaced(recorded: Path) -> None:
    with pytest.raises(KeyError), lync_magic.connect(replay=recorded):
        raise KeyError


def test_equal_requests_are_answered_in_their_order_and_no_more_often(live: Connect, tape: Path) -> None:
    look = Pipeline.of("Get-CsTenantFederationConfiguration")
    with live(record=tape) as session:
        before = session.run(look)
        allowed = bool(before[0].AllowFederatedUsers)
        session.Set_CsTenantFederationConfiguration(AllowFederatedUsers=not allowed)
        after = session.run(look)
        session.Set_CsTenantFederationConfiguration(AllowFederatedUsers=allowed)
    assert before != after
    with lync_magic.connect(replay=tape) as session:
        assert session.run(look) == before
        session.Set_CsTenantFederationConfiguration(AllowFederatedUsers=not allowed)
        assert session.run(look) == after
        with pytest.raises(TapeMismatch, match="holds it 2 times, and it was asked once more"):
            session.run(look)
        session.Set_CsTenantFederationConfiguration(AllowFederatedUsers=allowed)
        with pytest.raises(TapeMismatch):
            session.close()


def test_a_change_is_refused_out_of_its_order(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        session.Set_CsMeetingConfiguration(HelpURL="https://a.litwareinc.com")
        session.Set_CsMeetingConfiguration(HelpURL="https://b.litwareinc.com")
    session = lync_magic.connect(replay=tape)
    with pytest.raises(TapeMismatch, match="another change comes first"):
        session.Set_CsMeetingConfiguration(HelpURL="https://b.litwareinc.com")
    with pytest.raises(TapeError):
        session.close()


def test_objects_that_are_piped_are_part_of_the_request(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        users = session.Get_CsOnlineUser(ResultSize=2)
        session.run(Pipeline.of("Select-Object", {"Property": ["Name"]}), input=users)
    with lync_magic.connect(replay=tape) as session:
        users = session.Get_CsOnlineUser(ResultSize=2)
        with pytest.raises(TapeMismatch):
            session.run(Pipeline.of("Select-Object", {"Property": ["Name"]}), input=users[:1])
        assert len(session.run(Pipeline.of("Select-Object", {"Property": ["Name"]}), input=users)) == 2
        with pytest.raises(TapeMismatch):
            session.close()


def test_a_secret_as_a_parameter_can_be_replayed(live: Connect, tape: Path) -> None:
    pipeline = Pipeline.of("Get-CsTenant", {"Identity": SecureString("hunter2-hunter2")})
    with live(record=tape) as session, pytest.raises(LyncError):
        session.run(pipeline)
    with lync_magic.connect(replay=tape) as session, pytest.raises(RemoteError):
        session.run(pipeline)
    assert "[securestring]" in Tape(tape).entries[-1].command


# --- modes ---------------------------------------------------------------------------------------------------------


def test_once_records_and_then_replays(live: Connect, tape: Path) -> None:
    with live(record=tape) as session:
        assert not session.origin
        report(session)
    shelf.forget()  # as in another process
    with live(record=tape) as session:
        assert session.origin
        report(session)


def test_none_never_records(tape: Path) -> None:
    with pytest.raises(UsageError, match="There is no tape"):
        lync_magic.connect("kenmyer@litwareinc.com", record=tape, mode="none")
    assert not tape.exists()


def test_a_ci_does_not_record_unless_it_is_told(tape: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UsageError, match="There is no tape"):
        lync_magic.connect("kenmyer@litwareinc.com", password="p@ssw0rd!", record=tape)


def test_all_adds_and_rewrite_replaces(live: Connect, recorded: Path) -> None:
    shelf.forget()
    with live(record=recorded, mode="all") as session:
        session.Get_CsTenant()
    commands = [one.command for one in Tape(recorded).entries if not one.incidental]
    assert commands.count("Get-CsTenant") == 2
    assert Tape(recorded).verify() == []
    shelf.forget()
    with live(record=recorded, mode="rewrite") as session:
        session.Get_CsTenant()
    assert [one.command for one in Tape(recorded).entries if not one.incidental] == ["Get-CsTenant"]


def test_two_programs_do_not_record_one_tape(live: Connect, tape: Path) -> None:
    with tape.with_name(f"{tape.name}.part").open("wb") as other:
        assert lock(other)
        with pytest.raises(TapeError, match="Another program records"):
            live(record=tape)
    with live(record=tape) as session:
        session.Get_CsTenant()
    assert Tape(tape).verify() == []


def test_a_later_session_of_the_same_process_adds(live: Connect, tape: Path) -> None:
    for _ in range(2):
        with live(record=tape, mode="rewrite") as session:
            session.Get_CsTenant()
    assert [one.command for one in Tape(tape).entries if not one.incidental] == ["Get-CsTenant"] * 2


def test_a_failed_sign_in_leaves_the_tape_as_it_was(recorded: Path) -> None:
    before = recorded.read_bytes()
    with pytest.raises(CredentialNeeded):
        lync_magic.connect("kenmyer@litwareinc.com", record=recorded, mode="all")
    assert recorded.read_bytes() == before


# --- cut -----------------------------------------------------------------------------------------------------------


def test_a_cut_tape_gives_what_it_has_and_says_so(live: Connect, tape: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = Pipeline.of("Get-CsOnlineUser", {"ResultSize": 30})
    monkeypatch.setattr("lync_magic.tapes.form.BLOCK_BYTES", 8_000)
    with live(record=tape) as session:
        session.Get_CsTenant()
        session.run(users)
    with Tape(tape) as whole:
        begins = whole.entries[-1].place.block
        blocks = sorted({each.place.block for each in whole._reader.frames()})
    tape.write_bytes(tape.read_bytes()[: [block for block in blocks if block > begins][2] + 100])
    with Tape(tape) as cut:
        assert not cut.whole
        assert cut.verify()
        last = cut.entries[-1]
    assert 0 < last.objects < 30
    session = lync_magic.connect(replay=tape)
    assert session.Get_CsTenant().lync_origin.endswith("which was cut")
    came: list[Any] = []
    with pytest.raises(TapeCut, match="ends in the middle"):
        came.extend(each for batch in session.stream(users) for each in batch)
    assert len(came) == last.objects
    session.close()


def test_a_cut_at_any_place_is_read_or_refused_in_words(recorded: Path, tmp_path: Path) -> None:
    data = recorded.read_bytes()
    for size in range(0, len(data), max(1, len(data) // 60)):
        part = tmp_path / "part.tape"
        part.write_bytes(data[:size])
        try:
            opened = Tape(part)
        except TapeError:
            continue
        with opened:
            assert not opened.whole
            assert opened.verify()


def test_a_changed_byte_is_noticed_in_its_head_too(recorded: Path) -> None:
    whole = recorded.read_bytes()
    for place in (whole.index(b'"recorded":') + len('"recorded":"20'), len(whole) // 2):
        data = bytearray(whole)
        data[place] ^= 1
        recorded.write_bytes(bytes(data))
        with Tape(recorded) as opened:
            assert opened.verify()


def test_a_tape_of_a_newer_version_is_refused(recorded: Path) -> None:
    recorded.write_bytes(recorded.read_bytes().replace(b"lync-magic tape 2\n", b"lync-magic tape 9\n", 1))
    with pytest.raises(TapeError, match="version 9"):
        Tape(recorded)


def test_a_tape_of_version_1_is_read() -> None:
    with Tape(RECORDINGS / "tape_version_1.tape") as opened:
        assert opened.whole
        assert opened.verify() == []
        told = {entry.command: len(opened.records(entry)) for entry in opened.entries if not entry.incidental}
    assert told == {"Get-CsTenant": 1}


def test_a_tape_is_replayed_by_versions_whose_import_asks_for_other_properties() -> None:
    with lync_magic.connect(replay=RECORDINGS / "tape_version_1.tape") as session:
        assert len(session.Get_CsTenant()) == 1


def test_the_head_says_what_the_file_is(recorded: Path) -> None:
    head = recorded.read_bytes()[:3000].decode("utf-8", "replace")
    assert head.startswith("lync-magic tape 2\n")
    assert "A frame" in head


def test_a_tape_is_for_its_owner_alone(recorded: Path) -> None:
    assert recorded.stat().st_mode & 0o077 == 0
