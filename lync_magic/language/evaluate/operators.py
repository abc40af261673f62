"""Operators on evaluated operands: everything of `values` behind one table, and the ones that need the evaluator."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.values import arithmetic, bits
from lync_magic.language.values.bases import is_instance
from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    Gapped,
    Wrapped,
    array,
    each_of,
    is_collection,
    items_of,
)
from lync_magic.language.values.compare import COMPARISONS, compare, contains
from lync_magic.language.values.convert import convert, convert_by_culture, nothing_as
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.formatting import format_composite
from lync_magic.language.values.numeric import to_bool, to_int
from lync_magic.language.values.patterns import (
    first_match,
    groups_of,
    pieces,
    regex,
    regex_of_operator,
    replace_all,
)
from lync_magic.language.values.regex_values import RegexValue
from lync_magic.language.values.shapes import is_value_type
from lync_magic.language.values.text import item_text, local_text, to_text
from lync_magic.language.values.types import WRAPPERS, NetType, type_of
from lync_magic.language.values.units import whole
from lync_magic.language.values.wildcard_values import Wildcard, like


class OperatorEvaluator(EvaluatorCore):
    """Binary operators whose operands are known."""

    def operator(self, name: str) -> Callable[[object, object], object]:
        """What an operator does with its operands: every one but `-and`, `-or`, `??`."""
        if name in ("+", "-", "*", "/", "%"):
            return partial(arithmetic.binary, name)
        if name in COMPARISONS:
            return partial(compare, name)
        if name[0] == "c" and name[1:] in COMPARISONS:
            return partial(compare, name[1:], case=True)
        return partial(_TABLE[name], self)

    def operate(self, name: str, left: object, right: object) -> object:
        """`left name right` for every operator but `-and`, `-or`, `??`."""
        return self.operator(name)(left, right)

    def _match(self, left: object, right: object, *, case: bool, negate: bool) -> object:
        pattern = right.pattern if isinstance(right, RegexValue) else regex(to_text(right), case=case)
        if is_collection(left):
            items = left if type(left) is Gapped else items_of(left)
            return array([item for item in items if (first_match(pattern, to_text(item)) is not None) != negate])
        found = first_match(pattern, to_text(left))
        if found is not None:
            self.groups = groups_of(found)
        return (found is not None) != negate


def _match(*, case: bool, negate: bool) -> Callable[[OperatorEvaluator, object, object], object]:
    return lambda self, left, right: self._match(left, right, case=case, negate=negate)


def _like(*, case: bool, negate: bool) -> Callable[[OperatorEvaluator, object, object], object]:
    def run(_self: OperatorEvaluator, left: object, right: object) -> object:
        pattern = right if isinstance(right, Wildcard) else to_text(right)
        if is_collection(left):
            texts = map(to_text, items_of(left))
            return [text for text in texts if like(text, pattern, case=case) != negate]
        return like(to_text(left), pattern, case=case) != negate

    return run


def _contains(*, case: bool, negate: bool, swapped: bool) -> Callable[[OperatorEvaluator, object, object], object]:
    def within(_self: OperatorEvaluator, left: object, right: object) -> object:
        items, value = (right, left) if swapped else (left, right)
        return contains(items, value, case=case) != negate

    return within


def _replace(*, case: bool) -> Callable[[OperatorEvaluator, object, object], object]:
    def replace(_self: OperatorEvaluator, left: object, right: object) -> object:
        told = (list(items_of(right)) if is_collection(right) else [right]) or [""]
        if len(told) > 2:
            name = "creplace" if case else "replace"
            message = f"The -{name} operator allows only two elements to follow it, not {len(told)}."
            raise ScriptError(message, "BadReplaceArgument", "InvalidOperation", target="System.Object[]")
        given = told[0]
        pattern = given.pattern if isinstance(given, RegexValue) else regex_of_operator(given, case=case)
        template = to_text(told[1]) if len(told) > 1 else ""
        if is_collection(left):
            return [replace_all(pattern, to_text(item), template) for item in items_of(left)]
        return replace_all(pattern, to_text(left), template)

    return replace


_SPLITTING: Final = frozenset(
    ("simplematch", "regexmatch", "cultureinvariant", "ignorecase", "multiline", "singleline")
)


def split_text(value: object, told: object, *, case: bool) -> list[object]:
    """`value -split told`: a pattern, a most, options."""
    parts = each_of(told)
    if not parts:
        shown = type_of(told)
        message = f"The argument to operator '-split' is not valid: {shown}."
        raise ScriptError(message, "BadOperatorArgument", "InvalidOperation", target=shown)
    try:
        most = to_int(parts[1]) if len(parts) > 1 else 0
    except ScriptError as bad:
        raise ScriptError(bad.message, "RuntimeException", "NotSpecified", inner=bad.inner) from None
    named = _split_options(parts[2]) if len(parts) > 2 else []
    text = to_text(parts[0])
    simple = "simplematch" in named
    if "ignorecase" in named:
        case = False
    if len(parts) > 2 and parts[2] == "":  # PowerShell leaves the operator's own case out with it
        case = True
    pattern = (
        re.compile(re.escape(text), 0 if case else re.IGNORECASE)
        if simple
        else regex(text, case=case, multiline="multiline" in named, singleline="singleline" in named)
    )
    if most < 0 and len(text) != 1:
        raise NotKnownHere("-split from the end at more than one character")
    made: list[object] = []
    for item in items_of(value) if is_collection(value) else [value]:
        if most in (1, -1):
            made.append(to_text(item))
        elif most < 0:
            parts_of = pieces(pattern, to_text(item))
            seams = pattern.findall(to_text(item))
            first = max(len(parts_of) + most + 1, 1)
            head = parts_of[0] + "".join(seam + part for seam, part in zip(seams, parts_of[1:first], strict=False))
            made.extend([head, *parts_of[first:]])
        else:
            made.extend(pieces(pattern, to_text(item), most))
    return Array(made, "System.String")


def _split_options(told: object) -> list[str]:
    """The third argument of -split by its words. Raises ScriptError for what is none."""
    try:
        told = convert(None if told is NOTHING else told, NetType(_SPLIT_OPTIONS)) if told not in ("", None) else ""
    except ScriptError as bad:
        raise ScriptError(bad.message, "RuntimeException", "NotSpecified", inner=bad.inner) from None
    words = [word for word in to_text(told).lower().split(", ") if word not in ("", "0")]
    if not _SPLITTING.issuperset(words):
        raise NotKnownHere("these options of -split")
    if "simplematch" in words and not _SIMPLE.issuperset(words):
        message = "The combination of options with the -split operator is not valid."
        raise ScriptError(message, "InvalidSplitOptionCombination", "ParserError", exception="ParseException")
    return words


_SPLIT_OPTIONS: Final = "System.Management.Automation.SplitOptions"
_SIMPLE: Final = frozenset({"simplematch", "ignorecase"})


def options_with_block() -> ScriptError:
    """The error of a -split by a block that is told how patterns are read."""
    message = "Options are not allowed on the -split operator with a predicate."
    return ScriptError(message, "InvalidSplitOptionWithPredicate", "ParserError", exception="ParseException")


def split_where(value: object, parts: Callable[[str, str, int], bool], most: object) -> list[object]:
    """`value -split {block}`: each text parted at the characters that the block holds for, from its end where there are
    fewer than no parts. parts: asks it of a character, its text and the place there."""
    limit = to_int(most)
    step = -1 if limit < 0 else 1
    made: list[object] = []
    for item in items_of(value) if is_collection(value) else [value]:
        parted = [""]
        text = to_text(item)
        for place, char in list(enumerate(text))[::step]:
            if (not limit or len(parted) < abs(limit)) and parts(char, text, place):
                parted.append("")
            else:
                parted[-1] += char
        made.extend(part[::step] for part in parted[::step])
    return Array(made, "System.String")


def _split(*, case: bool) -> Callable[[OperatorEvaluator, object, object], object]:
    return lambda _self, left, right: split_text(left, right, case=case)


def _join(_self: OperatorEvaluator, left: object, right: object) -> object:
    if not is_collection(left):
        return to_text(left)
    return whole(to_text(right).join(item_text(item, local_text) for item in items_of(left)))


def _holds_objects(value: list[object]) -> bool:
    """Whether it is an array of objects to .NET: one of numbers or dates is one value, as are other lists."""
    kind = type_of(value)
    return kind.endswith("[]") and not is_value_type(kind[:-2])


def _format(_self: OperatorEvaluator, left: object, right: object) -> object:
    many = isinstance(right, list) and not isinstance(right, Wrapped) and _holds_objects(right)
    return format_composite(to_text(left), list(items_of(right)) if many else [right])


def named_type(value: object) -> NetType:
    """The type that the right operand of `-as` names. Raises ScriptError in PowerShell's words."""
    if isinstance(value, NetType):
        return value
    if value is None or value is NOTHING:
        raise ScriptError("The right operand of '-as' must be a type.", "AsOperatorRequiresType", "InvalidOperation")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = to_text(value)
    found = convert(value, NetType("System.Type"))
    assert isinstance(found, NetType)
    return found


def _tested_type(value: object) -> NetType:
    """The same for `-is`."""
    try:
        return named_type(value)
    except ScriptError as bad:
        if value is None or value is NOTHING:
            message = "The right operand of '-is' must be a type."
            raise ScriptError(message, "IsOperatorRequiresType", "InvalidOperation") from None
        raise ScriptError(bad.message, "RuntimeException", "NotSpecified") from None


def _is(*, negate: bool) -> Callable[[OperatorEvaluator, object, object], object]:
    def tested(_self: OperatorEvaluator, left: object, right: object) -> object:
        kind = _tested_type(right)
        if left is NOTHING and kind.name in WRAPPERS:  # what no output is, is one
            return not negate
        return is_instance(left, kind) != negate

    return tested


def _as(_self: OperatorEvaluator, left: object, right: object) -> object:
    kind = named_type(right)
    if kind.name == "System.Void":
        return NOTHING
    try:
        if left is NOTHING:
            return nothing_as(kind)
        if type_of(left).endswith("Exception") and kind.name.endswith("Exception"):
            return left if is_instance(left, kind) else None
        return convert_by_culture(left, kind)
    except ScriptError:
        return None


def _xor(_self: OperatorEvaluator, left: object, right: object) -> object:
    return to_bool(left) != to_bool(right)


def _bits(name: str) -> Callable[[OperatorEvaluator, object, object], object]:
    return lambda _self, left, right: bits.bits(name, left, right)


_TABLE: Final[dict[str, Callable[[OperatorEvaluator, object, object], object]]] = {
    "..": lambda _self, left, right: bits.span(left, right),
    "xor": _xor,
    "f": _format,
    "join": _join,
    "is": _is(negate=False),
    "isnot": _is(negate=True),
    "as": _as,
    **{name: _bits(name) for name in ("band", "bor", "bxor", "shl", "shr")},
    **{
        prefix + name: made
        for prefix, case in (("", False), ("c", True))
        for name, made in (
            ("match", _match(case=case, negate=False)),
            ("notmatch", _match(case=case, negate=True)),
            ("like", _like(case=case, negate=False)),
            ("notlike", _like(case=case, negate=True)),
            ("contains", _contains(case=case, negate=False, swapped=False)),
            ("notcontains", _contains(case=case, negate=True, swapped=False)),
            ("in", _contains(case=case, negate=False, swapped=True)),
            ("notin", _contains(case=case, negate=True, swapped=True)),
            ("replace", _replace(case=case)),
            ("split", _split(case=case)),
        )
    },
}
