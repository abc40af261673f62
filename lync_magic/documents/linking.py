"""Links of documents that are converted together: they lead to what each of them became, and to the files beside them.

Rules: only a relative link to a file that is there is another one afterwards; its anchor stays. A file that goes along
lies within the documents' own folder: a document takes nothing else from the machine that converts it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from lync_magic.documents.cells import Notebook

_NAME: Final = r"((?:[^()\s#?\"'<>]|\([^()\s]{0,60}\)){1,300})"
_TARGET: Final = re.compile(
    rf"(\]\(<?|\]:[ \t]*<?|\b(?:href|src|source)=[\"'])(?![a-z][a-z+.-]*:|[/#]){_NAME}", re.IGNORECASE
)
"""The file that a link or a picture of Markdown or HTML names."""


class Places:
    """Where the files go that are converted together: each document, and what goes along. Paths are resolved once."""

    def __init__(self, places: Mapping[Path, Path]) -> None:
        self._places: Mapping[Path, Path] = {source.resolve(): place.resolve() for source, place in places.items()}

    def get(self, resolved: Path) -> Path | None:
        """Where a file goes, or None for one that stays."""
        return self._places.get(resolved)

    def and_also(self, more: Mapping[Path, Path]) -> Places:
        """These and some more."""
        if not more:
            return self
        both = Places(more)
        both._places = {**self._places, **both._places}
        return both


def linked(notebook: Notebook, path: Path, places: Places) -> Notebook:
    """The notebook of a document, linked to the others."""
    here = places.get(path.resolve())
    if here is None:
        return notebook
    link = Linking(path, here, places)
    cells = (
        replace(cell, source=link.text(cell.source)) if cell.language == "markdown" else cell for cell in notebook.cells
    )
    return replace(notebook, cells=tuple(cells))


class Linking:
    """Where the links of one document lead once it stands elsewhere."""

    def __init__(self, path: Path, here: Path, places: Places) -> None:
        self._from = path.parent
        self._to = here.resolve().parent
        self._places = places

    def text(self, markdown: str) -> str:
        """Markdown with its links led anew."""
        return _TARGET.sub(self._led, markdown)

    def _led(self, found: re.Match[str]) -> str:
        named = _named(self._from, found[2])
        if named is None:
            return found[0]
        place = self._places.get(named)
        if place is None:
            if self._to == self._from.resolve():
                return found[0]
            place = named
        return found[1] + quote(Path(os.path.relpath(place, self._to)).as_posix(), safe="/()")


def files_beside(text: str, path: Path, root: Path, output: Path, documents: Collection[Path]) -> dict[Path, Path]:
    """The files (pictures, downloads) that a document names, and where each goes with it.

    They are there, lie within `root`, and are none of the documents, whose paths are resolved.
    """
    within = root.resolve()
    places: dict[Path, Path] = {}
    for found in _TARGET.finditer(text):
        named = _named(path.parent, found[2])
        if named is not None and named.is_relative_to(within) and named not in documents:
            place = output / named.relative_to(within)
            if place.resolve() != named:
                places[named] = place
    return places


def _named(folder: Path, link: str) -> Path | None:
    """The file that a link names, or None where there is none."""
    try:
        named = (folder / unquote(link)).resolve()
        return named if named.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None
