"""Builds a site of a folder of documents: pages, notebooks, the pictures they show, contents, and the check's report.

Rules: the site keeps the folder's structure and needs neither network nor server. What stands in it is written over
only where it was made here, or where that was asked for. A document that cannot be read is named, and the others go on.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

from lync_magic.documents.cells import PYTHON, KernelName
from lync_magic.documents.checking import Checking, DocumentResult, as_html, as_junit, check_document
from lync_magic.documents.converting import convert, written
from lync_magic.documents.linking import Linking, Places, files_beside, linked
from lync_magic.documents.making import Making, notebook_of
from lync_magic.documents.model import Document
from lync_magic.documents.outline import outline
from lync_magic.documents.publishing.contents import Entry, contents
from lync_magic.documents.publishing.look import GENERATOR, STYLE, STYLE_FILE
from lync_magic.documents.publishing.page import page, title_of
from lync_magic.documents.reading.read import document_of, is_notebook, text_in
from lync_magic.errors import LyncError, UsageError

INDEX: Final = "index.html"
CONTENTS: Final = "contents.html"
"""Where the contents stand when a document of the folder is itself its first page."""
REPORT: Final = "check.html"
JUNIT: Final = "check.xml"


@dataclass(frozen=True)
class Site:
    """A site that was built. problems: documents that could not be read, and why."""

    first: Path
    results: tuple[DocumentResult, ...] = ()
    problems: Mapping[Path, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether a document is not true any more."""
        return any(result.failed for result in self.results)


def build(
    folder: Path,
    documents: Sequence[Path],
    site: Path,
    *,
    checking: Checking | None,
    making: Making | None = None,
    kernel: KernelName = PYTHON,
    language: str | None = None,
    title: str = "",
    force: bool = False,
) -> Site:
    """Build the site of a folder's documents. Raises UsageError where `site` holds what was not made here.

    checking: how the documents are checked, or None to leave that out.  making, kernel: of the notebooks.
    language: of the documents, where their words do not tell.
    """
    _require_ours(folder, site, force=force)
    builder = _Builder(folder, site, _Layout(folder, documents, site), checking, making or Making(), kernel, language)
    entries: list[Entry] = []
    problems: dict[Path, str] = {}
    for path in documents:
        try:
            entries.append(builder.document(path))
        except (LyncError, OSError) as error:
            problems[path] = error.said()[0] if isinstance(error, LyncError) else str(error)
    entries.sort(key=lambda entry: (entry.page.parent.parts, entry.page.name))
    results = tuple(entry.result for entry in entries if entry.result is not None)
    site.mkdir(parents=True, exist_ok=True)
    _write(site / STYLE_FILE, STYLE)
    if results:
        _write(site / REPORT, as_html(results))
        _write(site / JUNIT, as_junit(results))
    first = site / builder.places.contents
    day = datetime.now(timezone.utc).date()
    _write(first, contents(entries, title=title or folder.resolve().name, day=day, report=REPORT, junit=JUNIT))
    return Site(first, results, problems)


class _Layout:
    """Where everything goes: each document's page and notebook."""

    def __init__(self, folder: Path, documents: Sequence[Path], site: Path) -> None:
        self.documents = {path.resolve() for path in documents}
        self.page_of: dict[Path, Path] = {}
        taken: set[Path] = set()
        for path in documents:
            place = site / path.relative_to(folder).with_suffix(".html")
            if place in taken:  # `a.md` beside `a.txt`
                place = place.with_name(f"{path.stem}-{path.suffix.lstrip('.')}.html")
            taken.add(place)
            self.page_of[path] = place
        self.pages = Places(self.page_of)
        self.notebooks = Places({path: place.with_suffix(".ipynb") for path, place in self.page_of.items()})
        self.contents = CONTENTS if site / INDEX in taken else INDEX


@dataclass(frozen=True)
class _Builder:
    folder: Path
    site: Path
    places: _Layout
    checking: Checking | None
    making: Making
    kernel: KernelName
    language: str | None

    def document(self, path: Path) -> Entry:
        """Write one document's page, notebook and pictures. Raises LyncError, OSError."""
        text = text_in(path)
        document = document_of(text, path, self.language)
        carried = files_beside(text, path, self.folder, self.site, self.places.documents)
        place = self.places.page_of[path]
        notebook = place.with_suffix(".ipynb")
        result = check_document(document, self.checking) if self.checking is not None else None
        if result is not None:
            result = replace(result, path=path.relative_to(self.folder).as_posix())
        up = "../" * (len(place.relative_to(self.site).parts) - 1)
        made = page(
            document,
            outline(document),
            result,
            Linking(path, place, self.places.pages.and_also(carried)),
            up=up,
            contents=self.places.contents,
            notebook=quote(notebook.name),
        )
        _write(place, made)
        _write(notebook, self._notebook(text, document, self.places.notebooks.and_also(carried)))
        for one, there in carried.items():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(one, there)
        return Entry(PurePosixPath(place.relative_to(self.site).as_posix()), title_of(document), result)

    def _notebook(self, text: str, document: Document, places: Places) -> str:
        """The text of a document's notebook; one that is a notebook itself is read as its cells."""
        path = Path(document.path)
        if is_notebook(text, document.path):
            return convert(path, making=self.making, kernel=self.kernel, language=self.language, places=places)
        made = notebook_of(document, replace(self.making, kernel=self.kernel))
        return written(linked(made, path, places), ".ipynb", self.kernel)


def _require_ours(folder: Path, site: Path, *, force: bool) -> None:
    if site.resolve() == folder.resolve():
        raise UsageError(f"{site} is the documents' own folder.", "Name another one with -o.")
    if force or not site.exists() or not any(site.iterdir()):
        return
    for name in (INDEX, CONTENTS):
        first = site / name
        if first.is_file() and GENERATOR in first.read_text("utf-8", "replace")[:1_000]:
            return
    raise UsageError(f"{site} holds other files.", "Write into it with --force, or elsewhere with -o.")


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8", newline="\n")
