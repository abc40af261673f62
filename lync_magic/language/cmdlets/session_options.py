"""New-PSSessionOption: what -SessionOption takes, as PowerShell's own object. It asks nobody and holds nothing.

Rules: a value that is PowerShell's own default asks for nothing. A switch that asks to verify less is kept, so that a
script can read it back, and changes nothing; to send what is private without encryption is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from lync_magic.clixml import PSObject, TimeSpan, ticks_of
from lync_magic.errors import UsageError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.sessions import LONGEST_WAIT, OPTION_TYPES, SessionOption

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
    operation, culture = _seconds(content, "OperationTimeout"), content.get("UICulture") or content.get("Culture")
    return SessionOption(
        locale=None if culture is None else str(culture),
        idle_timeout=_seconds(content, "IdleTimeout"),
        open_timeout=_seconds(content, "OpenTimeout"),
        no_profile=bool(content.get("NoMachineProfile")),
        operation_timeout=None if not operation else min(operation, LONGEST_WAIT),
        max_redirects=redirects if isinstance(redirects, int) and redirects != _DEFAULTS[_REDIRECTS] else None,
    )


def proxy_of(given: object) -> str | None:
    """The proxy that an option asks for: "" for none, None for the one that is set on this machine."""
    if given is None or isinstance(given, SessionOption):
        return None
    return "" if str(_content(given).get("ProxyAccessType")).lower() == "noproxyserver" else None


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
