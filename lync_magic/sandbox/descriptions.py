"""What the server says of its shells and commands: Get, Enumerate and Pull (MS-WSMV 3.1.4.1, DSP0226 8).

Rules of this file: reading only; asking about a shell does not count as using it. A person sees their own shells, an
administrator their tenant's.
"""

from __future__ import annotations

import os
from typing import Final
from uuid import uuid4
from xml.sax.saxutils import quoteattr

from lync_magic.sandbox import faults, fields, refusals, wsman
from lync_magic.sandbox.callers import Caller, Operations
from lync_magic.sandbox.idling import IdleBounds
from lync_magic.sandbox.shells import Shell, ShellTable
from lync_magic.sandbox.wsman import ENUMERATION, SHELL, WSMAN, Request

COMMAND_RESOURCE: Final = SHELL + "/Command"
_MAX_ENUMERATIONS: Final = 32
"""How many enumerations may wait for their Pull; the oldest is forgotten."""


class Descriptions:
    """Describes shells. waits_for_pull: whether items come with a Pull where the client did not ask for them at once
    (`OptimizeEnumeration`); else they come at once anyhow."""

    def __init__(self, shells: ShellTable, idle: IdleBounds, *, waits_for_pull: bool = False) -> None:
        self._shells = shells
        self._idle = idle
        self._waits_for_pull = waits_for_pull
        self._waiting: dict[str, str] = {}
        self.operations: Operations = {
            f"{ENUMERATION}/Enumerate": self._enumerate,
            f"{ENUMERATION}/Pull": self._pull,
        }

    def shell(self, shell: Shell) -> str:
        """One shell as an element, with the children that WinRM gives it."""
        request = shell.request
        shell_id = fields.as_text(shell.id)
        name = f" Name={quoteattr(request.name)}" if request.name else ""
        values = (
            ("ShellId", shell_id),
            ("Name", request.name),
            ("ResourceUri", request.resource_uri),
            ("Owner", request.account.user_name),
            ("ClientIP", request.client_address),
            ("ProcessId", str(os.getpid())),
            ("IdleTimeOut", wsman.seconds(shell.idle_timeout)),
            ("InputStreams", "stdin pr"),
            ("OutputStreams", "stdout"),
            ("MaxIdleTimeOut", wsman.seconds(self._idle.longest)),
            ("Locale", "en-US"),
            ("DataLocale", "en-US"),
            ("CompressionMode", "NoCompression"),
            ("ProfileLoaded", "No"),
            ("Encoding", "UTF8"),
            ("BufferMode", "Block"),
            ("State", state(shell)),
            ("ShellRunTime", wsman.days_to_seconds(shell.age)),
            ("ShellInactivity", wsman.days_to_seconds(shell.inactivity)),
        )
        told = wsman.elements((key, value) for key, value in values if value)
        return f'<rsp:Shell{name} ShellId="{shell_id}">{told}</rsp:Shell>'

    async def _enumerate(self, request: Request, caller: Caller) -> bytes:
        resource = request.resource_uri.lower()
        if resource == COMMAND_RESOURCE.lower():
            items = self._commands(request, caller)
        elif resource == SHELL.lower():
            items = "".join(self.shell(shell) for shell in self._shells.visible_to(caller.account))
        else:
            raise faults.invalid_resource(request.resource_uri)
        at_once = request.body is not None and request.body.find(f"{{{WSMAN}}}OptimizeEnumeration") is not None
        if at_once or not self._waits_for_pull:
            said = f"<n:EnumerationContext/><w:Items>{items}</w:Items><w:EndOfSequence/>"
        else:
            said = f"<n:EnumerationContext>uuid:{self._keep(items)}</n:EnumerationContext>"
        return wsman.response(request, f"<n:EnumerateResponse>{said}</n:EnumerateResponse>")

    def _keep(self, items: str) -> str:
        context = fields.as_text(uuid4())
        self._waiting[context] = items
        while len(self._waiting) > _MAX_ENUMERATIONS:
            del self._waiting[next(iter(self._waiting))]
        return context

    async def _pull(self, request: Request, caller: Caller) -> bytes:
        said = None if request.body is None else request.body.findtext(f"{{{ENUMERATION}}}EnumerationContext")
        items = self._waiting.pop((said or "").strip().removeprefix("uuid:"), None)
        if items is None:
            raise refusals.invalid_enumeration_context()
        return wsman.response(request, f"<n:PullResponse><n:Items>{items}</n:Items><n:EndOfSequence/></n:PullResponse>")

    def _commands(self, request: Request, caller: Caller) -> str:
        selector = None if request.body is None else request.body.find(f".//{{{WSMAN}}}Selector")
        shell = self._shells.find(fields.shell_id(None if selector is None else selector.text), caller.account)
        shell_id = fields.as_text(shell.id)
        return "".join(
            "<rsp:Command>"
            + wsman.elements((("ShellId", shell_id), ("CommandId", fields.as_text(one)), ("State", state(shell))))
            + "</rsp:Command>"
            for one in shell.command_ids
        )


def state(shell: Shell) -> str:
    """`Connected` or `Disconnected`."""
    return "Disconnected" if shell.disconnected else "Connected"
