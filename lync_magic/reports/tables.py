"""The tables of a report as sheets of a workbook: what a cell tagged `xlsx` shows, kept by the kernel that shows it.

Rule of this file: nothing happens where no workbook is asked for; a table that cannot be kept is said, and the report
goes on.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from lync_magic.errors import LyncError, warn
from lync_magic.records import Records
from lync_magic.sessions import JOURNAL_VARIABLE

XLSX_VARIABLE: Final = "LYNC_MAGIC_XLSX"
"""Names the workbook."""
TAG: Final = "xlsx"
"""A cell's tag; `xlsx:Users` names the sheet."""


def keep_table(records: object) -> None:
    """Keep a result that is shown, where its cell says so."""
    path = os.environ.get(XLSX_VARIABLE)
    if not path or not isinstance(records, Records):
        return
    tag = next((each for each in _tags() if each.partition(":")[0] == TAG), None)
    if tag is None:
        return
    try:
        records.to_excel(path, tag.partition(":")[2] or "Table")
    except (LyncError, OSError) as error:
        warn(f"The table is not in the workbook: {error}", UserWarning)


def _tags() -> list[str]:
    """The tags of the cell that runs, as whoever runs the report told."""
    try:
        lines = Path(os.environ.get(JOURNAL_VARIABLE, "")).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    for line in reversed(lines):
        if '"cell"' in line:
            try:
                return [str(tag) for tag in json.loads(line).get("tags", ())]
            except ValueError:
                continue
    return []
