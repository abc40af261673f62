"""What changed since last week: two tapes compared, and the command line of tapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lync_magic.commandline.main import _run
from lync_magic.sessions import Session
from lync_magic.tapes import Tape, compare, differences_of, shelf

Connect = Callable[..., Session]


@pytest.fixture
def two(live: Connect, tmp_path: Path) -> tuple[Path, Path]:
    """A tape of a tenant, and one after it was changed."""
    tapes = tmp_path / "monday.tape", tmp_path / "tuesday.tape"
    with live() as session:
        for number, path in enumerate(tapes):
            with live(record=path) as recording:
                recording.Get_CsOnlineUser(ResultSize=6)
                recording.Get_CsMeetingConfiguration()
                recording.Get_CsTenant()
                if number:
                    recording.Get_CsPresencePolicy()
            if not number:
                session.Set_CsMeetingConfiguration(HelpURL="https://changed.litwareinc.com")
        session.Set_CsMeetingConfiguration(HelpURL="")
    return tapes


def test_the_difference_is_what_was_changed_and_no_more(two: tuple[Path, Path]) -> None:
    with Tape(two[0]) as before, Tape(two[1]) as after:
        compared = compare(before, after, None)
        changes = differences_of(compared)
    assert [each.state for each in compared] == ["same", "changed", "same", "added"]
    assert [(row["Change"], row["Property"], row["After"]) for row in changes if row.get("Property")] == [
        ("Changed", "HelpURL", "https://changed.litwareinc.com")
    ]
    assert [row["Command"] for row in changes if row["Change"] == "Command added"] == ["Get-CsPresencePolicy"]


def test_the_command_line_shows_what_changed(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["tape", "diff", str(two[0]), str(two[1])]) == 1
    shown = capsys.readouterr().out
    assert "~ Global  HelpURL:" in shown
    assert "→ https://changed.litwareinc.com" in shown
    assert _run(["tape", "diff", "--json", str(two[0]), str(two[1])]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["Change"] for row in rows} == {"Changed", "Command added"}
    assert _run(["tape", "diff", "--ignore", "HelpURL", str(two[0]), str(two[0])]) == 0


def test_the_command_line_shows_a_tape(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = str(two[0])
    assert _run(["tape", "show", path]) == 0
    shown = capsys.readouterr().out
    assert "kenmyer@litwareinc.com" in shown
    assert "Get-CsOnlineUser -ResultSize 6  6 objects" in shown
    assert _run(["tape", "show", "--json", path]) == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    number = next(each["number"] for each in entries if each["command"].startswith("Get-CsOnlineUser"))
    assert _run(["tape", "show", "--json", "--entry", str(number), path]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert _run(["tape", "show", "--entry", "999", path]) == 3
    assert "has no entry 999" in capsys.readouterr().err


def test_the_command_line_verifies_and_redacts(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    monday, tuesday = map(str, two)
    assert _run(["tape", "verify", monday, tuesday]) == 0
    assert _run(["tape", "redact", monday, "SipAddress", "-o", tuesday]) == 0
    assert _run(["tape", "verify", tuesday]) == 0
    two[0].write_bytes(two[0].read_bytes()[:-20])
    assert _run(["tape", "verify", monday]) == 1
    assert "no end" in capsys.readouterr().err
    assert not shelf.holds(str(two[0].with_name("other.tape")))
