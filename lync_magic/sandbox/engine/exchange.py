"""The Exchange side of the tenant: mailboxes and distribution groups, for the configuration `Microsoft.Exchange`.

Rules of this file: every user of the tenant has a mailbox, made from what the directory says of them and what was
changed since. A dozen cmdlets that administrators use beside those of Lync Online; their parameters are the few that
need no mail to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters, per_record
from lync_magic.sandbox.engine.directory import identified_users, one_user, passing, scanned
from lync_magic.sandbox.engine.entries import DOMAIN, User, identifier, when
from lync_magic.sandbox.engine.organization import Group
from lync_magic.sandbox.engine.views import user_properties
from lync_magic.sandbox.model import PSObject

CONFIGURATION: Final = "Microsoft.Exchange"
_MANAGEMENT: Final = "Microsoft.Exchange.Data.Directory.Management."
_SETTABLE: Final = (
    "DisplayName",
    "ForwardingSmtpAddress",
    "HiddenFromAddressListsEnabled",
    "IssueWarningQuota",
    "MailTip",
)
_QUOTA: Final = "49 GB (52,613,349,376 bytes)"


# --- objects --------------------------------------------------------------------------------------------------------


def _mailbox_properties(context: Context, user: User) -> dict[str, object]:
    known = user_properties(user)
    address = user.user_principal_name
    return {
        "Alias": user.alias,
        "Database": f"NAMPR0{user.index % 5 + 1}DG001-db001",
        "DisplayName": known["DisplayName"],
        "DistinguishedName": user.distinguished_name,
        "EmailAddresses": [f"SMTP:{address}", f"SIP:{address}"],
        "ForwardingSmtpAddress": None,
        "Guid": user.guid,
        "HiddenFromAddressListsEnabled": False,
        "Identity": user.alias,
        "IssueWarningQuota": _QUOTA,
        "MailTip": None,
        "Name": user.alias,
        "PrimarySmtpAddress": address,
        "RecipientType": "UserMailbox",
        "RecipientTypeDetails": "UserMailbox",
        "UMEnabled": context.organization.unified(user.alias) is not None,
        "UserPrincipalName": address,
        "WhenMailboxCreated": when(user.index),
        **context.organization.mailbox(user.alias),
    }


def _object(kind: str, properties: Mapping[str, object]) -> PSObject:
    types = (kind if "." in kind else f"{_MANAGEMENT}{kind}", "System.Object")
    return PSObject(types, dict(properties), text=str(properties["Identity"]))


_SHOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ReducedRecipient": (
            *("Alias", "DisplayName", "Identity", "Name", "PrimarySmtpAddress", "RecipientType"),
            "RecipientTypeDetails",
        ),
        "CASMailbox": ("DisplayName", "Identity", "Name", "PrimarySmtpAddress"),
    }
)


def _recipient(context: Context, user: User) -> PSObject:
    properties = _mailbox_properties(context, user)
    return _object("ReducedRecipient", {name: properties[name] for name in _SHOWN["ReducedRecipient"]})


def _cas_mailbox(context: Context, user: User) -> PSObject:
    properties = _mailbox_properties(context, user)
    ways = ("ActiveSyncEnabled", "OWAEnabled", "PopEnabled", "ImapEnabled", "MAPIEnabled")
    shown = {name: properties[name] for name in _SHOWN["CASMailbox"]}
    return _object("CASMailbox", {**shown, **dict.fromkeys(ways, True)})


def _mailbox(context: Context, user: User) -> PSObject:
    return _object("Mailbox", _mailbox_properties(context, user))


def _group_object(group: Group) -> PSObject:
    return _object(
        "DistributionGroup",
        {
            "Alias": group.alias,
            "DisplayName": group.name,
            "GroupType": "Universal",
            "Guid": identifier(f"group {group.alias}"),
            "Identity": group.name,
            "Name": group.name,
            "PrimarySmtpAddress": f"{group.alias}@{DOMAIN}",
            "RecipientTypeDetails": "MailUniversalDistributionGroup",
        },
    )


# --- cmdlets --------------------------------------------------------------------------------------------------------


def _getting(make: Callable[[Context, User], PSObject]) -> Cmdlet:
    def work(context: Context, parameters: Parameters) -> Iterable[object]:
        users: Iterable[User] = scanned(context, context.tenant.users())
        if parameters.get("Identity"):
            users = identified_users(context, as_text(parameters["Identity"]), wildcards=True)
        for user in passing(context, parameters, users, lambda one: _mailbox_properties(context, one)):
            context.pause()
            yield make(context, user)

    return per_record(work)


def get_um_mailbox(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-UMMailbox: those that are enabled for unified messaging."""
    users: Iterable[User] = context.tenant.users()
    if parameters.get("Identity"):
        users = identified_users(context, as_text(parameters["Identity"]), wildcards=True)
    for user in passing(context, parameters, users, lambda one: _mailbox_properties(context, one)):
        known = context.organization.unified(user.alias)
        if known is not None:
            yield _object("UMMailbox", {**_mailbox_properties(context, user), **known})
        elif parameters.get("Identity"):
            context.error(failures.object_not_found(context.command.name, as_text(parameters["Identity"])))


def enable_um_mailbox(context: Context, parameters: Parameters) -> Iterable[object]:
    """Enable-UMMailbox."""
    user = one_user(context, parameters["Identity"])
    if user is None or not context.should_process(user.distinguished_name):
        return
    given = parameters.get("Extensions")
    extensions = [as_text(one) for one in given] if isinstance(given, list) else []
    values = {"UMMailboxPolicy": as_text(parameters["UMMailboxPolicy"]), "Extensions": extensions}
    context.organization.set_unified(user.alias, MappingProxyType(values))
    yield _object("UMMailbox", {**_mailbox_properties(context, user), **values})


def disable_um_mailbox(context: Context, parameters: Parameters) -> Iterable[object]:
    """Disable-UMMailbox."""
    user = one_user(context, parameters["Identity"])
    if user is not None and context.should_process(user.distinguished_name):
        context.organization.set_unified(user.alias, None)
    return ()


def set_mailbox(context: Context, parameters: Parameters) -> Iterable[object]:
    """Set-Mailbox."""
    user = one_user(context, parameters["Identity"])
    if user is None:
        return ()
    changes = {name: parameters[name] for name in _SETTABLE if name in parameters}
    if not changes:
        context.warning(f"The command completed successfully but no settings of '{user.alias}' have been modified.")
    elif context.should_process(user.distinguished_name):
        context.organization.change_mailbox(user.alias, changes)
    return ()


def get_mailbox_statistics(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-MailboxStatistics: sizes that follow from the user's number."""
    user = one_user(context, parameters["Identity"])
    if user is None:
        return
    count = 120 + user.index * 37 % 4_000
    size = count * 61_440
    yield PSObject(
        ("Microsoft.Exchange.Management.MapiTasks.Presentation.MailboxStatistics", "System.Object"),
        {
            "DisplayName": user_properties(user)["DisplayName"],
            "Identity": str(user.guid),
            "ItemCount": count,
            "LastLogonTime": when(user.index + 60),
            "TotalItemSize": f"{size / 2**20:.1f} MB ({size:,} bytes)",
        },
        text=str(user.guid),
    )


def get_organization_config(context: Context, _parameters: Parameters) -> Iterable[object]:
    """Get-OrganizationConfig."""
    values = {
        "Identity": "litwareinc.onmicrosoft.com",
        "Name": "litwareinc.onmicrosoft.com",
        "DisplayName": "Litware, Inc.",
    }
    yield _object("ADOrganizationConfig", {**values, "IsDehydrated": False, "MailTipsAllTipsEnabled": True})


def get_group(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-DistributionGroup."""
    if parameters.get("Identity"):
        group = _group(context, parameters)
        yield from () if group is None else (_group_object(group),)
        return
    yield from map(_group_object, context.organization.groups())


def get_group_member(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-DistributionGroupMember."""
    group = _group(context, parameters)
    for alias in group.members if group is not None else ():
        yield from (_recipient(context, user) for user in context.tenant.find_users(alias))


def new_group(context: Context, parameters: Parameters) -> Iterable[object]:
    """New-DistributionGroup."""
    name = as_text(parameters["Name"])
    alias = as_text(parameters.get("Alias")) or "".join(one for one in name if one.isalnum()).lower()
    if context.organization.group(alias) is not None:
        message = f'The value "{name}" of property Name is used by another recipient object.'
        context.error(failures.invalid_value(context.command.name, message, name))
        return
    given = parameters.get("Members")
    members = (
        tuple(user.alias for one in given or () if (user := one_user(context, one))) if isinstance(given, list) else ()
    )
    if context.should_process(name):
        group = Group(name, alias, members)
        context.organization.keep(group)
        yield _group_object(group)


def add_group_member(context: Context, parameters: Parameters) -> Iterable[object]:
    """Add-DistributionGroupMember."""
    group = _group(context, parameters)
    user = one_user(context, parameters["Member"]) if group is not None and parameters.get("Member") else None
    if group is not None and user is not None and context.should_process(group.name):
        members = tuple(dict.fromkeys((*group.members, user.alias)))
        context.organization.keep(replace(group, members=members))
    return ()


def remove_group(context: Context, parameters: Parameters) -> Iterable[object]:
    """Remove-DistributionGroup."""
    group = _group(context, parameters)
    if group is not None and context.should_process(group.name):
        context.organization.drop(group)
    return ()


def _group(context: Context, parameters: Parameters) -> Group | None:
    wanted = as_text(parameters["Identity"])
    found: Group | None = context.organization.group(wanted)
    if found is None:
        context.error(failures.object_not_found(context.command.name, wanted))
    return found


EXCHANGE_CMDLETS: Final[Mapping[str, Cmdlet]] = MappingProxyType(
    {
        "Add-DistributionGroupMember": per_record(add_group_member),
        "Disable-UMMailbox": per_record(disable_um_mailbox),
        "Enable-UMMailbox": per_record(enable_um_mailbox),
        "Get-CASMailbox": _getting(_cas_mailbox),
        "Get-DistributionGroup": per_record(get_group),
        "Get-DistributionGroupMember": per_record(get_group_member),
        "Get-Mailbox": _getting(_mailbox),
        "Get-MailboxStatistics": per_record(get_mailbox_statistics),
        "Get-OrganizationConfig": per_record(get_organization_config),
        "Get-Recipient": _getting(_recipient),
        "Get-UMMailbox": per_record(get_um_mailbox),
        "New-DistributionGroup": per_record(new_group),
        "Remove-DistributionGroup": per_record(remove_group),
        "Set-Mailbox": per_record(set_mailbox),
    }
)
"""Their work by name."""
