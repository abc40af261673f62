"""Cmdlets of users and of the tenant itself.

Rules of this file: what an online tenant's administrator must not set is refused, as the service refuses it.
An ACP is an audio conferencing provider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.binder import flag
from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters, per_record
from lync_magic.sandbox.engine.directory import (
    identified_users,
    matching,
    of_this_tenant,
    one_user,
    passing,
    scan_ended,
    scanned,
)
from lync_magic.sandbox.engine.entries import User
from lync_magic.sandbox.engine.objects import tenant_matches, tenant_object
from lync_magic.sandbox.engine.views import (
    USER_POLICIES,
    USER_TYPES,
    UserView,
    acp_object,
    acps_of,
    line_of,
    user_object,
    user_properties,
)
from lync_magic.sandbox.model import PSObject

_LINE_URI: Final = re.compile(r"(tel|sip):\S+", re.IGNORECASE)
_ALWAYS_SHOWN: Final = ("Identity", "UserPrincipalName", "DisplayName")
_ACCOUNT_TYPE: Final = "User"

_SETTABLE: Final = (
    "AudioVideoDisabled",
    "EnterpriseVoiceEnabled",
    "HostedVoiceMail",
    "ExchangeArchivingPolicy",
)
_RESTRICTED: Final = (
    "Enabled",
    "LineServerURI",
    "PrivateLine",
    "RemoteCallControlTelephonyEnabled",
    "SipAddress",
)

_URL_STEPS: Final = ("Reading the tenant", "Choosing new addresses", "Publishing", "Replicating")
_URL_STEP_SECONDS: Final = 0.05


def get_online_user(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-CsOnlineUser."""
    users = context.tenant.users()
    if parameters.get("Identity"):
        users = identified_users(context, as_text(parameters["Identity"]), wildcards=True)
    if flag(parameters, "SoftDeletedUser") or as_text(parameters.get("AccountType") or _ACCOUNT_TYPE) != _ACCOUNT_TYPE:
        users = ()
    if flag(parameters, "Sort"):
        users = sorted(users, key=lambda one: one.user_principal_name)
    for user in passing(context, parameters, scanned(context, users), user_properties):
        context.pause()
        yield _shown(user, parameters)
    scan_ended(context, len(users))


def _shown(user: User, parameters: Parameters) -> object:
    wanted = as_text(parameters.get("Properties"))
    without_policies = flag(parameters, "SkipUserPolicies")
    if not wanted and not without_policies:
        return UserView(user)
    properties = user_properties(user)
    if without_policies:
        properties.update(dict.fromkeys(USER_POLICIES))
    if wanted:
        names = {one.strip().lower() for one in wanted.split(",")} | {one.lower() for one in _ALWAYS_SHOWN}
        properties = {name: value for name, value in properties.items() if name.lower() in names}
    return PSObject(USER_TYPES, properties, text=user.distinguished_name)


def set_user(context: Context, parameters: Parameters) -> Iterable[object]:
    """Set-CsUser."""
    user = one_user(context, parameters["Identity"])
    if user is None:
        return
    for name in _RESTRICTED:
        if name in parameters:
            context.error(failures.restricted_parameter(context.command.name, name))
            return
    changes = {name: parameters[name] for name in _SETTABLE if name in parameters}
    for name in ("LineURI", "OnPremLineURI"):
        if name in parameters:
            if not _line_is_free(context, user, as_text(parameters[name])):
                return
            changes[name] = as_text(parameters[name])
    if "AcpInfo" in parameters:
        changes["AcpInfo"] = _acps(parameters["AcpInfo"])
    yield from _changed(context, parameters, user, changes)


def _changed(context: Context, parameters: Parameters, user: User, changes: Mapping[str, object]) -> Iterable[object]:
    """Change the user if it may be; the user where -PassThru asks for it."""
    if not changes:
        context.warning(
            f"The command completed successfully but no settings of '{user.distinguished_name}' have been modified."
        )
    elif context.should_process(user.distinguished_name):
        user = context.tenant.change_user(user, {**changes, "WhenChanged": datetime.now(timezone.utc)})
    if flag(parameters, "PassThru"):
        yield user_object(user)


def _line_is_free(context: Context, user: User, line: str) -> bool:
    if not line:
        return True
    command = context.command.name
    if not _LINE_URI.fullmatch(line):
        message = f'The value "{line}" is not a valid LineURI. It begins with "tel:" or "sip:".'
        context.error(failures.invalid_value(command, message, line))
        return False
    taken = (one for one in context.tenant.users() if one.index != user.index)
    if any(line_of(one).lower() == line.lower() for one in taken):
        context.error(failures.already_exists(command, "LineURI", line))
        return False
    return True


# --- audio conferencing providers -----------------------------------------------------------------


def get_user_acp(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-CsUserAcp: users who have a provider, or the one who is named."""
    if parameters.get("Identity"):
        users = identified_users(context, as_text(parameters["Identity"]), wildcards=True)
    else:
        users = [one for one in context.tenant.users() if acps_of(one)]
    for user in passing(context, parameters, users, lambda one: acp_object(one).properties):
        yield acp_object(user)


def set_user_acp(context: Context, parameters: Parameters) -> Iterable[object]:
    """Set-CsUserAcp: adds a provider, or replaces the one of that name."""
    user = one_user(context, parameters["Identity"])
    if user is None:
        return
    names = ("Name", "Domain", "TollNumber", "TollFreeNumbers", "ParticipantPasscode", "Url", "IsDefault")
    acp = {name: parameters[name] for name in names if name in parameters}
    if context.should_process(user.distinguished_name):
        user = context.tenant.edit_user(user, lambda now: {"AcpInfo": _with_acp(acps_of(now), acp)})
    if flag(parameters, "PassThru"):
        yield acp_object(user)


def _with_acp(known: Iterable[Mapping[str, object]], acp: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    others = [one for one in known if as_text(one.get("Name")).lower() != as_text(acp.get("Name")).lower()]
    is_default = acp.get("IsDefault") is True or not others
    if is_default:
        others = [{**one, "IsDefault": False} for one in others]
    new = {**acp, "IsDefault": is_default}
    return (new, *others) if is_default else (*others, new)


def remove_user_acp(context: Context, parameters: Parameters) -> Iterable[object]:
    """Remove-CsUserAcp: all providers of a user, or those with that name, number or passcode."""
    user = one_user(context, parameters["Identity"])
    if user is None:
        return
    wanted = {
        name: as_text(parameters[name]).lower()
        for name in ("Name", "TollNumber", "ParticipantPasscode")
        if parameters.get(name)
    }

    def goes(acp: Mapping[str, object]) -> bool:
        return all(as_text(acp.get(name)).lower() == value for name, value in wanted.items())

    if wanted and not any(goes(one) for one in acps_of(user)):
        text = ", ".join(wanted.values())
        context.error(failures.object_not_found(context.command.name, text))
        return
    if context.should_process(user.distinguished_name):
        user = context.tenant.edit_user(
            user, lambda now: {"AcpInfo": tuple(one for one in acps_of(now) if not goes(one))}
        )
    if flag(parameters, "PassThru"):
        yield acp_object(user)


def _acps(value: object) -> tuple[Mapping[str, object], ...]:
    """Providers as Set-CsUser gets them: objects or dictionaries with their properties."""
    several = value if isinstance(value, list) else [value]
    found: list[Mapping[str, object]] = []
    for one in several:
        if isinstance(one, PSObject):
            found.append(one.properties)
        elif isinstance(one, Mapping):
            found.append({as_text(name): item for name, item in one.items()})
    return tuple(found)


# --- the tenant -----------------------------------------------------------------------------------


def get_tenant(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-CsTenant."""
    identity = as_text(parameters.get("Identity"))
    if identity and not tenant_matches(identity):
        context.error(failures.object_not_found(context.command.name, identity))
        return
    found = tenant_object(context.tenant.meeting_url_updates, len(context.tenant.users()))
    size = parameters.get("ResultSize")
    if size == 0 or not matching(context, parameters, found.properties):
        return
    context.pause()
    yield found


def update_meeting_url(context: Context, parameters: Parameters) -> Iterable[object]:
    """Update-CsTenantMeetingUrl: asks, takes its time, reports its progress."""
    if not of_this_tenant(context, parameters):
        return ()
    if context.should_process("Tenant"):
        for step, text in enumerate(_URL_STEPS):
            context.streams.progress(context.command.name, text, step * 100 // len(_URL_STEPS))
            context.streams.sleep(_URL_STEP_SECONDS)
            context.pause()
        context.tenant.update_meeting_url()
        context.streams.progress(context.command.name, "Completed", completed=True)
    return ()


USER_CMDLETS: Final[Mapping[str, Cmdlet]] = MappingProxyType(
    {
        "Get-CsOnlineUser": per_record(get_online_user),
        "Set-CsUser": per_record(set_user),
        "Get-CsUserAcp": per_record(get_user_acp),
        "Set-CsUserAcp": per_record(set_user_acp),
        "Remove-CsUserAcp": per_record(remove_user_acp),
        "Get-CsTenant": per_record(get_tenant),
        "Update-CsTenantMeetingUrl": per_record(update_meeting_url),
    }
)
"""Their work by name."""
