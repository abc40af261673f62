"""What the parts of a request hold: ids, bytes. Base64 by pybase64 where it is installed, which is faster.

Rules of this file: small pure functions; what cannot be read is the fault that WinRM has for it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from uuid import UUID, uuid4
from xml.etree import ElementTree

from lync_magic.sandbox import faults

b64encode: Callable[[bytes], bytes]
try:
    from pybase64 import b64encode
except ImportError:
    from base64 import b64encode

__all__ = ["as_text", "b64encode", "command_id", "decoded", "shell_id"]


def as_text(one: UUID) -> str:
    """An id as WinRM writes it."""
    return str(one).upper()


def shell_id(text: str | None) -> UUID:
    """A shell's id; a new one where none is given."""
    return uuid4() if text is None else _guid(text, faults.SHELL_ID_INVALID, "shell")


def command_id(element: ElementTree.Element | None) -> UUID | None:
    """The command that an element is about, if it names one."""
    text = None if element is None else element.get("CommandId")
    return None if text is None else _guid(text, faults.COMMAND_ID_INVALID, "command")


def decoded(text: str | None) -> bytes:
    """The bytes of base64 text; none where there is no text."""
    try:
        return base64.b64decode(text or "", validate=False)
    except ValueError:  # not base64, or not even ASCII
        raise faults.invalid_parameter("base64") from None


def _guid(text: str, code: int, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise faults.invalid_id(code, what) from None
