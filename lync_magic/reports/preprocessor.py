"""Our page by nbconvert's own command: `jupyter nbconvert --to html --template lync_magic report.ipynb`.

Rule of this file: nbconvert's template prints what is made here, and nothing else.
"""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor

from lync_magic.reports.outcome import kept_outcome
from lync_magic.reports.page import page_of


class PagePreprocessor(Preprocessor):
    """Puts the page into the resources of the template."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Make the page of a notebook."""
        outcome = kept_outcome(nb)
        outcome.notebook = outcome.notebook or str(resources.get("metadata", {}).get("name", ""))
        resources["lync_magic_page"] = page_of(nb, outcome)
        return nb, resources
