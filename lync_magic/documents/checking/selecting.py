"""The columns that a command asks for by name: PowerShell says nothing where one is not there, and shows it empty.

Rule: only names that stand right behind a remote command are looked at, since nobody else knows which there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.documents.shapes import parsed
from lync_magic.importing import modules
from lync_magic.language import expressions as e
from lync_magic.language import statements as s

_CHOOSE: Final = frozenset({"select-object", "select", "format-table", "ft", "format-list", "fl"})
_TAKE: Final = frozenset({"property", "", "first", "last", "autosize", "wrap", "unique"})


def chosen_columns(code: str) -> tuple[str, ...]:
    """The columns that a command chooses of what a remote one gives: `Get-CsTenant | Select-Object DisplayName`."""
    script = parsed(code)
    if script is None:
        return ()
    found: list[str] = []
    waiting: list[e.Node] = [script]
    while waiting:
        node = waiting.pop()
        if isinstance(node, s.Pipeline) and len(node.elements) > 1:
            found += _chosen(node.elements[0], node.elements[1])
        waiting.extend(node.children())
    return tuple(dict.fromkeys(found))


def _chosen(source: s.Element, choosing: s.Element) -> Iterator[str]:
    if not (isinstance(source, s.CommandCall) and isinstance(choosing, s.CommandCall)):
        return
    if modules.find(_name(source)) is None or _name(choosing) not in _CHOOSE:
        return
    parameter = ""
    for element in choosing.elements:
        if isinstance(element, s.Parameter):
            parameter = element.name.lower()
            if parameter not in _TAKE:
                return
        elif parameter in ("", "property"):
            items = element.items if isinstance(element, e.ArrayLiteral) else (element,)
            for item in items:
                if isinstance(item, e.String) and not any(sign in item.value for sign in "*?[$"):
                    yield item.value
        else:
            parameter = ""


def _name(call: s.CommandCall) -> str:
    return call.name.value.lower() if isinstance(call.name, e.String) else ""
