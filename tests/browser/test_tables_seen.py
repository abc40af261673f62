"""Tables as a person sees them, full of what an attacker may call himself: nothing runs, nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(300)

PRELUDE = r"""
from datetime import datetime, timedelta, timezone
from IPython.display import HTML
from lync_magic.clixml import PSObject, Undecoded
from lync_magic.magics.display import give_results_their_looks
from lync_magic.records import Records
from lync_magic.ui import result_bundle, table_html

give_results_their_looks()

def shown(bundle):
    display(bundle, raw=True)

USER = ("Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser", "Deserialized.System.Object")
HOSTILE = [
    "Ken Myer", "<script>window.hacked = 1</script>", '<img src=x onerror="window.hacked = 1">',
    '"><svg onload=window.hacked=1>', "' onmouseover='window.hacked=1", "</td></tr></table><h1>out</h1>",
    "</style><style>body{display:none}</style>", "\u202egnp.exe Ken\u202d", "\x1b[31mred\x1b[0m\x07",
    r"$\alpha$ and \(x^2\)", "Z" + "\u0338\u0301\u0302" * 20 + "algo", "a" * 500, "line one\nline two",
    "zero\u200bwidth", "lone \ud83d half", "علي حسن (Ali)", "משה כהן", "山田 太郎", "नमस्ते दुनिया", "",
]

def user(number, name):
    return PSObject({
        "DisplayName": name, "UserPrincipalName": f"user{number}@litwareinc.com",
        "SipAddress": f"sip:user{number}@litwareinc.com", "Enabled": number % 3 != 0,
        "UsageLocation": ["US", "DE", None][number % 3], name or "empty": name, "Contacts": number * 1234,
    }, USER)

users = Records(user(number, name) for number, name in enumerate(HOSTILE))
"""
SEEN = """
shown(result_bundle(users))
"""
MANY = """
shown(result_bundle(Records(PSObject({
    "Identity": f"Tag:Policy{i}", "Description": None, "MaxMeetingSize": i * 3, "AllowIPAudio": i % 2 == 0,
    "Created": datetime(2013, 1, 1, tzinfo=timezone.utc) + timedelta(hours=i),
    "Timeout": timedelta(minutes=i), "Providers": list(range(i % 6)),
    "Ratio": Undecoded("<x/>", "no such element") if i % 7 == 0 else i / 3,
    "Notes": "n" * 60,
}, ("Deserialized.Contoso.Policy",)) for i in range(3_000))))
"""
ONE = "shown(result_bundle(users[7:8]))"
WIDE = """
shown(result_bundle(Records(PSObject({f"Property{i}": i * number for i in range(60)}) for number in range(3))))
"""
SESSIONS = """
columns = ["Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability"]
row = [1, "Session1", "webdir0d.online.lync.com", "Opened", "Microsoft.PowerShell", "Available"]
shown({"text/html": table_html(columns, [row]), "text/plain": ""})
"""
LEFT_EDGES = """rows => rows.map(
    row => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().left))
)"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_no_script_runs_and_the_page_stays_in_place(open_notebook: Callable[..., Any], theme: str) -> None:
    notebook = open_notebook(PRELUDE, SEEN, MANY, ONE, SESSIONS, WIDE)
    notebook.theme(f"JupyterLab {theme}")
    notebook.run_all()
    for place, name in enumerate(["hostile", "many", "one", "sessions", "wide"], start=1):
        notebook.output(place).scroll_into_view_if_needed()
        notebook.picture(f"table-{name}-{theme.lower()}", notebook.output(place))
    page = notebook.page
    assert page.evaluate("window.hacked") is None
    table = notebook.output(1).locator("table")
    assert table.locator("script, img, svg, a, h1, style").count() == 0
    assert table.locator("tbody tr").count() == 20
    assert notebook.output(1).locator(".MathJax, mjx-container").count() == 0
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


def test_every_row_is_one_line_high_whatever_stands_in_it(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, SEEN)
    notebook.run_all()
    rows = notebook.output(1).locator("tbody tr")
    heights = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert max(heights) - min(heights) < 6


def test_columns_stay_in_line_whatever_stands_in_them(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, SEEN)
    notebook.run_all()
    lefts = notebook.output(1).locator("tbody tr").evaluate_all(LEFT_EDGES)
    assert all(row == lefts[0] for row in lefts)


def test_a_narrow_window_scrolls_the_table_and_not_the_page(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, SEEN, WIDE)
    notebook.page.set_viewport_size({"width": 520, "height": 700})
    notebook.run_all()
    notebook.output(1).scroll_into_view_if_needed()
    notebook.picture("table-narrow", notebook.output(1))
    for place in (1, 2):
        result = notebook.output(place).locator(".lync-result")
        assert result.evaluate("box => box.getBoundingClientRect().right") <= 520
    assert notebook.output(1).locator(".lync-scroll").evaluate("box => box.scrollWidth > box.clientWidth")
