"""Cultures beyond the invariant one, en-US and fr-FR, as PowerShell 7 answered under them (and what is refused)."""

import pytest

from lync_magic.clixml import DateTime
from lync_magic.language.values.culture import in_culture, named
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.moments import format_datetime
from lync_magic.language.values.number_text import format_number, plain_number
from lync_magic.language.values.text import collation_key, compare_as_culture


@pytest.mark.parametrize(
    ("culture", "number", "pattern", "shown"),
    [
        ("ja-JP", 1234.5, "C", "￥1,234"),
        ("hu-HU", 1234.5, "C", "1\xa0234,50 Ft"),
        ("de-CH", 1234567, "N0", "1’234’567"),
        ("sv-SE", -5, "N0", "\u22125"),
    ],
)
def test_a_number_is_written_as_in_its_culture(culture: str, number: float, pattern: str, shown: str) -> None:
    found = named(culture)
    assert found is not None
    with in_culture(found):
        assert format_number(number, pattern) == shown
        assert plain_number(-1) == found.minus + "1"


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


def test_accents_are_in_their_order() -> None:
    assert sorted("ãäåâàáa", key=lambda char: collation_key(char, case=True)) == list("aáàâåäã")
