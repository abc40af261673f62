"""A session as a value of a cell: System.Management.Automation.Runspaces.PSSession."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from lync_magic.clixml import MISSING
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.properties import SESSION_ENUMS, of_foreign, own_names, own_properties
from lync_magic.language.values.types import own_types
from lync_magic.sessions import Session

_RUNSPACES: Final = "System.Management.Automation.Runspaces."
_KIND: Final = f"{_RUNSPACES}PSSession"
_NAMES: Final = (
    "State", "IdleTimeout", "OutputBufferingMode", "DisconnectedOn", "ExpiresOn", "ComputerType", "ComputerName",
    "ContainerId", "VMName", "VMId", "ConfigurationName", "InstanceId", "Id", "Name", "Availability",
    "ApplicationPrivateData", "Runspace", "Transport",
)  # fmt: skip
_FOLDED: Final = {name.lower(): name for name in _NAMES}
_TRANSPORTS: Final = {"http": "WSMan", "https": "WSMan", "ssh": "SSH"}


def _property(session: Session, folded: str) -> object:
    if folded not in _FOLDED:
        return of_foreign(session, folded)
    match folded:
        case "instanceid":
            return UUID(session.shell_id)
        case "computertype":
            return LocalEnum("RemoteMachine", 0, f"{_RUNSPACES}TargetMachineType")
        case "containerid" | "vmname" | "vmid":
            return None
        case "transport":
            return _TRANSPORTS.get(session.connection_uri.partition(":")[0], "Process")
    found = session.__psobject__().get(folded, MISSING)
    if found is MISSING:
        raise NotKnownHere(f"the property .{_FOLDED[folded]} of a session")
    kind = SESSION_ENUMS.get(folded)
    return found if kind is None else LocalEnum(str(found), *kind(str(found)))


own_types[Session] = lambda session: _KIND
own_names[Session] = lambda session: list(_NAMES)
own_properties[Session] = _property
