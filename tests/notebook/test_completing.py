"""Tab and Shift-Tab in a real kernel: a table of places in cells, with what must be offered there and what must not.

Nothing of Python's may be offered in our text, whatever the row says: no built-in, no module, no magic.
"""

from __future__ import annotations

import builtins
import re
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parent / "data"
OURS = re.compile(r"%%lync|([^\n%\"]*=)?\s*%lync ")
POWERSHELLS = {"exit", "open", "input", "set", "type", "sort", "copy", "help", "compile", "filter", "range", "print"}
"""Words that are PowerShell's too."""
PYTHONS = set(dir(builtins)) - POWERSHELLS
PREPARED = """
import datetime, lync_magic
users = %lync Get-CsOnlineUser -ResultSize 5
tenant = Get_CsTenant()
policies = Get_CsClientPolicy()
session = list(lync_magic.sessions)[0]
credential = lync_magic.Credential("kenmyer@litwareinc.com", "x")
number, text, when, table = 12, "text", datetime.datetime(2013, 12, 13), {"City": "Redmond"}
"""


def rows(name: str) -> list[Any]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    told = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(place.replace("⏎", "\n"), wanted, unwanted, id=place) for place, wanted, unwanted in told]


def split(told: str, separator: str) -> list[str]:
    return [] if told == "-" else told.split(separator)


@pytest.fixture(scope="module")
def prepared(shared: Any) -> Any:
    for cell in (PREPARED, "%%lync --engine embedded\nfunction Get-Earlier { 1 }", "import os"):
        outcome = shared.run(cell)
        assert outcome.status == "ok", outcome.error_text
    shared.run("import os; os.environ['LYNC_PRESENT'] = '1'; os.chdir(os.environ['LYNC_FILES'])")
    return shared


@pytest.mark.parametrize(("place", "wanted", "unwanted"), rows("completions.tsv"))
def test_what_is_offered(prepared: Any, place: str, wanted: str, unwanted: str) -> None:
    code, position = place.replace("‸", ""), place.index("‸")
    reply = prepared.client.complete(code, position, reply=True, timeout=60)["content"]
    offered = reply["matches"]
    assert [one for one in split(wanted, ", ") if one not in offered] == []
    assert [one for one in split(unwanted, ", ") if one in offered] == []
    if OURS.match(code):
        assert [one for one in offered if one in PYTHONS or one.startswith("%")] == []
        assert len(offered) < 700


@pytest.mark.parametrize(("place", "wanted", "unwanted"), rows("inspections.tsv"))
def test_what_is_said(prepared: Any, place: str, wanted: str, unwanted: str) -> None:
    code, position = place.replace("‸", ""), place.index("‸")
    reply = prepared.client.inspect(code, position, reply=True, timeout=60)["content"]
    said = re.sub(r"\x1b\[[\d;]*m", "", reply["data"].get("text/plain", ""))
    assert [one for one in split(wanted, "; ") if one not in said] == []
    assert [one for one in split(unwanted, "; ") if one in said] == []


def test_the_first_tab_offers_verbs_before_anything_was_run(kernel: Any) -> None:
    assert "connect" in kernel.client.complete("%lync c", 7, reply=True, timeout=60)["content"]["matches"]


def test_after_unloading_tab_and_help_are_ipythons_own(kernel: Any) -> None:
    kernel.run("%unload_ext lync_magic")
    offered = kernel.client.complete("%lync c", 7, reply=True, timeout=60)["content"]["matches"]
    assert "connect" not in offered
    assert "do_inspect" not in kernel.run("print([*get_ipython().kernel.__dict__])").stdout
