"""A Credential and a SecureString never become text, in whatever way they are asked to."""

from __future__ import annotations

import copy
import dataclasses
import gc
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from lync_magic.clixml import Credential, SecureString
from lync_magic.sessions import Application, Target, fixed_token
from lync_magic.sessions.tokens import TokenKeeper

SECRET = "S3cret-and-unique"


def credential() -> Credential:
    return Credential("kenmyer@litwareinc.com", SECRET)


def test_a_credential_is_shown_as_the_document_shows_it() -> None:
    assert repr(credential()) == (
        "UserName               Password\n"
        "--------               --------\n"
        "kenmyer@litwareinc.com System.Security.SecureString"
    )


@pytest.mark.parametrize("value", [credential(), credential().password], ids=["Credential", "SecureString"])
@pytest.mark.parametrize(
    "taking",
    [
        vars,
        json.dumps,
        pickle.dumps,
        lambda value: pickle.dumps(value, protocol=0),
        copy.copy,
        copy.deepcopy,
        dict,
        list,
        lambda value: value.__dict__,
        dataclasses.asdict,
        bytes,
        lambda value: value.__getstate__(),
    ],
    ids=[
        "vars",
        "json",
        "pickle",
        "pickle 0",
        "copy",
        "deepcopy",
        "dict",
        "list",
        "dict attr",
        "asdict",
        "bytes",
        "state",
    ],
)
def test_it_is_not_taken_apart(value: object, taking: Callable[[Any], object]) -> None:
    with pytest.raises((TypeError, AttributeError)) as caught:
        taking(value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{0!r:>80}".format,
        lambda value: f"{value.password}" if isinstance(value, Credential) else "",
        lambda value: "%s %r" % (value, value),  # noqa: UP031
        lambda value: json.dumps({"credential": value}, default=str),
        lambda value: repr([{"a": (value,)}]),
        lambda value: str(ValueError(value)),
    ],
)
def test_no_text_of_it_holds_the_secret(show: Callable[[object], str]) -> None:
    assert SECRET not in show(credential())


def test_what_holds_a_secret_by_reference_does_not_show_it() -> None:
    secret = SecureString(SECRET)
    held = Target("a@b.c", token=fixed_token(secret), application=Application("id", secret=secret))
    for one in (held, held.application, TokenKeeper(fixed_token(secret)), fixed_token(secret)):
        assert SECRET not in repr(one)


def test_a_wiped_secret_is_gone_from_the_objects_of_the_process() -> None:
    one = Credential("a@b.c", SecureString("".join(("Sec", "ret-", "of-this-test"))))
    wanted = "Secret-of-this-test".encode("utf-16-le")
    assert holders(wanted)
    one.wipe()
    assert not holders(wanted)


def holders(wanted: bytes) -> list[bytearray]:
    """The byte arrays that hold something; the collector does not track them, so by whom refers to them."""
    found = (
        value
        for one in gc.get_objects()
        if isinstance(one, SecureString)
        for value in gc.get_referents(one)
        if isinstance(value, bytearray)
    )
    return [value for value in found if wanted in value]
