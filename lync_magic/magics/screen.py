"""Where a cell of the engine shows its output: text as it comes, objects as tables, errors in their place.

Rules: the last objects of a cell, and an error after which nothing else came, may be held back for who shows them in
another way: as the cell's result, as its failure. Whatever comes after them shows them first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from IPython.display import display

from lync_magic.clixml import ObjectLike
from lync_magic.importing import modules
from lync_magic.magics import display as show
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import advice_on
from lync_magic.psrp import ErrorRecord, Event, ProgressRecord
from lync_magic.records import Records, result_text
from lync_magic.safe_text import coloured
from lync_magic.ui import ProgressBars, result_html

MOST_LINES: Final = 2_000
"""Lines of text that are shown beside one table; the objects have all of it."""


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

    holds: keep the last objects, and the last error, until something else comes.  quiet: show errors alone.
    """

    def __init__(self, notebook: Notebook, *, holds: bool = False, quiet: bool = False) -> None:
        self._notebook = notebook
        self._holds = holds
        self._quiet = quiet
        self._bars: ProgressBars = show.progress_bars()
        self._streams = show.Streams()
        self._held: Looks | ShownError | None = None
        self.errors: list[ShownError] = []
        """Every error that came, the held one too."""

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        self._bars.close()
        if kind is not None:
            self.release()

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
            self._streams.err(f"{coloured(held.text)}\n")

    def _hold(self, what: Looks | ShownError) -> None:
        self.release()
        self._held = what
        if not self._holds:
            self.release()

    # --- what comes ------------------------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        self.release()
        if not self._quiet:
            self._streams.out(coloured(text))

    def objects(self, records: Records, text: str) -> None:
        if self._quiet:
            return
        shown = coloured(text or result_text(records)).strip("\n")
        lines = shown.split("\n")
        if len(lines) > MOST_LINES:
            shown = "\n".join([*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES:,} more lines"])
        if not any(isinstance(one, ObjectLike) for one in records):
            self.release()
            self._streams.out(f"{shown}\n")
            return
        self._hold(Looks({"text/html": result_html(records), "text/plain": shown}))

    def error(self, error: ErrorRecord, text: str) -> None:
        advice = self._advice_on(error)
        shown = ShownError(error, f"{text}\n{advice}" if advice else text)
        self.errors.append(shown)
        self._hold(shown)

    def _advice_on(self, error: ErrorRecord) -> str:
        """Where a command is not there, and was, or one of nearly its name is; or ""."""
        name = error.target if error.error_id.startswith("CommandNotFound") else ""
        known = bool(name) and (modules.last_had(name) or modules.near(name))
        return advice_on(name, self._notebook.current) if known else ""

    def program_error(self, text: str) -> None:
        self.release()
        self._streams.err(coloured(text))

    def report(self, event: Event) -> None:
        if not isinstance(event, ProgressRecord):
            self.release()
        self._bars.report(event)
        self._streams.report(event)
