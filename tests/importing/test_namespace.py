"""What an import takes of a notebook's names, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import lync_magic
from lync_magic.errors import EvaluationError
from lync_magic.importing import import_session, modules
from lync_magic.magics.namespace import NotebookNamespace
from lync_magic.psrp import Event, WarningRecord
from lync_magic.sessions import Session

from .conftest import command

ODD = [command(name) for name in ("print", "type", "import", "run", "7z", "Get-Odd", "Get_Odd", "Frobnicate-It")]
MINE = "mine"


@pytest.fixture(scope="module")
def session(session_with: Callable[..., Session]) -> Session:
    return session_with(*ODD)


@pytest.fixture(scope="module")
def other(session_with: Callable[..., Session]) -> Session:
    return session_with(*ODD)


@pytest.fixture
def shell() -> InteractiveShell:
    return InteractiveShell()


@pytest.fixture
def imported(shell: InteractiveShell) -> Iterator[Callable[..., list[str]]]:
    """Import into the shell; what was warned of."""
    namespace, before = NotebookNamespace(shell), list(modules)

    def run(session: Session, *names: str, **how: Any) -> list[str]:
        warned: list[str] = []

        def report(event: Event) -> None:
            if isinstance(event, WarningRecord):
                warned.append(event.message)

        import_session(session, names or ("*",), namespace=namespace, report=report, **how)
        return warned

    yield run
    for module in modules:
        if module not in before:
            module.remove()


def the_modules(session: Session) -> list[Any]:
    return modules.of(session)


def test_pythons_own_names_stay_pythons(
    shell: InteractiveShell, session: Session, imported: Callable[..., list[str]]
) -> None:
    warned = imported(session)
    assert not {"print", "type", "import"} & set(shell.user_ns)
    assert shell.user_ns["type_"](Value=1)[0].Value == 1
    assert "'print, type'" not in warned[0]
    assert "import, print, type" in warned[0]
    assert "would shadow an existing local command" in warned[0]
    assert "%lync import" in warned[0]


def test_what_is_pythons_is_called_on_the_session(session: Session, imported: Callable[..., list[str]]) -> None:
    imported(session)
    for name in ("print_", "type_", "import_", "run_", "_7z"):
        assert getattr(session, name)(Value="x")[0].Value == "x"
    assert session.run.__self__ is session


def test_names_that_meet_are_both_there_and_it_is_said(
    shell: InteractiveShell, session: Session, imported: Callable[..., list[str]]
) -> None:
    warned = imported(session, "Get?Odd")
    assert (shell.user_ns["Get_Odd"].name, shell.user_ns["Get_Odd_"].name) == ("Get-Odd", "Get_Odd")
    assert warned == ["Names that are one in Python were told apart: Get_Odd is Get_Odd_."]


def test_a_verb_that_is_none_is_warned_of_unless_names_are_not_checked(
    session: Session, imported: Callable[..., list[str]]
) -> None:
    assert "unapproved verbs" in imported(session, "Frobnicate-It")[0]
    assert imported(session, "Frobnicate-It", prefix="P", check_names=False) == []


@pytest.mark.parametrize("name", ["Get_CsTenant", "print", "type", "Get_RCsTenant"])
@pytest.mark.parametrize("prefix", ["", "R"])
def test_a_persons_variable_survives_import_removal_and_the_next(
    name: str, prefix: str, shell: InteractiveShell, session: Session, imported: Callable[..., list[str]]
) -> None:
    shell.user_ns[name] = MINE
    imported(session, prefix=prefix)
    assert shell.user_ns[name] == MINE
    for module in the_modules(session):
        module.remove()
    assert shell.user_ns[name] == MINE
    imported(session, prefix=prefix)
    assert shell.user_ns[name] == MINE


def test_a_variable_that_holds_nothing_survives_too(
    shell: InteractiveShell, session: Session, imported: Callable[..., list[str]]
) -> None:
    shell.user_ns["Get_CsTenant"] = None
    imported(session)
    assert shell.user_ns["Get_CsTenant"] is None


def test_a_hidden_command_is_still_one_of_powershells(
    shell: InteractiveShell, session: Session, imported: Callable[..., list[str]]
) -> None:
    shell.user_ns["Get_CsTenant"] = MINE
    warned = imported(session, "Get-CsTenant")
    found = modules.find("Get-CsTenant", session)
    assert found is not None
    assert found().DisplayName == session.Get_CsTenant().DisplayName
    assert "session: Get_CsTenant()" in warned[0]


@pytest.mark.parametrize("name", ["Get_CsTenant", "print", "type"])
def test_what_an_import_was_told_to_take_comes_back(
    name: str, shell: InteractiveShell, session: Session, other: Session, imported: Callable[..., list[str]]
) -> None:
    shell.user_ns[name] = MINE
    assert imported(session, allow_clobber=True, check_names=False) == [
        "Names that are one in Python were told apart: Get_Odd is Get_Odd_."
    ]
    assert shell.user_ns[name].session is session
    imported(other, allow_clobber=True)
    assert shell.user_ns[name].session is other
    for module in the_modules(session):
        module.remove()
    assert shell.user_ns[name].session is other
    for module in the_modules(other):
        module.remove()
    assert shell.user_ns[name] == MINE


def test_what_a_person_bound_since_stays_theirs(
    shell: InteractiveShell, session: Session, imported: Callable[..., list[str]]
) -> None:
    shell.user_ns["Get_CsTenant"] = "before"
    imported(session, allow_clobber=True)
    shell.user_ns["Get_CsTenant"] = MINE
    for module in the_modules(session):
        module.remove()
    assert shell.user_ns["Get_CsTenant"] == MINE


def test_a_second_import_of_the_same_says_that_all_would_shadow(
    session: Session, imported: Callable[..., list[str]]
) -> None:
    imported(session, "Get-CsTenant")
    with pytest.raises(EvaluationError, match="all of the requested remote commands would shadow"):
        imported(session, "Get-CsTenant")
    assert "Get-CsTenant'" in imported(session, "Get-CsT*")[0]


def test_two_sessions_share_names_and_each_has_its_own(
    shell: InteractiveShell, session: Session, other: Session, imported: Callable[..., list[str]]
) -> None:
    imported(session)
    imported(other, replace_imported=True)
    assert shell.user_ns["Get_CsTenant"].session is other
    assert session.Get_CsTenant.session is session
    for module in the_modules(other):
        module.remove()
    the_modules(session)[0].republish()
    assert shell.user_ns["Get_CsTenant"].session is session


def test_the_parameters_of_import_pssession_choose(session: Session, imported: Callable[..., list[str]]) -> None:
    imported(session, modules=["LyncSandbox"], types=["Function"], check_names=False)
    assert {command.name for command in the_modules(session)[-1].commands.values()} == {one["name"] for one in ODD}
    with pytest.raises(EvaluationError, match="no command that matches"):
        imported(session, types=["Cmdlet"])


def test_a_line_that_is_an_imported_name_is_a_command(session: Session) -> None:
    shell = InteractiveShell.instance()
    try:
        shell.run_line_magic("load_ext", "lync_magic")
        import_session(session, ("type",), namespace=NotebookNamespace(shell))
        result = shell.run_cell("result = %lync type -Value 5")
        assert result.success, result.error_in_exec
        assert shell.user_ns["result"].Value == 5
    finally:
        for module in the_modules(session):
            module.remove()
        InteractiveShell.clear_instance()


def test_without_a_notebook_the_session_alone_has_names(session_with: Callable[..., Session]) -> None:
    own = session_with(command("set"))
    assert not hasattr(own, "set_")
    import_session(own)
    assert own.set_(Value=[1])[0].Value == [1]
    assert "set" not in vars(lync_magic)
