"""The PowerShell endpoints over HTTP: who asks, the envelope in its encryption, the answer, and mishaps on its way.

Rules of this file: headers and bodies only; what an answer says is the service's. On plain http nothing is read that is
not encrypted.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

from tornado.iostream import IOStream

from lync_magic.sandbox import encryption, faults, fields, wsman
from lync_magic.sandbox.authentication import (
    BASIC_CHALLENGE,
    CREDSSP_SCHEME,
    LOGON_FAILED,
    NEGOTIATE_SCHEMES,
    Outcome,
)
from lync_magic.sandbox.callers import Caller
from lync_magic.sandbox.commands import STOP_SIGNALS
from lync_magic.sandbox.dialect import CRASH_BYTES, LINGER_SECONDS
from lync_magic.sandbox.misbehaving import Answer, Said, altered
from lync_magic.sandbox.mishaps import Mishap
from lync_magic.sandbox.site import Handler
from lync_magic.sandbox.wsman import SHELL, Request

OAUTH_PATH: Final = "/ocspowershelloauth"
_SOAP: Final = re.compile(r"application/soap\+xml *; *charset=\"?utf-8|multipart/(x-multi-)?encrypted", re.IGNORECASE)
"""What a strict server reads."""


class WSManHandler(Handler):
    """The PowerShell endpoints."""

    async def get(self) -> None:
        """No operation of WSMan; clients ask so what the endpoint wants of them."""
        if self._authenticate() is not None:
            self.set_status(405)

    async def post(self) -> None:
        """One envelope, plain or encrypted."""
        if self._is_gone() or await self._identified():
            return
        outcome = self._authenticate()
        if outcome is None or outcome.account is None or not self.request.body:
            mishap = self.site.mishaps.pick(("sign-in",))
            if mishap is not None:
                await self.deliver(Answer(self.get_status(), "", b""), mishap)
            return
        envelope = self._opened()
        if not envelope:
            self.set_status(400 if self._has("mime") else 403)
            return
        if self._has("crash") and len(envelope) >= CRASH_BYTES:
            self.detach().close()
            return
        if len(envelope) > wsman.MAX_ENVELOPE_SIZE:
            self.set_status(413)
            return
        if self.site.around.dialect.strict and not _SOAP.match(self._content_type):
            self.set_status(415)
            return
        caller = Caller(outcome.account, self.request.remote_ip or "", self.get_query_argument("AdminDomain", ""))
        try:
            await self._answer(envelope, caller)
        except asyncio.CancelledError:
            self.did += " (client gone)"

    def _has(self, way: str) -> bool:
        return self.site.around.dialect.has(way)

    def _is_gone(self) -> bool:
        """Where the dialect has it so: whether the connection was idle for too long, which ends it now."""
        if not self._has("linger"):
            return False
        authentication = self.site.authentication(self._stream())
        now = self.site.around.clock.now()
        was_used, authentication.last_used = authentication.last_used, now
        if authentication.context is None or now - was_used < LINGER_SECONDS:
            return False
        self.detach().close()
        return True

    async def _identified(self) -> bool:
        """Tell who does not sign in, and says so, who answers here (MS-WSMV 2.2.3.1)."""
        if self.request.headers.get("WSMANIDENTIFY", "").lower() != "unauthenticated":
            return False
        try:
            if operations_of(wsman.parse(self.request.body)) != ("identify",):
                return False
        except faults.WSManFault:
            return False
        answer = Answer(200, wsman.CONTENT_TYPE, self.site.service.identify(to_a_stranger=True))
        await self.deliver(answer, self.site.mishaps.pick(("identify",)))
        return True

    def _opened(self) -> bytes:
        """The request's envelope; nothing where it is not one that may be read."""
        if not encryption.is_encrypted(self._content_type):
            return bytes(self.request.body) if self.is_secure else b""
        context = self.site.authentication(self._stream()).context
        try:
            if context is None:
                return b""
            return encryption.decrypt(context, self.request.body, bare=self._has("mime"))
        except encryption.NotDecrypted:
            return b""

    async def _answer(self, envelope: bytes, caller: Caller) -> None:
        try:
            request = wsman.parse(envelope)
        except faults.WSManFault as fault:
            await self._send(Said(400, b"") if self._has("faults") else self._fault(fault, ""), None)
            return
        self.did = request.action.rpartition("/")[2]
        names = operations_of(request)
        mishap = self.site.mishaps.pick(names)
        if mishap is not None:
            self.did += f" ({mishap.spec})"
        question = (names[-1], request.selectors.get("ShellId"), _command(request) if names[0] == "receive" else None)

        async def work() -> Said:
            said = await self._work(request, caller)
            if self.site.mishaps.replays and said.status == 200:
                self.site.keep(question, said)
            return said

        last = self.site.said.get(question)
        await self._send(await altered(mishap, work, message_id=request.message_id, last=last), mishap)

    async def _work(self, request: Request, caller: Caller) -> Said:
        self._task = asyncio.ensure_future(self.site.service.handle(request, caller))
        try:
            return Said(200, await self._task)
        except faults.WSManFault as fault:
            return self._fault(fault, request.message_id)
        except faults.Unexplained as refusal:
            return Said(refusal.status, b"")

    def _fault(self, fault: faults.WSManFault, message_id: str) -> Said:
        self.did += f" fault {fault.code}"
        write = wsman.bare_fault_envelope if self._has("faults") else wsman.fault_envelope
        return Said(500, write(fault, message_id))

    async def _send(self, said: Said, mishap: Mishap | None) -> None:
        content_type, body = wsman.CONTENT_TYPE, said.envelope
        if self._has("prefixes"):
            body = wsman.with_other_prefixes(body)
        context = self.site.authentication(self._stream()).context
        if encryption.is_encrypted(self._content_type) and context is not None and body:
            content_type, body = encryption.encrypt(context, body, self._content_type, bare=self._has("mime"))
        await self.deliver(Answer(said.status, content_type, body), mishap)

    @property
    def _content_type(self) -> str:
        return str(self.request.headers.get("Content-Type", ""))

    def _authenticate(self) -> Outcome | None:
        """Who asks; None when the answer, a 401, is made."""
        outcome = self.site.authentication(self._stream()).authenticate(
            self.request.headers.get("Authorization"),
            self._challenges(),
            secure=self.is_secure,
            certificate=self._certificate(),
        )
        if self._has("mute") and "Authorization" not in self.request.headers and outcome.account is None:
            self.set_status(400)
            return None
        for line in outcome.challenges:
            self.add_header("WWW-Authenticate", line)
        if outcome.account is not None:
            return outcome
        self.set_status(401)
        if outcome.refused_user:
            text = LOGON_FAILED.format(user=outcome.refused_user)
            fault = faults.logon_failed(text)
            self.set_header("Content-Type", wsman.CONTENT_TYPE)
            self.write(wsman.fault_envelope(fault))
        return None

    def _challenges(self) -> tuple[str, ...]:
        bound = (*NEGOTIATE_SCHEMES, CREDSSP_SCHEME) if self.site.credssp else NEGOTIATE_SCHEMES
        if not self.is_secure:
            return bound
        if self.request.path.lower().rstrip("/") == OAUTH_PATH:
            return (self.site.tokens.challenge(),)
        return (*bound, BASIC_CHALLENGE)

    def _certificate(self) -> bytes | None:
        """What the client showed in the TLS handshake, in DER."""
        shown = self.request.get_ssl_certificate(binary_form=True) if self.is_secure else None
        return shown if isinstance(shown, bytes) else None

    def _stream(self) -> IOStream:
        connection: Any = self.request.connection
        stream: IOStream = connection.stream
        return stream


def operations_of(request: Request) -> tuple[str, ...]:
    """What mishaps call a request: its general name and, for two operations, a more exact one."""
    name = request.action.rpartition("/")[2].lower()
    if name == "receive":
        return name, "receive-shell" if _command(request) is None else "receive-command"
    if name == "signal":
        code = (request.body_text("Code") or "").lower()
        return name, "stop" if code in STOP_SIGNALS else "terminate"
    return (name,)


def _command(request: Request) -> object:
    """The command that a Receive is for; None for the shell's own."""
    wanted = None if request.body is None else request.body.find(f"{{{SHELL}}}DesiredStream")
    try:
        return fields.command_id(wanted)
    except faults.WSManFault:
        return None
