"""Other ways to sign in than the form, in a real kernel: keyring, descriptor, token, profile, code."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import requests

USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"

pytestmark = pytest.mark.timeout(240)

KEYRING = '''
"""A keyring in a file, as a plug-in of the library keyring."""
import json, os
from keyring.backend import KeyringBackend

class FileKeyring(KeyringBackend):
    priority = 1
    path = os.environ["TEST_KEYRING_FILE"]

    def read(self):
        return json.load(open(self.path)) if os.path.exists(self.path) else {}

    def write(self, kept):
        with open(self.path, "w") as file:
            json.dump(kept, file)

    def get_password(self, service, username):
        return self.read().get(service + "/" + username)

    def set_password(self, service, username, password):
        self.write({**self.read(), service + "/" + username: password})

    def delete_password(self, service, username):
        kept = self.read()
        del kept[service + "/" + username]
        self.write(kept)
'''


@pytest.fixture
def keyring_kernel(start_kernel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "file_keyring.py").write_text(KEYRING, encoding="utf-8")
    kept = tmp_path / "kept.json"

    path = os.pathsep.join(part for part in (str(tmp_path), os.environ.get("PYTHONPATH", "")) if part)
    kernel = start_kernel(
        PYTHONPATH=path, PYTHON_KEYRING_BACKEND="file_keyring.FileKeyring", TEST_KEYRING_FILE=str(kept)
    )
    kernel.kept = kept
    assert kernel.run("%load_ext lync_magic").status == "ok"
    return kernel


def sign_in_at_the_second_try(kernel: Any) -> None:
    """In the form that stands: a wrong password, which is not kept, then the right one."""
    kernel.submit_form("wrong")
    kernel.wait(lambda: "Logon failed" in str(kernel.widgets))
    assert not kernel.kept.exists()
    kernel.submit_form(PASSWORD)


def test_the_keyring_asks_once_keeps_what_was_good_and_forgets(keyring_kernel: Any) -> None:
    kernel = keyring_kernel
    cell = kernel.send(f"%lync connect {USER} --keyring")
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    sign_in_at_the_second_try(kernel)
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    assert json.loads(kernel.kept.read_text()) == {f"lync_magic/{USER}": PASSWORD}

    kernel.run("%lync remove")
    again = kernel.run(f"%lync connect {USER} --keyring", stdin=False)
    assert again.status == "ok", again.error_text
    assert "commands imported" in again.stdout

    forgotten = kernel.run("%lync forget")
    assert forgotten.stdout == f"The password of {USER} is no longer in the keyring.\n"
    assert json.loads(kernel.kept.read_text()) == {}
    assert kernel.run(f"%lync forget {USER}").stdout == f"None is kept for {USER}.\n"
    assert PASSWORD not in str(kernel.everything)


def test_what_is_kept_for_a_computer_is_forgotten_with_its_session(keyring_kernel: Any, sandbox_server: Any) -> None:
    address, kernel = sandbox_server(), keyring_kernel
    entry = f"lync_magic/{USER} at localhost:{address['https'].rpartition(':')[2]}"
    kernel.kept.write_text(json.dumps({entry: PASSWORD}))
    place = f"--uri {address['https']}/OcsPowershell --auth ntlm --ca {address['ca']}"
    outcome = kernel.run(f"%lync connect {USER} --keyring {place}", stdin=False)
    assert outcome.status == "ok", outcome.error_text
    assert "no longer in the keyring" in kernel.run("%lync forget").stdout
    assert json.loads(kernel.kept.read_text()) == {}


def test_a_kept_password_that_has_changed_says_how_to_forget_it(keyring_kernel: Any) -> None:
    keyring_kernel.kept.write_text(json.dumps({f"lync_magic/{USER}": "old one"}))
    outcome = keyring_kernel.run(f"%lync connect {USER} --keyring")
    assert outcome.error_name == "SignInFailed"
    assert f"%lync forget {USER}" in outcome.error_text
    assert "old one" not in str(keyring_kernel.everything)


def show_form(kernel: Any, line: str) -> str:
    """Run `%lync connect` and let it show its form; the cell's id."""
    cell: str = kernel.send(line)
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    return cell


def tick(kernel: Any, *, value: bool = True) -> None:
    """Change "Remember in keyring" in the form that waits."""
    box = kernel.widget(description="Remember in keyring")
    kernel.comm(box, {"method": "update", "state": {"value": value}, "buffer_paths": []})


def test_a_ticked_box_keeps_what_was_good_and_it_is_found_and_forgotten(keyring_kernel: Any) -> None:
    kernel = keyring_kernel
    cell = show_form(kernel, f"%lync connect {USER}")
    tick(kernel)
    sign_in_at_the_second_try(kernel)
    kernel.wait(lambda: "in your keyring" in kernel.outcome(cell).stdout)
    assert json.loads(kernel.kept.read_text()) == {f"lync_magic/{USER}": PASSWORD}

    kernel.run("%lync remove")
    again = kernel.run(f"%lync connect {USER} --keyring --no-import", stdin=False)
    assert again.status == "ok", again.error_text
    assert "no longer in the keyring" in kernel.run("%lync forget").stdout
    assert json.loads(kernel.kept.read_text()) == {}
    assert PASSWORD not in str(kernel.everything)


@pytest.mark.parametrize("option", ["", "--keyring"])
def test_a_box_that_is_not_ticked_keeps_nothing(keyring_kernel: Any, option: str) -> None:
    kernel = keyring_kernel
    cell = show_form(kernel, f"%lync connect {USER} --no-import {option}")
    assert kernel.widgets[kernel.widget(description="Remember in keyring")]["value"] is bool(option)
    tick(kernel, value=False)
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "Opened" in kernel.outcome(cell).text)
    kernel.run("pass")  # what the cell said after it has come
    assert "keyring" not in kernel.outcome(cell).stdout
    assert not kernel.kept.exists()


MEMORY_KEYRING = """
import keyring
from keyring.backend import KeyringBackend

class MemoryKeyring(KeyringBackend):
    priority, kept = 1, {}
    def get_password(self, service, username):
        return self.kept.get((service, username))
    def set_password(self, service, username, password):
        self.kept[service, username] = password
    def delete_password(self, service, username):
        del self.kept[service, username]

class BrokenKeyring(MemoryKeyring):
    def set_password(self, service, username, password):
        raise OSError(f"cannot keep {password} for {username}")
"""


def test_a_keyring_that_was_set_in_the_kernel_is_used_and_one_that_fails_costs_no_session(kernel: Any) -> None:
    kernel.run(MEMORY_KEYRING + "keyring.set_keyring(BrokenKeyring())")
    for expected in ("The password was not kept: The keyring does not work: OSError.", "The password is in your"):
        cell = show_form(kernel, f"%lync connect {USER} --no-import --new")
        tick(kernel)
        kernel.submit_form(PASSWORD)
        kernel.wait(lambda cell=cell, text=expected: text in kernel.outcome(cell).stdout)
        assert "Opened" in kernel.outcome(cell).text
        kept = kernel.run("print({who: word[::-1] for who, word in MemoryKeyring.kept.items()})").stdout
        kernel.run("keyring.set_keyring(MemoryKeyring())")
    assert kept == f"{{('lync_magic', '{USER}'): '{PASSWORD[::-1]}'}}\n"
    assert PASSWORD not in str(kernel.everything)


NO_KEYRING = {
    "none that works": "import keyring, keyring.backends.fail as none\nkeyring.set_keyring(none.Keyring())",
    "switched off": "import keyring, keyring.backends.null as null\nkeyring.set_keyring(null.Keyring())",
    "not to be loaded": "import os\nos.environ['PYTHON_KEYRING_BACKEND'] = 'no_such_module.Keyring'",
    "no library": "import sys\nsys.modules['keyring'] = None",
}


@pytest.mark.parametrize("setting", NO_KEYRING.values(), ids=NO_KEYRING.keys())
def test_where_no_keyring_works_the_form_has_no_box_and_the_option_says_why(kernel: Any, setting: str) -> None:
    assert kernel.run(setting).status == "ok"
    show_form(kernel, f"%lync connect {USER} --no-import")
    kernel.wait(lambda: "PasswordModel" in str(kernel.widgets))
    assert "CheckboxModel" not in str(kernel.widgets)
    refused = kernel.run(f"%lync connect {USER} --keyring")
    assert refused.error_name in ("CredentialNeeded", "DependencyMissing")
    assert "eyring" in refused.error_text


def test_a_password_from_a_descriptor(kernel: Any) -> None:
    numbers = list(PASSWORD.encode())
    kernel.run(f"import os\nreading, writing = os.pipe()\nos.write(writing, bytes({numbers}))\nos.close(writing)")
    descriptor = kernel.run("print(reading)").stdout.strip()
    outcome = kernel.run(f"%lync connect {USER} --password-fd {descriptor}", stdin=False)
    assert outcome.status == "ok", outcome.error_text
    assert "commands imported" in outcome.stdout


def test_a_profile_with_ntlm_on_a_computer_and_a_password_forgotten_at_once(
    kernel: Any, sandbox_server: Any, tmp_path: Path
) -> None:
    address = sandbox_server()
    port = address["https"].rpartition(":")[2]
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(
        f'[litware]\nuser = "LITWAREINC\\\\kenmyer"\ncomputer = "localhost"\nssl = true\nport = {port}\n'
        f'ca = "{address["ca"]}"\nauth = "negotiate"\nenv = "LYNC_PASSWORD"\n'
    )
    outcome = kernel.run(f"%lync connect litware --profile-file {profiles} --forget")
    assert outcome.status == "ok", outcome.error_text
    assert kernel.run("print(Get_CsTenant().DisplayName)").stdout == "Litware, Inc.\n"


def test_a_profile_that_is_not_there_is_one_clear_error(kernel: Any, tmp_path: Path) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text('[contoso]\nuser = "a@b.c"\npassword = "S3cret"\n')
    outcome = kernel.run(f"%lync connect contosso --profile-file {profiles}")
    assert outcome.error_name == "UsageError"
    assert "Did you mean contoso?" in outcome.error_text
    outcome = kernel.run(f"%lync connect contoso --profile-file {profiles}")
    assert "looks like a secret (password)" in outcome.error_text
    assert "S3cret" not in str(kernel.everything)


def fetch_token(address: Any) -> str:
    form = {"grant_type": "password", "username": USER, "password": PASSWORD, "client_id": "any"}
    form["resource"] = f"{address['https']}/OcsPowershellOAuth"
    answer = requests.post(f"{address['https']}/common/oauth2/token", data=form, verify=address["ca"], timeout=10)
    token: str = answer.json()["access_token"]
    return token


def test_a_token_from_the_environment_and_one_in_a_cell_of_powershell(start_kernel: Any, sandbox_server: Any) -> None:
    address = sandbox_server()
    token = fetch_token(address)
    kernel = start_kernel(LYNC_TOKEN=token, OTHER_TOKEN=token)
    kernel.run("%load_ext lync_magic")
    where = f"--ca {address['ca']} --override-discovery-uri {address['http']}"
    outcome = kernel.run(
        f"%lync connect {USER} --token-env LYNC_TOKEN {where}\nimport os\nprint('LYNC_TOKEN' in os.environ)"
    )
    assert outcome.status == "ok", outcome.error_text
    assert outcome.stdout.endswith("False\n")
    kernel.run("%lync remove")
    # Without --ca in PowerShell's own parameters, the authority comes from the environment, as for other programs.
    kernel.run(
        f"os.environ['REQUESTS_CA_BUNDLE'] = {address['ca']!r}\nimport lync_magic\n"
        "token = lync_magic.SecureString(os.environ.pop('OTHER_TOKEN'))"
    )
    cell = kernel.run(
        f"%%lync\n$session = New-CsOnlineSession -OAuthAccessToken $token -UserName {USER} "
        f"-OverrideDiscoveryUri {address['http']}\nImport-PSSession $session\nGet-CsTenant | Select-Object DisplayName"
    )
    assert cell.status == "ok", cell.error_text + cell.stderr
    assert "Litware, Inc." in cell.text
    assert token not in str(kernel.everything)


def test_a_code_in_a_browser(kernel: Any, sandbox_server: Any) -> None:
    address = sandbox_server()
    where = f"--ca {address['ca']} --override-discovery-uri {address['http']}"
    cell = kernel.send(f"%lync connect {USER} --device-code {where}")
    kernel.wait(lambda: "enter the code" in kernel.outcome(cell).stdout)
    code = kernel.outcome(cell).stdout.rpartition("the code ")[2].split()[0]
    form = {"user_code": code, "user_name": USER, "password": PASSWORD}
    requests.post(f"{address['https']}/devicelogin", data=form, verify=address["ca"], timeout=10).raise_for_status()
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    kernel._reply(cell, 10)
    assert kernel.run("print(Get_CsTenant().DisplayName)").stdout == "Litware, Inc.\n"


def test_a_wait_for_a_code_is_ended_by_an_interrupt(kernel: Any, sandbox_server: Any) -> None:
    address = sandbox_server()
    where = f"--ca {address['ca']} --override-discovery-uri {address['http']}"
    cell = kernel.send(f"%lync connect {USER} --device-code {where}")
    kernel.wait(lambda: "enter the code" in kernel.outcome(cell).stdout)
    kernel.interrupt()
    kernel.wait(lambda: kernel.outcome(cell).status == "idle", 20)
    assert kernel.outcome(cell).error_name == "KeyboardInterrupt"


def test_a_credential_is_shown_as_the_document_shows_it_and_options_are_taken(kernel: Any, sandbox_server: Any) -> None:
    address = sandbox_server()
    kernel.run(f"import os\nos.environ['REQUESTS_CA_BUNDLE'] = {address['ca']!r}")
    cell = kernel.send(
        f"%%lync\n$credential = Get-Credential -UserName {USER} -Message 'Who are you?'\n$credential\n"
        "$option = New-PSSessionOption -Culture fr-FR -IdleTimeout 60000 -NoMachineProfile\n"
        "$session = New-CsOnlineSession -Credential $credential -SessionOption $option "
        f"-OverrideDiscoveryUri {address['http']}\n$session"
    )
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "Opened" in kernel.outcome(cell).text or "Error" in kernel.outcome(cell).stderr)
    shown = kernel.outcome(cell)
    assert "Opened" in shown.text, shown.stderr
    assert (
        "UserName               Password\n"
        "--------               --------\n"
        "kenmyer@litwareinc.com System.Security.SecureString\n"
    ) in shown.stdout
    assert kernel.run("credential").result["text/plain"].endswith("System.Security.SecureString")
    for attempt in (
        "vars(credential)",
        "import json; json.dumps(credential)",
        "import pickle; pickle.dumps(credential)",
    ):
        assert kernel.run(attempt).error_name == "TypeError"
    assert PASSWORD not in str(kernel.everything)


def test_an_option_to_send_without_encryption_is_refused(kernel: Any) -> None:
    outcome = kernel.run("%%lync\n$option = New-PSSessionOption -NoEncryption")
    assert outcome.status == "error"
    assert "never sent without encryption" in outcome.error_text
