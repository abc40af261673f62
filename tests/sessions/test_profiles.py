"""Profiles: targets by name, without secrets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.errors import UsageError
from lync_magic.sessions import computer_uri, plan, profiles_path

PROFILES = """
[contoso]
user = "kenmyer@contoso.com"
computer = "pool.contoso.com"
ssl = true
port = 8443
auth = "kerberos"
configuration = "Microsoft.Exchange"

[fabrikam]
user = "pilar@fabrikam.com"
env = "FABRIKAM"
keyring = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "profiles.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_a_profile_names_a_target(file: Any) -> None:
    found = plan({"user": "contoso"}, file=file(PROFILES)).target
    assert found.uri == "https://pool.contoso.com:8443/wsman"
    assert (found.user_name, found.auth) == ("kenmyer@contoso.com", "kerberos")
    assert found.configuration == "Microsoft.Exchange"


def test_a_profile_says_where_the_password_is(file: Any) -> None:
    found = plan({"user": "fabrikam"}, file=file(PROFILES))
    assert (found.env, found.token_env, found.keyring) == ("FABRIKAM", None, True)


def test_what_is_said_goes_before_the_profile(file: Any) -> None:
    found = plan({"user": "contoso", "auth": "ntlm", "port": 5986, "ca": "x.pem"}, file=file(PROFILES)).target
    assert (found.auth, found.uri, found.ca) == ("ntlm", "https://pool.contoso.com:5986/wsman", "x.pem")


@pytest.mark.parametrize("user", ["kenmyer@contoso.com", "CONTOSO\\kenmyer"])
def test_a_user_name_is_no_profile(file: Any, user: str) -> None:
    assert plan({"user": user}, file=file(PROFILES)).target.user_name == user


def test_with_a_place_or_a_domain_a_bare_word_is_a_user(file: Any) -> None:
    for more in ({"uri": "https://host/"}, {"computer": "host"}, {"override_admin_domain": "contoso.com"}):
        assert plan({"user": "administrator", **more}, file=file(PROFILES)).target.user_name == "administrator"


def test_a_name_that_nobody_knows_is_answered_with_the_nearest(file: Any) -> None:
    with pytest.raises(UsageError) as caught:
        plan({"user": "contosso"}, file=file(PROFILES))
    assert "neither a user name with a domain nor a profile" in caught.value.message
    assert "Did you mean contoso?" in caught.value.advice


@pytest.mark.parametrize(
    "line",
    [
        'password = "S3cret"',
        'Passwd = "S3cret"',
        'client_secret = "S3cret"',
        'api_key = "S3cret"',
        'access_token = "S3cret"',
        'key = "S3cret"',
        'uri = "https://kenmyer:S3cret@host/"',
        'proxy = "http://me:S3cret@proxy:8080"',
        'certificate_key = "-----BEGIN PRIVATE KEY-----S3cret"',
        'token_env = "eyJhbGciOiJub25lIn0.S3cret.x"',
    ],
)
def test_what_looks_like_a_secret_is_refused_and_not_repeated(file: Any, line: str) -> None:
    with pytest.raises(UsageError, match="looks like a secret") as caught:
        plan({"user": "contoso"}, file=file(f'[contoso]\nuser = "a@b.c"\n{line}\n'))
    assert "S3cret" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[contoso", "are no TOML"),
        ('password = "S3cret"\n[contoso', "are no TOML"),
        ('contoso = "x"', "is no profile"),
        ('[contoso]\nusr = "x"', "says 'usr'"),
        ('[contoso]\nport = "x"', "port in the profile contoso"),
        ('[contoso]\ncomputer = "a"\nuri = "https://b/"', "both given"),
        ("[contoso]\nport = 1", "none was given"),
    ],
)
def test_a_file_that_is_wrong_says_where(file: Any, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan({"user": "contoso"}, file=file(text))
    assert said in caught.value.message
    assert "S3cret" not in str(caught.value)


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        plan({"user": "contoso"}, file=str(tmp_path / "none.toml"))


def test_a_persons_own_profiles_are_in_the_folder_of_their_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert profiles_path().name == "profiles.toml"
    assert profiles_path().parent.name == "lync_magic"


def test_a_profile_is_connected_to_by_its_name(sandbox_server: Any, file: Any) -> None:
    address = sandbox_server()
    profiles = file(
        f'[litware]\nuser = "kenmyer@litwareinc.com"\nca = "{address["ca"]}"\n'
        f'override_discovery_uri = "{address["http"]}"\n'
    )
    with lync_magic.connect("litware", password="p@ssw0rd!", profile_file=profiles) as lync:
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


@pytest.mark.parametrize(
    ("said", "uri"),
    [
        ({"computer": "host"}, "http://host:5985/wsman"),
        ({"computer": "host", "ssl": True}, "https://host:5986/wsman"),
        ({"computer": "host", "port": 80}, "http://host:80/wsman"),
        ({"computer": "fe80::1", "ssl": True}, "https://[fe80::1]:5986/wsman"),
    ],
)
def test_a_computer_is_an_address_of_wsman(said: Any, uri: str) -> None:
    assert computer_uri(**said) == uri


@pytest.mark.parametrize("computer", ["", "https://host", "host:5985", "me@host", "two hosts"])
def test_what_is_no_computers_name_is_refused(computer: str) -> None:
    with pytest.raises(UsageError, match="no computer's name"):
        computer_uri(computer)


def test_a_computer_is_connected_to(sandbox_server: Any) -> None:
    address = sandbox_server()
    port = int(address["https"].rpartition(":")[2])
    with lync_magic.connect(
        "LITWAREINC\\kenmyer", password="p@ssw0rd!", computer="localhost", ssl=True, port=port, ca=address["ca"]
    ) as lync:
        assert lync.connection_uri == f"https://localhost:{port}/wsman"
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_profile_names_hosts_that_are_trusted_and_the_line_adds_to_them(file: Any) -> None:
    profiles = file('[contoso]\nuser = "ken@contoso.com"\nallow_hosts = ["pool.fabrikam.com"]\noauth = true\n')
    found = plan({"user": "contoso", "redirect_hosts": ["b.example"]}, file=profiles).target
    assert found.redirect_hosts == ("b.example", "pool.fabrikam.com")
    assert found.application is not None
    assert found.application.flow == "auto"


def test_hosts_that_are_no_texts_are_refused(file: Any) -> None:
    with pytest.raises(UsageError, match="has to be a list of texts"):
        plan({"user": "contoso"}, file=file('[contoso]\nuser = "ken@contoso.com"\nallow_hosts = [1]\n'))
