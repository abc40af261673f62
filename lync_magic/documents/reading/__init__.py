"""Documents of every form, read: one reader for all that has commands and prose in it."""

from lync_magic.documents.reading.read import read, read_notebook, read_text

__all__ = ["read", "read_notebook", "read_text"]
