"""Parameters as PowerShell writes them, for a notebook whose cells are PowerShell.

Rule of this file: what a parameter holds is a literal; nothing in it is ever run. Text stands in single quotes, where
PowerShell expands nothing and every letter is itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from papermill.models import Parameter
from papermill.translators import Translator

from lync_magic.reports.declared import Kind
from lync_magic.reports.powershell_declarations import declared_by_powershell

_QUOTES: Final = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell takes any of these for the end of a text in single quotes."""
_PLAIN_NAME: Final = re.compile(r"\w+")
_INT64: Final = range(-(2**63), 2**63)


class PowerShellTranslator(Translator):  # type: ignore[misc]  # papermill has no types
    """papermill's translator for the kernels of PowerShell."""

    @classmethod
    def translate(cls, val: Any) -> str:
        """A value as a literal. What has no form of its own is its text."""
        if val is None:
            return "$null"
        if isinstance(val, bool):
            return "$true" if val else "$false"
        if isinstance(val, int):
            return str(val) if val in _INT64 else f"[bigint]::Parse('{val}')"
        if isinstance(val, float):
            return _real(val)
        if isinstance(val, Mapping):
            return _table(cls, val)
        if isinstance(val, list | tuple | set | frozenset):
            return f"@({', '.join(map(cls.translate, val))})"
        if isinstance(val, datetime):
            text = val.isoformat().removesuffix("+00:00") + ("Z" if val.utcoffset() == timedelta() else "")
            return f"[datetime]::Parse('{text}', [cultureinfo]::InvariantCulture, 'RoundtripKind')"
        if isinstance(val, date):
            return cls.translate(datetime.combine(val, time()))
        if isinstance(val, timedelta):
            return f"[timespan]::FromTicks({val // timedelta(microseconds=1) * 10})"
        return quoted(str(val))

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        """A comment."""
        return f"# {' '.join(cmt_str.splitlines())}".strip()

    @classmethod
    def assign(cls, name: str, str_val: str) -> str:
        """An assignment. Raises ValueError for a name that no variable can have."""
        if not _PLAIN_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a variable.")
        return f"${name} = {str_val}"

    @classmethod
    def inspect(cls, parameters_cell: Mapping[str, Any]) -> list[Parameter]:
        """What the cell declares, for `papermill --help-notebook`; of what is not told from its text no type."""
        return [
            Parameter(each.name, "None" if each.kind is Kind.ANY else each.kind.value, each.default, each.help)
            for each in declared_by_powershell(parameters_cell["source"])
        ]


def quoted(text: str) -> str:
    """A text in single quotes. Characters that no line can hold are put in by their numbers."""
    shown = _QUOTES.sub(lambda found: found[0] * 2, text)
    if not any(ord(each) < 32 or each in "\u2028\u2029\x85\x7f" for each in shown):
        return f"'{shown}'"
    parts = re.split("([\x00-\x1f\x7f\x85\u2028\u2029])", text)
    pieces = [f"[char]{ord(part)}" if place % 2 else quoted(part) for place, part in enumerate(parts) if part]
    return f"('' + {' + '.join(pieces)})"


def _real(value: float) -> str:
    if math.isnan(value):
        return "[double]::NaN"
    if math.isinf(value):
        return "[double]::PositiveInfinity" if value > 0 else "[double]::NegativeInfinity"
    return f"[double]{value!r}" if value < 0 else repr(value)


def _table(translator: type[PowerShellTranslator], values: Mapping[Any, Any]) -> str:
    entries = [f"{translator.translate(key)} = {translator.translate(value)}" for key, value in values.items()]
    return f"[ordered]@{{{'; '.join(entries)}}}" if entries else "@{}"
