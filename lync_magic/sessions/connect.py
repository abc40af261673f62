"""Connect: from what a person says to an open session.

Three ways to say where: a user name (the endpoint is discovered from its domain), an address (`uri`), or a command
line that speaks the out-of-process protocol (`process`). Rules: what does not go together is refused before anything
is sent; steps are reported in the words of `New-CsOnlineSession -Verbose`; a failure leaves no session, no seat and
no process.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote, urlsplit

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import CredentialNeeded, UsageError
from lync_magic.psrp import Host, Report, RunspacePool, VerboseRecord, ignore
from lync_magic.sessions.discovery import ACCEPT, admin_domain, find_endpoint, root_address
from lync_magic.sessions.registry import Registry, registry
from lync_magic.sessions.sandbox import BUILT_IN_DOMAINS, SandboxKeeper, sandbox
from lync_magic.sessions.session import Session
from lync_magic.transports import (
    Authentication,
    Endpoint,
    ProcessTransport,
    Transport,
    WebClient,
    WSManTransport,
)

DEFAULT_TIMEOUT: Final = 60.0
DEFAULT_CONFIGURATION: Final = "Microsoft.PowerShell"
DISCOVERY_SECONDS: Final = 15.0
AUTHENTICATIONS: Final = ("basic", "ntlm", "kerberos", "certificate", "credssp", "bearer")


@dataclass(frozen=True)
class Target:
    """Where to connect, and how to sign in there. Holds no secret but by reference.

    user_name: who signs in; its domain is where the discovery starts.  uri: the endpoint itself.
    process: a command line that speaks PSRP on stdin and stdout (`pwsh -NoProfile -NoLogo -s`).
    auth: one of `AUTHENTICATIONS`; None chooses Basic for a discovered endpoint, NTLM for an address.
    ca: path of a PEM file with the authority to trust, besides the system's.  token: gives a bearer token.
    override_*: as the parameters of New-CsOnlineSession.
    """

    user_name: str = ""
    uri: str | None = None
    process: str | Sequence[str] | None = None
    auth: str | None = None
    configuration: str | None = None
    ca: str | None = None
    proxy: str | None = None
    certificate: str | None = None
    certificate_key: str | None = None
    token: Callable[[], str] | None = field(default=None, repr=False)
    override_admin_domain: str | None = None
    override_discovery_uri: str | None = None
    override_powershell_uri: str | None = None

    def check(self, *, user_named: bool = True) -> None:
        """Raise UsageError when its parts do not go together. user_named: False while someone can still be asked."""
        if self.process is not None and self.uri is not None:
            raise UsageError("An address (uri) and a process were both given.", "Give one of them.")
        if self.auth is not None and self.auth not in AUTHENTICATIONS:
            raise UsageError(
                f"There is no authentication {self.auth!r}.", f"Choose one of: {', '.join(AUTHENTICATIONS)}."
            )
        if self.uri is not None:
            place = urlsplit(self.uri)
            if place.scheme not in ("http", "https") or not place.hostname:
                raise UsageError(
                    f"{self.uri!r} is no address of an endpoint.", "It looks like https://host/OcsPowershell."
                )
        if (self.certificate is None) != (self.certificate_key is None):
            raise UsageError("A certificate needs its key, and a key its certificate.", "Give both PEM files.")
        if not self.needs_discovery or self.user_name or not user_named:
            return
        raise UsageError(
            "Nothing says where to connect.",
            "Give a user name (kenmyer@litwareinc.com), an address (uri) or a process.",
        )

    def with_user(self, user_name: str) -> Target:
        """The same for another user name."""
        return replace(self, user_name=user_name)

    @property
    def needs_discovery(self) -> bool:
        """Whether the endpoint has to be found from the user's domain."""
        return self.process is None and self.uri is None and self.override_powershell_uri is None

    @property
    def needs_credential(self) -> bool:
        """Whether someone has to say a password."""
        if self.process is not None or self.token is not None:
            return False
        return self.auth not in ("certificate", "kerberos")


def connect(
    target: Target,
    credential: Credential | None = None,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    report: Report = ignore,
    host: Host | None = None,
    registry: Registry = registry,
    sandbox: SandboxKeeper = sandbox,
) -> Session:
    """Open a session. timeout: seconds for all of it.  report: told each step.  host: answers remote questions.

    The session holds a copy of the credential and wipes it when it closes.
    Raises the errors of `lync_magic.errors`: UsageError, CredentialNeeded, DiscoveryFailed, EndpointUnreachable,
    CertificateNotTrusted, InsecureEndpoint, SignInFailed, NotAnAdministrator, QuotaExceeded, OperationTimedOut, …
    """
    target.check()
    if credential is None and target.needs_credential:
        raise CredentialNeeded(f"There is no password for {target.user_name or 'the user'}.")
    deadline = time.monotonic() + timeout
    credential = credential.copy() if credential is not None else None
    try:
        return _open(target, credential, deadline, report, host, registry, sandbox)
    except BaseException:
        if credential is not None:
            credential.wipe()
        raise


def _open(
    target: Target,
    credential: Credential | None,
    deadline: float,
    report: Report,
    host: Host | None,
    registry: Registry,
    sandbox: SandboxKeeper,
) -> Session:
    count: Callable[[], int]
    if target.process is not None:
        transport, place, count = _process(target)
    else:
        transport, place, count = _wsman(target, credential, report, sandbox)
    _say(report, "Initializing remote session")
    session = Session(
        RunspacePool(transport, host=host),
        registry=registry,
        computer_name=transport.computer_name,
        configuration_name=target.configuration or DEFAULT_CONFIGURATION,
        connection_uri=place,
        credential=credential,
        host=host,
        report=report,
        http_requests=count,
    )
    session.open(max(1.0, deadline - time.monotonic()))
    _say(report, "Success")
    return session


def _process(target: Target) -> tuple[Transport, str, Callable[[], int]]:
    assert target.process is not None
    words = shlex.split(target.process) if isinstance(target.process, str) else list(target.process)
    if not words:
        raise UsageError("The process's command line is empty.", 'It looks like: "pwsh -NoProfile -NoLogo -s".')
    return ProcessTransport(words), words[0], lambda: 0


def _wsman(
    target: Target, credential: Credential | None, report: Report, sandbox: SandboxKeeper
) -> tuple[Transport, str, Callable[[], int]]:
    ca, asked = target.ca, 0
    if target.uri is not None:
        uri = target.uri
    else:
        _say(report, "Determining domain to admin")
        domain = target.override_admin_domain or admin_domain(target.user_name)
        _say(report, f"AdminDomain = {domain}")
        uri, ca, asked = _discover(target, domain, report, sandbox)
        _say(report, f"TargetUri = {uri}")
        _say(report, "Requesting authentication token")
        if target.token is not None:
            target.token()
        _say(report, "Success")
        uri = f"{uri}?AdminDomain={quote(domain)}"
    if ca is None:
        here = sandbox.address
        ca = here.ca if here is not None and here.serves(uri) else None
    endpoint = Endpoint(
        uri=uri,
        configuration=target.configuration or DEFAULT_CONFIGURATION,
        ca=ca,
        proxy=target.proxy,
    )
    transport = WSManTransport(endpoint, _authentication(target, credential))
    return transport, uri, lambda: asked + transport.http_requests


def _discover(target: Target, domain: str, report: Report, sandbox: SandboxKeeper) -> tuple[str, str | None, int]:
    """The endpoint's address, the authority to trust for it, and how many requests that took."""
    if target.override_powershell_uri is not None:
        return target.override_powershell_uri, target.ca, 0
    _say(report, "Discovering PowerShell endpoint URI")
    here = sandbox.address
    root, ca = target.override_discovery_uri, target.ca
    if root is None:
        if here is None and domain.lower() in BUILT_IN_DOMAINS:
            _say(report, f"{domain} is the sandbox tenant; starting it")
            here = sandbox.start()
        if here is not None and here.hosts(domain):
            root = here.http
    if here is not None and ca is None and root is not None and here.serves(root):
        ca = here.ca
    with WebClient(ca=ca, proxy=target.proxy) as web:
        uri = find_endpoint(
            domain,
            root or root_address(domain),
            lambda address: web.get(address, accept=ACCEPT, timeout=DISCOVERY_SECONDS),
        )
        return uri, ca, web.http_requests


def _authentication(target: Target, credential: Credential | None) -> Authentication:
    method = target.auth or ("bearer" if target.token else "basic" if target.uri is None else "ntlm")
    password: Callable[[], str] | None = None
    if credential is not None:
        password = credential.password.reveal
    return Authentication(
        method=method,
        user_name=credential.user_name if credential is not None else target.user_name,
        password=password,
        token=target.token,
        certificate=target.certificate,
        certificate_key=target.certificate_key,
    )


def as_credential(user_name: str, password: str | SecureString | Credential | None) -> Credential | None:
    """What a caller gave for a password, as a credential; None stays None."""
    if password is None or isinstance(password, Credential):
        return password
    return Credential(user_name, password)


def _say(report: Report, text: str) -> None:
    report(VerboseRecord(text))
