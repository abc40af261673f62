"""What is made of constants alone (`[datetime]'1/234'`, `[string]::Compare('a', 'b', 1)`) is worked out before a cell
runs: what is not known of it is refused then, with its place, not in the middle.

Rule of this file: only what has no effect and takes no time is worked out; an error of PowerShell's is left to the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.expressions import Node
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.calls import BLOCK_METHODS
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.types import resolve

_PLAIN: Final = (e.String, e.Constant, e.Type, e.TypeName)
_WORK: Final = (e.Cast, e.Invoke, e.Member, e.Binary)
_AROUND: Final = (e.ArrayLiteral, s.CommandExpression, e.Cast, e.Member)
_SIGNS: Final = ("-", "+", "!", "not")
_OPERATORS: Final = frozenset(
    {
        "+", "-", "/", "%", "f", "as", "is", "isnot", "join", "eq", "ne", "gt", "lt", "ge", "le", "ceq", "cne", "band",
        "bor", "bxor", "and", "or", "xor",
    }
)  # fmt: skip
_SHIFTS: Final = ("*", "shl", "shr")
_IN_BRACKETS: Final = (e.Paren, e.SubExpression)
_PURE: Final = frozenset(
    f"System.{name}"
    for name in (
        "String", "Math", "Convert", "Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64", "Byte", "SByte", "Double",
        "Single", "Decimal", "Char", "Boolean", "DateTime", "DateTimeOffset", "TimeSpan", "Version", "Guid", "Uri",
        "Globalization.CultureInfo", "Text.RegularExpressions.Regex",
    )
)  # fmt: skip
"""Types whose static members have no effect."""
_ODD: Final = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


def unknown_constant(script: s.Script, evaluator: EvaluatorCore) -> tuple[Node, str] | None:
    """The first thing made of constants that is not known here, and how that is called."""
    nodes = list(walk(script))
    for node in _made_of_constants(nodes):
        ok = evaluator.ok
        try:
            evaluator.evaluate(node, evaluator.scope.child(trying=True))
        except NotKnownHere as unknown:
            return node, unknown.what
        except _ODD as odd:
            return node, f"a value that is not known here ({type(odd).__name__})"
        except Exception:  # noqa: BLE001 - whatever else it is, it is met again, and told, when the cell runs
            continue
        finally:
            evaluator.ok = ok
    return next(((one, "a switch's case that fails") for one in _cases(nodes) if _fails(one, evaluator)), None)


def _cases(nodes: list[Node]) -> Iterator[e.Expression]:
    """The cases that PowerShell works out while it compiles a text, which an error in one ends."""
    for node in nodes:
        for clause in node.clauses if isinstance(node, s.Switch) else ():
            if isinstance(clause.pattern, _IN_BRACKETS) and all(map(_is_compiled, walk(clause.pattern))):
                yield clause.pattern


def _is_compiled(node: Node) -> bool:
    if isinstance(node, e.Binary):
        return node.operator in _OPERATORS or (node.operator in _SHIFTS and isinstance(node.left, e.Constant))
    return isinstance(node, e.SubExpression) or (not isinstance(node, e.Invoke | e.Member) and _is_constant(node))


def _fails(node: e.Expression, evaluator: EvaluatorCore) -> bool:
    ok = evaluator.ok
    try:
        evaluator.evaluate(node, evaluator.scope.child(trying=True))
    except ScriptError:
        return True
    except Exception:  # noqa: BLE001 - what is not known of it has been told
        return False
    finally:
        evaluator.ok = ok
    return False


def _made_of_constants(nodes: list[Node]) -> list[e.Expression]:
    """The outermost expressions, of all a text's nodes, that are made of constants alone."""
    within: dict[int, list[e.Expression]] = {}
    """Of each node that is constant: what there is to work out in it."""
    found: list[e.Expression] = []
    for node in reversed(nodes):
        below = node.children()
        works = [one for child in below for one in within.get(id(child), ())]
        if all(id(child) in within for child in below) and _is_constant(node):
            within[id(node)] = [node] if isinstance(node, _WORK) else works
        else:
            found += works
    return found


def _is_constant(node: Node) -> bool:
    """Whether a node is constant where all below it are."""
    if isinstance(node, e.Variable):
        return not node.drive and node.name.lower() in ("null", "true", "false")
    if isinstance(node, e.Unary):
        return node.operator in _SIGNS
    if isinstance(node, e.Binary):
        return node.operator in _OPERATORS
    if isinstance(node, e.Member | e.Invoke) and node.static:
        kind = resolve(node.target.name) if isinstance(node.target, e.Type) else None
        named = isinstance(node.name, e.String) and node.name.value.lower() != "new"
        return kind is not None and kind.name in _PURE and named
    if isinstance(node, e.Invoke):
        return isinstance(node.name, e.String) and node.name.value.lower() not in BLOCK_METHODS
    if isinstance(node, s.Pipeline):
        return alone_in(node) is not None
    return isinstance(node, (*_PLAIN, *_AROUND, e.Paren))
