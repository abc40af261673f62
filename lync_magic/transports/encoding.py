"""Base64 to bytes and back: by pybase64 where it is installed (the extra `fast`), else by the standard library.

`a2b_base64` skips what is not base64, such as line ends; `strict_base64` takes nothing else but white space. Both raise
`binascii.Error`, a ValueError, for what is cut off.
"""

from __future__ import annotations

from collections.abc import Callable

a2b_base64: Callable[[bytes | memoryview], bytes]
b64decode: Callable[..., bytes]
b64encode: Callable[[bytes], bytes]

try:
    from pybase64 import b64decode, b64encode
    from pybase64 import b64decode as a2b_base64
except ImportError:
    from base64 import b64decode, b64encode
    from binascii import a2b_base64

__all__ = ["a2b_base64", "b64encode", "strict_base64"]


def strict_base64(text: bytes | memoryview) -> bytes:
    """Base64 in one line, as servers write it, or in several."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b64decode(b"".join(bytes(text).split()), validate=True)
