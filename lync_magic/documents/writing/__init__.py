"""Notebooks written down: as a notebook, and back as a script, as `.dib`, as Markdown."""

from lync_magic.documents.writing.ipynb import to_ipynb
from lync_magic.documents.writing.text import to_dib, to_markdown, to_script

__all__ = ["to_dib", "to_ipynb", "to_markdown", "to_script"]
