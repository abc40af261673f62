"""`lync-magic report`: from the live tenant, from a tape, and what its exit code says.

Kernels are what costs here: one run shows several things, and the tenant is one for all.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup

import lync_magic
from lync_magic.reports import CODES
from lync_magic.reports.locking import held
from lync_magic.sessions.sandbox import SandboxAddress, SandboxProcess
from lync_magic.tapes import Tape, compare, differences_of
from tests.reports.conftest import CONNECT, PASSWORD, VOLATILE, Make, Run, same_but_for_provenance

USERS = "users = %lync Get-CsOnlineUser -ResultSize 30\nusers"
SETTINGS = "Get_CsMeetingConfiguration()"


@pytest.fixture(scope="module")
def tenant() -> Iterator[SandboxAddress]:
    server = SandboxProcess()
    yield server.address
    server.stop()


@pytest.fixture
def connect(tenant: SandboxAddress) -> str:
    """The cell that connects to the tenant."""
    return f"{CONNECT} --uri {tenant.https}/OcsPowershell --auth basic --ca {tenant.ca}"


def test_the_report_from_the_tape_is_the_live_one_also_when_the_tenant_has_changed(
    make: Make, run: Run, tenant: SandboxAddress, connect: str, tmp_path: Path
) -> None:
    def changed(text: str) -> None:
        where = {"uri": f"{tenant.https}/OcsPowershell", "auth": "basic", "ca": str(tenant.ca)}
        with lync_magic.connect("kenmyer@litwareinc.com", password=PASSWORD, **where) as session:
            session.Set_CsMeetingConfiguration(HelpURL=text)

    report = make("# Users", connect, USERS, SETTINGS, "%%lync\nGet-CsTenant")
    assert run(report, "--record", "a.tape", "--html", "live.html") == 0
    changed("https://changed.litwareinc.com")
    assert run(report, "--replay", "a.tape", "--html", "tape.html") == 0
    assert same_but_for_provenance(tmp_path / "live.html", tmp_path / "tape.html")
    page = (tmp_path / "tape.html").read_text("utf-8")
    assert page.count("from the tape of") == 4
    assert run(report, "--record", "b.tape", "--html", "again.html") == 0
    assert not same_but_for_provenance(tmp_path / "live.html", tmp_path / "again.html")
    with Tape(tmp_path / "a.tape") as before, Tape(tmp_path / "b.tape") as after:
        changes = differences_of(compare(before, after, None))
    assert [(row["Property"], row["After"]) for row in changes] == [("HelpURL", "https://changed.litwareinc.com")]
    assert page.count("@litwareinc.com</td>") >= 30, "who reads a report has no other way to the rows"
    assert len(page) < 1_000_000
    for path in tmp_path.iterdir():
        assert PASSWORD.encode() not in path.read_bytes(), path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_run_that_is_told_to_end_says_so_and_leaves_no_kernel(make: Make, tmp_path: Path) -> None:
    report = make("import os, time\nopen('begun', 'w').write(str(os.getpid()))\ntime.sleep(600)")
    command = [sys.executable, "-m", "lync_magic", "report", str(report), "--json"]
    begun = tmp_path / "begun"
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (begun.exists() and begun.read_text()) and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
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


def test_each_target_waits_for_its_turn_and_has_files_of_its_own_and_the_summary_tells_all(
    make: Make, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = make(
        ("target = ''", "parameters"), "import os\nprint(os.environ['LYNC_MAGIC_TAPE'])\nassert target == 'contoso'"
    )
    for tape in ("monday.tape", "monday.fabrikam.tape"):
        (tmp_path / tape).write_bytes(b"")
    words = (
        "--replay",
        "monday.tape",
        "--target",
        "contoso",
        "--target",
        "fabrikam",
        "--html",
        "page.html",
        "--junit",
        "out.xml",
        "--json",
    )
    entered = threading.Event()

    def other() -> None:
        with held("report", "contoso"):
            entered.set()
            time.sleep(0.5)

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait(10)
    assert run(report, *words, "--wait", "60") == CODES["failed"]
    thread.join()
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["target"], each["state"]) for each in told] == [("contoso", "ok"), ("fabrikam", "failed")]
    assert (tmp_path / "page.contoso.html").exists()
    assert (tmp_path / "page.fabrikam.html").exists()
    taken = [nbformat.read(tmp_path / f"report.run.{name}.ipynb", 4) for name in ("contoso", "fabrikam")]
    tapes = [Path(done.cells[-1].outputs[0].text.strip()).name for done in taken]
    assert tapes == ["monday.tape", "monday.fabrikam.tape"]
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["contoso", "fabrikam"]


def parsed(page: str) -> str:
    """A page as nbconvert writes it, which parses every page once."""
    return str(BeautifulSoup(VOLATILE.sub("", page), "html.parser")).replace("\n\n", "\n")


def test_tables_of_tagged_cells_are_sheets_and_nbconvert_s_template_makes_the_page(
    make: Make, run: Run, connect: str, tmp_path: Path
) -> None:
    from nbconvert.nbconvertapp import NbConvertApp

    report = make(
        "# A title", connect, (USERS, "xlsx:Users"), SETTINGS, ("%%lync\nGet-CsOnlineUser -ResultSize 2", "xlsx")
    )
    assert run(report, "--to", "out", "--html", "page.html", "--xlsx", "tables.xlsx") == 0
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames == ["Users", "Table"]
    assert [page.max_row for page in book] == [31, 3]
    template = Path(__file__).parents[2] / "nbconvert_templates"
    words = ["--to", "html", "--template", "lync_magic", "--output", "made"]
    app = NbConvertApp()
    app.initialize([*words, f"--TemplateExporter.extra_template_basedirs={template}", "out/report.ipynb"])
    app.start()
    made = parsed((tmp_path / "out" / "made.html").read_text("utf-8"))
    assert made == parsed((tmp_path / "page.html").read_text("utf-8"))
    assert 'class="lync-banner lync-good"' in made


def test_papermill_s_own_command_line_runs_a_report(make: Make, connect: str, tmp_path: Path) -> None:
    from papermill.cli import papermill

    report = make(("count = 1", "parameters"), connect, "len(Get_CsOnlineUser(ResultSize=count))")
    out = tmp_path / "out.ipynb"
    papermill(["--engine", "lync_magic", "-p", "count", "4", str(report), str(out)], standalone_mode=False)
    done = nbformat.read(out, 4)
    assert done.cells[-1].outputs[0].data["text/plain"] == "4"
    assert done.metadata.lync_magic_report.state == "ok"
