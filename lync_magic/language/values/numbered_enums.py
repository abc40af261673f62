"""Enumerations whose values are not counted from nought: each name with its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text

ROLE: Final = "System.Security.Principal.WindowsBuiltInRole"
FORM: Final = "System.Text.NormalizationForm"
_NUMBERS: Final[dict[str, Mapping[str, int]]] = {
    ROLE: {
        "Administrator": 544, "User": 545, "Guest": 546, "PowerUser": 547, "AccountOperator": 548,
        "SystemOperator": 549, "PrintOperator": 550, "BackupOperator": 551, "Replicator": 552,
    },
    FORM: {"FormC": 1, "FormD": 2, "FormKC": 5, "FormKD": 6},
}  # fmt: skip


def _converted(type_name: str, value: object) -> object:
    if isinstance(value, EnumValue) and value.type_name == type_name:
        return value
    text = to_text(value).strip().lower()
    for name, number in _NUMBERS[type_name].items():
        if text in (name.lower(), str(number)):
            return LocalEnum(name, number, type_name)
    raise NotKnownHere(f"[{type_name}]'{to_text(value)}'")


for _type, _numbers in _NUMBERS.items():
    _members: dict[str, Callable[[], object]] = {
        _name.lower(): partial(LocalEnum, _name, _number, _type) for _name, _number in _numbers.items()
    }
    own_statics[_type] = {}, _members
    more_converters[_type] = partial(_converted, _type)
