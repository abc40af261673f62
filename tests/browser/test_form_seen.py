"""The sign-in form as a person meets it: in JupyterLab, with the keyboard, in a light and in a dark theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(300)

SECRET = "p@ssw0rd!-7731"
FORM = """
import threading
from lync_magic.errors import SignInFailed
from lync_magic.ui import SignInForm

handed, go_on = [], threading.Event()

def submit(credential):
    handed.append(credential)
    threading.Thread(target=work, args=(credential,), daemon=True).start()

def work(credential):
    for line in ("Determining domain to admin", "AdminDomain = litwareinc.com",
                 "Discovering PowerShell endpoint URI",
                 "TargetUri = https://webdir0d.online.lync.com/OcsPowerShellLiveId", "<b>not bold</b>"):
        form.progress(f"VERBOSE: {line}")
    go_on.wait(10)
    if credential.password.reveal() == "wrong":
        form.fail(SignInFailed(
            "Logon failed for the user 'kenmyer@litwareinc.com'. Please create a new PSCredential object, "
            "making sure that you have used the correct user name and password.",
            "Check the password and try again."))
        return
    form.succeed(f"Signed in as {credential.user_name} on webdir0d.online.lync.com.")

form = SignInForm("kenmyer@litwareinc.com", "Skype for Business Online", on_submit=submit, remember=False)
handle = display(form.widget, display_id=True)
form.when_closed(lambda line: handle.update(line, raw=True))
form.focus()
"""
HANDED = "print([(each.user_name, each.password.reveal()[::-1]) for each in handed])"
PASSWORD_FIELD = ".lync-form input[type=password]"
FOCUSED_TYPE = "() => document.activeElement.type"


@pytest.fixture
def form(open_notebook: Callable[..., Any]) -> Any:
    """A notebook whose first cell shows the form; it has the focus."""
    notebook = open_notebook(FORM, HANDED, "go_on.set()")
    notebook.run(0)
    notebook.page.wait_for_function(f"({FOCUSED_TYPE})() === 'password'")
    return notebook


def test_by_keyboard_alone_from_a_wrong_password_to_a_right_one(form: Any) -> None:
    keyboard = form.page.keyboard
    form.run_quietly("go_on.set()")
    keyboard.type("wrong")
    keyboard.press("Enter")
    form.page.get_by_role("alert").get_by_text("Logon failed for the user").wait_for()
    form.picture("sign-in-failed", form.output(0))
    form.page.wait_for_function(f"({FOCUSED_TYPE})() === 'password'")
    keyboard.type(SECRET)
    keyboard.press("Enter")
    form.page.get_by_role("status").get_by_text("Signed in as kenmyer@litwareinc.com").wait_for()
    form.picture("signed-in", form.output(0))
    form.run(1)
    handed = f"[('kenmyer@litwareinc.com', 'gnorw'), ('kenmyer@litwareinc.com', '{SECRET[::-1]}')]"
    assert form.output(1).inner_text().strip() == handed


def test_tab_leads_from_the_user_name_to_the_last_button(form: Any) -> None:
    keyboard = form.page.keyboard
    keyboard.type(SECRET)
    keyboard.press("Shift+Tab")
    form.page.wait_for_function(f"() => document.querySelector({PASSWORD_FIELD!r}).placeholder !== ''")
    assert form.page.evaluate("document.activeElement.value") == "kenmyer@litwareinc.com"
    keyboard.press("Tab")
    keyboard.press("Tab")
    assert form.page.evaluate(FOCUSED_TYPE) == "checkbox"
    keyboard.press("Tab")
    assert form.page.evaluate("document.activeElement.textContent.trim()") == "Sign in"
    keyboard.press("Tab")
    assert form.page.evaluate("document.activeElement.textContent.trim()") == "Cancel"
    keyboard.press("Space")
    form.page.get_by_text("Sign-in cancelled.").wait_for()
    form.run(1)
    assert form.output(1).inner_text().strip() == "[]"


def test_who_types_is_not_pulled_away_by_a_focus_that_comes_late(form: Any) -> None:
    keyboard = form.page.keyboard
    keyboard.type(SECRET[:4])
    form.run_quietly("form._user.focus()")
    keyboard.type(SECRET[4:])
    assert form.page.evaluate(FOCUSED_TYPE) == "password"
    keyboard.press("Enter")
    form.run_quietly("go_on.set()")
    form.page.get_by_role("status").get_by_text("Signed in as kenmyer@litwareinc.com").wait_for()
    form.run(1)
    assert form.output(1).inner_text().strip() == f"[('kenmyer@litwareinc.com', '{SECRET[::-1]}')]"


def test_escape_cancels_and_the_keys_of_the_notebook_work_on(form: Any) -> None:
    keyboard = form.page.keyboard
    keyboard.type(SECRET)
    keyboard.press("Escape")
    form.page.get_by_text("Sign-in cancelled.").wait_for()
    form.page.wait_for_function("() => document.activeElement.matches('.jp-Cell')")
    keyboard.press("ArrowDown")
    keyboard.press("Shift+Enter")
    form.done(1)
    assert form.output(1).inner_text().strip() == "[]"
    assert SECRET not in form.save()


def test_escape_cancels_while_it_works_too(form: Any) -> None:
    form.page.keyboard.type(SECRET)
    form.page.keyboard.press("Enter")
    form.page.get_by_role("button", name="Signing in…").wait_for()
    form.page.wait_for_function("() => document.activeElement.matches('.lync-busy')")
    form.page.keyboard.press("Escape")
    form.page.get_by_text("Sign-in cancelled.").wait_for()
    assert SECRET not in form.save()


def test_a_double_click_and_an_enter_hand_over_one_credential(form: Any) -> None:
    form.page.keyboard.type(SECRET)
    form.page.get_by_role("button", name="Sign in", exact=True).dblclick()
    form.page.keyboard.press("Enter")
    form.page.get_by_role("button", name="Signing in…").wait_for()
    form.run_quietly("go_on.set()")
    form.page.get_by_role("status").get_by_text("Signed in as").wait_for()
    form.run(1)
    assert form.output(1).inner_text().strip() == f"[('kenmyer@litwareinc.com', '{SECRET[::-1]}')]"


def test_a_notebook_opened_again_shows_who_signed_in_and_no_dead_form(form: Any) -> None:
    form.run_quietly("go_on.set()")
    form.page.keyboard.type(SECRET)
    form.page.keyboard.press("Enter")
    form.page.get_by_role("status").get_by_text("Signed in as kenmyer@litwareinc.com").wait_for()
    form.page.wait_for_function("() => document.querySelector('.jp-OutputArea .jupyter-widgets') === null")
    assert "widget-view" not in form.save()
    form.reopen()
    form.output(0).get_by_text("Signed in as kenmyer@litwareinc.com").wait_for()


def test_while_it_works_it_says_so_and_shows_each_line(form: Any) -> None:
    form.picture("form", form.output(0))
    form.page.keyboard.type(SECRET)
    form.page.keyboard.press("Enter")
    form.page.get_by_role("status").get_by_text("<b>not bold</b>").wait_for()
    button = form.page.get_by_role("button", name="Signing in…")
    assert button.is_disabled()
    form.picture("signing-in", form.output(0))
    form.run_quietly("go_on.set()")
    form.page.get_by_role("status").get_by_text("Signed in as").wait_for()


def accessible(page: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """What Chromium tells a screen reader of the form: role, name, properties."""
    asked = page.context.new_cdp_session(page)
    form = asked.send("Runtime.evaluate", {"expression": "document.querySelector('.lync-form')"})["result"]
    nodes = asked.send("Accessibility.queryAXTree", {"objectId": form["objectId"]})["nodes"]
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            {each["name"]: each["value"].get("value") for each in node.get("properties", [])},
        )
        for node in nodes
        if not node["ignored"]
    ]


def test_a_reader_of_the_screen_finds_fields_and_errors_by_their_names(form: Any) -> None:
    form.page.get_by_role("button", name="Sign in", exact=True).click()
    form.page.get_by_role("alert").get_by_text("Enter the password.").wait_for()
    heard = accessible(form.page)
    named = [(role, name) for role, name, _ in heard]
    assert named[0] == ("group", "Sign in")
    assert ("heading", "Sign in") in named
    used = [each for each in named if each[0] in ("textbox", "checkbox", "button")]
    assert used == [
        ("textbox", "User name"),
        ("textbox", "Password"),
        ("checkbox", "Remember in keyring"),
        ("button", "Sign in"),
        ("button", "Cancel"),
    ]
    alert = next(properties for role, _, properties in heard if role == "alert")
    assert alert["live"] == "assertive"


def test_the_password_is_the_browsers_own_field_with_its_own_warnings(form: Any) -> None:
    looks = form.page.eval_on_selector(
        PASSWORD_FIELD, "field => { const s = getComputedStyle(field); return [s.webkitTextSecurity, s.appearance]; }"
    )
    plain = form.page.evaluate(
        """() => {
            const field = document.body.appendChild(Object.assign(document.createElement("input"), {type: "password"}));
            const s = getComputedStyle(field);
            const own = [s.webkitTextSecurity, s.appearance];
            field.remove();
            return own;
        }"""
    )
    assert looks == plain  # a warning of Caps Lock belongs to the field: it goes where the field is redrawn
    form.page.keyboard.type("SHOUTED")
    assert form.page.eval_on_selector(PASSWORD_FIELD, "field => field.value") == "SHOUTED"


def test_a_password_that_is_left_in_the_field_is_not_saved_with_the_notebook(form: Any) -> None:
    form.page.get_by_label("Password", exact=True).fill(SECRET)
    form.page.get_by_label("User name", exact=True).click()
    form.page.wait_for_function(f"() => document.querySelector({PASSWORD_FIELD!r}).value === ''")
    form.theme("JupyterLab Dark")
    form.picture("password-held-dark", form.output(0))
    assert SECRET not in form.save()


def test_the_form_in_the_dark(form: Any) -> None:
    form.run_quietly("go_on.set()")
    form.theme("JupyterLab Dark")
    form.page.get_by_label("Password", exact=True).fill("wrong")
    form.page.keyboard.press("Enter")
    form.page.get_by_role("alert").wait_for()
    form.picture("sign-in-failed-dark", form.output(0))


def test_a_kernel_that_is_restarted_leaves_no_password_in_the_notebook(form: Any) -> None:
    form.page.get_by_label("Password", exact=True).fill(SECRET)
    form.page.get_by_label("User name", exact=True).click()
    form.page.wait_for_function(f"() => document.querySelector({PASSWORD_FIELD!r}).value === ''")
    form.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    assert SECRET not in form.save()
    assert SECRET not in form.page.content()
