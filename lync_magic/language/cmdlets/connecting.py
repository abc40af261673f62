"""The cmdlets that sign in and open sessions: Get-Credential, New-CsOnlineSession, New-PSSession.

Rules: they ask their `SessionHost` for whatever needs a person or the notebook, and hold nothing; -Pin and -CA are ours
(PowerShell has nothing but "verify nothing" for a server that the machine does not know). Errors of connecting
end the cell: what follows such a statement would run on nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lync_magic.clixml import Credential
from lync_magic.errors import CertificateNotTrusted, LyncError, UsageError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.session_host import SessionHost, report_of, text_or_none, texts, token_of
from lync_magic.language.cmdlets.session_options import proxy_of, session_option, skips_checks
from lync_magic.language.cmdlets.ssh_hosts import SSH_PARAMETERS, is_ssh, ssh_targets
from lync_magic.psrp import Report
from lync_magic.sessions import AT_ONCE, WSMAN_APPLICATION, Session, Target, computer_uri, open_several

AUTHENTICATIONS: Final = {
    "basic": "basic",
    "negotiate": "negotiate",
    "default": "negotiate",
    "kerberos": "kerberos",
    "credssp": "credssp",
    "negotiatewithimplicitcredential": "kerberos",
}

_WSMAN: Final = ("ComputerName", "Uri")
_NEW_SESSION: Final = (
    ParameterSpec("ComputerName", "string[]", aliases=("Cn",), position=0, sets=("ComputerName",)),
    ParameterSpec("Credential", "object", sets=_WSMAN),
    ParameterSpec("ConnectionUri", "string[]", aliases=("URI", "CU"), sets=("Uri",)),
    ParameterSpec("ConfigurationName", "string", sets=_WSMAN),
    ParameterSpec("Authentication", "string", sets=_WSMAN),
    ParameterSpec("UseSSL", "switch", sets=("ComputerName",)),
    ParameterSpec("Port", "int", sets=("ComputerName", "SSHHost")),
    ParameterSpec("ApplicationName", "string", sets=("ComputerName",)),
    ParameterSpec("AllowRedirection", "switch", sets=_WSMAN),
    ParameterSpec("SessionOption", "object", sets=_WSMAN),
    ParameterSpec("ThrottleLimit", "int", sets=_WSMAN),
    ParameterSpec("Name", "string[]"),
    ParameterSpec("EnableNetworkAccess", "switch", sets=_WSMAN),
    ParameterSpec("Pin", "string"),
    ParameterSpec("CA", "string", sets=_WSMAN),
    ParameterSpec("CertificateThumbprint", "string", unsupported=True),
    *SSH_PARAMETERS,
)
_OF_WSMAN: Final = frozenset(("ConnectionUri", "Port", "Pin", "UseSSL", "ApplicationName", "CertificateThumbprint"))
WAYS: Final = tuple(
    replace(spec, sets=())
    for spec in _NEW_SESSION
    if (spec.sets == _WSMAN or spec.name in _OF_WSMAN) and spec.name != "ThrottleLimit"
)
"""How a session to a computer is opened, for every cmdlet that opens one."""
_FINGERPRINT: Final = re.compile(r"SHA256:[0-9A-F]{64}")


@dataclass(frozen=True)
class Connecting:
    """Signs in for cells of one host."""

    host: SessionHost

    def get_credential(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        given = call.get("Credential")
        if isinstance(given, Credential):
            yield given
            return
        name = call.get("UserName") or given or ""
        yield self.host.get_credential(str(name), str(call.get("Message") or call.get("Title") or ""))

    def new_online_session(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        token = token_of(call.get("OAuthAccessToken"))
        user_name = str(call.get("UserName") or "")
        credential = None
        if token is None:
            credential = self.credential(call.get("Credential"), user_name)
        elif call.given("Credential"):
            raise UsageError("A credential and a token were both given.", "Give -UserName with -OAuthAccessToken.")
        proxy = proxy_of(call.get("SessionOption"))
        target = Target(
            user_name=credential.user_name if credential is not None else user_name,
            token=token,
            options=session_option(call.get("SessionOption")),
            proxy=proxy.address,
            proxy_log_on=proxy.log_on,
            environment=text_or_none(call.get("TeamsEnvironmentName")),
            override_admin_domain=text_or_none(call.get("OverrideAdminDomain")),
            override_discovery_uri=text_or_none(call.get("OverrideDiscoveryUri")),
            override_powershell_uri=text_or_none(call.get("OverridePowerShellUri")),
        )
        session = self._opened(target, credential, call, report_of(call))
        self.host.adopt(session)
        yield session

    def new_session(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        credential, targets = (None, ssh_targets(call)) if is_ssh(call) else self._computers(call)
        names = texts(call.get("Name"))
        for place, session in enumerate(self._all_opened(targets, credential, call)):
            if isinstance(session, LyncError):
                if len(targets) == 1:
                    raise session
                call.services.error(session)  # the others are opened all the same
                continue
            self.host.adopt(session)
            if place < len(names):
                session.name = names[place]
            yield session

    def _computers(self, call: BoundCall) -> tuple[Credential | None, list[Target]]:
        """The targets of -ComputerName or -ConnectionUri, and who signs in to them."""
        method = str(call.get("Authentication") or "negotiate").lower()
        if method not in AUTHENTICATIONS:
            raise UsageError(
                f"There is no authentication {call.get('Authentication')!s}.",
                "Use Basic, Negotiate, Kerberos or CredSSP.",
            )
        auth = AUTHENTICATIONS[method]
        credential = None
        if call.given("Credential") or auth != "kerberos":
            credential = self.credential(call.get("Credential"), "")
        proxy = proxy_of(call.get("SessionOption"))
        targets = [
            Target(
                user_name=credential.user_name if credential else "",
                uri=uri,
                auth=auth,
                configuration=text_or_none(call.get("ConfigurationName")),
                options=session_option(call.get("SessionOption")),
                proxy=proxy.address,
                proxy_log_on=proxy.log_on,
                pin=text_or_none(call.get("Pin")),
                ca=text_or_none(call.get("CA")),
            )
            for uri in _connection_uris(call)
        ]
        return credential, targets

    def _all_opened(
        self, targets: list[Target], credential: Credential | None, call: BoundCall
    ) -> Iterator[Session | LyncError]:
        """A session for each target, at most -ThrottleLimit of them being opened at once, or why there is none."""

        def open_one(target: Target, report: Report) -> Session:
            return self._opened(target, credential, call, report)

        if len(targets) > 1 and not is_ssh(call):  # ssh may ask a person, one question after the other
            yield from open_several(targets, open_one, report_of(call), int(call.get("ThrottleLimit") or AT_ONCE))
            return
        for target in targets:
            try:
                session = open_one(target, report_of(call))
            except LyncError as error:
                yield error
            else:
                yield session

    def _opened(self, target: Target, credential: Credential | None, call: BoundCall, report: Report) -> Session:
        """Connect. Raises CertificateNotTrusted with what a cell can say to trust this server."""
        try:
            return self.host.open_session(target, credential, report)
        except CertificateNotTrusted as error:
            error.advice = _how_to_trust(error, target, skips=skips_checks(call.get("SessionOption")))
            raise

    def credential(self, given: object, user_name: str) -> Credential:
        """The credential that was given, or asked for."""
        if isinstance(given, Credential):
            return given
        return self.host.get_credential(user_name or ("" if given is None else str(given)), "")


def _how_to_trust(error: CertificateNotTrusted, target: Target, *, skips: bool) -> str:
    if target.uri is None:
        return error.advice
    found = _FINGERPRINT.search(error.message)
    pin = found[0] if found else "SHA256:…"
    ways = f"If you know this server: New-PSSession … -CA FILE (its authority, PEM), or … -Pin {pin}."
    return f"-SkipCACheck is taken for a certificate that is pinned, and for no other. {ways}" if skips else ways


def _connection_uris(call: BoundCall) -> list[str]:
    uris = texts(call.get("ConnectionUri"))
    if uris:
        return list(uris)
    computers = texts(call.get("ComputerName"))
    if not computers:
        raise UsageError(
            "Nothing says where to connect.",
            "Give -ConnectionUri https://host/OcsPowershell, or -ComputerName.",
        )
    return [
        computer_uri(
            computer,
            ssl=call.switch("UseSSL"),
            port=call.get("Port"),
            application=str(call.get("ApplicationName") or WSMAN_APPLICATION),
        )
        for computer in computers
    ]


def connecting_commands(host: SessionHost) -> tuple[ClientCommand, ...]:
    """The cmdlets that open sessions, for a cell that this host serves."""
    cmdlets = Connecting(host)
    return (
        ClientCommand(
            "Get-Credential",
            (
                ParameterSpec("Credential", "object", position=0),
                ParameterSpec("UserName", "string"),
                ParameterSpec("Message", "string"),
                ParameterSpec("Title", "string"),
            ),
            cmdlets.get_credential,
            class_name="GetCredentialCommand",
        ),
        ClientCommand(
            "New-CsOnlineSession",
            (
                ParameterSpec("Credential", "object", position=0),
                ParameterSpec("UserName", "string"),
                ParameterSpec("OverrideAdminDomain", "string"),
                ParameterSpec("OverrideDiscoveryUri", "string"),
                ParameterSpec("OverridePowerShellUri", "string"),
                ParameterSpec("OAuthAccessToken", "object"),
                ParameterSpec("SessionOption", "object"),
                ParameterSpec("TeamsEnvironmentName", "string"),
            ),
            cmdlets.new_online_session,
        ),
        ClientCommand(
            "New-PSSession",
            _NEW_SESSION,
            cmdlets.new_session,
            aliases=("nsn",),
            default_set="ComputerName",
            class_name="NewPSSessionCommand",
        ),
    )
