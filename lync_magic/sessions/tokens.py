"""Tokens that are asked for again before they expire.

Rules: whoever gives tokens is asked by one thread at a time, and not again at once when that came to nothing; while
somebody is asked, a token that is still good is used. A token is held in one place, masked, and wiped when its session
ends; after that nobody is asked any more.
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
from lync_magic.errors import LyncError, OperationTimedOut, SessionClosed, SignInFailed

RENEW_BEFORE: Final = 300.0
"""Seconds before its end at which a token is no longer used."""
RENEW_FRACTION: Final = 0.25
"""The same for a short-lived one, as a part of what it had left when it came."""

WAIT_SECONDS: Final = 2.0
"""How long one thread waits while another asks: it may be an interrupted command that is being stopped."""
SLICE_SECONDS: Final = 0.1
PATIENCE: Final = 5.0
"""Seconds after an interrupt, or after a person did not sign in, in which nobody is asked again."""

ASK_AGAIN: Final = "Whoever gives the tokens of this session has to give a new one."


def _nothing() -> None:
    return


class TokenKeeper:
    """Gives a token that is good for a while yet; a callable. give: asked for one when it is needed.

    A token that does not say when it ends is asked for each time.  stop: tells `give` to ask no person any more; a
    `give` that can be told so is still asked when the session ends, so that its seat can be given back.
    asks_person: whether `give` may ask one, who is then left alone for `PATIENCE` when that came to nothing.
    clock: seconds since the epoch.
    """

    def __init__(
        self,
        give: Callable[[], str],
        *,
        stop: Callable[[], None] = _nothing,
        asks_person: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.advice: str = getattr(give, "advice", ASK_AGAIN)
        """What to do when the server takes the token no more."""
        self._give = give
        self._stop = stop
        self.asks_person = asks_person
        self._clock = clock
        self._changed = threading.Condition()
        self._asking = False
        self._token: SecureString | None = None
        self._renew_at = 0.0
        self._ends = 0.0
        self._quiet_until = 0.0
        self._refusal = ""
        self._closed = False

    def __call__(self) -> str:
        """The token. Raises what `give` raises as a LyncError, and SessionClosed after `close` when there is none."""
        held = self._held_or_my_turn()
        if held is not None:
            return held
        token: str | None = None
        try:
            token = self._asked()
        except LyncError:
            with self._changed:
                held = self._good_for_now()
            if held is None:
                raise
            return held
        finally:
            with self._changed:
                if token is not None:
                    self._keep(token)
                self._asking = False
                self._changed.notify_all()
        return token

    def held(self) -> str | None:
        """The token that is held at the moment; nobody is asked for one. For who keeps it out of what is written."""
        with self._changed:
            return self._token.reveal() if self._token is not None and not self._token.wiped else None

    def refused(self) -> None:
        """The server does not take the token: ask for another one next time."""
        with self._changed:
            self._renew_at = self._ends = 0.0

    def close(self) -> None:
        """Ask nobody any more. The token that is held can still be used to say good-bye, until `wipe`."""
        self._closed = True
        self._stop()

    def wipe(self) -> None:
        """Forget the token, and whoever gives one."""
        self.close()
        with self._changed:
            self._forget()
            self._give = self._nobody
            self._stop = _nothing  # it may belong to whoever keeps tokens and an application's secret

    def _held_or_my_turn(self) -> str | None:
        """The token that is held, when it can be used; None when the caller has to ask for one."""
        end = time.monotonic() + WAIT_SECONDS
        with self._changed:
            while True:
                now = self._clock()
                if self._token is not None and now < (self._ends if self._closed else self._renew_at):
                    return self._token.reveal()
                if self._closed and self._stop is _nothing:
                    return self._token.reveal() if self._token is not None else self._nobody()
                is_quiet = time.monotonic() < self._quiet_until
                if self._token is not None and now < self._ends and (self._asking or is_quiet):
                    return self._token.reveal()
                if is_quiet:
                    raise SignInFailed(self._refusal, "Run the command again to sign in.")
                if not self._asking:
                    self._asking = True
                    return None
                if time.monotonic() > end:
                    raise OperationTimedOut(
                        "A new token is being asked for, and has not come yet.", "Sign in, and run the command again."
                    )
                self._changed.wait(SLICE_SECONDS)

    def _good_for_now(self) -> str | None:
        """The old token where no new one came, until it ends; the next one is asked for halfway there."""
        now = self._clock()
        if self._token is None or now >= self._ends:
            return None
        self._renew_at = now + (self._ends - now) / 2
        return self._token.reveal()

    def _asked(self) -> str:
        try:
            return self._give()
        except LyncError as error:
            if self.asks_person:
                self._be_quiet(error.message)
            raise
        except Exception as error:
            raise SignInFailed(f"Whoever gives the token failed: {type(error).__name__}.", ASK_AGAIN) from error
        except BaseException:
            self._be_quiet("Nobody signed in: the wait was interrupted.")
            raise

    def _be_quiet(self, why: str) -> None:
        self._quiet_until, self._refusal = time.monotonic() + PATIENCE, why

    def _keep(self, token: str) -> None:
        ends, now = expiry(token), self._clock()
        self._forget()
        if ends is not None and self._give != self._nobody:
            self._renew_at = ends - min(RENEW_BEFORE, max(0.0, ends - now) * RENEW_FRACTION)
            self._ends = ends
            self._token = SecureString(token)

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
