"""Values made into a parameter's type, or refused, with what a real PowerShell 7.6 said to each."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from lync_magic.sandbox.engine.coercion import ConversionError, convert

SPAN = "System.TimeSpan"

REFUSED = [
    (
        "TimeSpan",
        "abc",
        f'value "abc" to type "{SPAN}". Error: "String \'abc\' was not recognized as a valid TimeSpan."',
    ),
    ("TimeSpan", True, f'value "True" to type "{SPAN}". Error: "Invalid cast from \'System.Boolean\' to \'{SPAN}\'."'),
    ("TimeSpan", 1.5, f'value "1.5" to type "{SPAN}". Error: "String \'1.5\' was not recognized as a valid TimeSpan."'),
    ("TimeSpan", "00:60:00", "at least one of the numeric components is out of range"),
    ("TimeSpan", None, f'Cannot convert null to type "{SPAN}".'),
    (
        "TimeSpan",
        {"Add": "x"},
        f"The property 'Add' was not found for the '{SPAN}' object. There is no settable property",
    ),
    ("DateTime", "24/12/2017", "Error: \"String '24/12/2017' was not recognized as a valid DateTime.\""),
    ("DateTime", "abc", "There is an unknown word starting at index '0'."),
    ("DateTime", "2020", "String '2020' was not recognized as a valid DateTime."),
    ("DateTime", ["a"], "Specified method is not supported."),
    ("Uri", {"Add": "x"}, "Hashtable"),
    ("Hashtable", "abc", 'the "abc" value of type "System.String" to type "System.Collections.Hashtable".'),
    ("Double", "abc", "Error: \"The input string 'abc' was not in a correct format.\""),
    ("Double", {"Add": 1}, 'value of type "System.Collections.Hashtable" to type "System.Double".'),
    ("SecureString", "abc", 'the value of type "System.String" to type "System.Security.SecureString".'),
    ("Int32[]", {"Add": 1}, "Hashtable"),
    (
        "PSListModifier",
        {"Foo": 1},
        "list modifier was detected: 'Foo'. Valid list modifiers are Add, Remove, and Replace.",
    ),
    ("NormalizationRule", {"Add": 1}, "Hashtable"),
    ("XdsIdentity[]", {"Add": 1}, "Hashtable"),
]
TAKEN = [
    ("TimeSpan", "1", timedelta(days=1)),
    ("TimeSpan", "1.02:03:04", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ("TimeSpan", "12:30", timedelta(hours=12, minutes=30)),
    ("TimeSpan", "12:30:05.5", timedelta(hours=12, minutes=30, seconds=5.5)),
    ("TimeSpan", "24:00:00", timedelta(days=24)),
    ("TimeSpan", "-1.00:00:00", timedelta(days=-1)),
    ("TimeSpan", 50, timedelta(microseconds=5)),
    ("DateTime", "1/2/2020", datetime(2020, 1, 2)),
    ("DateTime", "12/25/2013 12:00 AM", datetime(2013, 12, 25)),
    ("DateTime", "2020-01-02T03:04:05Z", datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),
    ("DateTime", "2020-01-02T03:04:05+02:00", datetime(2020, 1, 2, 1, 4, 5, tzinfo=timezone.utc)),
    ("DateTime", "March 5, 2020", datetime(2020, 3, 5)),
    ("DateTime", "5 Mar 2020", datetime(2020, 3, 5)),
    ("Double", "1,000", 1000.0),
    ("Double", "0x10", 16.0),
    ("String[]", {"Add": 1}, ["System.Collections.Hashtable"]),
    ("System.Management.Automation.PSListModifier`1[System.String]", {"add": "x"}, {"Add": ["x"]}),
    ("IConfigApiBasedCmdletsIdentity", {"UserId": "x"}, {"UserId": "x"}),
]


@pytest.mark.parametrize(("kind", "value", "said"), REFUSED)
def test_what_does_not_fit_is_refused_in_powershells_words(kind: str, value: object, said: str) -> None:
    with pytest.raises(ConversionError) as refused:
        convert(value, kind)
    assert said in str(refused.value)


@pytest.mark.parametrize(("kind", "value", "wanted"), TAKEN)
def test_what_fits_is_of_the_parameter_s_type(kind: str, value: object, wanted: object) -> None:
    converted = convert(value, kind)
    assert converted == wanted
    assert type(converted) is type(wanted)
