"""A Credential and a SecureString never become text, in whatever way they are asked to."""

from __future__ import annotations

import copy
import dataclasses
import gc
import json
import os
import pickle
import subprocess
import sys
import weakref
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


@pytest.mark.skipif(sys.platform == "win32", reason="nobody else sees a process's environment there")
@pytest.mark.parametrize("take", ["from_environment('a@b.c', 'TAKEN')", "token_from_environment('TAKEN')"])
def test_what_was_taken_from_the_environment_is_overwritten_where_the_system_keeps_it(take: str) -> None:
    environ = "open('/proc/self/environ', 'rb').read()" if sys.platform == "linux" else "b''"
    code = (
        "import os\nfrom lync_magic.sessions import from_environment, token_from_environment\n"
        f"assert len(os.environ['TAKEN']) == 17\n{take}\n"
        f"assert 'TAKEN' not in os.environ\nprint(dict(os.environ), {environ})"
    )
    environment = {**os.environ, "TAKEN": SECRET, "NEXT": "stays as it is"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "stays as it is" in done.stdout
    assert SECRET not in done.stdout


def test_a_secret_that_nobody_holds_any_more_is_overwritten() -> None:
    one = SecureString(SECRET)
    (held,) = (value for value in gc.get_referents(one) if isinstance(value, bytearray))
    assert held == SECRET.encode("utf-16-le")
    del one
    assert not held


def test_what_is_no_text_makes_no_secret() -> None:
    with pytest.raises(AttributeError):
        SecureString(5)  # type: ignore[arg-type]


def test_a_wiped_keeper_of_tokens_lets_go_of_whoever_gives_them() -> None:
    class Giver:
        def __call__(self) -> str:
            return SECRET

        def stop(self) -> None:
            return

    giver = Giver()
    gone = weakref.ref(giver)
    keeper = TokenKeeper(giver, stop=giver.stop)
    assert keeper() == SECRET
    del giver
    assert gone() is not None
    keeper.wipe()
    gc.collect()
    assert gone() is None


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
