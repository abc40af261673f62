"""The WSMan drive of Windows as far as connecting scripts look at it or set it: the client's own settings.

Rules: there is nothing to set here, and whoever sets something is told why; what is read is what holds here. There is
no list of trusted hosts, since nothing is sent to a server that has not proved who it is (by its certificate, or by
encrypting with what only it and the user know).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lync_magic.clixml import PSObject

DRIVE: Final = "wsman:"
NOTHING_TO_TRUST: Final = "There are no TrustedHosts here and none are needed; there is nothing to set."
ALWAYS_ENCRYPTED: Final = "Nothing is sent without encryption here, whatever is set; there is nothing to set."
SAID_EACH_TIME: Final = "-Authentication of each session says how to sign in; there is nothing to set."
_ELEMENT: Final = "Microsoft.WSMan.Management.WSManConfigLeafElement"
_CLIENT: Final = "localhost\\Client\\"


class Setting(NamedTuple):
    """One setting. value: what holds here.  why: what is said to whoever sets it."""

    value: str
    why: str


_SETTINGS: Final = {
    "TrustedHosts": Setting("", NOTHING_TO_TRUST),
    "AllowUnencrypted": Setting("false", ALWAYS_ENCRYPTED),
    **{
        f"Auth\\{name}": Setting("false" if name == "Digest" else "true", SAID_EACH_TIME)
        for name in ("Basic", "Digest", "Kerberos", "Negotiate", "Certificate", "CredSSP")
    },
}
_BY_PATH: Final = {f"{_CLIENT}{name}".lower(): name for name in _SETTINGS}
PATHS: Final = tuple(
    f"WSMan:{root}{(_CLIENT + name).replace(chr(92), sign)}"
    for name in _SETTINGS
    for sign in ("\\", "/")
    for root in (sign, "")
)
"""How the settings are written."""


def is_on_drive(path: str) -> bool:
    """Whether a path is one of this drive."""
    return path.lower().startswith(DRIVE)


def setting_at(path: str) -> Setting | None:
    """The setting at a path, or None."""
    name = _name_at(path)
    return None if name is None else _SETTINGS[name]


def item_at(path: str) -> PSObject | None:
    """The setting at a path as Get-Item gives it, or None."""
    name = _name_at(path)
    if name is None:
        return None
    content = {
        "Name": name.rpartition("\\")[2],
        "TypeNameOfElement": "System.String",
        "Type": "System.String",
        "SourceOfValue": "",
        "Value": _SETTINGS[name].value,
    }
    return PSObject(content, (_ELEMENT, "System.Object"), _ELEMENT)


def _name_at(path: str) -> str | None:
    return _BY_PATH.get(path.lower().removeprefix(DRIVE).replace("/", "\\").strip("\\"))
