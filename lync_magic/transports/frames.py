"""Errors without what the code below them held: a request's headers, a password, a token.

IPython shows the variables of every frame of a traceback (`%xmode Verbose`, `%debug`), and keeps the last error until
the next one; requests, urllib3 and msal have headers and forms with secrets among theirs, wherever an interrupt or a
defect falls. Rule of this file: a traceback goes on telling where something failed, and no longer with what.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_KEPT_BY_REQUESTS: Final = ("request", "response")
"""Where an error of requests keeps the headers that were sent."""


def sealed(function: Callable[P, T]) -> Callable[P, T]:
    """The same function, whose errors hold neither its arguments nor a variable of what it called."""

    @wraps(function)
    def called(*given: P.args, **named: P.kwargs) -> T:
        before = sys.exc_info()[1]
        try:
            return function(*given, **named)
        except BaseException as error:
            del given, named  # this frame is in the traceback too
            forget_variables(error, before)
            raise

    return called


def forget_variables(error: BaseException, before: BaseException | None = None) -> None:
    """Empty the frames of an error, and of those that led to it, which have ended; let go of what it replaced.

    before: the error that was being handled when the work began; that one is somebody else's.
    """
    waiting: list[BaseException | None] = [error]
    seen = {id(None), id(before)}
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        traceback.clear_frames(one.__traceback__)
        for name in _KEPT_BY_REQUESTS:
            if getattr(one, name, None) is not None:
                setattr(one, name, None)
        if one.__suppress_context__ and one.__context__ is not before:
            one.__context__ = None  # after `raise … from None` nobody sees it, but it would be kept
        waiting += [one.__cause__, one.__context__]
