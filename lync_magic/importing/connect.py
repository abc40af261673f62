"""`lync_magic.connect`: a session from plain Python, its commands its attributes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from os import PathLike
from typing import Final

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded
from lync_magic.importing.importer import import_session
from lync_magic.importing.local import make_ready
from lync_magic.psrp import Host, Report, ignore
from lync_magic.sessions import (
    DEFAULT_TIMEOUT,
    IDLE_SECONDS,
    Application,
    Lane,
    Password,
    Plan,
    Session,
    SessionOption,
    as_credential,
    from_environment,
    local_server,
    plan,
    recall,
    remember,
    token_from_environment,
)
from lync_magic.sessions import connect as open_session
from lync_magic.tapes import Redact, taped, will_replay
from lync_magic.transports import sealed

LEAST_SECONDS: Final = 1.0
"""What an import gets at least of the time for all."""


@sealed
def connect(
    user_name: str = "",
    *,
    password: Password | None = None,
    credential: Credential | None = None,
    keyring: bool = False,
    forget: bool = False,
    uri: str | None = None,
    computer: str | None = None,
    ssl: bool = False,
    port: int | None = None,
    process: str | Sequence[str] | None = None,
    ssh: str | None = None,
    subsystem: str | None = None,
    key_file: str | None = None,
    ssh_options: Sequence[str] = (),
    local: bool = False,
    pwsh: str | None = None,
    modules: Sequence[str] = (),
    run: str = "",
    auth: str | None = None,
    configuration: str | None = None,
    ca: str | None = None,
    pin: str | None = None,
    options: SessionOption | None = None,
    proxy: str | None = None,
    allow_hosts: Sequence[str] = (),
    certificate: str | None = None,
    certificate_key: str | None = None,
    token: Callable[[], str] | None = None,
    application: Application | None = None,
    environment: str | None = None,
    override_admin_domain: str | None = None,
    override_discovery_uri: str | None = None,
    override_powershell_uri: str | None = None,
    profile_file: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    idle: float | None = IDLE_SECONDS,
    name: str = "",
    read_only: bool = False,
    commands: Sequence[str] = ("*",),
    report: Report = ignore,
    host: Host | None = None,
    record: str | PathLike[str] | None = None,
    replay: str | PathLike[str] | None = None,
    mode: str | None = None,
    redact: Redact = None,
) -> Session:
    """Open a session and import its commands as its attributes; a context manager that gives the seat back.

        with lync_magic.connect("kenmyer@litwareinc.com", password=...) as lync:
            for user in lync.Get_CsOnlineUser(ResultSize=10): ...

    user_name: who signs in, or a profile's name; without a place, the endpoint is discovered from its domain.
    password: text, a SecureString, or a callable that gives one when it is needed.
    keyring: take the password from the system's keyring, or keep the one that was given there, once it was good.
    forget: wipe the password as soon as the session is open; not with Basic, which sends it with every request.
    uri: `https://host/OcsPowershell`.  computer, ssl, port: a Windows host's own WSMan service.
    process: a command line that speaks PSRP, `pwsh -NoProfile -NoLogo -s`.
    ssh: `user@host[:port]`, by the system's own ssh, with its configuration, agent and known hosts; subsystem: where it
    is not `powershell`; key_file: the private key; ssh_options: `["ProxyJump=bastion"]`. What ssh asks for is answered
    by `password`, called when it asks, and an unknown host key by `pin`; without them it asks nobody.
    local: this machine's own PowerShell (or `pwsh`), with these modules loaded and this script text run in it, such as
    `Connect-MicrosoftTeams -UseDeviceAuthentication`; what came with them is imported.
    auth: negotiate, ntlm, kerberos, basic, certificate, credssp or bearer.  ca: PEM file of the authority to trust.
    pin: the fingerprint (`SHA256:…`) of the one certificate, or ssh host key, to trust.  options: how long each wait
    may take, and more.
    allow_hosts: hosts that a redirect or a discovery without TLS may lead to, besides the domain's own.
    token: gives a token, asked again before it expires.  application: get tokens by msal (device code, secret,
    certificate); see `lync_magic.sessions.Application`.  environment: TeamsGCCH, TeamsDOD or TeamsChina.
    profile_file: the profiles, None for the person's own.
    timeout: seconds for all of it.  idle: seconds without a command after which the session ends by itself, and the
    next command takes it up again; None for never.
    name: what it is called: `lync_magic.sessions[name]`.  read_only: nothing is sent but what only reads (NotSent).
    commands: wildcard patterns of what to import; empty for nothing.
    report: told what happens; see `lync_magic.psrp`.  host: answers what remote commands ask; None refuses.
    record: a file (a tape) that keeps what is asked and answered, without secrets.  mode: `once` (replay the tape that
    is there, else record one; the default, but in a CI), `none`, `all` (add to it) or `rewrite`.  redact: names of
    properties and parameters to keep off the tape, with wildcards and commas, or a function of name and text.
    replay: a tape that answers in the server's place; nobody signs in. Without a word of where, its only target.
    Raises the errors of `lync_magic.errors`.
    """
    wanted = plan(
        {
            "user": user_name,
            "uri": uri,
            "computer": computer,
            "ssl": ssl,
            "port": port,
            "process": (["pwsh"] if will_replay(record, replay, mode) else local_server(pwsh)) if local else process,
            "ssh": ssh,
            "subsystem": subsystem,
            "key_file": key_file,
            "ssh_options": ssh_options,
            "auth": auth,
            "configuration": configuration,
            "ca": ca,
            "pin": pin,
            "options": options,
            "proxy": proxy,
            "redirect_hosts": allow_hosts,
            "certificate": certificate,
            "certificate_key": certificate_key,
            "application": application,
            "environment": environment,
            "forget_credential": forget,
            "keyring": keyring,
            "override_admin_domain": override_admin_domain,
            "override_discovery_uri": override_discovery_uri,
            "override_powershell_uri": override_powershell_uri,
        },
        token=token,
        file=profile_file,
    )
    if wanted.token_env is not None and wanted.target.token is None and replay is None:
        wanted = replace(wanted, target=replace(wanted.target, token=token_from_environment(wanted.token_env)))
    tape = taped(record, replay, mode, redact)
    replays = tape is not None and tape.replays
    if not replays:
        wanted.target.check()
    by_ssh = wanted.target.ssh is not None and credential is None and password is not None and not wanted.keyring
    given = credential if credential is not None or replays or by_ssh else _credential(wanted, password)
    end = time.monotonic() + timeout
    session: Session | None = None
    try:
        session = open_session(
            wanted.target,
            given,
            timeout=timeout,
            report=report,
            host=host,
            idle=idle,
            tape=tape,
            password=password if by_ssh and not replays else None,
        )
        session.name = name or session.name
        if wanted.keyring and given is not None and not replays:
            remember(wanted.target, given)
        if local:
            came = make_ready(session, modules, run, report, lambda _output: None)
            commands = came if tuple(commands) == ("*",) else commands
        session.lane = Lane.READ_ONLY if read_only else Lane.OPEN
        if commands:
            import_session(session, commands, report=report, timeout=max(LEAST_SECONDS, end - time.monotonic()))
        return session
    except BaseException:
        if session is not None:
            session.close(0)
        raise
    finally:
        if given is not None and given is not credential:
            given.wipe()


def _credential(wanted: Plan, password: Password | None) -> Credential | None:
    """The credential that a program said, or said where to find."""
    by_ssh = wanted.target.ssh is not None
    if password is not None or not (wanted.target.needs_credential or by_ssh):
        return as_credential(wanted.target.user_name, password)
    if wanted.env is not None:
        return from_environment(wanted.target.user_name, wanted.env)
    if not wanted.keyring:
        return None
    kept = recall(wanted.target)
    if kept is None and not by_ssh:  # which may need none
        raise CredentialNeeded(
            f"The keyring holds no password for {wanted.target.user_name}.",
            "Give it once, with password=..., and it is kept there.",
        )
    return kept
