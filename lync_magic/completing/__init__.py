"""What may stand at a place of a cell, and what is known of what stands there: one engine for every editor.

Rules of this room: it reads the text up to the cursor, and what is known already: the notebook's variables, the
imported commands, our own cmdlets, what earlier results had for properties. It runs nothing of the person's.
The one thing that a server is asked for are the details of a command that nobody asked for before (`details_of`).
"""

from lync_magic.completing.cells import complete, inspect
from lync_magic.completing.grammar import Grammar, Option
from lync_magic.completing.known import Surroundings
from lync_magic.completing.lines import CELL_MAGIC, LINE_MAGIC
from lync_magic.completing.offers import Kind, Offer, Offers

__all__ = [
    "CELL_MAGIC",
    "LINE_MAGIC",
    "Grammar",
    "Kind",
    "Offer",
    "Offers",
    "Option",
    "Surroundings",
    "complete",
    "inspect",
]
