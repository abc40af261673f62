"""Where the records of a stream go: to the screen, nowhere, into the output, to a variable.

Rule of this file: a sink hands on to the one around it what it does not keep; the outermost one is the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Final

from lync_magic.language.values.enums import enum_member
from lync_magic.language.values.stream_records import StreamRecord, host_message, information_record, said_record
from lync_magic.psrp import (
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    VerboseRecord,
    WarningRecord,
)

Put = Callable[[object], None]
ALL: Final = 0
ERROR: Final = 2
WARNING: Final = 3
INFORMATION: Final = 6
_STREAMS: Final[dict[type[Event], int]] = {
    ErrorRecord: ERROR, WarningRecord: WARNING, VerboseRecord: 4, DebugRecord: 5, HostLine: INFORMATION,
    InformationRecord: INFORMATION,
}  # fmt: skip
_OTHERS: Final = (WARNING, 4, 5, INFORMATION)
_ADDED: Final = (4, 5, INFORMATION)
"""Streams whose records are in an -OutVariable, too, where they are merged into the output."""


class Sink:
    """The screen, and what every sink does."""

    def __init__(self, show: Callable[[Event], None]) -> None:
        self._show = show

    def report(self, event: Event, value: object = None) -> None:
        """Take a record. value: the object that stands for it, where there is one."""
        self._show(event)

    def keep(self, event: Event, value: object = None) -> None:
        """Take a record that is not shown, for who keeps those. value: the object that stands for it, or for what was
        thrown with it."""

    def keep_ignored(self, event: Event, value: object = None) -> None:
        """Take a record that -InformationAction Ignore hides, or that goes elsewhere, for the variables that keep those
        all the same."""

    def uncaptured(self) -> Sink:
        """Where the records of a command go that is not the last of its pipeline: no -ErrorVariable, or its like, of
        the function around it keeps them."""
        return self

    @property
    def takes_objects(self) -> bool:
        """Whether a record may become an object, which is not made for the screen alone."""
        return type(self) is not Sink


class Redirected(Sink):
    """Streams that go nowhere, or into the output of what is redirected (those of `merged`). of: what is."""

    def __init__(
        self, outer: Sink, streams: Mapping[int, Put | None], merged: Set[int] = frozenset(), of: object = None
    ) -> None:
        super().__init__(outer.report)
        self.of = of
        self._outer = outer
        self._streams = streams
        self._merged = merged

    def report(self, event: Event, value: object = None) -> None:
        stream = _STREAMS.get(type(event))
        if stream is None or not self._takes(stream):
            self._outer.report(event, value)
        else:
            self._put(stream, event, value)

    def keep(self, event: Event, value: object = None) -> None:
        """Take a piece of information that is not shown, which goes where its stream goes all the same."""
        if isinstance(event, InformationRecord) and self._takes(INFORMATION):
            self._put(INFORMATION, event, value)
        else:
            self._outer.keep(event, value)

    def uncaptured(self) -> Sink:
        """See there."""
        outer = self._outer.uncaptured()
        return self if outer is self._outer else Redirected(outer, self._streams, self._merged, self.of)

    def but_errors(self) -> Redirected:
        """The same for what a function's parameters say, whose errors are not redirected."""
        others = dict.fromkeys(_OTHERS, self._streams[ALL]) if ALL in self._streams else {}
        kept = {stream: put for stream, put in self._streams.items() if stream not in (ALL, ERROR)}
        return Redirected(self._outer, {**others, **kept}, self._merged)

    def keep_ignored(self, event: Event, value: object = None) -> None:
        """See there."""
        self._outer.keep_ignored(event, value)

    def adds(self, event: Event) -> bool:
        """Whether a record is merged into the output, and is in an -OutVariable there."""
        stream = _STREAMS.get(type(event), 0)
        return stream in _ADDED and (stream in self._merged or ALL in self._streams)

    def _takes(self, stream: int) -> bool:
        return stream in self._streams or ALL in self._streams

    def _put(self, stream: int, event: Event, value: object) -> None:
        put = self._streams.get(stream, self._streams.get(ALL))
        value = value if value is not None else record_object(event)
        self._outer.keep_ignored(event, value)  # the variables of the function around it have it all the same
        if put is not None:
            if isinstance(value, StreamRecord):
                value.merged = True
            put(value)


class Captured(Sink):
    """What a command says is kept for its -ErrorVariable, -WarningVariable, … and goes on."""

    def __init__(self, outer: Sink, kept: dict[int, list[object]]) -> None:
        super().__init__(outer.report)
        self._outer = outer
        self._kept = kept

    def report(self, event: Event, value: object = None) -> None:
        self._keep(event, value)
        self._outer.report(event, value)

    def uncaptured(self) -> Sink:
        """See there."""
        return self._outer.uncaptured()

    def keep(self, event: Event, value: object = None) -> None:
        """Keep a record without showing it. value: the object that stands for it, where there is one."""
        self._keep(event, value)
        self._outer.keep(event, value)

    def keep_ignored(self, event: Event, value: object = None) -> None:
        """See there."""
        self._keep(event, value)
        self._outer.keep_ignored(event, value)

    def _keep(self, event: Event, value: object) -> None:
        kept = self._kept.get(_STREAMS.get(type(event), 0))
        if kept is not None:
            kept.append(value if value is not None else record_object(event))


class AlsoOutput(Sink):
    """What a command says that is merged into its output is in its -OutVariable too."""

    def __init__(self, outer: Redirected, output: list[object]) -> None:
        super().__init__(outer.report)
        self._outer = outer
        self._output = output

    def report(self, event: Event, value: object = None) -> None:
        self._outer.report(event, self._added(event, value))

    def keep(self, event: Event, value: object = None) -> None:
        """See there."""
        self._outer.keep(event, self._added(event, value) if isinstance(event, InformationRecord) else value)

    def keep_ignored(self, event: Event, value: object = None) -> None:
        """See there."""
        self._outer.keep_ignored(event, value)

    def uncaptured(self) -> Sink:
        """See there."""
        outer = self._outer.uncaptured()
        return AlsoOutput(outer, self._output) if isinstance(outer, Redirected) else outer

    def _added(self, event: Event, value: object) -> object:
        if not self._outer.adds(event):
            return value
        value = value if value is not None else record_object(event)
        self._output.append(value)
        return value


_GREY, _BLACK = 7, 0
_COLOR: Final = "System.ConsoleColor"


def event_of(value: object) -> Event | None:
    """What the screen is told where it is given a record that is no error's; None for anything else."""
    if not isinstance(value, StreamRecord) or not value.merged:
        return None
    kind = _SHOWN.get(value.type_names[0].rpartition(".")[2])
    return None if kind is None else kind(value.text)


_SHOWN: Final[dict[str, Callable[[str], Event]]] = {
    "WarningRecord": WarningRecord, "VerboseRecord": VerboseRecord, "DebugRecord": DebugRecord,
}  # fmt: skip


def record_object(event: Event, by: object = None, source: str = "") -> object:
    """A record as an object of the output. by: the InvocationInfo of who said it.  source: the command, of a piece of
    information."""
    if isinstance(event, HostLine):
        colours = [event.foreground, event.background]
        front, back = (
            enum_member(_COLOR, default if told is None else told)
            for told, default in zip(colours, (_GREY, _BLACK), strict=True)
        )
        data = host_message(event.text, front, back, newline=event.newline)
        return information_record(data, ("PSHOST",), source or "Write-Host")
    if isinstance(event, InformationRecord):
        return information_record(event.text, event.tags, source or event.source)
    return said_record(type(event).__name__, getattr(event, "message", ""), by)
