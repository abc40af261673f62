"""From a target to a way: find the endpoint, and make the transport that reaches it; nothing is opened here.

Rules: steps are reported in the words of `New-CsOnlineSession -Verbose`; a failure leaves no process and no connection.
"""

from __future__ import annotations

import os
import shlex
import time
from typing import Final
from urllib.parse import quote, urlsplit

from lync_magic.clixml import Credential
from lync_magic.errors import UsageError
from lync_magic.psrp import Report, VerboseRecord
from lync_magic.sessions.answers import Answers
from lync_magic.sessions.challenge import challenge_of, oauth_uri
from lync_magic.sessions.discovery import ACCEPT, DISCOVERY_SECONDS, admin_domain, find_endpoint, root_address
from lync_magic.sessions.oauth import TOKEN_USER, Application, MsalTokens
from lync_magic.sessions.sandbox import BUILT_IN_DOMAINS, SandboxKeeper
from lync_magic.sessions.target import Target
from lync_magic.sessions.tokens import TokenKeeper
from lync_magic.sessions.way import Way
from lync_magic.transports import (
    CAN_ASK,
    CONNECT_TIMEOUT,
    MAX_REDIRECTS,
    NOBODY_ASKS,
    Authentication,
    Endpoint,
    ProcessTransport,
    SshPlace,
    WebClient,
    WSManTransport,
    ssh_command,
)

DEFAULT_LOCALE: Final = "en-US"
DEFAULT_CONFIGURATION: Final = "Microsoft.PowerShell"
SSH_CONFIGURATION: Final = "DefaultShell"
"""What PowerShell shows for a session over ssh, which has no configurations."""
EXCHANGE_ONLINE: Final = frozenset(
    {"outlook.office365.com", "ps.outlook.office365.com", "outlook.office.com", "ps.outlook.com"}
)
"""Where documents say that the Exchange of every tenant is."""
CHALLENGE_SECONDS: Final = 15.0
LEASE_SECONDS: Final = 60.0
"""How long a server is asked to keep a silent session: as short as they grant, since a heartbeat keeps ours alive."""


def find_way(
    target: Target,
    credential: Credential | None,
    deadline: float,
    report: Report,
    sandbox: SandboxKeeper,
    answers: Answers | None = None,
) -> Way:
    """The way to a target, nothing opened yet. deadline: of `time.monotonic`.  answers: what ssh may ask.

    Raises what `connect` raises.
    """
    if target.ssh_place is not None:
        return _ssh(target, target.ssh_place, answers)
    return _process(target) if target.process is not None else _wsman(target, credential, deadline, report, sandbox)


def _ssh(target: Target, place: SshPlace, answers: Answers | None) -> Way:
    asks = CAN_ASK and answers is not None and answers.can_answer
    words = ssh_command(
        place,
        subsystem=target.subsystem,
        key_file=target.key_file,
        options=target.ssh_options,
        connect_timeout=target.options.connect_timeout or CONNECT_TIMEOUT,
        asks=asks,
    )
    environment = None if asks else {**os.environ, **NOBODY_ASKS}
    transport = ProcessTransport(
        words, environment=environment, computer_name=place.host, answer=answers if asks else None
    )
    return Way(
        transport, f"ssh://{place}", lambda: 0, operation_timeout=target.options.operation_timeout, answers=answers
    )


def _process(target: Target) -> Way:
    assert target.process is not None
    words = shlex.split(target.process) if isinstance(target.process, str) else list(target.process)
    if not words:
        raise UsageError("The process's command line is empty.", 'It looks like: "pwsh -NoProfile -NoLogo -s".')
    options = target.options
    return Way(
        ProcessTransport(words),
        words[0],
        lambda: 0,
        operation_timeout=options.operation_timeout,
        cancel_timeout=options.cancel_timeout,
        application_arguments=options.application_arguments,
    )


def _wsman(
    target: Target, credential: Credential | None, deadline: float, report: Report, sandbox: SandboxKeeper
) -> Way:
    ca, asked, waited = target.ca, 0, 0.0
    tokens = TokenKeeper(target.token) if target.token is not None else None
    if target.uri is not None:
        uri = _exchange_here(target.uri, credential, sandbox, report) or target.uri
    else:
        say(report, "Determining domain to admin")
        domain = target.override_admin_domain or admin_domain(target.user_name)
        say(report, f"AdminDomain = {domain}")
        uri, ca, asked = _discover(target, domain, deadline, report, sandbox)
        if target.uses_tokens:
            uri = oauth_uri(uri)
        say(report, f"TargetUri = {uri}")
        say(report, "Requesting authentication token")
        if target.application is not None:
            tokens = _msal_tokens(target, target.application, uri, domain, ca or _sandbox_ca(sandbox, uri), report)
        if tokens is not None:
            asked_at = time.monotonic()
            tokens()
            waited = time.monotonic() - asked_at
        say(report, "Success")
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
        pin=target.pin,
        connect_timeout=target.options.connect_timeout or CONNECT_TIMEOUT,
        max_redirects=MAX_REDIRECTS if target.options.max_redirects is None else target.options.max_redirects,
        proxy_log_on=target.proxy_log_on,
    )
    transport = WSManTransport(endpoint, _authentication(target, credential, tokens))
    return Way(
        transport,
        uri,
        lambda: asked + transport.http_requests,
        credential,
        tokens,
        waited,
        target.options.operation_timeout,
        target.options.cancel_timeout,
        target.options.application_arguments,
    )


def _exchange_here(uri: str, credential: Credential | None, sandbox: SandboxKeeper, report: Report) -> str | None:
    """The sandbox's own Exchange, where somebody of its domain asks for Exchange Online; else None.

    The domain is Microsoft's fictional company, which has no mailboxes anywhere else.
    """
    if credential is None or urlsplit(uri).hostname not in EXCHANGE_ONLINE:
        return None
    domain = credential.user_name.rpartition("@")[2].lower()
    here = sandbox.address
    if here is None and domain in BUILT_IN_DOMAINS:
        say(report, f"{domain} is the sandbox tenant; starting it")
        here = sandbox.start()
    if here is None or not here.hosts(domain):
        return None
    place = f"{here.https}/PowerShell"
    say(report, f"TargetUri = {place}")
    return place


def _sandbox_ca(sandbox: SandboxKeeper, uri: str) -> str | None:
    here = sandbox.address
    return here.ca if here is not None and here.serves(uri) else None


def _msal_tokens(
    target: Target, application: Application, uri: str, domain: str, ca: str | None, report: Report
) -> TokenKeeper:
    with WebClient(ca=ca, proxy=target.proxy, proxy_log_on=target.proxy_log_on) as web:
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
    say(report, "Discovering PowerShell endpoint URI")
    here = sandbox.address
    root, ca = target.override_discovery_uri, target.ca
    if root is None:
        if here is None and domain.lower() in BUILT_IN_DOMAINS:
            say(report, f"{domain} is the sandbox tenant; starting it")
            here = sandbox.start()
        if here is not None and here.hosts(domain):
            root = here.http
    if here is not None and ca is None and root is not None and here.serves(root):
        ca = here.ca
    with WebClient(ca=ca, proxy=target.proxy, proxy_log_on=target.proxy_log_on) as web:
        uri = find_endpoint(
            domain,
            root or root_address(domain),
            lambda address, left: web.get(address, accept=ACCEPT, timeout=left),
            min(target.options.discovery_timeout or DISCOVERY_SECONDS, deadline - time.monotonic()),
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


def say(report: Report, text: str) -> None:
    """Report a step."""
    report(VerboseRecord(text))
