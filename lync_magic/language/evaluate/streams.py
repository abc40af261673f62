"""Where the records of a stream go: to the screen, nowhere, into the output, to a variable.

Rule of this file: a sink hands on to the one around it what it does not keep; the outermost one is the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.values.collections import GenericList
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
_TYPES: Final = {
    3: "System.Management.Automation.WarningRecord", 4: "System.Management.Automation.VerboseRecord",
    5: "System.Management.Automation.DebugRecord", 6: "System.Management.Automation.InformationRecord",
}  # fmt: skip


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

    def uncaptured(self) -> Sink:
        """Where the records of a command go that is not the last of its pipeline: no -ErrorVariable, or its like, of
        the function around it keeps them."""
        return self


class Redirected(Sink):
    """Streams that go nowhere, or into the output of what is redirected (`merged`)."""

    def __init__(self, outer: Sink, streams: dict[int, Put | None]) -> None:
        super().__init__(outer.report)
        self._outer = outer
        self._streams = streams

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
        return self if outer is self._outer else Redirected(outer, self._streams)

    def _takes(self, stream: int) -> bool:
        return stream in self._streams or ALL in self._streams

    def _put(self, stream: int, event: Event, value: object) -> None:
        put = self._streams.get(stream, self._streams.get(ALL))
        if put is not None:
            put(value if value is not None else record_object(event))
        else:
            self._outer.keep(event, value)


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

    def _keep(self, event: Event, value: object) -> None:
        kept = self._kept.get(_STREAMS.get(type(event), 0))
        error = getattr(value, "error", None)
        if kept is None or (error is not None and any(_is_of(one, value, error) for one in kept)):
            return
        kept.append(value if value is not None else record_object(event))


def _is_of(kept: object, value: object, error: object) -> bool:
    """Whether an error is kept already, as the same kind of object."""
    return type(kept) is type(value) and getattr(kept, "error", None) is error


def record_object(event: Event, data: object = None) -> object:
    """A record as an object of the output. data: what Write-Information was given, where that is no text."""
    stream = _STREAMS.get(type(event), 0)
    text = event.text if isinstance(event, HostLine | InformationRecord) else getattr(event, "message", "")
    content: dict[str, object] = {"Message": text}
    if stream == INFORMATION:
        tags = event.tags if isinstance(event, InformationRecord) else ("PSHOST",)
        content = {"MessageData": text if data is None else data, "Tags": GenericList(tags, "System.String")}
    return PSObject(content, (_TYPES.get(stream, "System.Object"), "System.Object"), text)
