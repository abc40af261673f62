"""Charts of a result, by pandas: `users.group_by("Department").count().plot.bar(x="Department")`.

Rule of this file: the picture is drawn here and stands in the notebook; nothing is fetched when somebody looks at it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from lync_magic.errors import DependencyMissing
from lync_magic.records.sequence import Records

SALT: Final = "lync_magic"
"""Names inside an SVG are made from it, so that the same chart is the same text."""


def plot(records: Records) -> Any:
    """pandas' `DataFrame.plot` of the result. Raises DependencyMissing."""
    try:
        matplotlib = import_module("matplotlib")
    except ImportError:
        raise DependencyMissing("matplotlib", "plot", "plot") from None
    if matplotlib.rcParams["svg.hashsalt"] is None:
        matplotlib.rcParams["svg.hashsalt"] = SALT
    frame = records.to_pandas()
    return frame.plot
