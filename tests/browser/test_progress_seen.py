"""Progress as a person sees it: a bar while it lasts, and its last line after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(300)

BARS = """
import time
from IPython.display import display
from lync_magic.psrp import ProgressRecord
from lync_magic.ui import ProgressBars, widget_bundle

def for_a_while(widget, line):
    handle = display(widget_bundle(widget, line), raw=True, display_id=True)
    return lambda line: handle.update({"text/plain": line}, raw=True)

with ProgressBars(for_a_while) as bars:
    for percent in range(0, 60, 4):
        bars.report(ProgressRecord("Creating implicit remoting module", f"{percent} commands received",
                                   percent=percent, seconds_remaining=75))
        bars.report(ProgressRecord("Asking <b>again</b>", activity_id=1, parent_id=0))
        time.sleep(0.1)
print("after")
"""

LEFT = ["Asking <b>again</b>", "Creating implicit remoting module 56 commands received", "after"]


def test_a_bar_leaves_its_last_line_when_the_work_is_over_and_in_the_saved_notebook_too(
    open_notebook: Callable[..., Any],
) -> None:
    notebook = open_notebook(BARS)
    notebook.start(0)
    notebook.output(0).get_by_text("Creating implicit remoting module").wait_for()
    notebook.output(0).get_by_text("Asking <b>again</b>").wait_for()
    notebook.picture("progress")
    notebook.output(0).get_by_text("after").wait_for()
    notebook.picture("progress-over")
    assert sorted(filter(None, notebook.output(0).inner_text().split("\n"))) == LEFT
    assert "widget-view" not in notebook.save()
    notebook.reopen()
    assert sorted(filter(None, notebook.output(0).inner_text().split("\n"))) == LEFT
