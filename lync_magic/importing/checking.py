"""A call against what is known of its command, before anything is sent: PowerShell's refusals, in its words.

Rules: refused is only what PowerShell's binder surely refuses; whatever it might convert or find goes to the server.
What this file says is what a real PowerShell says, with the names that are near (tests compare them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final

from lync_magic.clixml import Null
from lync_magic.errors import ParameterError
from lync_magic.importing.annotations import ARRAY, without_nullable
from lync_magic.importing.details import COMMON, COMMON_PARAMETERS, Details, Parameter, Use

_BITS: Final = {
    "System.Byte": (0, 2**8 - 1),
    "System.SByte": (-(2**7), 2**7 - 1),
    "System.Int16": (-(2**15), 2**15 - 1),
    "System.UInt16": (0, 2**16 - 1),
    "System.Int32": (-(2**31), 2**31 - 1),
    "System.UInt32": (0, 2**32 - 1),
    "System.Int64": (-(2**63), 2**63 - 1),
    "System.UInt64": (0, 2**64 - 1),
}
"""The least and the greatest number of each integer type."""
_SAID: Final = {
    "System.Byte": "an unsigned byte",
    "System.SByte": "a signed byte",
    **{f"System.Int{bits}": f"an Int{bits}" for bits in (16, 32, 64)},
    **{f"System.UInt{bits}": f"a UInt{bits}" for bits in (16, 32, 64)},
}
"""How .NET names them in its errors."""
_LIST: Final = "System.Collections.ArrayList"
"""What a list is on the server."""
_SHORTEST_GUID: Final = 32
_SUFFIXES: Final = ("kb", "mb", "gb", "tb", "pb", "l", "d", "u", "s", "y", "n")
"""What a number may end in, in PowerShell."""

ALREADY_BOUND: Final = (
    "Cannot bind parameter because parameter '{0}' is specified more than once. To provide multiple values to "
    'parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".'
)
NO_PARAMETER: Final = "NamedParameterNotFound"
NOT_FOUND: Final = "A parameter cannot be found that matches parameter name '{0}'."
AMBIGUOUS: Final = (
    "Parameter cannot be processed because the parameter name '{0}' is ambiguous. Possible matches include: {1}."
)
NO_SET: Final = (
    "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be "
    "used together or an insufficient number of parameters were provided."
)
NOT_GIVEN: Final = "MissingMandatoryParameter"
NULL_SENDS_NULL: Final = "None means not given; lync_magic.Null sends $null."
MISSING: Final = "Cannot process command because of one or more missing mandatory parameters: {0}."
NOT_CONVERTED: Final = {
    False: ("Cannot process argument transformation on parameter '{0}'. {1}", "ParameterArgumentTransformationError"),
    True: ("Cannot bind parameter '{0}'. {1}", "CannotConvertArgumentNoMessage"),
}
"""What a function says, and what a cmdlet, with its error id."""
NOT_IN_SET: Final = (
    'Cannot validate argument on parameter \'{0}\'. The argument "{1}" does not belong to the set "{2}" specified by '
    "the ValidateSet attribute. Supply an argument that is in the set and then try the command again."
)
NO_BOOLEAN: Final = (
    'Cannot convert value "System.String" to type "{0}". Boolean parameters accept only Boolean values and numbers, '
    "such as $True, $False, 1 or 0."
)
NO_MEMBER: Final = (
    "Unable to match the identifier name {0} to a valid enumerator name. Specify one of the following enumerator names "
    "and try again:\n{1}"
)


def check(details: Details, arguments: Sequence[object], named: Mapping[str, object], *, piped: bool = False) -> None:
    """Raise ParameterError where the command surely does not take this. named: without what is not given.
    piped: objects come by the pipeline, too.
    """
    given: dict[str, object] = {}
    for name, value in named.items():
        parameter = _parameter(details, name)
        if parameter is not None:
            if parameter.name in given:
                raise _refusal(
                    ALREADY_BOUND.format(name),
                    "ParameterAlreadyBound",
                    details,
                )
            given[parameter.name] = value
            _check_value(details, parameter, value)
    if details.sets:
        _check_sets(details, arguments, given, piped=piped)


def _parameter(details: Details, name: str) -> Parameter | None:
    """The parameter that a name means; None for one that every command has."""
    found = details.find(name)
    folded = name.lower()
    if len(found) == 1 and folded in (found[0].name.lower(), *(alias.lower() for alias in found[0].aliases)):
        return found[0]
    if folded in COMMON_PARAMETERS or folded in COMMON.values():
        return None
    common = [one for one in COMMON if one.lower().startswith(folded)] if details.advanced else []
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        names = " ".join(f"-{one}" for one in (*(parameter.name for parameter in found), *common))
        raise _refusal(
            AMBIGUOUS.format(name, names),
            "AmbiguousParameter",
            details,
        )
    if common or not details.advanced:
        return None
    raise _refusal(
        NOT_FOUND.format(name),
        NO_PARAMETER,
        details,
        near_parameters(details, name) or None,
    )


def near_parameters(details: Details, name: str) -> str:
    """What a parameter's name that the command does not have may have meant, as a sentence, or ""."""
    known = [one.name for one in details.parameters]
    close = get_close_matches(name.lower(), [one.lower() for one in known], n=2, cutoff=0.6)
    near = [one for one in known if one.lower() in close]
    return f"Did you mean {' or '.join(near)}?" if near else ""


# --- parameter sets --------------------------------------------------------------------------------------------------


def _check_sets(details: Details, arguments: Sequence[object], given: Mapping[str, object], *, piped: bool) -> None:
    possible = [one for one in details.sets if given.keys() <= {use.name for use in one} | _in_no_set(details)]
    if not possible:
        raise _refusal(
            NO_SET,
            "AmbiguousParameterSet",
            details,
            f"{_listed(given)} are not in one parameter set: %lync help {details.name}",
        )
    missing = {one: _missing(details, one, arguments, given, piped=piped) for one in possible}
    if not all(missing.values()):
        return
    default = details.sets[0] if details.default_set or len(details.sets) == 1 else None
    if default not in missing and len(possible) > 1:
        raise _refusal(NO_SET, "AmbiguousParameterSet", details)
    names = missing[default if default in missing else possible[0]]
    message = MISSING.format(" ".join(names))
    raise _refusal(message, NOT_GIVEN, details, f"Give {_listed(names)}.")


def _in_no_set(details: Details) -> set[str]:
    """Parameters of which help says nothing: they may be in any set."""
    told = {use.name for one in details.sets for use in one}
    return {parameter.name for parameter in details.parameters} - told


def _missing(
    details: Details, uses: Sequence[Use], arguments: Sequence[object], given: Mapping[str, object], *, piped: bool
) -> list[str]:
    """What a set still needs."""
    places = sorted((use for use in uses if use.position is not None and use.name not in given), key=_place)
    by_position = {use.name for use in places[: len(arguments)]}
    from_pipeline = {one.name for one in details.parameters if one.pipeline} if piped else set()
    have = given.keys() | by_position | from_pipeline
    return [use.name for use in uses if use.required and use.name not in have]


def _place(use: Use) -> int:
    return use.position or 0


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


# --- values ----------------------------------------------------------------------------------------------------------


def _check_value(details: Details, parameter: Parameter, value: object) -> None:
    type_name = without_nullable(parameter.type_name)
    if value is Null or value is None:
        return
    if parameter.switch:
        why = None if isinstance(value, (bool, int)) or _is_numpy(value) else _no_switch(value)
    else:
        why = _why_not(value, type_name)
    if why is not None:
        raise _not_converted(details, parameter, why, "")
    if parameter.values:
        _check_values(details, parameter, value, type_name)


def _why_not(value: object, type_name: str) -> str | None:
    """Why PowerShell cannot make a value this type; None where it can, or may."""
    element = type_name.removesuffix(ARRAY)
    look = _LOOKS.get(element)
    if look is None or isinstance(value, Enum):
        return None
    if isinstance(value, (list, tuple, set, frozenset)):
        if element == type_name:
            return None  # a server may take a list of one
        inner = next((why for why in (_why_not(one, element) for one in value) if why is not None), None)
        return None if inner is None else _cannot(_LIST, type_name, inner)
    return look(value, element)


def _no_integer(value: object, type_name: str) -> str | None:
    if isinstance(value, int):
        low, high = _BITS[type_name]
        if low <= value <= high:
            return None
        return _cannot(value, type_name, f"Value was either too large or too small for {_SAID[type_name]}.")
    if not isinstance(value, str) or _may_be_number(value):
        return None
    return _cannot(value, type_name, f"The input string '{value}' was not in a correct format.")


def _may_be_number(text: str) -> bool:
    folded = text.strip().lower().replace(",", "")
    if not folded or folded.startswith(("0x", "0b", "+0x", "-0x")):
        return True
    while folded.endswith(_SUFFIXES):
        folded = folded[:-1] if not folded.endswith(("kb", "mb", "gb", "tb", "pb")) else folded[:-2]
    try:
        Decimal(folded)
    except InvalidOperation:
        return False
    return True


def _no_boolean(value: object, type_name: str) -> str | None:
    if not isinstance(value, str):
        return None
    return NO_BOOLEAN.format(type_name)


def _no_switch(value: object) -> str | None:
    return _no_boolean(value, "System.Management.Automation.SwitchParameter")


def _no_guid(value: object, type_name: str) -> str | None:
    if not isinstance(value, str) or len(value.strip()) >= _SHORTEST_GUID or value.strip().startswith("{0x"):
        return None
    return _cannot(value, type_name, "Unrecognized Guid format.")


def _cannot(value: object, type_name: str, reason: str) -> str:
    return f'Cannot convert value "{value}" to type "{type_name}". Error: "{reason}"'


_LOOKS: Final[Mapping[str, Callable[[Any, str], str | None]]] = {
    **dict.fromkeys(_BITS, _no_integer),
    "System.Boolean": _no_boolean,
    "System.Guid": _no_guid,
}


def _check_values(details: Details, parameter: Parameter, value: object, type_name: str) -> None:
    """A validation set takes its texts in any case; an enumeration also numbers, and names as far as they are clear."""
    allowed = [one.lower() for one in parameter.values]
    is_text = type_name.removesuffix(ARRAY) == "System.String"
    for one in value if isinstance(value, (list, tuple, set, frozenset)) else (value,):
        text = one.value if isinstance(one, Enum) else one
        if not isinstance(text, str) or not isinstance(one, (str, Enum)):
            continue
        if is_text and text.lower() not in allowed:
            raise _refusal(
                NOT_IN_SET.format(parameter.name, text, ",".join(parameter.values)),
                "ParameterArgumentValidationError",
                details,
                _near_value(text, parameter.values),
            )
        if not is_text and not _may_be_member(text, allowed):
            why = _cannot(text, type_name.removesuffix(ARRAY), NO_MEMBER.format(text, ", ".join(parameter.values)))
            raise _not_converted(details, parameter, why, _near_value(text, parameter.values))


def _may_be_member(text: str, allowed: Sequence[str]) -> bool:
    return all(
        not part.strip() or _may_be_number(part) or any(one.startswith(part.strip().lower()) for one in allowed)
        for part in text.split(",")
    )


def _near_value(text: str, values: Sequence[str]) -> str:
    close = get_close_matches(text.lower(), [one.lower() for one in values], n=1)
    near = next((one for one in values if one.lower() in close), None)
    return f"Did you mean {near}?" if near is not None else ""


def _is_numpy(value: object) -> bool:
    return hasattr(value, "dtype")


def _not_converted(details: Details, parameter: Parameter, why: str, advice: str) -> ParameterError:
    message, error_id = NOT_CONVERTED[details.cmdlet]
    return _refusal(message.format(parameter.name, why), error_id, details, advice)


def _refusal(message: str, error_id: str, details: Details, advice: str | None = None) -> ParameterError:
    return ParameterError(
        message, advice, error_id=f"{error_id},{details.name}", category="InvalidArgument", command=details.name
    )
