"""Methods of .NET that put a value into a variable: `[int]::TryParse($text, [ref]$n)`, `$table.TryGetValue($key,
[ref]$value)`.

Rule of this file: what the variable holds is made a value of the type that .NET puts there before the method runs, as
PowerShell does it; where it cannot be one, nothing is called.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lync_magic.clixml import MISSING, Char
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import Dictionary, plain
from lync_magic.language.values.convert import convert, convert_by_culture
from lync_magic.language.values.culture import CultureValue, in_told
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, no_overload
from lync_magic.language.values.net_choice import rank_of
from lync_magic.language.values.static_reading import is_parsed, plain_form, read_as
from lync_magic.language.values.statics import static_call
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of

_NO_ZERO: Final = {
    "System.DateTime": "0001-01-01", "System.Boolean": False, "System.Guid": "00000000-0000-0000-0000-000000000000",
    "System.TimeSpan": "00:00:00",
}  # fmt: skip
"""What of a type stands for nothing, where it is not made of 0."""
_REFERENCES: Final = frozenset({"System.Object", "System.String", "System.Version", "System.Net.IPAddress"})
"""Types that have no value of their own for nothing."""
_BAD_FORMAT: Final = "Input string was not in a correct format."
"""What .NET says of a date's format that is none."""
_PAIR: Final = 2


def try_parse(core: EvaluatorCore, kind: NetType, node: e.Invoke, scope: Scope) -> object:
    """`[int]::TryParse($text, [ref]$n)`: the value goes into the variable."""
    variable = _variable(node)
    given, *told = (plain(core.evaluate(one, scope)) for one in node.arguments[:-1])
    _need_place(core, variable, kind, node, scope, "TryParse")
    value, done = _nothing_of(kind), False
    text = _read(given, kind)
    if told and told[-1] is not None and not isinstance(told[-1], CultureValue):
        raise NotKnownHere(f"[{kind.short}]::TryParse with this culture")
    with in_told(told[-1] if told else None):
        taken = read_as(kind.name, text, told[0]) if len(told) > 1 and text.strip() else text
        if taken is not None and taken.strip() and is_parsed(kind.name, taken):
            text = plain_form(kind.name, taken)
            try:
                value, done = _made(text, kind), True
            except ScriptError:
                done = False
    _put(core, variable, scope, value)
    return done


def try_exact(core: EvaluatorCore, kind: NetType, node: e.Invoke, scope: Scope) -> object:
    """`[datetime]::TryParseExact($text, $format, $culture, 'None', [ref]$d)`."""
    variable = _variable(node)
    if variable.name.lower() == "null":
        raise NotKnownHere("[datetime]::TryParseExact into nothing")
    given = [plain(core.evaluate(one, scope)) for one in node.arguments[:-1]]
    _need_place(core, variable, kind, node, scope, "TryParseExact")
    value, done = _nothing_of(kind), False
    try:
        if to_text(given[0]) and to_text(given[1]):
            value, done = static_call(kind, "ParseExact", given), True
    except ScriptError as bad:
        if bad.inner != "FormatException":
            raise
        if _BAD_FORMAT in bad.message:
            call_failed("TryParseExact", len(node.arguments), _BAD_FORMAT, "FormatException")
    _put(core, variable, scope, value)
    return done


def try_get(core: EvaluatorCore, target: object, node: e.Invoke, scope: Scope) -> object:
    """`$table.TryGetValue($key, [ref]$value)`: what stands under the key goes into the variable."""
    place = node.arguments[-1] if len(node.arguments) == _PAIR else None
    if not isinstance(target, Dictionary) or not isinstance(place, e.Cast):
        return call_method(target, "TryGetValue", [plain(core.evaluate(one, scope)) for one in node.arguments])
    variable = _variable(node)
    key = plain(core.evaluate(node.arguments[0], scope))
    kind = NetType(target.value)
    _need_place(core, variable, kind, node, scope, "TryGetValue")
    if target.key != "System.Object":
        key = convert(key, NetType(target.key))
    found = target.get(key, MISSING)
    _put(core, variable, scope, _nothing_of(kind) if found is MISSING else found)
    return found is not MISSING


def _variable(node: e.Invoke) -> e.Variable:
    place = node.arguments[-1]
    assert isinstance(place, e.Cast)
    assert isinstance(place.operand, e.Variable)
    return place.operand


def _need_place(
    core: EvaluatorCore, variable: e.Variable, kind: NetType, node: e.Invoke, scope: Scope, name: str
) -> None:
    """Raise PowerShell's error where what a variable holds becomes no value of the type that is put there."""
    held = None if variable.name.lower() == "null" else core.lookup(variable, scope)
    if held is MISSING:
        message = "[ref] cannot be applied to a variable that does not exist."
        raise ScriptError(message, "NonExistingVariableReference", "InvalidOperation", target=variable.name)
    held = plain(held)
    if type_of(held) == kind.name or kind.name == "System.Object":
        return
    if rank_of(held, kind.name) == 0:
        raise no_overload(name, len(node.arguments))
    try:
        convert(held, kind)
    except ScriptError as bad:
        call_failed(name, len(node.arguments), bad.message, "PSInvalidCastException")


def _put(core: EvaluatorCore, variable: e.Variable, scope: Scope, value: object) -> None:
    if variable.name.lower() != "null":
        core.put_code(variable)(scope, value)


def _nothing_of(kind: NetType) -> object:
    """What .NET puts where there is no value of a type."""
    return None if kind.name in _REFERENCES else convert(_NO_ZERO.get(kind.name, 0), kind)


def _read(given: object, kind: NetType) -> str:
    """The text that a method reads. Raises NotKnownHere for what may be none."""
    if given is None or isinstance(given, str | int | float | Decimal | Char):
        return to_text(given)
    raise NotKnownHere(f"[{kind.short}]::TryParse of a [{NetType(type_of(given)).shown}]")


def _made(text: str, kind: NetType) -> object:
    if kind.name == "System.Boolean":
        return text.strip().lower() == "true"
    made = convert_by_culture(text, kind)
    return Decimal(text.strip().replace(",", "")) if kind.name == "System.Decimal" else made  # its zeros stay
