"""What ssh asks while a session is opened, answered: by what is known, by a person, or by saying what is missing.

Rules: a secret that was good is kept as long as its session, so that it can be taken up again by itself, and is wiped
with it. None is given twice for one question: where ssh asks again, it was not good. A host key is accepted by a person
or by its fingerprint (`pin`), which ssh compares itself; it is ssh that keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from lync_magic.clixml import SecureString
from lync_magic.errors import AccessDenied, CredentialNeeded, EndpointUnreachable, LyncError, UsageError
from lync_magic.psrp import HostLine, Report, ignore
from lync_magic.sessions.credentials import Password
from lync_magic.transports import Asked, Question

FINGERPRINT: Final = re.compile(r"(?:(\w[\w-]*) key fingerprint is )?((?:SHA256|MD5):[\w+/:=-]+)")
_NOW_ASKED_AGAIN: Final = "the fingerprint:"
"""What ssh says when the answer on a host key was neither yes, nor no, nor its fingerprint."""


class Person(Protocol):
    """Somebody who answers, in a thread that is not theirs; the question tells when nobody waits any more."""

    def secret(self, question: Question, *, again: bool) -> SecureString:
        """A password, phrase or code. again: the last one was not good. Raises CredentialNeeded where none is given."""

    def decide(self, question: Question) -> bool:
        """Yes or no, to a host key or a confirmation."""


class Answers:
    """The answers for one session. host: for messages.  person: who is asked, or None.  pin: of the host's key.

    password: for whatever ssh asks that is not shown as it is typed; a callable is called when it is needed.
    """

    def __init__(
        self, host: str, *, person: Person | None = None, password: Password | None = None, pin: str | None = None
    ) -> None:
        self._host = host
        self._person = person
        self._password: SecureString | None = None
        self._call: Callable[[], str | SecureString] | None = None
        if password is not None:
            self.know(password)
        self._pin = pin
        self._known: dict[str, SecureString] = {}
        self._given: set[str] = set()
        self._report: Report = ignore

    @property
    def can_answer(self) -> bool:
        """Whether anything can be answered at all."""
        given = (self._person, self._password, self._call, self._pin)
        return any(one is not None for one in given) or bool(self._known)

    def begin(self, report: Report, *, person: bool = True) -> None:
        """A new connection. person: whether somebody is there who can be asked.  report: told what is to be done."""
        self._given.clear()
        self._report = report
        self._person = self._person if person else None

    def wipe(self) -> None:
        """Forget every secret."""
        for secret in self._known.values():
            secret.wipe()
        self._known.clear()
        if self._password is not None:
            self._password.wipe()
        self._password = self._call = None

    def know(self, password: Password) -> None:
        """Use this for what is asked for and not known. A text is copied; a callable is called when it is needed."""
        if isinstance(password, str | SecureString):
            self._password = _copied(password)
        else:
            self._call = password

    def __call__(self, question: Question) -> bytearray:
        """The answer to one question of ssh's; see `lync_magic.transports.Answer`."""
        if question.kind is Asked.NOTICE:
            self._report(HostLine(question.text))
            return bytearray()
        if question.kind is Asked.HOST_KEY:
            return self._on_host_key(question)
        if question.kind is Asked.CONFIRMATION:
            return self._on_confirmation(question)
        return bytearray(self._secret(question).reveal().encode())

    # --- secrets ---------------------------------------------------------------------------------------------------

    def _secret(self, question: Question) -> SecureString:
        asked = question.text
        again = asked in self._given
        self._given.add(asked)
        if again and asked in self._known:
            self._known.pop(asked).wipe()
        if asked not in self._known:
            self._known[asked] = self._found(question, again=again)
        return self._known[asked]

    def _found(self, question: Question, *, again: bool) -> SecureString:
        if self._password is not None and not again:
            return _copied(self._password)
        if self._call is not None and not again:
            return _copied(self._called(self._call))
        if self._person is not None:
            return self._person.secret(question, again=again)
        if again:
            raise AccessDenied(
                f"{self._host} does not take what was given for: {question.text}",
                "Check the user name and the password.",
            )
        raise CredentialNeeded(
            f"ssh asks for what nobody here can answer: {question.text}",
            "Use a key of your ssh agent, give password=..., or connect in a notebook, where a form asks.",
        )

    def _called(self, password: Callable[[], str | SecureString]) -> object:
        try:
            return password()
        except LyncError:
            raise
        except Exception as error:  # noqa: BLE001 - it is somebody else's code, and its words may hold the secret
            raise CredentialNeeded(
                f"What was to give the password for {self._host} failed: {type(error).__name__}."
            ) from None

    # --- yes or no -------------------------------------------------------------------------------------------------

    def _on_host_key(self, question: Question) -> bytearray:
        found = fingerprint_of(question)
        if self._pin is not None:
            if _NOW_ASKED_AGAIN in question.text:
                raise EndpointUnreachable(
                    f"{self._host} has another host key than the one that was named ({self._pin}); nothing was sent.",
                    "Ask who runs the host for its fingerprint.",
                )
            return bytearray(self._pin.encode())
        if self._person is not None:
            if self._person.decide(question):
                return bytearray(b"yes")
            raise EndpointUnreachable(
                f"The host key of {self._host} was not accepted ({found}); nothing was sent.",
                "Ask who runs the host for its fingerprint, and connect again.",
            )
        raise EndpointUnreachable(
            f"The host key of {self._host} is not known here: {found}.",
            "Compare the fingerprint with the host's own; then name it (--pin SHA256:…, pin=...), or accept it once in "
            f"a terminal: ssh {self._host}",
        )

    def _on_confirmation(self, question: Question) -> bytearray:
        if self._person is None:
            raise CredentialNeeded(
                f"ssh asks for what nobody here can confirm: {question.text}", "Connect in a notebook."
            )
        if not self._person.decide(question):
            raise CredentialNeeded(f"This was not confirmed: {question.text}", "Connect again.")
        return bytearray(b"yes" if "(yes/no" in question.text else b"")


def fingerprint_of(question: Question) -> str:
    """The fingerprint in a question on a host key, with the key's kind; "" where there is none."""
    found = FINGERPRINT.search(question.text)
    return " ".join(part for part in found.groups() if part) if found else ""


def _copied(secret: object) -> SecureString:
    if not isinstance(secret, str | SecureString):
        raise UsageError("What was given for the password is no text.", "Give a str, a SecureString or a callable.")
    return SecureString(secret if isinstance(secret, str) else secret.reveal())
