"""What a browser does to a widget: messages on its comm, and a record of what is sent back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import comm
import ipywidgets as widgets
import pytest
from comm.base_comm import BaseComm


class RecordingComm(BaseComm):
    """A comm that keeps what the kernel publishes."""

    published: list[dict[str, Any]]

    def publish_msg(self, msg_type: str, data: Any = None, **_rest: Any) -> None:
        self.published.append({"type": msg_type, "comm": self.comm_id, "data": data})


class Browser:
    """The other end of every widget that a test makes."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def create_comm(self, **arguments: Any) -> RecordingComm:
        """Called by ipywidgets for each widget."""
        kind = type("_Comm", (RecordingComm,), {"published": self.published})
        made: RecordingComm = kind(**arguments)
        return made

    def change(self, widget: widgets.Widget, **state: Any) -> dict[str, Any]:
        """The person changes something; gives the message that was delivered, as it is after."""
        return self._deliver(widget, {"method": "update", "state": state, "buffer_paths": []})

    def say(self, widget: widgets.Widget, **content: Any) -> None:
        """The front end says that something happened: `event="click"`, `event="submit"`."""
        self._deliver(widget, {"method": "custom", "content": content})

    def sent_to(self, widget: widgets.Widget) -> list[dict[str, Any]]:
        """What was published for one widget."""
        return [message["data"] for message in self.published if message["comm"] == widget.comm.comm_id]

    def _deliver(self, widget: widgets.Widget, data: dict[str, Any]) -> dict[str, Any]:
        message = {"content": {"comm_id": widget.comm.comm_id, "data": data}, "buffers": []}
        widget.comm.handle_msg(message)
        return message


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A browser that every widget made in the test is shown in."""
    made = Browser()
    monkeypatch.setattr(comm, "create_comm", made.create_comm)
    monkeypatch.setattr("ipywidgets.widgets.widget.get_ipython", lambda: None)  # whatever ran before in this process
    yield made
    widgets.Widget.close_all()
