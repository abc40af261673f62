"""What a person sees: sign-in form, progress, tables, lines of text.

What stands on widgets is loaded when it is first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lync_magic.doors import door
from lync_magic.ui.progress import ProgressBars
from lync_magic.ui.results import look_html, object_html, result_bundle, result_html, view_html
from lync_magic.ui.steps import Line, error_head, error_text, line_of, written_to
from lync_magic.ui.style import html_of, line_html, notice_html, widget_bundle
from lync_magic.ui.table import grid_html, table_html, table_text

if TYPE_CHECKING:
    from lync_magic.ui.card import INTERRUPTED, Card, Stage
    from lync_magic.ui.form import SignInForm
    from lync_magic.ui.interactive import interactive_html
    from lync_magic.ui.panel import CommandRow, Panel, SeatRow, SessionRow, View
    from lync_magic.ui.question import QuestionForm

__all__ = [
    "INTERRUPTED",
    "Card",
    "CommandRow",
    "Line",
    "Panel",
    "ProgressBars",
    "QuestionForm",
    "SeatRow",
    "SessionRow",
    "SignInForm",
    "Stage",
    "View",
    "error_head",
    "error_text",
    "grid_html",
    "html_of",
    "interactive_html",
    "line_html",
    "line_of",
    "look_html",
    "notice_html",
    "object_html",
    "result_bundle",
    "result_html",
    "table_html",
    "table_text",
    "view_html",
    "widget_bundle",
    "written_to",
]

_ROOMS: Final = {
    "Card": "card",
    "CommandRow": "panel",
    "INTERRUPTED": "card",
    "Panel": "panel",
    "QuestionForm": "question",
    "SeatRow": "panel",
    "SessionRow": "panel",
    "SignInForm": "form",
    "Stage": "card",
    "View": "panel",
    "interactive_html": "interactive",
}

__getattr__ = door(__name__, _ROOMS)
