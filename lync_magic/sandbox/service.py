"""The WSMan operations on shells (MS-WSMV 3.1.4): create, delete, disconnect and back; and the way to all others.

Rules of this file: a request and who sent it in, an answer's envelope out, or a `WSManFault`. It runs on the event loop
and waits only in a Create that is left hanging.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Final
from xml.sax.saxutils import escape

from lync_magic.sandbox import faults, fields, wsman
from lync_magic.sandbox.authentication import Account
from lync_magic.sandbox.callers import Caller, Operations, check_permission
from lync_magic.sandbox.commands import CommandOperations
from lync_magic.sandbox.descriptions import Descriptions
from lync_magic.sandbox.idling import IdleBounds
from lync_magic.sandbox.model import Engine
from lync_magic.sandbox.psrp import ConnectRefused
from lync_magic.sandbox.shells import Shell, ShellRequest, ShellTable
from lync_magic.sandbox.wsman import SHELL, TRANSFER, Request

RESOURCE_PREFIX: Final = wsman.POWERSHELL + "/"


class WSManService:
    """Answers requests. hang: a session that has no seat is left waiting instead of refused."""

    def __init__(
        self,
        shells: ShellTable,
        make_engine: Callable[[Account], Engine],
        *,
        idle: IdleBounds | None = None,
        hang: bool = False,
    ) -> None:
        self._shells = shells
        self._make_engine = make_engine
        self._idle = idle or IdleBounds()
        self._hang = hang
        self._descriptions = Descriptions(shells, self._idle)
        self._operations: Operations = {
            f"{TRANSFER}/Create": self._create,
            f"{TRANSFER}/Get": self._get,
            f"{TRANSFER}/Delete": self._delete,
            f"{SHELL}/Disconnect": self._disconnect,
            f"{SHELL}/Reconnect": self._reconnect,
            f"{SHELL}/Connect": self._connect,
            **self._descriptions.operations,
            **CommandOperations(shells).operations,
        }

    async def handle(self, request: Request, caller: Caller) -> bytes:
        """The answer's envelope. Raises `WSManFault`."""
        if request.action == f"{wsman.IDENTITY}/Identify":
            return wsman.identify_response()
        operation = self._operations.get(request.action)
        if operation is None:
            raise faults.invalid_action(request.action)
        if not request.resource_uri.startswith((RESOURCE_PREFIX, SHELL)):
            raise faults.invalid_resource(request.resource_uri)
        return await operation(request, caller)

    # --- a shell's life ---------------------------------------------------------------------------------------------

    async def _create(self, request: Request, caller: Caller) -> bytes:
        if not request.resource_uri.startswith(RESOURCE_PREFIX):
            raise faults.invalid_resource(request.resource_uri)
        check_permission(caller)
        if request.body is None:
            raise faults.invalid_parameter("Shell")
        creation = fields.decoded(request.body.findtext(f"{{{wsman.POWERSHELL}}}creationXml"))
        if not creation:
            raise faults.invalid_parameter("creationXml")
        wanted = ShellRequest(
            shell_id=fields.shell_id(request.body.get("ShellId")),
            account=caller.account,
            resource_uri=request.resource_uri,
            idle_timeout=self._idle.granted(request.body_text("IdleTimeOut")),
            client_address=caller.address,
            name=request.body_text("Name") or request.body.get("Name") or "",
        )
        try:
            shell = self._shells.add(wanted, self._make_engine)
        except faults.WSManFault as fault:
            if self._hang and fault.code in (faults.SHELLS_OF_USER, faults.SHELLS_OF_TENANT):
                await asyncio.Event().wait()
            raise
        with shell.in_use():
            shell.pool.receive(creation)
        return wsman.response(request, _created(shell) + self._descriptions.shell(shell))

    async def _get(self, request: Request, caller: Caller) -> bytes:
        shell = self._shell(request, caller)
        with shell.in_use():
            return wsman.response(request, self._descriptions.shell(shell))

    async def _delete(self, request: Request, caller: Caller) -> bytes:
        self._shells.remove(self._shell(request, caller))
        return wsman.response(request, "")

    def _shell(self, request: Request, caller: Caller) -> Shell:
        return self._shells.find(fields.shell_id(request.selectors.get("ShellId")), caller.account)

    # --- going away and coming back ---------------------------------------------------------------------------------

    async def _disconnect(self, request: Request, caller: Caller) -> bytes:
        shell = self._shell(request, caller)
        if shell.disconnected:
            raise faults.already_disconnected()
        with shell.in_use():
            asked = request.body_text("IdleTimeOut")
            if asked:
                shell.idle_timeout = self._idle.granted(asked)
            shell.disconnect()
        return wsman.response(request, "<rsp:DisconnectResponse/>")

    async def _reconnect(self, request: Request, caller: Caller) -> bytes:
        shell = self._shell(request, caller)
        if not shell.disconnected:
            raise faults.already_connected()
        with shell.in_use():
            shell.reconnect()
        return wsman.response(request, "<rsp:ReconnectResponse/>")

    async def _connect(self, request: Request, caller: Caller) -> bytes:
        """Another client takes a shell over: first the shell, with its pool's first message, then each command."""
        shell = self._shell(request, caller)
        command_id = fields.command_id(request.body)
        if command_id is not None:
            shell.output(command_id)
            return wsman.response(request, "<rsp:ConnectResponse/>")
        given = None if request.body is None else request.body.findtext(f"{{{wsman.POWERSHELL}}}connectXml")
        if not given:
            raise faults.invalid_parameter("connectXml")
        with shell.in_use():
            try:
                said = shell.connect(fields.decoded(given))
            except ConnectRefused:
                raise faults.invalid_parameter("connectXml") from None
        answer = base64.b64encode(said).decode()
        return wsman.response(
            request,
            f'<rsp:ConnectResponse><pwsh:connectResponseXml xmlns:pwsh="{wsman.POWERSHELL}">{answer}'
            "</pwsh:connectResponseXml></rsp:ConnectResponse>",
        )


def _created(shell: Shell) -> str:
    """Where the new shell is (MS-WSMV 3.1.4.5.2)."""
    selector = f'<w:Selector Name="ShellId">{fields.as_text(shell.id)}</w:Selector>'
    return (
        f"<x:ResourceCreated><a:Address>{wsman.ADDRESSING}/role/anonymous</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{escape(shell.request.resource_uri)}</w:ResourceURI>"
        f"<w:SelectorSet>{selector}</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
    )
