"""The interactive table: what goes into the notebook for it, and how much."""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
import sys
from base64 import b64decode
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest

from lync_magic.clixml import PSObject, Undecoded
from lync_magic.records import Records
from lync_magic.ui import interactive_html

USER = ("Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser", "Deserialized.System.Object")
NASTY = '</script><img src=x onerror="alert(1)">\u202e\x1b[31m'


@pytest.fixture(autouse=True)
def itables() -> Any:
    return pytest.importorskip("itables")


def content_of(html: str) -> dict[str, Any]:
    """What the page unpacks: names, rows, notes."""
    packed = re.findall(r'\("lync-[0-9a-f]+", "([^"]+)", "([^"]+)", "([^"]+)"\);</script>$', html)
    assert len(packed) == 1
    content: dict[str, Any] = json.loads(gzip.decompress(b64decode(packed[0][0])))
    return content


def users(count: int) -> Records:
    return Records(
        PSObject({"Alias": f"u{i}", "DisplayName": f"User {i}", "Enabled": True}, USER) for i in range(count)
    )


def test_all_properties_are_columns_the_default_ones_first() -> None:
    content = content_of(interactive_html(users(3)))
    assert content["names"] == ["#", "DisplayName", "Enabled", "Alias"]
    assert content["rows"][2] == [["2", 2, ""], "User 2", "True", "u2"]
    assert content["title"] == "3 objects"
    assert content["type"] == "Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser"
    assert content["notes"] == []


def test_numbers_dates_and_durations_sort_by_value_and_mixed_columns_by_text() -> None:
    noon = datetime(2013, 12, 13, 12, tzinfo=timezone.utc)
    rows = Records(
        PSObject(
            {"N": n, "When": noon, "Wait": timedelta(minutes=2), "Mixed": mixed, "Big": 10**400, "Not": float("nan")}
        )
        for n, mixed in ((1.5, 1), (None, "a"), (Undecoded("<x/>", "bad"), None))
    )
    content = content_of(interactive_html(rows))
    keyed = dict(zip(content["names"], content["keyed"], strict=True))
    assert keyed == {"#": True, "N": False, "When": True, "Wait": True, "Mixed": False, "Big": True, "Not": True}
    first = dict(zip(content["names"], content["rows"][0], strict=True))
    assert first["N"] == ["1.5", 1.5, ""]
    assert first["When"] == ["2013-12-13 12:00:00 UTC", noon.timestamp(), ""]
    assert first["Wait"] == ["00:02:00", 120.0, ""]
    assert content["rows"][2][1] == ["undecoded: bad", None, "lync-e"]


def test_what_is_no_object_has_a_column_of_its_own_also_beside_a_property_of_that_name() -> None:
    content = content_of(interactive_html(Records([PSObject({"Value": 1}), "text"])))
    assert content["names"] == ["#", "Value", "Value"]
    assert [row[1:] for row in content["rows"]] == [[None, ["1", 1, ""]], ["text", None]]


def test_a_large_result_is_cut_and_says_so() -> None:
    content = content_of(interactive_html(users(100_000)))
    assert len(content["rows"]) == 10_000
    assert content["title"] == "100,000 objects"
    assert content["notes"][0].startswith("The first 10,000 of 100,000 objects are in this table")


def test_what_goes_into_the_notebook_is_bounded_also_where_nothing_can_be_packed() -> None:
    rng = random.Random(7)
    texts = ["".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(200)) for _ in range(1_000)]
    rows = Records(
        PSObject({f"P{i}": rng.choice(texts)[::-1][i:] + str(rng.random()) for i in range(100)}) for _ in range(3_000)
    )
    html = interactive_html(rows)
    assert len(html) < 5_000_000
    shown = len(content_of(html)["rows"])
    assert 0 < shown < 2_000
    assert content_of(html)["notes"][0].startswith(f"The first {shown:,} of 3,000 objects")


def test_properties_beyond_the_most_columns_are_counted() -> None:
    rows = Records([PSObject({f"P{i}": i for i in range(130)})])
    content = content_of(interactive_html(rows))
    assert len(content["names"]) == 101
    assert content["notes"] == ["30 of 130 properties have no column here."]


class Elements(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        if self.names and self.names[-1] == "script":
            self.script += data


def test_what_a_server_says_is_neither_markup_nor_script() -> None:
    page = Elements(interactive_html(Records([PSObject({NASTY: NASTY, "x": 1}, (NASTY,)) for _ in range(2)])))
    assert set(page.names) <= {"style", "div", "b", "span", "table", "thead", "tbody", "tr", "th", "td", "script"}
    assert page.names.count("script") == 1
    assert "alert" not in page.script
    assert "http" not in page.script


def test_nothing_is_made_of_nothing() -> None:
    assert "No objects" in interactive_html(Records())
    assert "<script" not in interactive_html(Records())


def test_where_itables_is_missing_the_error_names_the_command_that_installs_it() -> None:
    code = (
        "import sys; sys.modules['itables'] = None\n"
        "from lync_magic.records import Records; from lync_magic.ui import interactive_html\n"
        "interactive_html(Records([1]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "DependencyMissing: show() needs the package itables, which is not installed." in ran.stderr
    assert '%pip install "lync-magic[show]"' in ran.stderr
