"""Tapes: what a session was asked and what it answered, recorded and replayed."""

from lync_magic.tapes.comparing import Compared, compare, differences_of
from lync_magic.tapes.modes import (
    MODE_VARIABLE,
    MODES,
    REDACT_VARIABLE,
    TAPE_VARIABLE,
    Redact,
    in_report,
    shelf,
    taped,
    use_surroundings,
    will_replay,
)
from lync_magic.tapes.recording import redact_tape
from lync_magic.tapes.redaction import Redaction
from lync_magic.tapes.tape import Entry, Recorded, Tape

__all__ = [
    "MODES",
    "MODE_VARIABLE",
    "REDACT_VARIABLE",
    "TAPE_VARIABLE",
    "Compared",
    "Entry",
    "Recorded",
    "Redact",
    "Redaction",
    "Tape",
    "compare",
    "differences_of",
    "in_report",
    "redact_tape",
    "shelf",
    "taped",
    "use_surroundings",
    "will_replay",
]
