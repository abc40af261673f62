"""What Python's libraries hold in a notebook's variables, as a cell sees it: numbers and moments of numpy and pandas as
PowerShell's own, a frame as its rows.

Rule of this file: what a cell has is a copy of such a value. Lists and dictionaries are the notebook's own, whatever is
in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from lync_magic.clixml import Null, PSObject, Single
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.numeric import INTEGERS
from lync_magic.psrp import of_library
from lync_magic.records import Records

LIBRARIES: Final = ("numpy", "pandas", "polars", "pyarrow")


def is_of_library(kind: type) -> bool:
    """Whether values of a type are seen otherwise by a cell: it is asked each time that a variable is looked at."""
    found = _looked_at.get(kind)
    if found is None:
        found = _looked_at[kind] = kind is date or kind.__module__.partition(".")[0] in LIBRARIES
    return found


_looked_at: Final[dict[type, bool]] = {}


def of_python(value: Any) -> object:
    """A value of a library's type as a cell has it. Raises NotKnownHere for one that .NET cannot hold."""
    if type(value) is date:
        return datetime(value.year, value.month, value.day)
    rows = _rows_of(value)
    if rows is not None:
        return Records.from_rows({str(name): of_python(item) for name, item in row.items()} for row in rows)
    if getattr(value, "shape", ()) != () and hasattr(value, "tolist"):
        return [of_python(item) for item in value.tolist()]
    try:
        found = of_library(value)
    except ValueError as bad:
        raise NotKnownHere(f"a value of Python's {type(value).__name__} ({bad})") from bad
    if found is Null:
        return None
    if isinstance(found, PSObject) and found.type_names[0] in INTEGERS:
        return INTEGERS[found.type_names[0]](found.base)
    return Single(found.base) if isinstance(found, PSObject) else found


def _rows_of(frame: Any) -> Iterable[Mapping[object, object]] | None:
    """The rows of a table of pandas, polars or Arrow; None for anything else."""
    if hasattr(frame, "to_pylist") and hasattr(frame, "columns"):
        return cast("list[dict[object, object]]", frame.to_pylist())
    if hasattr(frame, "to_dicts"):
        return cast("list[dict[object, object]]", frame.to_dicts())
    if not hasattr(frame, "columns") or not hasattr(frame, "isna"):
        return None
    columns = {name: cast("list[object]", of_library(column)) for name, column in frame.items()}
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
