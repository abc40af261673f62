"""New-PSSessionOption: what -SessionOption takes, as PowerShell's own object. It asks nobody and holds nothing.

Rules: a value that is PowerShell's own default asks for nothing. A switch that asks to verify less is kept, so that a
script can read it back, and changes nothing; to send what is private without encryption is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from lync_magic.clixml import Credential, PSObject, TimeSpan, ticks_of
from lync_magic.errors import UsageError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec, say_once
from lync_magic.sessions import LONGEST_WAIT, OPTION_TYPES, SessionOption
from lync_magic.transports import PROXY_METHODS, ProxyLogOn

_TICKS: Final = 10_000_000
_MILLISECOND: Final = 10_000
_SWITCHES: Final = (
    "NoCompression", "NoMachineProfile", "SkipCACheck", "SkipCNCheck", "SkipRevocationCheck", "NoEncryption",
    "UseUTF16", "IncludePortInSPN",
)  # fmt: skip
_TIMES: Final = ("OperationTimeout", "OpenTimeout", "CancelTimeout", "IdleTimeout")
_VALUES: Final = (
    "ProxyAccessType", "ProxyAuthentication", "ProxyCredential", "MaximumRedirection", "OutputBufferingMode",
    "MaxConnectionRetryCount", "ApplicationArguments", "MaximumReceivedDataSizePerCommand",
    "MaximumReceivedObjectSize", "Culture", "UICulture",
)  # fmt: skip
NOT_LOOKED_FOR: Final = "No proxy is looked for in the network here: the one that is set on this computer is taken."
_WITHOUT_EFFECT: Final = (
    "NoCompression", "UseUTF16", "IncludePortInSPN", "OutputBufferingMode", "MaxConnectionRetryCount",
    "MaximumReceivedDataSizePerCommand", "MaximumReceivedObjectSize",
)  # fmt: skip
"""What Windows' own client is told by these; ours has nothing that they would change."""
_REDIRECTS: Final = "MaximumConnectionRedirectionCount"
_SHOWN_AS: Final = {"MaximumRedirection": _REDIRECTS}
_DEFAULTS: Final[dict[str, object]] = {
    _REDIRECTS: 5,
    "NoCompression": False,
    "NoMachineProfile": False,
    "ProxyAccessType": "None",
    "ProxyAuthentication": "Negotiate",
    "ProxyCredential": None,
    "SkipCACheck": False,
    "SkipCNCheck": False,
    "SkipRevocationCheck": False,
    "OperationTimeout": TimeSpan.of(180 * _TICKS),
    "NoEncryption": False,
    "UseUTF16": False,
    "IncludePortInSPN": False,
    "OutputBufferingMode": "None",
    "MaxConnectionRetryCount": 5,
    "Culture": None,
    "UICulture": None,
    "MaximumReceivedDataSizePerCommand": None,
    "MaximumReceivedObjectSize": 209_715_200,
    "ApplicationArguments": None,
    "OpenTimeout": TimeSpan.of(180 * _TICKS),
    "CancelTimeout": TimeSpan.of(60 * _TICKS),
    "IdleTimeout": TimeSpan.of(-_MILLISECOND),
}
"""What New-PSSessionOption gives when nothing is asked for."""
_DESERIALIZED: Final = "Deserialized."
_WITHOUT_PROXY: Final = frozenset({"none", "noproxyserver"})


def _new_option(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    content = dict(_DEFAULTS)
    for name in (*_SWITCHES, *_VALUES):
        if call.given(name):
            content[_SHOWN_AS.get(name, name)] = call.get(name)
    for name in _TIMES:
        if call.given(name):
            content[name] = TimeSpan.of(int(call.get(name)) * _MILLISECOND)
    made = PSObject(content, OPTION_TYPES, text=OPTION_TYPES[0])
    session_option(made).check()
    proxy_of(made)
    if str(content["ProxyAccessType"]).lower() == "autodetect":
        say_once(call, NOT_LOOKED_FOR)
    ignored = [f"-{name}" for name in _WITHOUT_EFFECT if call.given(name)]
    if ignored:
        say_once(call, f"New-PSSessionOption: {', '.join(ignored)} can be read back, and changes nothing here.")
    yield made


def session_option(given: object) -> SessionOption:
    """The value of a parameter -SessionOption. Raises UsageError for what is none, and for -NoEncryption."""
    if given is None:
        return SessionOption()
    if isinstance(given, SessionOption):
        return given
    content = _content(given)
    if content.get("NoEncryption"):
        raise UsageError(
            "A session is never sent without encryption (-NoEncryption).",
            "Leave it out: over http, Negotiate and Kerberos encrypt each message; else use an https address.",
        )
    redirects = content.get(_REDIRECTS)
    operation, cancel = _seconds(content, "OperationTimeout"), _seconds(content, "CancelTimeout")
    culture = content.get("UICulture") or content.get("Culture")
    return SessionOption(
        locale=None if culture is None else str(culture),
        idle_timeout=_seconds(content, "IdleTimeout"),
        open_timeout=_seconds(content, "OpenTimeout"),
        no_profile=bool(content.get("NoMachineProfile")),
        operation_timeout=None if not operation else min(operation, LONGEST_WAIT),
        cancel_timeout=None if cancel is None else min(cancel or LONGEST_WAIT, LONGEST_WAIT),
        application_arguments=_arguments(content.get("ApplicationArguments")),
        max_redirects=redirects if isinstance(redirects, int) and redirects != _DEFAULTS[_REDIRECTS] else None,
    )


class AskedProxy(NamedTuple):
    """The proxy that an option asks for. address: "" for none, None for the one that is set on this machine."""

    address: str | None = None
    log_on: ProxyLogOn | None = None


def proxy_of(given: object) -> AskedProxy:
    """The proxy that a parameter -SessionOption asks for. Raises UsageError for what does not go together."""
    if given is None or isinstance(given, SessionOption):
        return AskedProxy()
    content = _content(given)
    access, method = (str(content.get(name)).lower() for name in ("ProxyAccessType", "ProxyAuthentication"))
    credential = content.get("ProxyCredential")
    if isinstance(credential, Credential) and access in _WITHOUT_PROXY:
        raise UsageError(
            "Proxy credentials cannot be specified when using the following proxy access type: "
            f"{content.get('ProxyAccessType')}. Either specify a different access type, or do not specify proxy "
            "credentials.",
            "-ProxyAccessType IEConfig takes the proxy that is set on this machine (HTTPS_PROXY, HTTP_PROXY).",
        )
    if method not in PROXY_METHODS:
        raise UsageError(
            f"A proxy cannot be signed in to by {content.get('ProxyAuthentication')} here.",
            "-ProxyAuthentication takes Negotiate, and Basic.",
        )
    log_on = None
    if isinstance(credential, Credential):
        log_on = ProxyLogOn(method, credential.user_name, credential.password.reveal)
    return AskedProxy("" if access == "noproxyserver" else None, log_on)


def _arguments(given: object) -> dict[str, object] | None:
    """-ApplicationArguments, as plain values."""
    held = given.base if isinstance(given, PSObject) else given
    return {str(key): value for key, value in held.items()} if isinstance(held, dict) else None


def skips_checks(given: object) -> bool:
    """Whether an option asks to take a certificate that does not verify."""
    if given is None or isinstance(given, SessionOption):
        return False
    return any(_content(given).get(name) for name in ("SkipCACheck", "SkipCNCheck", "SkipRevocationCheck"))


def _content(given: object) -> dict[str, object]:
    if isinstance(given, PSObject) and OPTION_TYPES[0] in {one.removeprefix(_DESERIALIZED) for one in given.type_names}:
        return given.properties
    raise UsageError("-SessionOption takes what New-PSSessionOption gives.", "$option = New-PSSessionOption …")


def _seconds(content: dict[str, object], name: str) -> float | None:
    """A time in seconds, None where it is PowerShell's own."""
    value = content.get(name)
    if not isinstance(value, timedelta) or value == _DEFAULTS[name]:
        return None
    return ticks_of(value) / _TICKS


NEW_SESSION_OPTION = ClientCommand(
    "New-PSSessionOption",
    (
        *(ParameterSpec(name, "switch") for name in _SWITCHES),
        *(ParameterSpec(name, "int", (f"{name}MSec",)) for name in _TIMES),
        *(ParameterSpec(name, "object") for name in _VALUES),
    ),
    _new_option,
    class_name="NewPSSessionOptionCommand",
)
