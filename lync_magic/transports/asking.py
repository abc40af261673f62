"""What ssh asks while it connects, brought to whoever answers here; nothing of it is ever an argument, a variable or a
file.

ssh starts the program that `SSH_ASKPASS` names, with `SSH_ASKPASS_REQUIRE=force`: ours (`askpass.py`), which hands the
question over on a socket of mode 0600 in a folder of mode 0700 that lives as long as the connecting. Rules: a process
of its own watches this one and takes the folder away when it is let go of, or dies in whatever way. An answer is a
bytearray, overwritten once it was sent. Whoever thinks about an answer learns when nobody waits for it any more.
"""

from __future__ import annotations

import contextvars
import os
import select
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from lync_magic.errors import EndpointUnreachable, LyncError
from lync_magic.transports.askpass import ANSWERED, SOCKET_VARIABLE

CAN_ASK: Final = hasattr(socket, "AF_UNIX") and sys.platform != "win32"
"""Whether ssh's questions can be brought here on this system; where not, ssh is told to ask nothing."""
NOBODY_ASKS: Final = {"SSH_ASKPASS_REQUIRE": "never"}
"""For an ssh that nobody answers, and for those that it starts itself to jump over other hosts."""

_HELPER: Final = Path(__file__).with_name("askpass.py")
_LONGEST_QUESTION: Final = 64 * 1024
_LONGEST_PATH: Final = 103
"""Bytes of a socket's path that every system takes."""
_READ_SECONDS: Final = 5.0
_NO_FOLDER: Final = "Check that files can be made, and programs run, in the folder for temporary files (TMPDIR)."
_WATCH: Final = 'read -r end; rm -f "$1/askpass" "$1/socket"; rmdir "$1"'


class Kind(Enum):
    """What is asked for."""

    HOST_KEY = "host key"
    PASSWORD = "password"
    PASSPHRASE = "passphrase"
    SECRET = "secret"
    """A code, a PIN, or whatever else the server wants to know; not shown as it is typed."""
    CONFIRMATION = "confirmation"
    NOTICE = "notice"
    """Nothing: the person has to do something, such as touch a security key."""


@dataclass(frozen=True)
class Question:
    """One question of ssh's. text: in its own words, of one or several lines.  withdrawn: set when nobody waits for the
    answer any more.
    """

    kind: Kind
    text: str
    withdrawn: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)


Answer = Callable[[Question], bytearray]
"""Answers a question of ssh's, in a thread of its own; empty is yes to a confirmation, and the only answer to a notice.
Raises the LyncError with which the connecting ends where there is no answer."""


def kind_of(manner: str, text: str) -> Kind:
    """What is asked for. manner: as `SSH_ASKPASS_PROMPT` has it.  text: ssh's words, which are not translated."""
    if manner == "none":
        return Kind.NOTICE
    if manner == "confirm":
        return Kind.CONFIRMATION
    if "(yes/no" in text or "the fingerprint:" in text:
        return Kind.HOST_KEY if "fingerprint" in text else Kind.CONFIRMATION
    if "passphrase" in text.lower():
        return Kind.PASSPHRASE
    return Kind.PASSWORD if "password" in text.lower() else Kind.SECRET


class Asking:
    """Where the questions of one ssh come in. answer: answers them.  failed: told why there is no answer.

    Raises EndpointUnreachable where no folder or socket can be made.
    """

    def __init__(self, answer: Answer, failed: Callable[[LyncError], None]) -> None:
        self._answer = answer
        self._failed = failed
        self._context = contextvars.copy_context()
        self._lock = threading.Lock()
        self._open: dict[int, tuple[float, Question]] = {}
        self._waited = 0.0
        self._closed = False
        try:
            self._folder = _private_folder()
            self._watcher = _watch(self._folder)
            self._listener = self._listen()
        except OSError as error:
            raise EndpointUnreachable(f"ssh cannot ask here: {error.strerror or error}.", _NO_FOLDER) from None
        threading.Thread(target=self._accept, name="lync_magic asking", daemon=True).start()

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that ssh is to get."""
        return {
            "SSH_ASKPASS": str(self._folder / "askpass"),
            "SSH_ASKPASS_REQUIRE": "force",
            SOCKET_VARIABLE: str(self._folder / "socket"),
            "DISPLAY": os.environ.get("DISPLAY", ":0"),  # an OpenSSH before 8.4 asks its helper only where there is one
        }

    @property
    def waited(self) -> float:
        """Seconds that answers have taken so far, those that are still thought about included."""
        with self._lock:
            now = time.monotonic()
            return self._waited + max((now - began for began, _ in self._open.values()), default=0.0)

    def close(self) -> None:
        """Take socket and folder away; what is still asked is withdrawn. Idempotent."""
        with self._lock:
            self._closed = True
            asked = [question for _, question in self._open.values()]
        for question in asked:
            question.withdrawn.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self._listener.close()
        assert self._watcher.stdin is not None
        with suppress(OSError):
            self._watcher.stdin.close()
        self._watcher.wait()  # also where another thread closes it: it is gone then

    def disown(self) -> None:
        """Let go of it in a forked copy: it is the parent's."""
        self._closed = True
        self._listener.close()
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.returncode = self._watcher.returncode or 0

    def _listen(self) -> socket.socket:
        program = self._folder / "askpass"
        words = [shlex.quote(word) for word in (sys.executable, "-I", "-S", str(_HELPER))]
        program.write_text(f'#!/bin/sh\nexec {" ".join(words)} "$@"\n', encoding="utf-8")
        program.chmod(0o700)
        listener = socket.socket(socket.AF_UNIX)
        path = self._folder / "socket"
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
        return listener

    # --- threads --------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                helper, _ = self._listener.accept()
            except OSError:  # closed
                return
            work = self._context.copy().run  # what is shown goes to the cell that connects
            threading.Thread(target=work, args=(self._serve, helper), name="lync_magic question", daemon=True).start()

    def _serve(self, helper: socket.socket) -> None:
        with helper, suppress(OSError):
            helper.settimeout(_READ_SECONDS)
            said = bytearray()
            while len(said) < _LONGEST_QUESTION and (piece := helper.recv(4096)):
                said += piece
            manner, _, text = os.fsdecode(bytes(said)).partition("\0")
            helper.settimeout(None)
            question = Question(kind_of(manner, text), text.strip())
            answer = self._answered(question, helper)
            if answer is not None and question.kind is not Kind.NOTICE:
                helper.sendall(ANSWERED + answer)
                answer[:] = bytes(len(answer))

    def _answered(self, question: Question, helper: socket.socket) -> bytearray | None:
        """The answer, or None where there is none. A notice stands until ssh ends its helper."""
        with self._lock:
            if self._closed:
                return None
            self._open[id(question)] = (time.monotonic(), question)
        try:
            answer = self._answer(question)
            if question.kind is Kind.NOTICE:
                _until_gone(helper)
            return answer
        except LyncError as error:
            if not question.withdrawn.is_set():
                self._failed(error)
            return None
        finally:
            with self._lock:
                began, _ = self._open.pop(id(question))
                if not self._open:
                    self._waited += time.monotonic() - began


def _until_gone(helper: socket.socket) -> None:
    poll = select.poll()
    poll.register(helper, 0)  # that it is gone is told in any case
    poll.poll()


def _private_folder() -> Path:
    """A new folder that nobody else can look into, where a program may be started from."""
    places = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp", "/var/tmp"]
    usable = [place for place in places if place and _fits(place)]
    return Path(tempfile.mkdtemp(prefix="lync-ask-", dir=usable[0] if usable else None))


def _fits(place: str) -> bool:
    try:
        flags = os.statvfs(place).f_flag
    except OSError:
        return False
    may_run = not flags & getattr(os, "ST_NOEXEC", 0)
    return may_run and os.access(place, os.W_OK | os.X_OK) and len(os.fsencode(place)) < _LONGEST_PATH - 25


def _watch(folder: Path) -> subprocess.Popen[bytes]:
    """A process that takes the folder away when its standard input ends: it is closed here, or this process is gone."""
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "sh", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
