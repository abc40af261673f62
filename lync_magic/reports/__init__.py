"""Reports: parameters, runs, fan-out, one file to send.

Each part is loaded when it is first named: a cell that shows a table needs little of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lync_magic.doors import door

if TYPE_CHECKING:
    from lync_magic.reports.declarations import declared_in
    from lync_magic.reports.declared import Declared, Kind
    from lync_magic.reports.fanning import fan_out
    from lync_magic.reports.given import from_file, from_words, refuse_secrets
    from lync_magic.reports.outcome import CODES, Outcome, system_text
    from lync_magic.reports.progress import Progress
    from lync_magic.reports.running import Wanted, discard, run_report
    from lync_magic.reports.tables import keep_table
    from lync_magic.reports.typed import parameters

__all__ = [
    "CODES",
    "Declared",
    "Kind",
    "Outcome",
    "Progress",
    "Wanted",
    "declared_in",
    "discard",
    "fan_out",
    "from_file",
    "from_words",
    "keep_table",
    "parameters",
    "refuse_secrets",
    "run_report",
    "system_text",
]

_ROOMS: Final = {
    "CODES": "outcome",
    "Declared": "declared",
    "Kind": "declared",
    "Outcome": "outcome",
    "Progress": "progress",
    "Wanted": "running",
    "declared_in": "declarations",
    "discard": "running",
    "fan_out": "fanning",
    "from_file": "given",
    "from_words": "given",
    "keep_table": "tables",
    "parameters": "typed",
    "refuse_secrets": "given",
    "run_report": "running",
    "system_text": "outcome",
}

__getattr__ = door(__name__, _ROOMS)
