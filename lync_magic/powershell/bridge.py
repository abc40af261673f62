"""The kernel's side of the bridge: what the engine asks while a cell runs in it.

Rules: an imported command goes to the session it was imported from; its objects go back as they came. A result that is
still coming is read ahead to its end before the same session is asked something else. Questions to a person go to the
notebook's host. What goes wrong with a command is an error record of that call, never the end of the engine.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple, Protocol

from lync_magic.clixml import Credential, Decrypt, EnumValue, ObjectLike, PSObject, ScriptBlock, SecureString
from lync_magic.errors import CommandNotFound, CredentialNeeded, LyncError, UsageError
from lync_magic.importing import MOST_LOOKED_AT, Module, RemoteCommand, sightings
from lync_magic.messages import spoken
from lync_magic.powershell import forms
from lync_magic.powershell.blocks import block_pipeline
from lync_magic.powershell.commands import blocks
from lync_magic.powershell.engine import Engine
from lync_magic.powershell.piped import PipedInput
from lync_magic.powershell.synced import MODULE, Synced
from lync_magic.powershell.values import as_session, session_object
from lync_magic.psrp import Argument, Choice, Command, ErrorRecord, Event, Host, Pipeline, no_hurry
from lync_magic.records import Reader
from lync_magic.sessions import RawResult, ReadAhead, Session

BATCH_BYTES: Final = 256 * 1024
"""As much of a result goes in one answer: PowerShell reads messages of this size fastest."""
BATCH_SECONDS: Final = 0.05
"""An answer waits so long for more of a result."""
IDLE_SECONDS: Final = (0.001, 0.01)
"""When a channel that is full, or a server that is silent, is looked at again: the first time, and later."""
_PARAMETER: Final = re.compile(r"-[A-Za-z_]\w*:?")


class World(Protocol):
    """What the bridge needs of the notebook, or of whatever else runs cells."""

    @property
    def host(self) -> Host:
        """Who answers questions."""

    def find(self, name: str) -> RemoteCommand | None:
        """The imported command of a name."""

    def cmdlet(self, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None) -> Iterable[object]:
        """Carry out a session cmdlet and give its objects. Raises LyncError."""


class Bridge:
    """Answers the engine's host calls during one cell; a `RawHost`."""

    def __init__(self, engine: Engine, world: World, synced: Synced) -> None:
        self.exit_code: int | None = None
        """What the cell gave to `exit`, or None."""
        self._engine = engine
        self._world = world
        self._synced = synced
        self._ahead = ReadAhead()
        self._results: dict[int, RawResult] = {}
        self._inputs: dict[int, PipedInput] = {}
        self._seen: dict[int, _Seen] = {}
        """The first objects of each result, for who writes the next line."""
        self._following: list[int] = []
        """The calls whose results go on through the channel; the last one goes first, as the others wait for it."""
        self._idle = IDLE_SECONDS[0]

    def close(self) -> None:
        """The cell is over: what still comes is stopped on its server."""
        for number in self._following[:]:
            self._leave(number)
        self._results.clear()
        self._ahead.close()
        for waiting in self._inputs.values():
            waiting.close()
        self._inputs.clear()

    # --- host calls ------------------------------------------------------------------------------------------------

    def answer(self, call: bytes) -> bytes | None:
        code = forms.exit_code(call)
        if code is not None:
            self.exit_code = code
            return b""
        asked = forms.question(call, self._engine.decrypt)
        if asked is None:
            return None
        return forms.answer(asked, _VERBS[asked.verb](self, asked.about))

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        return self._world.host.choose(caption, message, choices, default)

    def read_line(self, prompt: str) -> str:
        return self._world.host.read_line(prompt)

    def read_masked(self, prompt: str) -> SecureString:
        return self._world.host.read_masked(prompt)

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        return self._world.host.credential(caption, message, user_name, target)

    # --- calls of imported commands --------------------------------------------------------------------------------

    def _call(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        number = int(about["Call"])
        try:
            self._begin(number, about)
        except LyncError as error:
            return self._failed(error).entries()
        batch = self._batch(number)
        if batch.done or not about.get("Channel") or self._engine.channel is None:
            return batch.entries()
        self._following.append(number)
        return batch.entries() | {"follows": _TRUE}

    def _begin(self, number: int, about: Mapping[str, Any]) -> None:
        if "Text" in about:
            self._open(number, about, *self._block(about))
            return
        name = str(about["Name"])
        command = self._world.find(name)
        if command is None:
            raise CommandNotFound(f"The session of {name} was removed.", "Connect again, then run the cell again.")
        arguments = [Argument(str(key), outgoing(value)) for key, value in about["Bound"].items()]
        arguments += _words(about.get("Positional") or ())
        name = command.name
        if "Help" in about:  # of the command, asked of its server
            name, arguments = "Get-Help", [Argument("Name", command.name), *arguments]
        else:
            self._seen[number] = _Seen(name, [])
        self._open(number, about, command.session, Pipeline((Command(name, tuple(arguments)),)))

    def _block(self, about: Mapping[str, Any]) -> tuple[Session, Pipeline]:
        """The session and the pipeline of Invoke-Command."""
        session = as_session(about["Session"], self._synced.sessions)
        if not isinstance(session, Session):
            raise UsageError("This is no session of the notebook.", "Make one: $session = New-PSSession …")
        return session, block_pipeline(str(about["Text"]), about.get("Using") or {}, about.get("Given") or ())

    def _open(self, number: int, about: Mapping[str, Any], session: Session, pipeline: Pipeline) -> None:
        piped = self._piped(number, about)
        self._results[number] = self._ahead.open(session, pipeline, input=piped, host=self._world.host)

    def _piped(self, number: int, about: Mapping[str, Any]) -> Iterable[object] | None:
        if "Items" not in about:
            return None
        self._input(about)
        return self._inputs[number]

    def _input(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        """Pipeline input, kept until the command begins."""
        waiting = self._inputs.setdefault(int(about["Call"]), PipedInput())
        waiting.add([outgoing(item) for item in about["Items"] or ()])
        return {}

    def _more(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        return self._batch(int(about["Call"])).entries()

    def meanwhile(self) -> float:
        """Send a piece of what follows through the channel; how many seconds there is nothing more to do."""
        channel = self._engine.channel
        if not self._following or channel is None:
            return no_hurry()
        number = self._following[-1]
        if not channel.has_room or not self._results[number].is_ready:
            self._idle = min(2 * self._idle, IDLE_SECONDS[1])
            return self._idle
        self._idle = IDLE_SECONDS[0]
        batch = self._batch(number, wait=False)
        channel.send(number, batch.elements, said=batch.said, done=batch.done)
        return 0

    def _batch(self, number: int, *, wait: bool = True) -> _Batch:
        """More of a result. wait: for its server; else only what there is."""
        result = self._results[number]
        elements: list[bytes | str] = []
        size, until = 0, time.monotonic() + BATCH_SECONDS
        said = done = False
        while size < BATCH_BYTES and (not elements or time.monotonic() < until) and (wait or result.is_ready):
            try:
                item = result.next_item()
            except StopIteration:
                done = True
                break
            except LyncError as error:
                self._drop(number)
                return self._failed(error, elements, result.session.decrypt)
            if isinstance(item, Event):
                form = forms.said(item, self._engine.encrypt, result.session.decrypt)
                said = said or form is not None
                elements += [form] if form is not None else []
            else:
                elements.append(forms.passed_on(item, result.session.decrypt, self._engine.encrypt))
                if number in self._seen and len(self._seen[number].first) < MOST_LOOKED_AT:
                    self._seen[number].first.append(item)
                size += len(item)
        if done:
            self._drop(number)
        return _Batch(elements, said, done)

    def _failed(self, error: LyncError, before: Sequence[bytes | str] = (), decrypt: Decrypt | None = None) -> _Batch:
        """What ends in an error record."""
        record = forms.said(forms.failure(error), self._engine.encrypt, decrypt)
        return _Batch([*before, record or ""], said=True, done=True)

    def _leave(self, number: int) -> None:
        """Nobody waits for what follows of a call any more."""
        if number in self._following:
            self._following.remove(number)
            if self._engine.channel is not None:
                self._engine.channel.drop(number)

    def _drop(self, number: int) -> None:
        self._results.pop(number, None)
        seen = self._seen.pop(number, None)
        if seen is not None and seen.first:
            sightings.note_unread(seen.name, lambda: Reader().feed(seen.first))
        if number in self._following:
            self._following.remove(number)
        waiting = self._inputs.pop(number, None)
        if waiting is not None:
            waiting.close()

    def _stop(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        number = int(about["Call"])
        self._leave(number)
        result = self._results.get(number)
        if result is not None:
            result.close()
        self._drop(number)
        return {}

    def _finish(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        """The script ended by an error while it fed a command: what was fed is carried out, nobody takes the output."""
        number = int(about["Call"])
        try:
            self._begin(number, about)
            for _ in self._results[number]:
                pass
        except LyncError:
            pass  # the script has failed already, and that is what is shown
        self._drop(number)
        return {}

    def _define(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        command = self._world.find(str(about["Name"]))
        made = blocks([command], self._ahead) if command is not None else {}
        text = next(iter(made.values()), "param()")
        return {"block": forms.element(text, self._engine.encrypt)}

    def _say(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        return {"text": forms.element(spoken(str(about["Text"])), self._engine.encrypt)}

    # --- session cmdlets -------------------------------------------------------------------------------------------

    def _cmdlet(self, about: Mapping[str, Any]) -> dict[str, str | bytes]:
        bound = {str(key): self._synced.incoming(value) for key, value in about["Bound"].items()}
        piped = about.get("Items")
        elements: list[bytes | str] = []
        try:
            for item in self._world.cmdlet(str(about["Name"]), bound, piped):
                elements.append(self._given(item, str(about["Name"])))
        except LyncError as error:
            given = self._given(error, str(about["Name"]))
            ends = about["Name"] in _TERMINATING or isinstance(error, UsageError | CredentialNeeded)
            elements.append(given.replace('<S N="Kind">error</S>', '<S N="Kind">fatal</S>') if ends else given)
        entries: dict[str, str | bytes] = {"items": forms.items(elements)} if elements else {}
        return entries | self._synced.changes(self._engine)

    def _given(self, item: object, name: str) -> str:
        """What a cmdlet gave, as an element: an object, or an error that did not end it."""
        failure = replace(forms.failure(item), activity=name) if isinstance(item, LyncError) else item
        if isinstance(failure, ErrorRecord):
            if name == "New-PSSession":
                failure = replace(failure, error_id=f"{failure.error_id},PSSessionOpenFailed", category="OpenError")
            return forms.said(failure, self._engine.encrypt) or ""
        return forms.element(self._shown(item), self._engine.encrypt, None)

    def _shown(self, item: object) -> object:
        if isinstance(item, Session):
            return session_object(item)
        if isinstance(item, Module):
            return PSObject({"Name": item.name}, (MODULE,))
        return item


class _Seen(NamedTuple):
    """The first objects that a command gave, as they came."""

    name: str
    first: list[bytes | str]


class _Batch(NamedTuple):
    """A piece of a result. said: whether a record of another stream is among it.  done: whether it is the last one."""

    elements: list[bytes | str]
    said: bool
    done: bool

    def entries(self) -> dict[str, str | bytes]:
        """It as entries of an answer."""
        entries: dict[str, str | bytes] = {"items": forms.items(self.elements)} if self.elements else {}
        entries |= {"said": _TRUE} if self.said else {}
        return entries | ({"done": _TRUE} if self.done else {})


def _words(values: Iterable[Any]) -> Iterator[Argument]:
    """Arguments that no parameter took: what looks like a parameter's name is one, with a value after a `:`."""
    left = iter(values)
    for value in left:
        if isinstance(value, str) and _PARAMETER.fullmatch(value):
            yield Argument(value, outgoing(next(left, None)) if value.endswith(":") else None)
        else:
            yield Argument(None, outgoing(value))


def outgoing(value: Any) -> Any:
    """A value on its way from the engine to a server: script blocks and enumerations as their text, as remoting sends
    them."""
    if isinstance(value, ScriptBlock | EnumValue):
        return str(value)
    if isinstance(value, list):
        return [outgoing(item) for item in value]
    if isinstance(value, dict):
        return {key: outgoing(item) for key, item in value.items()}
    if isinstance(value, ObjectLike):
        return value
    return value


_TERMINATING: Final = frozenset(("Import-PSSession", "Export-PSSession", "New-CsOnlineSession", "Get-Credential"))
"""Session cmdlets whose errors end their statement, as PowerShell's do; after an error of another one it goes on."""
_TRUE: Final = '<B N="Value">true</B>'
_VERBS: Final[dict[str, Callable[[Bridge, Mapping[str, Any]], dict[str, str | bytes]]]] = {
    "call": Bridge._call,
    "more": Bridge._more,
    "input": Bridge._input,
    "finish": Bridge._finish,
    "close": Bridge._stop,
    "define": Bridge._define,
    "cmdlet": Bridge._cmdlet,
    "say": Bridge._say,
}
