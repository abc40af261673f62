"""A transcript is not written here, as the notebook keeps what a cell shows: where a cell looks at one, or at what its
cmdlets give, it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.language.checked.expressions import name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.redirect import is_null
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk

_ALL: Final = ("Start-Transcript", "Stop-Transcript")
_NOWHERE: Final = ("Out-Null", "Out-Host", "Out-Default", "Write-Host", "Write-Verbose")


def check_transcripts(nodes: Sequence[e.Node]) -> None:
    """Refuse what reads a transcript of the cell, or takes what one of its cmdlets gives."""
    begun = next((node for node in nodes if _is(node, "Start-Transcript")), None)
    if begun is None:
        return
    assert isinstance(begun, s.CommandCall)
    files = {_folded(one) for one in values_in(begun) if isinstance(one, e.String | e.Variable | e.ExpandableString)}
    behind = begun.extent.end
    for node in nodes:
        if isinstance(node, s.CommandCall) and not _is(node, *_ALL, *_NOWHERE) and node.extent.start >= behind:
            for one in node.elements:
                if any(_folded(inner) in files for inner in walk(one)):
                    refuse(node.extent, "reading what Start-Transcript writes")
        if isinstance(node, s.Assignment) and not is_null(node.target) and _gives(node.value):
            refuse(node.extent, "what Start-Transcript gives, in a variable")


def _folded(node: e.Node) -> str:
    return node.value.lower() if isinstance(node, e.String) else node.extent.text.lower()


def _is(node: e.Node, *names: str) -> bool:
    found = find_cmdlet(name_in(node)) if isinstance(node, s.CommandCall) else None
    return found is not None and found.name in names


def _gives(value: s.Statement) -> bool:
    return isinstance(value, s.Pipeline) and any(_is(one, *_ALL) for one in value.elements[-1:])
