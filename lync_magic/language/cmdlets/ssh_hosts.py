"""The hosts that New-PSSession reaches by ssh: -HostName with what belongs to it, and -SSHConnection.

Rule of this file: names and meanings are PowerShell's; the system's own ssh carries the session, as it does there. -Pin
is ours: the fingerprint of a host key that is not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lync_magic.errors import UsageError
from lync_magic.language.cmdlets.declare import BoundCall, ParameterSpec
from lync_magic.language.cmdlets.session_host import text_or_none, texts
from lync_magic.sessions import SessionOption, Target
from lync_magic.transports import ssh_place

_HOST: Final = ("SSHHost",)
SSH_PARAMETERS: Final = (
    ParameterSpec("HostName", "string[]", position=0, mandatory=True, sets=_HOST),
    ParameterSpec("UserName", "string", sets=_HOST),
    ParameterSpec("KeyFilePath", "string", aliases=("IdentityFilePath",), sets=_HOST),
    ParameterSpec("Subsystem", "string", sets=_HOST),
    ParameterSpec("ConnectingTimeout", "int", sets=_HOST),
    ParameterSpec("SSHTransport", "switch", sets=_HOST),
    ParameterSpec("Options", "object", sets=_HOST),
    ParameterSpec("SSHConnection", "object", mandatory=True, sets=("SSHHostHashParam",)),
)
_KEYS: Final = {
    "hostname": "HostName",
    "computername": "HostName",
    "username": "UserName",
    "keyfilepath": "KeyFilePath",
    "identityfilepath": "KeyFilePath",
    "port": "Port",
    "subsystem": "Subsystem",
    "connectingtimeout": "ConnectingTimeout",
    "options": "Options",
}
"""What a hashtable of -SSHConnection may say."""
_MILLISECONDS: Final = 1000


def is_ssh(call: BoundCall) -> bool:
    """Whether a New-PSSession goes over ssh."""
    return call.given("HostName") or call.given("SSHConnection")


def ssh_targets(call: BoundCall) -> list[Target]:
    """Where it goes. Raises UsageError for what is no host, and for a hashtable that says something else."""
    pin = text_or_none(call.get("Pin"))
    if call.given("HostName"):
        return [_target(host, call.arguments, pin) for host in texts(call.get("HostName"))]
    given = call.get("SSHConnection")
    return [_of_hashtable(one, pin) for one in (given if isinstance(given, list | tuple) else [given])]


def _of_hashtable(given: object, pin: str | None) -> Target:
    if not isinstance(given, Mapping):
        raise UsageError("-SSHConnection takes hashtables.", "-SSHConnection @{ HostName = 'web1'; UserName = 'ken' }")
    said = {_KEYS.get(str(key).lower(), str(key)): value for key, value in given.items()}
    unknown = sorted(said.keys() - set(_KEYS.values()))
    if unknown or not said.get("HostName"):
        raise UsageError(
            f"-SSHConnection does not know {unknown[0]}." if unknown else "-SSHConnection names no HostName.",
            f"It may say: {', '.join(dict.fromkeys(_KEYS.values()))}.",
        )
    return _target(str(said["HostName"]), said, pin)


def _target(host: str, said: Mapping[str, Any], pin: str | None) -> Target:
    place = ssh_place(host)
    user = str(said.get("UserName") or place.user)
    port = place.port or (int(said["Port"]) if said.get("Port") else None)
    milliseconds = said.get("ConnectingTimeout")
    seconds = int(milliseconds) / _MILLISECONDS if milliseconds is not None and int(milliseconds) > 0 else None
    return Target(
        user_name=user,
        ssh=str(place._replace(user="", port=port)),
        subsystem=text_or_none(said.get("Subsystem")),
        key_file=text_or_none(said.get("KeyFilePath")),
        ssh_options=_options(said.get("Options")),
        options=SessionOption(connect_timeout=seconds, open_timeout=seconds),
        pin=pin,
    )


def _options(given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise UsageError("-Options takes a hashtable.", "-Options @{ ProxyJump = 'bastion' }")
    return tuple(f"{name}={value}" for name, value in given.items())
