"""A person at a browser: a program for $BROWSER that opens a page in a real Chromium and signs in there.

python web_person.py USER PASSWORD [--cancel] URL
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import sync_playwright

SECONDS = 30.0


def main(user_name: str, password: str, *words: str) -> None:
    """Sign in at the address that comes last, and wait for the page that says how it went."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        # The sandbox's authority is one of its own, which no browser on this machine knows.
        page = browser.new_page(ignore_https_errors=True)
        page.set_default_timeout(SECONDS * 1000)
        page.goto(words[-1])
        if "--cancel" in words:
            page.get_by_role("button", name="Cancel").click()
        else:
            if page.get_by_label("User name").input_value() != user_name:
                page.get_by_label("User name").fill(user_name)
            page.get_by_label("Password").fill("wrong")
            page.get_by_role("button", name="Sign in").click()
            page.get_by_text("User name or password is wrong").wait_for()
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
        page.get_by_text("go back to the notebook").wait_for()
        print(page.get_by_role("heading").inner_text(), page.url)  # noqa: T201 - the test reads it
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
