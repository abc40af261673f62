"""Which properties of a result become columns: PowerShell's default set where the type has one, else the
first that fit.

Rules of this file: it looks only at the rows that are shown. What is left out is named, never silently gone.
What the columns are does not depend on where they are shown, but for how many of the first ones fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import NamedTuple

from lync_magic.clixml import MISSING
from lync_magic.records.cells import NOTHING, full_type_names, property_of, row_names, show
from lync_magic.records.widths import width
from lync_magic.safe_text import one_line

MOST_COLUMNS = 8
MOST_WIDE = 120
"""Columns of text that a table may take altogether, in characters."""

WIDEST_COLUMN = 40
"""What one column counts for at most; longer values are cut in the row."""

LONGEST_TABLE_OF_ONE = 5
"""A single object of more properties than this reads better as a list of properties."""

FAILURE = "LyncMagic.FanOutError"
"""The type of what stands for the objects of a target that was asked in vain."""
_TARGET, _ERROR = "Target", "Error"
"""What comes first in each row of many targets, and what only a row of such a failure has."""

_GAP = 1
_POWERSHELLS = ("System.", "Microsoft.PowerShell.")
_CHOSEN_ALREADY = "Selected."
"""How PowerShell marks the type of what Select-Object made: somebody chose these properties."""

# By the type's full name, or by the last part of it. Objects come without their default property sets: PowerShell keeps
# these in files beside the types. So here is what it prints for its own types (`Get-FormatData` says it:
# tests/recordings/format_data; where a column is computed, the property that it is computed from), then what a person
# looks for first in the objects of the documented cmdlets.
DEFAULT_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "System.Management.Automation.Runspaces.PSSession": (
        "Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability",
    ),
    "System.Management.Automation.PSModuleInfo": ("ModuleType", "Version", "Name", "ExportedCommands"),
    "System.Management.Automation.CommandInfo": ("CommandType", "Name"),
    "System.Management.Automation.FunctionInfo": ("CommandType", "Name", "Version", "Source"),
    "System.Management.Automation.CmdletInfo": ("CommandType", "Name", "Version", "Source"),
    "System.Management.Automation.AliasInfo": ("CommandType", "Name", "Definition", "Version", "Source"),
    "Microsoft.PowerShell.Commands.GroupInfo": ("Count", "Name", "Group"),
    "Microsoft.PowerShell.Commands.GroupInfoNoElement": ("Count", "Name"),
    "Microsoft.PowerShell.Commands.MemberDefinition": ("Name", "MemberType", "Definition"),
    "System.Diagnostics.Process": ("NPM", "PM", "WS", "CPU", "Id", "SI", "ProcessName"),
    "System.ServiceProcess.ServiceController": ("Status", "Name", "DisplayName"),
    "System.IO.FileInfo": ("Mode", "LastWriteTime", "Length", "Name"),
    "System.IO.DirectoryInfo": ("Mode", "LastWriteTime", "Length", "Name"),
    "OnlineUser": ("DisplayName", "UserPrincipalName", "SipAddress", "Department", "Enabled"),
    "OCSADUser": ("DisplayName", "UserPrincipalName", "SipAddress", "Department", "Enabled"),
    "OCSUserOrAppContact": ("DisplayName", "UserPrincipalName", "SipAddress", "Department", "Enabled"),
    "OCSADUserOrAppContact": ("DisplayName", "UserPrincipalName", "SipAddress", "Department", "Enabled"),
    "ADUser": ("DisplayName", "UserPrincipalName", "SipAddress", "Enabled"),
    "ADUserAcp": ("DisplayName", "SipAddress", "AcpInfo", "WhenChanged"),
    "OCSADMeetingRoom": ("DisplayName", "SipAddress", "LineURI", "Enabled", "RegistrarPool"),
    "OCSADExUmContact": ("DisplayName", "SipAddress", "DisplayNumber", "IsSubscriberAccess", "AutoAttendant"),
    "TenantObject": ("DisplayName", "TenantId", "Domains", "CountryOrRegionDisplayName", "WhenCreated"),
    "ExternalAccessPolicy": (
        "Identity", "EnableFederationAccess", "EnablePublicCloudAccess", "EnableOutsideAccess",
    ),
    "ClientPolicy": ("Identity", "Description", "EnableIMAutoArchiving", "MaximumNumberOfContacts"),
    "MeetingPolicy": (
        "Identity", "AllowIPAudio", "AllowIPVideo", "MaxMeetingSize", "AllowAnonymousParticipantsInMeetings",
        "EnableDialInConferencing",
    ),
    "VoicePolicy": ("Identity", "AllowCallForwarding", "EnableDelegation", "AllowSimulRing", "PstnUsages"),
    "HostedVoicemailPolicy": ("Identity", "Description", "Destination", "Organization"),
    "PresencePolicy": ("Identity", "Description", "MaxPromptedSubscriber", "MaxCategorySubscription"),
    "AudioConferencingProvider": ("Identity", "Name", "Domain", "Port", "Url"),
    "AcpInfo": ("Name", "Url", "TollNumber", "TollFreeNumbers", "ParticipantPasscode"),
}  # fmt: skip


told_sets: ContextVar[Mapping[str, tuple[str, ...]] | None] = ContextVar("told_sets", default=None)
"""What a person said of types of their own while it lasts (`Update-TypeData -DefaultDisplayPropertySet`), by the type's
full name in lower case: it comes first."""

GROUPED_BY: Mapping[str, str] = {"Microsoft.PowerShell.Commands.MemberDefinition": "TypeName"}
"""Types whose tables PowerShell divides by a property: it stands above the rows that agree in it."""


class Columns(NamedTuple):
    """The properties shown, in order, and those left out, in theirs.

    group: what all rows agree in and PowerShell says above them: `TypeName: System.String`.
    """

    shown: tuple[str, ...]
    hidden: tuple[str, ...]
    group: str = ""


def full_type_name(value: object) -> str:
    """The type of a row in full, without the prefix of deserialized objects; "" if it has none."""
    return next(iter(full_type_names(value)), "")


def chosen(rows: Sequence[object], wide: int = MOST_WIDE) -> Columns:
    """The columns for the rows that will be shown; they need not be of one type. wide: characters there are for all."""
    names = all_names(rows)
    known = _default_set(rows, names)
    shown = known or _that_fit(names, rows, wide)
    by = GROUPED_BY.get(full_type_name(rows[0]), "") if known else ""
    group = ""
    if by and by in names:
        told = dict.fromkeys(show(property_of(row, by)).text for row in rows)
        if len(told) == 1:
            group = f"{by}: {next(iter(told))}"
        else:
            shown = (by, *shown)
    hidden = tuple(name for name in names if name not in shown and not (group and name == by))
    return Columns(shown, hidden, group)


def reads_better_as_list(rows: Sequence[object]) -> bool:
    """Whether this is one object with so many properties that a row of it would hide most."""
    if len(rows) != 1:
        return False
    names = row_names(rows[0])
    return names is not None and len(names) > LONGEST_TABLE_OF_ONE and not _is_in_tables(rows[0])


def _is_in_tables(row: object) -> bool:
    """Whether PowerShell shows one of its own kind in a table, as it shows many."""
    return full_type_name(row).startswith(_POWERSHELLS) and bool(_default_of(row))


def all_names(rows: Iterable[object]) -> tuple[str, ...]:
    """Every property name, in the order they are met; names that differ only in case are one property."""
    names: dict[str, str] = {}
    for row in rows:
        for name in row_names(row) or ():
            names.setdefault(name.lower(), name)
    return tuple(names.values())


def _default_set(rows: Sequence[object], names: Sequence[str]) -> tuple[str, ...]:
    """The default set when all rows are of types with the same one, without properties that no row has.

    Of rows that came from many targets, the target stands before it and the error of those that failed behind it.
    """
    sets = {_default_of(row) for row in rows if row_names(row) is not None and full_type_name(row) != FAILURE}
    if len(sets) != 1:
        return ()
    have = {name.lower(): name for name in names}
    known = sets.pop()
    if known and names[0].lower() == _TARGET.lower():
        failed = any(full_type_name(row) == FAILURE for row in rows)
        known = (_TARGET, *known, *((_ERROR,) if failed else ()))
    return tuple(have[name.lower()] for name in known if name.lower() in have)


def _default_of(row: object) -> tuple[str, ...]:
    if _are_chosen_already([row]):
        return ()
    names = full_type_names(row)
    for name in names if (told := told_sets.get()) else ():
        if told is not None and name.lower() in told:
            return told[name.lower()]
    known = (DEFAULT_PROPERTIES.get(name) or DEFAULT_PROPERTIES.get(name.rpartition(".")[2]) for name in names)
    return next((properties for properties in known if properties is not None), ())


def _that_fit(names: Sequence[str], rows: Sequence[object], wide: int) -> tuple[str, ...]:
    """The first properties that fit side by side; those that say nothing in any row wait till last."""
    telling = names if _are_chosen_already(rows) else [name for name in names if _says_something(name, rows)]
    shown: list[str] = []
    room = wide
    for name in telling or names:
        room -= _wide(name, rows) + _GAP
        if shown and (room < 0 or len(shown) == MOST_COLUMNS):
            break
        shown.append(name)
    return tuple(shown)


def _are_chosen_already(rows: Sequence[object]) -> bool:
    """Whether somebody chose the properties: then they stand there, also where they are empty in every row."""
    return any(name.startswith(_CHOSEN_ALREADY) for row in rows for name in full_type_names(row))


def _says_something(name: str, rows: Sequence[object]) -> bool:
    return any(_is_there(property_of(row, name)) for row in rows)


def _is_there(value: object) -> bool:
    return value is not None and value is not MISSING


def _wide(name: str, rows: Sequence[object]) -> int:
    widest = width(one_line(name, WIDEST_COLUMN))
    for row in rows:
        shown = show(property_of(row, name), WIDEST_COLUMN)
        if shown is not NOTHING:
            widest = max(widest, width(shown.text))
        if widest >= WIDEST_COLUMN:
            return WIDEST_COLUMN
    return widest
