"""Signing in in the person's own browser: a page is opened there, and what it sends back is taken on this machine.

Rules of this file: it listens on the loopback address only (RFC 8252 7.3), for one answer, with the `state` that was
sent out; nothing of the answer is logged or written into a page; every wait ends in time, and when it is interrupted.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from lync_magic.errors import OperationTimedOut, SignInFailed
from lync_magic.transports import within

LOOPBACK: Final = "127.0.0.1"
HOST: Final = "localhost"
"""How token services know the loopback address of a program that has no address of its own."""

OPEN_SECONDS: Final = 10.0
"""How long starting a browser is waited for; some of them are only told when they end."""
REQUEST_SECONDS: Final = 10.0
"""How long one request may take to come in; browsers open connections that they never use."""
POLL_SLICE: Final = 0.2
_MAX_FORM: Final = 64 * 1024

_ELSEWHERE: Final = (
    "SSH_CONNECTION",
    "SSH_TTY",
    "JUPYTERHUB_USER",
    "COLAB_RELEASE_TAG",
    "CODESPACES",
    "KUBERNETES_SERVICE_HOST",
)
"""Variables of a process whose person sits at another machine."""
_SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY")

_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>lync_magic</title>"
    "<h1>{title}</h1><p>You may close this window and go back to the notebook.</p></html>"
)
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": "no-store",
    "Connection": "close",
}


def browser_here(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether this process can open a browser that its person sees: a screen, and no sign of being far away."""
    if any(environment.get(name) for name in _ELSEWHERE):
        return False
    if environment.get("BROWSER"):
        return True
    if platform not in ("win32", "darwin") and not any(environment.get(name) for name in _SCREENS):
        return False
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    return type(found) is not webbrowser.GenericBrowser  # which runs in the terminal: w3m, lynx


def open_page(address: str) -> bool:
    """Open a page in the person's browser. False when there is none; True also when it takes its time."""
    try:
        return within(OPEN_SECONDS, lambda: webbrowser.open(address), "The browser takes its time.")
    except OperationTimedOut:
        return True
    except (webbrowser.Error, OSError):
        return False


class Receiver:
    """Listens on a free port of the loopback address; a context manager. address: where the answer is to be sent."""

    def __init__(self) -> None:
        answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._answers = answers
        self._state = ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            timeout = REQUEST_SECONDS

            def do_POST(self) -> None:
                length = self.headers.get("Content-Length", "")
                size = int(length) if length.isdigit() else 0
                self._take(self.rfile.read(size).decode("utf-8", "replace") if size <= _MAX_FORM else "")

            def do_GET(self) -> None:
                self._take(urlsplit(self.path).query)

            def _take(self, form: str) -> None:
                said = {name: values[-1] for name, values in parse_qs(form).items()}
                is_ours = bool(receiver._state) and said.get("state") == receiver._state
                title = "This page takes only what was asked for."
                if is_ours:
                    title = "You have signed in." if "code" in said else "You have not signed in."
                body = _PAGE.format(title=title).encode("utf-8")
                self.send_response(200 if is_ours else 400)
                for name, value in {**_HEADERS, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                if is_ours:
                    answers.put(said)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is logged: an address may hold a code."""

        self._server = _Server((LOOPBACK, 0), Handler)
        self.address = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SLICE,), name="lync_magic browser sign-in", daemon=True
        )

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expect(self, state: str) -> None:
        """Take the answer with this `state` from now on, and no other."""
        self._state = state

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> Mapping[str, str]:
        """The answer. stopped: whether nobody waits for it any more.

        Raises OperationTimedOut after `seconds`, and SignInFailed when it was stopped.
        """
        end = time.monotonic() + seconds
        while not stopped():
            try:
                return self._answers.get(timeout=POLL_SLICE)
            except queue.Empty:
                if time.monotonic() > end:
                    raise OperationTimedOut(
                        f"Nobody signed in in the browser within {seconds:g} seconds.",
                        "Connect again; with --device-code you can sign in in a browser on another machine.",
                    ) from None
        raise SignInFailed("The session has ended; nobody is asked to sign in any more.")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that ends early is no news; a page that could not be shown neither."""
