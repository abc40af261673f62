"""How things come to the person: results, tables and notes, in the cell that asked for them.

Rules: what to show is worked out in `ui`; here it is only handed to IPython. Colours and widths are not decided here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from types import NoneType
from typing import TYPE_CHECKING, Final, TextIO
from uuid import UUID

from IPython.core.getipython import get_ipython
from IPython.display import display

from lync_magic import ui
from lync_magic.clixml import CONSOLE_DIGITS, Credential, Page, invariant_text
from lync_magic.errors import Interrupted, LyncError
from lync_magic.importing import MODULE_COLUMNS, Module
from lync_magic.messages import say as said
from lync_magic.messages import spoken
from lync_magic.psrp import DebugRecord, Event, HostLine, Report, VerboseRecord, WarningRecord
from lync_magic.records import Grid, Look, Record, Records
from lync_magic.records import show as cell
from lync_magic.reports import Progress, keep_table
from lync_magic.safe_text import coloured, one_line, visible, without_colours
from lync_magic.sessions import TABLE_COLUMNS, Session
from lync_magic.ui import (
    ProgressBars,
    grid_html,
    line_html,
    line_of,
    look_html,
    object_html,
    result_bundle,
    result_html,
    table_html,
    table_text,
    view_html,
    widget_bundle,
    written_to,
)

if TYPE_CHECKING:
    from lync_magic.language import KindLook

PLAIN: Final = (str, int, float, Decimal, datetime, timedelta, UUID, NoneType)
"""Values that a console shows as they are."""


MOST_LINES: Final = 2_000
"""Lines of text that are shown beside one table; the objects have all of it."""
_ANSI: Final = (0, 4, 2, 6, 1, 5, 3, 7)
"""ANSI's number of black, blue, green, cyan, red, magenta, yellow and white, in ConsoleColor's order."""
_ASIDES: Final = (WarningRecord, VerboseRecord, DebugRecord)
_ASIDE: Final = "\x1b[33;1m"
"""PowerShell's colour of these (`$PSStyle.Formatting.Warning`, `.Verbose`, `.Debug`, which have the same)."""
_RGB: Final = (
    (0, 0, 0), (0, 0, 128), (0, 128, 0), (0, 128, 128),
    (128, 0, 0), (128, 0, 128), (128, 128, 0), (192, 192, 192),
    (128, 128, 128), (0, 0, 255), (0, 255, 0), (0, 255, 255),
    (255, 0, 0), (255, 0, 255), (255, 255, 0), (255, 255, 255),
)  # fmt: skip
"""The sixteen as a console has them, in the same order."""
_LIGHT: Final = 120
"""Of 255: how light a background is on which black is read better than white."""
_BRIGHT: Final = 8
_GREY: Final = 7


def give_results_their_looks() -> None:
    """Results and objects are shown as tables from now on, and `records.show()` works."""
    Records.renderer = staticmethod(_kept_and_drawn)
    Records.viewer = staticmethod(show_interactive)
    Look.renderer = staticmethod(_look_kept_and_drawn)
    Record.renderer = staticmethod(object_html)
    Progress.viewer = staticmethod(_fan_out_table)


def _fan_out_table(progress: Progress) -> Callable[[Progress], None]:
    """A table of targets that changes as they answer; nothing where a table once shown cannot change."""
    if not hasattr(get_ipython(), "kernel"):
        return lambda _now: None

    def drawn(now: Progress) -> dict[str, str]:
        told = zip(now.names, now.states, now.marks, strict=True)
        rows = [[cell(name), cell(state)._replace(mark=mark)] for name, state, mark in told]
        grid = Grid(("Target", "State"), rows, note=now.told)
        return {"text/html": grid_html(grid), "text/plain": f"{grid.text()}\n{grid.note}"}

    handle = display(drawn(progress), raw=True, display_id=True)
    return lambda now: handle.update(drawn(now), raw=True) if handle is not None else None


def _kept_and_drawn(records: Records) -> str:
    keep_table(records)
    return result_html(records)


def _look_kept_and_drawn(look: Look) -> str:
    keep_table(look.records)
    return look_html(look)


def show_output(
    items: Sequence[object],
    write: Callable[[str], object] | None = None,
    look_of: Callable[[object], KindLook | None] = lambda _item: None,
    wide: int = 0,
) -> None:
    """A statement's output, in its order: plain values as lines of text, sessions and modules as PowerShell's tables,
    what has a look of its kind in that, everything else as a result. Of `$null` nothing is shown.

    write: takes the lines, where it is not standard output.  look_of: the look of a value's kind, where it has one.
    wide: columns of its text.
    """
    if isinstance(items, Records) and len(items) and not isinstance(items[0], PLAIN):
        _show_result(items)
        return
    for show, run in groupby((item for item in items if item is not None), partial(_way_of, look_of)):
        if not callable(show):
            _show_laid_out(list(run), show, write or _write, wide)
        elif show in (_show_lines, _show_pages):
            show(list(run), write or _write)
        else:
            show(list(run))


def _way_of(look_of: Callable[[object], KindLook | None], item: object) -> Callable[..., None] | KindLook:
    found = next((show for kind, show in _WAYS if isinstance(item, kind)), _show_result)
    return (found in (_show_lines, _show_result) and look_of(item)) or found


def _show_result(items: Sequence[object]) -> None:
    keep_table(items if isinstance(items, Records) else Records(items))
    display(result_bundle(items), raw=True)


def _show_laid_out(items: Sequence[object], look: KindLook, write: Callable[[str], object], wide: int) -> None:
    """Values in the look of their kind, and as any other where not all of it is known."""
    made = look.laid_out(items, wide)
    if made is None:
        show_output(items, write)
    elif made.view is None or not made.view.is_drawable:
        write(f"{painted(made.text)}\n" if made.text else "")
    else:
        keep_table(Records(items))
        drawn = view_html(made.view, made.count, one_line(look.kind))
        display({"text/html": drawn, "text/plain": cut(painted(made.text))}, raw=True)


def cut(text: str) -> str:
    """The text beside a table: its first lines."""
    lines = text.split("\n")
    if len(lines) <= MOST_LINES:
        return text
    more = said("… {count} more lines; Python's Out has all objects.", count=f"{len(lines) - MOST_LINES:,}")
    return "\n".join([*lines[:MOST_LINES], more])


def _show_lines(items: Sequence[object], write: Callable[[str], object]) -> None:
    for item in items:
        write(f"{painted(invariant_text(item, CONSOLE_DIGITS))}\n")


def _show_pages(items: Sequence[Page], write: Callable[[str], object]) -> None:
    for item in items:
        write(f"{visible(item.page)}\n")


def _show_credentials(items: Sequence[Credential]) -> None:
    for item in items:
        _write(f"{item!r}\n")


def show_interactive(records: Records) -> None:
    """What `records.show()` does: a table to sort, search and page through; in a terminal, the text.

    Raises DependencyMissing where itables is not installed.
    """
    if not _in_kernel():
        _write(f"{records!r}\n")
        return
    display({"text/html": ui.interactive_html(records), "text/plain": repr(records)}, raw=True)


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> None:
    """Rows under column names."""
    display(
        {"text/html": table_html(columns, rows, caption), "text/plain": table_text(columns, rows)},
        raw=True,
    )


def show_sessions(sessions: Sequence[Session], caption: str = "") -> None:
    """PowerShell's table of sessions."""
    show_table(TABLE_COLUMNS, [session.row() for session in sessions], caption)


def show_modules(modules: Sequence[Module]) -> None:
    """PowerShell's table of modules."""
    show_table(MODULE_COLUMNS, [module.row() for module in modules])


_WAYS: Final[tuple[tuple[type | tuple[type, ...], Callable[..., None]], ...]] = (
    (Session, show_sessions), (Module, show_modules), (Credential, _show_credentials), (PLAIN, _show_lines),
    (Page, _show_pages),
)  # fmt: skip
"""How values of a kind are shown that are no results."""


def show_error(error: LyncError | Interrupted) -> None:
    """An error that does not end the cell."""
    STREAMS.err("\n".join(error._render_traceback_()) + "\n")


def writer(write: Callable[[str], object] | None = None) -> Report:
    """A report that writes each event as PowerShell's console does. write: takes what is no error, where it is not
    standard output."""
    return written_to(write or STREAMS.out, STREAMS.err)


class Streams:
    """Standard output and errors, in the order in which they were written, though a kernel buffers each alone."""

    def __init__(self) -> None:
        self._write = written_to(self.out, self.err)

    def out(self, text: str) -> None:
        """Write to standard output."""
        _send(sys.stderr)
        sys.stdout.write(text)

    def err(self, text: str) -> None:
        """Write to standard error."""
        _send(sys.stdout)
        sys.stderr.write(text)

    def report(self, event: Event) -> None:
        """Write an event; a line of the host in the colours that the command chose. It may be drawn anew."""
        if isinstance(event, _ASIDES):
            line = line_of(event)
            if line is not None:
                self.out(painted(_ASIDE + line.text.removesuffix("\n") + "\x1b[0m") + "\n")
            return
        if not isinstance(event, HostLine):
            self._write(event)
            return
        codes = colour_codes(event.foreground, event.background)
        text = "\r".join(map(painted, event.text.split("\r")))
        shown = (painted(f"{codes}{text}\x1b[0m") if codes and text else text) + ("\n" if event.newline else "")
        (self.err if event.error else self.out)(shown)


STREAMS: Final = Streams()
"""This process's, whichever they are when something is written."""


def _send(stream: TextIO) -> None:
    """Flush a stream; a kernel's waits for that also where there is nothing to send, and so once for each line."""
    if getattr(stream, "_flush_pending", True):
        stream.flush()


def colour_codes(foreground: int | None, background: int | None) -> str:
    """The ANSI sequence for two .NET ConsoleColors; grey on black, the console's own, is none.

    A front end has its own shades of the sixteen, made for its own background: on another one, ours are those of a
    console, in which White on DarkBlue can be read; where no foreground was chosen, black or white.
    """
    if background:
        chosen = foreground is not None and foreground != _GREY
        ink = _RGB[foreground] if chosen and foreground is not None else _readable_on(_RGB[background])
        return "\x1b[38;2;{};{};{};48;2;{};{};{}m".format(*ink, *_RGB[background])
    if foreground is None or foreground == _GREY:
        return ""
    return f"\x1b[{(90 if foreground >= _BRIGHT else 30) + _ANSI[foreground % _BRIGHT]}m"


def _readable_on(background: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = background
    return (0, 0, 0) if 0.299 * red + 0.587 * green + 0.114 * blue > _LIGHT else (255, 255, 255)


def progress_bars(*, leaves: bool = True) -> ProgressBars:
    """Bars as widgets in a notebook, as text in a terminal. leaves: a notebook's bar leaves its last line."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return ProgressBars()
    draws = bool(getattr(kernel, "shows_widgets", True))
    return ProgressBars(partial(_for_a_while, leaves=leaves), draws=draws)


def painted(text: str) -> str:
    """Text as the screen takes it: without colours where it is a file or a pipe, or who reads wants none (NO_COLOR)."""
    if _in_kernel() or (sys.stdout.isatty() and not os.environ.get("NO_COLOR")):
        return coloured(text)
    return coloured(without_colours(text))


def _in_kernel() -> bool:
    return hasattr(get_ipython(), "kernel")


def _for_a_while(widget: object, text: str, *, leaves: bool) -> Callable[[str], None]:
    """Show a widget, or its line alone; what is returned puts a last line, or nothing, in its place.

    So it does in the saved notebook.
    """
    bundle = {"text/plain": visible(text)} if widget is None else widget_bundle(widget, text)
    handle = display(bundle, raw=True, display_id=True)

    def leave(line: str) -> None:
        if handle is not None:
            left = {"text/plain": visible(line), "text/html": line_html(line)} if leaves else {}
            handle.update(left, raw=True)

    return leave


@contextmanager
def reporting() -> Iterator[Report]:
    """The report of one command: lines as they come, progress as bars that go when the command ends."""
    with progress_bars() as bars:
        yield both(writer(), bars.report)


def say(text: str) -> None:
    """One line for the person."""
    _write(f"{spoken(text)}\n")


def _write(text: str) -> None:
    STREAMS.out(text)


def both(first: Report, second: Report) -> Report:
    """A report that tells two."""

    def report(event: Event) -> None:
        first(event)
        second(event)

    return report
