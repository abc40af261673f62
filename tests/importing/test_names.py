"""Which commands are imported, and what they are called."""

from __future__ import annotations

import pytest

from lync_magic.importing.names import (
    ALWAYS_SKIPPED,
    LONGEST_NAME,
    RemoteName,
    choose,
    is_safe,
    python_name,
    python_names,
    to_skip,
    unapproved,
    with_prefix,
)


def test_what_remoting_itself_needs_is_not_imported() -> None:
    commands = [RemoteName(name, "Function") for name in (*ALWAYS_SKIPPED, "Get-CsTenant")]
    assert list(choose(commands, ("*",), to_skip({}))) == ["get-cstenant"]


def test_what_is_asked_for_by_name_is_imported_all_the_same() -> None:
    commands = [RemoteName("Get-Help", "Function")]
    assert list(choose(commands, ("get-help",), to_skip({}))) == ["get-help"]


def test_the_servers_own_exclusions_take_the_place_of_the_usual_ones() -> None:
    skipped = to_skip({"ImplicitRemoting": {"CommandsToSkip": ["Get-CsTenant"]}})
    commands = [RemoteName("Get-CsTenant", "Function"), RemoteName("Get-Help", "Function")]
    assert list(choose(commands, ("*",), skipped)) == ["get-help"]


def test_an_alias_beats_a_function_beats_a_cmdlet() -> None:
    commands = [RemoteName("a-b", kind) for kind in ("Cmdlet", "Alias", "Function")]
    assert choose(commands, ("*",), frozenset())["a-b"].kind == "Alias"


@pytest.mark.parametrize("kind", ["Application", "ExternalScript", "Script"])
def test_programs_and_scripts_are_not_imported(kind: str) -> None:
    assert choose([RemoteName("x", kind)], ("*",), frozenset()) == {}


@pytest.mark.parametrize("name", ["Get-X;Remove-Y", "Get X", "", "x" * (LONGEST_NAME + 1), "Get-X\n", "Get-$x"])
def test_a_name_that_could_be_code_is_not_safe(name: str) -> None:
    assert not is_safe(name)


@pytest.mark.parametrize("name", ["Get-CsTenant", "Größe-日本", "a.b:c\\d_e", "x" * LONGEST_NAME])
def test_letters_of_all_scripts_and_some_punctuation_are_safe(name: str) -> None:
    assert is_safe(name)


def test_a_pattern_matches_in_any_case() -> None:
    commands = [RemoteName("Get-CsTenant", "Function"), RemoteName("Set-CsUser", "Function")]
    assert list(choose(commands, ("GET-cs*",), frozenset())) == ["get-cstenant"]


@pytest.mark.parametrize(
    ("name", "python"),
    [("Get-CsTenant", "Get_CsTenant"), ("7z", "_7z"), ("import", "import_"), ("a.b:c", "a_b_c"), ("%", "__")],
)
def test_a_name_becomes_a_python_identifier(name: str, python: str) -> None:
    assert python_name(name) == python
    assert python_name(name).isidentifier()


def test_a_prefix_goes_before_the_noun() -> None:
    assert with_prefix("Get-CsTenant", "Remote") == "Get-RemoteCsTenant"
    assert with_prefix("more", "Remote") == "Remotemore"


@pytest.mark.parametrize("name", ["print", "type", "set", "dir", "help", "list", "id", "input", "class", "match", "_"])
def test_what_python_means_by_a_name_is_never_a_commands(name: str) -> None:
    assert python_name(name) == f"{name}_"


def test_a_name_that_python_reads_as_another_is_that_one() -> None:
    assert python_name("Get-ﬁle") == "Get_file"


def test_names_that_meet_are_told_apart_the_hyphen_first() -> None:
    names = python_names(sorted(["Get_Odd", "Get-Odd", "Get.Odd", "Get-Even"]))
    assert names == {"Get-Even": "Get_Even", "Get-Odd": "Get_Odd", "Get.Odd": "Get_Odd_", "Get_Odd": "Get_Odd__"}


def test_built_ins_are_taken_where_that_is_allowed_but_keywords_never() -> None:
    names = python_names(["print", "import"], pythons_too=True)
    assert names == {"print": "print", "import": "import_"}


def test_verbs_that_powershell_does_not_know_are_found() -> None:
    assert unapproved(["Get-A", "Frobnicate-B", "plain"]) == ["Frobnicate-B"]


def test_only_commands_of_the_kinds_asked_for_are_imported() -> None:
    commands = [RemoteName("a", "Alias"), RemoteName("Get-F", "Function"), RemoteName("prog", "Application")]
    assert list(choose(commands, ("*",), frozenset(), ("function",))) == ["get-f"]
    assert list(choose(commands, ("*",), frozenset(), ("Application", "Alias"))) == ["a", "prog"]
