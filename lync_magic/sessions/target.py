"""Where to connect and how to sign in there, checked before anything is sent.

Rules: a target holds no secret, but by a callable that gives one; what does not go together is refused in words that
say what to give instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from lync_magic.errors import UsageError
from lync_magic.sessions.challenge import CLOUDS
from lync_magic.sessions.oauth import Application
from lync_magic.sessions.options import SessionOption
from lync_magic.transports import ProxyLogOn, SshPlace, ssh_place

AUTHENTICATIONS: Final = ("negotiate", "ntlm", "kerberos", "basic", "certificate", "credssp", "bearer")
"""The ways to sign in. Negotiate is Kerberos where the password gets a ticket, else NTLM."""
WITHOUT_PASSWORD: Final = frozenset({"certificate", "kerberos", "bearer"})
PASSWORD_EACH_TIME: Final = frozenset({"basic"})
"""Methods that send the password with every request, so that it cannot be forgotten before the end."""

SSH_OPTION: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*[= ][^\n\0]*")
WSMAN_PORTS: Final = {False: 5985, True: 5986}
WSMAN_APPLICATION: Final = "wsman"


@dataclass(frozen=True)
class Target:
    """Where to connect, and how to sign in there. Holds no secret but by reference.

    user_name: who signs in; its domain is where the discovery starts.  uri: the endpoint itself.
    process: a command line that speaks PSRP on stdin and stdout (`pwsh -NoProfile -NoLogo -s`).
    ssh: `user@host[:port]`, or a name of the ssh configuration, for the system's own ssh.  subsystem: of its host, None
    for `powershell`.  key_file: the private key to show.  ssh_options: `Name=Value`, as ssh_config has them.
    auth: one of `AUTHENTICATIONS`; None chooses Basic for a discovered endpoint, Negotiate for an address.
    ca: path of a PEM file with the authority to trust, besides the system's.  pin: the fingerprint (`SHA256:…`) of the
    one certificate to trust, or of an ssh host's key.  token: gives a token when one is needed.
    proxy_log_on: how to sign in to a proxy, where its address does not say.
    application: get tokens by msal; for an endpoint that is discovered.  environment: -TeamsEnvironmentName.
    options: -SessionOption.  redirect_hosts: other hosts that the server, or a discovery without TLS, may send us to,
    and the credential.
    forget_credential: wipe the password as soon as the session is open; not with Basic, which sends it each time.
    override_*: as the parameters of New-CsOnlineSession.
    """

    user_name: str = ""
    uri: str | None = None
    process: str | Sequence[str] | None = None
    ssh: str | None = None
    subsystem: str | None = None
    key_file: str | None = None
    ssh_options: tuple[str, ...] = ()
    auth: str | None = None
    configuration: str | None = None
    ca: str | None = None
    proxy: str | None = field(default=None, repr=False)
    proxy_log_on: ProxyLogOn | None = field(default=None, repr=False, compare=False)
    pin: str | None = None
    certificate: str | None = None
    certificate_key: str | None = None
    token: Callable[[], str] | None = field(default=None, repr=False)
    application: Application | None = None
    environment: str | None = None
    options: SessionOption = field(default_factory=SessionOption)
    redirect_hosts: tuple[str, ...] = ()
    forget_credential: bool = False
    override_admin_domain: str | None = None
    override_discovery_uri: str | None = None
    override_powershell_uri: str | None = None

    def check(self, *, user_named: bool = True) -> None:
        """Raise UsageError when its parts do not go together. user_named: False while someone can still be asked."""
        places = {"an address (uri)": self.uri, "a process": self.process, "an ssh host": self.ssh}
        given = [name for name, place in places.items() if place is not None]
        if len(given) > 1:
            raise UsageError(f"{' and '.join(given).capitalize()} were both given.", "Give one of them.")
        self._check_ssh()
        if self.auth is not None and self.auth not in AUTHENTICATIONS:
            raise UsageError(
                f"There is no authentication {self.auth!r}.", f"Choose one of: {', '.join(AUTHENTICATIONS)}."
            )
        if self.uri is not None:
            _check_address(self.uri)
        if (self.certificate is None) != (self.certificate_key is None):
            raise UsageError("A certificate needs its key, and a key its certificate.", "Give both PEM files.")
        self.options.check()
        self._check_tokens()
        if self.forget_credential and self.needs_credential and self.method in PASSWORD_EACH_TIME:
            raise UsageError(
                f"The password cannot be forgotten at once: {self.method} sends it with every request.",
                "Leave that out (the password is wiped when the session ends), or sign in with negotiate or kerberos.",
            )
        if not self.needs_discovery or self.user_name or not user_named:
            return
        if self.override_admin_domain is not None and self.uses_tokens:
            return
        raise UsageError(
            "Nothing says where to connect.",
            "Give a user name (kenmyer@litwareinc.com), an address (uri), an ssh host or a process.",
        )

    def _check_ssh(self) -> None:
        if self.ssh is None:
            if self.subsystem or self.key_file or self.ssh_options:
                raise UsageError(
                    "A subsystem, key and options are said of an ssh host, and none is named.", "--ssh HOST"
                )
            return
        place = ssh_place(self.ssh)
        if place.user and self.user_name and place.user != self.user_name:
            raise UsageError(f"Two users were given: {self.user_name} and {place.user}.", "Give one of them.")
        if self.uses_tokens or self.auth is not None or self.configuration is not None or self.proxy is not None:
            raise UsageError(
                "Tokens, authentication, configuration and proxy are not ssh's.",
                "ssh has keys and passwords (--key), subsystems (--subsystem) and jumps (--ssh-option ProxyJump=HOST).",
            )
        if self.key_file is not None and not os.path.isfile(os.path.expanduser(self.key_file)):
            raise UsageError(f"There is no key file {self.key_file}.", "Name the private key: --key ~/.ssh/id_ed25519")
        for option in self.ssh_options:
            if not SSH_OPTION.fullmatch(option):
                raise UsageError(
                    f"{option!r} is no option of ssh.", "It looks like --ssh-option ProxyJump=bastion (man ssh_config)."
                )

    @property
    def ssh_place(self) -> SshPlace | None:
        """Where ssh goes, and as whom; None for another kind of target."""
        if self.ssh is None:
            return None
        place = ssh_place(self.ssh)
        return place._replace(user=place.user or self.user_name)

    def _check_tokens(self) -> None:
        if self.environment is not None and self.environment not in CLOUDS:
            raise UsageError(
                f"There is no environment {self.environment!r}.",
                f"Choose one of: {', '.join(CLOUDS)}; or leave it out.",
            )
        if self.application is None:
            return
        self.application.check()
        if self.token is not None:
            raise UsageError("A token and a way to get one were both given.", "Give one of them.")
        if self.process is not None or self.uri is not None:
            raise UsageError(
                "Where tokens come from is asked of an endpoint that is discovered.",
                "Name a user or an admin domain, with --override-powershell-uri if you know the endpoint.",
            )

    def same_as(self, other: Target) -> bool:
        """Whether it is the same place and the same user."""
        return replace(self, user_name=self.user_name.lower()) == replace(other, user_name=other.user_name.lower())

    def with_user(self, user_name: str) -> Target:
        """The same for another user name."""
        return replace(self, user_name=user_name)

    @property
    def method(self) -> str:
        """How to sign in, on the wire: one of the methods of `transports`."""
        if self.auth is not None:
            return self.auth
        if self.uses_tokens and self.uri is not None:
            return "bearer"
        return "basic" if self.uri is None else "negotiate"

    @property
    def uses_tokens(self) -> bool:
        """Whether a token signs in, and no password."""
        return self.token is not None or self.application is not None

    @property
    def needs_discovery(self) -> bool:
        """Whether the endpoint has to be found from the user's domain."""
        named = (self.process, self.uri, self.ssh, self.override_powershell_uri)
        return all(place is None for place in named)

    @property
    def needs_credential(self) -> bool:
        """Whether someone has to say a password, before it is known whether it is needed."""
        if self.process is not None or self.ssh is not None or self.uses_tokens:
            return False
        return self.method not in WITHOUT_PASSWORD


def computer_uri(
    computer: str, *, ssl: bool = False, port: int | None = None, application: str = WSMAN_APPLICATION
) -> str:
    """The address of a computer's WSMan service. Raises UsageError for what is no computer's name."""
    if not computer or any(sign in computer for sign in "/@?# \t") or (":" in computer and computer.count(":") < 2):
        raise UsageError(
            f"{computer!r} is no computer's name.", "Give the name alone (server.contoso.com); an address goes to uri."
        )
    host = f"[{computer.strip('[]')}]" if ":" in computer else computer
    return f"{'https' if ssl else 'http'}://{host}:{port or WSMAN_PORTS[ssl]}/{application}"


def _check_address(uri: str) -> None:
    try:
        place = urlsplit(uri)
        usable = place.scheme in ("http", "https") and bool(place.hostname) and place.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(f"{uri!r} is no address of an endpoint.", "It looks like https://host/OcsPowershell.")
