"""The judge of the notebooks in `polyglot`: each of their cells of PowerShell run by the real PowerShell, as its
console would run it, and what was shown written down in `answers.json`. By hand: `python -m tests.kernel.judge`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

from lync_magic.documents import read_notebook
from lync_magic.sessions import find_powershell, powershell_environment

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE / "polyglot"
ANSWERS = NOTEBOOKS / "answers.json"
WIDTH = 79
"""Columns that the judge formats for: its output goes into a pipe, and it leaves the last one free."""
SURROUNDINGS = {"TZ": "UTC", "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}
"""What dates and numbers look like."""
_SECONDS = 240
_SET = re.compile(r"^#!set --name (\w+) --value \"?([^\"@\n]*)\"?$", re.MULTILINE)
_NOT_POWERSHELL = re.compile(r"\bOut-Display\b|^#!(?!time|set)", re.MULTILINE)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Answer(TypedDict):
    """What was shown of a cell, a line a string, and the id of the error that ended it."""

    shown: list[str]
    ended: str


def cells_of(name: str) -> list[str]:
    """The cells of a notebook that PowerShell itself can run."""
    notebook = read_notebook((NOTEBOOKS / f"{name}.dib").read_text("utf-8"), f"{name}.dib")
    return [cell.source for cell in notebook.cells if is_judged(cell.language, cell.source)]


def is_judged(language: str, source: str) -> bool:
    """Whether PowerShell can say what a cell shows: it has no command and no line that only a notebook knows."""
    return language == "powershell" and not _NOT_POWERSHELL.search(source)


def as_lines(text: str, folder: str = "") -> list[str]:
    """A text's lines, without colours, trailing spaces and blank ones. folder: where it ran, which it may name."""
    plain = _ESCAPES.sub("", text)
    plain = plain.replace(folder, "<here>") if folder else plain
    return [line.rstrip() for line in plain.splitlines() if line.strip()]


def ask(names: list[str]) -> dict[str, list[Answer]]:
    """What the machine's own PowerShell shows of the cells of these notebooks."""
    program = find_powershell()
    assert program is not None
    told = [{"name": name, "cells": [_SET.sub(r"$\1 = '\2'", cell) for cell in cells_of(name)]} for name in names]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "told.json"
        path.write_text(json.dumps(told), "utf-8")
        ran = subprocess.run(
            [str(program), "-NoProfile", "-NoLogo", "-NonInteractive", "-File", str(HERE / "judge.ps1"), str(path)],
            cwd=folder,
            env={**os.environ, **powershell_environment(program), **SURROUNDINGS},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=True,
        )
    found: dict[str, list[Answer]] = {}
    folder = os.path.realpath(folder)
    for part in ran.stdout.split("<<<notebook ")[1:]:
        name, _, rest = part.partition(">>>")
        cells = [one.rpartition("<<<end ") for one in rest.split("<<<cell>>>\n")[1:]]
        found[name] = [
            {"shown": as_lines(text, os.path.join(folder, "here")), "ended": end.partition(">>>")[0]}
            for text, _, end in cells
        ]
    return found


def names() -> list[str]:
    """The notebooks, in order."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.dib"))


if __name__ == "__main__":
    ANSWERS.write_text(json.dumps(ask(names()), indent=1, ensure_ascii=False) + "\n", "utf-8")
