"""`lync_magic.parameters`: the parameters of a report as one object, each of its declared type.

Rule of this file: the notebook's own variables are what papermill and schedulers set, so these are what is read; what
does not fit is told before the first command is sent.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from lync_magic.errors import UsageError
from lync_magic.reports.declared import Declared, Kind, check

T = TypeVar("T")

KINDS: Final[Mapping[Any, Kind]] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    bool: Kind.SWITCH,
    date: Kind.DATE,
    datetime: Kind.MOMENT,
    list: Kind.LIST,
    tuple: Kind.LIST,
    dict: Kind.TABLE,
}


def parameters(declaration: type[T], given: Mapping[str, Any] | None = None) -> T:
    """The notebook's parameters as one object of this dataclass or pydantic model.

        @dataclass
        class Wanted:                          # in the cell tagged `parameters`
            user: str                          # who signs in
            count: int = 50                    # how many users

        wanted = lync_magic.parameters(Wanted) # in the next

    A value is the notebook's variable of the field's name, which a run has set (`-p count=10`), else the field's
    default. `lync-magic report NOTEBOOK --help` shows the fields as options, with types and with the comments as help,
    and checks what it is given before anything runs. given: values in the place of the notebook's variables.
    Raises UsageError, naming all that do not fit.
    """
    names = _field_names(declaration)
    if given is None:
        variables = sys._getframe(1).f_globals
        given = {name: variables[name] for name in names if name in variables}
    validate = getattr(declaration, "model_validate", None)
    if validate is not None:
        return _validated(declaration, given)
    if not dataclasses.is_dataclass(declaration):
        raise UsageError(f"{declaration.__name__} declares no parameters.", "Give a dataclass or a pydantic model.")
    declared = _declared_fields(declaration)
    made = check(declared, given)
    for each in declared:
        if each.make is not None and made.get(each.name) is not None:
            made[each.name] = _made(each, made[each.name])
    return declaration(**made)


def _field_names(declaration: type) -> list[str]:
    fields = getattr(declaration, "model_fields", None)
    if fields is None and dataclasses.is_dataclass(declaration):
        fields = [each.name for each in dataclasses.fields(declaration) if each.init]
    return list(fields or ())


def _validated(model: type[T], given: Mapping[str, Any]) -> T:
    try:
        return model.model_validate(dict(given))  # type: ignore[attr-defined, no-any-return]
    except ValueError as error:
        told = getattr(error, "errors", None)
        if told is None:
            raise
        # never the input itself: what was given wrongly may be what must not be shown
        wrong = [f"{'.'.join(map(str, each['loc'])) or model.__name__}: {each['msg']}" for each in told()]
        raise UsageError(f"These parameters take something else: {'; '.join(wrong)}.", "Nothing was run.") from None


def _declared_fields(declaration: Any) -> list[Declared]:
    hints = get_type_hints(declaration, include_extras=True)
    return [
        _declared(
            each.name,
            hints[each.name],
            required=each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING,
        )
        for each in dataclasses.fields(declaration)
        if each.init
    ]


def _declared(name: str, hint: Any, *, required: bool) -> Declared:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    optional = False
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each is not NoneType]
        optional = len(rest) < len(get_args(hint))
        hint = rest[0] if len(rest) == 1 else Any
    if get_origin(hint) is Literal:
        return Declared(name, Kind.ANY, required=required, choices=get_args(hint), optional=optional)
    plain = get_origin(hint) or hint
    inner = next(iter(get_args(hint)), None)
    kind = KINDS.get(plain, Kind.ANY)
    make = plain if kind is Kind.ANY and isinstance(plain, type) and plain is not object else None
    items = KINDS.get(inner) if kind is Kind.LIST else None
    if kind is Kind.LIST and plain is tuple:
        make = tuple
    return Declared(name, kind, required=required, optional=optional, items=items, make=make)


def _made(declared: Declared, value: Any) -> Any:
    """A value as its type makes it: a path, a UUID, an enumeration."""
    assert declared.make is not None
    if isinstance(declared.make, type) and isinstance(value, declared.make):
        return value
    try:
        return declared.make(value)
    except (ValueError, TypeError, ArithmeticError):
        kind = getattr(declared.make, "__name__", "another value")
        wrong = f"{declared.name}: {kind}"
        raise UsageError(f"These parameters take something else: {wrong}.", "Nothing was run.") from None
