"""The pytest plugin: `pytest --lync-docs docs/` checks the documents there, one test a command.

Rules: without the option nothing of this package is imported. A document is run by a process of its own
(`lync-magic check --json`), so that nothing of it reaches the tests around it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lync_magic.documents.checking import DocumentResult, StepResult

ENDINGS = frozenset({".md", ".markdown", ".txt", ".html", ".htm"})


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lync-magic", "documents that are checked against what they print")
    group.addoption(
        "--lync-docs", action="store_true", help="collect documents and check them against a sandbox tenant"
    )
    group.addoption(
        "--lync-docs-options", default="", metavar="OPTIONS", help='options for lync-magic check: "--setup setup.ps1"'
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not parent.config.getoption("--lync-docs") or file_path.suffix.lower() not in ENDINGS:
        return None
    document: pytest.Collector = DocumentFile.from_parent(parent, path=file_path)
    return document


class DocumentFile(pytest.File):
    """A document: its commands are tests."""

    _result: DocumentResult | None = None

    def collect(self) -> Iterator[pytest.Item]:
        from lync_magic.documents import read, steps

        for number, step in enumerate(steps(read(self.path))):
            first = step.code.partition("\n")[0]
            yield CommandItem.from_parent(self, name=f"line {step.line}: {first[:80]}", number=number, line=step.line)

    def result(self) -> DocumentResult:
        """What checking found; the document is run when the first of its tests is."""
        if self._result is None:
            self._result = self._checked()
        return self._result

    def _checked(self) -> DocumentResult:
        import shlex

        from lync_magic.documents.checking import DocumentResult

        options = shlex.split(self.config.getoption("--lync-docs-options"))
        ran = subprocess.run(
            [sys.executable, "-m", "lync_magic", "check", "--json", *options, str(self.path)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )
        try:
            return DocumentResult.from_told(json.loads(ran.stdout.splitlines()[-1]))
        except (IndexError, ValueError):
            raise pytest.UsageError(f"lync-magic check said: {ran.stderr.strip()}") from None


class CommandItem(pytest.Item):
    """One command of a document."""

    def __init__(self, *, number: int, line: int, **named: Any) -> None:
        super().__init__(**named)
        self._number = number
        self._line = line

    def runtest(self) -> None:
        """Raises NotAsTold where something differs; skips what was not run."""
        assert isinstance(self.parent, DocumentFile)
        result = self.parent.result()
        if result.problem:
            raise NotAsTold(f"{self.path}: {result.problem}")
        step = result.steps[self._number]
        if step.status in ("held back", "not checked"):
            pytest.skip(step.reason)
        if step.status == "failed":
            raise NotAsTold(_told(self.path, step))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAsTold):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._line - 1, self.name


class NotAsTold(Exception):
    """A command does not do what the document tells."""


def _told(path: Path, step: StepResult) -> str:
    lines = [step.code]
    for one in step.differences:
        lines.append(f"{path}:{one.line}: {one.message}")
        if one.advice:
            lines.append(f"  {one.advice}")
    return "\n".join(lines)
