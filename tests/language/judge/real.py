"""A real PowerShell as the judge of snippets: one long-lived process, a runspace for each snippet, answers as JSON.

python tests/language/judge/real.py FILE.jsonl   # adds an answer to each snippet that has none
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

HERE = Path(__file__).parent
NO_FILES: Final[Mapping[str, str]] = MappingProxyType({})
TENANT = HERE.parent / "data" / "tenant.clixml"


def find_pwsh() -> str | None:
    """The machine's PowerShell, or None."""
    return os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")


class RealPowerShell:
    """One process that answers snippets."""

    def __init__(self, program: str, zone: str = "UTC") -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._home = home = Path(self._folder.name, "root")  # what a cell goes to by `cd`, and may clear
        home.mkdir()
        environment = dict(os.environ) | {
            "HOME": str(home), "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),
            "POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off", "TZ": zone, "NO_COLOR": "1",
            "TERM": os.environ.get("TERM") or "xterm",  # without one its files are as wide as what is in them
        }  # fmt: skip
        runtime = Path(program).resolve().parent / "dotnet"
        if runtime.is_dir():
            environment.setdefault("DOTNET_ROOT", str(runtime))
        for name in ("LANG", "LC_ALL", "LANGUAGE"):
            environment.pop(name, None)
        arguments = [program, "-NoProfile", "-NonInteractive", "-File", str(HERE / "judge.ps1")]
        self._process = subprocess.Popen(
            [*arguments, "-Data", str(TENANT), "-Folder", self._folder.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, encoding="utf-8",
        )  # fmt: skip

    def ask(self, code: str, culture: str = "", given: Mapping[str, str] = NO_FILES) -> dict[str, Any]:
        """What PowerShell answers to a snippet. given: the files that are there before it, each with its text."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"code": code, "culture": culture, "given": dict(given)}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the judge ended at {code!r}")
        if not self._home.is_dir() or os.listdir(self._home):
            shutil.rmtree(self._home, ignore_errors=True)
            self._home.mkdir()
        answer: dict[str, Any] = json.loads(line)
        answer["culture"] = culture
        if given:
            answer["given"] = dict(given)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def answers(codes: Iterable[str], culture: str = "") -> Iterator[dict[str, Any]]:
    """The answers to several snippets."""
    program = find_pwsh()
    if program is None:
        raise RuntimeError("no PowerShell: set LYNC_MAGIC_PWSH")
    judge = RealPowerShell(program)
    try:
        for code in codes:
            yield judge.ask(code, culture)
    finally:
        judge.close()
