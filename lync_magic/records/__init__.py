"""Objects as rows and columns."""

from lync_magic.records.analysis import Groups
from lync_magic.records.cells import CellKind, Shown, property_of, row_names, show
from lync_magic.records.chosen import FAILURE, all_names, chosen, reads_better_as_list, told_sets
from lync_magic.records.data import data_of
from lync_magic.records.differences import IDENTITY, Differences
from lync_magic.records.grid import TERMINAL_COLUMNS, WIDEST_NAME, Grid, grid_of
from lync_magic.records.looks import Look
from lync_magic.records.plainer import to_plain
from lync_magic.records.reader import Gathering, Reader
from lync_magic.records.record import Record, UnknownPropertyError
from lync_magic.records.sequence import Records
from lync_magic.records.shown import (
    count_text,
    grid_of_result,
    object_text,
    origin_of,
    properties_of,
    result_text,
    show_rows,
    title_of,
    type_title,
)
from lync_magic.records.stream import RecordStream
from lync_magic.records.view import LIST, TABLE, Side, View, plain

__all__ = [
    "FAILURE",
    "IDENTITY",
    "LIST",
    "TABLE",
    "TERMINAL_COLUMNS",
    "WIDEST_NAME",
    "CellKind",
    "Differences",
    "Gathering",
    "Grid",
    "Groups",
    "Look",
    "Reader",
    "Record",
    "RecordStream",
    "Records",
    "Shown",
    "Side",
    "UnknownPropertyError",
    "View",
    "all_names",
    "chosen",
    "count_text",
    "data_of",
    "grid_of",
    "grid_of_result",
    "object_text",
    "origin_of",
    "plain",
    "properties_of",
    "property_of",
    "reads_better_as_list",
    "result_text",
    "row_names",
    "show",
    "show_rows",
    "title_of",
    "to_plain",
    "told_sets",
    "type_title",
]
