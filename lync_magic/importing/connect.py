"""`lync_magic.connect`: a session from plain Python, its commands its attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lync_magic.clixml import Credential, SecureString
from lync_magic.importing.importer import import_session
from lync_magic.psrp import Host, Report, ignore
from lync_magic.sessions import DEFAULT_TIMEOUT, Session, Target, as_credential
from lync_magic.sessions import connect as open_session


def connect(
    user_name: str = "",
    *,
    password: str | SecureString | None = None,
    credential: Credential | None = None,
    uri: str | None = None,
    process: str | Sequence[str] | None = None,
    auth: str | None = None,
    configuration: str | None = None,
    ca: str | None = None,
    proxy: str | None = None,
    certificate: str | None = None,
    certificate_key: str | None = None,
    token: Callable[[], str] | None = None,
    override_admin_domain: str | None = None,
    override_discovery_uri: str | None = None,
    override_powershell_uri: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    commands: Sequence[str] = ("*",),
    report: Report = ignore,
    host: Host | None = None,
) -> Session:
    """Open a session and import its commands as its attributes; a context manager that gives the seat back.

        with lync_magic.connect("kenmyer@litwareinc.com", password=...) as lync:
            for user in lync.Get_CsOnlineUser(ResultSize=10): ...

    user_name: who signs in; without `uri` or `process`, the endpoint is discovered from its domain.
    uri: `https://host/OcsPowershell`.  process: a command line that speaks PSRP, `pwsh -NoProfile -NoLogo -s`.
    auth: basic, ntlm, kerberos, certificate, credssp or bearer.  ca: PEM file of the authority to trust.
    timeout: seconds for all of it.  commands: wildcard patterns of what to import; empty for nothing.
    report: told what happens; see `lync_magic.psrp`.  host: answers what remote commands ask; None refuses.
    Raises the errors of `lync_magic.errors`.
    """
    target = Target(
        user_name=user_name,
        uri=uri,
        process=process,
        auth=auth,
        configuration=configuration,
        ca=ca,
        proxy=proxy,
        certificate=certificate,
        certificate_key=certificate_key,
        token=token,
        override_admin_domain=override_admin_domain,
        override_discovery_uri=override_discovery_uri,
        override_powershell_uri=override_powershell_uri,
    )
    given = credential if credential is not None else as_credential(user_name, password)
    try:
        session = open_session(target, given, timeout=timeout, report=report, host=host)
    finally:
        if given is not None and given is not credential:
            given.wipe()
    if commands:
        try:
            import_session(session, commands, report=report)
        except BaseException:
            session.close()
            raise
    return session
