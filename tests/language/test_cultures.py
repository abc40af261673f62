"""Every culture of .NET as PowerShell 7.6.9 answered under it (and what is refused)."""

import gzip
import json
from pathlib import Path

import pytest

from lync_magic.clixml import DateTime
from lync_magic.language.values.culture import in_culture, named
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.formatting import format_composite
from lync_magic.language.values.moments import format_datetime
from lync_magic.language.values.text import collation_key, compare_as_culture

ASKED = (
    ("{0:N2}|{1:C}|{2:P1}|{3}|{4:N0}", (-1234567.891, -1234.5, 0.256, -1.5, 12345678)),
    ("{0:d}|{0:D}|{0:t}|{0:T}|{0:M}|{0:Y}|{0:g}|{0:f}|{0:F}|{0:G}", (DateTime(2021, 3, 4, 15, 6, 7),)),
    (
        "{0:ddd}|{0:MMM}|{0:d MMM}|{0:MMMM}|{0:d MMMM yyyy}|{0:dddd, dd/MM/yy hh:mm tt}|{0:yyyy}",
        (DateTime(2021, 8, 7, 15, 6, 7),),
    ),
)
"""What .NET was asked to write in each of its cultures."""
OTHER_CALENDARS = 9


def test_numbers_and_dates_are_written_as_in_each_culture() -> None:
    wrong, refused, count = {}, set(), 0
    with gzip.open(Path(__file__).parent / "data" / "cultures.json.gz", "rt", encoding="utf-8") as lines:
        for name, *wanted in map(json.loads, lines):
            found = named(name)
            assert found is not None, name
            count += 1
            with in_culture(found):
                for (pattern, values), text in zip(ASKED, wanted, strict=True):
                    try:
                        made = format_composite(pattern, values)
                    except NotKnownHere:
                        refused.add(name)
                        continue
                    if made != text:
                        wrong[name] = (made, text)
    assert wrong == {}
    assert (count, len(refused)) == (558, OTHER_CALENDARS)


def test_a_month_that_stands_alone_is_in_its_own_case() -> None:
    found = named("ru-RU")
    assert found is not None
    with in_culture(found):
        assert format_datetime(DateTime(2024, 3, 5), "MMMM yyyy") == "март 2024"
        assert format_datetime(DateTime(2024, 3, 5), "d MMMM") == "5 марта"


def test_an_order_of_its_own_is_refused() -> None:
    found = named("sv-SE")
    assert found is not None
    with in_culture(found):
        assert compare_as_culture("a", "b", case=False) == -1
        with pytest.raises(NotKnownHere, match="sv-SE"):
            compare_as_culture("ä", "z", case=False)


def test_capitals_come_first_in_danish_and_the_turkish_i_has_a_case_of_its_own() -> None:
    from lync_magic.language.values.patterns import matches_wildcard, regex

    danish, turkish = named("da-DK"), named("tr-TR")
    assert danish is not None
    assert turkish is not None
    with in_culture(danish):
        assert compare_as_culture("a", "A", case=False) == 0
        with pytest.raises(NotKnownHere, match="da-DK"):
            compare_as_culture("a", "A", case=True)
    with in_culture(turkish):
        assert matches_wildcard("A*", "abc")
        for asked in (lambda: matches_wildcard("FI*", "file"), lambda: regex("title"), lambda: regex("[a-z]")):
            with pytest.raises(NotKnownHere, match="tr-TR"):
                asked()


def test_accents_are_in_their_order() -> None:
    assert sorted("ãäåâàáa", key=lambda char: collation_key(char, case=True)) == list("aáàâåäã")
