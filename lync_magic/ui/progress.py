"""Progress records as bars: tqdm's, in a terminal or in a notebook.

Rules of this file: one bar an activity, children below their parents, at most a few; a bar goes when its
activity ends, and all of them when the block ends, however it ends. In a notebook its last line stays. Nothing is
drawn where output goes to a file.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from time import monotonic
from types import TracebackType
from typing import Any

from lync_magic.psrp import Event, ProgressRecord
from lync_magic.safe_text import one_line

MOST_BARS = 3
"""Further activities are not drawn until one of these has ended."""

SHORTEST_PAUSE = 0.1
"""Seconds between two drawings of one bar."""

COMPLETE = 100
"""Per cent."""

_LONGEST_TEXT = 80
_INDENT = "\N{NO-BREAK SPACE}" * 3
"""Stands before a child's activity, once for each of its parents: HTML keeps it."""

_MEASURED = "{desc} {percentage:3.0f}%|{bar}| {status}"
_UNMEASURED = "{desc} {status}"


Show = Callable[[object, str], Callable[[str], None]]
"""Displays a widget in the notebook, with a line for where there are no widgets, and gives what puts the last line in
its place, in the saved notebook too. Without a widget (None) it is the line alone.
"""


class ProgressBars:
    """Draws progress records: `with ProgressBars() as bars: …` and give `bars.report` to what runs.

    show: how a notebook displays a bar; without it bars are lines of text in a notebook, too.
    draws: whether the notebook draws widgets; else a bar is its first line, and no widget's state is in what is saved.
    `report` may be called from any thread; events that are no progress are ignored.
    """

    def __init__(self, show: Show | None = None, *, draws: bool = True) -> None:
        self._show = show
        self._draws = draws
        self._lock = RLock()
        self._bars: dict[int, _Drawn | _Line] = {}
        self._ended = False

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def report(self, event: Event) -> None:
        """Draw `event` if it is progress."""
        if not isinstance(event, ProgressRecord):
            return
        with self._lock:
            if event.completed:
                self._end(event.activity_id)
            elif not self._ended:
                self._draw(event)

    def close(self) -> None:
        """Take all bars away; what is reported later is not drawn."""
        with self._lock:
            self._ended = True
            for activity_id in list(self._bars):
                self._end(activity_id)

    def _draw(self, record: ProgressRecord) -> None:
        drawn = self._bars.get(record.activity_id)
        if drawn is None:
            if len(self._bars) == MOST_BARS:
                return
            drawn = self._bars[record.activity_id] = self._begun(record)
        drawn.show(record)

    def _begun(self, record: ProgressRecord) -> _Drawn | _Line:
        if self._show is not None and not self._draws:
            return _Line(record, self._show, self._depth(record))
        return _Drawn(record, self._show, self._depth(record))

    def _depth(self, record: ProgressRecord) -> int:
        """How many bars stand above this one as its parents."""
        parent = None if record.parent_id is None else self._bars.get(record.parent_id)
        return 0 if parent is None else parent.depth + 1

    def _end(self, activity_id: int) -> None:
        drawn = self._bars.pop(activity_id, None)
        if drawn is None:
            return
        for child, other in list(self._bars.items()):
            if other.parent_id == activity_id:
                self._end(child)
        drawn.close()


class _Line:
    """One bar as a line, in a notebook that draws no widgets."""

    def __init__(self, record: ProgressRecord, show: Show, depth: int) -> None:
        self.parent_id = record.parent_id
        self.depth = depth
        self._line = _line(record)
        self._leave = show(None, self._line)

    def show(self, record: ProgressRecord) -> None:
        self._line = _line(record)

    def close(self) -> None:
        self._leave(self._line)


class _Drawn:
    """One bar on the screen."""

    def __init__(self, record: ProgressRecord, show: Show | None, depth: int = 0) -> None:
        self.parent_id = record.parent_id
        self.depth = depth
        self._line = _line(record)
        self._in_terminal = show is None
        settings = {"total": COMPLETE, "leave": False, "bar_format": _UNMEASURED}
        if show is None:
            self._bar = _terminal_bar()(disable=None, **settings)
            self._leave: Callable[[str], None] = _nothing
        else:
            self._bar = _notebook_bar()(display=False, **settings)
            self._leave = show(self._bar.container, self._line)
        self._last_drawn = 0.0

    def show(self, record: ProgressRecord) -> None:
        bar = self._bar
        self._line = _line(record)
        bar.bar_format = _UNMEASURED if record.percent is None else _MEASURED
        bar.n = record.percent or 0
        bar.status = _status(record)
        bar.set_description_str(_INDENT * self.depth + one_line(record.activity, _LONGEST_TEXT), refresh=False)
        now = monotonic()
        if now - self._last_drawn >= SHORTEST_PAUSE:
            self._last_drawn = now
            bar.refresh()

    def close(self) -> None:
        self._leave(self._line)
        self._bar.total = None  # a notebook's bar that is closed before its end would stay, in red
        drawn = not self._bar.disable
        self._bar.close()
        if drawn and self._in_terminal:
            self._bar.fp.write("\r")  # a bar below another one leaves the cursor at its own end


def _line(record: ProgressRecord) -> str:
    """What stays of a bar: what was done, and how far it came."""
    return one_line(" ".join(part for part in (record.activity, record.status) if part), 2 * _LONGEST_TEXT)


def _status(record: ProgressRecord) -> str:
    parts = [record.status, record.current_operation]
    if record.seconds_remaining is not None and record.seconds_remaining >= 0:
        minutes, seconds = divmod(record.seconds_remaining, 60)
        parts.append(f"{minutes:02}:{seconds:02} remaining")
    return one_line(" · ".join(part for part in parts if part), _LONGEST_TEXT)


def _nothing(_line: str) -> None:
    """A terminal's bar takes itself away when it is closed."""


def _terminal_bar() -> Any:
    from tqdm.std import tqdm

    return _with_status(tqdm)


def _notebook_bar() -> Any:
    """Imported when first needed: it brings much with it."""
    from tqdm.notebook import tqdm

    return _with_status(tqdm)


def _with_status(kind: Any) -> Any:
    """A tqdm whose format knows `{status}`, and that starts no thread to watch its bars."""

    class Bar(kind):  # type: ignore[misc]
        monitor_interval = 0
        status = ""

        @property
        def format_dict(self) -> Any:
            return {**super().format_dict, "status": self.status}

    return Bar
