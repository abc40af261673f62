"""How exceptions are made: `[ArgumentException]::new(…)`, `[ArgumentException]'text'`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from lync_magic.language.values.bases import derives
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.exceptions import kind_of
from lync_magic.language.values.failures import NotKnownHere, cannot_convert_object
from lync_magic.language.values.methods import method
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import EXCEPTIONS, type_of

_NAMES_FIRST: Final = ("System.ArgumentNullException", "System.ArgumentOutOfRangeException")
"""Exceptions that take the parameter's name first."""


_OF_FILE: Final = "System.IO.FileNotFoundException"
"""The exception that takes a file's name behind its message."""
_WITH_NAME: Final = 2


def _exception(kind: str) -> Static:
    def make(_none: None, arguments: Sequence[object]) -> object:
        texts = [to_text(one) for one in arguments if not type_of(one).endswith("Exception")]
        if kind in _NAMES_FIRST and len(arguments) > 1 and type_of(arguments[1]) != "System.String":
            raise NotKnownHere(f"[{kind}]::new with this message")
        if arguments and kind in _NAMES_FIRST:  # (name) and (name, message)
            name, message = texts[0], texts[1] if len(texts) > 1 else kind_of(kind).says
        elif len(arguments) > 1 and kind == "System.ArgumentException" and type_of(arguments[1]) == "System.String":
            message, name = texts
        elif len(arguments) > 1 and kind == _OF_FILE and type_of(arguments[1]) == "System.String":
            inner = arguments[2] if len(arguments) > _WITH_NAME else None
            if inner is not None and not type_of(inner).endswith("Exception"):
                raise NotKnownHere(f"[{kind}]::new with this inner exception")
            return exception_maker[0](texts[0], kind.rpartition(".")[2], inner, texts[1])
        else:
            inner = arguments[1] if len(arguments) > 1 else None
            if inner is not None and not type_of(inner).endswith("Exception"):
                raise NotKnownHere(f"[{kind}]::new with this inner exception")
            return make_exception(texts[0] if texts else kind_of(kind).says, kind, inner)
        return make_exception(f"{message} (Parameter '{name}')" if name else message, kind, None)

    return method(0, 2 if kind != _OF_FILE else 3)(make)


def _to_exception(kind: str, value: object) -> object:
    """`[ArgumentException]'text'`: one that is given stays itself where it is such a one."""
    own = type_of(value)
    if own == "System.String":
        return _exception(kind).call(None, [value])
    if value is None or derives(own, kind):
        return value
    if not own.endswith(("Exception", "ErrorRecord", "[]")):
        raise NotKnownHere(f"a [{own}] as a [{kind}]")
    raise cannot_convert_object(net_text(value), own, kind, "ConvertToFinalInvalidCastException")


def make_exception(message: str, kind: str, inner: object) -> object:
    """An exception as a value; the evaluator's room says what it is."""
    return exception_maker[0](message, kind.rpartition(".")[2], inner, None)


exception_maker: list[Callable[[str, str, object, str | None], object]] = []


for _kind in EXCEPTIONS.values():
    more_converters[_kind] = partial(_to_exception, _kind)


EXCEPTION_METHODS: Final = {kind: {"new": _exception(kind)} for kind in EXCEPTIONS.values()}
