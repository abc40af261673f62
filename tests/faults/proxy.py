"""A proxy that does harm, in a process of its own: between a client that trusts its authority, and a WSMan server.

    python proxy.py --port PORT --http-port PORT --ca FILE    (the server's ports, and the authority of its certificate)

It says where it listens in one JSON line: `https`, `http` (for discovery), `tcp` (which passes TLS through, and harms
its bytes), and `ca`. Then a line of JSON on its standard input arms one fault, `{}` takes it away and hangs up every
connection; each is answered by `{"fired": …}`: what the fault before it met, or null. It ends with its input.

A fault: `stage` (create, command, receive, send, signal, delete, discovery, tcp), `nth` (of that stage, from 1), `kind`
(of `KINDS`), `before` (the server does not get the request: the harm is done in its place), `at` (the byte class of
`PLACES` at which it is done), for tcp `offset` (bytes of one direction) and `from_server`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from certificates import make_authority

KINDS = (
    *("cut", "reset", "truncate", "stall", "long-stall", "black-hole", "drip", "flip"),
    *("duplicate", "twice", "swallow", "replay", "500", "502", "503", "504", "empty", "html", "redirect"),
)
PLACES = ("status", "headers", "envelope", "stream", "last")
STALL_SECONDS, LONG_STALL_SECONDS, DRIP_SECONDS = 0.5, 30.0, 0.1
_ACTION = re.compile(rb"<[^<>]*Action[^<>]*>[^<>]*/(\w+)</")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_STREAM = re.compile(rb"[A-Za-z0-9+/=]{64,}")
_XML = b"Content-Type: application/soap+xml;charset=UTF-8\r\n"


class Fault(NamedTuple):
    """What goes wrong, once; see above."""

    stage: str
    nth: int = 1
    kind: str = "cut"
    before: bool = False
    at: str = "envelope"
    offset: int = 0
    from_server: bool = True


class Plan:
    """The fault that is armed, and every connection that is open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fault: Fault | None = None
        self._left = 0
        self._fired: str | None = None
        self._open: set[socket.socket] = set()
        self.passed = {True: 0, False: 0}
        self.last: dict[str, bytes] = {}
        """The last answer of each stage."""

    def arm(self, fault: Fault | None) -> str | None:
        """Take this one in place of the last; what that has met."""
        with self._lock:
            fired, self._fired = self._fired, None
            self._fault, self._left = fault, fault.nth if fault is not None else 0
            self.passed = {True: 0, False: 0}
            connections = list(self._open) if fault is None else []
        for one in connections:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        return fired

    def meets(self, stage: str) -> Fault | None:
        """The fault, where its turn has come."""
        with self._lock:
            if self._fault is None or self._fault.stage not in (stage, "any"):
                return None
            self._left -= 1
            if self._left:
                return None
            self._fired = stage
            return self._fault

    def meets_bytes(self, from_server: bool, size: int) -> int | None:
        """How many of these bytes pass before the fault of the TCP proxy comes; None when it does not."""
        with self._lock:
            fault, start = self._fault, self.passed[from_server]
            self.passed[from_server] += size
            mine = fault is not None and fault.stage == "tcp" and fault.from_server == from_server
            if fault is None or not mine or self._fired or not start <= fault.offset < start + size:
                return None
            self._fired = "tcp"
            return fault.offset - start

    @property
    def fault(self) -> Fault | None:
        return self._fault

    @contextlib.contextmanager
    def held(self, *sockets: socket.socket) -> Iterator[None]:
        """They are open while this lasts."""
        with self._lock:
            self._open.update(sockets)
        try:
            yield
        finally:
            with self._lock:
                self._open.difference_update(sockets)
            for one in sockets:
                with contextlib.suppress(OSError):
                    one.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--port", "--http-port"):
        parser.add_argument(option, type=int, required=True)
    parser.add_argument("--ca", required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lync-magic-proxy-") as folder:
        ca, chain = make_authority(Path(folder))
        inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        inside.load_cert_chain(chain)
        outside = ssl.create_default_context(cafile=given.ca)
        plan = Plan()

        def to_server(port: int, tls: bool) -> socket.socket:
            plain = socket.create_connection(("127.0.0.1", port), 10)
            plain.settimeout(None)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return outside.wrap_socket(plain, server_hostname="localhost") if tls else plain

        def https(client: socket.socket) -> None:
            with inside.wrap_socket(client, server_side=True) as secure, to_server(given.port, True) as server:
                serve_http(plan, secure, server)

        def http(client: socket.socket) -> None:
            with to_server(given.http_port, False) as server:
                serve_http(plan, client, server)

        def tcp(client: socket.socket) -> None:
            with to_server(given.port, False) as server:
                serve_tcp(plan, client, server)

        told = {name: listen(serve) for name, serve in (("https", https), ("http", http), ("tcp", tcp))}
        say({**told, "ca": str(ca)})
        for line in sys.stdin:
            asked = json.loads(line)
            say({"fired": plan.arm(Fault(**asked) if asked else None)})


def say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def listen(serve: Callable[[socket.socket], None]) -> int:
    """Serve each connection in a thread of its own; the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def one(client: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError, ValueError), client:
            serve(client)

    def accept() -> None:
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=one, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(listener.getsockname()[1])


# --- HTTP -----------------------------------------------------------------------------------------------------------


def serve_http(plan: Plan, client: socket.socket, server: socket.socket) -> None:
    """Pass requests and answers on until one of them meets the fault and the connection does not survive it."""
    with plan.held(client, server), client.makefile("rb") as asking, server.makefile("rb") as answering:
        while (request := read_message(asking)) is not None:
            stage = stage_of(request)
            fault = plan.meets(stage)
            if fault is not None and fault.before:
                answer = request if fault.kind in ("cut", "reset", "truncate", "flip") else b""
                if fault.kind in ("stall", "long-stall"):
                    time.sleep(STALL_SECONDS if fault.kind == "stall" else LONG_STALL_SECONDS)
                    fault = None
                elif not harm(plan, fault, client, answer, server, stage):
                    return
                else:
                    continue
            server.sendall(request)
            if fault is not None and fault.kind in ("twice", "swallow"):
                first = read_message(answering)
                server.sendall(request)
                second = read_message(answering)
                client.sendall((first if fault.kind == "twice" else second) or b"")
                continue
            answer = read_message(answering)
            if answer is None:
                return
            if fault is None:
                client.sendall(answer)
            elif not harm(plan, fault, client, answer, None, stage):
                return
            plan.last[stage] = answer


def harm(
    plan: Plan, fault: Fault, client: socket.socket, message: bytes, server: socket.socket | None, stage: str
) -> bool:
    """Do it; whether the connection goes on. message: the answer, or with `server` the request, which goes there."""
    kind, sink = fault.kind, server or client
    at = place(message, fault.at) if message else 0
    if kind.isdigit() or kind in ("empty", "html", "redirect"):
        client.sendall(stranger(kind))
    elif kind == "flip":
        sink.sendall(message[:at] + bytes([message[at] ^ 0x11]) + message[at + 1 :])
        if server is not None:
            client.sendall(read_message(server.makefile("rb")) or b"")
    elif kind == "duplicate":
        client.sendall(message + message)
    elif kind == "replay":
        client.sendall(plan.last.get(stage, message))
    elif kind in ("stall", "long-stall"):
        client.sendall(message[:at])
        time.sleep(STALL_SECONDS if kind == "stall" else LONG_STALL_SECONDS)
        client.sendall(message[at:])
    elif kind == "drip":
        client.sendall(message[:at])
        for byte in message[at:]:
            client.sendall(bytes([byte]))
            time.sleep(DRIP_SECONDS)
    elif kind == "black-hole":
        client.sendall(message[:at])
        while client.recv(65536):
            pass
        return False
    else:
        without_length = _LENGTH.sub(b"\r\nConnection: close", message, 1) if kind == "cut" else message
        sink.sendall(without_length[: place(without_length, fault.at)])
        if kind == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    return True


def stranger(kind: str) -> bytes:
    """An answer that the server never gave."""
    if kind == "empty":
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    if kind == "redirect":
        return b"HTTP/1.1 302 Found\r\nLocation: https://localhost:1/elsewhere\r\nContent-Length: 0\r\n\r\n"
    page = b"<html><title>Sign in to this network</title></html>"
    status = b"200 OK" if kind == "html" else kind.encode() + b" Trouble"
    return b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (status, len(page), page)


def place(message: bytes, at: str) -> int:
    """Where a byte class begins, or its middle, as an offset that is within the message."""
    body = message.find(b"\r\n\r\n") + 4
    stream = max(_STREAM.finditer(message, body), key=lambda run: run.end() - run.start(), default=None)
    where = {
        "status": 7,
        "headers": body // 2,
        "envelope": body + min(300, (len(message) - body) // 3),
        "stream": (stream.start() + stream.end()) // 2 if stream else (body + len(message)) // 2,
        "last": len(message) - 1,
    }
    return min(where[at], len(message) - 1)


def stage_of(request: bytes) -> str:
    """What a request asks for."""
    action = _ACTION.search(request)
    return action[1].decode().lower() if action else "discovery"


def read_message(source: BinaryIO) -> bytes | None:
    """One HTTP message, with its body; None at the end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = source.readline(65536)
        if not line:
            return None
        head += line
    length = _LENGTH.search(head)
    body = source.read(int(length[1])) if length else b""
    return head + body if not length or len(body) == int(length[1]) else None


# --- TCP ------------------------------------------------------------------------------------------------------------


def serve_tcp(plan: Plan, client: socket.socket, server: socket.socket) -> None:
    """Pass bytes on, both ways, until the fault's offset comes."""
    with plan.held(client, server):
        back = threading.Thread(target=pass_bytes, args=(plan, server, client, True), daemon=True)
        back.start()
        pass_bytes(plan, client, server, False)
        back.join()


def pass_bytes(plan: Plan, source: socket.socket, sink: socket.socket, from_server: bool) -> None:
    """One direction."""
    try:
        while data := source.recv(65536):
            at = plan.meets_bytes(from_server, len(data))
            fault = plan.fault
            if at is None or fault is None:
                sink.sendall(data)
            elif fault.kind == "flip":
                sink.sendall(data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :])
            elif fault.kind in ("stall", "long-stall", "drip"):
                sink.sendall(data[:at])
                for piece in [data[at:]] if fault.kind != "drip" else [bytes([one]) for one in data[at:]]:
                    time.sleep({"stall": STALL_SECONDS, "drip": DRIP_SECONDS}.get(fault.kind, LONG_STALL_SECONDS))
                    sink.sendall(piece)
            elif fault.kind == "black-hole":
                sink.sendall(data[:at])
                while source.recv(65536):
                    pass
            else:
                sink.sendall(data[:at])
                if fault.kind == "reset":
                    for one in (source, sink):
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
    except OSError:
        pass
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main()
