"""`%lync connect --ssh` as a person meets it: what ssh asks, on one card, in a light and in a dark theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sshd import PASSWORD, PHRASE

from lync_magic.sessions import find_powershell

pytestmark = pytest.mark.timeout(300)

NAME = "print(Get_CsTenant().DisplayName)"
FOCUSED = "() => document.activeElement.textContent.trim() || document.activeElement.type"


@pytest.fixture
def connecting(open_notebook: Callable[..., Any], sshd: Any) -> Callable[..., Any]:
    """Run `%lync connect --ssh` with these options of ssh in a notebook; its form has come."""

    def run(options: list[str], rest: str = "") -> Any:
        line = " ".join([f"%lync connect --ssh {sshd.place} {rest}", *(f"--ssh-option {one}" for one in options)])
        notebook = open_notebook(f"%load_ext lync_magic\n{line}", NAME)
        notebook.run(0)
        notebook.page.get_by_role("heading", name="Connect over SSH").wait_for()
        return notebook

    return run


def focus_is_on(notebook: Any, what: str) -> None:
    notebook.page.wait_for_function(f"({FOCUSED})() === {what!r}")


def test_by_keyboard_alone_over_an_unknown_host_and_a_wrong_password(connecting: Any, sshd: Any) -> None:
    if not sshd.takes_password:
        pytest.skip("this sshd takes no password: the tests do not run as root")
    notebook = connecting(sshd.password_only(known=sshd.fresh_known_hosts("known_by_browser")))
    page, keyboard = notebook.page, notebook.page.keyboard
    page.get_by_text(sshd.fingerprint).wait_for()
    focus_is_on(notebook, "Refuse")  # what is pressed too soon accepts nothing
    notebook.picture("ssh-host-key", notebook.output(0))
    keyboard.press("Shift+Tab")
    focus_is_on(notebook, "Accept")
    keyboard.press("Enter")
    page.get_by_text("'s password").wait_for()
    focus_is_on(notebook, "password")
    notebook.picture("ssh-password", notebook.output(0))
    keyboard.type("wrong")
    keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("That was not accepted.").wait_for()
    focus_is_on(notebook, "password")
    notebook.picture("ssh-password-again", notebook.output(0))
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Signed in as root on 127.0.0.1.").wait_for()
    notebook.output(0).get_by_text("45 commands imported").wait_for()
    notebook.picture("ssh-connected", notebook.output(0))
    notebook.run(1)
    assert notebook.output(1).inner_text().strip() == "Litware, Inc."
    assert sshd.knows("known_by_browser")
    assert PASSWORD not in notebook.save()


def test_a_cell_of_the_powershell_kernel_waits_for_its_form_and_so_does_the_next(
    open_notebook: Callable[..., Any], sshd: Any
) -> None:
    if find_powershell() is None:
        pytest.skip("no PowerShell on this machine")
    told = [*sshd.options(known=sshd.fresh_known_hosts("known_by_kernel"), key="locked_key")]
    options = "; ".join("{} = '{}'".format(*one.split("=", 1)) for one in told)
    opening = f"$s = New-PSSession -HostName 127.0.0.1 -Port {sshd.port} -Options @{{ {options} }}"
    notebook = open_notebook(
        opening, "Invoke-Command $s { Get-CsTenant } | Format-List DisplayName", kernel="lync_magic"
    )
    page = notebook.page
    notebook.start(0)
    notebook.start(1)
    page.get_by_text(sshd.fingerprint).wait_for()
    notebook.picture("kernel-ssh-host-key")
    page.get_by_role("button", name="Accept").click()
    for phrase in ("wrong", PHRASE):  # a widget's second message needs its first one to have been answered
        page.get_by_label("Passphrase").click()
        page.keyboard.type(phrase)
        page.keyboard.press("Enter")
        if phrase != PHRASE:
            page.get_by_role("alert").get_by_text("That was not accepted.").wait_for()
    notebook.done(1)
    assert "Litware, Inc." in notebook.output(1).inner_text()
    notebook.picture("kernel-ssh-connected")
    assert PHRASE not in notebook.save()


def test_a_host_that_was_refused_leaves_one_line(connecting: Any, sshd: Any) -> None:
    notebook = connecting(sshd.options(known=sshd.fresh_known_hosts("known_not")))
    notebook.page.get_by_role("button", name="Refuse").click()
    notebook.page.get_by_text("The host key was not accepted.").wait_for()
    notebook.picture("ssh-refused", notebook.output(0))
    assert "widget-view" not in notebook.save()


def test_a_phrase_in_the_dark_theme_and_what_is_said_when_ssh_gives_up(connecting: Any, sshd: Any) -> None:
    options = [*sshd.options(key="none"), "NumberOfPasswordPrompts=1", "PreferredAuthentications=publickey"]
    notebook = connecting(options, f"--key {sshd.key('locked_key')}")
    notebook.theme("JupyterLab Dark")
    page, keyboard = notebook.page, notebook.page.keyboard
    page.get_by_label("Passphrase").click()
    notebook.picture("ssh-phrase-dark", notebook.output(0))
    keyboard.type("wrong")
    keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("Permission denied").wait_for()
    notebook.picture("ssh-denied-dark", notebook.output(0))
    keyboard.type(PHRASE)
    keyboard.press("Enter")
    notebook.output(0).get_by_text("45 commands imported").wait_for()
