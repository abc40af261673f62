"""Events as lines of text."""

from __future__ import annotations

import io

import pytest

from lync_magic.psrp import (
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)
from lync_magic.sessions import Step
from lync_magic.ui import line_of, written_to

REFUSED = ErrorRecord("A parameter cannot be found that matches parameter name 'Foo'.", activity="Get-CsTenant")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (VerboseRecord("Determining domain to admin"), "VERBOSE: Determining domain to admin\n"),
        (WarningRecord("Three sessions are open."), "WARNING: Three sessions are open.\n"),
        (DebugRecord("x = 1"), "DEBUG: x = 1\n"),
        (HostLine("Done"), "Done\n"),
        (HostLine("Working", newline=False), "Working"),
        (InformationRecord("For your information"), "For your information\n"),
        (Step("Initializing remote session"), "Initializing remote session\n"),
        (REFUSED, "Get-CsTenant: A parameter cannot be found that matches parameter name 'Foo'.\n"),
        (ErrorRecord("It broke."), "Error: It broke.\n"),
        (ErrorRecord("It broke.", recommended_action="Mend it."), "Error: It broke.\nMend it.\n"),
        (VerboseRecord("\x1b]0;title\x07"), "VERBOSE: <U+001B>]0;title<U+0007>\n"),
    ],
)
def test_an_event_reads_as_powershell_prints_it(event: Event, text: str) -> None:
    line = line_of(event)
    assert line is not None
    assert line.text == text


def test_progress_is_no_text() -> None:
    assert line_of(ProgressRecord("Creating implicit remoting module ...")) is None


def test_what_the_host_has_shown_already_is_not_shown_again() -> None:
    assert line_of(InformationRecord("Hello", tags=("PSHOST",))) is None


def test_errors_go_where_errors_go() -> None:
    out, errors = io.StringIO(), io.StringIO()
    report = written_to(out.write, errors.write)
    for event in (VerboseRecord("one"), REFUSED, HostLine("bad", error=True), ProgressRecord("x")):
        report(event)
    assert out.getvalue() == "VERBOSE: one\n"
    assert errors.getvalue().startswith("Get-CsTenant: A parameter")
    assert errors.getvalue().endswith("bad\n")
