"""Links between documents that are converted together: they lead to what each of them became.

Rules: only a relative link to one of them is another one afterwards; its anchor stays. Nothing is looked up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from lync_magic.documents.cells import Notebook

_TARGET: Final = re.compile(r"(\]\(<?|\bhref=\")(?![a-z][a-z+.-]*:|[/#])([^)\s#?\">]+)", re.IGNORECASE)
"""The file that a link of Markdown or HTML leads to."""


def linked(notebook: Notebook, path: Path, places: Mapping[Path, Path]) -> Notebook:
    """The notebook of a document, linked to the others. places: the file that each document becomes."""
    became = {source.resolve(): place.resolve() for source, place in places.items()}
    here = places.get(path)
    if here is None:
        return notebook
    folder = here.resolve().parent

    def target(found: re.Match[str]) -> str:
        place = became.get((path.parent / unquote(found[2])).resolve())
        return found[0] if place is None else found[1] + quote(Path(os.path.relpath(place, folder)).as_posix())

    cells = (
        replace(cell, source=_TARGET.sub(target, cell.source)) if cell.language == "markdown" else cell
        for cell in notebook.cells
    )
    return replace(notebook, cells=tuple(cells))
