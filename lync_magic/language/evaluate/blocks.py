"""Script blocks and functions as values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from lync_magic.clixml import MISSING
from lync_magic.errors import CellNotSupported, CellSyntaxError
from lync_magic.language.parser.entry import parse
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, cannot_convert
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_properties
from lync_magic.language.values.regex_values import RegexValue
from lync_magic.language.values.shapes import final
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types

if TYPE_CHECKING:
    from lync_magic.language.runtime import Runtime


@dataclass(frozen=True, eq=False)
class Block:
    """A script block as a value. parameters: those declared after a function's name, else None.

    is_filter: its unnamed body runs for each object, as `process`.  definition: the whole text that made a function.
    captured: a closure's variables, by lower-case name, which it keeps from call to call.
    piped: it came out of a pipeline into an argument, where it is a value as any other and stands for none.
    """

    node: s.ScriptBlock
    text: str
    name: str = ""
    parameters: tuple[s.ParameterDeclaration, ...] | None = None
    is_filter: bool = False
    definition: str = ""
    captured: dict[str, object] | None = None
    piped: bool = False

    def closed(self, variables: dict[str, object]) -> Block:
        """The block with these variables as its own (GetNewClosure)."""
        return replace(self, captured=variables)

    def unnamed(self) -> Block:
        """What a function does, as a block."""
        return Block(self.node, self.text, parameters=self.parameters, is_filter=self.is_filter)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{{{self.text}}}"

    @cached_property
    def is_file(self) -> bool:
        """Whether it is a script file as a whole."""
        source = self.node.within
        return bool(source.path) and source.script is self.node

    @cached_property
    def is_simple(self) -> bool:
        """Whether it has neither parameters, named parts nor variables of its own."""
        return self.captured is None and not self.node.parameters and all(part.unnamed for part in self.node.blocks)

    @cached_property
    def begins(self) -> bool:
        """Whether it has something to do before anything comes."""
        return any(part.kind == "begin" for part in self.node.blocks)

    @cached_property
    def keeps_places(self) -> bool:
        """Whether nothing in it assigns to its variables by their names: cmdlets for variables, what `.` runs."""
        return not any(map(_names_variables, _of_its_own(self.node)))

    @cached_property
    def names_separator(self) -> bool:
        """Whether it may have an `$OFS` of its own."""
        return "ofs" in self.text.lower()

    @cached_property
    def alone(self) -> e.Expression | None:
        """The one expression that the block consists of, where it is nothing else."""
        statements = self.node.statements
        inner = alone_in(statements[0]) if len(statements) == 1 else None
        if inner is None or is_silent(inner) or isinstance(inner, e.Unary) or gathered_in(inner) is not None:
            return None
        return None if isinstance(inner, e.Variable) and inner.name == "?" else inner

    @property
    def declared(self) -> tuple[s.ParameterDeclaration, ...]:
        """Its parameters."""
        return self.parameters if self.parameters is not None else self.node.parameters or ()


_OF_VARIABLES: Final = frozenset(
    ("new-variable", "set-variable", "clear-variable", "remove-variable", "nv", "sv", "set", "clv", "rv")
)


def _of_its_own(node: e.Node) -> Iterator[e.Node]:
    """What is in a block, without the blocks within it."""
    for child in node.children():
        if not isinstance(child, s.ScriptBlock):
            yield child
            yield from _of_its_own(child)


def _names_variables(node: e.Node) -> bool:
    if not isinstance(node, s.CommandCall):
        return False
    return node.invocation == "." or (isinstance(node.name, e.String) and node.name.value.lower() in _OF_VARIABLES)


def traps(block: Block) -> bool:
    """Whether a `trap` stands among its statements."""
    return any(isinstance(one, s.Trap) for part in block.node.blocks for one in part.statements)


def expression_of(statement: s.Statement) -> s.CommandExpression | None:
    """The expression, redirected or not, that a statement consists of."""
    element = statement.elements[0] if isinstance(statement, s.Pipeline) and len(statement.elements) == 1 else None
    return element if isinstance(element, s.CommandExpression) else None


def alone_in(statement: s.Statement) -> e.Expression | None:
    """The expression that a statement consists of, where it is nothing else."""
    found = expression_of(statement)
    return None if found is None or found.redirections else found.expression


def gathered_in(node: e.Expression) -> tuple[s.Statement, ...] | None:
    """What is in `$( … )`, or the command in brackets: the output of such a statement is gathered before it is written,
    and where it fails, what there was is written too. None for all else."""
    if isinstance(node, e.SubExpression):
        return node.statements or None
    if not isinstance(node, e.Paren):
        return None
    inside = alone_in(node.statement)
    if inside is not None:
        return gathered_in(inside)
    return (node.statement,) if isinstance(node.statement, s.Pipeline) else None


def in_brackets(node: e.Expression) -> bool:
    """Whether an expression, and no command, stands in brackets."""
    return isinstance(node, e.Paren) and alone_in(node.statement) is not None


def is_silent(node: e.Expression) -> bool:
    """`$i++`, `++$i` and `[void]…` put nothing out where they stand alone."""
    if type(node) in (e.Variable, e.Binary, e.Member):
        return False
    if isinstance(node, e.Cast):
        return node.type.name.lower() in ("void", "system.void")
    return isinstance(node, e.Postfix) or (isinstance(node, e.Unary) and node.operator in ("++", "--"))


def only_expression(node: e.ArrayExpression) -> e.Expression | None:
    """The expression that is all of a list: an error in it is that of the statement around the list."""
    alone = alone_in(node.statements[0]) if len(node.statements) == 1 else None
    return None if alone is None or is_silent(alone) or isinstance(alone, e.SubExpression) else alone


def is_written_out(node: e.ArrayExpression) -> bool:
    """Whether a list is `@($( … ))`, which writes what is in it as it comes."""
    return len(node.statements) == 1 and isinstance(alone_in(node.statements[0]), e.SubExpression)


def sets_ok(statement: s.Statement) -> bool:
    """Whether `$?` is true after a statement that came to its end: that of an expression. A command says itself how it
    went, and so does one within brackets; the statements of flow leave it as it was."""
    if isinstance(statement, s.Assignment):
        return sets_ok(statement.value)
    alone = alone_in(statement)
    if isinstance(alone, e.Paren):
        return sets_ok(alone.statement)
    if isinstance(alone, e.ArrayExpression) and isinstance(only_expression(alone), e.ArrayExpression | e.Paren):
        return sets_ok(alone.statements[0])
    if isinstance(alone, e.ArrayExpression) and (
        only_expression(alone) is not None or [type(one) for one in alone.statements] == [s.Assignment]
    ):
        return True
    if isinstance(alone, e.SubExpression | e.ArrayExpression):  # its own statements say it
        return not alone.statements
    return alone is not None


def block_of(text: str) -> Block:
    """A text as a script block ([scriptblock]::Create): read and checked as a cell is.

    Raises ScriptError for text that is none, NotKnownHere for one that is not known here.
    """
    try:
        script = parse(text)
    except CellSyntaxError as bad:
        failed = ScriptError(bad.message, bad.error_id or "ParseException", "ParserError", exception="ParseException")
        failed.line = (bad.line, bad.column)
        raise failed from None
    for checker in checkers:
        try:
            checker(script)
        except CellNotSupported as refused:
            raise NotKnownHere(f"a script block with {refused.message.partition(': ')[2]}") from None
    return Block(script, text)


class Checker(Protocol):
    """Refuses what is not known of a text. runtime: who knows its commands; None where that is found when it runs.
    known: functions that are there, in lower case."""

    def __call__(self, script: s.Script, runtime: Runtime | None = None, known: frozenset[str] = frozenset()) -> None:
        """Raises CellNotSupported."""


checkers: list[Checker] = []
"""What looks at text that a cell runs; `check` puts itself here."""


def _to_block(value: object) -> object:
    if isinstance(value, Block) or value is None:
        return value
    raise final(value, "System.Management.Automation.ScriptBlock")


def _to_regex(value: object) -> object:
    if isinstance(value, RegexValue) or value is None:
        return value
    text = to_text(value)
    try:
        return RegexValue(text)
    except ScriptError as error:
        kind, error_id = "System.Text.RegularExpressions.Regex", "InvalidCastFromStringToRegex"
        raise cannot_convert(text, kind, error.message, error_id) from None


def _created(_none: None, arguments: Sequence[object]) -> object:
    """[scriptblock]::Create(text)."""
    text = to_text(arguments[0])
    try:
        return block_of(text)
    except ScriptError as bad:
        line, column = bad.line or (1, 1)
        shown = text.splitlines()[line - 1] if text else ""
        place = f"At line:{line} char:{column}\n+ {shown}\n+ {' ' * (column - 1)}~\n"
        call_failed("Create", 1, place + bad.message, "ParseException")


def _block_property(value: Block, folded: str) -> object:
    return (value.node.within.path or None) if folded == "file" else MISSING


own_statics["System.Management.Automation.ScriptBlock"] = {"create": method(1)(_created)}, {}
more_converters["System.Management.Automation.ScriptBlock"] = _to_block
more_converters["System.Text.RegularExpressions.Regex"] = _to_regex
own_types[Block] = lambda value: "System.Management.Automation.ScriptBlock"
own_properties[Block] = _block_property
