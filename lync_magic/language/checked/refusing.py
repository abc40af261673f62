"""How what is not known here is refused, with its place and its way."""

from __future__ import annotations

from typing import NoReturn

from lync_magic.errors import CellNotSupported
from lync_magic.language.syntax.source import Extent
from lync_magic.language.ways import way


def refuse(extent: Extent, what: str) -> NoReturn:
    """Raise CellNotSupported for what stands at a place."""
    line, column = extent.line, extent.column
    message = f"Not known here yet: {what}"
    raise CellNotSupported(message, line, column, way(what), source=extent.source.line_text(line))
