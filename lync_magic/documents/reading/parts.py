"""What a cell has beside its text (outputs, pictures, ids, Jupyter's metadata), made valid as it is read.

Rules: what nbformat allows is kept as it came; what it does not allow is mended where its sense is plain, else left
out. What .NET Interactive wrote into every notebook of itself, a script that looks for its server, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MIME: Final = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+;=, -]{1,200}")
_JSON: Final = re.compile(r"application/(?:.*\+)?json")
_OF_DOTNET: Final = "dotnet-interactive-this-cell-"
"""Stands in the first output that .NET Interactive writes: HTML and a script that probes the machine's addresses."""
_FLAGS: Final[Mapping[str, Callable[[object], bool]]] = {
    "collapsed": lambda told: isinstance(told, bool),
    "deletable": lambda told: isinstance(told, bool),
    "editable": lambda told: isinstance(told, bool),
    "scrolled": lambda told: isinstance(told, bool) or told == "auto",
    "jupyter": lambda told: isinstance(told, dict) and all(isinstance(one, bool) for one in told.values()),
    "slideshow": lambda told: isinstance(told, dict),
    "format": lambda told: isinstance(told, str),
}
"""What Jupyter itself says of a cell, and what each may be (nbformat 4.5, metadata)."""


_DEEPEST: Final = 64
"""Levels of nesting that are read; what is deeper was made to harm."""


def mapping(told: object) -> Mapping[str, Any]:
    """A dictionary of the notebook's as it is, or an empty one for anything else, or for one nested too deeply."""
    return told if isinstance(told, dict) and is_shallow(told) else {}


def is_shallow(told: object, levels: int = _DEEPEST) -> bool:
    """Whether a value is nested in so few levels."""
    if not isinstance(told, dict | list):
        return True
    inside = told.values() if isinstance(told, dict) else told
    return levels > 0 and all(is_shallow(one, levels - 1) for one in inside if isinstance(one, dict | list))


def id_of(cell: Mapping[str, Any]) -> str:
    """The cell's id, or "" where it has none that is valid."""
    told = cell.get("id")
    return told if isinstance(told, str) and _ID.fullmatch(told) else ""


def tags_of(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The cell's tags, each once."""
    told = metadata.get("tags")
    found = [tag for tag in told if isinstance(tag, str) and tag and "," not in tag] if isinstance(told, list) else []
    return tuple(dict.fromkeys(found))


def jupyter_of(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What Jupyter's own metadata says of the cell."""
    return {name: metadata[name] for name, allowed in _FLAGS.items() if name in metadata and allowed(metadata[name])}


def attachments_of(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A Markdown cell's pictures: name to MIME bundle."""
    told = cell.get("attachments")
    found = {name: _bundle(bundle) for name, bundle in mapping(told).items()}
    return {name: bundle for name, bundle in found.items() if bundle}


def outputs_of(cell: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The cell's outputs, in nbformat 4's form."""
    told = cell.get("outputs")
    made = [_output(mapping(output)) for output in told] if isinstance(told, list) else []
    return tuple(output for output in made if output is not None)


def text_of_lines(told: object) -> str:
    """A text that is written as one string, or as lines."""
    text = "".join(one for one in told if isinstance(one, str)) if isinstance(told, list) else told
    return text.replace("\r\n", "\n").replace("\0", "") if isinstance(text, str) else ""


def _output(told: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = told.get("output_type")
    if kind == "stream":
        name = "stderr" if told.get("name") == "stderr" else "stdout"
        text = text_of_lines(told.get("text"))
        return {"output_type": kind, "name": name, "text": text} if text else None
    if kind == "error":
        trace = told.get("traceback")
        lines = [str(line) for line in trace] if isinstance(trace, list) else []
        return {
            "output_type": kind,
            "ename": str(told.get("ename", "")),
            "evalue": str(told.get("evalue", "")),
            "traceback": lines,
        }
    if kind not in ("display_data", "execute_result"):
        return None
    data = _bundle(told.get("data"))
    if not data or _OF_DOTNET in text_of_lines(data.get("text/html", "")):
        return None
    made = {"output_type": kind, "data": data, "metadata": mapping(told.get("metadata"))}
    return {**made, "execution_count": None} if kind == "execute_result" else made


def _bundle(told: object) -> dict[str, Any]:
    """A MIME bundle: texts, lists of texts, and where the type is JSON anything."""
    if not isinstance(told, dict):
        return {}
    return {mime: data for mime, data in told.items() if _MIME.fullmatch(mime) and _is_data(mime, data)}


def _is_data(mime: str, data: object) -> bool:
    if _JSON.fullmatch(mime):
        return True
    return isinstance(data, str) or (isinstance(data, list) and all(isinstance(line, str) for line in data))
