"""Types that a value is of or is not, with nothing made one of them: `[System.Collections.IList]$rows`, a parameter of
[ErrorRecord]."""

from __future__ import annotations

from functools import partial
from typing import Final

from lync_magic.language.values.bases import is_instance
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import cannot_convert_object
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import NetType, type_of

_HELD: Final = (
    "System.Collections.IDictionary", "System.Collections.IList", "System.Collections.ICollection",
    "System.Collections.IEnumerable",
    "System.Management.Automation.ErrorRecord", "System.Management.Automation.Runspaces.PSSession",
)  # fmt: skip


def _held(kind: str, value: object) -> object:
    if value is None or is_instance(value, NetType(kind)):
        return value
    raise cannot_convert_object(net_text(value), type_of(value), kind, "ConvertToFinalInvalidCastException")


for _kind in _HELD:
    more_converters[_kind] = partial(_held, _kind)
