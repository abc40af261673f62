"""Words of a command line, or bound parameters, made into names with their values (the first half of
binding).

Rules of this file: a word is read as PowerShell's own server reads it. A name with a dash stands alone unless
it brought a value or ends in a colon; a name without a dash came bound. Which value belongs to a lone name
depends on the parameters, so the command's signature is asked here and nowhere earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.nettypes import full_name
from lync_magic.sandbox.engine.signatures import Command, Parameter
from lync_magic.sandbox.model import Word

DASHES: Final = "-\u2013\u2014\u2015"
"""What PowerShell takes for a dash: hyphen, en dash, em dash, horizontal bar."""

END_OF_PARAMETERS: Final = "--"


@dataclass(frozen=True)
class Argument:
    """A name with its value, a lone name, or a lone value. text: the name as it was written, dash and all."""

    name: str | None
    value: object = None
    has_value: bool = False
    text: str = ""


def paired(command: Command, words: Sequence[Word]) -> list[Argument]:
    """Names with their values, and lone values, in their order.

    Raises CommandError where a value is missing or a name fits several.
    """
    arguments = _read(words)
    result: list[Argument] = []
    index = 0
    while index < len(arguments):
        argument = arguments[index]
        index += 1
        if argument.name is None or argument.has_value:
            result.append(argument)
            continue
        parameter = match(command, argument.name)
        if parameter is None:
            result.append(argument)
        elif parameter.is_switch:
            result.append(Argument(argument.name, True, True, argument.text))
        else:
            if index >= len(arguments) or _is_parameter(command, arguments[index]):
                raise _missing(command, parameter)
            following = arguments[index]
            index += 1
            value = following.value if following.name is None else following.text
            result.append(Argument(argument.name, value, True, argument.text))
    return result


def match(command: Command, name: str) -> Parameter | None:
    """The parameter that a name, an alias or an unambiguous abbreviation means; None when nothing fits.

    Raises CommandError when several fit.
    """
    lowered = name.lower()
    for parameter in command.parameters:
        if lowered in _names(parameter):
            return parameter
    matches = [one for one in command.parameters if any(known.startswith(lowered) for known in _names(one))]
    if len(matches) > 1:
        matches = [one for one in matches if not one.is_common] or matches
    if len(matches) > 1:
        raise failures.CommandError(failures.ambiguous_parameter(command.name, name, [one.name for one in matches]))
    return matches[0] if matches else None


def _names(parameter: Parameter) -> tuple[str, ...]:
    return (parameter.name.lower(), *(alias.lower() for alias in parameter.aliases))


def _read(words: Sequence[Word]) -> list[Argument]:
    arguments: list[Argument] = []
    parameters_ended = False
    for name, value in words:
        if name is None:
            arguments.append(Argument(None, value, True))
        elif parameters_ended:
            arguments.append(Argument(None, name if value is None else f"{name}{value}", True))
        elif name == END_OF_PARAMETERS:
            parameters_ended = True
        else:
            arguments.append(_named(name, value))
    return arguments


def _named(name: str, value: object) -> Argument:
    if not name or name[0] not in DASHES:
        return Argument(name, value, True, f"-{name}")
    text = name.rstrip()
    if text.endswith(":"):
        return Argument(text[1:-1], value, True, text)
    return Argument(text[1:], value, value is not None, text)


def _is_parameter(command: Command, argument: Argument) -> bool:
    if argument.name is None:
        return False
    return argument.has_value or match(command, argument.name) is not None


def _missing(command: Command, parameter: Parameter) -> failures.CommandError:
    return failures.CommandError(failures.missing_argument(command.name, parameter.name, full_name(parameter.type)))
