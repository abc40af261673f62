"""Add-Member to a value that is no object of properties: it would have to be carried beside the value.

Rule of this file: it is told where such a value is written in the text, or held in a variable that nothing else is put
into; any other way to it is told when it is come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from lync_magic.language.checked.expressions import name_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_OBJECTS: Final = frozenset({"pscustomobject", "psobject", "object", "management.automation.psobject"})
"""Types of which an object of properties may be."""
_INPUT: Final = "inputobject"


def check_noted(nodes: Sequence[e.Node]) -> None:
    """Refuse Add-Member to a value that is told as one without properties of its own."""
    calls = [one for one in nodes if isinstance(one, s.CommandCall) and name_in(one).lower() == "add-member"]
    if not calls:
        return
    held = _held(nodes)
    given = [value for call in calls for value in _given(call)]
    for node in nodes:
        if isinstance(node, s.Pipeline):
            for before, call in pairwise(node.elements):
                if call in calls and isinstance(before, s.CommandExpression):
                    given.append(before.expression)
    for value in given:
        if _is_bare(value, held):
            refuse(value.extent, "Add-Member to a value that is no object of properties")


def _given(call: s.CommandCall) -> Iterator[e.Expression]:
    """What stands behind its -InputObject."""
    for one, behind in pairwise((*call.elements, None)):
        if isinstance(one, s.Parameter) and one.name and _INPUT.startswith(one.name.lower()):
            value = one.argument or behind
            if isinstance(value, e.Expression):
                yield value


def _held(nodes: Sequence[e.Node]) -> frozenset[str]:
    """The variables that hold nothing but such values."""
    told: dict[str, bool] = {}
    for node in nodes:
        if isinstance(node, s.Assignment) and isinstance(node.target, e.Variable):
            value, name = alone_in(node.value), node.target.name.lower()
            bare = node.operator == "=" and value is not None and _is_bare(value, frozenset())
            told[name] = told.get(name, True) and bare
        elif isinstance(node, s.ForEach | s.ParameterDeclaration):
            told[node.variable.name.lower()] = False
    return frozenset(name for name, bare in told.items() if bare)


def _is_bare(value: e.Expression, held: frozenset[str]) -> bool:
    if isinstance(value, e.Variable):
        return not value.drive and value.name.lower() in held
    if isinstance(value, e.Cast):
        return value.type.name.lower().removeprefix("system.") not in _OBJECTS
    if isinstance(value, e.ArrayLiteral):
        return all(_is_bare(one, held) for one in value.items)
    return isinstance(value, e.String | e.ExpandableString | e.Constant | e.Hashtable)
