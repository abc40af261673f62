"""Script files that a text runs: what each of them holds is looked at before the cell begins, as if it stood there.

Rule of this file: a path is known where the text tells all of it: constants, `$PSScriptRoot` of the file that it stands
in, Join-Path and Split-Path of those, variables that are given such a value once. Of any other, and of a file that is
not there yet, the run tells (`evaluate/script_files.py`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

from lync_magic.errors import CellNotSupported
from lync_magic.language.checked.expressions import ELSEWHERE, functions_in, name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.evaluate.script_files import is_module_file, is_path, read_script, script_path, within_file
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import NotKnownHere

Check = Callable[[s.Script, frozenset[str], frozenset[str]], None]
"""What looks at a file's text. It is told which functions are there, and which files it stands within."""
_MOVING: Final = frozenset(
    ("set-location", "cd", "chdir", "sl", "push-location", "pushd", "pop-location", "popd")
)  # fmt: skip
_IMPORTING: Final = ("import-module", "ipmo")
_PARENT: Final = ("split-path", "join-path")
_OF_FILE: Final = ("$myinvocation.mycommand.path", "$myinvocation.mycommand.definition", "$pscommandpath")
_PATHS_OF_JOIN: Final = ("path", "childpath")


class ScriptFiles:
    """The calls of a text that name script files."""

    def __init__(self, nodes: Sequence[e.Node], within: frozenset[str]) -> None:
        """within: the files that it is in, by path."""
        self._within = within
        self._nodes = nodes
        self._calls = [one for one in nodes if isinstance(one, s.CommandCall)]

    @cached_property
    def _moves(self) -> bool:
        """Whether the current folder may become another."""
        return any(name_in(one).lower() in _MOVING for one in self._calls)

    @cached_property
    def _given(self) -> dict[str, e.Node | None]:
        return _given_once(self._nodes)

    @cached_property
    def _sent(self) -> set[int]:
        return _sent_nodes(self._calls)

    def functions(self) -> set[str]:
        """The functions of the files that are dot-sourced, in lower case."""
        found: set[str] = set()
        waiting = [(self, frozenset(self._within))]
        while waiting:
            files, within = waiting.pop()
            for path in files._dotted():
                if path in within:
                    continue
                nodes = list(walk(read_script(path)))
                found |= functions_in(nodes).keys()
                waiting.append((ScriptFiles(nodes, within | {path}), within | {path}))
        return found

    def _dotted(self) -> list[str]:
        found = []
        for call in self._calls:
            if call.invocation == "." and id(call) not in self._sent:
                try:
                    path = self._path(call)
                    if path is not None:
                        read_script(path)
                        found.append(path)
                except NotKnownHere:  # told when the call is looked at
                    continue
        return found

    def check(self, call: s.CommandCall, functions: frozenset[str] | set[str], check: Check) -> None:
        """Refuse a call of a file in which something is not known."""
        if name_in(call).lower() in _IMPORTING:
            self._check_imported(call)
        told = call.name.value if isinstance(call.name, e.String) else None
        if told is not None and not is_path(told):
            return
        if id(call) in self._sent:
            if told is not None:
                refuse(call.name.extent, f"running the file {told}")
            return
        try:
            path = self._path(call)
            if path is None or path in self._within:
                return
            script = read_script(path)
        except NotKnownHere as unknown:
            refuse(call.name.extent, unknown.what)
        try:
            check(script, frozenset(functions), self._within | {path})
        except CellNotSupported as refused:
            refuse(call.name.extent, within_file(refused, path))

    def _check_imported(self, call: s.CommandCall) -> None:
        for one in values_in(call):
            text = self._text(one, 0)
            if text is not None and not self._moves and is_module_file(text):
                refuse(one.extent, f"the module file {text}")

    def _path(self, call: s.CommandCall) -> str | None:
        """The file that a call means; None for none, and where only the run can tell. Raises NotKnownHere."""
        text = self._text(call.name, 0)
        if text is None or not is_path(text) or (self._moves and not os.path.isabs(text.replace("\\", "/"))):
            return None
        return script_path(text)

    def _text(self, node: e.Node, depth: int) -> str | None:
        """The text that an expression is known to be, None for any other."""
        if depth > _DEEP:
            return None
        depth += 1
        file = node.within.path
        match node:
            case e.String():
                return node.value
            case e.ExpandableString():
                parts = [one if isinstance(one, str) else self._text(one, depth) for one in node.parts]
                return None if None in parts else "".join(one for one in parts if one is not None)
            case e.Variable() if not node.drive or node.drive == "script":
                folded = node.name.lower()
                if folded in self._given:
                    given = self._given[folded]
                    return None if given is None else self._text(given, depth)
                if folded == "psscriptroot" and file:
                    return os.path.dirname(file)
                if folded == "pwd" and not self._moves:
                    return os.getcwd()
                return file if folded == "pscommandpath" and file else None
            case e.Member() if file and node.extent.text.lower() in _OF_FILE:
                return file
            case e.Binary() if node.operator == "+":
                left, right = self._text(node.left, depth), self._text(node.right, depth)
                return None if left is None or right is None else left + right
            case e.Paren():
                return self._text(node.statement, depth)
            case e.SubExpression() if len(node.statements) == 1:
                return self._text(node.statements[0], depth)
            case s.Pipeline() if len(node.elements) == 1 and isinstance(node.elements[0], s.CommandCall):
                return self._made(node.elements[0], depth)
            case s.Pipeline():
                alone = alone_in(node)
                return None if alone is None else self._text(alone, depth)
        return None

    def _made(self, call: s.CommandCall, depth: int) -> str | None:
        """What Join-Path and Split-Path give of known texts."""
        name = name_in(call).lower()
        if name not in _PARENT or call.redirections:
            return None
        named = [one.name.lower() for one in call.elements if isinstance(one, s.Parameter)]
        texts = [self._text(one, depth) for one in values_in(call)]
        known = [one for one in texts if one is not None]
        if len(known) < len(texts):
            return None
        if name == "split-path":
            is_parent = all("parent".startswith(one) or "path".startswith(one) for one in named if one)
            return os.path.dirname(known[0].replace("\\", "/")) if is_parent and len(known) == 1 else None
        in_order = all("path".startswith(one) or "childpath".startswith(one) for one in named)
        if len(known) != len(_PATHS_OF_JOIN) or not in_order or (named and "childpath".startswith(named[0])):
            return None
        return f"{known[0].rstrip('/' + chr(92))}/{known[1].lstrip('/' + chr(92))}"


_DEEP: Final = 12


def _given_once(nodes: Sequence[e.Node]) -> dict[str, e.Node | None]:
    """The variables that a text gives values: what it is where that is one, once, and None for the others."""
    times: Counter[str] = Counter()
    found: dict[str, e.Node | None] = {}
    for node in nodes:
        targets: list[e.Node] = []
        if isinstance(node, s.Assignment):
            targets = [one for one in walk(node.target) if isinstance(one, e.Variable)]
            if node.operator == "=" and node.target in targets:
                found[node.target.name.lower()] = node.value  # type: ignore[attr-defined]
        elif isinstance(node, s.ForEach | s.ParameterDeclaration):
            targets = [node.variable]
        for one in targets:
            times[one.name.lower()] += 1  # type: ignore[attr-defined]
    return {name: found.get(name) if count == 1 else None for name, count in times.items()}


def _sent_nodes(calls: Sequence[s.CommandCall]) -> set[int]:
    """What stands in blocks that are run elsewhere."""
    sent: set[int] = set()
    for call in calls:
        named = [one.name.lower() for one in call.elements if isinstance(one, s.Parameter)]
        if name_in(call).lower() in ("invoke-command", "icm") and any(one.startswith(ELSEWHERE) for one in named):
            sent |= {id(one) for value in values_in(call) for one in walk(value)}
    return sent
