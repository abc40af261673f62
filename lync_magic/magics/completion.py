"""Tab, Shift-Tab and "is it complete?": the engine of `completing` (and PowerShell's own, in its cells) for IPython.

Rules: our matcher is asked before all others, and where the text is ours theirs are not asked at all: nothing of
Python's is offered there, and its first search, which takes seconds, is not waited for. Nothing here raises. Loading is
cheap: the engine is loaded at the first Tab that is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from lync_magic.magics.settings import values_at

if TYPE_CHECKING:
    from lync_magic.completing import Offers
    from lync_magic.magics.runner import Runner

MATCHER_ID: Final = "lync_magic"
PRIORITY: Final = 1_000
"""Before IPython's own matchers, whose greatest is 100."""
_OURS: Final = "lync"


class _Nothing(Sequence[SimpleCompletion]):
    """No completions, which count as some: IPython keeps other matchers quiet only for one that found something."""

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[SimpleCompletion]:
        return iter(())

    def __getitem__(self, index: Any) -> Any:
        raise IndexError(index)


class Completion:
    """The matcher and the inspection of one shell. runner: gives what the notebook has; `started`, whether it has."""

    def __init__(self, shell: InteractiveShell, runner: Callable[[], Runner], started: Callable[[], bool]) -> None:
        self._shell = shell
        self._runner = runner
        self._started = started
        self._matcher: Any = None
        self._inspect: Any = None
        self._is_whole: Any = None

    def register(self) -> None:
        """Offer completions, and answer inspections, from now on."""

        @context_matcher(identifier=MATCHER_ID, priority=PRIORITY)  # type: ignore[untyped-decorator]
        def lync_matcher(context: CompletionContext) -> SimpleMatcherResult:
            lines = context.full_text.split("\n")
            place = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
            return self.complete(context.full_text, place) or _not_ours()

        self._matcher = lync_matcher
        self._completer().custom_matchers.append(lync_matcher)
        self._is_whole = self._shell.input_transformer_manager.check_complete
        self._shell.input_transformer_manager.check_complete = self._check_complete
        kernel: Any = getattr(self._shell, "kernel", None)
        if kernel is not None:
            self._inspect = kernel.do_inspect
            kernel.do_inspect = self._do_inspect

    def unregister(self) -> None:
        """As before."""
        matchers = self._completer().custom_matchers
        if self._matcher in matchers:
            matchers.remove(self._matcher)
        manager = self._shell.input_transformer_manager
        if manager.__dict__.get("check_complete") == self._check_complete:
            del manager.check_complete
        kernel: Any = getattr(self._shell, "kernel", None)
        if kernel is not None and kernel.__dict__.get("do_inspect") == self._do_inspect:
            del kernel.do_inspect

    def complete(self, text: str, position: int) -> SimpleMatcherResult | None:
        """What may stand at a place, or None where it is Python's business."""
        setting = values_at(text[:position])
        if setting is not None:
            return _result([SimpleCompletion(one, type="value") for one in setting[0]], setting[1])
        if _OURS not in text and not self._started():
            return None
        from lync_magic.completing import complete

        runner = self._runner()
        found = self._in_powershell(runner, text, position)
        if found is not None:
            return found
        offers = complete(text, position, runner.surroundings())
        return _of_offers(offers) if offers is not None else None

    def inspect(self, text: str, position: int) -> str | None:
        """What is known of what stands at a place; "" for nothing, None where it is Python's business."""
        if _OURS not in text:
            return None
        from lync_magic.completing import inspect

        runner = self._runner()
        told = inspect(text, position, runner.surroundings())
        return _known_to_powershell(runner, text, position) if told == "" else told

    def _in_powershell(self, runner: Runner, text: str, position: int) -> SimpleMatcherResult | None:
        """What PowerShell offers in a cell that runs in it; None where it is not asked, or offers nothing."""
        from lync_magic.powershell import KINDS, complete

        body, place = _powershells_part(runner, text, position)
        offered = complete(runner.engines.cells, body, place) if body else None
        if offered is None or not offered.matches:
            return None
        found = [SimpleCompletion(one.text, type=KINDS.get(one.kind, "text")) for one in offered.matches]
        return _result(found, body[offered.start : place])

    def _do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Any:
        """The kernel's answer to Shift-Tab: ours in our text, else its own."""
        told = self.inspect(code, cursor_pos)
        if told is None:
            return self._inspect(code, cursor_pos, detail_level, omit_sections)
        data = {"text/plain": told} if told else {}
        return {"status": "ok", "found": bool(told), "data": data, "metadata": {}}

    def _check_complete(self, cell: str) -> tuple[str, int | None]:
        """IPython's answer, which is that an empty line ends a magic's cell; but not one that PowerShell reads on."""
        answer: tuple[str, int | None] = self._is_whole(cell)
        if answer[0] != "complete" or _OURS not in cell or not self._started():
            return answer
        from lync_magic.powershell import Whole, whole

        runner = self._runner()
        body, _ = _powershells_part(runner, cell, len(cell))
        return ("incomplete", 0) if body and whole(runner.engines.cells, body) is Whole.INCOMPLETE else answer

    def _completer(self) -> Any:
        return self._shell.Completer


def _known_to_powershell(runner: Runner, text: str, position: int) -> str:
    """What PowerShell knows of a place of a cell that runs in it; "" where it is not asked, or knows nothing."""
    from lync_magic.powershell import inspect

    body, place = _powershells_part(runner, text, position)
    return (inspect(runner.engines.cells, body, place) if body else None) or ""


def _powershells_part(runner: Runner, text: str, position: int) -> tuple[str, int]:
    """The body of a cell that runs in PowerShell, and the place in it; "" where it does not, or its head is meant."""
    from lync_magic.completing import CELL_MAGIC

    head = CELL_MAGIC.match(text)
    if head is None or position <= head.end("options") or not runner.engines.runs_in_powershell(head[0]):
        return "", 0
    return text[head.end() :], position - head.end()


def _of_offers(offers: Offers) -> SimpleMatcherResult:
    return _result([SimpleCompletion(one.text, type=one.kind.word) for one in offers.items], offers.written)


def _result(found: list[SimpleCompletion], written: str) -> SimpleMatcherResult:
    return {
        "completions": found or _Nothing(),
        "matched_fragment": written,
        "suppress": True,
        "do_not_suppress": set(),
        "ordered": True,
    }


def _not_ours() -> SimpleMatcherResult:
    return {
        "completions": [],
        "matched_fragment": "",
        "suppress": False,
        "do_not_suppress": set(),
        "ordered": False,
    }
