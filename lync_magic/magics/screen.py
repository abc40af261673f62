"""Where a cell of the engine shows its output: text as it comes, objects as tables, errors in their place.

Rules: the last objects of a cell, and an error after which nothing else came, may be held back for who shows them in
another way: as the cell's result, as its failure. Whatever comes after them shows them first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from IPython.display import clear_output, display

from lync_magic.clixml import ObjectLike
from lync_magic.importing import NO_PARAMETER, modules
from lync_magic.magics import display as show
from lync_magic.magics.lines import Lines
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import advice_on
from lync_magic.magics.settings import settings
from lync_magic.messages import spoken
from lync_magic.powershell import Display
from lync_magic.psrp import ErrorRecord, Event, ProgressRecord
from lync_magic.records import Records, View, data_of, origin_of, result_text, type_title
from lync_magic.reports import keep_table
from lync_magic.ui import ProgressBars, result_html, view_html

TYPES_LOOKED_AT: Final = 50
"""Of a long result, the types of so many objects are named above it."""
_QUOTED: Final = re.compile(r"'([^']+)'")


@dataclass(frozen=True)
class Looks:
    """Output by MIME type, as a front end takes it."""

    bundle: dict[str, Any]


@dataclass(frozen=True)
class ShownError:
    """An error, and PowerShell's concise view of it."""

    record: ErrorRecord
    text: str


class Screen:
    """Where a cell's output is shown; a context manager that takes its progress bars away.

    holds: keep the last objects, and the last error, until something else comes; bars go without a trace, as in a
    console.  quiet: show errors alone.  noted: hears of each error.
    """

    def __init__(
        self,
        notebook: Notebook,
        *,
        holds: bool = False,
        quiet: bool = False,
        noted: Callable[[ErrorRecord], object] = lambda _error: None,
    ) -> None:
        self._notebook = notebook
        self._noted = noted
        self._holds = holds
        self._quiet = quiet
        self._bars: ProgressBars = show.progress_bars(leaves=not holds)
        self._streams = show.STREAMS
        self._settings = settings(notebook.shell)
        self._lines = Lines(self._settings, self._streams.out, "Python's Out has all of it.")
        self._held: Looks | ShownError | None = None
        self.errors: list[ShownError] = []
        """Every error that came, the held one too."""

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        self._bars.close()
        if kind is not None:
            self.release()
        self._lines.end()

    # --- what is held ----------------------------------------------------------------------------------------------

    def take_looks(self) -> Looks | None:
        """The objects that ended the cell's output, which are not shown here any more; None where others did."""
        held, self._held = self._held, self._held if isinstance(self._held, ShownError) else None
        return held if isinstance(held, Looks) else None

    def take_error(self) -> ShownError | None:
        """The same for an error."""
        held, self._held = self._held, self._held if isinstance(self._held, Looks) else None
        return held if isinstance(held, ShownError) else None

    def release(self) -> None:
        """Show what is held."""
        held, self._held = self._held, None
        if isinstance(held, Looks):
            display(held.bundle, raw=True)
        elif held is not None:
            self._streams.err(f"{show.painted(held.text)}\n")

    def _hold(self, what: Looks | ShownError) -> None:
        self.release()
        self._held = what
        if not self._holds:
            self.release()

    # --- what comes ------------------------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        self.release()
        if not self._quiet:
            self._lines.write(show.painted(text))

    def objects(self, records: Records, text: str, view: View | None) -> None:
        if self._quiet or (self._holds and not text.strip()):
            return  # an empty hashtable: a console shows nothing of it
        shown = show.painted(text or result_text(records)).strip("\n")
        if view is None and any(isinstance(one, ObjectLike) for one in records):
            drawn = result_html(records)
        elif view is not None and view.is_drawable:
            drawn = view_html(view, len(records), type_title(records[:TYPES_LOOKED_AT]), origin_of(records))
        else:
            self.release()
            self._lines.write(f"{shown}\n")
            return
        keep_table(records)
        looks = {"text/html": drawn, "text/plain": show.cut(shown)}
        mime = self._settings.data
        self._hold(Looks(looks | ({mime: data_of(records, mime)} if mime else {})))

    def error(self, error: ErrorRecord, text: str) -> None:
        self._noted(error)
        advice = self._advice_on(error)
        shown = ShownError(error, f"{text}\n{spoken(advice)}" if advice else text)
        self.errors.append(shown)
        self._hold(shown)

    def _advice_on(self, error: ErrorRecord) -> str:
        """Where a command, or a parameter of an imported one, is not there, and one of nearly its name is; or ""."""
        if error.error_id.startswith(NO_PARAMETER):
            command, named = modules.find(error.activity), _QUOTED.findall(error.message)
            return command.near(named[-1]) if command is not None and named else ""
        name = error.target if error.error_id.startswith("CommandNotFound") else ""
        known = bool(name) and (modules.last_had(name) or modules.near(name))
        return advice_on(name, self._notebook.current) if known else ""

    def program_error(self, text: str) -> None:
        self.release()
        self._streams.err(show.painted(text))

    def display(self, shown: Display) -> None:
        self.release()
        if self._quiet:
            return
        bundle = dict(shown.bundle)
        if shown.view is not None and shown.view.is_drawable:
            bundle["text/html"] = view_html(shown.view, shown.count)
        bundle["text/plain"] = show.painted(str(bundle["text/plain"])).strip("\n")
        display(bundle, raw=True, display_id=shown.display_id, update=shown.update)

    def clear(self) -> None:
        self._held = None
        clear_output()

    def report(self, event: Event) -> None:
        if not isinstance(event, ProgressRecord):
            self.release()
        self._bars.report(event)
        self._streams.report(event)
