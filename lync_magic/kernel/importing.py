"""The cells of a file that `#!import` names.

Rule: what a file is, its ending says; nothing of it is run here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lync_magic.documents import read_notebook
from lync_magic.errors import UsageError
from lync_magic.kernel.sharing import from_file

_NOTEBOOKS: Final = frozenset((".ipynb", ".dib"))
_LANGUAGES: Final = {
    ".ps1": "powershell", ".py": "python", ".md": "markdown", ".html": "html", ".htm": "html", ".js": "javascript",
}  # fmt: skip


def cells_of(path: Path) -> Iterator[tuple[str, str]]:
    """The language and text of each cell. Raises UsageError for a file that cannot be read, or is of no such kind."""
    ending = path.suffix.lower()
    if ending in _NOTEBOOKS:
        for cell in read_notebook(from_file(path), str(path)).cells:
            yield cell.language, cell.source
        return
    if ending == ".psm1":
        quoted = str(path).replace("'", "''")
        yield "powershell", f"Import-Module '{quoted}'"
        return
    if ending not in _LANGUAGES:
        known = ", ".join(sorted((*_LANGUAGES, *_NOTEBOOKS, ".psm1")))
        raise UsageError(f"{path.name}: nothing here runs a file of this kind.", f"Import one of: {known}")
    yield _LANGUAGES[ending], from_file(path)
