"""The out-of-process protocol on two pipes: what `pwsh -s` and `pwsh -sshs` speak (one XML element a line).

Rules of this file: one pool per process. Each element gets its acknowledgement; a session's Close, an empty line or
the end of the input ends the server. Lines are written whole, one writer at a time.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterable
from typing import BinaryIO, Final
from uuid import UUID

from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.model import Engine
from lync_magic.sandbox.psrp import RunspacePool

_ELEMENT: Final = re.compile(rb"^<(\w+)\s+([^>]*?)\s*(?:/>|>(.*?)</\1>)\s*$", re.DOTALL)
_ATTRIBUTE: Final = re.compile(rb"(\w+)=['\"]([^'\"]*)['\"]")
_SESSION: Final = UUID(int=0)
_STOP_SECONDS: Final = 10.0
"""How long a Signal's acknowledgement waits for the pipeline to end."""


class StdioServer:
    """Serves one pool. It is the pool's `Channel` as well."""

    def __init__(self, engine: Engine, output: BinaryIO, journal: Journal | None = None) -> None:
        self._output = output
        self._writing = threading.Lock()
        self._pool = RunspacePool(engine, self, journal)

    def serve(self, lines: Iterable[bytes]) -> None:
        """Read elements until the session is closed or the input ends."""
        for line in lines:
            if not line.strip() or not self._handle(line):
                break
        self._pool.close()

    def _handle(self, line: bytes) -> bool:
        """Handle one element; False when the session is over."""
        match = _ELEMENT.match(line.strip())
        if match is None:
            return False
        name = match[1].decode()
        attributes = {key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(match[2])}
        target = UUID(attributes.get("PSGuid", str(_SESSION)))
        pipeline_id = None if target == _SESSION else target
        if name == "Data":
            data = base64.b64decode(match[3] or b"")
            self._pool.receive(data, pipeline_id, prompt=attributes.get("Stream") == "PromptResponse")
            self._acknowledge("Data", target)
        elif name == "Command" and pipeline_id is not None:
            self._pool.open_pipeline(pipeline_id)
            self._acknowledge("Command", target)
        elif name == "Signal" and pipeline_id is not None:
            self._stop(pipeline_id)
            self._acknowledge("Signal", target)
        elif name == "Close" and pipeline_id is not None:
            self._pool.close_pipeline(pipeline_id)
            self._acknowledge("Close", target)
        elif name == "Close":
            self._pool.close()
            self._acknowledge("Close", target)
            return False
        return True

    def _stop(self, pipeline_id: UUID) -> None:
        """The state message goes out before the acknowledgement, as a real server has it."""
        ended = threading.Event()
        self._pool.stop_pipeline(pipeline_id, ended.set)
        ended.wait(_STOP_SECONDS)

    def _acknowledge(self, name: str, target: UUID) -> None:
        self._write_line(f"<{name}Ack PSGuid='{target}' />")

    def _write_line(self, line: str) -> None:
        with self._writing:
            self._output.write(line.encode() + b"\n")
            self._output.flush()

    # --- the pool's channel -----------------------------------------------------------------------------------------

    def write(self, pipeline_id: UUID | None, data: bytes, urgent: bool) -> None:
        """Whole fragments, as one line."""
        self._write_line(
            f"<Data Stream='Default' PSGuid='{pipeline_id or _SESSION}'>{base64.b64encode(data).decode()}</Data>"
        )

    def finished(self, pipeline_id: UUID) -> None:
        """Nothing to say: the state message says it."""

    def wait_for_room(self, pipeline_id: UUID | None, stopped: Callable[[], bool]) -> None:
        """The pipe itself blocks its writer."""


def serve_stdio(engine: Engine, source: BinaryIO, output: BinaryIO, journal: Journal | None = None) -> None:
    """Serve one session on two binary pipes until it ends. journal: where to write what ran."""
    StdioServer(engine, output, journal).serve(iter(source.readline, b""))
