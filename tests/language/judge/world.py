"""A small world for cells: the tenant of the recorded answers as a server, a dict as the notebook."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import cast

from lync_magic.clixml import ObjectLike, PSObject, decode_document
from lync_magic.errors import CommandNotFound, PromptRefused, RemoteError
from lync_magic.language import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.binder import Word, bind
from lync_magic.language.cmdlets.session_host import SessionHost
from lync_magic.language.cmdlets.sessions import session_commands
from lync_magic.language.values.text import to_text
from lync_magic.psrp import Choice, Command, ErrorRecord, Event, Pipeline

DATA = Path(__file__).parents[1] / "data"
NOT_FOUND = (
    "The term '{}' is not recognized as a name of a cmdlet, function, script file, or executable program.\n"
    "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
)


@cache
def _pickled_tenant() -> bytes:
    return pickle.dumps(dict(decode_document((DATA / "tenant.clixml").read_text(encoding="utf-8"))[0]))


def _tenant(*, came: bool) -> dict[str, list[PSObject]]:
    made: dict[str, list[PSObject]] = pickle.loads(_pickled_tenant())
    for items in made.values() if came else ():
        for item in items:
            if not item.type_names[0].startswith("Deserialized."):
                first = f"Deserialized.{item.type_names[0]}"
                item.type_names = (first, *(f"Deserialized.{name}" for name in item.type_names[1:]))
    return made


@cache
def _names() -> frozenset[str]:
    return frozenset(name.lower() for name in _tenant(came=False))


def _declared(name: str) -> ClientCommand:
    parameters = (
        ParameterSpec("Identity", "object", (), 0, by_value=True),
        ParameterSpec("ResultSize", "int"),
        ParameterSpec("Filter", "string"),
    )
    return ClientCommand(name, parameters, lambda _call, _input: iter(()))


@cache
def _brought() -> tuple[ClientCommand, ...]:
    """What a notebook brings that needs no session."""
    return tuple(
        one for one in session_commands(cast(SessionHost, None)) if one.name in ("Get-Command", "Invoke-Command")
    )


def raised(record: ErrorRecord) -> RemoteError:
    return RemoteError(record.message, error_id=record.error_id, category=record.category, command=record.activity)


class TenantRuntime:
    """A server of four commands and a notebook; it keeps what was sent, said and shown.

    came: its objects say that they came from elsewhere (`Deserialized.`), as the judge's do.
    """

    def __init__(self, variables: MutableMapping[str, object] | None = None, *, came: bool = False) -> None:
        self.variables: MutableMapping[str, object] = {} if variables is None else variables
        self._came = came
        self.sent: list[Pipeline] = []
        self.events: list[Event] = []
        self.shown: list[list[object]] = []
        self.given = 0
        self.closed = 0

    @cached_property
    def tenant(self) -> dict[str, list[PSObject]]:
        """The server's objects, made when the first of them is asked for."""
        return _tenant(came=self._came)

    def is_remote(self, name: str) -> bool:
        known = _names() if "tenant" not in vars(self) else {one.lower() for one in self.tenant}
        return name.lower() in known

    def client_command(self, name: str) -> ClientCommand | None:
        folded = name.lower()
        return next((one for one in _brought() if folded in (one.name.lower(), *one.folded_aliases)), None)

    def client_commands(self) -> tuple[ClientCommand, ...]:
        return _brought()

    def remote_names(self) -> list[str]:
        return sorted(self.tenant)

    width = 120
    """Columns of a text."""

    supplies = False
    """Whether a person is asked for mandatory parameters."""

    def ask_line(self, prompt: str, *, secret: bool) -> str:
        return "typed"

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        raise PromptRefused(caption)

    def report(self, event: Event) -> None:
        self.events.append(event)

    def text(self) -> str:
        """What a console shows of the output."""
        from lync_magic.language.layout.shapes import text_of

        return text_of([item for items in self.shown for item in items])

    def emit(self, items: Sequence[object]) -> None:
        self.shown.append(list(items))

    def invoke(
        self, pipeline: Pipeline, input: Iterable[object] | None, report: Callable[[Event], None]
    ) -> Iterator[object]:
        self.sent.append(pipeline)
        stream: Iterator[object] | None = iter(input) if input is not None else None
        for command in pipeline.commands:
            if not self.is_remote(command.name):
                raise CommandNotFound(
                    NOT_FOUND.format(command.name),
                    error_id="CommandNotFoundException",
                    category="ObjectNotFound",
                    command=command.name,
                )
            stream = self._run(command, stream, report)
        try:
            for item in stream or ():
                self.given += 1
                yield item
        finally:
            self.closed += 1

    def _run(
        self, command: Command, input: Iterator[object] | None, report: Callable[[Event], None]
    ) -> Iterator[object]:
        name = next(known for known in self.tenant if known.lower() == command.name.lower())
        words = [
            Word(None if a.name is None else a.name.strip("-: "), a.value)
            if a.name is None or a.name.endswith(":")
            else Word(a.name.strip("-"))
            for a in command.arguments
        ]
        try:
            bound = bind(_declared(name), words, piped=input is not None)
        except RemoteError as error:
            message = error.message.replace(
                "Cannot bind parameter", "Cannot process argument transformation on parameter"
            )
            if "CannotConvert" in error.error_id:
                raise RemoteError(
                    message,
                    error_id=f"ParameterArgumentTransformationError,{name}",
                    category="InvalidData",
                    command=name,
                ) from None
            raise
        action = str(bound.common.get("ErrorAction", "")).lower()
        if input is None:
            yield from self._get(name, bound.arguments, action, report)
        else:
            for item in input:
                yield from self._get(name, {"Identity": item, **bound.arguments}, action, report)

    def _get(
        self, name: str, arguments: dict[str, object], action: str, report: Callable[[Event], None]
    ) -> Iterator[object]:
        items = self.tenant[name]
        wanted = arguments.get("Identity")
        if wanted is not None:
            text = str(wanted["Identity"] if isinstance(wanted, ObjectLike) else wanted).lower()
            known = ("Identity", "DisplayName", "UserPrincipalName", "SipAddress")
            items = [one for one in items if any(str(one.get(key, "")).lower() == text for key in known)]
            if not items:
                message = f'Management object not found for identity "{wanted}".'
                error_id = f"ManagementObjectNotFound,{name}"
                if action == "stop":
                    stopping = RemoteError(message, error_id=error_id, category="ObjectNotFound", command=name)
                    stopping.target, stopping.reason = to_text(wanted), "RuntimeException"
                    raise stopping
                if action not in ("silentlycontinue", "ignore"):
                    record = ErrorRecord(
                        message,
                        error_id,
                        "ObjectNotFound",
                        target=to_text(wanted),
                        activity=name,
                        reason="RuntimeException",
                    )
                    report(record)
                return
        size = arguments.get("ResultSize")
        yield from items[: int(str(size)) if size is not None else None]
