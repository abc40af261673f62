"""One question to many tenants: each has a worker that signs in, asks, and gives its seat back.

Rules of this file: what travels to a worker is a target and where its secret is, never a session and never a secret. A
function gets its worker's session as its argument, and no other session sends while it runs. No more than so many seats
of a tenant and user are taken at once, also by other processes of this machine. What fails is a row with its error.
What may run twice is only what reads, or what the caller says may.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.errors import UsageError, interrupted
from lync_magic.psrp import Pipeline
from lync_magic.records import FAILURE, Records
from lync_magic.reports.executors import Begun, Executor, View, executor_of, in_place_of, is_lost, watched
from lync_magic.reports.executors import may_run_twice as runs_again
from lync_magic.reports.progress import Progress, Shown
from lync_magic.reports.worker import Answer, Function, Told, error_text, running, work
from lync_magic.sessions import may_run_again, note, plan

Target = str | Mapping[str, Any]
"""A user name, a profile's name, or what `connect` takes by name, with `env` for where the password is."""

MOST_THREADS: Final = 32
SLICE_SECONDS: Final = 0.1
SECRETS: Final = frozenset({"password", "credential", "token", "application"})
ERROR_TYPES: Final = (FAILURE,)


def fan_out(
    what: Function | Pipeline | str,
    targets: Iterable[Target],
    executor: Executor | View | None = None,
    *,
    seats: int = 3,
    timeout: float | None = None,
    parquet: str | os.PathLike[str] | None = None,
    may_run_twice: bool = False,
    report: Shown | None = None,
) -> Records:
    """Ask many tenants at once; one result with a column Target, in the order of the targets.

        lync_magic.fan_out("Get-CsTenantFederationConfiguration", ["contoso", "fabrikam"])
        lync_magic.fan_out(lambda lync: lync.Get_CsOnlineUser(ResultSize=10), targets, executor=pool)

    what: a command's name, a pipeline, or a function of the worker's session, which gives records, values, or dicts,
    each a row.
    targets: user names, profiles, or what `connect` takes by name (`env` names the variable with the password; a secret
    itself is refused).
    executor: anything with `concurrent.futures`' submit, or a view of ipyparallel; threads where it is None. A process
    pool takes functions that can be pickled; Dask's is to be made with `client.get_executor(pure=False, retries=0)`.
    seats: at most so many sessions of a tenant and user at once.  timeout: seconds for each target's work.
    parquet: a folder; each target's objects are streamed to a file there, and the rows name the files.
    may_run_twice: whether running `what` twice for a target does no harm; commands that only read never do.

    A target that fails is a row with its error, and a report in which one does is not complete. An interrupt raises
    one whose `partial` has what came until then.
    Raises UsageError.
    """
    asked = _command(what) if isinstance(what, str) else what
    twice = may_run_twice or (isinstance(asked, Pipeline) and may_run_again(asked))
    own = ThreadPoolExecutor(MOST_THREADS, "lync_magic fan-out") if executor is None else None
    taking = own or executor_of(executor)
    if runs_again(taking) and not twice:
        raise UsageError(
            "This executor may run a task twice, and this may change something.",
            "Use threads or a process pool; or say that it does no harm: fan_out(..., may_run_twice=True).",
        )
    told = [_told(target, asked, seats, timeout, parquet) for target in targets]
    names = [each.name for each in told]
    if len(set(names)) < len(names):
        raise UsageError("A target is named twice.", "Name each once.")
    progress = Progress(names)
    viewer = Progress.viewer
    show = report or (viewer(progress) if viewer is not None else _nothing)
    answers: list[Answer | None] = [None] * len(told)
    try:
        with watched(taking) as begun:
            _run(taking, [replace(each, mark=begun.mark(each.key)) for each in told], answers, progress, show)
            _run_broken(taking, told, answers, begun, progress, show, twice=twice)
    except KeyboardInterrupt as stop:
        _stop([each.key for each in told])
        progress.stop()
        with suppress(KeyboardInterrupt):
            show(progress)
        partial = _joined([answer for answer in answers if answer is not None])
        come = sum(answer is not None for answer in answers)
        raise interrupted(stop, f"Stopped: {come} of {len(told)} targets had answered.", partial) from None
    finally:
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)
    for answer in answers:
        if answer is not None and answer.records is None:
            note("target", target=answer.name, error=answer.error.partition(":")[0])
    return _joined([answer for answer in answers if answer is not None])


_BROKEN: Final = "The worker died; a seat that it held is free in at most 90 seconds."
"""Its session's lease ends then."""
_NAME: Final = re.compile(r"[^\s|;{}()$]+")


def _command(name: str) -> Pipeline:
    """The pipeline of a command alone. Raises UsageError for more than its name, before anybody signs in."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is more than a command's name.",
            "With parameters: lambda lync: lync.Get_CsOnlineUser(ResultSize=5), or "
            'Pipeline.of("Get-CsOnlineUser", {"ResultSize": 5}).',
        )
    return Pipeline.of(name)


def _run(
    executor: Executor, told: Sequence[Told], answers: list[Answer | None], progress: Progress, show: Shown
) -> None:
    """Have all of it done; an interrupt gives up what has not begun."""
    futures: list[Future[Answer]] = []
    changed = threading.Event()
    try:
        for each in told:
            try:
                future: Future[Answer] = executor.submit(work, each)
            except BrokenExecutor:
                future = Future()
                future.set_exception(BrokenExecutor())
            future.add_done_callback(lambda _done: changed.set())
            futures.append(future)
        while True:
            changed.clear()
            news = False
            for place, future in enumerate(futures):
                if answers[place] is not None:
                    continue
                if future.done():
                    answer = answers[place] = _answer(told[place].name, future)
                    progress.answer(place, answer)
                    news = True
                elif _runs(future):
                    news |= progress.asks(place)
            if news:
                show(progress)
            if all(answer is not None for answer in answers):
                return
            changed.wait(SLICE_SECONDS)
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _run_broken(
    executor: Executor,
    told: Sequence[Told],
    answers: list[Answer | None],
    begun: Begun,
    progress: Progress,
    show: Shown,
    *,
    twice: bool,
) -> None:
    """Have done again what was lost with a worker, where that may be."""
    lost = [place for place, answer in enumerate(answers) if answer is not None and answer.error == _BROKEN]
    lost = [place for place in lost if twice or not begun.has(told[place].key)]
    if not lost:
        return
    is_command = isinstance(told[0].what, Pipeline)
    with in_place_of(executor, min(MOST_THREADS, len(lost)), is_command=is_command) as other:
        if other is None:
            return
        futures = {place: other.submit(work, told[place]) for place in lost}
        for place in lost:
            progress.asks(place)
        show(progress)
        for place, future in futures.items():
            answer = answers[place] = _answer(told[place].name, future)
            progress.answer(place, answer)
            show(progress)


def _runs(future: Future[Answer]) -> bool:
    """Whether a task is known to have begun; not every executor's future says so."""
    running = getattr(future, "running", None)
    return bool(running()) if callable(running) else False


def _stop(keys: Iterable[str]) -> None:
    """Stop what workers of this process run; those of other processes end by themselves."""
    for key in keys:
        under_way = running.get(key)
        if under_way is not None:
            under_way.stop()


def _answer(name: str, future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - of the executor; the other targets go on
        return Answer(name, error=_BROKEN if is_lost(error) else error_text(error))


# --- what is told, and what comes of it ----------------------------------------------------------------------------


def _told(
    target: Target,
    what: Function | Pipeline,
    seats: int,
    timeout: float | None,
    parquet: str | os.PathLike[str] | None,
) -> Told:
    known = {"user_name": target} if isinstance(target, str) else dict(target)
    name = str(known.pop("name", "") or known.get("user_name") or known.get("uri") or known.get("computer") or "")
    refused = SECRETS & known.keys()
    if refused:
        raise UsageError(
            f"The target {name} holds a secret ({', '.join(sorted(refused))}); nothing was sent anywhere.",
            "Say where it is: env=NAME, keyring=True, or a profile.",
        )
    env = known.pop("env", None)
    if env is None and isinstance(target, str):
        env = plan({"user": target}).env
    file = None
    if parquet is not None:
        if not isinstance(what, Pipeline):
            raise UsageError("A function's result is not streamed to Parquet.", "Give a command's name or a pipeline.")
        folder = Path(parquet)
        folder.mkdir(parents=True, exist_ok=True)
        file = str(folder / f"{''.join(each if each.isalnum() or each in '.@-_' else '_' for each in name)}.parquet")
    return Told(name, known, env, what, seats, timeout, file, uuid4().hex)


def _joined(answers: Iterable[Answer]) -> Records:
    rows: list[Any] = []
    for answer in answers:
        if answer.records is None:
            rows.append(PSObject({"Target": answer.name, "Error": answer.error}, ERROR_TYPES))
            continue
        rows += [_with_target(answer.name, item) for item in answer.records]
    return Records(rows)


def _with_target(name: str, item: Any) -> PSObject:
    if not isinstance(item, ObjectLike):
        return PSObject({"Target": name, "Value": item})
    properties = {"Target": name, **{key: value for key, value in item.items() if key.lower() != "target"}}
    if item.base is not MISSING:
        properties.setdefault("Value", item.base)
    return PSObject(properties, item.type_names, item.text)


def _nothing(_progress: Progress) -> None:
    """Nobody looks."""
