"""Values whose properties are .NET's own and not all known here, before a cmdlet that writes down all that a value has.

Rule of this file: it is told where such a value is written in the text, or held in a variable that one is put into; any
other way to it is told when it is come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lync_magic.language.checked.expressions import name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.types import resolve

_DEEP: Final = frozenset(("ConvertTo-Json", "ConvertTo-Xml", "ConvertTo-CliXml", "Export-Clixml"))
_FLAT: Final = frozenset(
    (
        "ConvertTo-Html", "ConvertTo-Csv", "Export-Csv", "Format-Table", "Format-List", "Format-Wide", "Out-String",
        "Out-File", "Out-Host", "Out-Default",
    )
)  # fmt: skip
"""Those that write what a property holds as a text."""
_CULTURE: Final = "System.Globalization.CultureInfo"
_XML: Final = "System.Xml.XmlDocument"
_REGEX: Final = "System.Text.RegularExpressions.Regex"
_BLOCK: Final = "script block"
_WRITING: Final = {
    "System.RuntimeType": _DEEP | _FLAT,
    _CULTURE: _DEEP | _FLAT,
    _XML: frozenset(("ConvertTo-Json", "ConvertTo-Html", "ConvertTo-Xml")),
    _REGEX: frozenset(("ConvertTo-Xml", "ConvertTo-CliXml", "Export-Clixml")),
    _BLOCK: frozenset(("ConvertTo-Json", "ConvertTo-Xml", "ConvertTo-Html", "ConvertTo-Csv", "Export-Csv")),
}
"""What writes all that a value of this kind has."""


def check_inner_data(nodes: Sequence[e.Node]) -> None:
    """Refuse such a pipeline."""
    pipelines = [one for one in nodes if isinstance(one, s.Pipeline)]
    writing = [(one, _written(one)) for one in pipelines]
    if not any(name for _one, name in writing):
        return
    held = {
        one.target.name.lower(): kind
        for one in nodes
        if isinstance(one, s.Assignment) and isinstance(one.target, e.Variable) and (kind := _kind_of(one.value))
    }
    for pipeline, name in writing:
        if name:
            _check(pipeline, name, held)


def _written(node: s.Pipeline) -> str:
    """The cmdlet of a pipeline that writes values down; Out-File for a redirection."""
    for one in node.elements:
        client = find_cmdlet(name_in(one)) if isinstance(one, s.CommandCall) else None
        if client is not None and client.name in _DEEP | _FLAT:
            return client.name
        if any(each.merge_to is None and each.from_stream in (0, 1) for each in one.redirections):
            return "Out-File"
    return ""


def _check(node: s.Pipeline, name: str, held: dict[str, str]) -> None:
    head = node.elements[0]
    given: list[e.Expression] = [head.expression] if isinstance(head, s.CommandExpression) else []
    for call in node.elements:
        if isinstance(call, s.CommandCall) and (client := find_cmdlet(name_in(call))) and client.name == name:
            given += [one for one in values_in(call) if not isinstance(one, e.ScriptBlockExpression)]
    for one in given:
        for value in _values(one, deep=name in _DEEP):
            kind = held.get(value.name.lower(), "") if isinstance(value, e.Variable) else _kind(value)
            if name in _WRITING.get(kind, ()):
                refuse(value.extent, f"{name} of a {kind if kind == _BLOCK else f'[{kind}]'}")


def _values(node: e.Node, *, deep: bool) -> Iterator[e.Expression]:
    """What an expression may give, or hold in what it gives where that is looked into (`deep`)."""
    if isinstance(node, e.Hashtable) and not deep:
        return
    if isinstance(node, e.Variable) or (isinstance(node, e.Expression) and _kind(node)):
        yield node
        return
    if isinstance(node, e.Member) and isinstance(node.target, e.Hashtable | e.Cast):  # of a table that is written there
        yield from _values(node.target, deep=True)
        return
    if isinstance(node, e.Member | e.Invoke | e.ExpandableString | s.CommandCall | e.Binary):
        return
    for child in node.children():
        yield from _values(child, deep=deep)


def _kind_of(node: s.Statement) -> str:
    """The kind of what a statement gives, "" where all of it is known."""
    alone = alone_in(node)
    if isinstance(alone, e.Paren):
        return _kind_of(alone.statement)
    if alone is not None:
        return _kind(alone)
    called = node.elements[0] if isinstance(node, s.Pipeline) and len(node.elements) == 1 else None
    return _CULTURE if called is not None and name_in(called).lower() == "get-culture" else ""


def _kind(node: e.Expression) -> str:
    if isinstance(node, e.Type):
        return "System.RuntimeType"
    if isinstance(node, e.ScriptBlockExpression):
        return _BLOCK
    if isinstance(node, e.Cast):
        kind = resolve(node.type)
        return kind.name if kind is not None and kind.name in (_CULTURE, _XML, _REGEX) else ""
    if isinstance(node, e.Invoke) and isinstance(node.name, e.String) and node.name.value.lower() == "gettype":
        return "System.RuntimeType"
    return ""
