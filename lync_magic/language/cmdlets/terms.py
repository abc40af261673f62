"""What -Property and -GroupBy name: a property, a script block, or a table of an expression with more about it.

Rules of this file: one reading for all cmdlets that take such terms. Which keys a table may have, and of what types
their values are, is declared for each; what is not declared is PowerShell's error, told before anything is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.collections import enumerate_value, is_bare, is_table
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.full_names import qualified
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

_TEXT: Final = "System.String"
_BLOCK: Final = "System.Management.Automation.ScriptBlock"
_NUMBER: Final = "System.Int32"


class Entry(NamedTuple):
    """A key of such a table. types: of its values, none for any.  also: another name of it."""

    name: str
    types: tuple[str, ...]
    also: str = ""

    def begins(self, key: str) -> bool:
        """Whether a key is the start of one of its names."""
        return self.name.lower().startswith(key) or bool(self.also and self.also.startswith(key))


_EXPRESSION: Final = Entry("expression", (_TEXT, _BLOCK))
_FORMAT: Final = Entry("formatString", (_TEXT,))
_LABEL: Final = Entry("label", (_TEXT,), "name")
_ALIGNMENT: Final = Entry("alignment", (_TEXT,))
_ENTRIES: Final[Mapping[str, tuple[Entry, ...]]] = {
    "Select-Object": (_EXPRESSION, Entry("name", (_TEXT,), "label")),
    "Sort-Object": (_EXPRESSION, Entry("ascending", ()), Entry("descending", ())),
    "Group-Object": (_EXPRESSION,),
    "Compare-Object": (_EXPRESSION,),
    "Format-Table": (_EXPRESSION, _FORMAT, Entry("width", (_NUMBER,)), _ALIGNMENT, _LABEL),
    "Format-List": (_EXPRESSION, _FORMAT, _LABEL),
    "Format-Wide": (_EXPRESSION, _FORMAT),
    "ConvertTo-Html": (_EXPRESSION, _LABEL, _ALIGNMENT, Entry("width", (_TEXT, _NUMBER))),
}
_OF_GROUPS: Final = (_EXPRESSION, _FORMAT, _LABEL)
_WITHOUT_WILDCARDS: Final = ("Group-Object", "Compare-Object")
SIDES: Final = ("left", "center", "right")


class Term(NamedTuple):
    """What one of them means. expression: a property's name, a wildcard or a script block.  label: the name that a
    table gives, None where it gives none.  more: the other keys of the table, by their full names.  told: as a table.
    """

    expression: str | Block
    label: str | None
    more: Mapping[str, object]
    told: bool

    @property
    def source(self) -> str:
        """Its expression as a text."""
        return self.expression.text if isinstance(self.expression, Block) else self.expression

    @property
    def pattern(self) -> str:
        """The wildcard that it is, or ""."""
        return self.expression if isinstance(self.expression, str) and has_wildcard(self.expression) else ""


def terms_of(call: BoundCall, told: object, *, groups: bool = False) -> list[Term]:
    """The terms that an argument names. groups: it is -GroupBy of a cmdlet that formats. Raises ScriptError, in
    PowerShell's words, for the first that is none."""
    return [_term(call, one, groups) for one in (() if told is None else enumerate_value(told))]


def term_of(call: BoundCall, told: object, *, groups: bool = False) -> Term:
    """The one term that an argument names, a list being none."""
    return _term(call, told, groups)


def _term(call: BoundCall, told: object, groups: bool) -> Term:
    if told is None:
        message = f"The value of a parameter was null; one of the following types was expected: {{{_TEXT}, {_BLOCK}}}."
        raise _bad(call, "DictionaryKeyUnknownType", message)
    if is_table(told):
        return _of_table(call, told, _OF_GROUPS if groups else _ENTRIES[call.command_name])
    if not isinstance(told, Block) and type_of(told) != _TEXT:
        message = f"Cannot convert {_kind_of(told)} to one of the following types {{{_TEXT}, {_BLOCK}}}."
        raise _bad(call, "DictionaryKeyUnknownType", message)
    expression = told if isinstance(told, Block) else to_text(told)
    _check_expression(call, expression, told=False)
    return Term(expression, None, {}, told=False)


def _of_table(call: BoundCall, told: Mapping[object, object], entries: tuple[Entry, ...]) -> Term:
    found: dict[str, object] = {}
    for key, value in told.items():
        if type_of(key) != _TEXT:
            kind = type_of(key).rpartition(".")[2]
            message = f"The {kind} key type is not valid. The key must be a string."
            raise _bad(call, "DictionaryKeyNonString", message)
        name = to_text(key)
        entry = _entry(call, name, entries)
        if entry.name in found:
            message = f'The duplicated key "{name}" conflicts with "{entry.name}".'
            raise _bad(call, "DictionaryKeyDuplicate", message)
        if value is None and entry.types:
            raise _bad(call, "DictionaryKeyMissingValue", f"The {name} key has no value.")
        if entry.types and _kind_of(value) not in entry.types:
            many = len(entry.types) > 1
            wanted = f"types are {{{', '.join(entry.types)}}}" if many else f"type is {entry.types[0]}"
            message = f'The "{name}" key has a type, {_kind_of(value)}, that is not valid; expected {wanted}.'
            raise _bad(call, f"DictionaryKeyIllegalValue{1 if many else 2}", message)
        found[entry.name] = value
    expression = found.pop("expression", None)
    if expression is None:
        raise _bad(call, "DictionaryKeyMandatoryEntry", "A mandatory entry for expression is missing.")
    made = expression if isinstance(expression, Block) else to_text(expression)
    _check_expression(call, made, told=True)
    _check_looks(call, found)
    label = found.pop("label", found.pop("name", None))
    return Term(made, None if label is None else to_text(label), found, told=True)


def _entry(call: BoundCall, name: str, entries: tuple[Entry, ...]) -> Entry:
    """The entry that a key means, by its name or the start of one."""
    key = name.lower()
    near = [entry for entry in entries if entry.begins(key)]
    exact = next((entry for entry in near if key and key in (entry.name.lower(), entry.also)), None)
    if exact is not None:
        return exact
    if not near:
        raise _bad(call, "DictionaryKeyIllegal", f"The {name} key is not valid.")
    if len(near) > 1:
        first, second = near[0].name, near[1].name
        raise _bad(call, "DictionaryKeyAmbiguous", f"The {name} key is ambiguous; {first} and {second} conflict.")
    return near[0]


def _check_expression(call: BoundCall, expression: str | Block, *, told: bool) -> None:
    if isinstance(expression, Block):
        return
    if not expression:
        message = 'The "expression" key cannot have an empty string value.' if told else "An empty string value is not"
        raise _bad(call, f"ExpressionEmptyString{1 if told else 2}", message if told else f"{message} allowed.")
    if call.command_name in _WITHOUT_WILDCARDS and has_wildcard(expression):
        message = f'The "expression" key cannot have wildcard characters in value "{expression}".'
        if not told:
            message = f'Wildcard characters are not allowed in "{expression}".'
        raise _bad(call, f"ExpressionGlobbing{1 if told else 2}", message)


def _check_looks(call: BoundCall, found: Mapping[str, object]) -> None:
    """How a column is to look. Raises ScriptError for what is none."""
    if call.command_name == "ConvertTo-Html":
        return
    if found.get("formatString") == "":
        raise _bad(call, "FormatStringEmpty", 'Cannot have an empty formatting string for key "formatString".')
    width = found.get("width")
    if isinstance(width, int) and width <= 0:
        raise _bad(call, "WidthOutOfRange", f'The value "{width}" for key "width" should be greater than 0.')
    side = to_text(found.get("alignment", "left"))
    if not side or not any(one.startswith(side.lower()) for one in SIDES):
        message = f'The value "{side}" for key "alignment" is not valid; valid values are {{left, center, right}}.'
        raise _bad(call, "AlignmentIllegalValue", message)


def _kind_of(value: object) -> str:
    return "System.Management.Automation.PSObject" if is_bare(value) else qualified(type_of(value))


def _bad(call: BoundCall, error_id: str, message: str) -> ScriptError:
    error_id, kind = f"{error_id},{call.error_suffix}", "NotSupportedException"
    made = ScriptError(message, error_id, "InvalidArgument", exception=kind, activity=call.command_name)
    made.thrown_message = "Specified method is not supported."
    return made
