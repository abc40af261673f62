"""A remote shell behind the standard streams of a process: `pwsh -s`, `ssh … -s powershell`, the sandbox.

Every call but `receive` and a stop returns when the process has acknowledged what was sent. The process has a session
of its own, so that an interrupt of the kernel does not reach it. In a forked copy nothing here touches the process or
its pipes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from lync_magic.errors import AnswerLost, LyncError, OperationTimedOut, SessionClosed
from lync_magic.transports.asking import Answer, Asking
from lync_magic.transports.base import Received, Signal, Stream, nothing
from lync_magic.transports.conversation import Conversation
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.keeper import Keeper, Overheard, unheard
from lync_magic.transports.lines import SESSION, Kind, Packet
from lync_magic.transports.ssh import ssh_host, with_keep_alive
from lync_magic.transports.words import Words

FRAGMENT_SIZE = 32 * 1024

FAREWELL_SECONDS = 1.0
"""How long a process may take to acknowledge that its session is closed, and as long to end after that: one that is
stopped must be ended while the end of Python still waits for it.
"""

_STREAMS = {Stream.INPUT: "Default", Stream.PROMPT_RESPONSE: "PromptResponse"}


class ProcessTransport:
    """Speaks the out-of-process protocol to a command line.

    command_line: program and arguments, never shown beyond the program's name (and ssh's host).  environment:
    variables for the process, or None for this one's.  computer_name: what the session table says; by default the
    host that an ssh command line names, else "localhost".  answer: answers what ssh asks while it connects; without one
    it asks nobody.  begun: the process, where it was begun before; the transport ends it.  overheard: hears each line
    that stands beside the protocol once that is spoken, as of programs with the same output, in a thread that reads.
    """

    def __init__(
        self,
        command_line: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        computer_name: str | None = None,
        answer: Answer | None = None,
        begun: subprocess.Popen[bytes] | None = None,
        overheard: Overheard = unheard,
    ) -> None:
        if not command_line:
            raise ValueError("command_line is empty")
        self._command_line = with_keep_alive(command_line)
        self._environment = dict(environment) if environment is not None else None
        self._computer_name = computer_name or ssh_host(command_line) or "localhost"
        self._words = Words(command_line)
        self._talk = Conversation(self._words.who)
        self._owner: int | None = None
        self._keeper: Keeper | None = None
        self._answer = answer
        self._begun = begun
        self._overheard = overheard
        self._asking: Asking | None = None

    @property
    def computer_name(self) -> str:
        return self._computer_name

    @property
    def fragment_size(self) -> int:
        return FRAGMENT_SIZE

    @property
    def waited(self) -> float:
        """Seconds of the opening that a person took so far."""
        return self._asking.waited if self._asking is not None else 0.0

    def __repr__(self) -> str:
        return f"<ProcessTransport {self._words.program}>"

    # --- calls ----------------------------------------------------------------------------------------------

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        """Start the process and send `creation`, which it acknowledges. The time that a person takes does not count.

        Raises EndpointUnreachable when there is no such program, or it is no PowerShell server; AccessDenied where
        ssh is not let in; what the `answer` to its questions raises.
        """
        self._check()
        deadline = Deadline.after(timeout)._replace(others=lambda: self.waited)
        if self._owner is not None:
            raise SessionClosed(f"{self._words.who} was started before; make a new transport.")
        self._owner = os.getpid()
        try:
            environment = self._environment_to_ask()
            self._keeper = Keeper(
                self._command_line, environment, creation, self._words, self._talk, self._begun, self._overheard
            )
            self._keeper.start()
            self._talk.ask(Packet(Kind.DATA, SESSION, creation), deadline)
        except (AnswerLost, OperationTimedOut) as error:
            if self._talk.heard or self._talk.ended:
                raise
            raise type(error)(self._words.silent(timeout), "Try again, or give it more time.") from None
        finally:
            self._end_asking()

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        self._check()
        deadline = Deadline.after(timeout)
        self._talk.begin(pipeline_id)
        self._talk.ask(Packet(Kind.COMMAND, pipeline_id), deadline)
        self._talk.ask(Packet(Kind.DATA, pipeline_id, first), deadline)

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        self._check()
        self._talk.ask(Packet(Kind.DATA, pipeline_id or SESSION, data, _STREAMS[stream]), Deadline.after(timeout))

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        self._check()
        meanwhile()
        return self._talk.receive(pipeline_id or SESSION, Deadline.after(timeout))

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        """STOP is sent, and its effect is received. TERMINATE waits for the server to forget the pipeline."""
        self._check()
        deadline = Deadline.after(timeout)
        if signal is Signal.STOP:
            self._talk.say(Packet(Kind.SIGNAL, pipeline_id), deadline)
        elif self._talk.knows(pipeline_id):
            self._close_pipeline(pipeline_id, deadline)

    def close(self, *, timeout: float) -> None:
        """Close pipelines and session, then end the process, by force if need be.

        Raises OperationTimedOut when the process is still there after `timeout`.
        """
        keeper = self._keeper
        if self._is_copy:
            self.drop()
            return
        self._end_asking()
        if keeper is not None:
            deadline = Deadline.after(timeout)
            try:
                self._say_goodbye(keeper, deadline)
            finally:
                keeper.end(deadline)
            self._keeper = None

    def drop(self) -> None:
        keeper, self._keeper = self._keeper, None
        if self._asking is not None and self._is_copy:
            self._asking.disown()
        else:
            self._end_asking()
        if keeper is not None and self._is_copy:
            keeper.disown()
        elif keeper is not None:
            keeper.drop()

    def give_up(self) -> None:
        self._talk.end(SessionClosed(f"{self._words.who} was given up."))
        self._end_asking()

    # --- what ssh asks --------------------------------------------------------------------------------------

    def _environment_to_ask(self) -> Mapping[str, str] | None:
        """The variables of the process, with those by which ssh asks us where there is an answer."""
        if self._answer is None:
            return self._environment
        asking = self._asking = Asking(self._answer, self._talk.end)
        return {**(os.environ if self._environment is None else self._environment), **asking.environment}

    def _end_asking(self) -> None:
        if self._asking is not None:
            self._asking.close()

    # --- the end --------------------------------------------------------------------------------------------

    @property
    def _is_copy(self) -> bool:
        """Whether this process is a fork of the one that opened it. Its locks may be held for ever here."""
        return self._owner is not None and os.getpid() != self._owner

    def _check(self) -> None:
        if self._is_copy:
            raise SessionClosed(
                f"{self._words.who} belongs to the process that this one was forked from.",
                "Open a session of your own after the fork.",
            )

    def _close_pipeline(self, pipeline_id: UUID, deadline: Deadline) -> None:
        self._talk.discard(pipeline_id)
        self._talk.ask(Packet(Kind.CLOSE, pipeline_id), deadline)
        self._talk.forget(pipeline_id)

    def _say_goodbye(self, keeper: Keeper, whole: Deadline) -> None:
        """Close pipelines, then the session; a process that is gone, stuck or no server has heard enough."""
        if not self._talk.heard:
            return
        deadline = whole.part(0.5).at_most(FAREWELL_SECONDS)
        try:
            for pipeline_id in self._talk.pipelines:
                self._close_pipeline(pipeline_id, deadline)
            self._talk.ask(Packet(Kind.CLOSE, SESSION), deadline)
        except LyncError:
            return
        self._talk.end(SessionClosed(f"{self._words.who} was closed."))
        keeper.has_exited(whole.part(0.7).at_most(FAREWELL_SECONDS))
