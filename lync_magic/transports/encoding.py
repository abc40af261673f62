"""Base64 to bytes: by pybase64 where it is installed (the extra `fast`), else by the standard library.

Both skip what is not base64, such as line ends, and raise `binascii.Error`, a ValueError, for what is cut off.
"""

from __future__ import annotations

from collections.abc import Callable

a2b_base64: Callable[[bytes | memoryview], bytes]

try:
    from pybase64 import b64decode as a2b_base64
except ImportError:
    from binascii import a2b_base64

__all__ = ["a2b_base64"]
