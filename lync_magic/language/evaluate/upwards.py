"""How what fails in a pipeline goes up through the stages before it, to what gave the object that it failed at.

In PowerShell a stage hands an object on by a call, so that what fails behind it is raised where the object was given: a
`try` there may catch it, a `finally` runs, and the stages go on with what those give. Here a stage asks for objects:
what fails at one is noted (`climbing`) and raised within the stage before when the next one is asked for.

Rule of this file: what goes up ends in the stage that failed, as its own error, where nothing on its way took it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from lync_magic.errors import LyncError
from lync_magic.language.evaluate.flow import Exit, LoopFlow
from lync_magic.language.values.failures import Stopping
from lync_magic.language.values.spelled import REALS
from lync_magic.language.values.spelled import given as wrapped
from lync_magic.language.values.text import separating

if TYPE_CHECKING:
    from lync_magic.language.evaluate.core import EvaluatorCore
    from lync_magic.language.evaluate.scope import Scope
    from lync_magic.language.evaluate.streams import Put

END: Final = object()
"""There are no more objects."""
OF_FINALLY: Final = "what a `finally` gives to a pipeline that fails or is left"


class PipelineHalted(BaseException):
    """What a stage ended with, on its way up: no `try` catches it, and to a `trap` it is an error of its own
    (PowerShell's PipelineStoppedException).  raised: what the stage ends with at last.  stage: stands for it; None
    where a `trap` handed it on, and it ends the cell."""

    def __init__(self, raised: Exception, stage: object | None) -> None:
        super().__init__(str(raised))
        self.raised = raised
        self.stage = stage


def climb(
    core: EvaluatorCore,
    raised: Exception | PipelineHalted,
    stage: object,
    *,
    catches: bool = True,
    of_script: bool = True,
) -> None:
    """What leaves a stage goes up. catches: a `throw` may be caught there and an `exit` trapped, as behind all stages
    but functions without [CmdletBinding].  of_script: it was raised in script text, so that it stands in `$Error` even
    if it is lost on its way."""
    core.climbing = raised
    error: BaseException = raised
    if isinstance(raised, PipelineHalted | LoopFlow) or (isinstance(raised, Exit) and not catches):
        return
    if isinstance(raised, Stopping):
        if catches and (raised.of_throw or not raised.preferred):
            return
        error = raised.error
    if isinstance(error, LyncError) and of_script:
        core.remember(raised if isinstance(raised, Stopping) else error)
    core.climbing = PipelineHalted(raised, stage)
    if isinstance(stage, Asked) and stage.halted is None and isinstance(raised, LyncError | Stopping):
        stage.halted = raised


def close(stream: object) -> None:
    """Close an iterator that can be closed: no more of it is wanted."""
    closer = getattr(stream, "close", None)
    if callable(closer):
        closer()


def thrown_into(output: Iterator[object], raised: BaseException) -> object:
    """The next object, END for none, of an iterator in which something is raised where it gave the last."""
    throw = getattr(output, "throw", None)
    if throw is None:
        raise raised
    try:
        return throw(raised)
    except StopIteration:
        return END


def next_of(output: Iterator[object], raised: BaseException | None) -> object:
    """The next object, END for none. raised: what failed behind the last one, which goes up into what gave it."""
    return next(output, END) if raised is None else thrown_into(output, raised)


def each(ask: Callable[[BaseException | None], object]) -> Iterator[object]:
    """The objects that are asked for one after the other, until END; what fails behind one is told where the next is
    asked for."""
    raised: BaseException | None = None
    while (item := ask(raised)) is not END:
        raised = None
        try:
            yield item
        except GeneratorExit:
            raise
        except BaseException as thrown:  # noqa: BLE001
            raised = thrown


def through(
    core: EvaluatorCore,
    output: Iterator[object],
    took: Callable[[object], None] | None = None,
    *,
    emits: str = "",
) -> Iterator[object]:
    """The output of script text, each object told to `took` first; what fails behind it is raised within it.
    emits: what it comes out of; see `emitting`."""
    before = core.emitting

    def asked(raised: BaseException | None) -> object:
        within, core.within = core.within, emits or core.within
        try:
            return next_of(output, raised)
        finally:
            core.within = within

    try:
        item = asked(None)
        while item is not END:
            if took is not None:
                took(item)
            raised: BaseException | None
            if emits:
                core.emitting = "try" if "try" in (before, emits, core.emitting) else before or emits
            try:
                yield item
                raised, core.climbing = core.climbing, None
            except GeneratorExit:
                raise
            except BaseException as thrown:  # noqa: BLE001
                raised = thrown
            if emits:
                core.emitting = before
            item = asked(raised)
    finally:
        if emits:
            core.emitting = before
        close(output)


def separated(output: Iterator[object], separator: Callable[[], object]) -> Iterator[object]:
    """The output of script text, which is worked out with what this gives for `$OFS`."""

    def ask(raised: BaseException | None) -> object:
        with separating(separator):
            return next_of(output, raised)

    try:
        yield from each(ask)
    finally:
        close(output)


def redirecting(
    core: EvaluatorCore, output: Iterator[object], errors_to: Mapping[int, Put | None] | None
) -> Iterator[object]:
    """The output of a command whose errors are redirected; what fails behind it is raised within it. errors_to: None
    where what takes it has its own way for them."""
    raised: BaseException | None = None
    try:
        while (item := next_of(output, raised)) is not END:
            around, core.errors_to = core.errors_to, errors_to
            raised = None
            try:
                yield item
            except GeneratorExit:
                raise
            except BaseException as thrown:  # noqa: BLE001
                raised = thrown
            finally:
                core.errors_to = around
    finally:
        close(output)


class Asked:
    """What is piped to a stage, which stands for that stage too.

    apart: its errors go their own way, whatever is redirected before it: those of all but functions without
    [CmdletBinding], which run as a part of what gave the object.
    halted: what the stage failed with first. It ends the pipeline even where it was lost on its way up, because a
    `finally` failed too.
    """

    def __init__(
        self, core: EvaluatorCore, input: Iterator[object] | None, scope: Scope, *, apart: bool = True
    ) -> None:
        self._core = core
        self._apart = apart
        self.around = scope.holder
        """The level of variables that the pipeline is in."""
        self._input = input
        self._given: list[object] = []
        """What came for an object that failed behind the stage, and is not taken yet."""
        self._takers = core.takers()
        self.halted: LyncError | Stopping | None = None
        self.objects = None if input is None else self._objects(input)

    def _objects(self, input: Iterator[object]) -> Iterator[object]:
        core, given = self._core, self._given
        try:
            for item in input:
                if type(item) in REALS:
                    item = wrapped(item)
                if core.errors_to is not None and self._apart:
                    around, core.errors_to = core.errors_to, None
                    yield item
                    core.errors_to = around
                else:
                    yield item
                while given or core.climbing is not None:
                    raised, core.climbing = core.climbing, None
                    if raised is not None:
                        self._raise(raised)
                    item = wrapped(given.pop())
                    if item is END:
                        return
                    yield item
        except PipelineHalted as halted:
            if halted.stage is not self:
                raise
            raised, self.halted = self.halted or halted.raised, None
            if isinstance(raised, Stopping):
                raised.climbed = True
            raise raised from None
        finally:
            close(input)

    def _raise(self, raised: BaseException) -> None:
        """Raise something where the last object was given."""
        if self._input is None:
            raise raised
        self._given.append(thrown_into(self._input, raised))

    def leave(self) -> None:
        """No more is wanted: what gives the objects stops too."""
        close(self.objects)
        close(self._input)

    def no_more(self) -> None:
        """The last object is there: what gives them is told at once, where nothing on its way may take what ends the
        stages behind, or do something at its end."""
        if self._core.takers() == self._takers:
            close(self._input)

    def past(
        self, output: Iterator[object], took: Callable[[object], None] | None, *, wraps: bool = True
    ) -> Iterator[object]:
        """The output of a cmdlet: what fails behind it goes past it, and it goes on with what it is given then. What it
        gives without having asked for that is lost. wraps: it is the cmdlet's own, not what a block gave."""
        for item in output:
            if self._given:
                continue
            if type(item) in REALS and wraps:
                item = wrapped(item)
            if took is not None:
                took(item)
            try:
                yield item
            except GeneratorExit:
                raise
            except BaseException as raised:  # noqa: BLE001
                self._raise(raised)
