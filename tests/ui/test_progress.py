"""Progress records as bars in a terminal: a real one, made with a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import textwrap

ROWS, COLUMNS = 30, 100

PRELUDE = """
from lync_magic.psrp import ProgressRecord, VerboseRecord
from lync_magic.ui import ProgressBars
import time
"""


def in_a_terminal(code: str) -> str:
    """What a program writes to a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(code)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(ours)
    assert program.wait(30) == 0, written.decode()
    return written.decode().replace("\r\n", "\n")


def screen(written: str) -> list[str]:
    """The lines that a terminal shows after all of it was written; knows what tqdm sends."""
    lines = [""]
    row = column = 0
    for part in re.findall(r"\x1b\[A|[\r\n]|[^\x1b\r\n]+", written):
        if part == "\x1b[A":
            row -= 1
        elif part == "\r":
            column = 0
        elif part == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        else:
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part) :]
            column += len(part)
    return [line.rstrip() for line in lines]


def test_a_bar_shows_activity_status_and_time_remaining() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            bars.report(
                ProgressRecord("Creating module", "16 commands received", percent=40, seconds_remaining=75)
            )
    """)
    assert re.search(r"Creating module  40%\|█+. +\| 16 commands received · 01:15 remaining", written)


def test_without_a_percentage_there_is_no_bar_but_the_words() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            bars.report(ProgressRecord("Asking the server", "please wait"))
    """)
    assert "Asking the server please wait" in written
    assert "%" not in written


def test_nothing_is_left_on_the_screen_after_the_end() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            bars.report(ProgressRecord("Outer", percent=10))
            bars.report(ProgressRecord("Inner", percent=20, activity_id=1, parent_id=0))
        print("after")
    """)
    assert "Outer" in written
    assert "Inner" in written
    assert [line for line in screen(written) if line] == ["after"]


def test_what_follows_bars_of_two_blocks_begins_at_the_left() -> None:
    written = in_a_terminal("""
        with ProgressBars() as outer, ProgressBars() as inner:
            for bars in (outer, inner):
                bars.report(ProgressRecord("Importing"))
            for bars in (outer, inner):
                bars.report(ProgressRecord("Importing", completed=True))
            print("after")
    """)
    assert [line for line in screen(written) if line] == ["after"]


def test_an_interrupt_leaves_nothing_either() -> None:
    written = in_a_terminal("""
        try:
            with ProgressBars() as bars:
                bars.report(ProgressRecord("Outer", percent=10))
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            print("interrupted")
    """)
    assert [line for line in screen(written) if line] == ["interrupted"]


def test_a_completed_activity_takes_its_children_along() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            bars.report(ProgressRecord("Outer", percent=10))
            bars.report(ProgressRecord("Inner", percent=20, activity_id=1, parent_id=0))
            bars.report(ProgressRecord("Outer", completed=True))
            print("between")
            time.sleep(0.2)
    """)
    assert [line for line in screen(written) if line] == ["between"]


def test_at_most_three_bars_are_drawn() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            for number in range(6):
                bars.report(ProgressRecord(f"Activity{number}", percent=10, activity_id=number))
    """)
    assert set(re.findall(r"Activity\d", written)) == {"Activity0", "Activity1", "Activity2"}


def test_a_flood_of_reports_is_not_a_flood_of_drawings() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            for number in range(10_000):
                bars.report(ProgressRecord("Flood", percent=number // 100))
    """)
    assert 0 < written.count("Flood") < 200


def test_what_is_reported_after_the_end_is_not_drawn() -> None:
    written = in_a_terminal("""
        with ProgressBars() as bars:
            pass
        bars.report(ProgressRecord("Late", percent=10))
        bars.report(VerboseRecord("no progress at all"))
    """)
    assert written == ""


def test_an_activity_cannot_steer_the_terminal() -> None:
    written = in_a_terminal(r"""
        with ProgressBars() as bars:
            bars.report(ProgressRecord("\x1b[2J\x1b]0;owned\x07 {0} {bar}", "\n\n", percent=5))
    """)
    assert "\x1b[2J" not in written
    assert "\x1b]0;" not in written
    assert "{0} {bar}" in written


def test_nothing_is_drawn_where_output_goes_to_a_pipe() -> None:
    code = PRELUDE + "with ProgressBars() as bars: bars.report(ProgressRecord('Hidden', percent=5))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    assert done.stderr == b""
    assert done.stdout == b""
