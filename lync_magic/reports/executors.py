"""Executors of others: what may be handed to one, and what is done for the work of one that broke.

Rules of this file: it knows the field's executors by the modules they are from, and imports none of them. What an
executor that broke had begun may have been done: only what may run twice is run again, and what it had not begun.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import Executor as PythonExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, Protocol, cast

from lync_magic.errors import UsageError

_RUN_AGAIN: Final = frozenset({"distributed", "dask", "ipyparallel", "ray"})
"""Packages whose executors run a task again by themselves where a worker dies."""
_POOLS: Final = frozenset({"concurrent", "loky"})
"""Packages whose executors are processes of this machine, and break as a whole where one of them dies."""


_LOST: Final = frozenset({"KilledWorker", "TerminatedWorkerError", "EngineError", "WorkerCrashedError"})
"""What the executors' errors are called where a worker died: Dask's, loky's, ipyparallel's, Ray's."""


class Executor(Protocol):
    """Anything that takes work as `concurrent.futures` has it."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Begin it; gives a future."""


class View(Protocol):
    """A view of ipyparallel's, which has an executor that stands for it."""

    @property
    def executor(self) -> Any:
        """It."""


def executor_of(given: object) -> Executor:
    """The executor that was given; of ipyparallel's views the one that stands for them. Raises UsageError."""
    if callable(getattr(given, "submit", None)):
        return cast(Executor, given)
    behind = getattr(given, "executor", None)
    if callable(getattr(behind, "submit", None)):
        return cast(Executor, behind)
    raise UsageError(
        f"A {type(given).__name__} takes no work: it has no submit.",
        "Give a pool of concurrent.futures or loky, Dask's client.get_executor(), or a view of ipyparallel.",
    )


def may_run_twice(executor: Executor) -> bool:
    """Whether an executor is known to run a task again by itself where a worker dies."""
    return _package(executor) in _RUN_AGAIN


def is_lost(error: Exception) -> bool:
    """Whether a task failed because its worker died."""
    name = str(getattr(error, "ename", "") or type(error).__name__)
    return isinstance(error, BrokenExecutor) or name in _LOST


class Begun:
    """Which tasks a pool of processes has begun: each leaves an empty file before it does anything.

    Nothing is known of executors whose workers may be on other machines: there everything counts as begun.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = folder

    def mark(self, key: str) -> str | None:
        """The file that the task of this key leaves."""
        return str(Path(self._folder) / key) if self._folder is not None else None

    def has(self, key: str) -> bool:
        """Whether a task may have been begun."""
        return self._folder is None or (Path(self._folder) / key).exists()


@contextmanager
def watched(executor: Executor) -> Iterator[Begun]:
    """Have the tasks of a pool say that they begin."""
    if _package(executor) not in _POOLS or isinstance(executor, ThreadPoolExecutor):
        yield Begun(None)
        return
    with tempfile.TemporaryDirectory(prefix="lync-magic-") as folder:
        yield Begun(folder)


@contextmanager
def in_place_of(executor: Executor, size: int, *, is_command: bool) -> Iterator[Executor | None]:
    """What takes over the work of an executor that broke; None where there is nothing that could.

    A command goes to threads. A function that may have ended its process is not run in this one: it goes to a new pool.
    """
    pool: PythonExecutor
    if is_command:
        pool = ThreadPoolExecutor(size, "lync_magic fan-out")
    elif _package(executor) == "loky":
        pool = cast(Any, type(executor))(size)
    elif isinstance(executor, ProcessPoolExecutor):
        pool = ProcessPoolExecutor(size, mp_context=get_context("spawn"))
    else:
        yield None
        return
    with pool:
        yield pool


def _package(executor: Executor) -> str:
    return type(executor).__module__.partition(".")[0]
