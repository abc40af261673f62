"""A session's commands written to disk as a Python module: typed, without secrets, connected when first used."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lync_magic
from lync_magic.clixml import SecureString
from lync_magic.errors import CredentialNeeded, EvaluationError, SessionClosed, UsageError
from lync_magic.importing.exported import way_of
from lync_magic.sessions import Application, Session, SessionOption, Target, registry
from lync_magic.transports import ProxyLogOn

from .conftest import command

TYPED = {
    "Must": {"type": "String", "sets": {"(All)": {"mandatory": True, "position": 0}}},
    "Kind": {"type": "String", "values": ["a", "b'\""]},
    "Count": {"type": "Int32"},
    "class": {"type": "Int32"},
    "Value": {"by_value": True},
}


@pytest.fixture(scope="module")
def session(session_with: Callable[..., Session]) -> Session:
    return session_with(command("Test-Typed", TYPED), command("print"), command("remote"), command("Records"))


@pytest.fixture(scope="module")
def folder(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `lync_exported` was written."""
    folder = tmp_path_factory.mktemp("exported")
    files = lync_magic.export_session(
        session, folder / "lync_exported", ("*Typed", "print", "remote", "Records", "*Tenant")
    )
    assert [file.relative_to(folder).as_posix() for file in files] == [
        "lync_exported/__init__.py",
        "lync_exported/py.typed",
    ]
    return folder


@pytest.fixture
def module(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop("lync_exported", None)
    yield importlib.import_module("lync_exported")
    sys.modules.pop("lync_exported", None)


def test_it_is_typed_python_with_the_names_of_the_commands(folder: Path) -> None:
    text = (folder / "lync_exported" / "__init__.py").read_text("utf-8")
    made = {node.name: ast.unparse(node.args) for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert set(made) == {"Get_CsTenant", "Test_Typed", "print_", "remote_", "Records_"}
    assert made["Test_Typed"].startswith(
        "Must: str, *, Kind: Literal['a', 'b\\'\"'] | None=None, Count: int | None=None"
    )


def test_to_import_it_opens_no_session_and_a_call_uses_one_that_is_open(module: Any, session: Session) -> None:
    before = len(registry)
    assert "not connected" in repr(module.remote)
    assert len(registry) == before
    assert str(module.Test_Typed("x", Count=3)[0].Count) == "3"
    assert session.name in repr(module.remote)
    assert len(registry) == before
    assert module.Get_CsTenant.__doc__.startswith("The remote command Get-CsTenant.")
    assert [one.Must for batch in module.Test_Typed.stream("y") for one in batch] == ["y"]
    assert len(module.Test_Typed.pipe([1], Must="z")) == 1


def test_a_call_opens_a_session_where_none_is_open(
    module: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(module.remote), "_is_ours", lambda _self, _session: False)
    before = len(registry)
    try:
        assert module.Get_CsTenant().TenantId
        assert len(registry) == before + 1
        module.Get_CsTenant()
        assert len(registry) == before + 1
    finally:
        module.remote.session_for("").close()


def test_where_nobody_can_be_asked_it_says_how_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: (_ for _ in ()).throw(EOFError))
    module = lync_magic.importing.ExportedModule("lync_exported", user_name="nobody@nowhere.invalid")
    with pytest.raises(CredentialNeeded, match=r"lync_exported\.remote\.connect\(password="):
        module.session_for("Get-CsTenant")
    with pytest.raises(CredentialNeeded, match="token"):
        lync_magic.importing.ExportedModule("m", user_name="a@b.c", needs_secret=True).session_for("Get-CsTenant")


def test_no_secret_is_written() -> None:
    hidden = "hidden-from-all"
    target = Target(
        user_name="a@contoso.com",
        proxy=f"http://me:{hidden}@proxy:8080",
        proxy_log_on=ProxyLogOn("basic", "me", lambda: hidden),
        token=lambda: hidden,
        options=SessionOption(operation_timeout=9, application_arguments={"key": hidden}),
        redirect_hosts=("other.contoso.com",),
    )
    way = way_of(target)
    assert hidden not in repr(way)
    assert way == {
        "user_name": "a@contoso.com",
        "proxy": "http://proxy:8080",
        "options": {"operation_timeout": 9},
        "redirect_hosts": ("other.contoso.com",),
        "needs_secret": True,
    }
    application = Application("id", "contoso.com", SecureString(hidden))
    way = way_of(Target(user_name="a@contoso.com", application=application))
    assert way["application"] == {"client_id": "id", "tenant": "contoso.com"}
    assert way["needs_secret"]


def refused(session: Session, path: Path, *names: str, **how: Any) -> EvaluationError:
    with pytest.raises(EvaluationError) as caught:
        lync_magic.export_session(session, path, names or ("Get-CsTenant",), **how)
    return caught.value


def test_what_is_there_is_refused_in_powershells_words_unless_forced(session: Session, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("")
    error = refused(session, tmp_path / "there")
    assert error.error_id.startswith("ExportProxyCommand_OutputDirectoryExists,")
    assert error.message.startswith(f"The directory '{tmp_path / 'there'}' already exists.  Use the -Force parameter")
    error = refused(session, tmp_path / "file", force=True)
    assert error.error_id.startswith("ExportProxyCommand_CannotCreateOutputDirectory,")
    assert f"due to the following: The file '{tmp_path / 'file'}' already exists.. Use a different" in error.message
    assert refused(session, tmp_path / "file" / "below").error_id.startswith("ExportProxyCommand_CannotCreate")
    assert lync_magic.export_session(session, tmp_path / "there", ("Get-CsTenant",), force=True, encoding="utf8BOM")
    assert (tmp_path / "there" / "__init__.py").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_command_that_is_not_there_a_name_and_an_encoding_that_python_has_not(
    session: Session, tmp_path: Path
) -> None:
    error = refused(session, tmp_path / "none", "No-Such*")
    assert error.error_id == "ErrorNoResultsFromRemoteEnd,Microsoft.PowerShell.Commands.ExportPSSessionCommand"
    assert error.message == "Running the Get-Command command in a remote session returned no results."
    assert not (tmp_path / "none").exists()
    with pytest.raises(UsageError, match="no name of a Python module"):
        lync_magic.export_session(session, tmp_path / "my-commands")
    with pytest.raises(UsageError, match="unicode"):
        lync_magic.export_session(session, tmp_path / "mine", encoding="unicode")


def test_a_removed_session_cannot_be_exported(session_with: Callable[..., Session], tmp_path: Path) -> None:
    session = session_with()
    session.close()
    with pytest.raises(SessionClosed, match="State of runspace is not valid"):
        lync_magic.export_session(session, tmp_path / "gone")


def test_allow_clobber_takes_the_names_of_pythons_own(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lync_magic.export_session(session, tmp_path / "clobbering", ("print",), allow_clobber=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    module: ModuleType = importlib.import_module("clobbering")
    sys.modules.pop("clobbering")
    assert module.__all__ == ["remote", "print"]
