"""New-PSSessionOption: what -SessionOption takes. It asks nobody and holds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lync_magic.clixml import PSObject, TimeSpan
from lync_magic.errors import UsageError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.sessions import SessionOption, seconds_of

_SWITCHES: Final = (
    "SkipCACheck", "SkipCNCheck", "SkipRevocationCheck", "NoEncryption", "UseUTF16", "IncludePortInSPN",
    "NoCompression",
)  # fmt: skip
_TIMES: Final = ("OperationTimeout", "CancelTimeout")
_VALUES: Final = (
    "ProxyAccessType", "ProxyAuthentication", "ProxyCredential", "MaximumRedirection", "OutputBufferingMode",
    "MaxConnectionRetryCount", "ApplicationArguments", "MaximumReceivedDataSizePerCommand",
    "MaximumReceivedObjectSize", "UICulture",
)  # fmt: skip


@dataclass(frozen=True)
class CellOption(SessionOption):
    """What New-PSSessionOption gave. said: everything that was written, for a script that reads it back.

    A switch that asks to verify less is kept and changes nothing: an unknown certificate is refused with its
    fingerprint and what to do.
    """

    said: tuple[tuple[str, object], ...] = field(default=(), compare=False)

    def __psobject__(self) -> PSObject:
        """As PowerShell shows one."""
        shown = super().__psobject__()
        names = dict.fromkeys(_SWITCHES, False)
        content = {**names, **shown.properties, **dict(self.said)}
        for name in (*_TIMES, "IdleTimeout", "OpenTimeout"):
            if isinstance(content.get(name), int):
                content[name] = TimeSpan.of(int(content[name]) * 10_000)
        return PSObject(content, shown.type_names, text=shown.text)


def _new_option(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    culture = call.get("Culture")
    said = tuple((name, call.get(name)) for name in (*_SWITCHES, *_TIMES, *_VALUES) if call.given(name))
    option = CellOption(
        locale=None if culture is None else str(culture),
        idle_timeout=seconds_of(call.get("IdleTimeout")),
        open_timeout=seconds_of(call.get("OpenTimeout")),
        no_profile=call.switch("NoMachineProfile"),
        said=said,
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
        *(ParameterSpec(name, "switch") for name in _SWITCHES),
        *(ParameterSpec(name, "int", (f"{name}MSec",)) for name in _TIMES),
        *(ParameterSpec(name, "object") for name in _VALUES),
    ),
    _new_option,
    class_name="NewPSSessionOptionCommand",
)
