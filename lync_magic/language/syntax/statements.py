"""Statements, pipelines and definitions of the syntax tree."""

from __future__ import annotations

from lync_magic.language.syntax.expressions import Attribute, Expression, Node, TypeName, Variable, node
from lync_magic.language.syntax.source import Extent


@node
class Statement(Node):
    """One statement."""


@node
class Block(Node):
    """Statements in braces, and the traps that stand among them."""

    statements: tuple[Statement, ...]


# --- pipelines -----------------------------------------------------------------------------------------------------


@node
class Redirection(Node):
    """`2>&1` (merge_to 1) or `> file` (merge_to None). from_stream: 0 is `*`."""

    from_stream: int
    merge_to: int | None = None
    target: Expression | None = None
    append: bool = False


@node
class Parameter(Node):
    """`-Name` or `-Name:argument`. spelled: what was written up to the argument, spaces after the colon included."""

    name: str
    spelled: str
    argument: Expression | None = None


@node
class Element(Node):
    """One command or expression of a pipeline."""

    redirections: tuple[Redirection, ...]


@node
class CommandExpression(Element):
    """An expression, first in its pipeline."""

    expression: Expression


@node
class CommandCall(Element):
    """A command with what follows it. invocation: `&`, `.` or ""."""

    name: Expression
    elements: tuple[Parameter | Expression, ...]
    invocation: str = ""


@node
class Pipeline(Statement):
    """`a | b | c`. background: it ended with `&`."""

    elements: tuple[Element, ...]
    background: bool = False


@node
class Chain(Statement):
    """`a && b`, `a || b`."""

    left: Statement
    operator: str
    right: Statement


@node
class Assignment(Statement):
    """`$x = …`, `$a, $b = …`, `$x += …`."""

    target: Expression
    operator: str
    value: Statement


# --- flow ----------------------------------------------------------------------------------------------------------


@node
class Clause(Node):
    """A condition and what it guards."""

    condition: Statement
    body: Block


@node
class If(Statement):
    """`if … elseif … else …`."""

    clauses: tuple[Clause, ...]
    otherwise: Block | None


@node
class Loop(Statement):
    """Any statement that `break` and `continue` can name."""

    label: str


@node
class While(Loop):
    """`while (…) {…}`."""

    condition: Statement
    body: Block


@node
class DoLoop(Loop):
    """`do {…} while (…)`; until: the loop ends when the condition holds."""

    body: Block
    condition: Statement
    until: bool


@node
class For(Loop):
    """`for (…; …; …) {…}`."""

    initializer: Statement | None
    condition: Statement | None
    iterator: Statement | None
    body: Block


@node
class ForEach(Loop):
    """`foreach ($x in …) {…}`. flags: `parallel` with its throttle limit."""

    variable: Variable
    source: Statement
    body: Block
    parallel: bool = False


@node
class SwitchClause(Node):
    """A pattern (an expression or a script block) and its block."""

    pattern: Expression
    body: Block


@node
class Switch(Loop):
    """`switch -Regex (…) {…}`. flags: `regex`, `wildcard`, `exact`, `casesensitive`, `file`, `parallel`."""

    flags: frozenset[str]
    condition: Statement
    clauses: tuple[SwitchClause, ...]
    default: Block | None


@node
class CatchClause(Node):
    """`catch [Type], [Type] {…}`."""

    types: tuple[TypeName, ...]
    body: Block


@node
class Try(Statement):
    """`try {…} catch {…} finally {…}`."""

    body: Block
    catches: tuple[CatchClause, ...]
    final: Block | None


@node
class Trap(Statement):
    """`trap [Type] {…}`."""

    type: TypeName | None
    body: Block


@node
class Flow(Statement):
    """`return`, `throw`, `exit` with a value; `break`, `continue` with a label expression."""

    keyword: str
    value: Statement | Expression | None


# --- definitions ---------------------------------------------------------------------------------------------------


@node
class ParameterDeclaration(Node):
    """One parameter of a function or script block. types: the constraints before the name, outermost first."""

    variable: Variable
    types: tuple[TypeName, ...]
    attributes: tuple[Attribute, ...]
    default: Expression | None


@node
class NamedBlock(Node):
    """`begin {…}`, `process {…}`, `end {…}`, `clean {…}`, `dynamicparam {…}`, or the unnamed body (kind `end`)."""

    kind: str
    statements: tuple[Statement, ...]
    unnamed: bool = False


@node
class Using(Statement):
    """`using namespace System.Text`. kind: namespace, module, assembly, …"""

    kind: str
    name: str


@node
class ScriptBlock(Node):
    """A script or the inside of a script block."""

    usings: tuple[Using, ...]
    attributes: tuple[Attribute, ...]
    parameters: tuple[ParameterDeclaration, ...] | None
    blocks: tuple[NamedBlock, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of an unnamed body."""
        return self.blocks[0].statements if self.blocks and self.blocks[0].unnamed else ()

    @property
    def has_several_parts(self) -> bool:
        """Whether nothing but a call runs it: .NET's Invoke takes one part alone, and no `begin`."""
        return len(self.blocks) > 1 or (bool(self.blocks) and self.blocks[0].kind == "begin")


class Script(ScriptBlock):
    """A whole text."""

    __slots__ = ()


@node
class Function(Statement):
    """`function f(…) {…}`, `filter f {…}`, `workflow f {…}`. parameters: those in parentheses after the name, or
    None."""

    keyword: str
    name: str
    parameters: tuple[ParameterDeclaration, ...] | None
    body: ScriptBlock

    @property
    def definition(self) -> str:
        """What stands between the braces, behind a `param` of the parameters after the name."""
        extent = self.body.extent
        text = Extent(extent.source, extent.start, self.extent.end - 1).text
        if not self.parameters:
            return text
        return f"param({', '.join(one.extent.text for one in self.parameters)})\n{text}"


@node
class TypeMember(Node):
    """A property, a method or an enum's label. parameters: None for a property or label."""

    name: str
    modifiers: frozenset[str]
    type: TypeName | None
    attributes: tuple[Attribute, ...]
    value: Expression | None
    parameters: tuple[ParameterDeclaration, ...] | None = None
    body: ScriptBlock | None = None


@node
class TypeDefinition(Statement):
    """`class P : Base {…}`, `enum E {…}`, `interface I {…}`."""

    keyword: str
    name: str
    bases: tuple[TypeName, ...]
    members: tuple[TypeMember, ...]
    attributes: tuple[Attribute, ...]


@node
class Data(Statement):
    """`data {…}`."""

    name: str
    body: Block
