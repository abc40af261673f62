"""The panel of sessions in a real kernel: what it shows, what its buttons do, and what is left of it."""

from __future__ import annotations

from typing import Any

import pytest

AGAIN = 'import os; os.environ["LYNC_PASSWORD"] = "p@ssw0rd!"\n'


def press(kernel: Any, text: str, which: int = -1) -> None:
    """Click a button of the panel. which: of those with this text, in the order they came."""

    def found() -> list[str]:
        return [comm for comm, state in kernel.widgets.items() if state.get("description") == text]

    kernel.wait(lambda: bool(found()))
    kernel.comm(found()[which], {"method": "custom", "content": {"event": "click"}})


def shows(kernel: Any, text: str) -> bool:
    return any(text in str(state.get("value", "")) for state in kernel.widgets.values())


@pytest.fixture
def panel(connected: Any) -> Any:
    """A kernel with two sessions, and the panel."""
    connected.run(f"{AGAIN}%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD --name eu --read-only --no-import")
    outcome = connected.run("%lync Get-CsTenant\n%lync manage")
    assert outcome.status == "ok", outcome.error_text
    return connected


def test_it_shows_sessions_and_commands_and_stays_true(panel: Any) -> None:
    assert shows(panel, "eu</b> <b>(commands go here)</b>")
    assert shows(panel, "its seat is free 60 s after")
    assert shows(panel, "read-only")
    panel.run("%lync use 1\n%lync Get-CsOnlineUser -ResultSize 2")
    panel.wait(lambda: shows(panel, "Get-CsOnlineUser -ResultSize 2") and shows(panel, "Session1</b> <b>(commands"))


def test_use_and_close_do_what_they_say(panel: Any) -> None:
    press(panel, "Use", 0)
    panel.wait(lambda: shows(panel, "Commands go to Session1."))
    press(panel, "Close", -1)
    panel.wait(lambda: shows(panel, "eu was removed; its seat is free."))
    assert "eu" not in panel.run("import lync_magic; print([s.name for s in lync_magic.sessions])").stdout


def test_connect_shows_the_form(panel: Any) -> None:
    field = panel.widget(placeholder="kenmyer@litwareinc.com")
    panel.comm(field, {"method": "update", "state": {"value": "packerman@litwareinc.com"}, "buffer_paths": []})
    press(panel, "Connect")
    panel.wait(lambda: any(state.get("_model_name") == "PasswordModel" for state in panel.widgets.values()))


def test_there_is_one_panel_and_what_is_left_of_an_older_one_is_text(panel: Any) -> None:
    panel.run("%lync manage")
    panel.wait(lambda: any("eu: Opened" in str(one["content"]) for one in _updates(panel)))


def test_without_widgets_it_is_plain_text(panel: Any) -> None:
    told = panel.run("%lync manage", stdin=False).stdout
    assert "* eu: Opened" in told
    assert "Last commands" in told


def _updates(kernel: Any) -> list[Any]:
    return [one for one in kernel.everything if one["msg_type"] == "update_display_data"]
