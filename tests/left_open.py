"""Sessions that other test files left open in this process: tests of which sessions there are end them first."""

from __future__ import annotations

from lync_magic.errors import LyncError
from lync_magic.importing import modules
from lync_magic.sessions import registry


def end_left_open() -> None:
    """End them, and take their commands away; one whose server or password is gone is forgotten."""
    for session in list(registry):
        try:
            session.close()
        except LyncError:
            for module in modules.of(session):
                module.remove()
            registry.discard(session)
