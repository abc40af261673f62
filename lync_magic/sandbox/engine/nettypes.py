"""The .NET types that signatures and values name: full names, enumerations with their members, the type of a
value.

Rules of this file: facts in tables and look-ups in them; no conversion.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from lync_magic.sandbox.model import EnumValue, PSCredential, PSObject, SecureString, Uri, Version

_RTC: Final = "Microsoft.Rtc.Management."
_EDGE: Final = _RTC + "WritableConfig.Settings.Edge."

TYPE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Object": "System.Object",
        "Object[]": "System.Object[]",
        "String": "System.String",
        "String[]": "System.String[]",
        "Int32": "System.Int32",
        "Boolean": "System.Boolean",
        "Guid": "System.Guid",
        "Version": "System.Version",
        "List": "System.Collections.Generic.List`1[System.Object]",
        "PSObject": "System.Management.Automation.PSObject",
        "PSCredential": "System.Management.Automation.PSCredential",
        "SecureString": "System.Security.SecureString",
        "Hashtable": "System.Collections.Hashtable",
        "SwitchParameter": "System.Management.Automation.SwitchParameter",
        "ActionPreference": "System.Management.Automation.ActionPreference",
        "CommandTypes": "System.Management.Automation.CommandTypes",
        "SecurityIdentifier": "System.Security.Principal.SecurityIdentifier",
        "Fqdn": _RTC + "Deploy.Fqdn",
        "UserIdParameter": _RTC + "AD.UserIdParameter",
        "OUIdParameter": _RTC + "AD.OUIdParameter",
        "XdsIdentity": _RTC + "Xds.XdsIdentity",
        "XdsGlobalRelativeIdentity": _RTC + "Xds.XdsGlobalRelativeIdentity",
        "Unlimited": _RTC + "ADConnect.Core.Unlimited`1[System.UInt32]",
        "PolicyFilter": _RTC + "Internal.PolicyFilter",
        "AcpInfo": _RTC + "ADConnect.Collections.AcpInfo",
        "AcpInfo[]": _RTC + "ADConnect.Core.MultiValuedProperty`1"
        "[Microsoft.Rtc.Management.ADConnect.Collections.AcpInfo]",
        "AddressType": _RTC + "AD.AddressType",
        "ExchangeArchivingPolicyOptionsEnum": _RTC + "AD.ExchangeArchivingPolicyOptionsEnum",
        "DesignateAsPresenter": _RTC + "WritableConfig.Settings.UserServices.DesignateAsPresenter",
        "IAllowedDomainsChoice": _EDGE + "IAllowedDomainsChoice",
        "ExternalAccessWithTrialTenantsType": _EDGE + "ExternalAccessWithTrialTenantsType",
        "SecurityTeamAllowBlockListDelegationType": _EDGE + "SecurityTeamAllowBlockListDelegationType",
    }
)
"""Full .NET names of the types that the signatures name shortly."""

PLAIN_TYPES: Final = frozenset(
    {"Byte", "SByte", "Int16", "UInt16", "UInt32", "Int64", "UInt64", "Double", "Single", "Decimal"}
    | {"DateTime", "DateTimeOffset", "TimeSpan", "Uri"}
)
"""Types of .NET's own namespace that are called the same there."""

ENUMERATIONS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "ActionPreference": {
            "SilentlyContinue": 0,
            "Stop": 1,
            "Continue": 2,
            "Inquire": 3,
            "Ignore": 4,
            "Suspend": 5,
            "Break": 6,
        },
        "CommandTypes": {
            "Alias": 1,
            "Function": 2,
            "Filter": 4,
            "Cmdlet": 8,
            "ExternalScript": 16,
            "Application": 32,
            "Script": 64,
            "Configuration": 256,
            "All": 383,
        },
        "AddressType": {
            "None": 0,
            "FirstLastName": 1,
            "UserName": 2,
            "EmailAddress": 3,
            "SamAccountName": 4,
            "UPN": 5,
        },
        "ExchangeArchivingPolicyOptionsEnum": {
            "Uninitialized": 0,
            "UseLyncArchivingPolicy": 1,
            "ArchivingToExchange": 2,
            "NoArchiving": 3,
        },
        "DesignateAsPresenter": {"None": 0, "Company": 1, "Everyone": 2},
        "PolicyFilter": {"Automatic": 0, "All": 1, "SubscriptionDefaults": 2, "TenantDefinedOnly": 3},
        "ExternalAccessWithTrialTenantsType": {"Blocked": 0, "Allowed": 1},
        "SecurityTeamAllowBlockListDelegationType": {"Disabled": 0, "Enabled": 1},
    }
)
"""The enumerations among the parameters' types, with their documented values."""


def full_name(type_name: str) -> str:
    """The .NET name of a type that a signature names shortly; of one that nobody knows, a name like it."""
    known = TYPE_NAMES.get(type_name)
    if known is not None:
        return known
    if type_name.endswith("[]"):
        return f"{full_name(type_name.removesuffix('[]'))}[]"
    if type_name in PLAIN_TYPES:
        return f"System.{type_name}"
    return type_name if "." in type_name else f"{_RTC}{type_name}"


def enumeration(type_name: str, member: str) -> EnumValue:
    """A member of one of `ENUMERATIONS`."""
    return EnumValue(full_name(type_name), member, ENUMERATIONS[type_name][member])


_DOTNET: Final[tuple[tuple[type, str], ...]] = (
    (bool, "System.Boolean"),
    (int, "System.Int32"),
    (float, "System.Double"),
    (Decimal, "System.Decimal"),
    (Uri, "System.Uri"),
    (Version, "System.Version"),
    (str, "System.String"),
    (datetime, "System.DateTime"),
    (timedelta, "System.TimeSpan"),
    (UUID, "System.Guid"),
    (list, "System.Object[]"),
    (dict, "System.Collections.Hashtable"),
    (SecureString, "System.Security.SecureString"),
    (PSCredential, "System.Management.Automation.PSCredential"),
)


def type_of(value: object) -> str:
    """A value's .NET type name."""
    for kind, name in _DOTNET:
        if isinstance(value, kind):
            return name
    if isinstance(value, (PSObject, EnumValue)):
        return value.type_names[0] if isinstance(value, PSObject) else value.type_name
    return "System.Object"
