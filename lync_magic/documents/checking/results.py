"""What checking found: of a step, of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from lync_magic.documents.checking.comparing import Difference

Status: TypeAlias = Literal["passed", "failed", "held back", "not checked"]
"""passed: it ran, and printed what the document says.  failed: something differs.  held back: it was not run, since
nobody allowed it.  not checked: it could not be run here; the reason says why."""


@dataclass(frozen=True)
class StepResult:
    """One command of a document. rules: the tolerances that were needed.  reason: why it was not run."""

    line: int
    code: str
    status: Status
    differences: tuple[Difference, ...] = ()
    rules: tuple[str, ...] = ()
    reason: str = ""

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "line": self.line,
            "command": self.code,
            "status": self.status,
            "reason": self.reason,
            "rules": list(self.rules),
            "differences": [vars(difference) for difference in self.differences],
        }


@dataclass(frozen=True)
class DocumentResult:
    """One document. problem: why none of it could be checked, or ""."""

    path: str
    title: str
    steps: tuple[StepResult, ...]
    seconds: float = 0.0
    problem: str = ""

    @property
    def failed(self) -> bool:
        """Whether something is not as the document says."""
        return bool(self.problem) or any(step.status == "failed" for step in self.steps)

    def count(self, status: Status) -> int:
        """How many of its steps have this status."""
        return sum(step.status == status for step in self.steps)

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "document": self.path,
            "title": self.title,
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
            "problem": self.problem,
            "steps": [step.told() for step in self.steps],
        }

    @classmethod
    def from_told(cls, told: Mapping[str, Any]) -> DocumentResult:
        """The result that JSON tells of."""
        return cls(
            told["document"],
            told["title"],
            tuple(_step(step) for step in told["steps"]),
            told["seconds"],
            told["problem"],
        )


def _step(told: Mapping[str, Any]) -> StepResult:
    differences: Sequence[Mapping[str, Any]] = told["differences"]
    return StepResult(
        told["line"],
        told["command"],
        told["status"],
        tuple(Difference(**difference) for difference in differences),
        tuple(told["rules"]),
        told["reason"],
    )
