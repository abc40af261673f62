"""What `$PSDefaultParameterValues` gives the parameters of a call, and what PowerShell warns of there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_magic.language.cmdlets.binder import COMMON, Word
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.remote import RemoteEvaluator
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.values.collections import collapse
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.preferences import SILENT
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import type_of
from lync_magic.psrp import WarningRecord

_OF_SEVERAL: Final = (
    "The following name or alias defined in $PSDefaultParameterValues for this cmdlet resolves to multiple parameters: "
    "{}. The default has been ignored."
)
_DIFFERENT: Final = (
    "Multiple different default values are defined in $PSDefaultParameterValues for the parameter matching the "
    "following name or alias: {}. These defaults have been ignored."
)


class DefaultValueEvaluator(RemoteEvaluator):
    """Finds the default values of calls."""

    def defaults(self, client: ClientCommand, scope: Scope, warning_action: object = "") -> list[Word]:
        """`$PSDefaultParameterValues` for a command that is called in a scope: what a pattern tells comes last, and
        a parameter that is told two values has none. warning_action: what -WarningAction of the call says."""
        defaults = self.default_values(scope)
        if not defaults:
            return []
        parameters = {name: one.name for one in (*client.parameters, *COMMON) for name in (one.name, *one.aliases)}
        aliases = (each for each, one in scope.all_aliases().items() if one.target.lower() == client.name.lower())
        names = (client.name, *client.aliases, *aliases)
        found: dict[str, tuple[str, object]] = {}
        several: set[str] = set()
        for key, value in sorted(defaults.items(), key=lambda one: has_wildcard(to_text(one[0]))):
            command, _, parameter = to_text(key).partition(":")
            if not any(matches_wildcard(command.strip(), one) for one in names):
                continue
            wanted = parameter.strip()
            known = {one for each, one in parameters.items() if matches_wildcard(wanted, each)}
            if len(known) > 1:
                self._warn(scope, _OF_SEVERAL.format(wanted), warning_action)
                continue
            for name in known:
                told, before = found.setdefault(name, (wanted, value))
                if not _is_same_default(before, value):
                    if told.lower() != wanted.lower():
                        raise NotKnownHere(f"two values of $PSDefaultParameterValues for {client.name} -{name}")
                    several.add(name)
                    self._warn(scope, _DIFFERENT.format(wanted), warning_action)
        made = {name: value for name, (_told, value) in found.items() if name not in several}
        for name, value in made.items():
            if isinstance(value, Block):
                made[name] = collapse(list(self.call_block(value, [], self.scope)))
        return [Word(name, value) for name, value in made.items()]

    def _warn(self, scope: Scope, message: str, warning_action: object) -> None:
        """Say why default values are ignored."""
        action = to_text(warning_action).lower() or self.preference("WarningPreference", scope)
        if action not in (*SILENT, "continue"):
            raise NotKnownHere(f"default values that are ignored under WarningAction {action.title()}")
        if action == "continue":
            scope.sink.report(WarningRecord(message))

    def warn_of_default(self, scope: Scope, word: Word, bad: ScriptError, found: Mapping[str, object]) -> None:
        """Say that a default value does not fit. found: what is bound already."""
        action = to_text(found.get("WarningAction", "")).lower() or self.preference("WarningPreference", scope)
        if action not in (*SILENT, "continue"):
            raise NotKnownHere(f"a default value that does not fit under WarningAction {action.title()}")
        shown = "null" if word.value is None else net_text(word.value)
        message = f"The binding of default value '{shown}' to parameter '{word.name}' failed: {bad.message}"
        if action == "continue":
            scope.sink.report(WarningRecord(message))


def _is_same_default(one: object, other: object) -> bool:
    """Whether two default values are equal to .NET."""
    return one is other or (type_of(one) == type_of(other) and isinstance(one, str | int | float) and one == other)
