"""Reads notebooks (`.ipynb`): ours, .NET Interactive's, Azure Data Studio's, and those of other PowerShell kernels.

Rules: a cell's language is what its own metadata says, else its first `#!` line or cell magic, else its notebook's
kernel. A notebook that is not valid is refused with the reason; nothing in it is run or fetched. nbformat is loaded
when it is needed: that takes longer than all of the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from lync_magic.documents.cells import Cell, Notebook
from lync_magic.documents.reading.dib import LANGUAGES
from lync_magic.errors import UsageError

_KERNELS: Final = {
    ".net-powershell": "powershell", ".net-pwsh": "powershell", "powershell": "powershell", "lync_magic": "powershell",
    "powershell_kernel": "powershell", "polyglot-notebook-pwsh": "powershell", ".net-csharp": "csharp",
    ".net-fsharp": "fsharp", "sql": "sql", "python3": "python", "python": "python", "kusto": "kql",
    "pysparkkernel": "python",
}  # fmt: skip
_CELL_MAGIC: Final = re.compile(r"^%%(lync|powershell|pwsh|python|html|javascript|js|markdown|bash)\b[^\n]*\n?")
_MAGIC_LANGUAGES: Final = {
    "lync": "powershell", "powershell": "powershell", "pwsh": "powershell", "python": "python", "html": "html",
    "javascript": "javascript", "js": "javascript", "markdown": "markdown", "bash": "shellscript",
}  # fmt: skip


def read_ipynb(text: str, path: str) -> Notebook:
    """The cells of a notebook. Raises UsageError for what is none; a notebook of format 3 is read too."""
    import nbformat

    try:
        # A notebook with small faults of form is read all the same: what is written is valid.
        read = nbformat.reads(text, as_version=4)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UsageError(f"{path} is no notebook: {reason}.", "Open it in Jupyter, or save it again.") from None
    kernel = read.metadata.get("kernelspec", {})
    told = str(kernel.get("name", "")).lower()
    spoken = LANGUAGES.get(str(kernel.get("language", "")).lower())
    default = _KERNELS.get(told) or spoken or "python"
    default = _polyglot(read.metadata, default)
    cells = tuple(_cell(cell, default, number) for number, cell in enumerate(read.cells, 1))
    facts = read.metadata.get("lync_magic", {})
    return Notebook(cells, default, json.loads(json.dumps(facts)) if isinstance(facts, Mapping) else {})


def require_valid(text: str) -> None:
    """Raises UsageError where a notebook's text is not what its format allows: what came from elsewhere may not be."""
    import nbformat

    try:
        nbformat.validate(json.loads(text))
    except nbformat.ValidationError as error:
        reason = str(error).splitlines()[0][:200]
        raise UsageError(f"The notebook that was made is not valid: {reason}.", "Try again with --clear.") from None


def _polyglot(metadata: Mapping[str, Any], default: str) -> str:
    told = metadata.get("polyglot_notebook", {})
    info = told.get("kernelInfo", {}) if isinstance(told, Mapping) else {}
    name = str(info.get("defaultKernelName", "")).lower() if isinstance(info, Mapping) else ""
    return LANGUAGES.get(name, default)


def _cell(cell: Mapping[str, Any], default: str, number: int) -> Cell:
    source = str(cell.get("source", ""))
    metadata = cell.get("metadata", {})
    facts = metadata.get("lync_magic", {})
    tags = tuple(str(tag) for tag in metadata.get("tags", ()) if isinstance(tag, str))
    if cell.get("cell_type") != "code":
        return Cell("markdown", source, number, tags=tags, facts=facts)
    language, source = _language(source, metadata, default)
    outputs = tuple(json.loads(json.dumps(output)) for output in cell.get("outputs", ()))
    return Cell(language, source, number, outputs, tags, facts)


def _language(source: str, metadata: Mapping[str, Any], default: str) -> tuple[str, str]:
    """A cell's language, and its source without the line that says it."""
    first, _, rest = source.partition("\n")
    named = LANGUAGES.get(first[2:].strip().lower()) if first.startswith("#!") else None
    if named is not None:
        return named, rest
    magic = _CELL_MAGIC.match(source)
    if magic is not None:
        return _MAGIC_LANGUAGES[magic[1]], source[magic.end() :]
    for place, key in (
        ("polyglot_notebook", "kernelName"),
        ("dotnet_interactive", "language"),
        ("vscode", "languageId"),
    ):
        told = metadata.get(place, {})
        found = LANGUAGES.get(str(told.get(key, "")).lower()) if isinstance(told, Mapping) else None
        if found is not None and not source.startswith("%"):
            return found, source
    return default, source
