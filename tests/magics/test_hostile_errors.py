"""What a server says in an error is looked at by a person: nothing in it hides, turns or steers."""

from __future__ import annotations

import pytest

from lync_magic.clixml import PSObject
from lync_magic.errors import CellSyntaxError, LyncError, RemoteError
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


def test_an_error_of_several_lines_stays_so() -> None:
    assert str(LyncError("one\ntwo", "three")) == "one\ntwo\nthree"
    assert LyncError("one", "two")._render_traceback_() == ["LyncError: one\ntwo"]


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
