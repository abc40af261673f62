"""Tables of PowerShell's own: `$PSDefaultParameterValues`, which takes keys of a form alone, and `$PSVersionTable`."""

from __future__ import annotations

from typing import Final

from lync_magic.language.values.collections import Hashtable, is_collection, is_table, pairs
from lync_magic.language.values.failures import (
    RUNTIME,
    ScriptError,
    call_failed,
    cannot_convert,
    cannot_convert_object,
)
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import own_types, type_of

DEFAULT_PARAMETERS: Final = "System.Management.Automation.DefaultParameterDictionary"
VERSION_TABLE: Final = "System.Management.Automation.PSVersionHashTable"
_OFF: Final = "disabled"


class VersionTable(Hashtable):
    """`$PSVersionTable`, whose keys come in an order that PowerShell has for them."""

    __slots__ = ()


own_types[VersionTable] = lambda _value: VERSION_TABLE


class DefaultParameters(Hashtable):
    """Its keys are `command:parameter`, or `Disabled`."""

    __slots__ = ()

    def __setitem__(self, key: object, value: object) -> None:
        super().__setitem__(self._checked(key), value)

    @staticmethod
    def _checked(key: object) -> object:
        """A key without the blanks around it. Raises ScriptError for one that is none."""
        if key is None:
            return key
        if not isinstance(key, str):
            raise ScriptError(_NO_TEXT.format(to_text(key), type_of(key)), "Argument", "InvalidArgument")
        if not _is_key(key):
            raise ScriptError(_BAD_KEY.format(key), "InvalidOperation", "InvalidOperation")
        return key.strip()

    def check_added(self, key: object) -> None:
        """Raises ScriptError for a key that `.Add()` does not take."""
        try:
            known = self._checked(key)
        except ScriptError as bad:
            call_failed("Add", 2, bad.message, f"PS{bad.error_id}Exception")
        if known in self:
            message = f"The key '{known}' has already been added to the dictionary."
            call_failed("Add", 2, message, "PSArgumentException")

    def copy(self) -> Hashtable:
        """A table of no form, as .NET makes it."""
        return Hashtable(pairs(self))


_NO_TEXT: Final = (
    "The key '{}' of type '{}' is not a string value. DefaultParameterDictionary only accepts string value keys."
)
_BAD_KEY: Final = (
    "The key '{}' does not have a valid format. For information about the correct format, see "
    "about_Parameters_Default_Values at https://go.microsoft.com/fwlink/?LinkId=228266."
)


def _is_key(key: str) -> bool:
    command, colon, parameter = key.strip().partition(":")
    return key.strip().lower() == _OFF or bool(colon and command.strip() and parameter.strip())


def default_parameters(value: object) -> object:
    """What the variable holds that is given a value. Raises ScriptError, in PowerShell's words."""
    if value is None:
        return None
    if is_table(value):
        bad = next((key for key in value if not isinstance(key, str) or not _is_key(key)), None)
        if bad is None:
            return DefaultParameters(pairs(value))
        message = cannot_convert(net_text(value), DEFAULT_PARAMETERS, _BAD_KEY.format(to_text(bad)), "").message
    else:
        text = net_text(value) if is_collection(value) else to_text(value)
        message = cannot_convert_object(text, type_of(value), DEFAULT_PARAMETERS, "").message
        if type_of(value).endswith("PSCustomObject"):
            message = cannot_convert(to_text(value), DEFAULT_PARAMETERS, message, "").message
    kind = "ArgumentTransformationMetadataException"
    raise ScriptError(message, RUNTIME, "MetadataError", exception=kind, inner="PSInvalidCastException")


own_types[DefaultParameters] = lambda value: DEFAULT_PARAMETERS
