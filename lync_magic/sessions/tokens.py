"""Tokens that are asked for again before they expire.

Rules: whoever gives tokens is asked by one thread at a time; a token is held in one place, masked, and wiped when its
session ends; after that nobody is asked any more.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable
from typing import Final

from lync_magic.clixml import SecureString
from lync_magic.errors import SessionClosed

RENEW_BEFORE: Final = 300.0
"""Seconds before its end at which a token is no longer used."""
RENEW_FRACTION: Final = 0.25
"""The same for a short-lived one, as a part of what it had left when it came."""

WIPE_SECONDS: Final = 1.0
"""How long the end of a session waits for somebody who is just being asked."""


class TokenKeeper:
    """Gives a token that is good for a while yet; a callable. give: asked for one when it is needed.

    A token that does not say when it ends is asked for each time.  stop: tells `give` to ask no person any more.
    clock: seconds since the epoch.
    """

    def __init__(
        self,
        give: Callable[[], str],
        *,
        stop: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._give = give
        self._stop = stop
        self._clock = clock
        self._lock = threading.Lock()
        self._token: SecureString | None = None
        self._renew_at = 0.0
        self._closed = False

    def __call__(self) -> str:
        """The token. Raises what `give` raises, and SessionClosed after `close` when there is none left."""
        with self._lock:
            if self._token is not None and (self._closed or self._clock() < self._renew_at):
                return self._token.reveal()
            token = self._nobody() if self._closed else self._give()
            ends = expiry(token)
            self._forget()
            if ends is not None:
                now = self._clock()
                self._renew_at = ends - min(RENEW_BEFORE, max(0.0, ends - now) * RENEW_FRACTION)
                self._token = SecureString(token)
            return token

    def close(self) -> None:
        """Ask nobody any more. The token that is held can still be used to say good-bye, until `wipe`."""
        self._closed = True
        self._stop()

    def wipe(self) -> None:
        """Forget the token, and whoever gives one."""
        self.close()
        if self._lock.acquire(timeout=WIPE_SECONDS):
            try:
                self._forget()
                self._give = self._nobody
            finally:
                self._lock.release()

    def _nobody(self) -> str:
        raise SessionClosed("The session has ended; nobody is asked for a token any more.", "Connect again.")

    def _forget(self) -> None:
        if self._token is not None:
            self._token.wipe()
            self._token = None


def expiry(token: str) -> float | None:
    """When a token ends, in seconds since the epoch, if it is one that says so (a JWT, RFC 7519 4.1.4)."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        ends = claims.get("exp") if isinstance(claims, dict) else None
    except (binascii.Error, ValueError, RecursionError):
        return None
    return float(ends) if isinstance(ends, (int, float)) and not isinstance(ends, bool) else None
