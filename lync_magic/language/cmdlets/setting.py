"""Set-Item and New-Item of what is no file: `env:NAME`, `variable:name`, `function:name`, `alias:name`, and the
settings of the client on the drive WSMan:, where there is nothing to set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.aliases import set_alias
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec, say_once
from lync_magic.language.cmdlets.files import other_drive, real
from lync_magic.language.cmdlets.globbing import look_of, resolved
from lync_magic.language.cmdlets.held_drives import HeldPath, held_item, held_path
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.cmdlets.wsman_drive import is_on_drive, item_at, setting_at
from lync_magic.language.evaluate.named_functions import put_function
from lync_magic.language.evaluate.scope import Alias, Scope
from lync_magic.language.values.collections import plain
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.preferences import PREFERENCES
from lync_magic.language.values.surroundings import environment
from lync_magic.language.values.text import listed_text, net_text, to_text


def _set_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for value in (call.get("Value"),) if input is None else input:
        for literal, told in ((False, call.get("Path")), (True, call.get("LiteralPath"))):
            for path in map(to_text, all_of(told)):
                yield from _set_at(call, path, plain(value), literal=literal)


def _set_at(call: BoundCall, path: str, value: object, *, literal: bool) -> Iterator[object]:
    setting, held = setting_at(path), held_path(path, literal=literal)
    if setting is not None:
        say_once(call, setting.why)
        if call.switch("PassThru"):
            yield item_at(path)
        return
    if held is None and not is_on_drive(path) and not other_drive(path):
        _set_file(call, path, literal=literal)
        return
    if held is None or held.is_pattern or not held.name:
        raise NotKnownHere(f"Set-Item {path}")
    if not goes_on(call, "Set Item", f"Item: {held.name} Value: {net_text(value)}"):
        return
    if put_held(call, held, value) and call.switch("PassThru"):
        yield held_item(call, held)


def _set_file(call: BoundCall, path: str, *, literal: bool) -> None:
    """What PowerShell says of a file, which has no value. Raises ScriptError for what is one or could be one."""
    if not literal and has_wildcard(path) and not list(resolved(real(path), look_of(call))):
        return
    real(path)
    message = "Provider operation stopped because the provider does not support this operation."
    error_id, kind = f"NotSupported,{call.error_suffix}", "PSNotSupportedException"
    raise ScriptError(message, error_id, "NotImplemented", exception=kind)


def new_held(call: BoundCall, path: object) -> Iterator[object] | None:
    """What New-Item makes at such a path; None for any other path. Raises NotKnownHere for a type of item."""
    held = held_path(path)
    if held is None:
        return None
    named = to_text(call.get("Name", ""))
    if held.name and named:
        raise NotKnownHere("New-Item with a name below an item")
    return _made(call, held._replace(name=held.name or named, literal=True))


def _made(call: BoundCall, held: HeldPath) -> Iterator[object]:
    value = plain(call.get("Value"))
    if not held.name or value is None or call.given("ItemType"):
        raise NotKnownHere(f"New-Item on the drive {held.drive}: in this way")
    if not goes_on(call, "New Item", f"Item: {held.name} Type:  Value: {net_text(value)}"):
        return
    if held_item(call, held) is not None and not call.switch("Force"):
        message = f"The item at path '{held.name}' already exists."
        error_id = f"Argument,{call.error_suffix}"
        call.services.error(ScriptError(message, error_id, "InvalidArgument", exception="PSArgumentException"))
        return
    if put_held(call, held, value):
        yield held_item(call, held)


def put_held(call: BoundCall, path: HeldPath, value: object) -> bool:
    """Put a value at a path; whether it is there. Raises NotKnownHere for a value that the place does not take."""
    if path.drive == "env":
        changes()
        if value is None:
            environment(path.name).pop(path.name, None)
        else:
            environment(path.name)[path.name] = listed_text(value)
        return value is not None
    scope, name = _placed(call.services.scope, path.name)
    if path.drive == "function":
        put_function(name, value, scope)
        return value is not None
    if path.drive == "variable":
        return _put_variable(call, scope, name, value)
    if not isinstance(value, str):
        raise NotKnownHere("an alias of such a value")
    return set_alias(call, scope.holder, Alias(name, value))


def _placed(scope: Scope, name: str) -> tuple[Scope, str]:
    """The scope that a name is of, and the name in it."""
    told, colon, rest = name.partition(":")
    if not colon:
        return scope, name
    owner = {"global": scope.root, "script": scope.script, "local": scope}.get(told.lower())
    if owner is None:
        raise NotKnownHere(f"an item of the scope {told}")
    return owner, rest


def _put_variable(call: BoundCall, scope: Scope, name: str, value: object) -> bool:
    """A variable of its own takes the place of the one that was there."""
    if name.lower() in PREFERENCES:
        raise NotKnownHere(f"{call.command_name} of ${name}")
    try:
        scope.unlocked(name, force=call.switch("Force"))
    except ScriptError as kept:
        kept.error_id = f"{kept.error_id},{call.error_suffix}"
        call.services.error(kept)
        return False
    holder, folded = scope.holder, name.lower()
    if holder.find(name, folded) is not MISSING:
        holder.constraints.pop(folded, None)
        holder.locks.pop(folded, None)
    scope.set(name, value)
    return True


CMDLETS: Final = (
    ClientCommand(
        "Set-Item",
        (
            ParameterSpec("Path", "string[]", position=0, mandatory=True, sets=("Path",)),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("Literal",)),
            ParameterSpec("Value", "object", position=1, by_value=True),
            ParameterSpec("Force", "switch"),
            ParameterSpec("Concatenate", "switch"),
            ParameterSpec("PassThru", "switch"),
            *(
                ParameterSpec(name, "object", unsupported=True)
                for name in ("Filter", "Include", "Exclude", "Credential", "Options")
            ),
            *WHAT_IF,
        ),
        _set_item,
        aliases=("si",),
        class_name="SetItemCommand",
        default_set="Path",
        own=True,
    ),
)
