"""The WSMan operations on a shell's commands (MS-WSMV 3.1.4): command, send, receive, signal.

Rules of this file: a request and who sent it in, an answer's envelope out, or a `WSManFault`. It runs on the event loop
and waits only in Receive and in the stop signal.
"""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID, uuid4

from lync_magic.sandbox import faults, fields, wsman
from lync_magic.sandbox.callers import Caller, Operations
from lync_magic.sandbox.dialect import POLL_SECONDS
from lync_magic.sandbox.receiving import Interrupted
from lync_magic.sandbox.shells import Shell, ShellTable, Surroundings
from lync_magic.sandbox.wsman import SHELL, Request

STOP_SIGNALS: Final = ("powershell/signal/crtl_c", "powershell/signal/ctrl_c", f"{SHELL}/signal/ctrl_c")
"""PowerShell's own spelling comes first. Compared without regard to case: clients differ."""
TERMINATE_SIGNAL: Final = f"{SHELL}/signal/terminate"
COMMAND_DONE: Final = f"{SHELL}/CommandState/Done"
COMMAND_RUNNING: Final = f"{SHELL}/CommandState/Running"
_ENVELOPE_OVERHEAD: Final = 4096
"""Bytes of an envelope that are not output."""
_STOP_SECONDS: Final = 10.0
"""How long the answer to a stop waits for the command to end."""


class CommandOperations:
    """Commands, what they read and what they say."""

    def __init__(self, shells: ShellTable, around: Surroundings) -> None:
        self._shells = shells
        self._dialect = around.dialect
        self._clock = around.clock
        self.operations: Operations = {
            f"{SHELL}/Command": self._command,
            f"{SHELL}/Send": self._send,
            f"{SHELL}/Receive": self._receive,
            f"{SHELL}/Signal": self._signal,
        }

    async def _command(self, request: Request, caller: Caller) -> bytes:
        shell = self._connected(request, caller)
        if request.body is None:
            raise faults.invalid_parameter("CommandLine")
        command_id = fields.command_id(request.body) or uuid4()
        first = fields.decoded(request.body_text("Arguments"))
        with shell.in_use():
            shell.add_command(command_id)
            shell.pool.receive(first, command_id)
        said = f"<rsp:CommandId>{fields.as_text(command_id)}</rsp:CommandId>"
        return wsman.response(request, f"<rsp:CommandResponse>{said}</rsp:CommandResponse>")

    async def _send(self, request: Request, caller: Caller) -> bytes:
        shell = self._connected(request, caller)
        stream = None if request.body is None else request.body.find(f"{{{SHELL}}}Stream")
        if stream is None:
            raise faults.invalid_parameter("Stream")
        command_id = fields.command_id(stream)
        with shell.in_use():
            shell.output(command_id)
            shell.pool.receive(fields.decoded(stream.text), command_id, prompt=stream.get("Name") == "pr")
            if command_id is None and self._dialect.has("pending"):
                await shell.output(None).all_taken()
        return wsman.response(request, "<rsp:SendResponse/>")

    async def _receive(self, request: Request, caller: Caller) -> bytes:
        shell = self._connected(request, caller)
        wanted = None if request.body is None else request.body.find(f"{{{SHELL}}}DesiredStream")
        if wanted is None:
            raise faults.invalid_parameter("DesiredStream")
        command_id = fields.command_id(wanted)
        limit = 1 if self._dialect.has("single") else (request.max_envelope_size - _ENVELOPE_OVERHEAD) * 3 // 4
        ignores_timeout = self._dialect.has("poll")
        with shell.in_use():
            try:
                timeout = self._clock.real(POLL_SECONDS) if ignores_timeout else request.timeout
                taken = await shell.output(command_id).take(limit, timeout)
            except Interrupted as interrupted:
                reason = interrupted.reason
                raise (reason if isinstance(reason, faults.WSManFault) else faults.aborted()) from None
        if not taken.chunks and not taken.finished:
            if ignores_timeout:
                return wsman.response(request, "<rsp:ReceiveResponse/>")
            raise faults.timed_out()
        streams = _streams(taken.chunks, command_id, taken.finished)
        return wsman.response(request, "<rsp:ReceiveResponse>", *streams, "</rsp:ReceiveResponse>")

    async def _signal(self, request: Request, caller: Caller) -> bytes:
        shell = self._connected(request, caller)
        command_id = fields.command_id(request.body)
        if command_id is None:
            raise faults.invalid_parameter("CommandId")
        code = (request.body_text("Code") or "").lower()
        with shell.in_use():
            shell.output(command_id)
            if code in STOP_SIGNALS:
                await _stopped(shell, command_id)
                if self._dialect.has("done"):
                    await shell.output(command_id).all_taken(finished=True)
            elif code == TERMINATE_SIGNAL:
                shell.remove_command(command_id)
            else:
                raise faults.invalid_parameter("Code")
        return wsman.response(request, "<rsp:SignalResponse/>")

    def _connected(self, request: Request, caller: Caller) -> Shell:
        shell = self._shells.find(fields.shell_id(request.selectors.get("ShellId")), caller.account)
        if shell.disconnected:
            raise faults.shell_disconnected()
        return shell


def _streams(chunks: list[bytes], command_id: UUID | None, finished: bool) -> list[str | bytes]:
    """Output and, for a command, its state. All chunks go into one element: an element has its own cost."""
    command = "" if command_id is None else f' CommandId="{fields.as_text(command_id)}"'
    parts: list[str | bytes] = []
    if chunks:
        parts += [f'<rsp:Stream Name="stdout"{command}>', fields.b64encode(b"".join(chunks)), "</rsp:Stream>"]
    if command_id is not None and finished:
        parts += [
            f'<rsp:Stream Name="stdout"{command} End="true"/>',
            f'<rsp:CommandState{command} State="{COMMAND_DONE}"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>',
        ]
    elif command_id is not None:
        parts.append(f'<rsp:CommandState{command} State="{COMMAND_RUNNING}"/>')
    return parts


async def _stopped(shell: Shell, command_id: UUID) -> None:
    """Stop a command and wait until it has said so."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def has_ended() -> None:
        loop.call_soon_threadsafe(ended.set)

    shell.pool.stop_pipeline(command_id, has_ended)
    try:
        await asyncio.wait_for(ended.wait(), _STOP_SECONDS)
    except (asyncio.TimeoutError, TimeoutError):
        raise faults.timed_out() from None
