"""Documents checked like tests: run, and compared with what they print."""

from lync_magic.documents.checking.reports import as_html, as_junit, as_text, summary
from lync_magic.documents.checking.results import DocumentResult, StepResult
from lync_magic.documents.checking.running import Checking, check_document
from lync_magic.documents.checking.tolerances import RULES

__all__ = [
    "RULES",
    "Checking",
    "DocumentResult",
    "StepResult",
    "as_html",
    "as_junit",
    "as_text",
    "check_document",
    "summary",
]
