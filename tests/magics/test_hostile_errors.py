"""What a server says in an error is looked at by a person: nothing in it hides, turns or steers."""

from __future__ import annotations

import copy
import pickle

import pytest

from lync_magic.clixml import PSObject
from lync_magic.errors import (
    CellFailed,
    CellSyntaxError,
    DependencyMissing,
    LyncError,
    PromptRefused,
    RemoteError,
    UsageError,
)
from lync_magic.records import Records, UnknownPropertyError

HOSTILE = "no\u202ebody\x1b]52;c;aGFja2Vk\x07\rgone"
SHOWN = "no<U+202E>body<U+001B>]52;c;aGFja2Vk<U+0007><U+000D>gone"


@pytest.mark.parametrize(
    "error",
    [
        RemoteError(HOSTILE, HOSTILE),
        LyncError("x", HOSTILE),
        CellSyntaxError(HOSTILE, 1, 3, source=HOSTILE),
    ],
)
def test_an_error_is_printed_safe_and_keeps_the_words_as_they_came(error: LyncError) -> None:
    for printed in (str(error), "\n".join(error._render_traceback_())):
        assert SHOWN in printed
        assert printed.replace("\n", "").isprintable()
    assert HOSTILE in (error.message, error.advice)


@pytest.mark.parametrize(
    "error",
    [
        UsageError("a", "b"),
        DependencyMissing("pandas", "to_pandas()", "pandas"),
        CellSyntaxError("m", 1, 2, source="x"),
        CellFailed(2),
        PromptRefused("Sure?"),
        RemoteError("x", error_id="Id,Command", command="Get-It"),
    ],
)
def test_an_error_travels_to_another_process(error: LyncError) -> None:
    for travel in (lambda one: pickle.loads(pickle.dumps(one)), copy.copy, copy.deepcopy):
        again = travel(error)
        assert (type(again), str(again), vars(again), again.args) == (type(error), str(error), vars(error), error.args)


def test_an_error_of_several_lines_stays_so() -> None:
    assert str(LyncError("one\ntwo", "three")) == "one\ntwo\nthree"
    assert LyncError("one", "two")._render_traceback_() == ["LyncError: one", "two"]


def test_the_mark_stands_below_what_it_marks_also_after_what_was_written_out() -> None:
    error = CellSyntaxError("Missing )", 1, 3, source="a\u202e(b")
    _, source, mark = "\n".join(error._render_traceback_()).split("\n")
    assert source[mark.index("~")] == "("


def test_names_that_come_from_the_server_are_safe_in_the_error_that_lists_them() -> None:
    records = Records([PSObject({HOSTILE: 1, "n" * 5_000: 2})])
    for read in (lambda: records[0].zzz, lambda: records.zzz, lambda: records[0][HOSTILE[:-1]]):
        with pytest.raises(UnknownPropertyError) as caught:
            read()
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 300
    with pytest.raises(UnknownPropertyError, match="None of these objects has a property 'zzz'"):
        _ = (records + records).zzz
