"""Whether the person is an administrator of this Windows: `[Security.Principal.WindowsPrincipal]` and what it is made
of. Elsewhere it fails as in PowerShell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, cannot_convert_object
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types, type_of

_IDENTITY: Final = "System.Security.Principal.WindowsIdentity"
PRINCIPAL: Final = "System.Security.Principal.WindowsPrincipal"
_NO_WINDOWS: Final = "Windows Principal functionality is not supported on this platform."


class Identity:
    """The person who runs this process."""

    def __str__(self) -> str:
        return _IDENTITY


class Principal:
    """The same, asked for roles."""

    def __str__(self) -> str:
        return PRINCIPAL


def _current(_none: None, _arguments: Sequence[object]) -> object:
    if sys.platform != "win32":
        call_failed("GetCurrent", 0, _NO_WINDOWS, "PlatformNotSupportedException")
    return Identity()


def _property(_value: Identity, folded: str) -> object:
    if folded == "name":
        return f"{os.environ.get('USERDOMAIN', '')}\\{os.environ.get('USERNAME', '')}"
    return MISSING


def _is_in(_value: Principal, arguments: Sequence[object]) -> object:
    role = to_text(arguments[0]).rpartition("\\")[2].lower()
    if sys.platform != "win32" or role not in ("administrator", "administrators"):
        raise NotKnownHere(f"whether somebody is one of the {role}")
    import ctypes

    return bool(ctypes.windll.shell32.IsUserAnAdmin())


def new_principal(arguments: Sequence[object]) -> Principal:
    """`New-Object Security.Principal.WindowsPrincipal($identity)`."""
    if not arguments or not isinstance(arguments[0], Identity):
        _no_constructor()
    return Principal()


def _no_constructor() -> NoReturn:
    message = f"A constructor was not found. Cannot find an appropriate constructor for type {PRINCIPAL}."
    error_id = "CannotFindAppropriateCtor,Microsoft.PowerShell.Commands.NewObjectCommand"
    exception = "PSArgumentException"
    raise ScriptError(message, error_id, "ObjectNotFound", exception=exception, activity="New-Object")


def _to_principal(value: object) -> object:
    if value is None or isinstance(value, Principal):
        return value
    if isinstance(value, Identity):
        return Principal()
    raise cannot_convert_object(to_text(value), type_of(value), PRINCIPAL, "ConvertToFinalInvalidCastException")


own_types[Identity] = lambda value: _IDENTITY
own_types[Principal] = lambda value: PRINCIPAL
own_properties[Identity] = _property
own_properties[Principal] = lambda value, folded: PSObject({"Identity": Identity()}).get(folded, MISSING)
own_methods[Principal] = {"isinrole": method(1)(_is_in)}
own_statics[_IDENTITY] = {"getcurrent": method(0)(_current)}, {}
own_statics[PRINCIPAL] = {"new": method(0, 1)(lambda _n, a: new_principal(a))}, {}
more_converters[PRINCIPAL] = _to_principal
