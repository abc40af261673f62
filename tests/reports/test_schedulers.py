"""Other programs that run a report: nbclient, nbconvert, plain papermill, cron, jupyter-scheduler's executors."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.reports.conftest import Make

REPORTS = Path(__file__).parents[2] / "notebooks" / "en" / "reports"
HEALTH = "health.ipynb"

COMMANDS: dict[str, list[str]] = {
    "nbclient": ["-c", "from nbclient.cli import main; main()", HEALTH, "--output=out"],
    "papermill": ["-m", "papermill", HEALTH, "out.ipynb"],
}


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an example report, whose sessions are replayed from its tape."""
    for path in REPORTS.glob("health.*"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LYNC_MAGIC_TAPE", str(tmp_path / "health.tape"))
    monkeypatch.setenv("LYNC_MAGIC_TAPE_MODE", "none")
    yield tmp_path
    monkeypatch.delenv("LYNC_MAGIC_TAPE")
    monkeypatch.delenv("LYNC_MAGIC_TAPE_MODE")


@pytest.mark.parametrize("program", COMMANDS)
def test_an_example_report_is_run_by_other_programs(example: Path, program: str) -> None:
    if os.environ.get("LYNC_MAGIC_REPORT_RUNS") != "all":
        pytest.skip("nbconvert, below, runs notebooks by nbclient, too: LYNC_MAGIC_REPORT_RUNS=all has all run it")
    subprocess.run([sys.executable, *COMMANDS[program]], check=True, capture_output=True, timeout=100, cwd=example)
    done = nbformat.read(example / "out.ipynb", 4)
    assert "litwareinc" in str(done.cells[-1].outputs)


def test_an_example_report_is_run_by_nbconvert_s_command_line(example: Path) -> None:
    from nbconvert.nbconvertapp import NbConvertApp

    try:
        NbConvertApp.launch_instance(["--to", "notebook", "--execute", HEALTH, "--output", "out"])
    finally:
        NbConvertApp.clear_instance()
    done = nbformat.read(example / "out.ipynb", 4)
    assert "litwareinc" in str(done.cells[-1].outputs)


# --- what the README says ------------------------------------------------------------------------------------------

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def block(language: str) -> str:
    """The README's block of this language."""
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.skipif(os.name != "posix", reason="cron is a program of Unix")
def test_the_line_for_cron_runs_in_what_cron_gives_it(make: Make, tmp_path: Path) -> None:
    report = make(("target = ''", "parameters"), "import os\nassert (target, os.environ['WHO']) == ('contoso', 'ken')")
    for folder in ("reports", "etc", "venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    report.rename(tmp_path / "reports" / "users.ipynb")
    (tmp_path / "etc" / "report.env").write_text("WHO=ken\n", "utf-8")
    program = tmp_path / "venv" / "bin" / "lync-magic"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m lync_magic "$@"\n', "utf-8")
    program.chmod(0o755)
    line = block("crontab").replace("/srv/", f"{tmp_path}/").replace("/etc/lync-magic/", f"{tmp_path}/etc/")
    assert "%" not in line  # a line's end for cron
    bare = {"HOME": str(tmp_path), "LOGNAME": "ken", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    command = ["/bin/sh", "-c", line.split(maxsplit=5)[5]]
    done = subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["target"] == "contoso"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"users.ipynb", "users.html"}


def test_systemd_runs_the_same_command_as_cron() -> None:
    (started,) = re.findall(r"^ExecStart=(.*)$", block("ini"), re.MULTILINE)
    assert block("crontab").rstrip().endswith(started)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this system has no systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = re.split(r"^# /etc/systemd/system/(\S+)\n", block("ini"), flags=re.MULTILINE)[1:]
    for name, text in zip(units[::2], units[1::2], strict=True):
        (tmp_path / name).write_text(text.replace("/srv/venv/bin/lync-magic", sys.executable), "utf-8")
    command = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


# --- jupyter-scheduler ---------------------------------------------------------------------------------------------

Executed = Callable[..., Any]


@pytest.fixture
def executed(tmp_path: Path) -> Executed:
    """Have a job of jupyter-scheduler executed; what its database says of it afterwards."""
    pytest.importorskip("jupyter_scheduler")
    from jupyter_scheduler.orm import Job, create_session, create_tables

    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    create_tables(url)

    def execute(manager: type[Any], notebook: Path, **parameters: str) -> Any:
        formats = ["ipynb", "html"]
        folder = tmp_path / "staging"
        folder.mkdir()
        for path in notebook.parent.glob("*.[it]*"):
            shutil.copy(path, folder)
        with create_session(url)() as session:
            job = Job(
                runtime_environment_name="env",
                input_filename=notebook.name,
                output_formats=formats,
                parameters=parameters,
                name="job",
                tags=[],
            )
            session.add(job)
            session.commit()
            job_id = job.job_id
        places = {each: str(folder / f"out.{each}") for each in formats}
        manager(job_id, str(tmp_path), url, {"input": str(folder / notebook.name), **places}).process()
        with create_session(url)() as session:
            return session.get(Job, job_id)

    return execute


def test_jupyter_scheduler_s_own_executor_runs_an_example_report(example: Path, executed: Executed) -> None:
    executors = pytest.importorskip("jupyter_scheduler.executors")
    job = executed(executors.DefaultExecutionManager, example / HEALTH)
    assert (job.status, job.status_message) == ("COMPLETED", None)


def test_jobs_are_run_as_reports(example: Path, executed: Executed) -> None:
    pytest.importorskip("jupyter_scheduler")
    from lync_magic.reports.scheduler import ReportExecutionManager

    job = executed(ReportExecutionManager, example / HEALTH, user="kenmyer@litwareinc.com")
    assert (job.status, job.status_message) == ("COMPLETED", None)
    page = (example / "staging" / "out.html").read_text("utf-8")
    assert 'class="lync-banner lync-good"' in page
    assert nbformat.read(example / "staging" / "out.ipynb", 4).metadata.lync_magic_report.state == "ok"


def test_a_job_that_says_nothing_but_failed_is_no_success(make: Make, executed: Executed) -> None:
    pytest.importorskip("jupyter_scheduler")
    from lync_magic.reports.scheduler import ReportExecutionManager

    report = make(("count: int = 1", "parameters"), "count")
    job = executed(ReportExecutionManager, report, count="many")
    assert job.status == "FAILED"
    assert "count: INTEGER" in job.status_message
