"""What a cell may hold: everything else is refused with its place and name before anything is sent.

Rule of this file: it looks at the text alone. What only the values tell (a method of a type that is not known) is
found when it comes up, and ends its statement with an error that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_magic.language.checked.commands import (
    Names,
    check_blocks,
    check_call,
    check_described,
    check_fed,
    check_names,
    check_together,
)
from lync_magic.language.checked.enumerators import check_enumerators
from lync_magic.language.checked.expressions import ELSEWHERE, EXPRESSION_CHECKS, functions_in, name_in, values_in
from lync_magic.language.checked.inner_data import check_inner_data
from lync_magic.language.checked.laid_out import check_laid_out
from lync_magic.language.checked.leaving import check_stopped_files, check_through_members
from lync_magic.language.checked.member_blocks import check_member_blocks
from lync_magic.language.checked.noted import check_noted
from lync_magic.language.checked.private import private_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.checked.script_files import ScriptFiles
from lync_magic.language.checked.settled import settled_in
from lync_magic.language.checked.statements import (
    STATEMENT_CHECKS,
    attributed,
    check_attribute,
    check_error_texts,
    check_trapped,
)
from lync_magic.language.checked.told import check_bases, check_debugged, check_told
from lync_magic.language.checked.transcripts import check_transcripts
from lync_magic.language.checked.wrapping import check_wrapping
from lync_magic.language.checked.written import check_written
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.cmdlets.held_drives import held_path
from lync_magic.language.cmdlets.registry import with_verb
from lync_magic.language.evaluate.blocks import checkers
from lync_magic.language.evaluate.expressions import EXPRESSIONS
from lync_magic.language.evaluate.redirect import is_null
from lync_magic.language.evaluate.statements import STATEMENTS
from lync_magic.language.namespaces import names_in_full
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk

__all__ = ["check", "commands_in", "refuse"]

_NAMES: Final[dict[type, str]] = {
    s.TypeDefinition: "class or enum definition",
    e.Attributed: "attribute on a variable",
}  # fmt: skip
_CHECKS: Final = EXPRESSION_CHECKS | STATEMENT_CHECKS
_OF_STATEMENTS: Final = (s.Block, s.NamedBlock, e.SubExpression, e.ArrayExpression)
_OF_ERRORS: Final = (s.Try, s.Trap, s.Pipeline)
_LOOKED: Final = {*_CHECKS, s.Assignment, s.CommandCall, e.Member, e.Invoke, *_OF_STATEMENTS, *_OF_ERRORS}
_UNSEEN: Final = frozenset({*EXPRESSIONS, *STATEMENTS} - _LOOKED)
"""Kinds of nodes in which nothing is looked for: they are most of a text's."""


def check(
    script: s.Script, runtime: Names, known: frozenset[str] = frozenset(), within: frozenset[str] = frozenset()
) -> None:
    """Refuse what the evaluator does not know. known: functions and aliases of earlier cells, in lower case.  within:
    the script files that it stands in, by path.

    Raises CellNotSupported with the construct's name, line and column.
    """
    for one in script.usings:
        if one.kind != "namespace":
            refuse(one.extent, f"using {one.kind}")
    names_in_full(script)
    for part in script.blocks:
        if part.kind in ("dynamicparam", "clean"):
            refuse(part.extent, part.kind)
    for attribute in [*script.attributes, *(one for item in script.parameters or () for one in item.attributes)]:
        check_attribute(attribute)
    nodes = list(walk(script))
    functions = {*functions_in(nodes), *known}
    files = ScriptFiles(nodes, within)
    functions |= _script_methods(nodes) | _put_functions(nodes) | files.functions()
    functions |= _named_like_nouns(nodes, lambda one: one in functions or runtime.is_remote(one))
    settled = settled_in(nodes) | private_in(nodes, functions)
    check_wrapping(nodes, functions)
    check_laid_out(nodes)
    check_through_members(nodes)
    check_stopped_files(nodes)
    check_inner_data(nodes)
    check_enumerators(nodes, functions)
    check_noted(nodes)
    check_member_blocks(nodes)
    check_written(nodes)
    check_debugged(nodes, functions)
    check_bases(nodes)
    check_transcripts(nodes)
    _check_using(nodes)
    cleaning = [one for one in nodes if isinstance(one, s.NamedBlock) and one.kind == "clean"]
    if len(cleaning) > 1:  # the order in which they run is not known
        refuse(cleaning[1].extent, "a second clean")
    kept = [one for one in nodes if isinstance(one, s.Redirection) and (one.merge_to or not is_null(one.target))]
    if cleaning and kept:  # what it says comes when the pipeline has ended
        refuse(kept[0].extent, f"{kept[0].extent.text} beside clean")
    declared: set[int] = set()
    for node in nodes:
        if type(node) in _UNSEEN:
            continue
        if isinstance(node, s.Assignment) and node.operator == "=":
            declared.update(map(id, attributed(node.target)))
            if isinstance(node.value, s.Trap):
                refuse(node.value.extent, "a trap that is assigned")
        if isinstance(node, e.Expression) and type(node) not in EXPRESSIONS and id(node) not in declared:
            refuse(node.extent, _NAMES.get(type(node), type(node).__name__))
        if isinstance(node, s.Statement) and type(node) not in STATEMENTS and not isinstance(node, s.Using):
            refuse(node.extent, _NAMES.get(type(node), type(node).__name__))
        looked = _CHECKS.get(type(node))
        scripted = isinstance(node, e.Invoke) and _is_scripted(node, functions)
        if looked is not None and not scripted and id(node) not in settled:
            looked(node)
        if id(node) not in settled:
            check_told(node)
        if isinstance(node, s.CommandCall):
            check_call(node, runtime, functions)
            files.check(node, functions, lambda file, known, within: check(file, runtime, known, within))
        if isinstance(node, _OF_STATEMENTS):
            check_trapped(node.statements)
        if isinstance(node, _OF_ERRORS):
            check_error_texts(node)
        if isinstance(node, s.Pipeline):
            check_described(node, runtime)
            for place, call in enumerate(node.elements):
                check_together(call, runtime, functions, piped=place > 0)
                check_blocks(call, runtime, functions)
                if place:
                    check_fed(call, runtime, functions)
                    check_names(call, node.elements[place - 1], runtime, functions)


def _script_methods(nodes: list[e.Node]) -> set[str]:
    """The script methods that a text adds to objects, each with a dot before its name."""
    found = set()
    for call in nodes:
        if isinstance(call, s.CommandCall) and isinstance(call.name, e.String):
            words = [one.value for one in call.elements if isinstance(one, e.String)]
            adds = call.name.value.lower() in ("add-member", "update-typedata")
            if adds and any(word.lower() == "scriptmethod" for word in words):
                found |= {f".{word.lower()}" for word in words}
    return found


def _check_using(nodes: list[e.Node]) -> None:
    """Refuse `$using:name` in a block that Invoke-Command runs here, and outside of any that a command is given."""
    if not any(isinstance(one, e.Variable) and one.drive == "using" for one in nodes):
        return
    given = [
        one for node in nodes if isinstance(node, s.CommandCall) for value in values_in(node) for one in walk(value)
    ]
    within = set(map(id, given))
    for node in nodes:
        if isinstance(node, e.Variable) and node.drive == "using" and id(node) not in within:
            refuse(node.extent, f"$using:{node.name} here")
        if not isinstance(node, s.CommandCall) or name_in(node).lower() not in ("invoke-command", "icm"):
            continue
        named = [one.name.lower() for one in node.elements if isinstance(one, s.Parameter)]
        splatted = any(isinstance(one, e.Variable) and one.splatted for one in node.elements)
        if splatted or any(one.startswith(ELSEWHERE) for one in named):
            continue
        for block in (one for one in values_in(node) if isinstance(one, e.ScriptBlockExpression)):
            used = next((one for one in walk(block) if isinstance(one, e.Variable) and one.drive == "using"), None)
            if used is not None:
                refuse(used.extent, f"$using:{used.name} in a block that runs here")


def _put_functions(nodes: list[e.Node]) -> set[str]:
    """The functions and aliases that a text makes by their paths: `$function:name = …`, `Set-Item function:name …`."""
    found = set()
    for node in nodes:
        if isinstance(node, s.Assignment) and isinstance(node.target, e.Variable) and node.target.drive == "function":
            found.add(node.target.name.lower())
        if isinstance(node, s.CommandCall) and name_in(node).lower() in ("set-item", "si", "new-item", "ni"):
            held = [held_path(one.value) for one in values_in(node) if isinstance(one, e.String)]
            found |= {one.name.lower().rpartition(":")[2] for one in held if one and one.drive in _COMMANDS}
    return found


_COMMANDS: Final = ("function", "alias")


def _named_like_nouns(nodes: list[e.Node], is_other: Callable[[str], bool]) -> set[str]:
    """The aliases that a text makes of names which alone would mean a command without its verb."""
    calls = (node for node in nodes if isinstance(node, s.CommandCall) and name_in(node).lower() in _ALIASING)
    told = {one.value.lower() for call in calls for one in values_in(call) if isinstance(one, e.String)}
    return {one for one in told if with_verb(one, is_other)}


_ALIASING: Final = ("set-alias", "new-alias", "sal", "nal")


def _is_scripted(node: e.Invoke, functions: frozenset[str] | set[str]) -> bool:
    return isinstance(node.name, e.String) and f".{node.name.value.lower()}" in functions


def commands_in(script: s.Script) -> tuple[str, ...]:
    """The names of the commands that a cell calls, each once, in the order they were written."""
    names = (
        node.name.value for node in walk(script) if isinstance(node, s.CommandCall) and isinstance(node.name, e.String)
    )
    return tuple(dict.fromkeys(names))


class _Nobody:
    """No server and no session cmdlets: what a block made of text may call is found when it runs."""

    def is_remote(self, _name: str) -> bool:
        return True

    def client_command(self, _name: str) -> ClientCommand | None:
        return None


def _check_text(script: s.Script, runtime: Names | None = None, known: frozenset[str] = frozenset()) -> None:
    check(script, _Nobody() if runtime is None else runtime, known)


checkers.append(_check_text)
