"""What an expression may hold: variables, types, members, operators, patterns that are written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from lync_magic.errors import CellSyntaxError
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.known import is_own_function
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.evaluate.references import OF_REFERENCES, is_reference, place_of, puts_into
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.calls import BLOCK_METHODS, REFERENCE_METHODS, is_known, is_taken
from lync_magic.language.values.collections import SwitchParameter
from lync_magic.language.values.convert import convert, convertible
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.net_members import some_type_takes
from lync_magic.language.values.patterns import unsupported
from lync_magic.language.values.statics import has_static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import HASH_SET, NULLABLE, NetType, resolve

_DRIVES: Final = frozenset({"", "env", "global", "script", "local", "variable", "using", "function"})
_AUTOMATIC: Final = frozenset(
    {
        "$", "^", "executioncontext", "profile", "stacktrace", "consolefilename", "foreach", "switch", "pshome",
        "psstyle", "psmoduleautoloadingpreference", "psnativecommandargumentpassing", "enabledexperimentalfeatures",
        "psnativecommanduseerroractionpreference", "sender", "eventargs", "event", "eventsubscriber", "psdebugcontext",
        "outputencoding", "errorview",
    }
)  # fmt: skip
_PATTERN_OPERATORS: Final = frozenset(
    prefix + name for prefix in ("", "c") for name in ("match", "notmatch", "replace", "split")
)
_PATTERN_METHODS: Final = frozenset({"match", "matches", "ismatch", "replace", "split"})


def _check_variable(node: e.Variable) -> None:
    if node.drive not in _DRIVES:
        refuse(node.extent, f"variable ${node.drive}:{node.name}")
    if node.drive == "function" and is_own_function(node.name):
        refuse(node.extent, f"PowerShell's function {node.name}")
    if not node.drive and node.name.lower() in _AUTOMATIC:
        refuse(node.extent, f"automatic variable ${node.name}")


def _check_type(node: e.Type) -> None:
    if resolve(node.name) is None:
        refuse(node.extent, f"type [{node.name}]")


def _check_cast(node: e.Cast) -> None:
    name = node.type.name.lower()
    if name == "ref":
        return  # `_check_invoke` looks at those that a method of .NET's is given
    if resolve(node.type) is None:
        refuse(node.extent, f"type [{node.type}]")
    kind = resolve(node.type)
    if kind is not None and not convertible(kind):
        refuse(node.extent, f"conversion to [{node.type}]")
    if kind is not None and kind.name.startswith(_FILLED) and _is_object(node.operand):
        refuse(node.extent, f"an object as a [{node.type}]")
    if kind is not None and kind.name == _CUSTOM and name != "pscustomobject":
        refuse(node.extent, f"conversion to [{node.type}]; [pscustomobject] makes an object of a table")
    if name == "ordered" and not isinstance(node.operand, e.Hashtable):
        refuse(node.extent, "[ordered] before anything but @{ }")


_FILLED: Final = ("System.Text.StringBuilder", HASH_SET)
"""What is made of what it is to hold."""


def _is_object(node: e.Expression) -> bool:
    """Whether it is an object or a table that is written there."""
    if isinstance(node, e.Paren):
        inner = alone_in(node.statement)
        return inner is not None and _is_object(inner)
    return isinstance(node, e.Hashtable) or (isinstance(node, e.Cast) and node.type.name.lower() == "pscustomobject")


_CUSTOM: Final = "System.Management.Automation.PSCustomObject"

ELSEWHERE: Final = ("se", "co", "cn", "vm", "ho", "ss")
"""How the parameters of Invoke-Command begin that say where to."""


def name_in(call: s.Element) -> str:
    """The name that a call says, "" where it is worked out or there is none."""
    return call.name.value if isinstance(call, s.CommandCall) and isinstance(call.name, e.String) else ""


def values_in(call: s.CommandCall) -> list[e.Expression]:
    """The values that follow a call's name, those of its parameters too."""
    values = (one.argument if isinstance(one, s.Parameter) else one for one in call.elements)
    return [one for one in values if one is not None]


def functions_in(nodes: Iterable[e.Node]) -> dict[str, s.ScriptBlock]:
    """The functions that a text makes, by name in lower case, each with its body."""
    return {one.name.lower().rpartition(":")[2]: one.body for one in nodes if isinstance(one, s.Function)}


_HOST: Final = frozenset({"name", "version", "currentculture", "ui"})
"""What is known of `$Host`."""


_OF_VIEW: Final = frozenset({"methods", "immediatebaseobject"})


_OF_EVERYTHING: Final = frozenset({"equals", "gethashcode", "gettype", "tostring"})
"""Methods that each value has."""


def _check_member(node: e.Member) -> None:
    around = node.target.name if isinstance(node.target, e.Member) else None
    of_view = isinstance(around, e.String) and around.value.lower() == "psobject"
    if of_view and isinstance(node.name, e.String) and node.name.value.lower() in _OF_VIEW:
        refuse(node.name.extent, f".PSObject.{node.name.value}")
    of_input = isinstance(node.target, e.Variable) and node.target.name.lower() == "input" and not node.target.drive
    if of_input and not (isinstance(node.name, e.String) and node.name.value.lower() == "current"):
        refuse(node.extent, "a property of $input")  # which is gone through with it
    of_host = isinstance(node.target, e.Variable) and node.target.name.lower() == "host"
    if of_host and isinstance(node.name, e.String) and node.name.value.lower() not in _HOST:
        refuse(node.extent, f"$Host.{node.name.value}")
    if node.static:
        _check_static(node, called=False)
    elif isinstance(node.name, e.String) and node.name.value.lower() in _OF_EVERYTHING:
        refuse(node.name.extent, f"the method .{node.name.value} without parentheses")
    inner = node.target.statement if isinstance(node.target, e.Paren) else None
    client = find_cmdlet(name_in(inner.elements[-1])) if isinstance(inner, s.Pipeline) else None
    if client is not None and client.name.startswith("Format-"):
        refuse(node.extent, f"a property of what {client.name} gives")


def _check_static(node: e.Member | e.Invoke, *, called: bool) -> None:
    if not isinstance(node.target, e.Type) or not isinstance(node.name, e.String):
        refuse(node.extent, "static member of a value")
    kind = resolve(node.target.name)
    count = len(node.arguments) if isinstance(node, e.Invoke) else None
    if kind is None or not has_static(kind, node.name.value, called=called, count=count):
        refuse(node.extent, f"[{node.target.name}]::{node.name.value}")


_SWITCH: Final = NetType(SwitchParameter.NAME)


def _check_invoke(node: e.Invoke) -> None:
    for place, argument in enumerate(node.arguments):
        if isinstance(argument, e.Cast) and argument.type.name.lower() == "ref":
            name = node.name.value.lower() if isinstance(node.name, e.String) else ""
            known = (
                name in OF_REFERENCES and place == place_of(name, len(node.arguments))
                if node.static
                else place == _PLACES.get(name)
            )
            if not known or not isinstance(argument.operand, e.Variable):
                refuse(argument.extent, "[ref] here")
    if node.static:
        if isinstance(node.name, e.String) and node.name.value.lower() in OF_REFERENCES and is_reference(node):
            _check_into_variable(node, node.name.value.lower())
            return
        _check_static(node, called=True)
        kind = resolve(node.target.name) if isinstance(node.target, e.Type) else None
        if kind is not None and kind.name.endswith(".Regex") and isinstance(node.name, e.String):
            place = 1 if node.name.value.lower() in _PATTERN_METHODS else 0
            check_pattern(node.arguments[place] if place < len(node.arguments) else None)
        return
    if not isinstance(node.name, e.String):
        refuse(node.extent, "method whose name is worked out")
    folded = node.name.value.lower()
    if folded == OF_SECRETS or not is_known(folded):
        refuse(node.name.extent, f"method .{node.name.value}()")
    first = node.arguments[0] if node.arguments else None
    if folded == "foreach" and isinstance(first, e.Type) and resolve(first.name) == _SWITCH:
        refuse(first.extent, ".ForEach([switch])")
    count = len(node.arguments)
    if (
        folded not in (*BLOCK_METHODS, *REFERENCE_METHODS)
        and not is_taken(folded, count)
        and some_type_takes(folded, count)
    ):
        refuse(node.name.extent, f"method .{node.name.value}() with {count} arguments")


OF_SECRETS: Final = "getnetworkcredential"
"""A method whose value holds a password as text: only what else it holds is known, where it is asked for at once."""
_PLACES: Final = {"trygetvalue": 1, "trydequeue": 0, "trypop": 0, "trypeek": 0}
"""Methods that put a value into a variable, each with the place of it."""


def _check_into_variable(node: e.Invoke, name: str) -> None:
    kind = resolve(node.target.name) if isinstance(node.target, e.Type) else None
    last = node.arguments[place_of(name, len(node.arguments))] if node.arguments else None
    is_place = isinstance(last, e.Cast) and last.type.name.lower() == "ref"
    if kind is None or not is_place or not puts_into(kind, name, len(node.arguments)):
        refuse(node.extent, f"{node.extent.text.partition('(')[0]}")


def check_pattern(node: e.Node | None) -> None:
    """A regular expression that is written out."""
    if isinstance(node, e.String) and unsupported(node.value):
        refuse(node.extent, f"regular expression {node.value}")


def _check_binary(node: e.Binary) -> None:
    if node.operator in _PATTERN_OPERATORS:
        told = node.right.items if isinstance(node.right, e.ArrayLiteral) else (node.right,)
        by_block = told[1:] if node.operator.endswith("split") else told[:1]
        if any(isinstance(one, e.ScriptBlockExpression) for one in by_block):
            refuse(node.place, f"-{node.operator} with a script block")
        check_pattern(told[0])
    if node.operator in ("is", "isnot", "as") and isinstance(node.right, e.String):
        _check_named(node, node.right.value)
    if node.operator == "??" and isinstance(node.left, e.Cast) and _may_be_null(node.left):
        refuse(node.left.extent, f"?? behind [{node.left.type}]")
    if node.operator == "as" and isinstance(node.right, e.Type):
        kind = resolve(node.right.name)
        if kind is not None and not convertible(kind):
            refuse(node.right.extent, f"conversion to [{node.right.name}]")


def _may_be_null(node: e.Cast) -> bool:
    """Whether what it makes is never `$null` to PowerShell, though it may hold none."""
    kind = resolve(node.type)
    return kind is not None and kind.name.startswith(NULLABLE)


def _check_named(node: e.Binary, name: str) -> None:
    """A type that `-is` or `-as` is told as text."""
    try:
        kind = convert(name, NetType("System.Type"))
    except (ScriptError, NotKnownHere):
        kind = None
    if not isinstance(kind, NetType) or (node.operator == "as" and not convertible(kind)):
        refuse(node.right.extent, f"-{node.operator} with a type as text")


def _check_hashtable(node: e.Hashtable) -> None:
    """Keys that are the same are an error of the text where they are written out."""
    seen: set[str] = set()
    for entry in node.entries:
        if isinstance(entry.key, e.String | e.Constant):
            folded = to_text(entry.key.value).lower()
            if folded in seen:
                extent = entry.key.extent
                message = f"Duplicate keys '{extent.text}' are not allowed in hash literals."
                raise CellSyntaxError(message, extent.line, extent.column, error_id="DuplicateKeyInHashLiteral")
            seen.add(folded)


def _check_constant(node: e.Constant) -> None:
    if isinstance(node.value, int) and node.extent.text[-1:] in "nN":
        refuse(node.extent, f"number of any size ({node.extent.text})")


def _check_block(node: e.ScriptBlockExpression) -> None:
    """A block's parts that are not run here."""
    for part in node.block.blocks:
        if part.kind == "dynamicparam":
            refuse(part.extent, part.kind)


def _check_step(node: e.Postfix | e.Unary) -> None:
    if node.operator in ("++", "--") and isinstance(node.operand, e.Invoke):
        refuse(node.extent, "an assignment to a property with parameters")


EXPRESSION_CHECKS: Final[dict[type, Callable[[Any], None]]] = {
    e.Variable: _check_variable, e.Type: _check_type, e.Cast: _check_cast, e.Member: _check_member,
    e.Invoke: _check_invoke, e.Constant: _check_constant, e.Binary: _check_binary, e.Hashtable: _check_hashtable,
    e.ScriptBlockExpression: _check_block, e.Postfix: _check_step, e.Unary: _check_step,
}  # fmt: skip
