"""What a cell may change of an error record: the words that are shown for it (`ErrorDetails`), and what its
CategoryInfo says of who it was, why and of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.errors import CommandNotFound
from lync_magic.language.evaluate.error_values import (
    ErrorValue,
    as_script_error,
    category_info,
    error_property,
    exception_of,
)
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types

_TYPE: Final = "System.Management.Automation.ErrorDetails"


@dataclass(frozen=True, eq=False)
class ErrorDetails:
    """The words of an error record. of: the error that they are of."""

    of: ScriptError

    def __str__(self) -> str:
        return self.of.message


class CategoryInfo(PSObject):
    """`$_.CategoryInfo`. of: the record."""

    __slots__ = ("of",)

    def __init__(self, of: ErrorValue) -> None:
        made = category_info(of)
        super().__init__(made.properties, made.type_names, made.text)
        self.of = of


def _read_only(name: str) -> ScriptError:
    return ScriptError(f"'{name}' is a ReadOnly property.", "PropertyAssignmentException", inner="SetValueException")


def _changed(value: ErrorValue) -> ScriptError:
    """The error of a record that something is changed of."""
    error = value.error
    if value.own not in (None, error) or not isinstance(error, ScriptError | CommandNotFound):
        raise NotKnownHere("another text of an error")
    if value.is_copy:
        made = as_script_error(error)
        made.origin = error
        value.error, value.own, value.is_copy, value.first = made, value.own and made, False, error
    elif not isinstance(error, ScriptError):
        raise NotKnownHere("another text of a command that is not there")
    assert isinstance(value.error, ScriptError)
    return value.error


def _set_error(value: ErrorValue, name: str, new: object) -> None:
    """`$_.ErrorDetails = …`: the exception keeps what it says."""
    if name.lower() != "errordetails":
        raise _read_only(name)
    error = _changed(value)
    if not error.thrown_message:
        error.thrown_message = exception_of(error).message
    if new is None:
        error.message, error.thrown_message, error.recommended = error.thrown_message, "", ""
    elif isinstance(new, ErrorDetails):
        error.message, error.recommended = new.of.message, new.of.recommended
    elif isinstance(new, str) and new:
        error.message, error.recommended = new, ""
    else:
        raise NotKnownHere("an ErrorDetails of what is no text")


def _set_details(value: ErrorDetails, name: str, new: object) -> None:
    if name.lower() != "recommendedaction":
        raise _read_only(name)
    value.of.recommended = to_text(new)


def _set_category(value: CategoryInfo, name: str, new: object) -> None:
    known = next(one for one in value.properties if one.lower() == name.lower())
    if known == "Category":
        raise _read_only(known)
    error = _changed(value.of)
    error.told_category = {**error.told_category, known: to_text(new)}
    made = category_info(value.of)
    value.properties, value.text = made.properties, made.text


def _new(_none: None, arguments: Sequence[object]) -> object:
    """[System.Management.Automation.ErrorDetails]::new(message)."""
    text = to_text(arguments[0])
    if not text:
        raise NotKnownHere("an ErrorDetails without a text")
    return ErrorDetails(ScriptError(text))


def _property(value: ErrorValue, folded: str) -> object:
    error = value.told
    if folded == "categoryinfo":
        return CategoryInfo(value)
    if folded != "errordetails":
        return error_property(value, folded)
    has_words = isinstance(error, ScriptError) and (error.thrown_message or error.recommended)
    return ErrorDetails(error) if isinstance(error, ScriptError) and has_words else None


def _words(value: ErrorDetails, folded: str) -> object:
    return {"message": value.of.message, "recommendedaction": value.of.recommended}.get(folded, MISSING)


setters[ErrorValue] = _set_error
setters[ErrorDetails] = _set_details
setters[CategoryInfo] = _set_category
own_properties[ErrorValue] = _property
own_properties[ErrorDetails] = _words
own_types[ErrorDetails] = lambda value: _TYPE
own_statics[_TYPE] = {"new": method(1)(_new)}, {}
