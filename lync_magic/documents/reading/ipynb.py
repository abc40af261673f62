"""Reads notebooks (`.ipynb`): ours, .NET Interactive's, Azure Data Studio's, and those of other PowerShell kernels.

Rules: a cell's language is what its first `#!` line or cell magic says, else its own metadata, else its notebook's
kernel; a cell of several languages becomes several cells. What is not a notebook is refused with the reason; nothing
in it is run or fetched. nbformat is loaded for notebooks of an older format alone: that takes longer than the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lync_magic.documents.cells import Cell, Notebook
from lync_magic.documents.languages import LANGUAGES, KernelNames, Piece, names_in, pieces
from lync_magic.documents.reading.parts import (
    attachments_of,
    id_of,
    jupyter_of,
    mapping,
    outputs_of,
    tags_of,
    text_of_lines,
)
from lync_magic.errors import UsageError

_KERNELS: Final = {
    ".net-powershell": "powershell", ".net-pwsh": "powershell", "powershell": "powershell", "lync_magic": "powershell",
    "powershell_kernel": "powershell", "polyglot-notebook-pwsh": "powershell", ".net-csharp": "csharp",
    ".net-fsharp": "fsharp", "sql": "sql", "python3": "python", "python": "python", "kusto": "kql",
    "pysparkkernel": "python", "pyspark3kernel": "python", "loganalytics": "kql", "sparkkernel": "scala",
}  # fmt: skip
_CELL_MAGIC: Final = re.compile(
    r"^%%(lync|powershell|pwsh|python|html|javascript|js|markdown|bash|csharp|fsharp|sql)\b[ \t]*([^\n]*)\n?"
)
_MAGIC_LANGUAGES: Final = {
    "lync": "powershell", "powershell": "powershell", "pwsh": "powershell", "python": "python", "html": "html",
    "javascript": "javascript", "js": "javascript", "markdown": "markdown", "bash": "shellscript", "csharp": "csharp",
    "fsharp": "fsharp", "sql": "sql",
}  # fmt: skip
_VALUE: Final = re.compile(r"\s*#!value\b")
_KEPT: Final = re.compile(r"> \*[^\n]*\*\n\n(`{3,})[\w+#.-]*\n(.*?)\n\1(?:\n\n(`{3,})text\n(.*)\n\3)?\Z", re.DOTALL)
"""How a cell of another language is kept: a note, a fence of its text, a fence of what it printed."""


def read_ipynb(text: str, path: str) -> Notebook:
    """The cells of a notebook. Raises UsageError for what is none; a notebook of format 3 is read too."""
    read = _loaded(text, path)
    metadata = mapping(read.get("metadata"))
    polyglot = mapping(mapping(metadata.get("polyglot_notebook")).get("kernelInfo"))
    found = read.get("cells")
    told = [cell for cell in found if isinstance(cell, dict)] if isinstance(found, list) else []
    names = names_in((text_of_lines(cell.get("source")) for cell in told), polyglot.get("items"))
    default = names.language(str(polyglot.get("defaultKernelName", ""))) or _kernel_language(metadata)
    cells = tuple(made for number, cell in enumerate(told, 1) for made in _cells(cell, default, names, number))
    return Notebook(cells, default, mapping(metadata.get("lync_magic")))


def require_valid(text: str) -> None:
    """Raises UsageError where a notebook's text is not what its format allows: what came from elsewhere may not be."""
    import nbformat

    try:
        nbformat.validate(json.loads(text))
    except nbformat.ValidationError as error:
        reason = str(error).splitlines()[0][:200]
        raise UsageError(f"The notebook that was made is not valid: {reason}.", "Try again with --clear.") from None


def _loaded(text: str, path: str) -> Mapping[str, Any]:
    try:
        read = json.loads(text, parse_constant=lambda _name: None)
        if not isinstance(read, dict) or not isinstance(read.get("nbformat"), int):
            raise ValueError("it does not say which version of the notebook format it has")
        return read if read["nbformat"] == 4 else _upgraded(read)
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UsageError(f"{path} is no notebook: {reason}.", "Open it in Jupyter, or save it again.") from None


def _upgraded(read: dict[str, Any]) -> Mapping[str, Any]:
    """A notebook of another format, in format 4."""
    import nbformat

    try:
        return nbformat.convert(nbformat.from_dict(read), 4)  # type: ignore[no-any-return]  # untyped
    except (KeyError, TypeError, AttributeError, IndexError, nbformat.ValidationError) as error:
        raise ValueError(str(error) or type(error).__name__) from None


def _kernel_language(metadata: Mapping[str, Any]) -> str:
    kernel = mapping(metadata.get("kernelspec"))
    named = _KERNELS.get(str(kernel.get("name", "")).lower())
    info = mapping(metadata.get("language_info"))
    spoken = (str(kernel.get("language", "")), str(kernel.get("name", "")), str(info.get("name", "")))
    return named or next((LANGUAGES[one.lower()] for one in spoken if one.lower() in LANGUAGES), "python")


def _cells(cell: Mapping[str, Any], default: str, names: KernelNames, number: int) -> Iterator[Cell]:
    """A cell of a notebook as cells of one language each."""
    source = text_of_lines(cell.get("source"))
    metadata = mapping(cell.get("metadata"))
    whole = Cell(
        "markdown", source, number, (), tags_of(metadata), mapping(metadata.get("lync_magic")),
        id_of(cell), jupyter_of(metadata), attachments_of(cell),
    )  # fmt: skip
    kind = cell.get("cell_type")
    if kind == "raw":
        yield replace(whole, language="raw")
        return
    if kind != "code":
        yield _kept_before(whole)
        return
    outputs = outputs_of(cell)
    magic = _CELL_MAGIC.match(source)
    if magic is not None:
        text = source if magic[2].strip() else source[magic.end() :]
        yield replace(whole, language=_MAGIC_LANGUAGES[magic[1]], source=text, outputs=outputs, attachments={})
        return
    told, kernel = _told_language(metadata, default, names) if not source.startswith("%") else (default, "")
    found = _gathered(pieces(source, told, names)) or [Piece(told, source, 1)]
    for place, piece in enumerate(found):
        last = place == len(found) - 1
        yield replace(
            whole, language="value" if _VALUE.match(piece.text) else piece.language, source=piece.text,
            kernel=piece.kernel or (kernel if piece.language == told else ""), id=whole.id if place == 0 else "",
            outputs=outputs if last else (), attachments={},
        )  # fmt: skip


def _gathered(found: list[Piece]) -> list[Piece]:
    """Pieces, but that `#!` lines alone (`#!time`) go with the piece that follows them."""
    if len(found) < 2 or not all(line.startswith("#!") for line in found[0].text.split("\n") if line.strip()):
        return found
    first, second, *rest = found
    return [second._replace(text=f"{first.text}\n{second.text}", line=first.line), *rest]


def _told_language(metadata: Mapping[str, Any], default: str, names: KernelNames) -> tuple[str, str]:
    """The language that a cell's own metadata names, and the kernel; else its notebook's."""
    for name in (
        mapping(metadata.get("polyglot_notebook")).get("kernelName"),
        mapping(metadata.get("dotnet_interactive")).get("language"),
        mapping(metadata.get("vscode")).get("languageId"),
        metadata.get("language"),
    ):
        found = names.language(name) if isinstance(name, str) else None
        if found is not None:
            return found, str(name)
    return default, ""


def _kept_before(cell: Cell) -> Cell:
    """A cell that was kept as text, as it was; any other as it is."""
    language = cell.facts.get("language")
    found = _KEPT.match(cell.source) if isinstance(language, str) and language else None
    if found is None or not isinstance(language, str):
        return cell
    printed = ({"output_type": "stream", "name": "stdout", "text": f"{found[4]}\n"},) if found[4] else ()
    facts = {name: fact for name, fact in cell.facts.items() if name not in ("language", "kernel")}
    kernel = cell.facts.get("kernel", "")
    return replace(
        cell, language=language, source=found[2], outputs=printed, facts=facts,
        kernel=kernel if isinstance(kernel, str) else "",
    )  # fmt: skip
