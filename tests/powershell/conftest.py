"""Cells in a real PowerShell, with a real session to the sandbox beside it; skipped where no PowerShell is found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lync_magic.errors import PromptRefused
from lync_magic.importing import RemoteCommand, import_session, modules
from lync_magic.magics.namespace import Variables
from lync_magic.powershell import CellEnd, Cells, Display, Engine
from lync_magic.psrp import Choice, ErrorRecord, Event, HostLine, WarningRecord
from lync_magic.records import Records
from lync_magic.sessions import Session, State, Target, connect, find_powershell, registry
from tests.left_open import end_left_open

SANDBOX = (sys.executable, "-m", "lync_magic.sandbox", "--stdio")


class Person:
    """Answers the engine's questions with what was laid ready; refuses the others."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[str] = []

    def _next(self, question: str) -> Any:
        self.asked.append(question)
        if not self.answers:
            raise PromptRefused(question)
        return self.answers.pop(0)

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        return int(self._next(f"{caption} {message}"))

    def read_line(self, prompt: str) -> str:
        return str(self._next(prompt))

    def read_masked(self, prompt: str) -> Any:
        return self._next(prompt)

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Any:
        return self._next(f"{message} {user_name}")


class World:
    """What the bridge asks of a notebook."""

    def __init__(self, person: Person) -> None:
        self.host = person

    def find(self, name: str) -> RemoteCommand | None:
        return modules.find(name)

    def cmdlet(self, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None) -> list[object]:
        assert name == "Get-PSSession"
        ids = bound.get("Id")  # as it is bound: one number or a list of them; none asks for all
        wanted = {int(one) for one in (ids if isinstance(ids, list) else [ids])} if ids is not None else None
        return [session for session in registry if wanted is None or session.id in wanted]


@dataclass
class Shown:
    """A cell's output, as a screen would show it: `log` in order."""

    log: list[tuple[str, Any]] = field(default_factory=list)

    def text(self, text: str) -> None:
        self.log.append(("text", text))

    def objects(self, records: Records, text: str, view: object = None) -> None:
        self.log.append(("objects", (records, text)))

    def error(self, error: ErrorRecord, text: str) -> None:
        self.log.append(("error", (error, text)))

    def display(self, shown: Display) -> None:
        self.log.append(("display", shown))

    def clear(self) -> None:
        self.log.append(("clear", None))

    def program_error(self, text: str) -> None:
        self.log.append(("program error", text))

    def report(self, event: Event) -> None:
        self.log.append((type(event).__name__, event))

    def all(self, kind: str) -> list[Any]:
        return [what for one, what in self.log if one == kind]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.log]

    @property
    def printed(self) -> str:
        """All text, without colours."""
        parts = [what if kind == "text" else f"{what[1]}\n" for kind, what in self.log if kind in ("text", "objects")]
        return without_colours("".join(parts))

    @property
    def warnings(self) -> list[str]:
        return [event.message for event in self.all(WarningRecord.__name__)]

    @property
    def lines(self) -> list[HostLine]:
        return self.all(HostLine.__name__)


def without_colours(text: str) -> str:
    """Text without ANSI's colours."""
    import re

    return re.sub("\x1b\\[[0-9;]*m", "", text)


@dataclass
class Notebook:
    """A notebook's side of the engine: run cells, look at variables and at what was shown."""

    engine: Engine
    variables: MutableMapping[str, Any]
    person: Person
    cells: Cells
    shown: Shown = field(default_factory=Shown)
    end: CellEnd | None = None

    def run(self, text: str) -> Shown:
        """Run a cell; what it showed. `end` says how it ended."""
        self.shown = Shown()
        self.end = self.cells.run(text, World(self.person), self.shown)
        return self.shown

    def output(self, text: str) -> str:
        """What a cell that does not fail prints."""
        shown = self.run(text)
        assert self.end is not None
        assert not self.end.failed, self.end.text
        return shown.printed


@pytest.fixture(scope="session")
def powershell() -> str:
    found = find_powershell()
    if found is None:
        pytest.skip("no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none")
    return str(found)


@pytest.fixture(scope="session")
def made_notebook(powershell: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Notebook]]:
    engines: list[Engine] = []

    def make(width: int = 120) -> Notebook:
        engine = Engine(powershell, folder=tmp_path_factory.mktemp("notebook"), width=width)
        engines.append(engine)
        variables = Variables(SimpleNamespace(user_ns={}))  # type: ignore[arg-type]  # all that it looks at
        return Notebook(engine, variables, Person(), Cells(engine, variables))

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture(scope="session")
def shared_notebook(made_notebook: Callable[..., Notebook]) -> Notebook:
    return made_notebook()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a cell writes to the current folder, which is Python's, stays there."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH")))))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def notebook(shared_notebook: Notebook, own_folder: None) -> Iterator[Notebook]:
    """The engine that most tests share; each gets it without the variables of others."""
    yield shared_notebook
    shared_notebook.person.answers.clear()
    shared_notebook.person.asked.clear()
    shared_notebook.variables.clear()


@pytest.fixture
def own_notebook(made_notebook: Callable[..., Notebook], own_folder: None) -> Iterator[Notebook]:
    """An engine that the test may break."""
    notebook = made_notebook()
    yield notebook
    notebook.engine.close()


class Names(dict[str, Any]):
    """A namespace for imported functions."""

    def push(self, names: Mapping[str, object]) -> None:
        self.update(names)

    def drop(self, names: Mapping[str, object]) -> None:
        for name in names:
            self.pop(name, None)


@pytest.fixture(scope="module", autouse=True)
def no_other_sessions() -> None:
    """What other test files left open in this process would be listed by Get-PSSession here."""
    end_left_open()


@pytest.fixture(scope="session")
def shared_tenant() -> Iterator[Callable[[], Session]]:
    """Gives one session that the tests share; another one where somebody has closed it."""
    held: list[Session] = []

    def opened() -> Session:
        if not held or held[-1].state is not State.OPENED:
            for gone in held:
                gone.close()  # and its commands go
            session = connect(Target(process=SANDBOX), None, timeout=60)
            held.append(session)
            import_session(session, namespace=Names())
        return held[-1]

    yield opened
    for session in held:
        session.close()


@pytest.fixture
def tenant(shared_tenant: Callable[[], Session]) -> Session:
    """A session to the sandbox, its commands imported."""
    return shared_tenant()
