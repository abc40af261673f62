"""What a statement may hold: assignments, redirections, loops, functions with their attributes and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.checked.expressions import check_pattern, name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.binder import COMMON
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.assign import NOTHING_SET
from lync_magic.language.evaluate.blocks import expression_of
from lync_magic.language.evaluate.redirect import is_null, redirected_value
from lync_magic.language.evaluate.streams import ALL
from lync_magic.language.evaluate.validation import RANGE_KINDS, TYPE_NAME, VALIDATIONS, is_validation, promoted
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.arithmetic import negate
from lync_magic.language.values.compare import order
from lync_magic.language.values.convert import convertible, holdable
from lync_magic.language.values.exceptions import is_a, named
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import HASH_SET, WRAPPERS, NetType, resolve

_ALLOWED_ATTRIBUTES: Final = frozenset(
    {
        "parameter",
        "cmdletbinding",
        "alias",
        "outputtype",
        "allownull",
        "allowemptystring",
        "allowemptycollection",
        "pstypename",
        "supportswildcards",
        "psdefaultvalue",
        "argumentcompletions",
        "argumentcompleter",
        "credential",
    }
    | {f"{root}diagnostics.codeanalysis.suppressmessage{end}" for root in ("", "system.") for end in ("", "attribute")}
    | VALIDATIONS
)
_PARAMETER_ARGUMENTS: Final = frozenset(
    {
        "mandatory", "position", "valuefrompipeline", "valuefrompipelinebypropertyname", "helpmessage",
        "parametersetname", "valuefromremainingarguments", "dontshow",
    }
)  # fmt: skip
_BINDING_ARGUMENTS: Final = frozenset(
    {"supportsshouldprocess", "defaultparametersetname", "positionalbinding", "helpuri", "confirmimpact"}
)
_VALIDATION_ARGUMENTS: Final = {
    "validateset": {"ignorecase", "errormessage"}, "validatepattern": {"errormessage"},
    "validatescript": {"errormessage"},
}  # fmt: skip


def _before(target: e.Expression) -> Iterator[e.Cast | e.Attributed]:
    """What stands before the variable that is declared: `[ValidateSet('a')][string]$x = …`."""
    while isinstance(target, e.Cast | e.Attributed):
        yield target
        target = target.operand


def attributed(target: e.Expression) -> list[e.Attributed]:
    """The attributes before the variable that is declared."""
    return [one for one in _before(target) if isinstance(one, e.Attributed)]


def _is_wrapper(kind: e.TypeName) -> bool:
    """Whether a type is PowerShell's wrapper of any value, whose items a validation does not see."""
    found = resolve(kind)
    return found is not None and found.name in WRAPPERS


def _is_of_members(node: e.Expression) -> bool:
    """Whether it is what `.PSObject.Properties` and its like give."""
    above = node.target if isinstance(node, e.Member) else None
    return isinstance(above, e.Member) and isinstance(above.name, e.String) and above.name.value.lower() == "psobject"


def _check_assignment(node: s.Assignment) -> None:
    target = node.target
    told = redirected_value(node.value)
    if told is not None and not isinstance(told.expression, e.Paren):
        for redirection in told.redirections:
            if redirection.merge_to is not None:
                refuse(redirection.extent, f"{redirection.extent.text} behind an expression that is assigned")
    inner = target
    while isinstance(inner, e.Cast | e.Attributed):
        inner = inner.operand
    for one in inner.items if isinstance(inner, e.ArrayLiteral) else (inner,):
        if isinstance(one, e.Invoke) and not (node.operator == "=" and one is target and _is_item(one)):
            refuse(one.extent, "an assignment to a property with parameters")
    given = expression_of(node.value)
    if isinstance(inner, e.ArrayLiteral) and given is not None and _is_of_members(given.expression):
        refuse(target.extent, f"several variables for {given.extent.text}")  # which PowerShell takes for one value
    kinds = [one.type for one in _before(target) if isinstance(one, e.Cast)]
    for one in attributed(target):
        if is_validation(one.attribute) and any(map(_is_wrapper, kinds)):
            refuse(one.extent, f"[{one.attribute.type}] of a [psobject]")
        if not is_validation(one.attribute) or not isinstance(inner, e.Variable):
            refuse(one.extent, f"attribute [{one.attribute.type}] here")
        check_attribute(one.attribute)
    if isinstance(target, e.Cast) and (kind := resolve(target.type)) is not None and kind.name == "System.Void":
        refuse(target.extent, "a variable of the type [void]")
    if isinstance(target, e.Member) and target.static:
        kind = resolve(target.target.name) if isinstance(target.target, e.Type) else None
        of_console = kind is not None and kind.name == "System.Console" and _is_setting(target.name)
        settable = of_console or _of_culture(kind, target.name)
        if kind is None or not (settable or kind.name == "System.Net.ServicePointManager"):
            refuse(target.extent, f"an assignment to {target.extent.text}")


def _of_culture(kind: NetType | None, name: e.Expression) -> bool:
    """Whether it is the culture that a cell runs in."""
    is_named = isinstance(name, e.String) and name.value.lower() == "currentculture"
    return kind is not None and kind.name == "System.Globalization.CultureInfo" and is_named


def _is_item(node: e.Invoke) -> bool:
    """Whether it is an indexer by its name: `$table.Item('key')`."""
    is_named = isinstance(node.name, e.String) and node.name.value.lower() == "item"
    return is_named and not node.static and not node.null_conditional and len(node.arguments) == 1


def _is_setting(name: e.Expression) -> bool:
    """Whether a name is that of a setting of the console's, of which a notebook has none."""
    return isinstance(name, e.String) and name.value.lower() in NOTHING_SET


def _check_pipeline(node: s.Pipeline) -> None:
    if node.background:
        refuse(node.extent, "background job (&)")
    for element in node.elements:
        files = [one for one in element.redirections if one.merge_to is None and not is_null(one.target)]
        names = {one.target.extent.text.lower() for one in files if one.target is not None}
        if len(files) > 1 and (len(names) < len(files) or any(one.from_stream == ALL for one in files)):
            refuse(files[1].extent, "redirections to one file")
        whole = next((one for one in element.redirections if one.merge_to == 1 and one.from_stream == ALL), None)
        if whole is not None and any(one.merge_to is None for one in element.redirections):
            refuse(whole.extent, f"{whole.extent.text} beside another redirection")
        for one in element.redirections:
            _check_redirection(one)
            if one.from_stream in (2, 0) and one.merge_to == 1 and _runs_a_block(element):
                refuse(one.extent, f"{one.extent.text} behind a cmdlet's block")
            head = element.expression if isinstance(element, s.CommandExpression) and len(node.elements) > 1 else None
            if one.merge_to is not None and head is not None and not isinstance(head, e.Paren | e.SubExpression):
                refuse(one.extent, f"a piped expression with {one.extent.text}")
            if one.extent.text[:1].isdigit() and _ends_with_type(element):
                refuse(one.extent, f"{one.extent.text} behind a type, of which PowerShell casts the number")
            if one.merge_to is not None and _assigns(element):
                refuse(one.extent, f"{one.extent.text} behind an assignment in brackets")


def _ends_with_type(element: s.Element) -> bool:
    """Whether it is an expression whose last word is a type."""
    if not isinstance(element, s.CommandExpression):
        return False
    end = element.expression.extent.end
    return any(isinstance(one, e.Type) and one.extent.end == end for one in walk(element.expression))


def _assigns(element: s.Element) -> bool:
    """Whether it is an assignment in brackets, which takes what is merged into its output."""
    made = element.expression if isinstance(element, s.CommandExpression) else None
    return isinstance(made, e.Paren) and isinstance(made.statement, s.Assignment)


def _runs_a_block(element: s.Element) -> bool:
    """Whether a cmdlet runs text of the cell, whose errors PowerShell loses where they go to its own output."""
    if not isinstance(element, s.CommandCall) or element.invocation:
        return False
    client = find_cmdlet(name_in(element))
    if client is None or client.name == "Invoke-Command":
        return False
    if client.name == "Invoke-Expression":
        return True
    return any(_holds_a_block(one) for one in values_in(element))


def _holds_a_block(value: e.Expression) -> bool:
    match value:
        case e.ScriptBlockExpression():
            return True
        case e.ArrayLiteral():
            return any(_holds_a_block(one) for one in value.items)
        case e.Hashtable():
            return any(isinstance(one, e.ScriptBlockExpression) for entry in value.entries for one in walk(entry.value))
    return False


def _check_redirection(one: s.Redirection) -> None:
    if one.merge_to is not None and one.merge_to != 1:
        refuse(one.extent, f"redirection {one.extent.text}")


def _check_foreach(node: s.ForEach) -> None:
    if node.parallel:
        refuse(node.extent, "foreach -parallel")
    _check_place(node.source, [node.body], "foreach")


def _check_place(source: s.Statement, bodies: Iterable[e.Node], name: str) -> None:
    """Refuse a loop that goes on by itself in what commands give: that is a list, whose place PowerShell copies."""
    if expression_of(source) is not None:
        return
    for call in (one for body in bodies for one in walk(body) if isinstance(one, e.Invoke)):
        if isinstance(call.target, e.Variable) and call.target.name.lower() == name and not call.static:
            refuse(call.extent, f"{call.extent.text} in what a command gives")


def _check_switch(node: s.Switch) -> None:
    _check_place(node.condition, [node], "switch")
    for flag in sorted(node.flags & {"parallel"}):
        refuse(node.extent, f"switch -{flag}")
    for clause in node.clauses if "regex" in node.flags else ():
        check_pattern(clause.pattern)


def _check_try(node: s.Try) -> None:
    taken: list[str] = []
    for one in (one for clause in node.catches for one in clause.types):
        kind = named(one)
        if kind is None and resolve(one) is None and not _is_of_a_module(one):
            refuse(one.extent, f"catch [{one}]")
        if kind is None:
            continue
        if any(is_a(kind, each) for each in taken):
            refuse(one.extent, f"catch [{one}] after one that takes it already")
        taken.append(kind)


def _check_trap(node: s.Trap) -> None:
    if node.type is not None and named(node.type) is None:
        refuse(node.type.extent, f"catch [{node.type}]")


def check_error_texts(node: e.Node) -> None:
    """Refuse `$_ | Format-List *` within a `catch`, and `$Error[0] | Format-List -Force` anywhere: what all an error
    record has is not known here."""
    bodies = [one.body for one in node.catches] if isinstance(node, s.Try) else []
    bodies += [node.body] if isinstance(node, s.Trap) else []
    waiting: list[e.Node] = list(bodies)
    while waiting:
        one = waiting.pop()
        if isinstance(one, s.Pipeline):
            head = one.elements[0].expression if isinstance(one.elements[0], s.CommandExpression) else None
            if isinstance(head, e.Variable) and head.name.lower() in ("_", "psitem"):
                _check_text_of(one)
        if not isinstance(one, e.ScriptBlockExpression | s.Function | s.Switch | s.Try):
            waiting.extend(one.children())
    if isinstance(node, s.Pipeline) and isinstance(node.elements[0], s.CommandExpression):
        head = node.elements[0].expression
        target = head.target if isinstance(head, e.Index) else None
        if isinstance(target, e.Variable) and target.name.lower() == "error":
            _check_text_of(node)


def _check_text_of(node: s.Pipeline) -> None:
    """Raises CellNotSupported where properties of what a pipeline begins with are laid out, for without -Force an
    error record is shown as it is by itself."""
    for one in node.elements[1:]:
        client = find_cmdlet(name_in(one)) if isinstance(one, s.CommandCall) else None
        if client is None or not client.name.startswith("Format-") or not isinstance(one, s.CommandCall):
            continue
        named = [each.name.lower() for each in one.elements if isinstance(each, s.Parameter)]
        splatted = any(isinstance(each, e.Variable) and each.splatted for each in one.elements)
        if splatted or any(name.startswith("fo") for name in named):
            refuse(node.extent, "an error record's properties, laid out")


def check_trapped(statements: tuple[s.Statement, ...]) -> None:
    """A `trap` is run for what passes a `try` beside it before that has ended, and for each part of a chain; one that
    hands errors on is run twice: refused, as nobody means it."""
    traps = [one for one in statements if isinstance(one, s.Trap)]
    handing = any(isinstance(one, s.Flow) and one.keyword == "break" for trap in traps for one in walk(trap.body))
    for one in statements if traps else ():
        if isinstance(one, s.Chain):
            refuse(one.extent, f"{one.operator} beside a trap")
        certain = isinstance(one, s.Try) and one.catches and all(clause.types for clause in one.catches)
        if certain and isinstance(one, s.Try) and (handing or one.final is not None):
            refuse(one.extent, f"a try of certain errors beside a trap{' with break' if handing else ''}")


def _is_of_a_module(node: e.TypeName) -> bool:
    """Whether a type is one of the modules' that sign in to a service: PowerShell has none of them by itself."""
    return node.name.lower().startswith(_MODULES)


_MODULES: Final = tuple(
    f"microsoft.{name}."
    for name in ("activedirectory", "exchange", "graph", "online", "open", "rtc", "sharepoint", "teams")
)
_COMMON: Final = frozenset(spec.name.lower() for spec in COMMON)


def _check_function(node: s.Function) -> None:
    if node.keyword not in ("function", "filter"):
        refuse(node.extent, node.keyword)
    if node.name.lower().startswith("private:"):
        refuse(node.extent, "a private function")
    for part in node.body.blocks:
        if part.kind == "dynamicparam":
            refuse(part.extent, part.kind)
    declared = [*(node.parameters or ()), *(node.body.parameters or ())]
    _check_parameters(declared)
    is_advanced = any(one.name == "cmdletbinding" for one in node.body.attributes)
    is_asking = any(told.name.lower() == "supportsshouldprocess" for one in node.body.attributes for told in one.named)
    for one in declared if is_advanced else ():
        if one.variable.name.lower() in _COMMON or (is_asking and one.variable.name.lower() in ("whatif", "confirm")):
            refuse(one.extent, f"a common parameter of one's own (-{one.variable.name})")
    for attribute in [*node.body.attributes, *(one for item in declared for one in item.attributes)]:
        check_attribute(attribute)


def check_attribute(node: e.Attribute) -> None:
    name = node.name
    is_short = name == node.type.name.lower()
    if name not in _ALLOWED_ATTRIBUTES or (name == "credential" and is_short):  # which PowerShell does not find
        refuse(node.extent, f"attribute [{node.type}]")
    for argument in node.named:
        folded = argument.name.lower()
        if name == "parameter" and folded not in _PARAMETER_ARGUMENTS:
            refuse(argument.extent, f"[Parameter({argument.name})]")
        if name == "cmdletbinding" and folded not in _BINDING_ARGUMENTS:
            refuse(argument.extent, f"[CmdletBinding({argument.name})]")
        if name in VALIDATIONS and folded not in _VALIDATION_ARGUMENTS.get(name, ()):
            refuse(argument.extent, f"[{node.type}({argument.name})]")
    if len(node.positional) > _VALUES_OF.get(name, len(node.positional)):
        refuse(node.extent, f"[{node.type}] of so many values")
    if name == TYPE_NAME and not (node.positional and isinstance(node.positional[0], e.String)):
        refuse(node.extent, f"[{node.type}] of no text")
    if name == "validatepattern":
        check_pattern(node.positional[0] if node.positional else None)
    if name == "validateset" and any(isinstance(one, e.Type) for one in node.positional):
        refuse(node.extent, "[ValidateSet] with a type")
    if name in _LIMITED:
        _check_limits(node, name)


_VALUES_OF: Final = {
    "validatepattern": 1, "validatescript": 1, "validatenotnull": 0, "validatenotnullorempty": 0,
    "validatenotnullorwhitespace": 0, "allownull": 0, "allowemptystring": 0, "allowemptycollection": 0,
    "parameter": 0, "cmdletbinding": 0, "supportswildcards": 0, "pstypename": 1,
}  # fmt: skip
"""How many values an attribute is made of; of the others any number."""
_LIMITED: Final = ("validaterange", "validatelength", "validatecount")


def _check_limits(node: e.Attribute, name: str) -> None:
    """The limits of a validation are two constants, the lower one first; those of [ValidateRange] may be a kind."""
    if any(isinstance(one, e.Member) and one.static for one in node.positional):  # `[int]::MaxValue`
        return
    told = [_constant(one) for one in node.positional]
    if name == "validaterange" and len(told) == 1 and to_text(told[0]).lower() in RANGE_KINDS:
        return
    is_right = len(told) == 2 and MISSING not in told and promoted(*told) is not None
    if not is_right or order(*told, case=True) > 0 or (name != "validaterange" and order(told[0], 0) < 0):
        refuse(node.extent, f"[{node.type}] of these limits")


def _constant(node: e.Expression) -> object:
    """A constant of an attribute; MISSING of what is none."""
    if isinstance(node, e.Unary) and node.operator == "-":
        inner = _constant(node.operand)
        return MISSING if inner is MISSING or as_number(inner) is None else negate(inner)
    return node.value if isinstance(node, e.Constant | e.String) else MISSING


def _check_declaration(node: s.ParameterDeclaration) -> None:
    for kind in node.types:
        found = resolve(kind)
        if found is None:
            refuse(kind.extent, f"type [{kind}]")
        if not (convertible(found) or holdable(found)) or kind.name.lower() == "ordered":
            refuse(kind.extent, f"a parameter of type [{kind}]")
        told = [each for one in node.attributes if one.name == "parameter" for each in one.named]
        if found.name.startswith(HASH_SET) and any(one.name.lower() == "mandatory" for one in told):
            refuse(kind.extent, "a mandatory parameter that is a HashSet")
    if len(node.types) > 1 and any(kind.name.lower() == "ref" for kind in node.types):
        refuse(node.extent, "[ref] beside another type")
    for attribute in node.attributes:
        check_attribute(attribute)
        named = [each.name.lower() for one in node.attributes for each in one.named]
        if attribute.name == TYPE_NAME and "valuefrompipelinebypropertyname" in named:
            refuse(attribute.extent, f"[{attribute.type}] of a property of what comes through the pipeline")


def _check_parameters(declared: Sequence[s.ParameterDeclaration]) -> None:
    """The parameters of a function or block beside each other: PowerShell takes no name, alias or position twice."""
    names = {one.variable.name.lower() for one in declared}
    if len(names) < len(declared):
        refuse(declared[-1].extent, "a parameter that is declared twice")
    known: set[str] = set()
    for one in declared:
        told = [each for each in one.attributes if each.name == "parameter"]
        sets = [_said(each, "parametersetname") for each in told]
        if len(set(sets)) < len(sets):
            refuse(one.extent, "[Parameter] twice for one set")
        aliases = [
            to_text(value.value).lower()
            for each in one.attributes
            if each.name == "alias"
            for value in each.positional
            if isinstance(value, e.String)
        ]
        if names.intersection(aliases):
            refuse(one.extent, "an alias that is a parameter's name")
        if known.intersection(aliases) or len(set(aliases)) < len(aliases):
            refuse(one.extent, "an alias that is declared twice")
        known.update(aliases)
    placed = [(_said(each, "parametersetname"), place) for one in declared for each in one.attributes
              if each.name == "parameter" and (place := _said(each, "position"))]  # fmt: skip
    if len(set(placed)) < len(placed):
        refuse(declared[-1].extent, "two parameters at one position")


def _said(node: e.Attribute, argument: str) -> str:
    """What an attribute says by a named argument, "" where it does not."""
    found = next((one.value for one in node.named if one.name.lower() == argument), None)
    return to_text(found.value).lower() if isinstance(found, e.String | e.Constant) else ""


def _check_block(node: s.ScriptBlock) -> None:
    _check_parameters(node.parameters or ())


_OF_DATA: Final = (
    s.Block, s.Pipeline, s.CommandExpression, s.If, s.Clause, e.String, e.Constant, e.ExpandableString, e.ArrayLiteral,
    e.ArrayExpression, e.SubExpression, e.Paren, e.Hashtable, e.HashEntry,
)  # fmt: skip
_SEEN_BY_DATA: Final = frozenset(("true", "false", "null", "psculture", "psuiculture"))
_OPERATORS_OF_DATA: Final = frozenset(("eq", "ne", "gt", "ge", "lt", "le", "and", "or", "+", "-"))


def _check_data(node: s.Data) -> None:
    """A data section may hold little more than values."""
    if "-" in node.extent.text.partition("{")[0]:
        refuse(node.extent, "data section with -SupportedCommand")
    for one in walk(node.body):
        is_known = (
            isinstance(one, _OF_DATA)
            or (isinstance(one, e.Variable) and not one.drive and one.name.lower() in _SEEN_BY_DATA)
            or (isinstance(one, e.Binary) and one.operator in _OPERATORS_OF_DATA)
            or (isinstance(one, s.CommandCall) and name_in(one).lower() == "convertfrom-stringdata")
        )
        if not is_known or (isinstance(one, s.Pipeline) and len(one.elements) > 1):
            refuse(one.extent, f"data section with {one.extent.text.partition(chr(10))[0]}")


STATEMENT_CHECKS: Final[dict[type, Callable[[Any], None]]] = {
    s.Pipeline: _check_pipeline, s.ForEach: _check_foreach, s.Switch: _check_switch, s.Function: _check_function,
    s.ScriptBlock: _check_block, s.Assignment: _check_assignment, s.ParameterDeclaration: _check_declaration,
    s.Try: _check_try, s.Trap: _check_trap, s.Data: _check_data,
}  # fmt: skip
