"""The WSMan operations on shells (MS-WSMV 3.1.4): create, delete, disconnect and back; and the way to all others.

Rules of this file: a request and who sent it in, an answer's envelope out, or a `WSManFault`. It runs on the event loop
and waits only in a Create that is left hanging, and in a Delete where its dialect has it so.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from functools import partial
from typing import Final

from lync_magic.sandbox import faults, fields, wsman
from lync_magic.sandbox.callers import Caller, Operations, check_permission
from lync_magic.sandbox.commands import CommandOperations
from lync_magic.sandbox.descriptions import Descriptions
from lync_magic.sandbox.idling import IdleBounds
from lync_magic.sandbox.model import Account, Engine, MakeEngine
from lync_magic.sandbox.psrp import ConnectRefused
from lync_magic.sandbox.shells import Shell, ShellRequest, ShellTable, Surroundings
from lync_magic.sandbox.strictness import Strictness
from lync_magic.sandbox.wsman import SHELL, TRANSFER, Request

RESOURCE_PREFIX: Final = wsman.POWERSHELL + "/"
OTHERS: Final = frozenset({"Microsoft.Exchange"})
"""Session configurations that expose other commands."""
_WINDOWS: Final = ("Microsoft Corporation", "OS: 10.0.20348 SP: 0.0 Stack: 3.0")
_STRANGER: Final = ("Microsoft Corporation", "OS: 0.0.0 SP: 0.0 Stack: 3.0")
_OMI: Final = ("Open Management Infrastructure", "1.9.1-0")


class WSManService:
    """Answers requests. hang: a session that has no seat is left waiting instead of refused."""

    def __init__(
        self,
        shells: ShellTable,
        make_engine: MakeEngine,
        around: Surroundings,
        *,
        idle: IdleBounds | None = None,
        hang: bool = False,
    ) -> None:
        self._shells = shells
        self._make_engine = make_engine
        self._idle = idle or IdleBounds()
        self._hang = hang
        self._dialect = around.dialect
        self._strictness = Strictness() if around.dialect.strict else None
        self._descriptions = Descriptions(shells, self._idle, waits_for_pull=around.dialect.strict)
        self._operations: Operations = {
            f"{TRANSFER}/Create": self._create,
            f"{TRANSFER}/Get": self._get,
            f"{TRANSFER}/Delete": self._delete,
            f"{SHELL}/Disconnect": self._disconnect,
            f"{SHELL}/Reconnect": self._reconnect,
            f"{SHELL}/Connect": self._connect,
            **self._descriptions.operations,
            **CommandOperations(shells, around).operations,
        }

    async def handle(self, request: Request, caller: Caller) -> bytes:
        """The answer's envelope. Raises `WSManFault`."""
        if request.action == f"{wsman.IDENTITY}/Identify":
            return self.identify()
        operation = self._operations.get(request.action)
        if operation is None:
            raise faults.invalid_action(request.action)
        if not request.resource_uri.startswith((RESOURCE_PREFIX, SHELL)):
            raise faults.invalid_resource(request.resource_uri)
        if self._strictness is not None:
            shell = self._shell(request, caller) if "ShellId" in request.selectors else None
            self._strictness.check(request, None if shell is None else shell.request.resource_uri)
        return await operation(request, caller)

    def identify(self, *, to_a_stranger: bool = False) -> bytes:
        """Who answers here; who has not signed in is not told the system's version."""
        vendor, version = _OMI if self._dialect.has("vendor") else _STRANGER if to_a_stranger else _WINDOWS
        return wsman.identify_response(vendor, version)

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
        if self._dialect.has("name") and not request.body.get("Name"):
            raise faults.Unexplained(500)
        wanted = ShellRequest(
            shell_id=fields.shell_id(request.body.get("ShellId")),
            account=caller.account,
            resource_uri=request.resource_uri,
            idle_timeout=self._idle.granted(request.body_text("IdleTimeOut")),
            client_address=caller.address,
            name=request.body_text("Name") or request.body.get("Name") or "",
        )
        try:
            shell = self._shells.add(wanted, self._maker(request.resource_uri.removeprefix(RESOURCE_PREFIX)))
        except faults.WSManFault as fault:
            if self._hang and fault.code in (faults.SHELLS_OF_USER, faults.SHELLS_OF_TENANT):
                await asyncio.Event().wait()
            raise
        with shell.in_use():
            shell.pool.receive(creation)
        described = "" if self._dialect.has("made") else self._descriptions.shell(shell)
        return wsman.response(request, _created(shell) + described)

    def _maker(self, configuration: str) -> Callable[[Account], Engine]:
        """What makes the engine of a session configuration: the usual ones have the same."""
        if configuration in OTHERS:
            return partial(self._make_engine, configuration=configuration)
        return self._make_engine

    async def _get(self, request: Request, caller: Caller) -> bytes:
        shell = self._shell(request, caller)
        with shell.in_use():
            return wsman.response(request, self._descriptions.shell(shell))

    async def _delete(self, request: Request, caller: Caller) -> bytes:
        shell = self._shell(request, caller)
        if self._dialect.has("pending"):
            with shell.in_use():
                await self._shells.say_goodbye(shell)
        self._shells.remove(shell)
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
        """First the shell, then each of its commands, for which nothing is left to do."""
        shell = self._shell(request, caller)
        command_id = fields.command_id(request.body)
        with shell.in_use():
            if command_id is None:
                if not shell.disconnected:
                    raise faults.already_connected()
                shell.reconnect()
            elif shell.disconnected:
                raise faults.shell_disconnected()
            else:
                shell.output(command_id)
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
        if shell.is_in_use and not shell.disconnected:
            raise faults.connected_to_another()
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
        f"<w:ResourceURI>{wsman.escape(shell.request.resource_uri)}</w:ResourceURI>"
        f"<w:SelectorSet>{selector}</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
    )
