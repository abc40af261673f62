"""What a scheduler and a reader are told of a run: the exit code, the summary, and the first lines of the page.

One table for all. The runs that need a kernel and say little that others do not are made where
LYNC_MAGIC_REPORT_RUNS=all; those that end before anything is run, and one of each kind, always.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lync_magic.reports import CODES
from lync_magic.reports.locking import held
from lync_magic.sessions.sandbox import SandboxProcess
from tests.reports.conftest import CONNECT, PASSWORD, Make, Run

ALL = os.environ.get("LYNC_MAGIC_REPORT_RUNS") == "all"
USERS = "users = %lync Get-CsOnlineUser -ResultSize 5\nusers"
SETTINGS = "Get_CsMeetingConfiguration()"
NOBODY = "Get_CsOnlineUser(Identity='nobody@x.y')"
NO_PORTS = (
    "import os, json, ipykernel.connect\n"
    "told = json.load(open(ipykernel.connect.get_connection_file()))\n"
    "assert os.name != 'posix' or told['transport'] == 'ipc'"
)
"""A kernel that has no ports cannot find one taken."""
NEVER = "raise type('planted-1', (Exception,), {})"
"""A cell that must not be run: it would be told."""
LOSING = "from lync_magic.sessions import sandbox\naddress = sandbox.start(['--fault', 'command@2:502'])"
OWN = CONNECT  # without a place: the kernel's own sandbox
TYPED = ("count: int = 1  # how many", "parameters")
LACKING = Path(__file__).parents[1] / "recordings" / "tape_version_1.tape"
"""A tape of Get-CsTenant alone."""
USERS_TAPE = Path(__file__).parents[2] / "notebooks" / "en" / "reports" / "no-policy.tape"
"""A tape of 200 users."""
REPLAYED = "%load_ext lync_magic\n%lync connect"


@dataclass(frozen=True)
class Case:
    """One run. cells, words: the notebook, and what follows it on the command line.  why: stands in what is told.

    page: whether there is a page, which says so in its first lines.  always: whether a CI has the time for it.
    locked: whether another run of the target is under way.  kept: whether a page of last week stays, since this run's
    would be elsewhere, or another run writes it.  notebook: a text in the notebook's place.
    """

    state: str
    why: str = ""
    cells: tuple[Any, ...] = ("1",)
    words: tuple[str, ...] = ()
    page: bool = True
    always: bool = False
    locked: bool = False
    kept: bool = False
    notebook: str | None = None


HERE = "{connect}"
"""Where a cell that connects stands."""

CASES = {
    "nothing wrong": Case("ok", cells=(HERE, USERS, NO_PORTS), always=True),
    "a warning": Case("ok", cells=("import warnings\nwarnings.warn('old')",)),
    "a command that may fail": Case(
        "ok", cells=(HERE, f"try:\n    {NOBODY[:-1]}, ErrorAction='SilentlyContinue')\nexcept Exception: 1")
    ),
    "a cell that may fail": Case("ok", cells=(HERE, (NOBODY, "raises-exception")), always=True),
    "a cell that fails": Case("failed", "Cell 2: ZeroDivisionError: division by zero", ("1/0",), always=True),
    "a cell that is no Python": Case("failed", "SyntaxError", ("for",)),
    "a package that is missing": Case("failed", "ModuleNotFoundError", ("import no_such_package",)),
    "a kernel that ends": Case("failed", "The kernel ended", ("import os\nos._exit(3)", "1")),
    "a command that fails": Case("failed", "RemoteError", (HERE, NOBODY)),
    "a command that fails in PowerShell": Case("failed", "Get-Cs", (HERE, "%%lync\nGet-CsOnlineUser nobody@x.y")),
    "a failure that was caught": Case(
        "failed", "Get-CsOnlineUser: failed", (HERE, f"try:\n    {NOBODY}\nexcept Exception: 1"), always=True
    ),
    "a command that there is not": Case("failed", "CommandNotFound", (HERE, "%lync Get-CsNothing")),
    "a server that is not there": Case(
        "failed",
        "Unreachable",
        ("%load_ext lync_magic\n%lync connect a@b.c --env REPORT_PASSWORD --uri https://127.0.0.1:9",),
    ),
    "a wrong password": Case(
        "sign-in", "SignInFailed", ("import os; os.environ['REPORT_PASSWORD'] = 'wrong'", HERE), always=True
    ),
    "no password": Case("sign-in", "CredentialNeeded", (CONNECT.replace("REPORT_PASSWORD", "NOT_THERE"),)),
    "all seats taken": Case(
        "quota",
        "QuotaExceeded",
        (
            OWN,
            "from lync_magic import connect\n"
            f"held = [connect('kenmyer@litwareinc.com', password='{PASSWORD}', commands=()) for _ in range(3)]",
        ),
    ),
    "a change whose answer is lost": Case(
        "in doubt", "CommandInDoubt", (LOSING, OWN, "Set_CsMeetingConfiguration(HelpURL='https://x.y')"), always=True
    ),
    "a tape that was cut": Case(
        "partial", "TapeCut", (REPLAYED, "Get_CsOnlineUser(ResultSize=10000)"), ("--replay", "cut.tape")
    ),
    "a tape that lacks an entry": Case(
        "tape", "TapeMismatch", (REPLAYED, "Get_CsTenant()", SETTINGS), ("--replay", "lacking.tape"), always=True
    ),
    "a tape of which something is not used": Case("tape", "TapeMismatch", (REPLAYED,), ("--replay", "lacking.tape")),
    "the time limit": Case(
        "time limit",
        "not done after 2 s",
        ("import time\nfor _ in range(600):\n    time.sleep(0.1)",),
        ("--time-limit", "2"),
    ),
    "a time limit that a cell does not heed": Case(
        "time limit",
        "not done after 2 s",
        ("import time\ntry:\n    time.sleep(600)\nexcept KeyboardInterrupt:\n    pass", NEVER),
        ("--time-limit", "2"),
        always=True,
    ),
    "an interrupt": Case("interrupted", "KeyboardInterrupt", ("raise KeyboardInterrupt",)),
    "a page that cannot be written": Case(
        "could not", "", words=("--html", "file/below/page.html"), page=False, kept=True
    ),
    "tables that no cell has": Case("could not", "tagged xlsx", words=("--xlsx", "tables.xlsx"), page=False, kept=True),
    "a folder that cannot be made": Case(
        "could not", "", words=("--to", "file/below"), page=False, kept=True, always=True
    ),
    "two at once": Case(
        "locked",
        "Another program runs contoso",
        ("target",),
        words=("--target", "contoso"),
        locked=True,
        page=False,
        kept=True,
        always=True,
    ),
    "a target that the notebook does not use": Case(
        "usage", "would ask the same for every target", words=("--target", "contoso"), page=False, always=True
    ),
    "a parameter that there is not": Case(
        "usage", "Did you mean count?", (TYPED,), ("-p", "cuont=3"), page=False, always=True
    ),
    "a parameter of another type": Case(
        "usage", "count: INTEGER", (TYPED,), ("-p", "count=x"), page=False, always=True
    ),
    "a parameter that is missing": Case(
        "usage", "missing: user", (("user: str", "parameters"),), page=False, always=True
    ),
    "a parameter that is a secret by its name": Case(
        "usage", "looks like a secret", words=("-p", "client_secret=planted-1"), page=False, always=True
    ),
    "a parameter that is a secret by its value": Case(
        "usage", "looks like a secret", words=("-p", "x=eyJhbGciOi.eyJzdWIiOi.x"), page=False, always=True
    ),
    "a secret in a file of parameters": Case(
        "usage", "looks like a secret", words=("-f", "secret.yaml"), page=False, always=True
    ),
    "a word that is no parameter": Case(
        "usage", "It looks like: -p name=value", words=("-p", "x"), page=False, always=True
    ),
    "a file of parameters that is none": Case(
        "usage", "cannot be read as YAML", words=("-f", "bad.yaml"), page=False, always=True
    ),
    "record and replay": Case(
        "usage", "not both", words=("--record", "a", "--replay", "lacking.tape"), page=False, kept=True, always=True
    ),
    "a tape that is not there": Case(
        "usage", "There is no tape", words=("--replay", "no.tape"), page=False, always=True
    ),
    "a kernel that is not there": Case(
        "usage", "There is no kernel", words=("--kernel", "none"), page=False, always=True
    ),
    "a notebook without a kernel": Case(
        "usage",
        "names no kernel",
        notebook='{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        page=False,
        always=True,
    ),
    "no notebook": Case("usage", "Is it a notebook of Jupyter?", notebook="{", page=False, always=True),
    "the notebook itself": Case("usage", "--to FOLDER", words=("--to", "."), page=False, always=True),
}


@pytest.fixture(scope="module")
def where() -> Iterator[str]:
    """How to connect to the tenant that all runs share."""
    with ExitStack() as stack:
        server = SandboxProcess()
        stack.callback(server.stop)
        yield f"{CONNECT} --uri {server.address.https}/OcsPowershell --auth basic --ca {server.address.ca}"


@pytest.fixture
def surroundings(tmp_path: Path) -> None:
    """The files that cases name, and a page of last week where a run puts its own."""
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "bad.yaml").write_text("[", "utf-8")
    (tmp_path / "secret.yaml").write_text("deep: {api_key: planted-1}", "utf-8")
    shutil.copy(LACKING, tmp_path / "lacking.tape")
    whole = USERS_TAPE.read_bytes()
    (tmp_path / "cut.tape").write_bytes(whole[: len(whole) * 3 // 4])
    (tmp_path / "report.html").write_text("of last week", "utf-8")


@pytest.mark.parametrize("name", CASES)
def test_a_run_says_what_came_of_it(
    make: Make,
    run: Run,
    where: str,
    surroundings: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    case = CASES[name]
    if not (ALL or case.always):
        pytest.skip("one of many runs of a kernel: LYNC_MAGIC_REPORT_RUNS=all makes them")
    cells = [where if cell == HERE else cell for cell in case.cells]
    report = make("# Report", *cells)
    if case.notebook is not None:
        report.write_text(case.notebook, "utf-8")
    with ExitStack() as stack:
        if case.locked:
            stack.enter_context(held("report", "contoso"))
        code = run(report, *case.words, "--json")
    heard = capsys.readouterr()
    assert code == CODES[case.state], heard
    assert case.why in heard.out + heard.err
    assert "planted-1" not in heard.out + heard.err
    if heard.out:
        told = json.loads(heard.out)
        assert (told["state"], told["code"]) == (case.state, code)
        assert bool(told["why"]) == (case.state != "ok")
    if case.page:
        page = (tmp_path / "report.html").read_text("utf-8")
        first = page[page.index("<body>") : page.index("<main>")]
        assert ("lync-good" in first) == (case.state == "ok")
        assert case.why in first
    elif not case.kept:
        assert not (tmp_path / "report.html").exists()
