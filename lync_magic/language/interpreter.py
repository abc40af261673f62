"""The interpreter: runs a parsed cell against a runtime, statement by statement."""

from __future__ import annotations

from lync_magic.errors import LyncError
from lync_magic.language.check import check
from lync_magic.language.evaluate.flow import Exit, Flow
from lync_magic.language.evaluate.functions import FunctionEvaluator
from lync_magic.language.evaluate.records import gathered
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import items_of, plain
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping


class Interpreter:
    """Runs cells of one notebook. Variables are the runtime's; functions live as long as the interpreter."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._evaluator = FunctionEvaluator(runtime)

    def run(self, script: s.Script) -> tuple[LyncError, ...]:
        """Run a cell. Its output goes to `runtime.emit`, one call a statement; errors that end a statement go to
        `runtime.report` as they come, the next statement runs, and they are returned.

        Raises CellNotSupported before anything runs; the error of `throw` or of `-ErrorAction Stop`; and what is no
        statement's fault (a session that broke, an interrupt), after the streams on the server are closed.
        """
        check(script, self._runtime)
        self._evaluator.errors.clear()
        for statement in script.statements:
            try:
                self._run_one(statement)
            except Exit:
                break
        return tuple(self._evaluator.errors)

    def _run_one(self, statement: s.Statement) -> None:
        evaluator = self._evaluator
        items: list[object] = []
        try:
            for item in evaluator.run_statements((statement,), evaluator.scope):
                items.append(plain(item))
        except Stopping as stopping:
            raise stopping.error from stopping.__cause__
        except NotKnownHere as unknown:
            message = f"This cell came to {unknown.what}, which is not known here."
            raise ScriptError(message, "NotSupported", "NotImplemented") from None
        except RecursionError:
            message = "The script failed due to call depth overflow."
            raise ScriptError(message, "CallDepthOverflow", "InvalidOperation") from None
        except Exit:
            raise
        except Flow:
            return
        finally:
            if items:
                self._runtime.emit(items_of(gathered(items)))
