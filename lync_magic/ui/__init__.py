"""What a person sees: sign-in form, progress, tables, lines of text."""

from lync_magic.ui.form import SignInForm, Stage
from lync_magic.ui.progress import ProgressBars
from lync_magic.ui.results import object_html, object_text, result_bundle, result_html, result_text
from lync_magic.ui.steps import Line, error_text, line_of, written_to
from lync_magic.ui.style import notice_html
from lync_magic.ui.table import table_html, table_text
from lync_magic.ui.text import html_of, one_line, visible

__all__ = [
    "Line",
    "ProgressBars",
    "SignInForm",
    "Stage",
    "error_text",
    "html_of",
    "line_of",
    "notice_html",
    "object_html",
    "object_text",
    "one_line",
    "result_bundle",
    "result_html",
    "result_text",
    "table_html",
    "table_text",
    "visible",
    "written_to",
]
