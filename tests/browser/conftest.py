"""A real JupyterLab, a real Notebook 7 and a real Chromium: the fixtures of the tests that look at what a person sees.

Rules of this folder: one worker runs it (tests/conftest.py), with one Chromium, and one JupyterLab for all that need
nothing else of it; a module that looks at Notebook 7 has a
fixture `lab` of its own, which is `notebook_7`. The servers save the state of widgets with a notebook, so that what
is in it is seen. A test drives the page with keys and clicks as a person does; the application's commands are used
only for what is not under test (opening, running a cell, saving). Pictures go to a temporary folder, or to
`LYNC_MAGIC_PICTURES`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
]
START_SECONDS = 90
"""How long JupyterLab may take to answer, and to draw a notebook."""
CELL_SECONDS = 60
CONNECT_SECONDS = 45
"""How long the page of a notebook may take to be connected to its kernel."""
NUMBERED = re.compile(r"\[\d+\]")
"""The prompt of a cell that has run."""
KERNEL_CONNECTED = """() => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return Boolean(context?.isReady) && context.session?.kernel?.connectionStatus === "connected";
}"""
KERNEL_ANSWERS = """async () => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    await kernel.info;
    await kernel.requestExecute({code: "", silent: true}).done;
}"""
BESIDE = """async code => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const subshell = (await kernel.requestCreateSubshell({}).done).content.subshell_id;
    const beside = kernel.clone({subshellId: subshell});
    beside.subshellId = subshell;
    await beside.requestExecute({code, silent: true, store_history: false}).done;
    beside.dispose();
}"""
PAGE = """() => [
    document.documentElement.outerHTML,
    [...document.querySelectorAll("input, textarea")].map(field => field.value),
    {...localStorage}, {...sessionStorage},
]"""
LEAVE = """() => {
    const {shell} = window.jupyterapp;
    for (const widget of [...shell.widgets("main"), ...shell.widgets("down")]) {
        if (widget.context) {
            widget.context.model.dirty = false;  // nobody is asked whether to save it
        }
        widget.close();
    }
    return document.querySelector(".jp-Notebook, .jp-Dialog") === null;
}"""
"""Close what is open, and tell whether nothing is."""
VIEWPORT = {"width": 1180, "height": 900}
SETTINGS = {
    "jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
    "jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    "jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},  # every cell is in the page, in view or not
}
OURS_AND_JUPYTERS = ("@jupyter-", "jupyterlab_pygments", "lync")
SERVERS_OF_OTHERS = ("ipyparallel", "jupyter_scheduler", "jupyterlab_jupytext")
"""Extensions of JupyterLab that the tests are with."""
APPLICATIONS = {"lab": ("jupyterlab", "lab/tree/{}?reset&token={}"), "notebook": ("notebook", "notebooks/{}?token={}")}
"""Of each application the module that starts it, and the address of a notebook."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """A Chromium without a window."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


class Lab:
    """A running JupyterLab or Notebook 7: its address, its token, its log, and the folders that are its own."""

    def __init__(self, application: str, home: Path, port: int) -> None:
        self.module, self._path = APPLICATIONS[application]
        self.has_sides = application == "lab"
        self.home = home
        self.folder = home / "notebooks"
        self.log = home / "server.log"
        self.address = f"http://127.0.0.1:{port}"
        self.port = port
        self.token = secrets.token_hex(16)

    def page_of(self, name: str) -> str:
        """The address at which a notebook is opened."""
        return f"{self.address}/{self._path.format(name, self.token)}"

    def answers(self) -> bool:
        """Whether the server is up."""
        try:
            with urllib.request.urlopen(f"{self.address}/api?token={self.token}", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with a folder, settings and a port of its own."""
    yield from _serve("lab", tmp_path_factory.mktemp("jupyter"))


@pytest.fixture(scope="module")
def notebook_7(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A Notebook 7 of its own."""
    yield from _serve("notebook", tmp_path_factory.mktemp("jupyter"))


def _serve(application: str, home: Path) -> Iterator[Lab]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        lab = Lab(application, home, probe.getsockname()[1])
    pytest.importorskip(lab.module)
    lab.folder.mkdir()
    _write_settings(home / "settings")
    _without_others(home / "config")
    log = lab.log.open("wb")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", lab.module, "--no-browser", "--allow-root", "--expose-app-in-browser"),
            f"--ServerApp.port={lab.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={lab.token}",
            f"--ServerApp.root_dir={lab.folder}",
        ],
        env=_environment(home),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not lab.answers():
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(lab.log.read_text(errors="replace")[-3000:])
            time.sleep(0.2)
        yield lab
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def _environment(home: Path) -> dict[str, str]:
    places = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    return {**os.environ, **{name: str(place) for name, place in places.items()}}


def _without_others(folder: Path) -> None:
    """Leave out the extensions that other packages of this environment brought, and their servers': one that lacks its
    server asks the person about it, over our notebook.
    """
    paths = pytest.importorskip("jupyter_core.paths")
    there = (Path(place) for place in paths.jupyter_path("labextensions"))
    names = {path.parent.relative_to(place).as_posix() for place in there for path in place.glob("**/package.json")}
    others = {name: True for name in names if not name.startswith(OURS_AND_JUPYTERS)}
    (folder / "labconfig").mkdir(parents=True)
    (folder / "labconfig" / "page_config.json").write_text(json.dumps({"disabledExtensions": others}))
    servers = {"ServerApp": {"jpserver_extensions": dict.fromkeys(SERVERS_OF_OTHERS, False)}}
    (folder / "jupyter_server_config.json").write_text(json.dumps(servers))


def _write_settings(folder: Path) -> None:
    for name, values in SETTINGS.items():
        path = folder / f"@{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


@pytest.fixture
def everywhere(lab: Lab) -> Callable[[Any], dict[str, bytes]]:
    """Call it with a notebook: all that is to be found of what went on, by place.

    Every file of the server (notebooks, checkpoints, histories, its log), the words and the environment of every
    process (`ps`), the page with what stands in its fields, and what the browser has stored.
    """

    def look(notebook: Notebook) -> dict[str, bytes]:
        places = {}
        for path in filter(Path.is_file, lab.home.rglob("*")):
            with contextlib.suppress(FileNotFoundError):  # the server's own passing files
                places[str(path)] = path.read_bytes()
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                places[f"process {process.pid}"] = repr((process.cmdline(), process.environ())).encode()
        places["page"] = json.dumps(notebook.page.evaluate(PAGE), ensure_ascii=False).encode()
        return places

    return look


@pytest.fixture
def assert_nowhere(everywhere: Callable[[Any], dict[str, bytes]], lab: Lab) -> Callable[..., None]:
    """Call it with a notebook and secrets: none of them is anywhere, in any of the forms that it could have there."""

    def check(notebook: Notebook, *secrets: str) -> None:
        places = everywhere(notebook)
        running = b"".join(text for place, text in places.items() if place.startswith("process"))
        assert lab.token.encode() in running  # the search sees what stands in a process's words
        assert b"kenmyer@litwareinc.com" in places[str(notebook.path)]
        found = [
            (place, form)
            for place, text in places.items()
            for secret in secrets
            for form in (secret, secret[::-1], base64.b64encode(secret.encode()).decode())
            if form.encode() in text or form.encode("utf-16-le") in text
        ]
        assert not found

    return check


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go."""
    kept = os.environ.get("LYNC_MAGIC_PICTURES")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def wait_for_kernel(page: Any, address: str) -> None:
    """Wait until the notebook is drawn and its kernel answers: a cell that is run before that is lost.

    JupyterLab now and then never connects to a kernel that is there, on a machine that is very busy; as a person would,
    the notebook is then opened once more.
    """
    too_late = pytest.importorskip("playwright.sync_api").TimeoutError
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=START_SECONDS * 1000)
    try:
        page.wait_for_function(KERNEL_CONNECTED, timeout=CONNECT_SECONDS * 1000)
    except too_late:
        page.goto(address, timeout=START_SECONDS * 1000)
        page.wait_for_function(KERNEL_CONNECTED, timeout=START_SECONDS * 1000)
    page.evaluate(KERNEL_ANSWERS)


def is_empty(page: Any) -> bool:
    """Close every notebook in a page, and tell whether nothing is left in it that waits for a person."""
    with contextlib.suppress(pytest.importorskip("playwright.sync_api").Error):
        page.wait_for_function(LEAVE, timeout=5000)
        return True
    return False


class Notebook:
    """A notebook open in the browser. Cells count from 0."""

    def __init__(self, page: Any, path: Path, address: str, pictures: Path) -> None:
        self.page = page
        self.path = path
        self._address = address
        self._pictures = pictures

    def cell(self, place: int) -> Any:
        """A cell's element."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(place)

    def output(self, place: int) -> Any:
        """The output area of a cell."""
        return self.cell(place).locator(".jp-Cell-outputArea")

    def command(self, name: str, **arguments: Any) -> None:
        """Start one of JupyterLab's own commands; do not wait for its end."""
        self.page.evaluate("([name, args]) => { window.jupyterapp.commands.execute(name, args); }", [name, arguments])

    def start(self, place: int) -> None:
        """Run a cell as Shift+Enter does; do not wait for its end."""
        editor = self.cell(place).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Shift+Enter")

    def done(self, place: int) -> None:
        """Wait until a cell that was started is over."""
        prompt = self.cell(place).locator(".jp-InputPrompt").filter(has_text=NUMBERED)
        prompt.wait_for(timeout=CELL_SECONDS * 1000)

    def run(self, place: int) -> None:
        """Run a cell and wait until it is over."""
        self.start(place)
        self.done(place)

    def run_all(self) -> None:
        """Run every cell, one after the other."""
        for place in range(self.page.locator(".jp-Notebook .jp-Cell").count()):
            self.run(place)

    def run_quietly(self, code: str) -> None:
        """Run code in the kernel beside the notebook's cells, in a subshell: the main one may be busy."""
        self.page.evaluate(BESIDE, code)

    def save(self) -> str:
        """Save, and give what is in the file then."""
        return self.saved_by(lambda: self.command("docmanager:save"))

    def saved_by(self, act: Callable[[], object]) -> str:
        """What is in the file when it was saved by what is done."""
        before = self.path.stat().st_mtime_ns
        act()
        deadline = time.monotonic() + CELL_SECONDS
        while True:
            assert time.monotonic() < deadline, "the notebook was not saved"
            time.sleep(0.05)
            if self.path.stat().st_mtime_ns != before:
                saved = self.path.read_text("utf-8")
                with contextlib.suppress(json.JSONDecodeError):  # half of it is written
                    json.loads(saved)
                    return saved

    def reopen(self) -> None:
        """Open the notebook again as it was saved, by its address: a page that is loaded again has what JupyterLab had
        written down of its windows until then, which on a busy machine can be nothing.
        """
        self.page.goto(self._address, timeout=START_SECONDS * 1000)
        wait_for_kernel(self.page, self._address)

    def theme(self, name: str) -> None:
        """Change to `JupyterLab Light` or `JupyterLab Dark`."""
        self.command("apputils:change-theme", theme=name)
        wanted = "false" if "Dark" in name else "true"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{wanted}']", state="attached")
        self.page.wait_for_timeout(500)

    def picture(self, name: str, target: Any = None) -> Path:
        """A screenshot of the notebook, or of one element, as `name`.png; its path is printed."""
        path = self._pictures / f"{name}.png"
        (target or self.page).screenshot(path=str(path))
        print(f"picture: {path}")  # noqa: T201
        return path


@pytest.fixture(scope="package")
def windows(chromium: Any) -> dict[Lab, Any]:
    """The window of each server."""
    return {}


@pytest.fixture
def window(chromium: Any, windows: dict[Lab, Any], lab: Lab) -> Any:
    """What a server's pages share: scripts that were loaded and compiled before, and nothing of a person's."""
    for gone in [one for one in windows if not one.answers()]:
        windows.pop(gone).close()
    if lab not in windows:
        windows[lab] = chromium.new_context(viewport=VIEWPORT, device_scale_factor=1)
    return windows[lab]


@pytest.fixture
def open_notebook(lab: Lab, window: Any, pictures: Path) -> Iterator[Callable[..., Notebook]]:
    """Call it with cells' sources: writes a notebook, opens it, waits for its kernel.

    It opens in the page that the test before left, with no other notebook in it: to load JupyterLab takes longer than
    most tests. The next test has a new page where a test's own was left in any other state than that.

    kernel: the name of its kernelspec.
    """
    nbformat = pytest.importorskip("nbformat")
    left = list(window.pages)

    def open_it(*cells: str, name: str = "", kernel: str = "python3") -> Notebook:
        path = lab.folder / f"{name or secrets.token_hex(4)}.ipynb"
        content = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": ""}},
        )
        path.write_text(nbformat.writes(content), "utf-8")
        address = lab.page_of(path.name)
        if left:
            page = left.pop()
            page.set_viewport_size(VIEWPORT)
            page.evaluate("path => void window.jupyterapp.commands.execute('docmanager:open', {path})", path.name)
        else:
            page = window.new_page()
            page.set_default_timeout(CELL_SECONDS * 1000)
            page.goto(address, timeout=START_SECONDS * 1000)
        wait_for_kernel(page, address)
        if lab.has_sides:
            page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        notebook = Notebook(page, path, address, pictures)
        if page.get_attribute("body", "data-jp-theme-light") != "true":  # it is the server's: the last test's choice
            notebook.theme("JupyterLab Light")
        return notebook

    yield open_it
    for page in window.pages:
        page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
        left_empty = lab.has_sides and is_empty(page)
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        if not left_empty:
            page.close()
