"""Profiles: targets with a name, in a TOML file of the person's, without secrets.

    [contoso]
    user = "kenmyer@contoso.com"
    computer = "pool.contoso.com"
    ssl = true
    auth = "kerberos"

    [web]
    ssh = "ken@web.contoso.com"
    key_file = "~/.ssh/web"

Rules: nothing in the file is a secret, and what looks like one is refused without being repeated. What is said on the
line or in the call goes before what the profile says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from platformdirs import user_config_dir

from lync_magic.errors import UsageError
from lync_magic.sessions.credentials import secret_from_environment
from lync_magic.sessions.oauth import Application
from lync_magic.sessions.options import SessionOption
from lync_magic.sessions.target import Target, computer_uri
from lync_magic.toml import parsed
from lync_magic.transports import ssh_place

FILE_NAME: Final = "profiles.toml"
KEYS: Final[Mapping[str, type]] = {
    "user": str,
    "uri": str,
    "computer": str,
    "ssl": bool,
    "port": int,
    "process": str,
    "ssh": str,
    "subsystem": str,
    "key_file": str,
    "ssh_options": list,
    "auth": str,
    "configuration": str,
    "ca": str,
    "proxy": str,
    "certificate": str,
    "certificate_key": str,
    "override_admin_domain": str,
    "override_discovery_uri": str,
    "override_powershell_uri": str,
    "environment": str,
    "oauth": bool,
    "browser": bool,
    "device_code": bool,
    "application": str,
    "tenant": str,
    "client_secret_env": str,
    "allow_hosts": list,
    "env": str,
    "token_env": str,
    "keyring": bool,
    "pin": str,
    "connect_timeout": float,
    "discovery_timeout": float,
    "operation_timeout": float,
    "cancel_timeout": float,
}
"""What a profile may say; `certificate_key` and the names that end in `env` say where a secret is, never what it is."""
FLOW_OF: Final[Mapping[str, str]] = {"oauth": "auto", "browser": "browser", "device_code": "code"}
"""How a person signs in for a token, by the word that says so."""
WAITS: Final = ("connect_timeout", "discovery_timeout", "operation_timeout", "cancel_timeout")
"""Seconds that a wait may take; see `SessionOption`."""
PLACES: Final = ("uri", "computer", "process", "ssh", "override_powershell_uri")

_SECRET_KEY: Final = re.compile(r"pass|pwd|secret|token|credential|api.?key|^key$", re.IGNORECASE)
_SECRET_VALUE: Final = re.compile(r"-----BEGIN|^eyJ[\w-]+\.|\n")
_MAX_FILE: Final = 1 << 20


@dataclass(frozen=True)
class Plan:
    """What a person asked for: the target, and where its secret is to be found."""

    target: Target
    env: str | None = None
    token_env: str | None = None
    keyring: bool = False


def profiles_path() -> Path:
    """Where a person's profiles are."""
    return Path(user_config_dir("lync_magic", appauthor=False)) / FILE_NAME


def plan(given: Mapping[str, Any], *, token: Callable[[], str] | None = None, file: str | None = None) -> Plan:
    """What was said on the line, completed by the profile that `user` names, if it names one.

    given: by the names of `KEYS`, and of Target's other fields; None and False are not given.  file: the profiles,
    None for the person's own.  Raises UsageError.
    """
    said = {key: value for key, value in given.items() if value not in (None, False, "")}
    word = str(said.get("user", ""))
    if word and not any(key in said for key in PLACES) and not re.search(r"[@\\]", word):
        found = read_profile(word, file, may_be_user="override_admin_domain" in said)
        if found is not None:
            said.pop("user")
            said = {**found, **said}
    computer, ssl, port = (said.pop(key, None) for key in ("computer", "ssl", "port"))
    if computer is not None:
        if not said.keys().isdisjoint({"uri", "process", "ssh"}):
            raise UsageError("A computer and another place were both given.", "Give one of them.")
        said["uri"] = computer_uri(computer, ssl=bool(ssl), port=port)
    elif ssl or port:
        raise UsageError("TLS and a port are said of a computer, and none was given.", "Give --computer HOST.")
    application = _application(said)
    said["redirect_hosts"] = (*said.pop("redirect_hosts", ()), *said.pop("allow_hosts", ()))
    if "ssh" in said and (user := ssh_place(said["ssh"]).user):
        said.setdefault("user", user)
    if "ssh_options" in said:
        said["ssh_options"] = tuple(said["ssh_options"])
    waits = {key: float(said.pop(key)) for key in WAITS if key in said}
    if waits:
        said["options"] = replace(said.get("options", SessionOption()), **waits)
    sources = {key: said.pop(key) for key in ("env", "token_env", "keyring") if key in said}
    return Plan(Target(user_name=said.pop("user", ""), token=token, application=application, **said), **sources)


def _application(said: dict[str, Any]) -> Application | None:
    """Takes what is said of getting tokens out of `said`."""
    ready = said.pop("application", None)
    tenant, variable = (said.pop(key, None) for key in ("tenant", "client_secret_env"))
    ways = [flow for key, flow in FLOW_OF.items() if said.pop(key, None)]
    if len(ways) > 1:
        raise UsageError("Several ways to sign in were given.", "Give one of oauth, browser and device code.")
    if ready is None and not ways:
        if tenant or variable:
            raise UsageError("A tenant and a secret belong to an application, and none is named.", "--application ID")
        return None
    if isinstance(ready, Application):
        return ready
    if ways and variable:
        raise UsageError("Browser and code are for a person, a secret for an application.", "Give one of them.")
    certificate = {} if ways else {key: said.pop(key, None) for key in ("certificate", "certificate_key")}
    secret = secret_from_environment(variable) if variable else None
    return Application(ready, tenant, secret, **certificate, flow=ways[0] if ways else "auto")


def profile_names(file: str | None = None) -> tuple[str, ...]:
    """The names of the profiles that there are; none where the file cannot be read."""
    path = Path(file) if file is not None else profiles_path()
    try:
        return tuple(_read(path)) if path.exists() else ()
    except (UsageError, OSError):
        return ()


def read_profile(name: str, file: str | None = None, *, may_be_user: bool = False) -> Mapping[str, Any] | None:
    """What a profile says. Raises UsageError when there is none of that name, or the file is not as it must be.

    may_be_user: whether the name may be a user's as well; then None says that there is no such profile.
    """
    path = Path(file) if file is not None else profiles_path()
    profiles = _read(path) if file is not None or path.exists() else {}
    if name in profiles:
        return _checked(name, profiles[name], path)
    if may_be_user:
        return None
    near = get_close_matches(name, profiles, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"{name!r} is neither a user name with a domain nor a profile in {path}.",
        f"{hint}Give a user name as name@domain, or say where to connect: --uri, --computer, --override-admin-domain.",
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            return parsed(file.read(_MAX_FILE).decode("utf-8"))
    except OSError as error:
        raise UsageError(f"The profiles {path} cannot be read: {error.strerror}.") from None
    except ValueError:  # no UTF-8, or no TOML
        # The parser's message may repeat what stands in the file.
        raise UsageError(
            f"The profiles {path} are no TOML.", 'It looks like: [contoso] user = "kenmyer@contoso.com"'
        ) from None


def _checked(name: str, profile: Any, path: Path) -> Mapping[str, Any]:
    if not isinstance(profile, dict):
        raise UsageError(f"{name} in {path} is no profile.", f"A profile is a table: [{name}]")
    for key, value in profile.items():
        if (key not in KEYS and _SECRET_KEY.search(key)) or _holds_secret(value):
            raise UsageError(
                f"The profile {name} in {path} holds something that looks like a secret ({key}). It was not used.",
                "Take it out, and change it if it was a real one. Sign in by the form, keyring = true, or env = NAME.",
            )
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            raise UsageError(
                f"The profile {name} in {path} says {key!r}, which no profile knows.",
                f"Did you mean {near[0]}?" if near else f"It may say: {', '.join(KEYS)}.",
            )
        if type(value) is not KEYS[key] and not (KEYS[key] is float and type(value) is int):
            raise UsageError(f"{key} in the profile {name} in {path} has to be a {KEYS[key].__name__}.")
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise UsageError(f"{key} in the profile {name} in {path} has to be a list of texts.")
    return profile


def _holds_secret(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        has_password = urlsplit(value).password is not None
    except ValueError:
        has_password = False
    return has_password or _SECRET_VALUE.search(value) is not None
