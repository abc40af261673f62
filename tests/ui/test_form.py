"""The sign-in form: what it hands over, what it shows, and that no password stays in it."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import pytest

from lync_magic.clixml import Credential
from lync_magic.errors import SignInFailed
from lync_magic.ui import SignInForm, Stage
from lync_magic.ui.card import ENTER_GRACE, FOCUS_DELAYS

SECRET = "p@ssw0rd!-7731"
USER = "kenmyer@litwareinc.com"
LONGER_THAN_GRACE = 2 * ENTER_GRACE


class Shown:
    """A form in a test's browser, and the parts of it that a person touches."""

    def __init__(self, browser: Any, form: SignInForm) -> None:
        self.browser = browser
        self.form = form
        _, self.user, self.password, *_ = form.widget.children
        self.submit_button, self.cancel_button = form.widget.children[-2].children

    def press_enter_with(self, text: str) -> None:
        """As browsers do: the key first, then the text that it commits."""

        def keys() -> None:
            self.browser.say(self.password, event="submit")
            self.browser.change(self.password, value=text)

        in_a_loop(keys)

    def leave_field_with(self, text: str) -> dict[str, Any]:
        message: dict[str, Any] = self.browser.change(self.password, value=text)
        return message

    def click(self, button: Any) -> None:
        self.browser.say(button, event="click")

    @property
    def text(self) -> str:
        """All HTML of the form."""
        return "".join(_html_of(self.form.widget))


def _html_of(widget: Any) -> list[str]:
    if isinstance(widget, widgets.HTML):
        return [widget.value]
    return [part for child in getattr(widget, "children", ()) for part in _html_of(child)]


def shown(browser: Any, on_submit: Any, **arguments: Any) -> Shown:
    return Shown(browser, SignInForm(USER, on_submit=on_submit, **arguments))


def in_a_loop(act: Callable[[], None], then_wait: float = 0) -> None:
    """Act where a kernel runs handlers: in a running event loop."""

    async def run() -> None:
        act()
        await asyncio.sleep(then_wait)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(run())
    else:
        act()


def test_enter_hands_over_the_user_name_and_the_password(browser: Any) -> None:
    handed: list[Credential] = []
    shown(browser, handed.append).press_enter_with(SECRET)
    assert [(c.user_name, c.password.reveal()) for c in handed] == [(USER, SECRET)]


def test_a_click_hands_over_what_was_typed_before(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    seen.leave_field_with(SECRET)
    seen.click(seen.submit_button)
    assert [c.password.reveal() for c in handed] == [SECRET]


def test_a_click_that_overtakes_the_text_waits_for_it(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)

    def overtaking() -> None:
        seen.click(seen.submit_button)
        seen.leave_field_with(SECRET)

    in_a_loop(overtaking)
    assert [c.password.reveal() for c in handed] == [SECRET]


def test_leaving_the_password_field_submits_nothing(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    in_a_loop(lambda: seen.leave_field_with(SECRET), LONGER_THAN_GRACE)
    assert handed == []


def test_enter_in_a_field_left_before_hands_over_what_was_typed_then(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    seen.leave_field_with(SECRET)
    in_a_loop(lambda: browser.say(seen.password, event="submit"), LONGER_THAN_GRACE)
    assert [c.password.reveal() for c in handed] == [SECRET]


def test_the_text_typed_last_counts(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    seen.leave_field_with("first")
    seen.press_enter_with(SECRET)
    assert [c.password.reveal() for c in handed] == [SECRET]


def test_the_password_is_never_in_the_widget_the_echo_or_the_message(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    message = seen.leave_field_with(SECRET)
    assert seen.password.value == ""
    assert SECRET not in json.dumps(seen.password.get_state(), default=str)
    assert SECRET not in json.dumps(browser.published, default=str)
    assert SECRET not in json.dumps(message)
    assert SECRET not in str(widgets.Widget.get_manager_state())


def test_the_browser_is_told_to_empty_the_field_as_soon_as_the_text_came(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    seen.leave_field_with(SECRET)
    updates = [data["state"] for data in browser.sent_to(seen.password) if data.get("method") == "update"]
    assert {"value": ""} in updates


def test_a_password_set_by_code_is_not_kept_either(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    seen.password.value = SECRET
    assert seen.password.value == ""


def test_the_field_shows_the_same_dots_for_every_password(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    seen.leave_field_with("ab")
    short = seen.password.placeholder
    seen.leave_field_with("a much longer password than that")
    assert seen.password.placeholder == short != ""


def test_the_password_is_gone_from_the_form_when_the_handler_raises(browser: Any) -> None:
    handed: list[Credential] = []

    def refuse(credential: Credential) -> None:
        handed.append(credential)
        raise SignInFailed("Logon failed.", "Check the password.")

    seen = shown(browser, refuse)
    seen.press_enter_with(SECRET)
    assert not seen.password.holds_something
    assert seen.password.placeholder == ""
    assert handed[0].password.reveal() == SECRET  # it belongs to whom it was handed


def test_an_error_stands_in_the_form_which_can_be_used_again(browser: Any) -> None:
    def refuse(_credential: Credential) -> None:
        raise SignInFailed("Logon failed for <b>Ken</b>.", "Check the password.")

    seen = shown(browser, refuse)
    seen.press_enter_with("wrong")
    assert "Logon failed for &lt;b&gt;Ken&lt;/b&gt;." in seen.text
    assert "Check the password." in seen.text
    assert seen.form.stage is Stage.READY
    assert not seen.submit_button.disabled


def test_an_error_is_gone_when_it_is_tried_again(browser: Any) -> None:
    answers = iter([SignInFailed("Logon failed.")])
    during: list[str] = []

    def once_refused(_credential: Credential) -> None:
        during.append(seen.text)
        for error in answers:
            raise error

    seen = shown(browser, once_refused)
    seen.press_enter_with("wrong")
    seen.press_enter_with("right")
    assert "Logon failed." not in during[1]


def test_while_it_works_the_button_says_so_and_cannot_be_used(browser: Any) -> None:
    during: list[tuple[str, bool, bool]] = []

    def look(_credential: Credential) -> None:
        button = seen.submit_button
        during.append((button.description, button.disabled, seen.password.disabled))

    seen = shown(browser, look)
    seen.press_enter_with(SECRET)
    assert during == [("Signing in…", True, True)]


def test_a_second_submit_while_it_works_does_nothing(browser: Any) -> None:
    handed: list[Credential] = []

    def submit(credential: Credential) -> None:
        handed.append(credential)
        if len(handed) == 1:
            seen.press_enter_with("again")
            seen.click(seen.submit_button)

    seen = shown(browser, submit)
    seen.press_enter_with(SECRET)
    assert len(handed) == 1


def test_two_threads_that_submit_at_once_get_one_credential(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    seen.leave_field_with(SECRET)
    gate = threading.Barrier(8)

    def click() -> None:
        gate.wait(10)
        seen.click(seen.submit_button)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(handed) == 1


def test_without_a_password_it_asks_for_one_and_calls_nobody(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    in_a_loop(lambda: seen.click(seen.submit_button), LONGER_THAN_GRACE)
    assert handed == []
    assert "Enter the password." in seen.text


def test_without_a_user_name_it_asks_for_one_and_keeps_the_password(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    browser.change(seen.user, value=" ")
    seen.press_enter_with(SECRET)
    assert "Enter a user name." in seen.text
    browser.change(seen.user, value="sara@litwareinc.com")
    seen.click(seen.submit_button)
    assert [(c.user_name, c.password.reveal()) for c in handed] == [("sara@litwareinc.com", SECRET)]


def test_success_closes_the_form_to_one_line(browser: Any) -> None:
    seen = shown(browser, lambda _credential: seen.form.succeed(f"Signed in as {USER} <now>"))
    parts = seen.form.widget.children
    seen.press_enter_with(SECRET)
    assert seen.form.stage is Stage.CLOSED
    assert "Signed in as kenmyer@litwareinc.com &lt;now&gt;" in seen.text
    assert len(seen.form.widget.children) == 1
    assert all(part.comm is None for part in parts)


def test_the_closing_line_takes_the_place_of_the_widget_in_the_notebook(browser: Any) -> None:
    shown_instead: list[dict[str, str]] = []
    seen = shown(browser, lambda _credential: seen.form.succeed("Signed in as <Ken>."))
    seen.form.when_closed(shown_instead.append)
    seen.press_enter_with(SECRET)
    assert [bundle["text/plain"] for bundle in shown_instead] == ["Signed in as <Ken>."]
    assert "Signed in as &lt;Ken&gt;." in shown_instead[0]["text/html"]


def test_success_from_another_thread_later_closes_it_too(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    seen.press_enter_with(SECRET)
    assert seen.form.stage is Stage.BUSY
    other = threading.Thread(target=seen.form.succeed, args=("Signed in.",))
    other.start()
    other.join(10)
    assert seen.form.stage is Stage.CLOSED


def test_cancel_wipes_what_was_typed_and_tells_the_caller(browser: Any) -> None:
    told: list[str] = []
    seen = shown(browser, lambda _credential: None, on_cancel=lambda: told.append("cancelled"))
    seen.leave_field_with(SECRET)
    held = seen.password._held
    seen.click(seen.cancel_button)
    assert told == ["cancelled"]
    assert seen.form.stage is Stage.CLOSED
    assert held.wiped


def test_a_form_that_was_cancelled_while_it_worked_ignores_how_it_ended(browser: Any) -> None:
    def submit(_credential: Credential) -> None:
        seen.click(seen.cancel_button)
        raise SignInFailed("Logon failed.")

    seen = shown(browser, submit)
    seen.press_enter_with(SECRET)
    assert seen.form.stage is Stage.CLOSED
    assert "Logon failed." not in seen.text


def test_an_interrupt_while_it_works_leaves_the_form_usable(browser: Any) -> None:
    def interrupted(_credential: Credential) -> None:
        raise KeyboardInterrupt

    seen = shown(browser, interrupted)
    seen.press_enter_with(SECRET)
    assert "Interrupted." in seen.text
    assert seen.form.stage is Stage.READY


def test_a_defect_in_the_caller_is_shown_and_reaches_the_log(browser: Any, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_credential: Credential) -> None:
        raise RuntimeError("not expected")

    seen = shown(browser, broken)
    seen.press_enter_with(SECRET)
    assert "RuntimeError: not expected" in seen.text
    assert "RuntimeError: not expected" in caplog.text
    assert SECRET not in caplog.text
    assert seen.form.stage is Stage.READY


def test_lines_of_connecting_stand_in_the_form_escaped(browser: Any) -> None:
    def submit(_credential: Credential) -> None:
        seen.form.progress("VERBOSE: TargetUri = <https://webdir0d.online.lync.com>\n")
        lines.append(seen.text)

    lines: list[str] = []
    seen = shown(browser, submit)
    seen.press_enter_with(SECRET)
    assert "VERBOSE: TargetUri = &lt;https://webdir0d.online.lync.com&gt;" in lines[0]


def test_why_it_asks_is_shown_escaped(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None, message="<script>alert(1)</script>")
    assert "<script>" not in seen.text
    assert "&lt;script&gt;" in seen.text


def test_focus_goes_to_the_first_field_that_is_to_be_filled(browser: Any) -> None:
    named = shown(browser, lambda _credential: None)
    in_a_loop(named.form.focus, 2 * max(FOCUS_DELAYS))
    unnamed = Shown(browser, SignInForm(on_submit=lambda _credential: None))
    in_a_loop(unnamed.form.focus, 2 * max(FOCUS_DELAYS))
    focus = {"method": "custom", "content": {"do": "focus"}}
    assert focus in browser.sent_to(named.password)
    assert focus in browser.sent_to(unnamed.user)
    assert focus not in browser.sent_to(unnamed.password)


def test_enter_in_the_user_name_goes_on_to_the_password(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    browser.say(seen.user, event="submit")
    assert {"method": "custom", "content": {"do": "focus"}} in browser.sent_to(seen.password)


def test_enter_in_the_user_name_signs_in_when_the_password_was_typed_before(browser: Any) -> None:
    handed: list[Credential] = []
    seen = shown(browser, handed.append)
    seen.leave_field_with(SECRET)

    def keys() -> None:
        browser.say(seen.user, event="submit")
        browser.change(seen.user, value="sara@litwareinc.com")

    in_a_loop(keys, LONGER_THAN_GRACE)
    assert [(c.user_name, c.password.reveal()) for c in handed] == [("sara@litwareinc.com", SECRET)]


def test_where_no_event_loop_runs_the_cursor_comes_all_the_same(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    seen.form.focus()
    deadline = time.monotonic() + 10
    while {"method": "custom", "content": {"do": "focus"}} not in browser.sent_to(seen.password):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_person_who_types_already_keeps_the_cursor(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)

    def used_at_once() -> None:
        seen.form.focus()
        seen.leave_field_with(SECRET)

    in_a_loop(used_at_once, 2 * max(FOCUS_DELAYS))
    assert {"method": "custom", "content": {"do": "focus"}} not in browser.sent_to(seen.password)


# --- the keyring ----------------------------------------------------------------------------------------------------


def box_of(seen: Shown) -> Any:
    return next((part for part in seen.form.widget.children if isinstance(part, widgets.Checkbox)), None)


def test_where_no_keyring_works_nobody_is_asked_whether_to_remember(browser: Any) -> None:
    seen = shown(browser, lambda _credential: None)
    assert box_of(seen) is None
    assert not seen.form.remember


@pytest.mark.parametrize("at_first", [False, True])
def test_the_box_stands_as_it_was_asked_for_and_is_the_persons_to_change(browser: Any, at_first: bool) -> None:
    seen = shown(browser, lambda _credential: None, remember=at_first)
    assert box_of(seen).description == "Remember in keyring"
    assert seen.form.remember is at_first
    browser.change(box_of(seen), value=not at_first)
    assert seen.form.remember is not at_first


def test_the_box_cannot_be_used_while_it_works(browser: Any) -> None:
    during: list[bool] = []
    seen = shown(browser, lambda _credential: during.append(box_of(seen).disabled), remember=False)
    seen.press_enter_with(SECRET)
    assert during == [True]
    seen.form.fail("It did not work.")
    assert not box_of(seen).disabled


# --- closing --------------------------------------------------------------------------------------------------------


def test_a_form_closes_once_and_says_so(browser: Any) -> None:
    told: list[str] = []
    seen = shown(browser, lambda _credential: None, on_cancel=lambda: told.append("cancelled"))
    seen.form.give_up("Another sign-in form was opened.")
    seen.form.give_up()
    assert not seen.form.succeed("Signed in.")
    assert told == ["cancelled"]
    assert "Another sign-in form was opened." in seen.text
    assert "Signed in." not in seen.text


def test_who_waits_for_the_form_is_not_told_of_a_cancel_of_its_own(browser: Any) -> None:
    told: list[str] = []
    seen = shown(browser, lambda _credential: None, on_cancel=lambda: told.append("cancelled"))
    assert seen.form.cancel()
    assert told == []


def test_what_is_typed_is_in_no_log_of_the_messages_and_those_of_other_widgets_are(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    seen = shown(browser, lambda _credential: None)
    caplog.set_level(logging.DEBUG)
    seen.leave_field_with(SECRET)
    browser.change(seen.user, value="sara@litwareinc.com")
    assert "sara@litwareinc.com" in caplog.text
    assert SECRET not in caplog.text


def test_what_is_typed_into_a_form_that_has_closed_is_in_no_log_either(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    seen = shown(browser, lambda _credential: None)
    channel = seen.password.comm
    seen.form.cancel()
    caplog.set_level(logging.DEBUG)
    late = {"method": "update", "state": {"value": SECRET}, "buffer_paths": []}
    channel.handle_msg({"content": {"comm_id": channel.comm_id, "data": late}, "buffers": []})
    logging.getLogger("Comm").debug("this is logged")
    assert "this is logged" in caplog.text
    assert SECRET not in caplog.text


def test_only_core_widgets_are_used_so_that_every_renderer_has_them(browser: Any) -> None:
    shown(browser, lambda _credential: None, remember=True)
    states = [message["data"]["state"] for message in browser.published if message["type"] == "comm_open"]
    modules = {(state["_model_module"], state["_model_module_version"].split(".")[0]) for state in states}
    assert modules == {("@jupyter-widgets/base", "2"), ("@jupyter-widgets/controls", "2")}
    assert {state["_model_name"] for state in states} >= {"TextModel", "PasswordModel", "CheckboxModel", "ButtonModel"}
    assert all(state["_view_module"] in (None, *(name for name, _ in modules)) for state in states)
