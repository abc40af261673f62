"""Every error a person can meet, with what happened, why, and what to do about it.

Rules of this file: an error's `message` says what happened in the words of the service where it has words, as they
came; `advice` says what to do next, in one line. What is printed is safe to look at. In a notebook errors print short
(`_render_traceback_`); `%debug` goes into the whole of it. No error holds a secret: who raises one passes names, never
values of credentials. Errors travel: they can be copied, and pickled to another process.
"""

from __future__ import annotations

import sys
import warnings
from datetime import datetime
from typing import Any, ClassVar, Final

from lync_magic.messages import say, spoken
from lync_magic.safe_text import visible


class LyncError(Exception):
    """The root of all errors of this package. `advice` may be empty."""

    default_advice: ClassVar[str] = ""

    def __init__(self, message: str, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = self.default_advice if advice is None else advice

    def __str__(self) -> str:
        return visible("\n".join(self._lines()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args), self.__dict__

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback: the error's name, message and advice."""
        first, *advice = self._lines()
        return [visible(line) for line in (f"{type(self).__name__}: {first}", *advice)]

    def said(self) -> tuple[str, str]:
        """The message and the advice, in the language that is spoken; the advice may be empty."""
        return spoken(self.message), spoken(self.advice)

    def _lines(self) -> list[str]:
        message, advice = self.said()
        return [message, advice] if advice else [message]


def _again(kind: type[LyncError], args: tuple[Any, ...]) -> LyncError:
    """An error without the way it is made, which may take other arguments."""
    return kind.__new__(kind, *args)


# --- getting there -------------------------------------------------------------------------------------------------


class EndpointUnreachable(LyncError):
    """Nothing answers at the address: no such host, refused, or no answer in time."""


class CertificateNotTrusted(LyncError):
    """The server's certificate does not verify; nothing was sent to it."""


class InsecureEndpoint(LyncError):
    """The endpoint would see a password or token in clear; nothing was sent."""


class RedirectRefused(LyncError):
    """The server sent us elsewhere and the policy does not follow there."""


class DiscoveryFailed(LyncError):
    """The chain from the user's domain to the PowerShell endpoint broke; the message names the step."""


class DependencyMissing(LyncError):
    """An optional package is needed; the advice is the command that installs it."""

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed.",
            f'Run: %pip install "lync-magic[{extra}]" and restart the kernel.',
        )


class PowerShellMissing(LyncError):
    """What was asked for needs a PowerShell on this machine; the advice says how this system gets one."""


class EngineLost(LyncError):
    """The PowerShell that runs the notebook's cells ended, with what lived in it; the next cell starts another.

    cell_ran: whether any of a cell may have run in it.
    """

    cell_ran = True


# --- being let in --------------------------------------------------------------------------------------------------


class SignInFailed(LyncError):
    """The server does not take this user name and password, or this token."""


class NotAnAdministrator(SignInFailed):
    """The user may not manage this tenant."""


class RemoteSessionsDisabled(SignInFailed):
    """The tenant's policy forbids remote PowerShell sessions."""


class QuotaExceeded(LyncError):
    """All the sessions that the user, or the tenant, may hold are taken."""


class CredentialNeeded(LyncError):
    """Nobody can be asked for a credential here."""


class AccessDenied(LyncError):
    """Signed in, but the endpoint or the operation is not allowed for this user."""


# --- holding a session ---------------------------------------------------------------------------------------------


class SessionError(LyncError):
    """The session cannot do what was asked in the state it is in."""


class SessionClosed(SessionError):
    """The session was removed or has ended."""


class SessionBroken(SessionError):
    """The connection or the remote shell is gone."""


class AnswerLost(SessionBroken):
    """A request left, and no whole answer of the server's came back: what it asked for may have been done, or not."""


class CommandInDoubt(SessionBroken):
    """The connection was lost and a command that changes something may or may not have run.

    command: what was sent, by name.  sent_at: when, in UTC.
    """

    command: str = ""
    sent_at: datetime | None = None


class NotSent(LyncError):
    """The session's lane, or its person, does not let this through; nothing of it was sent."""


class OperationTimedOut(LyncError):
    """A wait reached its deadline."""


class ProtocolFault(LyncError):
    """The server answered with a fault that has no better name here.

    code: the WSMan fault number, or None.
    """

    def __init__(self, message: str, advice: str | None = None, code: int | None = None) -> None:
        super().__init__(message, advice)
        self.code = code


# --- running commands ----------------------------------------------------------------------------------------------


ADVICE_BY_ERROR_ID: Final = {
    "NamedParameterNotFound": "See its parameters: %lync help {0}",
    "AmbiguousParameter": "Write the parameter's name in full: %lync help {0}",
    "AmbiguousParameterSet": "These parameters do not go together: %lync help {0}",
    "MissingArgument": "Write a value after the parameter: %lync help {0}",
    "MissingMandatoryParameter": "See what it needs: %lync help {0}",
    "PositionalParameterNotFound": "Name the parameter: %lync help {0}",
    "ScriptsNotAllowed": "This endpoint takes commands only; %%lync cells are taken apart into commands.",
}
"""What to do about PowerShell's errors, by the first part of the error id; {0} is the command's name."""


class RemoteError(LyncError):
    """A remote command failed: PowerShell's own message.

    error_id: FullyQualifiedErrorId.  category: PowerShell's error category.  command: the command's name, or "".
    raw: the error record as it came, as CLIXML, for who hands it on; or b"".  target: what it was about, as text, or
    None.  reason: the short name of the exception that the server met, or "".
    """

    is_remote: ClassVar[bool] = True

    def __init__(
        self,
        message: str,
        advice: str | None = None,
        *,
        error_id: str = "",
        category: str = "",
        command: str = "",
    ) -> None:
        if advice is None and self.is_remote:
            kind, _, source = error_id.partition(",")
            advice = ADVICE_BY_ERROR_ID.get(kind, "").format(command or source)
        super().__init__(message, advice)
        self.error_id = error_id
        self.category = category
        self.command = command
        self.raw = b""
        self.target: object = None
        self.reason = ""

    def said(self) -> tuple[str, str]:
        """PowerShell's own words as they came, and the advice in the language that is spoken."""
        return self.message, spoken(self.advice)

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: where in a cell of several lines it was too, as with errors that do not end it."""
        first, *advice = super()._render_traceback_()
        line, _column = getattr(self, "line", None) or (1, 1)
        place = getattr(self, "extent", None)
        tells = line > 1 or (place is not None and "\n" in place.source.text.strip())
        file = getattr(place, "source", None) and place.source.path  # type: ignore[union-attr]
        where = f"{file}, " if file else ""
        return [first, *([f"    {where}{spoken(f'line {line}')}"] if tells or file else []), *advice]


class CommandNotFound(RemoteError):
    """No such command: not on the server, or no session is connected."""

    def __init__(
        self,
        message: str,
        advice: str | None = None,
        *,
        error_id: str = "CommandNotFoundException",
        category: str = "ObjectNotFound",
        command: str = "",
    ) -> None:
        super().__init__(message, advice, error_id=error_id, category=category, command=command)


class ParameterError(RemoteError):
    """A call does not fit its command's parameters, in PowerShell's words. Nothing was sent."""


class PipelineStopped(LyncError):
    """The remote pipeline was stopped."""


class Interrupted(KeyboardInterrupt):
    """A command was interrupted: it is stopped, and what came of it until then is in `partial`.

    A KeyboardInterrupt, so that it ends what a person interrupts; in a notebook it prints in a line or two.
    """

    def __init__(self, message: str, partial: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.partial = partial

    def __repr__(self) -> str:
        return self.message

    def _render_traceback_(self) -> list[str]:
        return [visible(line) for line in self.message.splitlines()]


Interrupted.__name__ = KeyboardInterrupt.__name__  # front ends know an interrupt by its name


def interrupted(stop: KeyboardInterrupt, message: str, partial: object = None) -> KeyboardInterrupt:
    """What to raise in the place of an interrupt: one that prints short, in a notebook or an IPython shell.

    A plain program gets its own: only by that does Python end as a program that was interrupted (exit by SIGINT).
    Either has what came until then as `partial`.
    """
    if isinstance(stop, Interrupted):
        return stop
    if "IPython" in sys.modules:
        return Interrupted(message, partial)
    stop.partial = partial  # type: ignore[attr-defined]
    return stop


class NoSuchNameError(AttributeError):
    """A session has no such command, or an object no such property; printed without the lines that looked for it."""

    def _render_traceback_(self) -> list[str]:
        return [visible(f"{type(self).__name__}: {self}")]


class PromptRefused(LyncError):
    """A command asked a question where nobody can answer."""

    def __init__(self, question: str) -> None:
        super().__init__(
            f"A command asked a question that nobody can answer here: {question.strip()}",
            "Give the answer as a parameter (for a confirmation: -Confirm:$false, in Python Confirm=False).",
        )


class UndecodedWarning(UserWarning):
    """Objects came that could not be read; they stand in the result as `Undecoded`."""


class ColumnWarning(UserWarning):
    """Properties that came too late for a table that was already begun, or that nobody had."""


for _category in (UndecodedWarning, ColumnWarning):  # each time, but where a person's own filter says otherwise
    warnings.simplefilter("always", _category, append=True)


_NOT_THEIRS = ("lync_magic", "contextlib")


def warn(message: str, category: type[Warning]) -> None:
    """A warning at the line outside this package that led to it."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _NOT_THEIRS:
        level, frame = level + 1, frame.f_back
    warnings.warn(visible(spoken(message)), category, stacklevel=level)


# --- tapes ---------------------------------------------------------------------------------------------------------


class TapeError(LyncError):
    """A tape could not be written, or read."""


class TapeMismatch(TapeError):
    """What is asked is not what the tape holds, or not all that it holds was asked."""


class TapeCut(TapeError):
    """The tape ends in the middle of this answer: the file was cut, or the recording."""


# --- the cell language ---------------------------------------------------------------------------------------------


class CellError(LyncError):
    """A PowerShell cell cannot run as written. line and column count from 1. Nothing was sent.

    error_id: PowerShell's own id for a parse error (`MissingEndParenthesisInExpression`), or "".
    """

    def __init__(
        self,
        message: str,
        line: int,
        column: int,
        advice: str | None = None,
        *,
        error_id: str = "",
        source: str = "",
    ) -> None:
        super().__init__(message, advice)
        self.line = line
        self.column = column
        self.error_id = error_id
        self.source = source

    def _render_traceback_(self) -> list[str]:
        first, *advice = self._lines()
        below = len(visible(self.source[: self.column - 1]))
        mark = [f"  {self.source}", f"  {' ' * below}~"] if self.source else []
        return [visible(line) for line in (f"{type(self).__name__}: {first}", *mark, *advice)]

    def _lines(self) -> list[str]:
        first, *advice = super()._lines()
        return [f"{first} (line {self.line}, column {self.column})", *advice]


class CellSyntaxError(CellError):
    """The text is not PowerShell."""


class CellNotSupported(CellError):
    """The text is PowerShell, but a construct in it is not known here yet."""


class EvaluationError(RemoteError):
    """A statement of a cell failed on this side, with PowerShell's message (`You cannot call a method on a null-valued
    expression.`)."""

    is_remote = False


class DocumentNotTrue(LyncError):
    """A document was checked, and says what is not so any more; the report stands above."""


class CellFailed(LyncError):
    """Statements of a cell failed. They were shown where they stood; this marks the cell as failed."""

    def __init__(self, count: int, *, of_commands: bool = True) -> None:
        """of_commands: whether commands wrote some of them, which may be told not to."""
        one = "One error in this cell, shown above; the other statements ran."
        super().__init__(
            say(one)
            if count == 1
            else say("{count} errors in this cell, shown above; the other statements ran.", count=count),
            "A command whose errors do not matter takes -ErrorAction SilentlyContinue." if of_commands else "",
        )


class UsageError(LyncError):
    """A magic or a function was called with arguments that do not go together."""
