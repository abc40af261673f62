"""Cmdlets that answer in a document's world in place of this machine's own, or of a service's module.

Rules: nothing here touches the machine. A module that brings the tenant's cmdlets is there already; connecting to a
service is connecting to the tenant that is checked against.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lync_magic.errors import EvaluationError, PromptRefused
from lync_magic.language import BoundCall, ClientCommand, ParameterSpec, held_back

EXCHANGE: Final = "Microsoft.Exchange"
_MODULES: Final = frozenset(
    {"lynconlineconnector", "skypeonlineconnector", "microsoftteams", "exchangeonlinemanagement", "skypeforbusiness"}
)
_REST: Final = ParameterSpec("Rest", "object[]", position=0, remaining=True, by_value=True)

SERVICES: Final[dict[str, ClientCommand]] = {
    command.name.lower(): command
    for command in (
        ClientCommand(
            name,
            (
                ParameterSpec("Credential", "object", position=0),
                *(
                    ParameterSpec(one, "object")
                    for one in ("UserPrincipalName", "AccountId", "TenantId", "ConnectionUri")
                ),
                *(ParameterSpec(one, "object") for one in ("ApplicationId", "CertificateThumbprint", "Organization")),
                *(ParameterSpec(one, "object") for one in ("ShowBanner", "ShowProgress", "TeamsEnvironmentName")),
                *(ParameterSpec(one, "switch") for one in ("UseDeviceAuthentication", "Identity", "Device")),
            ),
            lambda _call, _input: iter(()),
        )
        for name in ("Connect-MicrosoftTeams", "Connect-ExchangeOnline")
    )
}
"""What connects to a service, by its name in lower case."""


def connecting(command: ClientCommand, connect: Callable[[str | None], None]) -> ClientCommand:
    """The cmdlet that connects to a service. connect: opens a session with this configuration, and imports it."""

    def run(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        connect(EXCHANGE if "Exchange" in command.name else None)
        return iter(())

    return ClientCommand(command.name, command.parameters, run)


def refused(name: str) -> ClientCommand:
    """A cmdlet that refuses to run."""
    return ClientCommand(name, (_REST,), _refuse)


def _refuse(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    raise held_back(call.name)


def _ask(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    raise PromptRefused(" ".join(map(str, call.get("Rest") or (call.name,))))


def _import_module(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """The connector's module is there already: its cmdlets are ours. Any other is not."""
    wanted = call.get("Name")
    names = wanted if isinstance(wanted, list) else [wanted]
    missing = [str(name) for name in names if str(name).lower() not in _MODULES]
    if missing:
        raise EvaluationError(
            f"The specified module '{missing[0]}' was not loaded because no valid module file was found in any module "
            "directory.",
            error_id="Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand",
            category="ResourceUnavailable",
        )
    yield from ()


_IMPORT_MODULE: Final = ClientCommand(
    "Import-Module",
    (
        ParameterSpec("Name", "string[]", position=0),
        ParameterSpec("Force", "switch"),
        ParameterSpec("DisableNameChecking", "switch"),
        ParameterSpec("Prefix", "string"),
        ParameterSpec("MinimumVersion", "string"),
        ParameterSpec("RequiredVersion", "string"),
    ),
    _import_module,
    ("ipmo",),
    "ImportModuleCommand",
)
_READ_HOST: Final = ClientCommand("Read-Host", (_REST, ParameterSpec("AsSecureString", "switch")), _ask)
STAND_INS: Final = {
    "import-module": _IMPORT_MODULE,
    "ipmo": _IMPORT_MODULE,
    "read-host": _READ_HOST,
    **{
        name.lower(): ClientCommand(name, (ParameterSpec("Confirm", "switch"),), lambda _call, _input: iter(()))
        for name in ("Disconnect-MicrosoftTeams", "Disconnect-ExchangeOnline")
    },
}
"""By the name in lower case."""
