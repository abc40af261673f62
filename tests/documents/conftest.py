"""The family of documents, where it is at hand; it is data for tests, and no part of the project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("LYNC_MAGIC_SHARED", Path(__file__).parents[3] / "shared"))


class Family:
    """Documents in English and French, and what a reader says that each of their blocks is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        lines = (root / "labels.jsonl").read_text("utf-8").splitlines()
        self.labels: dict[str, list[dict[str, Any]]] = {}
        for label in map(json.loads, lines):
            self.labels.setdefault(label["document"], []).append(label)

    def path(self, language: str, document: str) -> Path:
        return self.root / language / document


@pytest.fixture(scope="session")
def family() -> Family:
    root = SHARED / "documents"
    if not (root / "labels.jsonl").is_file():
        pytest.skip("the family of documents is not at hand (LYNC_MAGIC_SHARED names its folder)")
    return Family(root)
