"""Cmdlets of policies and configurations: Get, Set, Grant, Remove, all by one pattern; and the small objects
that they take.

Rules of this file: one function a verb, made for each kind. An identity without a scope means a per-user
policy (`Tag:`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.binder import flag
from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.configurations import (
    AUDIO_CONFERENCING,
    FEDERATION,
    HYBRID,
    IM_FILTER,
    LICENSING,
    MEETING_CONFIGURATION,
    PRIVACY_CONFIGURATION,
    PUBLIC_PROVIDER,
    PUSH_CONFIGURATION,
)
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters, per_record
from lync_magic.sandbox.engine.describe import wildcard
from lync_magic.sandbox.engine.directory import of_this_tenant, one_user
from lync_magic.sandbox.engine.elements import GLOBAL, TAG, Element, Kind
from lync_magic.sandbox.engine.objects import ALLOW_ALL, allow_all_domains, allow_list, domain_pattern, element_object
from lync_magic.sandbox.engine.policies import (
    CLIENT_POLICY,
    CONFERENCING_POLICY,
    EXTERNAL_ACCESS_POLICY,
    HOSTED_VOICEMAIL_POLICY,
    PRESENCE_POLICY,
    VOICE_POLICY,
)
from lync_magic.sandbox.engine.views import user_object
from lync_magic.sandbox.model import EnumValue, PSObject

_PROVIDERS: Final = ("WindowsLive", "AOL", "Yahoo")
_DOMAIN_LISTS: Final = (
    "AllowedDomains",
    "AllowedDomainsAsAList",
    "BlockedDomains",
    "AllowedTrialTenantDomains",
)


def _full_identity(kind: Kind, identity: str) -> str:
    if identity.lower() == GLOBAL.lower():
        return GLOBAL
    if ":" in identity or kind is AUDIO_CONFERENCING:
        return identity
    return TAG + identity


def _getting(kind: Kind) -> Cmdlet:
    def work(context: Context, parameters: Parameters) -> Iterable[object]:
        if not of_this_tenant(context, parameters):
            return
        if parameters.get("ApplicableTo") and one_user(context, parameters["ApplicableTo"]) is None:
            return
        for element in _chosen(context, kind, parameters):
            context.pause()
            yield element_object(element)

    return per_record(work)


def _chosen(context: Context, kind: Kind, parameters: Parameters) -> Sequence[Element]:
    if parameters.get("Identity"):
        identity = _full_identity(kind, as_text(parameters["Identity"]))
        found = context.tenant.element(kind.name, identity)
        if found is None:
            context.error(failures.element_not_found(context.command.name, kind.name, identity))
        return [found] if found is not None else []
    elements = context.tenant.elements(kind.name)
    if parameters.get("Filter"):
        pattern = wildcard(as_text(parameters["Filter"]))
        elements = [one for one in elements if pattern.match(one.identity)]
    include = parameters.get("Include")
    if isinstance(include, EnumValue) and include.name == "SubscriptionDefaults":
        elements = [one for one in elements if one.is_subscription_default]
    elif isinstance(include, EnumValue) and include.name == "TenantDefinedOnly":
        elements = [one for one in elements if not one.is_subscription_default]
    return elements


def _setting(kind: Kind, convert: Callable[[Element, str, object], object] | None = None) -> Cmdlet:
    """convert: makes the property's value of what the parameter got."""

    def work(context: Context, parameters: Parameters) -> Iterable[object]:
        if not of_this_tenant(context, parameters):
            return ()
        identity, given = _given(kind, parameters)
        element = context.tenant.element(kind.name, identity)
        if element is None:
            context.error(failures.element_not_found(context.command.name, kind.name, identity))
            return ()
        changes = {}
        for name, value in given.items():
            target = "AllowedDomains" if name == "AllowedDomainsAsAList" else name
            changes[target] = convert(element, name, value) if convert is not None else value
        if not changes:
            context.warning(
                f"The command completed successfully but no settings of '{element.identity}' have been modified."
            )
        elif context.should_process(element.identity):
            context.tenant.change_element(kind.name, element.identity, changes)
        return ()

    return per_record(work)


def _given(kind: Kind, parameters: Parameters) -> tuple[str, dict[str, object]]:
    """The identity and the properties that a Set cmdlet got, from an -Instance and from its own "
    "parameters."""
    instance = parameters.get("Instance")
    identity = as_text(parameters.get("Identity")) or GLOBAL
    given: dict[str, object] = {}
    if isinstance(instance, PSObject):
        identity = as_text(instance.properties.get("Identity")) or GLOBAL
        given = {name: value for name, value in instance.properties.items() if name in kind.defaults}
    settable = {*kind.defaults, *_DOMAIN_LISTS}
    given.update({name: value for name, value in parameters.items() if name in settable and name != "Tenant"})
    return _full_identity(kind, identity), given


def _federation_value(element: Element, name: str, value: object) -> object:
    if name not in _DOMAIN_LISTS:
        return value
    target = "AllowedDomains" if name == "AllowedDomainsAsAList" else name
    now = element.properties.get(target)
    known = [str(one) for one in now if one != ALLOW_ALL] if isinstance(now, (list, tuple)) else []
    if not isinstance(value, Mapping):
        return tuple(_domains(value))
    if "Replace" in value:
        return tuple(_domains(value["Replace"]))
    removed = {one.lower() for one in _domains(value.get("Remove"))}
    kept = [one for one in known if one.lower() not in removed]
    return (*kept, *(one for one in _domains(value.get("Add")) if one not in kept))


def _domains(value: object) -> list[str]:
    """The names in domain patterns, allow lists and texts, however deep."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [name for one in value for name in _domains(one)]
    if isinstance(value, PSObject):
        for key in ("AllowedDomain", "Domain"):
            if key in value.properties:
                return _domains(value.properties[key])
        return _domains(value.text or value.type_names[0].rpartition(".")[2])
    return [as_text(value).removeprefix("AllowedDomain=").removeprefix("Domain=")]


def _granting(kind: Kind) -> Cmdlet:
    def work(context: Context, parameters: Parameters) -> Iterable[object]:
        if not of_this_tenant(context, parameters):
            return
        name = as_text(parameters.get("PolicyName"))
        name = name[len(TAG) :] if name.lower().startswith(TAG.lower()) else name
        if name.lower() == GLOBAL.lower():
            name = ""
        policy = context.tenant.element(kind.name, TAG + name) if name else None
        if name and policy is None:
            context.error(failures.not_a_user_policy(context.command.name, name))
            return
        if flag(parameters, "Global"):
            _grant_to_everybody(context, kind, policy)
            return
        if parameters.get("Group"):
            context.error(failures.object_not_found(context.command.name, as_text(parameters["Group"])))
            return
        if not parameters.get("Identity"):
            context.error(failures.missing_mandatory(context.command.name, ["Identity"]))
            return
        user = one_user(context, parameters["Identity"])
        if user is None:
            return
        if context.should_process(user.distinguished_name):
            granted = policy.identity.removeprefix(TAG) if policy is not None else None
            user = context.tenant.change_user(user, {kind.name: granted})
        if flag(parameters, "PassThru"):
            yield user_object(user)

    return per_record(work)


def _grant_to_everybody(context: Context, kind: Kind, policy: Element | None) -> None:
    if context.should_process(GLOBAL):
        values = kind.defaults if policy is None else policy.properties
        context.tenant.change_element(kind.name, GLOBAL, values)


def _removing(kind: Kind) -> Cmdlet:
    def work(context: Context, parameters: Parameters) -> Iterable[object]:
        if not of_this_tenant(context, parameters):
            return ()
        identity = _full_identity(kind, as_text(parameters["Identity"]))
        element = context.tenant.element(kind.name, identity)
        if element is None:
            context.error(failures.element_not_found(context.command.name, kind.name, identity))
        elif context.should_process(element.identity):
            context.tenant.remove_element(kind.name, element.identity)
            _take_back(context, kind, element)
        return ()

    return per_record(work)


def _take_back(context: Context, kind: Kind, element: Element) -> None:
    """Users who had the policy have none of their own from now on."""
    name = element.identity.removeprefix(TAG)
    for user in context.tenant.users():
        if user_object(user).properties.get(kind.name) == name:
            context.tenant.change_user(user, {kind.name: None})


def set_public_provider(context: Context, parameters: Parameters) -> Iterable[object]:
    """Set-CsTenantPublicProvider: which public services may be talked to; an empty list turns all off."""
    if not of_this_tenant(context, parameters):
        return ()
    given = parameters.get("Provider")
    names = [as_text(one) for one in given if as_text(one)] if isinstance(given, list) else []
    spelled = {one.lower(): one for one in _PROVIDERS}
    for name in names:
        if name.lower() not in spelled:
            message = f'The public provider "{name}" is not known. Use {", ".join(_PROVIDERS)}.'
            context.error(failures.invalid_value(context.command.name, message, name))
            return ()
    if context.should_process(GLOBAL):
        chosen = [spelled[one.lower()] for one in names]
        context.tenant.change_element(PUBLIC_PROVIDER.name, GLOBAL, {"Provider": chosen})
    return ()


# --- small objects for the federation's settings --------------------------------------------------


def new_allow_all(_: Context, parameters: Parameters) -> Iterable[object]:
    """New-CsEdgeAllowAllKnownDomains."""
    del parameters
    yield allow_all_domains()


def new_allow_list(_: Context, parameters: Parameters) -> Iterable[object]:
    """New-CsEdgeAllowList."""
    yield allow_list(_domains(parameters.get("AllowedDomain")))


def new_domain_pattern(_: Context, parameters: Parameters) -> Iterable[object]:
    """New-CsEdgeDomainPattern."""
    yield domain_pattern(as_text(parameters["Domain"]))


_READ: Final = (
    AUDIO_CONFERENCING,
    CLIENT_POLICY,
    CONFERENCING_POLICY,
    EXTERNAL_ACCESS_POLICY,
    FEDERATION,
    HOSTED_VOICEMAIL_POLICY,
    HYBRID,
    IM_FILTER,
    LICENSING,
    MEETING_CONFIGURATION,
    PRESENCE_POLICY,
    PRIVACY_CONFIGURATION,
    PUBLIC_PROVIDER,
    PUSH_CONFIGURATION,
    VOICE_POLICY,
)
_SET: Final = (HYBRID, MEETING_CONFIGURATION, PRIVACY_CONFIGURATION, PUSH_CONFIGURATION)
_GRANTED: Final = (
    CLIENT_POLICY,
    CONFERENCING_POLICY,
    EXTERNAL_ACCESS_POLICY,
    HOSTED_VOICEMAIL_POLICY,
    VOICE_POLICY,
)

POLICY_CMDLETS: Final[Mapping[str, Cmdlet]] = MappingProxyType(
    {
        **{f"Get-Cs{kind.name}": _getting(kind) for kind in _READ},
        **{f"Set-Cs{kind.name}": _setting(kind) for kind in _SET},
        **{f"Grant-Cs{kind.name}": _granting(kind) for kind in _GRANTED},
        "Remove-CsVoicePolicy": _removing(VOICE_POLICY),
        "Set-CsTenantFederationConfiguration": _setting(FEDERATION, _federation_value),
        "Set-CsTenantPublicProvider": per_record(set_public_provider),
        "New-CsEdgeAllowAllKnownDomains": per_record(new_allow_all),
        "New-CsEdgeAllowList": per_record(new_allow_list),
        "New-CsEdgeDomainPattern": per_record(new_domain_pattern),
    }
)
"""Their work by name."""
