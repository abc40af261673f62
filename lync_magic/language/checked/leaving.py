"""Where PowerShell takes what leaves or stops a stage for an error of its own, and goes on: `ForEach-Object Name` for
the property's or method's, and with the next object; `switch -File` for the file's, and with the next statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lync_magic.language.checked.expressions import functions_in, name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk


def check_through_members(nodes: Sequence[e.Node]) -> None:
    """Refuse a `throw`, `break` or `continue` in what such a stage gives objects to."""
    functions = functions_in(nodes)
    for node in nodes:
        behind = False
        for call in node.elements if isinstance(node, s.Pipeline) else ():
            if behind and (left := _leaves(call, functions)):
                refuse(left.extent, f"{left.keyword} behind ForEach-Object of a property or method")
            behind = behind or _reads_member(call)


def check_stopped_files(nodes: Sequence[e.Node]) -> None:
    """Refuse a `switch -File` in a block or function where `Select-Object -First` may stop its pipeline."""
    if not any(isinstance(one, s.CommandCall) and _stops(one) for one in nodes):
        return
    for node in nodes:
        for inner in node.children() if isinstance(node, e.ScriptBlockExpression | s.Function) else ():
            for one in walk(inner):
                if isinstance(one, s.Switch) and "file" in one.flags:
                    refuse(one.extent, "switch -File in a pipeline that is stopped")


def _stops(call: s.CommandCall) -> bool:
    client = find_cmdlet(name_in(call))
    if client is None or client.name != "Select-Object":
        return False
    names = [one.name.lower() for one in call.elements if isinstance(one, s.Parameter)]
    return any("first".startswith(name) or "index".startswith(name) for name in names)


def _reads_member(call: s.Element) -> bool:
    client = find_cmdlet(name_in(call)) if isinstance(call, s.CommandCall) else None
    if client is None or client.name != "ForEach-Object" or not isinstance(call, s.CommandCall):
        return False
    return any(isinstance(one, e.String) for one in values_in(call)[:1])


def _leaves(call: s.Element, functions: Mapping[str, e.Node]) -> s.Flow | None:
    """What in a stage's block, or in the function that it is, leaves it; what is in a loop there may end that alone."""
    inner: list[e.Node] = [call]
    if isinstance(call, s.CommandCall) and name_in(call).lower() in functions:
        inner = [functions[name_in(call).lower()]]
    while inner:
        one = inner.pop()
        if isinstance(one, s.Flow) and one.keyword in ("throw", "break", "continue"):
            return one
        inner += [] if isinstance(one, s.Loop) else reversed(one.children())
    return None
