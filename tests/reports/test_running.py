"""`lync-magic report`: from the live tenant, from a tape, and what its exit code says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup

import lync_magic
from lync_magic.reports import CODES
from lync_magic.reports.locking import held
from lync_magic.tapes import Tape
from tests.reports.conftest import CONNECT, PASSWORD, VOLATILE, Make, Run, same_but_for_provenance

USERS = "users = %lync Get-CsOnlineUser -ResultSize 5\nusers"
SETTINGS = "Get_CsMeetingConfiguration()"


def test_the_report_from_the_tape_is_the_live_one_also_when_the_tenant_has_changed(
    make: Make, run: Run, sandbox_server: Callable[..., dict[str, object]], tmp_path: Path
) -> None:
    served = sandbox_server()
    where = f"--uri {served['https']}/OcsPowershell --auth basic --ca {served['ca']}"

    def changed(text: str) -> None:
        with lync_magic.connect(
            "kenmyer@litwareinc.com",
            password=PASSWORD,
            uri=f"{served['https']}/OcsPowershell",
            auth="basic",
            ca=str(served["ca"]),
        ) as session:
            session.Set_CsMeetingConfiguration(HelpURL=text)

    report = make("# Users", f"{CONNECT} {where}", USERS, SETTINGS, "%%lync\nGet-CsTenant")
    assert run(report, "--record", "a.tape", "--html", "live.html") == 0
    changed("https://changed.litwareinc.com")
    assert run(report, "--replay", "a.tape", "--html", "tape.html") == 0
    assert same_but_for_provenance(tmp_path / "live.html", tmp_path / "tape.html")
    page = (tmp_path / "tape.html").read_text("utf-8")
    assert page.count("from the tape of") == 4
    assert run(report, "--record", "b.tape", "--html", "again.html") == 0
    assert not same_but_for_provenance(tmp_path / "live.html", tmp_path / "again.html")
    with Tape(tmp_path / "a.tape") as before, Tape(tmp_path / "b.tape") as after:
        from lync_magic.tapes import compare, differences_of

        changes = differences_of(compare(before, after, None))
    assert [(row["Property"], row["After"]) for row in changes] == [("HelpURL", "https://changed.litwareinc.com")]


def test_the_page_is_small_and_keeps_no_secret(make: Make, run: Run, tmp_path: Path) -> None:
    assert run(make("# Users", CONNECT, USERS), "--record", "a.tape", "--html", "page.html") == 0
    assert (tmp_path / "page.html").stat().st_size < 1_000_000
    for path in tmp_path.iterdir():
        assert PASSWORD.encode() not in path.read_bytes(), path


def test_a_run_may_wait_for_another(make: Make, run: Run) -> None:
    entered = threading.Event()

    def other() -> None:
        with held("report", "contoso"):
            entered.set()
            time.sleep(0.5)

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait(10)
    assert run(make("1"), "--target", "contoso", "--wait", "60") == 0
    thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_says_so_and_leaves_no_kernel(
    make: Make, tmp_path: Path, number: signal.Signals
) -> None:
    report = make("import os, time\nopen('begun', 'w').write(str(os.getpid()))\ntime.sleep(600)")
    command = [sys.executable, "-m", "lync_magic", "report", str(report), "--json"]
    begun = tmp_path / "begun"
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (begun.exists() and begun.read_text()) and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(number)
        told, complained = process.communicate(timeout=60)
        assert process.returncode == CODES["interrupted"], complained
    assert json.loads(told)["state"] == "interrupted"
    assert "Traceback" not in complained
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


# --- parameters ----------------------------------------------------------------------------------------------------


def test_parameters_come_from_words_and_files(make: Make, run: Run, tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("count: 3\nname: from file\nlist: [a, 1]\n", "utf-8")
    report = make(("count = 1\nname = ''\nlist = []", "parameters"), "print(repr((count, name, list)))")
    assert run(report, "-f", "params.yaml", "-p", "name=é 'x' \"y\" $z", "--to", "out") == 0
    done = nbformat.read(tmp_path / "out" / "report.ipynb", 4)
    assert done.cells[-1].outputs[0].text == "(3, 'é \\'x\\' \"y\" $z', ['a', 1])\n"


# --- what comes out ------------------------------------------------------------------------------------------------


def test_each_target_has_files_of_its_own_and_the_summary_tells_all(
    make: Make, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = make(("target = ''", "parameters"), "assert target == 'contoso'")
    words = ("--target", "contoso", "--target", "fabrikam", "--html", "page.html", "--junit", "out.xml", "--json")
    assert run(report, *words) == CODES["failed"]
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["target"], each["state"]) for each in told] == [("contoso", "ok"), ("fabrikam", "failed")]
    assert (tmp_path / "page.contoso.html").exists()
    assert (tmp_path / "page.fabrikam.html").exists()
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["contoso", "fabrikam"]


def test_tables_of_tagged_cells_are_sheets(make: Make, run: Run, tmp_path: Path) -> None:
    report = make(CONNECT, (USERS, "xlsx:Users"), SETTINGS, ("%%lync\nGet-CsOnlineUser -ResultSize 2", "xlsx"))
    assert run(report, "--xlsx", "tables.xlsx") == 0
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames == ["Users", "Table"]
    assert [page.max_row for page in book] == [6, 3]


def test_papermill_s_own_command_line_runs_a_report(make: Make, tmp_path: Path) -> None:
    report = make(("count = 1", "parameters"), CONNECT, "len(Get_CsOnlineUser(ResultSize=count))")
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--engine", "lync_magic", "-p", "count", "4", str(report), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    done = nbformat.read(out, 4)
    assert done.cells[-1].outputs[0].data["text/plain"] == "4"
    assert done.metadata.lync_magic_report.state == "ok"


def parsed(path: Path) -> str:
    """A page as nbconvert writes it, which parses every page once."""
    return str(BeautifulSoup(VOLATILE.sub("", path.read_text("utf-8")), "html.parser")).replace("\n\n", "\n")


def test_nbconvert_s_own_command_line_makes_the_page(make: Make, run: Run, tmp_path: Path) -> None:
    assert run(make("# A title", CONNECT, USERS), "--to", "out", "--html", "page.html") == 0
    template = Path(__file__).parents[2] / "nbconvert_templates"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "lync_magic", "--output", "made"]
    command += [f"--TemplateExporter.extra_template_basedirs={template}", str(tmp_path / "out" / "report.ipynb")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    made, page = (parsed(path) for path in (tmp_path / "out" / "made.html", tmp_path / "page.html"))
    assert made == page
    assert 'class="lync-banner lync-good"' in made
