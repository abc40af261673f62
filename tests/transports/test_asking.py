"""What ssh asks comes here and its answers go back, through nothing that anybody else can look into."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from lync_magic.errors import CredentialNeeded, LyncError, SessionClosed
from lync_magic.transports import CAN_ASK, Asked, ProcessTransport, Question

HERE = Path(__file__).parent
SHELL = UUID(int=1)
DEADLINE = 30.0

pytestmark = pytest.mark.skipif(not CAN_ASK, reason="ssh's questions come here on POSIX systems alone")


@pytest.fixture(autouse=True)
def own_places(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is made for the questions of this test is in a folder of its own, which is empty in the end."""
    monkeypatch.setattr(tempfile, "tempdir", str(short_folder))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    yield
    assert list(short_folder.iterdir()) == []


class Asker:
    """A connection to something that asks questions in ssh's manner. seen: what was asked, in order."""

    def __init__(self, folder: Path, answer: Callable[[Question], bytes], *questions: str) -> None:
        self.seen: list[Question] = []
        self._answers = folder / "answers.json"
        self._answer = answer
        program = [sys.executable, str(HERE / "asking_ssh.py"), str(self._answers), *questions]
        self.transport = ProcessTransport(program, answer=self._take)

    def _take(self, question: Question) -> bytearray:
        self.seen.append(question)
        return bytearray(self._answer(question))

    def open(self, timeout: float = DEADLINE) -> None:
        try:
            self.transport.open(SHELL, b"creation", timeout=timeout)
        finally:
            self.transport.close(timeout=5)

    @property
    def came(self) -> list[list[object]]:
        """Exit code and output of each helper, as ssh had them."""
        return list(json.loads(self._answers.read_text()))


@pytest.mark.parametrize(
    ("question", "kind", "answer"),
    [
        ("|Enter passphrase for key '/k': ", Asked.PASSPHRASE, "a phrase, ünicode"),
        ("|ken@web's password: ", Asked.PASSWORD, ' p@ss \\ " $x '),
        ("|(ken@web) Verification code: ", Asked.SECRET, "123456"),
        ("|Enter PIN for ECDSA-SK key /k: ", Asked.SECRET, ""),
        ("|Are you sure you want to continue connecting (yes/no/[fingerprint])? ", Asked.HOST_KEY, "yes"),
        ("|Please type 'yes', 'no' or the fingerprint: ", Asked.HOST_KEY, "no"),
        ("|Accept updated hostkeys? (yes/no): ", Asked.CONFIRMATION, "yes"),
        ("confirm|Allow use of key /k?", Asked.CONFIRMATION, ""),
    ],
)
def test_an_answer_goes_back_as_it_is(tmp_path: Path, question: str, kind: Asked, answer: str) -> None:
    asker = Asker(tmp_path, lambda _question: answer.encode(), question)
    asker.open()
    assert [(one.kind, one.text) for one in asker.seen] == [(kind, question.partition("|")[2].strip())]
    assert asker.came == [[0, answer + "\n"]]


def test_a_notice_stands_until_ssh_ends_it_and_is_not_answered(tmp_path: Path) -> None:
    asker = Asker(tmp_path, lambda _question: b"", "none|Confirm user presence for key", "|ken@web's password: ")
    asker.open()
    assert [one.kind for one in asker.seen] == [Asked.NOTICE, Asked.PASSWORD]
    assert asker.came == [[-signal.SIGTERM, ""], [0, "\n"]]


def test_why_there_is_no_answer_is_why_there_is_no_session(tmp_path: Path) -> None:
    def answer(_question: Question) -> bytes:
        raise CredentialNeeded("Nobody is here.", "Come back later.")

    with pytest.raises(CredentialNeeded, match="Nobody is here"):
        Asker(tmp_path, answer, "|ken@web's password: ").open()


def test_the_time_that_a_person_takes_does_not_count(tmp_path: Path) -> None:
    def answer(_question: Question) -> bytes:
        time.sleep(3)
        return b"x"

    Asker(tmp_path, answer, "|ken@web's password: ").open(timeout=2)


def test_a_question_that_nobody_waits_for_is_withdrawn(tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def answer(question: Question) -> bytes:
        asked.set()
        if question.withdrawn.wait(DEADLINE):
            over.set()
        raise CredentialNeeded("Too late.")

    asker = Asker(tmp_path, answer, "|ken@web's password: ")
    threading.Thread(target=lambda: (asked.wait(DEADLINE), asker.transport.give_up()), daemon=True).start()
    with pytest.raises(SessionClosed):
        asker.open()
    assert over.wait(DEADLINE)


def test_socket_and_helper_are_for_this_user_alone_and_hold_no_answer(tmp_path: Path) -> None:
    secret = "s3cret-answer"
    found: dict[str, object] = {}

    def answer(_question: Question) -> bytes:
        (folder,) = Path(tempfile.gettempdir()).iterdir()
        found["modes"] = {one.name: stat.S_IMODE(one.stat().st_mode) for one in [folder, *folder.iterdir()]}
        found["folder"] = folder.name
        return secret.encode()

    def look(question: Question) -> bytes:
        if len(asker.seen) == 1:
            return answer(question)
        processes = psutil.Process().children(recursive=True)
        found["words"] = repr([(one.cmdline(), one.environ()) for one in processes])
        found["files"] = repr([one.read_bytes() for one in Path(tempfile.gettempdir()).rglob("*") if one.is_file()])
        return b"other"

    asker = Asker(tmp_path, look, "|ken@web's password: ", "|(ken@web) Verification code: ")
    asker.open()
    assert found["modes"] == {found["folder"]: 0o700, "socket": 0o600, "askpass": 0o700}
    assert "Verification code" in str(found["words"])  # the search sees what the helpers are told
    assert "askpass.py" in str(found["files"])
    assert secret not in str(found)


@pytest.mark.parametrize("moment", ["asked", "connecting"])
def test_a_program_that_is_killed_leaves_no_process_and_no_file(
    tmp_path: Path, short_folder: Path, moment: str
) -> None:
    places = short_folder
    question = "|ken@web's password: " if moment == "asked" else "none|Confirm"
    script = f"""
import sys, threading, time
from uuid import UUID
from lync_magic.transports import ProcessTransport
def answer(question):
    print("ASKED", flush=True)
    time.sleep(600)
program = [sys.executable, "-c", "import time; print('x', flush=True); time.sleep(600)"]
if {moment == "asked"}:
    program = [sys.executable, {str(HERE / "asking_ssh.py")!r}, {str(tmp_path / "a.json")!r}, {question!r}]
else:
    threading.Timer(1, lambda: print("CONNECTING", flush=True)).start()
ProcessTransport(program, answer=answer).open(UUID(int=1), b"x", timeout=600)
"""
    program = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(places)}
    )
    assert program.stdout is not None
    assert program.stdout.readline().strip() in ("ASKED", "CONNECTING")
    children = psutil.Process(program.pid).children(recursive=True)
    assert len(list(places.iterdir())) == 1
    program.kill()
    program.wait()
    end = time.monotonic() + DEADLINE
    while list(places.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(places.iterdir()) == []
    kept = [one for one in children if "time.sleep(600)" in " ".join(_words(one))]  # a program that heeds nothing
    for one in kept:
        one.kill()
    _gone, alive = psutil.wait_procs(children, DEADLINE)
    assert alive == []


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_where_no_folder_can_be_made_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_rest: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(LyncError, match="ssh cannot ask here: No space left on device"):
        Asker(tmp_path, lambda _question: b"", "|x").open()
