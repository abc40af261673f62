"""What all tests need: surroundings that are the same everywhere, and a sandbox tenant in a process of its own.

    LYNC_MAGIC_SANDBOX_DIALECT=omi pytest tests/sessions tests/transports tests/importing tests/notebook

has every sandbox answer as another server does (omi, strict); what such a server does not do is `not_with` it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import what they share

MOST_WORKERS = 4
"""Each may have a browser, a server and kernels of its own at the same time."""
BROWSER = "tests/browser/"
END_SECONDS = 30
"""How long a server may take to end, on a machine that is busy."""
OUTSIDE = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"),
    *("PYTHONWARNINGS", "PYTHON_KEYRING_BACKEND", "PYTHONDONTWRITEBYTECODE"),
)
"""What a shell or a CI may have set, and what would change what programs say, where they connect to, or that each of
some hundred processes compiles all of the product anew.
"""
PLACES = (
    *("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("XDG_CONFIG_HOME", "LYNC_MAGIC_STATE", "LYNC_MAGIC_CACHE"),
)
"""Where programs keep what is a person's own: settings, start-up files, histories, profiles."""
NO_REALMS = "[libdefaults]\ndns_lookup_kdc = false\ndns_lookup_realm = false\n"
"""Kerberos would ask DNS for the realm of each host."""


def pytest_configure() -> None:
    """Tests of interrupts need them, also where a shell that works in the background has them ignored.

    And no generated example fails for the time that it took: the machine may be busy. Nor does each process build the
    grammar of a check that no notebook needs.
    """
    settings.register_profile("busy", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy")
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # as the command line has it (main.py)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is signal.SIG_IGN:  # under nohup
        signal.signal(hang_up, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is not with the kind of server that the environment asks for."""
    dialect = os.environ.get("LYNC_MAGIC_SANDBOX_DIALECT", "windows")
    for item in items:
        for mark in item.iter_markers("not_with"):
            other, why = mark.args
            if other == dialect:
                item.add_marker(pytest.mark.skip(f"not with {other}: {why}"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker for each core and one more, since much of a test is waiting; none for a single file or test, or with
    `-s`: what it prints is wanted here.
    """
    named = [str(one).partition("::")[0] for one in config.args]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1 or config.option.capture == "no" or (len(named) == 1 and Path(named[0]).is_file()):
        return 0
    return min(cores + 1, MOST_WORKERS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests are run by one worker, and so are all that look at a browser: they share one, and a JupyterLab."""
    from xdist.scheduler import LoadFileScheduling

    class ByWhatIsShared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)

    return ByWhatIsShared(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the person's shell and home has a say in the tests, and the tests leave nothing there."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in OUTSIDE:
            patch.delenv(name, raising=False)
        for name in PLACES:
            patch.setenv(name, str(home / name.lower()))
        kerberos = home / "krb5.conf"
        kerberos.write_text(NO_REALMS)
        patch.setenv("KRB5_CONFIG", str(kerberos))
        yield


@pytest.fixture(scope="module", autouse=True)
def main_module() -> Iterator[None]:
    """An IPython shell puts its own in the place of `__main__`, which processes that are spawned later cannot find."""
    held = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = held


@contextmanager
def _sandbox(*options: str) -> Iterator[dict[str, Any]]:
    program = [sys.executable, "-m", "lync_magic.sandbox", "--announce", *options]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the sandbox did not start"
        yield json.loads(line)
        process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


@pytest.fixture
def sandbox_server() -> Iterator[Callable[..., dict[str, Any]]]:
    """Start sandbox servers that end with the test: `sandbox_server("--hang")` gives what it announced."""
    with ExitStack() as started:
        yield lambda *options: started.enter_context(_sandbox(*options))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder whose path is short enough for sockets in it."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real sshd whose subsystem is the sandbox; see `sshd.py`."""
    from sshd import ssh_server

    with ssh_server(tmp_path_factory.mktemp("sshd")) as server:
        yield server
