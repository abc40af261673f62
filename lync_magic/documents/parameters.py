"""A document's placeholders become parameters, where the user or a file says so: `user_name = "Ken Myer"`.

Rules: only what was named is replaced, only in blocks of code, and the text that it stood for is the parameter's own
value, so that the notebook runs as the document reads. A name is one that Python and PowerShell both take.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from lync_magic.documents.model import Block, Document
from lync_magic.errors import UsageError
from lync_magic.toml import parsed

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}$")


def parameters_from(path: Path) -> dict[str, str]:
    """Parameters from a file of JSON or TOML: the name, and the document's text that it stands for.

    Raises UsageError.
    """
    try:
        text = path.read_text("utf-8")
        told: Any = json.loads(text) if path.suffix.lower() == ".json" else parsed(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} holds no parameters: {error}.", 'One a line (TOML): user_name = "Ken Myer"') from None
    if not isinstance(told, dict):
        raise UsageError(f"{path} holds no parameters.", 'One a line (TOML): user_name = "Ken Myer"')
    return checked({str(name): str(value) for name, value in told.items()})


def checked(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters, once each name and text will do. Raises UsageError."""
    for name, text in parameters.items():
        if not _NAME.match(name):
            raise UsageError(f"{name!r} cannot be a parameter's name.", "Use letters, digits and underscores.")
        if not text.strip() or "\n" in text:
            raise UsageError(f"The parameter {name} stands for no text.", f'--parameter {name}="Ken Myer"')
    return dict(parameters)


def with_parameters(document: Document, parameters: Mapping[str, str]) -> tuple[Document, dict[str, str]]:
    """The document with its placeholders replaced, and those parameters that it uses."""
    used: dict[str, str] = {}
    parts = []
    for part in document.parts:
        if isinstance(part, Block):
            text = part.text
            for name, placeholder in sorted(parameters.items(), key=lambda one: -len(one[1])):
                replaced = _replaced(text, placeholder, name)
                if replaced != text:
                    used[name] = placeholder
                text = replaced
            part = replace(part, text=text)
        parts.append(part)
    return replace(document, parts=tuple(parts)), {name: text for name, text in parameters.items() if name in used}


def _replaced(text: str, placeholder: str, name: str) -> str:
    """The placeholder as the variable: in quotation marks alone, within a text, or as a bare word."""
    if placeholder.startswith("$"):
        return re.sub(rf"{re.escape(placeholder)}(?!\w)", f"${name}", text)
    pieces = re.split(r"(\"[^\"\n]*\")", text)
    return "".join(
        _in_quotes(piece, placeholder, name) if piece.startswith('"') else _bare(piece, placeholder, name)
        for piece in pieces
    )


def _in_quotes(text: str, placeholder: str, name: str) -> str:
    if text == f'"{placeholder}"':
        return f"${name}"
    return text.replace(placeholder, f"$({'$' + name})")


def _bare(text: str, placeholder: str, name: str) -> str:
    text = text.replace(f"'{placeholder}'", f"${name}")
    return re.sub(rf"(?<![\w'.@-]){re.escape(placeholder)}(?![\w'.@-])", f"${name}", text)
