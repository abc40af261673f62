"""A document's command as it has to be typed so that what the document shows is seen.

Rules: each change is small and has a name that is told; the document's own words stay. What a random name stands for
is asked by a pattern; what a document prints without being asked (`-Verbose`, a variable's value) is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lync_magic.documents.model import Printed

TEMPORARY_MODULE: Final = re.compile(r"\btmp_\w{6,10}\.\w{3}\b")
VERBOSE: Final = re.compile(r"^\s*(?:VERBOSE|COMMENTAIRES|DÉTAILLÉ|AUSFÜHRLICH|DETALLADO)\s?: ", re.MULTILINE)
TABLE: Final = re.compile(r"-{2,}[ \t]+-{2,}")
_ASSIGNS: Final = re.compile(r"^\s*(\$\w+)\s*=\s*[^=\n][^\n;]*$")
_CONNECTS: Final = re.compile(r"New-CsOnlineSession\b[^\n;|]*", re.IGNORECASE)


def adapted(code: str, expected: Sequence[Printed]) -> tuple[str, tuple[str, ...]]:
    """The command, and the names of the changes: `module name`, `verbose`, `value`."""
    names: list[str] = []
    text = "\n".join(printed.text for printed in expected if printed.kind == "output")
    if TEMPORARY_MODULE.search(code):
        code = TEMPORARY_MODULE.sub("tmp_*", code)
        names.append("module name")
    connects = _CONNECTS.search(code)
    if VERBOSE.search(text) and connects is not None and "-verbose" not in connects[0].lower():
        code = f"{code[: connects.end()].rstrip()} -Verbose{code[connects.end() :]}"
        names.append("verbose")
    assigns = _ASSIGNS.match(code)
    if assigns is not None and TABLE.search(text):
        code = f"{code.rstrip()}\n{assigns[1]}"
        names.append("value")
    return code, tuple(names)
