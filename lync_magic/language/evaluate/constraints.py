"""What a variable takes: the type it was declared with, and its `[Validate…]`.

Rules of this file: a value is converted first and looked at afterwards, as PowerShell does. A conversion that fails is
told as the variable's (`MetadataError`) where PowerShell keeps the variable with its attributes: for the cell's own,
and for parameters of value types that are no numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lync_magic.language.values.collections import NOTHING, SwitchParameter, is_collection, plain
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import ScriptError, cannot_convert_to_secret
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NULLABLE, WRAPPERS, NetType, named_or_custom, type_of


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a variable takes. told: a conversion that fails is told as the variable's.  holds: whether its `[Validate…]`
    let a value through; None where it has none."""

    kind: NetType | None
    told: bool
    holds: Callable[[object], bool] | None = None

    @property
    def is_kept(self) -> bool:
        """Whether PowerShell keeps the variable with its attributes, and not in a place of its type."""
        return self.told or self.holds is not None

    def taken(self, name: str, value: object) -> object:
        """A value as the variable takes it. Raises ScriptError."""
        made = self._made(value)
        if self.holds is not None and not self.holds(made):
            raise _not_valid(
                f"The variable cannot be validated because the value {self._shown(made)} is not a valid value for the "
                f"{name} variable."
            )
        return made

    def first(self, name: str, value: object) -> object:
        """The same for the value that the variable is declared with."""
        made = self._made(value)
        if self.holds is not None and not self.holds(made):
            raise _not_valid(
                f"The attribute cannot be added because variable {name} with value "
                f"{'' if made is None else self._shown(made)} would no longer be valid."
            )
        return made

    def _made(self, value: object) -> object:
        made = value if self.kind is None else _converted(value, self.kind, told=self.told)
        return value if made is None and value is NOTHING else made

    def _shown(self, value: object) -> str:
        if value is None or value is NOTHING:
            return "$null"
        wrapped = self.kind is not None and self.kind.name in WRAPPERS
        return to_text(value) if wrapped and is_collection(value) else net_text(value)


def _not_valid(message: str) -> ScriptError:
    return ScriptError(message, "ValidateSetFailure", "MetadataError", exception="ValidationMetadataException")


CREDENTIAL: Final = "System.Management.Automation.PSCredential"
_KEPT: Final = ("System.Char", "System.DateTime", "System.DateTimeOffset", "System.TimeSpan", "System.Guid")


def is_kept(kind: NetType | None) -> bool:
    """Whether PowerShell keeps a parameter of a type with its attributes: the value types that are no numbers."""
    return kind is not None and (kind.name in _KEPT or kind.name.startswith(NULLABLE) or is_enum(kind.name))


def _converted(value: object, kind: NetType, *, told: bool) -> object:
    is_nothing, value = value is NOTHING, plain(value)
    truth = kind.name == "System.Boolean"
    if not told and kind.name == CREDENTIAL and isinstance(value, str):  # asking is for a parameter's own conversion
        raise cannot_convert_to_secret(type_of(value), CREDENTIAL)
    if told and truth and as_number(value) is None and not isinstance(value, SwitchParameter):
        raise _no_truth(NOTHING if is_nothing else value, kind)
    if told and kind.name == SwitchParameter.NAME and (is_nothing or _is_no_switch(value)):
        raise _no_truth(NOTHING if is_nothing else value, kind)
    try:
        return convert(value, kind)
    except ScriptError as bad:
        if not told:
            raise
        if kind.name == SwitchParameter.NAME and as_number(value) is None:
            raise _no_truth(value, kind) from None
        raise _not_transformed(bad.message, bad.inner) from None


def _is_no_switch(value: object) -> bool:
    return not isinstance(value, SwitchParameter) and isinstance(value, Mapping) and not len(value)


def _no_truth(value: object, kind: NetType) -> ScriptError:
    message = (
        f'Cannot convert value "{named_or_custom(value)}" to type "{kind.name}". Boolean parameters accept only '
        "Boolean values and numbers, such as $True, $False, 1 or 0."
    )
    return _not_transformed(message, "PSInvalidCastException")


def _not_transformed(message: str, inner: str) -> ScriptError:
    kind = "ArgumentTransformationMetadataException"
    return ScriptError(message, "RuntimeException", "MetadataError", exception=kind, inner=inner)
