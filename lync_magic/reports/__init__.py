"""Reports: parameters, runs, fan-out, one file to send."""

from lync_magic.reports.declarations import declared_in
from lync_magic.reports.declared import Declared, Kind
from lync_magic.reports.fanning import Progress, fan_out
from lync_magic.reports.given import from_file, from_words, refuse_secrets
from lync_magic.reports.outcome import CODES, Outcome, system_text
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
