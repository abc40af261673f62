"""Connect: from what a person says to an open session.

Three ways to say where: a user name (the endpoint is discovered from its domain), an address (`uri`), or a command
line that speaks the out-of-process protocol (`process`). Rules: what does not go together is refused before anything
is sent; steps are reported in the words of `New-CsOnlineSession -Verbose`; a failure leaves no session, no seat and
no process.
"""

from __future__ import annotations

import shlex
import time
from typing import Final
from urllib.parse import quote

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded, UsageError
from lync_magic.psrp import Host, Report, VerboseRecord, ignore
from lync_magic.sessions.challenge import challenge_of, oauth_uri
from lync_magic.sessions.discovery import ACCEPT, DISCOVERY_SECONDS, admin_domain, find_endpoint, root_address
from lync_magic.sessions.keyrings import keyring_works, recall
from lync_magic.sessions.oauth import TOKEN_USER, Application, MsalTokens
from lync_magic.sessions.registry import Registry, registry
from lync_magic.sessions.sandbox import BUILT_IN_DOMAINS, SandboxKeeper, sandbox
from lync_magic.sessions.session import IDLE_SECONDS, Session
from lync_magic.sessions.target import Target
from lync_magic.sessions.tokens import TokenKeeper
from lync_magic.sessions.way import Way
from lync_magic.transports import (
    Authentication,
    Endpoint,
    ProcessTransport,
    WebClient,
    WSManTransport,
    sealed,
)

DEFAULT_TIMEOUT: Final = 60.0
DEFAULT_LOCALE: Final = "en-US"
DEFAULT_CONFIGURATION: Final = "Microsoft.PowerShell"
CHALLENGE_SECONDS: Final = 15.0
LEASE_SECONDS: Final = 60.0
"""How long a server is asked to keep a silent session: as short as they grant, since a heartbeat keeps ours alive."""
SIGN_IN_PROBE: Final = "Get-Command"
"""Every endpoint has it; asking for it signs in the second connection too."""


@sealed
def connect(
    target: Target,
    credential: Credential | None = None,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    report: Report = ignore,
    host: Host | None = None,
    registry: Registry = registry,
    sandbox: SandboxKeeper = sandbox,
    idle: float | None = IDLE_SECONDS,
) -> Session:
    """Open a session. timeout: seconds for all of it.  report: told each step.  host: answers remote questions.
    idle: seconds without a command after which it ends by itself, None for never.

    The session holds a copy of the credential and wipes it when it closes, or now, with `target.forget_credential`.
    Raises the errors of `lync_magic.errors`: UsageError, CredentialNeeded, DiscoveryFailed, EndpointUnreachable,
    CertificateNotTrusted, InsecureEndpoint, SignInFailed, NotAnAdministrator, QuotaExceeded, OperationTimedOut, …
    """
    target.check()
    if credential is None and target.needs_credential:
        raise CredentialNeeded(f"There is no password for {target.user_name or 'the user'}.")
    deadline = time.monotonic() + min(timeout, target.options.open_timeout or timeout)
    credential = credential.copy() if credential is not None else None
    return _open(target, credential, deadline, report, host, registry, sandbox, idle)


def _open(
    target: Target,
    credential: Credential | None,
    deadline: float,
    report: Report,
    host: Host | None,
    registry: Registry,
    sandbox: SandboxKeeper,
    idle: float | None,
) -> Session:
    try:
        way = _find_way(target, credential, deadline, report, sandbox)
    except BaseException:
        if credential is not None:
            credential.wipe()
        raise
    deadline += way.waited
    _say(report, "Initializing remote session")

    def find_way(seconds: float, say: Report) -> Way:
        return _find_way(target, _still_known(target, credential), time.monotonic() + seconds, say, sandbox)

    session = Session(
        way,
        registry=registry,
        configuration_name=target.configuration or DEFAULT_CONFIGURATION,
        host=host,
        report=report,
        find_way=find_way,
        idle=idle,
    )
    session.open(max(1.0, deadline - time.monotonic()))
    try:
        if target.forget_credential:
            session.metadata((SIGN_IN_PROBE,), timeout=max(1.0, deadline - time.monotonic()))
            session.forget_credential()
        _say(report, "Success")
    except BaseException:
        session.close(0)
        raise
    return session


def _still_known(target: Target, credential: Credential | None) -> Credential | None:
    """The credential that a session is taken up again with: from memory, else from the keyring."""
    if credential is None or not target.needs_credential or not credential.password.wiped:
        return credential
    kept = recall(target) if keyring_works() else None
    if kept is None:
        raise CredentialNeeded(
            f"The password of {credential.user_name} was forgotten, so this session cannot be taken up again.",
            f"Sign in again: %lync connect {credential.user_name}",
        )
    return kept


def _find_way(
    target: Target, credential: Credential | None, deadline: float, report: Report, sandbox: SandboxKeeper
) -> Way:
    return _process(target) if target.process is not None else _wsman(target, credential, deadline, report, sandbox)


def _process(target: Target) -> Way:
    assert target.process is not None
    words = shlex.split(target.process) if isinstance(target.process, str) else list(target.process)
    if not words:
        raise UsageError("The process's command line is empty.", 'It looks like: "pwsh -NoProfile -NoLogo -s".')
    return Way(ProcessTransport(words), words[0], lambda: 0)


def _wsman(
    target: Target, credential: Credential | None, deadline: float, report: Report, sandbox: SandboxKeeper
) -> Way:
    ca, asked, waited = target.ca, 0, 0.0
    tokens = TokenKeeper(target.token) if target.token is not None else None
    if target.uri is not None:
        uri = target.uri
    else:
        _say(report, "Determining domain to admin")
        domain = target.override_admin_domain or admin_domain(target.user_name)
        _say(report, f"AdminDomain = {domain}")
        uri, ca, asked = _discover(target, domain, deadline, report, sandbox)
        if target.uses_tokens:
            uri = oauth_uri(uri)
        _say(report, f"TargetUri = {uri}")
        _say(report, "Requesting authentication token")
        if target.application is not None:
            tokens = _msal_tokens(target, target.application, uri, domain, ca or _sandbox_ca(sandbox, uri), report)
        if tokens is not None:
            asked_at = time.monotonic()
            tokens()
            waited = time.monotonic() - asked_at
        _say(report, "Success")
        uri = f"{uri}?AdminDomain={quote(domain)}"
    asked_idle = target.options.idle_timeout
    endpoint = Endpoint(
        uri=uri,
        configuration=target.configuration or DEFAULT_CONFIGURATION,
        ca=ca or _sandbox_ca(sandbox, uri),
        proxy=target.proxy,
        idle_timeout=LEASE_SECONDS if asked_idle is None else asked_idle,
        no_profile=target.options.no_profile or target.uri is None,  # as New-CsOnlineSession does
        locale=target.options.locale or DEFAULT_LOCALE,
        redirect_hosts=target.redirect_hosts,
    )
    transport = WSManTransport(endpoint, _authentication(target, credential, tokens))
    return Way(transport, uri, lambda: asked + transport.http_requests, credential, tokens, waited)


def _sandbox_ca(sandbox: SandboxKeeper, uri: str) -> str | None:
    here = sandbox.address
    return here.ca if here is not None and here.serves(uri) else None


def _msal_tokens(
    target: Target, application: Application, uri: str, domain: str, ca: str | None, report: Report
) -> TokenKeeper:
    with WebClient(ca=ca, proxy=target.proxy) as web:
        challenge = challenge_of(uri, target.environment, lambda address: web.get(address, timeout=CHALLENGE_SECONDS))
    tokens = MsalTokens(
        challenge, application, domain=domain, report=report, user_name=target.user_name, ca=ca, proxy=target.proxy
    )
    return TokenKeeper(tokens, stop=tokens.stop, asks_person=not application.by_itself)


def _discover(
    target: Target, domain: str, deadline: float, report: Report, sandbox: SandboxKeeper
) -> tuple[str, str | None, int]:
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
            lambda address, left: web.get(address, accept=ACCEPT, timeout=left),
            min(DISCOVERY_SECONDS, deadline - time.monotonic()),
            trusted=(*target.redirect_hosts, *filter(None, [target.user_name.rpartition("@")[2]])),
        )
        return uri, ca, web.http_requests


def _authentication(target: Target, credential: Credential | None, tokens: TokenKeeper | None) -> Authentication:
    if tokens is not None and target.method == "basic":
        return Authentication(
            method="basic", user_name=TOKEN_USER, password=tokens, token=tokens, renewal=tokens.advice
        )
    return Authentication(
        method=target.method,
        user_name=credential.user_name if credential is not None else target.user_name,
        password=credential.password.reveal if credential is not None else None,
        token=tokens,
        certificate=target.certificate,
        certificate_key=target.certificate_key,
        renewal=tokens.advice if tokens is not None else "",
    )


def _say(report: Report, text: str) -> None:
    report(VerboseRecord(text))
