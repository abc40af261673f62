"""Objects as rows and columns."""

from lync_magic.records.plain import cell_text, safe_text, text_width
from lync_magic.records.reader import Reader
from lync_magic.records.record import Record, UnknownPropertyError
from lync_magic.records.sequence import Records
from lync_magic.records.stream import LateColumnWarning, RecordStream

__all__ = [
    "LateColumnWarning",
    "Reader",
    "Record",
    "RecordStream",
    "Records",
    "UnknownPropertyError",
    "cell_text",
    "safe_text",
    "text_width",
]
