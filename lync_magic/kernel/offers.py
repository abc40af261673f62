"""What may follow in a `#!` line: its name, its options, the variables and files that it may name.

Rule: nothing is run or asked for it, and no variable is brought: names that are here already are offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lync_magic.kernel.directives import DIRECTIVES, LANGUAGE_LINES

_LINE: Final = re.compile(r"[ \t]*#!([\w.#-]*)([ \t].*)?$")
_WORD: Final = re.compile(r"\S*$")
_KERNELS: Final = ("python", "pwsh", "value")
_VALUES: Final = ("@input:", "@password:", *(f"@{name}:" for name in _KERNELS))
_MOST_FILES: Final = 200
_IMPORTED: Final = frozenset((".ps1", ".psm1", ".dib", ".ipynb", ".py", ".md", ".html", ".js"))


def offers(before: str, variables: Iterable[str]) -> tuple[int, list[str]] | None:
    """What may stand at the end of a line, and how many characters of it are written; None for another line."""
    found = _LINE.match(before)
    if found is None:
        return None
    if found[2] is None:
        return len(found[1]) + 2, _fitting(f"#!{found[1]}", (f"#!{name}" for name in (*DIRECTIVES, *LANGUAGE_LINES)))
    written = _WORD.search(found[2])
    word = written[0] if written is not None else ""
    return len(word), _fitting(word, _words(found[1].lower(), found[2], word, variables))


def _words(name: str, line: str, word: str, variables: Iterable[str]) -> Iterable[str]:
    directive = DIRECTIVES.get(name)
    if directive is None:
        return ()
    option = line[: len(line) - len(word)].split()[-1:]
    if word.startswith("-"):
        return sorted(f"--{one}" for one in (*directive.usage.takes, *directive.usage.flags))
    if word.startswith("@") or option == ["--value"]:
        kernel, colon, _ = word.partition(":")
        return (f"{kernel}:{one}" for one in sorted(variables)) if colon else _VALUES
    if option == ["--from"]:
        return _KERNELS
    if name == "share":
        return sorted(variables)
    if name == "connect":
        return ("lync", "jupyter")
    return _files(word) if name == "import" or option == ["--from-file"] else ()


def _files(word: str) -> Iterable[str]:
    """Files and folders of the notebook's folder."""
    folder, slash, _ = word.rpartition("/")
    try:
        there = sorted(Path(folder or (slash and "/") or ".").iterdir())[:_MOST_FILES]
    except OSError:
        return
    for path in there:
        if path.is_dir():
            yield f"{folder}{slash}{path.name}/"
        elif path.suffix.lower() in _IMPORTED:
            yield f"{folder}{slash}{path.name}"


def _fitting(word: str, offered: Iterable[str]) -> list[str]:
    return [one for one in offered if one.lower().startswith(word.lower())]
