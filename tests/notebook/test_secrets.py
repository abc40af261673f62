"""A search for the password in all that a kernel shows and keeps, in every form it could have there."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

PASSWORD = "p@ssw0rd!"
USER = "kenmyer@litwareinc.com"

pytestmark = pytest.mark.timeout(240)


def spellings(secret: str, user: str = USER) -> dict[str, str]:
    """The forms in which a secret could stand in a text."""
    wide = secret.encode("utf-16-le")
    return {
        "clear": secret,
        "reversed": secret[::-1],
        "base64": base64.b64encode(secret.encode()).decode().rstrip("="),
        "base64 of UTF-16": base64.b64encode(wide).decode().rstrip("="),
        "Basic": base64.b64encode(f"{user}:{secret}".encode()).decode().rstrip("="),
        "repr of UTF-16": repr(wide)[2:-1],
        "hex": secret.encode().hex(),
        "quoted": quote(secret, safe=""),
        "JSON": "".join(f"\\u{ord(one):04x}" for one in secret),
    }


def assert_absent(text: str, where: str) -> None:
    found = [form for form, spelling in spellings(PASSWORD).items() if spelling in text]
    assert not found, f"{where} holds the password: {', '.join(found)}"


def test_the_search_itself_finds_every_form() -> None:
    for spelling in spellings(PASSWORD).values():
        with pytest.raises(AssertionError):
            assert_absent(f"… {spelling} …", "this")


LOG_ALL = """
import io, logging
everything = io.StringIO()
logging.basicConfig(stream=everything, level=logging.DEBUG, force=True)
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
"""


@pytest.mark.parametrize(
    "auth", ["", "--auth ntlm --uri {https}/OcsPowershell", "--auth ntlm --uri {http}/OcsPowershell"]
)
def test_no_log_of_any_library_holds_it(start_kernel: Any, sandbox_server: Any, auth: str) -> None:
    address = sandbox_server()
    kernel = start_kernel(LYNC_PASSWORD=PASSWORD)
    where = auth.format(**address) or f"--override-discovery-uri {address['http']}"
    kernel.run("%load_ext lync_magic\nimport lync_magic.importing")
    kernel.run(LOG_ALL)
    outcome = kernel.run(f"%lync connect {USER} --env LYNC_PASSWORD --ca {address['ca']} {where}")
    assert outcome.status == "ok", outcome.error_text
    kernel.run("Get_CsTenant()\n%lync remove")
    logged = json.loads(kernel.run("import json; print(json.dumps(everything.getvalue()))").stdout)
    assert "urllib3" in logged  # what is not logged at all proves nothing
    assert_absent(logged, "the log")
    assert_absent(str(kernel.everything), "what the kernel said")


BREAK_INSIDE = """
import lync_magic, lync_magic.transports.wsman.connection as below
def broken(*_given, **_named):
    raise ZeroDivisionError("on purpose")
below.Connection.{method} = broken
"""


@pytest.mark.parametrize("method", ["build_session", "send_message"])
def test_a_verbose_traceback_of_a_defect_in_the_deep_does_not_show_it(start_kernel: Any, method: str) -> None:
    kernel = start_kernel(LYNC_PASSWORD=PASSWORD)
    kernel.run("%load_ext lync_magic\n%xmode Verbose")
    kernel.run(BREAK_INSIDE.format(method=method))
    outcome = kernel.run(f"%lync connect {USER} --env LYNC_PASSWORD")
    assert outcome.error_name == "ZeroDivisionError"
    assert "credential = UserName" in outcome.error_text.replace("\x1b[0m", "").replace("\x1b[39m", "") or (
        "credential" in outcome.error_text
    )
    assert_absent(outcome.error_text, "the traceback")
    frames = kernel.run(
        "import sys, traceback\ntraceback.TracebackException.from_exception("
        "sys.last_value, capture_locals=True).print(chain=True)"
    )
    assert "ZeroDivisionError" in frames.stderr
    assert_absent(frames.stderr, "the locals of the frames")


@pytest.mark.parametrize("wrong", [False, True])
def test_a_refused_log_on_shows_it_in_no_mode(start_kernel: Any, wrong: bool) -> None:
    user = USER if not wrong else "nobody@litwareinc.com"
    kernel = start_kernel(LYNC_PASSWORD=PASSWORD)
    kernel.run("%load_ext lync_magic\n%xmode Verbose")
    outcome = kernel.run(
        f"%lync connect {user} --env LYNC_PASSWORD --timeout 30 --auth basic"
        + (" --override-powershell-uri https://localhost:9/x" if not wrong else "")
    )
    assert outcome.error_name in ("EndpointUnreachable", "SignInFailed")
    assert_absent(str(kernel.everything), "what the kernel said")
    whole = kernel.run("%tb Verbose")
    assert_absent(whole.error_text + whole.stdout + whole.stderr, "%tb")


SEARCH = """
import gc
def found(numbers):
    wanted = bytes(numbers).decode()
    forms = (wanted, repr(wanted.encode("utf-16-le"))[2:-1])
    shown = []
    for one in gc.get_objects():
        if one is forms or one is shown or isinstance(one, type) or callable(one) or len(shown) > 5:
            continue
        try:
            text = repr(one).replace("password is " + wanted, "").replace("password " + wanted, "")  # our help says it
        except Exception:
            continue
        if any(form in text for form in forms):
            shown.append(f"{type(one).__module__}.{type(one).__qualname__}: {text[:80]}")
    return shown
for one in found(NUMBERS):
    print("FOUND", one)
print("searched")
"""


def test_no_object_of_the_process_shows_it_while_the_session_lives_and_after_it(start_kernel: Any) -> None:
    kernel = start_kernel(LYNC_PASSWORD=PASSWORD)
    connected = kernel.run(f"%load_ext lync_magic\n%lync connect {USER} --env LYNC_PASSWORD")
    assert connected.status == "ok", connected.error_text
    # The cell holds numbers in place of the word, so that its own text is not found.
    search = SEARCH.replace("NUMBERS", repr([ord(one) for one in PASSWORD]))
    for step in ("Get_CsTenant()", "%lync remove"):
        kernel.run(step)
        searched = kernel.run(search)
        assert searched.stdout == "searched\n", searched.stdout + searched.error_text
    planted = kernel.run(f"planted = ['{PASSWORD}']\n{search}")
    assert "FOUND" in planted.stdout  # the search finds what is there
