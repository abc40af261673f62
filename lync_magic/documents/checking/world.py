"""The world in which a document's commands run: the embedded evaluator, one sandbox tenant, and nothing else.

Rules: a document is somebody else's text. It reaches no file, no program, no address but the session's: a command that
would is answered with a refusal before anything of it is done, also where its name is worked out. Wherever a document
says to connect, it connects to the tenant that it is checked against, as the person who checks it said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from typing import Final, NoReturn

from lync_magic.clixml import Credential, SecureString
from lync_magic.documents.checking.came import Came
from lync_magic.documents.checking.stand_ins import SERVICES, STAND_INS, connecting, refused
from lync_magic.documents.effects import touches_machine
from lync_magic.errors import CommandNotFound, PromptRefused, UsageError
from lync_magic.importing import Module, RemoteCommand, Wanted, import_wanted, modules
from lync_magic.language import ClientCommand, SentBlock, session_commands
from lync_magic.psrp import Choice, Event, Pipeline, Report
from lync_magic.records import TERMINAL_COLUMNS, Reader, row_names
from lync_magic.sessions import Item, ReadAhead, Session, Target

NOT_RECOGNIZED: Final = (
    "The term '{0}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the "
    "spelling of the name, or if a path was included, verify that the path is correct and try again."
)


class World:
    """One document's world. It implements what the evaluator and the session cmdlets ask for.

    open_session: opens a session to the tenant that is checked against, whatever the document named.
    credential: who signs in.  machine: whether commands that concern this machine may run.
    """

    def __init__(
        self,
        open_session: Callable[[Target, Report, World], Session],
        credential: Callable[[], Credential],
        *,
        machine: bool = False,
    ) -> None:
        self._open = open_session
        self._credential = credential
        self._machine = machine
        self._variables: dict[str, object] = {}
        self._ahead = ReadAhead()
        self.came = Came()
        self.sessions: list[Session] = []
        self._own = {
            name.lower(): command for command in session_commands(self) for name in (command.name, *command.aliases)
        }

    def begin(self) -> Came:
        """Begin the next command: what comes from now on is its own."""
        self._ahead.close()
        self.came = Came()
        return self.came

    # --- what the evaluator asks -----------------------------------------------------------------------------------

    @property
    def variables(self) -> MutableMapping[str, object]:
        return self._variables

    def is_remote(self, name: str) -> bool:
        return self._held_back(name) is None and self.find(name) is not None

    @property
    def commands(self) -> dict[str, RemoteCommand]:
        """The imported commands of the document's own sessions, by name in lower case; another's are not its own."""
        own = [module.commands for module in modules if module.session in self.sessions]
        return {name: command for commands in own for name, command in commands.items()}

    @property
    def own(self) -> Mapping[str, ClientCommand]:
        """The commands of sessions that this side brings (New-CsOnlineSession), by name in lower case."""
        return self._own

    def find(self, name: str) -> RemoteCommand | None:
        """The imported command of a name, or None."""
        return self.commands.get(name.lower())

    def client_command(self, name: str) -> ClientCommand | None:
        return self._held_back(name) or self._own.get(name.lower())

    def client_commands(self) -> Iterable[ClientCommand]:
        return self._own.values()

    def remote_names(self) -> Iterable[str]:
        return ()

    def invoke(self, pipeline: Pipeline, input: Iterable[object] | None, report: Report) -> Iterator[object]:
        session: Session | None = None
        commands = []
        for command in pipeline.commands:
            found = self.find(command.name)
            if found is None:
                raise CommandNotFound(
                    NOT_RECOGNIZED.format(command.name), error_id="CommandNotFoundException", command=command.name
                )
            session = session or found.session
            commands.append(replace(command, name=found.name))
        assert session is not None
        reader = Reader(decrypt=session.decrypt)
        result = self._ahead.open(session, Pipeline(tuple(commands)), input=input, host=self)
        try:
            for batch in result:
                for item in _decoded(batch, reader, report):
                    self.came.names.update(row_names(item) or ())
                    yield item
        finally:
            result.close()

    @property
    def width(self) -> int:
        return TERMINAL_COLUMNS

    supplies = False
    """Whether a person is asked for mandatory parameters."""

    def ask_line(self, prompt: str, *, secret: bool) -> str:
        raise PromptRefused(prompt)

    def report(self, event: Event) -> None:
        self.came.report(event)

    def emit(self, items: Sequence[object]) -> None:
        self.came.items += list(items)

    # --- what the session cmdlets ask ------------------------------------------------------------------------------

    def get_credential(self, user_name: str, message: str) -> Credential:
        return self._credential()

    def open_session(self, target: Target, credential: Credential | None, report: Report) -> Session:
        return self._open(target, report, self)

    def adopt(self, session: Session) -> None:
        self.sessions.append(session)

    def enter_session(self, session: Session, *, opened: bool) -> None:
        """Each command of a document goes to the session that it was imported from."""

    def leave_session(self) -> None:
        """So that there is nothing to go back to."""

    def run_block(self, session: Session, block: SentBlock, report: Report) -> Iterator[object]:
        """The commands of a block run as any do; a document's script goes to no computer that it names."""
        if block.words is None or not all(self.find(one.name) for one in block.words.commands):
            raise UsageError("A check runs nothing on the computers that a document names.")
        return self.invoke(block.words, None if block.piped is None else iter(block.piped), report)

    def import_session(self, session: Session, wanted: Wanted, report: Report) -> Module:
        return import_wanted(session, replace(wanted, allow_clobber=True), namespace=_Nowhere(), report=report)

    # --- what a remote command asks --------------------------------------------------------------------------------

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        self._asked(" ".join(part for part in (caption, message) if part))

    def read_line(self, prompt: str) -> str:
        self._asked(prompt)

    def read_masked(self, prompt: str) -> SecureString:
        self._asked(prompt)

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        return self._credential()

    def _asked(self, question: str) -> NoReturn:
        self.came.questions.append(question)
        raise PromptRefused(question)

    # --- inside ----------------------------------------------------------------------------------------------------

    def _held_back(self, name: str) -> ClientCommand | None:
        """What answers in place of a command of this machine, or None."""
        folded = name.lower()
        if folded in STAND_INS:
            return STAND_INS[folded]
        if folded in SERVICES:
            return connecting(SERVICES[folded], self._connect)
        return None if self._machine or not touches_machine(name) else refused(name)

    def _connect(self, configuration: str | None) -> None:
        """Open a session to the tenant and import it, as a service's own module would."""
        session = self.open_session(Target("", configuration=configuration), None, self.report)
        self.adopt(session)
        self.import_session(session, Wanted(), self.report)


def _decoded(batch: Iterable[Item], reader: Reader, report: Report) -> Iterator[object]:
    """The objects of a batch; what was said between them is told in its place."""
    raw: list[bytes | str] = []
    for item in batch:
        if isinstance(item, Event):
            yield from reader.feed(raw)
            raw = []
            report(item)
        else:
            raw.append(item)
    yield from reader.feed(raw)


class _Nowhere:
    """A namespace that keeps nothing: a document's commands are called by their own names."""

    def get(self, name: str) -> object:
        return None

    def __contains__(self, name: object) -> bool:
        return False

    def push(self, names: Mapping[str, object]) -> None:
        return

    def drop(self, names: Mapping[str, object]) -> None:
        return
