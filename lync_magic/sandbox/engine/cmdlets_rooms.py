"""Cmdlets of meeting rooms and of the contacts of Exchange's unified messaging.

Rules of this file: a room that is not enabled has no SIP address and is not listed; enabling gives it both
back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.binder import flag
from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters, per_record
from lync_magic.sandbox.engine.describe import has_wildcard, wildcard
from lync_magic.sandbox.engine.directory import one_entry, passing
from lync_magic.sandbox.engine.entries import DOMAIN, REGISTRAR_POOL, Entry, new_contact
from lync_magic.sandbox.engine.objects import contact_object, room_object

_SIP: Final = re.compile(r"sip:[^\s@]+@[^\s@]+", re.IGNORECASE)
_ROOM_SETTINGS: Final = (
    "AcpInfo",
    "AudioVideoDisabled",
    "Enabled",
    "EnterpriseVoiceEnabled",
    "ExchangeArchivingPolicy",
    "HostedVoiceMail",
    "LineServerURI",
    "LineURI",
    "PrivateLine",
    "RemoteCallControlTelephonyEnabled",
    "SipAddress",
)
_CONTACT_SETTINGS: Final = (
    "AutoAttendant",
    "Description",
    "DisplayNumber",
    "Enabled",
    "EnterpriseVoiceEnabled",
    "ExchangeArchivingPolicy",
    "SipAddress",
)


def _is_listed(room: Entry) -> bool:
    return room.properties.get("RegistrarPool") is not None


def _named(context: Context, entries: Sequence[Entry], identity: object) -> Sequence[Entry]:
    text = as_text(identity)
    if not text:
        return entries
    if has_wildcard(text):
        pattern = wildcard(text)
        return [one for one in entries if pattern.match(as_text(one.properties.get("DisplayName")))]
    found = one_entry(context, entries, text)
    return [found] if found is not None else []


def get_room(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-CsMeetingRoom."""
    rooms = [one for one in context.tenant.rooms() if _is_listed(one)]
    rooms = list(_named(context, rooms, parameters.get("Identity")))
    for room in passing(context, parameters, rooms, lambda one: room_object(one).properties):
        context.pause()
        yield room_object(room)


def set_room(context: Context, parameters: Parameters) -> Iterable[object]:
    """Set-CsMeetingRoom."""
    room = one_entry(context, context.tenant.rooms(), parameters["Identity"])
    if room is None or not _address_is_valid(context, parameters):
        return
    changes = {name: parameters[name] for name in _ROOM_SETTINGS if name in parameters}
    if context.should_process(room.identity):
        room = context.tenant.change_room(room, changes)
    if flag(parameters, "PassThru"):
        yield room_object(room)


def enable_room(context: Context, parameters: Parameters) -> Iterable[object]:
    """Enable-CsMeetingRoom."""
    room = one_entry(context, context.tenant.rooms(), parameters["Identity"])
    if room is None or not _address_is_valid(context, parameters):
        return
    domain = as_text(parameters.get("SipDomain")) or DOMAIN
    pools = [as_text(parameters.get(name)) for name in ("RegistrarPool", "ProxyPool", "HostingProviderProxyFqdn")]
    changes = {
        "Enabled": True,
        "RegistrarPool": next(filter(None, pools), REGISTRAR_POOL),
        "SipAddress": as_text(parameters.get("SipAddress")) or f"sip:{room.alias}@{domain}",
    }
    if context.should_process(room.identity):
        room = context.tenant.change_room(room, changes)
    if flag(parameters, "PassThru"):
        yield room_object(room)


def disable_room(context: Context, parameters: Parameters) -> Iterable[object]:
    """Disable-CsMeetingRoom: the room loses its address and is listed no more; the account stays."""
    room = one_entry(context, context.tenant.rooms(), parameters["Identity"])
    if room is None:
        return
    gone: dict[str, object] = {"Enabled": False, "RegistrarPool": None, "SipAddress": None, "LineURI": ""}
    if context.should_process(room.identity):
        room = context.tenant.change_room(room, gone)
    if flag(parameters, "PassThru"):
        yield room_object(room)


def _address_is_valid(context: Context, parameters: Parameters) -> bool:
    address = as_text(parameters.get("SipAddress"))
    if not address or _SIP.fullmatch(address):
        return True
    message = f'The value "{address}" is not a valid SIP address. It has the form "sip:name@domain".'
    context.error(failures.invalid_value(context.command.name, message, address))
    return False


def get_contact(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-CsExUmContact."""
    contacts = list(_named(context, context.tenant.contacts(), parameters.get("Identity")))
    for contact in passing(context, parameters, contacts, lambda one: contact_object(one).properties):
        context.pause()
        yield contact_object(contact)


def make_contact(context: Context, parameters: Parameters) -> Iterable[object]:
    """New-CsExUmContact."""
    if not _address_is_valid(context, parameters):
        return
    contact = new_contact(
        as_text(parameters["SipAddress"]),
        as_text(parameters["DisplayNumber"]),
        parameters.get("AutoAttendant") is True,
        as_text(parameters.get("Description")),
        as_text(parameters["RegistrarPool"]),
        as_text(parameters["OU"]),
    )
    if not context.should_process(contact.sip_address):
        return
    if not context.tenant.add_contact(contact):
        context.error(failures.already_exists(context.command.name, "SipAddress", contact.sip_address))
        return
    yield contact_object(contact)


def set_contact(context: Context, parameters: Parameters) -> Iterable[object]:
    """Set-CsExUmContact."""
    contact = one_entry(context, context.tenant.contacts(), parameters["Identity"])
    if contact is None or not _address_is_valid(context, parameters):
        return
    changes = {name: parameters[name] for name in _CONTACT_SETTINGS if name in parameters}
    if "AutoAttendant" in changes:
        changes["IsSubscriberAccess"] = changes["AutoAttendant"] is not True
    if "DisplayNumber" in changes:
        changes["OtherIpPhone"] = changes["DisplayNumber"]
    if context.should_process(contact.identity):
        contact = context.tenant.change_contact(contact, changes)
    if flag(parameters, "PassThru"):
        yield contact_object(contact)


def remove_contact(context: Context, parameters: Parameters) -> Iterable[object]:
    """Remove-CsExUmContact."""
    contact = one_entry(context, context.tenant.contacts(), parameters["Identity"])
    if contact is not None and context.should_process(contact.identity):
        context.tenant.remove_contact(contact)
    return ()


ROOM_CMDLETS: Final[Mapping[str, Cmdlet]] = MappingProxyType(
    {
        "Get-CsMeetingRoom": per_record(get_room),
        "Set-CsMeetingRoom": per_record(set_room),
        "Enable-CsMeetingRoom": per_record(enable_room),
        "Disable-CsMeetingRoom": per_record(disable_room),
        "Get-CsExUmContact": per_record(get_contact),
        "New-CsExUmContact": per_record(make_contact),
        "Set-CsExUmContact": per_record(set_contact),
        "Remove-CsExUmContact": per_record(remove_contact),
    }
)
"""Their work by name."""
