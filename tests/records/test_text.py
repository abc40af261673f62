"""Text that came from elsewhere, made safe to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.records.widths import fitted, width
from lync_magic.safe_text import coloured, one_line, visible, without_colours

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))
MOVES_TEXT = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@given(ANYTHING)
def test_nothing_that_steers_a_terminal_or_turns_text_survives(text: str) -> None:
    for character in visible(text):
        assert character not in MOVES_TEXT
        assert unicodedata.category(character) not in ("Cc", "Cs") or character in "\t\n"


@given(ANYTHING)
def test_what_is_shown_can_always_be_sent_as_utf_8(text: str) -> None:
    visible(text).encode("utf-8")


@given(st.text("\x1b[]0;32m\\\x07K?hl(B8 a\n", max_size=40))
def test_of_what_steers_a_terminal_only_colours_stay(text: str) -> None:
    assert "\x1b" not in without_colours(coloured(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\ and on", "here (https://example.org) and on"),
        ("\x1b]8;;https://example.org\x07https://example.org\x1b]8;;\x07", "https://example.org"),
        ("\x1b[01;31m\x1b[Kfound\x1b[m\x1b[K", "\x1b[01;31mfound\x1b[m"),
        ("\x1b[31mred", "\x1b[31mred\x1b[0m"),
        ("\x1b[2Jgone", "<U+001B>[2Jgone"),
    ],
)
def test_links_and_what_programs_send_beside_colours(text: str, shown: str) -> None:
    assert coloured(text) == shown


@given(ANYTHING, st.integers(4, 60))
def test_one_line_is_one_line_and_no_longer_than_asked(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert "\n" not in line


@given(ANYTHING, st.integers(4, 60))
def test_fitted_text_takes_exactly_the_columns_it_was_given(text: str, columns: int) -> None:
    assert width(fitted(one_line(text), columns)) == columns


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "<U+001B>[31mred<U+0007>"),
        ("invoice\u202egpj.exe", "invoice<U+202E>gpj.exe"),
        ("Ken\u200bMyer", "Ken<U+200B>Myer"),
        ("left\u200eright\u200f", "left<U+200E>right<U+200F>"),
        ("\u3164\u115f\u1160\uffa0", "<U+3164><U+115F><U+1160><U+FFA0>"),
        ("half \ud83d", "half <U+D83D>"),
        ("\ufffe", "<U+FFFE>"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("progress 10%\rdone", "progress 10%<U+000D>done"),
        ("admin\u200d", "admin<U+200D>"),
        ("ad\u200cmin", "ad<U+200C>min"),
        ("x\ufe0fy", "x<U+FE0F>y"),
        ("a\u034fb\U000e0101c", "a<U+034F>b<U+E0101>c"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "name", ["علي حسن", "משה כהן", "山田 太郎", "नमस्ते", "می‌خواهم", "👩‍👩‍👧", "1️⃣", "❤️", "Zoë", "Tiếng Việt"]
)
def test_names_in_any_script_stay_as_they_are(name: str) -> None:
    assert visible(name) == name


def test_a_tower_of_marks_is_cut_and_counted() -> None:
    assert visible("Z" + "\u0338" * 30 + "algo") == "Z" + "\u0338" * 4 + "<26 more marks>algo"


def test_several_lines_become_one_with_a_sign_between() -> None:
    assert one_line("one\n  two\u2028three\n") == "one ↵ two<U+2028>three"


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert width("山田") == 4
    assert width("e\u0301") == 1
    assert fitted("山田太郎", 6) == "山田… "
