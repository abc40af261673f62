"""The prompts of a console: what people paste into a cell begins with them, and they are no part of it."""

from __future__ import annotations

import re
from typing import Final

PROMPT: Final = re.compile(
    r"^[ \t]*(?:\[[^\]\n]{1,80}\]: ?)?"
    r"(?:PS(?: [A-Za-z]+:[^>\n]{0,160}| [~/][^>\n]{0,160})?|[A-Za-z]:\\[^>\n]{0,160})> ?"
)
"""A console's prompt, at the start of a line."""
CONTINUED: Final = re.compile(r"^[ \t]*>> ?")


def without_prompts(text: str) -> str:
    """A cell that was copied from a console, without the prompts before its lines; any other text as it is."""
    if PROMPT.match(text.lstrip()) is None:
        return text
    lines = text.split("\n")
    return "\n".join(CONTINUED.sub("", line) if PROMPT.match(line) is None else PROMPT.sub("", line) for line in lines)
