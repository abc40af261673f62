"""The methods of a System.Guid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from lync_magic.clixml import Byte
from lync_magic.language.values.collections import Array
from lync_magic.language.values.failures import call_failed
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_methods import compare_values

_GUID_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "D": str, "": str, "N": lambda text: text.replace("-", ""), "B": lambda text: f"{{{text}}}",
    "P": lambda text: f"({text})", "X": lambda text: _structure(UUID(text)),
}  # fmt: skip


def _guid_text(value: UUID, arguments: Sequence[object]) -> object:
    form = _GUID_FORMS.get(to_text(arguments[0]).upper() if arguments else "")
    if form is None:
        message = 'Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
        call_failed("ToString", 1, message, "FormatException")
    return form(str(value))


def _structure(value: UUID) -> str:
    """As C writes it: three numbers, and eight bytes."""
    rest = ",".join(f"0x{one:02x}" for one in value.bytes[8:])
    return f"{{0x{value.time_low:08x},0x{value.time_mid:04x},0x{value.time_hi_version:04x},{{{rest}}}}}"


own_methods[UUID] = {
    "compareto": method(1)(compare_values),
    "tostring": method(0, 1)(_guid_text),
    "tobytearray": method(0)(lambda v, a: Array([Byte(one) for one in v.bytes_le], "System.Byte")),
}
