"""Languages as notebooks name them, and the lines by which one text holds several: `#!pwsh`, `#!sql-adventureworks`.

Rules: a language has one name here, VS Code's (`powershell`, `csharp`). A line that begins with `#!` and names a kernel
begins another language; every other `#!` line belongs to the code around it. A kernel that a notebook connects itself
(`#!connect ... --kernel-name NAME`) is known by that name from its first line on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

LANGUAGES: Final = {
    "pwsh": "powershell", "powershell": "powershell", "csharp": "csharp", "c#": "csharp", "cs": "csharp",
    "fsharp": "fsharp", "f#": "fsharp", "fs": "fsharp", "markdown": "markdown", "md": "markdown", "html": "html",
    "javascript": "javascript", "js": "javascript", "python": "python", "jupyter-python": "python",
    "python3": "python", "pythonkernel": "python", "sql": "sql", "t-sql": "sql", "tsql": "sql", "mssql": "sql",
    "postgresql": "sql", "postgres": "sql", "sqlite": "sql", "duckdb": "sql", "mysql": "sql", "kql": "kql",
    "kusto": "kql", "mermaid": "mermaid", "value": "value", "http": "http", "httprequest": "http", "r": "r",
    "rkernel": "r", "ir": "r", "scala": "scala", "julia": "julia", "bash": "shellscript", "raw": "raw",
}  # fmt: skip
"""What a kernel, or a language, is called by .NET Interactive, Azure Data Studio and Jupyter, and its name here."""
NAMES: Final = {
    "csharp": "C#", "fsharp": "F#", "sql": "SQL", "kql": "KQL", "mermaid": "Mermaid", "http": "HTTP", "r": "R",
    "scala": "Scala", "julia": "Julia",
}  # fmt: skip
"""What a person calls a language."""
SELECTORS: Final = {
    "powershell": "pwsh", "csharp": "csharp", "fsharp": "fsharp", "markdown": "markdown", "html": "html",
    "javascript": "javascript", "python": "python", "sql": "sql", "kql": "kql", "mermaid": "mermaid", "value": "value",
    "http": "http", "r": "r", "shellscript": "pwsh",
}  # fmt: skip
"""How a `.dib` file selects each language."""

_SELECTOR: Final = re.compile(r"^#!([^\s#-][^\s]{0,99})(?:[ \t]+(\S.*?))?[ \t]*$")
_CONNECT: Final = re.compile(r"^#!connect\b[ \t]*(.*)$", re.MULTILINE)
_OPTION: Final = r"--{}(?:[ \t]+|=)(?:\"([^\"\n]{{1,200}})\"|(\S{{1,200}}))"
_KERNEL_NAME: Final = re.compile(_OPTION.format("kernel-name"))
_KERNEL_SPEC: Final = re.compile(_OPTION.format("kernel-spec"))
_MANY: Final = 200
"""Kernels of its own that are taken from one notebook."""
_DATABASES: Final = ("sql-", "kql-")
_SAY_MORE: Final = frozenset(("sql", "kql"))
"""The languages that a line selects with options: `#!sql-shop --name rows`."""


class Piece(NamedTuple):
    """A run of lines in one language. line: of its first, from 1.  kernel: the name that the text gave it, or ""."""

    language: str
    text: str
    line: int
    kernel: str = ""


class KernelNames:
    """The kernels that a notebook knows by name."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._own = {name.lower(): language for name, language in (own or {}).items()}

    def know(self, name: str, language: str) -> None:
        """Take one more."""
        self._own[name.lower()] = language

    def __contains__(self, name: object) -> bool:
        """Whether a line may select it."""
        return isinstance(name, str) and self.language(name) is not None

    def language(self, name: str) -> str | None:
        """The language of a kernel, or None for what is none."""
        folded = name.lower()
        if folded.startswith("dotnet-interactive."):
            folded = folded.partition(".")[2]
        if folded.startswith(_DATABASES) and len(folded) > len(_DATABASES[0]):
            return folded[:3]
        return self._own.get(folded) or LANGUAGES.get(folded)

    def selected(self, line: str) -> tuple[str, str, bool] | None:
        """What a line selects: language, the kernel's name, and whether it says more; None where it selects nothing."""
        found = _SELECTOR.match(line)
        language = self.language(found[1]) if found is not None else None
        if found is None or language is None or (found[2] and language not in _SAY_MORE):
            return None  # `#!value --name x` stands in a cell of another kernel
        return language, found[1], bool(found[2])


def names_in(texts: Iterable[str], items: object = ()) -> KernelNames:
    """The kernels that a notebook's texts connect, and that its metadata lists (`kernelInfo.items`)."""
    own: dict[str, str] = {}
    for item in items if isinstance(items, list | tuple) else ():
        if isinstance(item, Mapping) and len(own) < _MANY:
            own.update(_listed(item))
    for text in texts:
        for found in _CONNECT.finditer(text) if "#!connect" in text else ():
            name = _KERNEL_NAME.search(found[1])
            if name is not None and len(own) < _MANY:
                own[name[1] or name[2]] = _connected(found[1])
    return KernelNames(own)


def _listed(item: Mapping[str, Any]) -> dict[str, str]:
    language = LANGUAGES.get(str(item.get("languageName", "")).lower()) or LANGUAGES.get(str(item.get("name")).lower())
    aliases = item.get("aliases")
    names = [item.get("name"), *(aliases if isinstance(aliases, list) else ())]
    return {name: language for name in names if language and isinstance(name, str) and name}


def _connected(told: str) -> str:
    kind = told.split()[0].lower() if told.split() else ""
    if kind != "jupyter":
        return LANGUAGES.get(kind, kind or "text")
    spec = _KERNEL_SPEC.search(told)
    return spec_language(spec[1] or spec[2]) if spec is not None else "python"


def spec_language(spec: str) -> str:
    """The language of a Jupyter kernel, by its kernelspec's name."""
    folded = spec.lower()
    known = {"python": "python", "ipython": "python", "ir": "r", "julia": "julia", "conda": "python", "venv": "python"}
    return next((language for start, language in known.items() if folded.startswith(start)), folded)


def pieces(text: str, default: str, names: KernelNames) -> list[Piece]:
    """A text, cut where another language begins. A selector that says more (`#!sql-a --name b`) stays in the text.

    What stands before the first selector is a piece of the default language, unless it holds nothing.
    """
    found: list[Piece] = []
    language, kernel, line = default, "", 1
    held: list[str] = []
    for number, one in enumerate(text.split("\n"), 1):
        selected = names.selected(one) if one.startswith("#!") else None
        if selected is None:
            held.append(one)
            continue
        _hold(found, language, held, line, kernel)
        language, kernel, says_more = selected
        held, line = ([one] if says_more else []), number + (not says_more)
    _hold(found, language, held, line, kernel)
    return found


def _hold(found: list[Piece], language: str, lines: list[str], line: int, kernel: str) -> None:
    text = "\n".join(lines)
    if text.strip():
        blank = len(text) - len(text.lstrip("\n"))
        found.append(Piece(language, text.strip("\n").rstrip(), line + blank, kernel))
