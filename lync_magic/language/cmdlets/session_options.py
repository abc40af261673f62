"""New-PSSessionOption: what -SessionOption takes. It asks nobody and holds nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lync_magic.errors import UsageError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.sessions import SessionOption, seconds_of

_UNSUPPORTED = (
    "SkipCACheck",
    "SkipCNCheck",
    "SkipRevocationCheck",
    "NoEncryption",
    "UseUTF16",
    "IncludePortInSPN",
    "NoCompression",
    "ProxyAccessType",
    "ProxyAuthentication",
    "ProxyCredential",
    "MaximumRedirection",
    "OperationTimeout",
    "CancelTimeout",
    "OutputBufferingMode",
    "MaxConnectionRetryCount",
    "ApplicationArguments",
    "MaximumReceivedDataSizePerCommand",
    "MaximumReceivedObjectSize",
    "UICulture",
)


def _new_option(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    culture = call.get("Culture")
    option = SessionOption(
        locale=None if culture is None else str(culture),
        idle_timeout=seconds_of(call.get("IdleTimeout")),
        open_timeout=seconds_of(call.get("OpenTimeout")),
        no_profile=call.switch("NoMachineProfile"),
    )
    option.check()
    yield option


def session_option(given: object) -> SessionOption:
    """The value of a parameter -SessionOption. Raises UsageError for what is none."""
    if given is None:
        return SessionOption()
    if not isinstance(given, SessionOption):
        raise UsageError("-SessionOption takes what New-PSSessionOption gives.", "$option = New-PSSessionOption …")
    return given


NEW_SESSION_OPTION = ClientCommand(
    "New-PSSessionOption",
    (
        ParameterSpec("Culture", "string"),
        ParameterSpec("IdleTimeout", "int", aliases=("IdleTimeoutMSec",)),
        ParameterSpec("OpenTimeout", "int", aliases=("OpenTimeoutMSec",)),
        ParameterSpec("NoMachineProfile", "switch"),
        *(ParameterSpec(name, "object", unsupported=True) for name in _UNSUPPORTED),
    ),
    _new_option,
    class_name="NewPSSessionOptionCommand",
)
