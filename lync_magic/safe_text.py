"""Text that came from elsewhere, made safe to look at: in a terminal, in a notebook, in a line of a table.

Rules of this file: it imports nothing of the package, and is the only policy for such text. What a reader cannot see,
or what would move the text around it, is written out (`<U+202E>`); what belongs to a script (joiners, marks,
right-to-left letters) stays as it is. Markup is not this file's business: what makes HTML escapes last, with
`ui.html_of`.
"""

from __future__ import annotations

import re

MOST_MARKS = 4
"""How many marks of these kinds may stand on one letter: what is written with them needs no more, and a tower of
them covers the rows above and below.
"""

ELLIPSIS = "…"

# Written out: control characters, invisible ones (spaces without width, fillers, direction marks), those that turn the
# direction of what follows, line separators, annotation and tag characters, halves of surrogate pairs (they cannot be
# sent as UTF-8), and what is no character; joiners and variation selectors after a letter that has no use for them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
    "|(?<=[A-Za-z])[\u200c\u200d\ufe00-\ufe0f]"
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_TOWER = re.compile(f"({_MARK}{{{MOST_MARKS}}})({_MARK}+)")
_COLOUR = re.compile("(\x1b\\[[0-9;]{0,40}m)")
_COLOURS_END = ("\x1b[0m", "\x1b[m")
_LINK = re.compile("\x1b]8;[^;\x1b\x07]*;([^\x1b\x07]*)(?:\x1b\\\\|\x07)(.*?)\x1b]8;;(?:\x1b\\\\|\x07)", re.DOTALL)
_NOTHING_SEEN = re.compile("\x1b(?:\\[0?K|\\[\\?25[hl]|\\(B)")
"""What programs send beside colours: erase what follows, where nothing does yet; hide the cursor; use plain letters."""
_LINE_BREAKS = re.compile(r"\s*\n\s*")


def visible(text: str) -> str:
    """`text` with nothing in it that hides or moves: tabs and line feeds stay, all other controls are written
    out.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    text = _UNSEEN.sub(_written_out, text)
    return text if text.isascii() else _TOWER.sub(_shortened, text)


def coloured(text: str) -> str:
    """`visible` text in which colours (ANSI's SGR sequences) stay what they are; they end where the text ends.

    A terminal's link is its text with the address behind it, as a notebook draws no other.
    """
    if "\x1b" not in text:
        return visible(text)
    parts = _COLOUR.split(_NOTHING_SEEN.sub("", _LINK.sub(_spelled_out, text)))
    shown = "".join(part if number % 2 else visible(part) for number, part in enumerate(parts))
    has_ended = len(parts) == 1 or not parts[-1].strip() or parts[-2] in _COLOURS_END
    return shown if has_ended else f"{shown}{_COLOURS_END[0]}"


def without_colours(text: str) -> str:
    """Text without the colours in it."""
    return _COLOUR.sub("", text) if "\x1b" in text else text


def one_line(text: str, most: int | None = None) -> str:
    """`visible` text on a single line: line breaks become `↵`, tabs become spaces.

    most: the greatest number of characters; what is over is cut and ends in an ellipsis.
    """
    if most is not None and len(text) > 4 * most:
        text = text[: 4 * most]  # enough to fill the line whatever is written out; the rest need not be looked at
    text = _LINE_BREAKS.sub(" ↵ ", visible(text).strip("\n")).replace("\t", " ")
    return clipped(text, most) if most is not None else text


def clipped(text: str, most: int) -> str:
    """`text` cut to `most` characters, the last one an ellipsis when something was cut."""
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def _spelled_out(link: re.Match[str]) -> str:
    address, text = link.groups()
    return text if address in text else f"{text} ({address})"


def _written_out(match: re.Match[str]) -> str:
    return f"<U+{ord(match.group()):04X}>"


def _shortened(match: re.Match[str]) -> str:
    return f"{match.group(1)}<{len(match.group(2))} more marks>"
