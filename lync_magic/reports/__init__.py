"""Reports: parameters, runs, fan-out, one file to send."""

from lync_magic.reports.fanning import Progress, fan_out
from lync_magic.reports.outcome import CODES, Outcome
from lync_magic.reports.parameters import from_file, from_words, refuse_secrets
from lync_magic.reports.running import Wanted, run_report
from lync_magic.reports.tables import keep_table

__all__ = [
    "CODES",
    "Outcome",
    "Progress",
    "Wanted",
    "fan_out",
    "from_file",
    "from_words",
    "keep_table",
    "refuse_secrets",
    "run_report",
]
