"""The pytest plugin: `pytest --lync-docs docs/` checks the documents there, one test a command.

Rules: without the option nothing of this package is imported. Documents are run by another process
(`lync-magic check --json -`), which starts with the first of them, so that nothing of them reaches the tests around.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

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


class Checker:
    """The process that checks documents, one after the other."""

    def __init__(self, options: str) -> None:
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[str] | None = None

    def check(self, path: Path) -> DocumentResult:
        """What checking a document found. Raises UsageError where the process ended over it."""
        from lync_magic.documents.checking import DocumentResult

        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):  # it has ended: the answer says so
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
        try:
            return DocumentResult.from_told(json.loads(process.stdout.readline()))
        except ValueError:
            raise pytest.UsageError(f"lync-magic check said: {self._complaint()}") from None

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()  # which closes its input
            self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None

    def _start(self) -> subprocess.Popen[str]:
        import shlex

        words = [sys.executable, "-m", "lync_magic", "check", "--json", *shlex.split(self._options), "-"]
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # `stop` closes it
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        return self._process

    def _complaint(self) -> str:
        said = self._said
        if self._process is not None:
            self._process.wait()
        self._process = None
        if said is None:
            return ""
        said.seek(0)
        return said.read().strip()


_CHECKER = pytest.StashKey[Checker]()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--lync-docs"):
        config.stash[_CHECKER] = Checker(config.getoption("--lync-docs-options"))


def pytest_unconfigure(config: pytest.Config) -> None:
    checker = config.stash.get(_CHECKER, None)
    if checker is not None:
        checker.stop()


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
            self._result = self.config.stash[_CHECKER].check(self.path)
        return self._result


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
