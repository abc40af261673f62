"""Redirections: `2>$null`, `3>&1`, `*>$null`, `> file`, `>> file`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from lync_magic.clixml import MISSING
from lync_magic.language.evaluate.blocks import alone_in, expression_of
from lync_magic.language.evaluate.merged_pipe import MergedPipe
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.streams import ALL, ERROR, Put, Redirected
from lync_magic.language.evaluate.upwards import redirecting
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.failures import NotKnownHere, not_done
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.text import to_text
from lync_magic.psrp import ScreenLine

if TYPE_CHECKING:
    from lync_magic.language.cmdlets.open_files import OpenFile
    from lync_magic.language.evaluate.core import EvaluatorCore
    from lync_magic.language.evaluate.remote import Stage


@dataclass
class _File:
    """A file that a stream is written to, 1 for the output or all of them. width: of what a console shows of it."""

    stream: int
    path: str
    append: bool
    width: int
    _open: OpenFile | None = None

    def open(self, until: ExitStack) -> None:
        """Open it until then. Raises ScriptError where there can be none."""
        from lync_magic.language.cmdlets.text_files import redirected_to

        self._open = until.enter_context(redirected_to(self.path, append=self.append))
        until.callback(self._forget)

    def _forget(self) -> None:
        self._open = None

    def write(self, output: Iterable[object]) -> None:
        """Write what comes, as long as it is open."""
        from lync_magic.language.cmdlets.text_files import write_objects

        if self._open is not None:
            write_objects(self._open, output, self.width)

    def say(self, record: object) -> None:
        """Write what was said beside the output."""
        self.write([record])


def redirected(
    core: EvaluatorCore,
    stage: Stage,
    told: tuple[s.Redirection, ...],
    scope: Scope,
    *,
    call: s.CommandCall | None = None,
    is_remote: bool = False,
) -> Stage:
    """A stage whose streams go elsewhere. scope: its own, which what it runs reports to from here on.  call: how it
    stands in the cell, None for an expression.  is_remote: it is the server's, and that there is no such command is
    known when it answers: its file is not opened before."""
    merged = MergedPipe(core)
    streams: dict[int, Put | None] = {}
    drops = False
    files: list[_File] = []
    for one in told:
        if one.merge_to == 1:
            streams[one.from_stream] = merged.say
        elif is_null(one.target):
            if one.from_stream in (ALL, 1):
                drops = True
            if one.from_stream != 1:
                streams[one.from_stream] = None
        elif one.target is not None:
            stream = 1 if one.from_stream == ALL else one.from_stream
            file = _File(stream, to_text(core.evaluate(one.target, scope)), one.append, core.runtime.width)
            files.append(file)
            if one.from_stream != 1:
                streams[one.from_stream] = merged.say if one.from_stream == ALL else file.say
    files.sort(key=lambda one: one.stream)  # the order in which PowerShell opens them
    output_file = next((one for one in files if one.stream == 1), None)
    gone = drops or output_file is not None
    around = scope.sink
    scope.sink = Redirected(around, streams, {one.from_stream for one in told if one.merge_to == 1}, call)
    errors = next((streams[one] for one in (ERROR, ALL) if one in streams), MISSING)
    if errors is not MISSING:
        scope.hear()

    def run(input: Iterator[object] | None) -> Iterator[object]:
        only_said = scope.get("WhatIfPreference")
        is_merged = merged.say in streams.values()
        if files and only_said is not MISSING and to_bool(only_said):
            for file in files:
                done = f'Performing the operation "Output to File" on target "{file.path}".'
                around.report(ScreenLine(f"What if: {done}"))
            output = merged.stream(lambda: stage(input)) if is_merged else stage(input)
            yield from () if gone else output
            deque(output if gone else (), maxlen=0)
            return
        if files:
            from lync_magic.language.cmdlets.stream import UntilBroken
        with ExitStack() as until:
            for file in files:
                if not is_remote or file is not output_file:  # there from the start, whatever comes
                    file.open(until)
            output = merged.stream(lambda: stage(input)) if is_merged else stage(input)
            if output_file is None:
                yield from () if drops else output
                deque(output if drops else (), maxlen=0)
                return
            kept = UntilBroken(_begun(output) if is_remote else output)
            if is_remote:
                output_file.open(until)
            output_file.write(kept)
            if kept.problem is not None:
                raise kept.problem

    made: Stage = _by_out_file(run, files[0].path) if files else run
    if errors is MISSING or call is None:
        return made
    behind: dict[int, Put | None] = {ERROR: _into_output if errors == merged.say else errors}

    def apart(input: Iterator[object] | None) -> Iterator[object]:
        return redirecting(core, made(None if input is None else redirecting(core, input, None)), behind)

    return apart


def _into_output(_record: object) -> None:
    """An error behind a command whose errors go into the output: it would be given to what it comes from."""
    raise NotKnownHere("an error of a function behind 2>&1")


def _by_out_file(stage: Stage, path: str) -> Stage:
    """A stage that writes files: it is Out-File that PowerShell writes them with."""

    def run(input: Iterator[object] | None) -> Iterator[object]:
        try:
            yield from stage(input)
        except OSError as failed:
            suffix = "Microsoft.PowerShell.Commands.OutFileCommand"
            raise not_done(failed, os.path.abspath(failed.filename or path), suffix, "Out-File") from failed

    return run


def _begun(output: Iterator[object]) -> Iterator[object]:
    """The output from its first item on, which is there."""
    first = list(islice(output, 1))
    return chain(first, output)


def redirected_value(node: s.Statement) -> s.CommandExpression | None:
    """A redirected expression that a statement consists of, where it is assigned as it is and not as its output; what
    stands in brackets is its output, but for a command's."""
    element = expression_of(node)
    if element is None or not element.redirections:
        return None
    made = element.expression
    if isinstance(made, e.SubExpression) or (isinstance(made, e.Paren) and alone_in(made.statement) is not None):
        return None
    return element


def hides_messages(one: s.Redirection) -> bool:
    """Whether a redirection leaves out what is said beside the output."""
    return is_null(one.target) and one.from_stream not in (1, ALL)


def is_null(target: e.Expression | None) -> bool:
    """Whether a redirection goes to `$null`."""
    return isinstance(target, e.Variable) and target.name.lower() == "null"
