"""Where people and programs sign in at the token service: its endpoints, and the pages that a person fills in.

Rules of this file: forms in, pages and documents out; who may have what is `tokens.py`'s. What a page repeats is
escaped; an answer goes to a program on this machine only (RFC 8252 7.3).
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

from lync_magic.sandbox.site import Handler, json_answer

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_KEPT: Final = (
    "client_id",
    "redirect_uri",
    "response_mode",
    "response_type",
    "state",
    "scope",
    "resource",
    "code_challenge",
    "code_challenge_method",
    "nonce",
)
"""What a program says of itself when it sends a person here; the page hands it on."""


class TokenHandler(Handler):
    """The token service."""

    async def post(self, tenant: str, endpoint: str) -> None:
        """A grant, or a device code."""
        if not self.is_secure:
            self.set_status(403)
            return
        asked = self.site.tokens.device_code if endpoint.lower() == "devicecode" else self.site.tokens.token
        self.set_header("Cache-Control", "no-store")
        await self.deliver(json_answer(*asked(self.form())), self.site.mishaps.pick(("token",)))


class ConfigurationHandler(Handler):
    """What client libraries ask the token service first."""

    def get(self, tenant: str) -> None:
        """The OpenID configuration."""
        self.send_json(200, self.site.tokens.configuration(tenant))


class DeviceLoginHandler(Handler):
    """The page where a person enters the code that a program shows."""

    def get(self) -> None:
        """The form."""
        self._show("")

    def post(self) -> None:
        """The form, filled in."""
        form = self.form()
        is_right = self.is_secure and self.site.tokens.approve(
            form.get("user_code", ""), form.get("user_name", ""), form.get("password", "")
        )
        if not is_right:
            self.set_status(400)
        self._show(
            "You have signed in. You may close this window." if is_right else "Code, user name or password is wrong."
        )

    def _show(self, message: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(
            '<!doctype html><html lang="en"><title>Sign in to the sandbox</title><h1>Enter code</h1>'
            f"<p>{html.escape(message)}</p>"
            '<form method="post"><p><label>Code <input name="user_code"></label></p>'
            '<p><label>User name <input name="user_name"></label></p>'
            '<p><label>Password <input name="password" type="password"></label></p>'
            "<p><button>Sign in</button></p></form></html>"
        )


class AuthorizeHandler(Handler):
    """The authorization endpoint (RFC 6749 3.1): a person signs in here in a browser, for a program on this machine."""

    def get(self) -> None:
        """The form."""
        asked = {name: self.get_query_argument(name, "") for name in _KEPT}
        self._show(asked, self.get_query_argument("login_hint", ""), "")

    def post(self) -> None:
        """The form, filled in or given up."""
        form = self.form()
        asked = {name: form.get(name, "") for name in _KEPT}
        if not self._may_answer(asked):
            return
        if "cancel" in form:
            said = {"error": "access_denied", "error_description": "AADSTS65004: User declined to sign in."}
            self._answer(asked, said)
            return
        code = self.site.tokens.authorize(asked, form.get("user_name", ""), form.get("password", ""))
        if code is None:
            self.set_status(400)
            self._show(asked, form.get("user_name", ""), "User name or password is wrong.")
        else:
            self._answer(asked, {"code": code})

    def _may_answer(self, asked: Mapping[str, str]) -> bool:
        """Whether the program may be answered at all; it gets no answer otherwise, and the person is told."""
        place = urlsplit(asked["redirect_uri"])
        is_good = (
            self.is_secure
            and (place.scheme, place.hostname in _LOOPBACK) == ("http", True)
            and asked["response_type"] == "code"
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] != ""
        )
        if not is_good:
            self.set_status(400)
            self._write("AADSTS50011: The program that sent you here may not be answered.", "")
        return is_good

    def _show(self, asked: Mapping[str, str], user_name: str, message: str) -> None:
        if not self._may_answer(asked):
            return
        hidden = "".join(_hidden(name, value) for name, value in asked.items())
        self._write(
            message,
            f'<form method="post">{hidden}'
            f'<p><label>User name <input name="user_name" value="{html.escape(user_name)}"></label></p>'
            '<p><label>Password <input name="password" type="password"></label></p>'
            '<p><button>Sign in</button> <button name="cancel" value="1">Cancel</button></p></form>',
        )

    def _answer(self, asked: Mapping[str, str], said: Mapping[str, str]) -> None:
        """Send the browser back to the program, with a form or with the address (OAuth 2.0 Form Post)."""
        answer = {**said, "state": asked["state"]}
        if asked["response_mode"] != "form_post":
            self.redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")
            return
        hidden = "".join(_hidden(name, value) for name, value in answer.items())
        self._write(
            "You are sent back.",
            f'<form method="post" action="{html.escape(asked["redirect_uri"])}">{hidden}<button>Go on</button></form>'
            "<script>document.forms[0].submit()</script>",
        )

    def _write(self, message: str, form: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.write(
            '<!doctype html><html lang="en"><title>Sign in to the sandbox</title><h1>Sign in</h1>'
            f"<p>{html.escape(message)}</p>{form}</html>"
        )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
