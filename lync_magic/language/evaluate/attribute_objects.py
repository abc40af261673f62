"""The attributes of a function's parameter as objects: `(Get-Command f).Parameters['Mode'].Attributes`.

Rule of this file: PowerShell has them from the last written to the first, what converts to a type behind all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import Array, net_object
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.properties import late_properties
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

_AUTOMATION: Final = "System.Management.Automation."
_UNPLACED: Final = -(2**31)
_FLAGS: Final = (
    "Mandatory", "ValueFromPipeline", "ValueFromPipelineByPropertyName", "ValueFromRemainingArguments", "DontShow",
)  # fmt: skip
_LIMITS: Final = {"validaterange": "Range", "validatelength": "Length", "validatecount": "Length"}
_NAMES: Final = {
    "parameter": "Parameter", "alias": "Alias", "validateset": "ValidateSet", "validaterange": "ValidateRange",
    "validatelength": "ValidateLength", "validatecount": "ValidateCount", "validatepattern": "ValidatePattern",
    "validatescript": "ValidateScript", "validatenotnull": "ValidateNotNull", "allownull": "AllowNull",
    "validatenotnullorempty": "ValidateNotNullOrEmpty", "allowemptystring": "AllowEmptyString",
    "validatenotnullorwhitespace": "ValidateNotNullOrWhiteSpace", "allowemptycollection": "AllowEmptyCollection",
}  # fmt: skip
_CONVERTING: Final = "ArgumentTypeConverter"


def attributes_of(declaration: s.ParameterDeclaration, position: int | None) -> list[object]:
    """Those of a parameter. position: that of its place in the declaration, where it has one by that.

    Raises NotKnownHere for one that is not known.
    """
    made = [_object(one, position) for one in reversed(declaration.attributes)]
    if not any(one.name == "parameter" for one in declaration.attributes):
        made.insert(0, _made("Parameter", _of_parameter((), position)))
    return [*made, *(_made(_CONVERTING, {}) for _one in declaration.types)]


def common_attributes(aliases: tuple[str, ...]) -> list[object]:
    """Those of a parameter that every advanced function has."""
    names = Array(list(aliases), "System.String")
    return [_made("Parameter", _of_parameter((), None)), _made("Alias", {"AliasNames": names})]


def _made(name: str, content: dict[str, object]) -> PSObject:
    kind = f"{_AUTOMATION}{name}Attribute"
    return net_object(kind, {**content, "TypeId": NetType(kind)})


def _object(one: e.Attribute, position: int | None) -> PSObject:
    name = _NAMES.get(one.name)
    if name is None:
        raise NotKnownHere(f"[{one.type}] as an object")
    return _made(name, _content(one, position))


def _content(one: e.Attribute, position: int | None) -> dict[str, object]:
    values = [each.value for each in one.positional if isinstance(each, e.String | e.Constant)]
    if one.name == "parameter":
        return _of_parameter(tuple(one.named), position)
    if one.name == "alias":
        return {"AliasNames": Array(list(map(to_text, values)), "System.String")}
    if one.name == "validateset" and not one.named:
        valid = Array(list(map(to_text, values)), "System.String")
        return {"IgnoreCase": True, "ErrorMessage": None, "ValidValues": valid}
    if one.name in _LIMITS and len(values) == len(one.positional) == 2:
        what = _LIMITS[one.name]
        return {f"Min{what}": values[0], f"Max{what}": values[1]}
    if one.name == "validatepattern" and not one.named and values:
        return {"RegexPattern": to_text(values[0]), "ErrorMessage": None}
    return {}


def _of_parameter(told: tuple[e.NamedArgument, ...], position: int | None) -> dict[str, object]:
    content: dict[str, object] = {
        "Position": _UNPLACED if position is None else position, "ParameterSetName": "__AllParameterSets",
        **dict.fromkeys(_FLAGS, False), "HelpMessage": None,
    }  # fmt: skip
    names = {name.lower(): name for name in content}
    for one in told:
        name = names.get(one.name.lower())
        if name is None:
            raise NotKnownHere(f"[Parameter({one.name})] as an object")
        content[name] = _value(one, is_flag=name in _FLAGS)
    return content


def _value(one: e.NamedArgument, *, is_flag: bool) -> object:
    if one.value is None:
        return True
    if isinstance(one.value, e.Variable) and one.value.name.lower() in ("true", "false"):
        return one.value.name.lower() == "true"
    if isinstance(one.value, e.String | e.Constant):
        return bool(one.value.value) if is_flag else one.value.value
    raise NotKnownHere(f"[Parameter({one.name})] as an object")


def _other(value: ObjectLike, folded: str) -> object:
    """A property beside those that are told."""
    if folded in _OTHERS.get(value.type_names[0], ()):
        raise NotKnownHere(f"the property .{folded} of [{value.type_names[0]}]")
    return MISSING


def _others() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Parameter", ("experimentname", "experimentaction", "helpmessagebasename", "helpmessageresourceid")
    yield "ValidateSet", ("errormessage", "ignorecase", "validvalues")
    yield "ValidateScript", ("errormessage", "scriptblock")
    yield "ValidatePattern", ("errormessage", "options", "regexpattern")
    for name, what in _LIMITS.items():
        yield _NAMES[name], ("rangekind", f"min{what}".lower(), f"max{what}".lower())


_OTHERS: Final = {f"{_AUTOMATION}{name}Attribute": others for name, others in _others()}
late_properties.update(dict.fromkeys(_OTHERS, _other))
