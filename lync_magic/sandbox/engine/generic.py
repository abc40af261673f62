"""The work of a documented cmdlet that has none of its own, by its verb: get, set, new, remove and grant.

Each noun has a store of objects of the type that its Get cmdlet returns, with the properties that its New and Set
cmdlets take; at the start one of the name Global. Rules of this file: what a cmdlet is told is kept and given back; a
verb that is none of these does nothing but ask and say what it does. Nothing here knows a cmdlet by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.binder import flag
from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.context import Context, Parameters
from lync_magic.sandbox.engine.describe import has_wildcard, wildcard
from lync_magic.sandbox.engine.directory import one_user
from lync_magic.sandbox.engine.elements import GLOBAL, TAG
from lync_magic.sandbox.engine.signatures import COMMON_NAMES, Command
from lync_magic.sandbox.model import PSObject

IDENTITY: Final = "Identity"
NAMES: Final = (IDENTITY, "Name", "Id", "DisplayName")
"""What an object is called by, the first that a cmdlet takes."""
NO_PROPERTIES: Final = frozenset(
    {"Identity", "Force", "InMemory", "Instance", "PassThru", "LocalStore", "WhatIf", "Confirm", "Tenant"}
    | {"BypassDualWrite", "DomainController", "MsftInternalProcessingMode", "AsJob", "HttpPipelinePrepend"}
)
"""Parameters that say how, not what."""
_EMPTY: Final[Mapping[str, object]] = MappingProxyType({"Boolean": False, "Int32": 0, "String": None})

Store = dict[str, PSObject]
"""A noun's objects by identity in lower case."""
Work = Callable[[Context, Parameters, str], Iterable[object]]


def generic(context: Context, parameters: Parameters) -> Iterable[object]:
    """Do what the cmdlet's verb says."""
    verb, _, noun = context.command.name.partition("-")
    yield from _WORKS.get(verb, _other)(context, parameters, noun)


def _store(context: Context, noun: str) -> Store:
    def make() -> Store:
        return {GLOBAL.lower(): _blank(context, noun, GLOBAL)} if _is_configured(context, noun) else {}

    return context.tenant.store(noun, make)


def _is_configured(context: Context, noun: str) -> bool:
    """Whether one is there from the start: what can be set, and is named by an identity."""
    setting = context.catalog.find(f"Set-{noun}")
    return setting is not None and any(one.name == IDENTITY for one in setting.parameters)


def _blank(context: Context, noun: str, identity: str) -> PSObject:
    getting = context.catalog.find(f"Get-{noun}")
    outputs = getting.outputs if getting is not None else ()
    properties: dict[str, object] = {IDENTITY: identity}
    for verb in ("New", "Set"):
        command = context.catalog.find(f"{verb}-{noun}")
        for one in command.own_parameters if command is not None else ():
            if one.name not in NO_PROPERTIES and not one.is_switch:
                properties.setdefault(one.name, _EMPTY.get(one.type))
    kind = outputs[0] if outputs else f"Microsoft.Rtc.Management.{noun}"
    return PSObject((kind, "System.Object"), properties, text=identity)


def _given(command: Command, parameters: Parameters) -> dict[str, object]:
    """What was said of the object."""
    switches = {one.name for one in command.parameters if one.is_switch}
    said = {name: value for name, value in parameters.items() if name not in NO_PROPERTIES | COMMON_NAMES}
    return {name: value for name, value in said.items() if name not in switches or name.startswith(("Enable", "Allow"))}


def _named(parameters: Parameters) -> str | None:
    instance = parameters.get("Instance")
    if isinstance(instance, PSObject):
        return as_text(instance.properties.get(IDENTITY) or instance)
    return next((as_text(parameters[name]) for name in NAMES if parameters.get(name) is not None), None)


def _found(context: Context, parameters: Parameters, noun: str) -> PSObject | None:
    """The object that is meant; an error where there is none."""
    store = _store(context, noun)
    name = _named(parameters) or GLOBAL
    for key in (name.lower(), f"{TAG}{name}".lower()):
        if key in store:
            return store[key]
    context.error(failures.element_not_found(context.command.name, noun.removeprefix("Cs"), name))
    return None


def _get(context: Context, parameters: Parameters, noun: str) -> Iterable[object]:
    name = as_text(parameters["Identity"]) if parameters.get("Identity") is not None else None
    if name is not None and not has_wildcard(name):
        found = _found(context, parameters, noun)
        yield from () if found is None else (found,)
        return
    pattern = wildcard(as_text(parameters.get("Filter") or name or "*"))
    for one in list(_store(context, noun).values()):
        if pattern.match(as_text(one.properties[IDENTITY]).removeprefix(TAG)):
            context.pause()
            yield one


def _new(context: Context, parameters: Parameters, noun: str) -> Iterable[object]:
    store = _store(context, noun)
    name = _named(parameters) or f"{noun}{len(store) + 1}"
    made = _blank(context, noun, name)
    made.properties.update(_given(context.command, parameters))
    if flag(parameters, "InMemory"):
        yield made
        return
    if name.lower() in store:
        context.error(failures.already_exists(context.command.name, noun.removeprefix("Cs"), name))
        return
    if context.should_process(name):
        store[name.lower()] = made
        yield made


def _set(context: Context, parameters: Parameters, noun: str) -> Iterable[object]:
    found = _found(context, parameters, noun)
    if found is None or not context.should_process(as_text(found.properties[IDENTITY])):
        return
    instance = parameters.get("Instance")
    changes = dict(instance.properties) if isinstance(instance, PSObject) else {}
    changes |= _given(context.command, parameters)
    changed = PSObject(found.type_names, {**found.properties, **changes}, text=found.text)
    _store(context, noun)[as_text(found.properties[IDENTITY]).lower()] = changed
    if flag(parameters, "PassThru"):
        yield changed


def _remove(context: Context, parameters: Parameters, noun: str) -> Iterable[object]:
    found = _found(context, parameters, noun)
    if found is None or not context.should_process(as_text(found.properties[IDENTITY])):
        return
    identity = as_text(found.properties[IDENTITY])
    if identity == GLOBAL:
        _store(context, noun)[GLOBAL.lower()] = _blank(context, noun, GLOBAL)
    else:
        _store(context, noun).pop(identity.lower(), None)
    yield from ()


def _grant(context: Context, parameters: Parameters, noun: str) -> Iterable[object]:
    if parameters.get(IDENTITY) is None:
        yield from _other(context, parameters, noun)
        return
    user = one_user(context, parameters[IDENTITY])
    if user is not None and context.should_process(user.user_principal_name):
        context.tenant.change_user(user, {noun.removeprefix("Cs"): parameters.get("PolicyName")})


def _other(context: Context, parameters: Parameters, noun: str) -> Iterable[object]:
    context.should_process(_named(parameters) or noun)
    yield from ()


_WORKS: Final[Mapping[str, Work]] = MappingProxyType(
    {"Get": _get, "New": _new, "Set": _set, "Remove": _remove, "Grant": _grant}
)
