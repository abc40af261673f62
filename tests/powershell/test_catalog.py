"""Documented examples send what PowerShell sends, in real cells, on a tenant that answers with objects."""

from __future__ import annotations

import json

import pytest

from tests.powershell import catalog


@pytest.mark.skipif(not catalog.CATALOG.exists(), reason="the examples lie beside the project on its makers' machines")
def test_examples_ask_of_the_tenant_what_powershell_asks_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(catalog.ROOT))
    kept = json.loads(catalog.KEPT.read_text(encoding="utf-8"))
    asked = catalog.examples(catalog.EVERY)
    assert [one.key for one in asked] == sorted(kept, key=[one.key for one in asked].index)
    assert sum(map(len, kept.values())) > 70
    assert catalog.differing(kept, catalog.by_cells(asked)) == {}
