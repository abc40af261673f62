"""The words after %lync."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_magic.errors import UsageError
from lync_magic.magics.grammar import Verb
from lync_magic.magics.verbs import VERBS, overview, parsed_cell, split_line


def test_the_overview_names_every_verb_with_what_it_does() -> None:
    text = overview()
    for verb in VERBS.values():
        assert f"%lync {verb.name}" in text
        assert verb.summary in text


@pytest.mark.parametrize("verb", VERBS.values(), ids=list(VERBS))
def test_every_verb_has_help_that_shows_its_usage(verb: Verb) -> None:
    assert f"%lync {verb.name}" in verb.help()


@pytest.mark.parametrize(
    "line",
    [
        "user Secret123",
        "user --password Secret123",
        "-p Secret123 user",
        "--pwd=Secret123",
        "user --proxy http://ken:Secret123@proxy:8080",
        "user --proxy=ken:Secret123@proxy",
    ],
)
def test_a_password_on_the_line_is_refused_without_repeating_it(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        VERBS["connect"].parse(line)
    assert "Secret123" not in str(caught.value)
    assert "not belong on a magic's line" in str(caught.value)


def test_a_word_may_be_a_variable_of_the_notebook() -> None:
    variables = {"target": "contoso", "where": Path("a b"), "port": 81, "several": ["a"]}
    told = VERBS["connect"].parse("{target} --ca $where --port={port} --env '$target'", variables)
    assert (told.user, told.ca, told.port, told.env) == ("contoso", "a b", 81, "$target")
    with pytest.raises(UsageError, match="no variable targt. *\nDid you mean target"):
        VERBS["connect"].parse("$targt", variables)
    with pytest.raises(UsageError, match="several is a list"):
        VERBS["connect"].parse("{several}", variables)
    with pytest.raises(UsageError, match="none is empty"):
        VERBS["connect"].parse("$none", {"none": ""})


def test_what_a_variable_holds_is_not_repeated_in_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        VERBS["connect"].parse("ken@contoso.com --aut $own", {"own": "Secret123"})
    assert "Secret123" not in str(caught.value)


@pytest.mark.parametrize(
    ("verb", "line"),
    [("use", ""), ("use", "a b"), ("remove", "--every"), ("sandbox", "sideways"), ("connect", '"open')],
)
def test_arguments_that_do_not_fit_name_the_help(verb: str, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        VERBS[verb].parse(line)
    assert str(caught.value).startswith(f"%lync {verb}: ")


@pytest.mark.parametrize(
    ("line", "head", "text"),
    [
        ("Get-CsTenant", "", "Get-CsTenant"),
        ("-o kept Get-CsTenant -o x", "-o kept ", "Get-CsTenant -o x"),
        ("--as=pandas --quiet Get-CsTenant", "--as=pandas --quiet ", "Get-CsTenant"),
        ("eu Get-CsTenant", "eu ", "Get-CsTenant"),
        ("eu -o kept $users | Sort-Object", "eu -o kept ", "$users | Sort-Object"),
        ("kept << Get-CsTenant", "kept << ", "Get-CsTenant"),
        ("$x = 1 << 2", "", "$x = 1 << 2"),
        ("-5 + 3", "", "-5 + 3"),
    ],
)
def test_what_stands_before_powershell_is_told_from_it(line: str, head: str, text: str) -> None:
    assert split_line(line) == (head, text)


def test_a_name_before_two_arrows_keeps_and_does_not_show() -> None:
    told = parsed_cell("kept << --as pandas")
    assert (told.output, told.keeps_only, told.kind) == ("kept", True, "pandas")


@pytest.mark.parametrize("text", ["x", "-1", "nan", "1441"])
def test_a_time_that_is_none_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no number of minutes from 0 \(never\) to 1440"):
        VERBS["connect"].parse(f"user --idle={text}")


def test_two_ways_of_asking_for_the_password_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="not allowed with"):
        VERBS["connect"].parse("user --prompt --env NAME")


@pytest.mark.parametrize(
    "line",
    [
        "--prompt --password-fd 3 user",
        "--env A --token-env B user",
        "--device-code --token-env B user",
    ],
)
def test_one_source_of_the_secret_is_enough(line: str) -> None:
    with pytest.raises(UsageError, match="not allowed with"):
        VERBS["connect"].parse(line)


def test_the_keyring_goes_together_with_a_source_for_the_first_time() -> None:
    told = VERBS["connect"].parse("user --keyring --env NAME")
    assert told.keyring
    assert told.env == "NAME"


def test_to_forget_takes_no_password() -> None:
    with pytest.raises(UsageError) as caught:
        VERBS["forget"].parse("user Secret123")
    assert "Secret123" not in str(caught.value)


def test_every_way_to_sign_in_can_be_chosen() -> None:
    from lync_magic.sessions import AUTHENTICATIONS

    for method in AUTHENTICATIONS:
        assert VERBS["connect"].parse(f"user --auth {method}").auth == method


@pytest.mark.parametrize("verb", VERBS.values(), ids=list(VERBS))
@pytest.mark.parametrize("line", ["--help", "-h"])
def test_help_is_heard_on_every_verb(verb: Verb, line: str) -> None:
    assert verb.asks_help(line)


def test_an_option_of_a_script_file_is_the_files_own() -> None:
    assert not VERBS["run"].asks_help("report.ps1 -h")
    assert VERBS["connect"].asks_help("kenmyer@litwareinc.com --help")


@pytest.mark.parametrize(
    ("verb", "line", "meant"),
    [
        ("connect", "ken@litwareinc.com --atuh basic", "--auth"),
        ("connect", "ken@litwareinc.com --auth basik", "basic"),
        ("connect", "ken@litwareinc.com --paswrod=Secret123", ""),
        ("remove", "--al", "--all"),
        ("sandbox", "strat", "start"),
    ],
)
def test_a_word_that_is_not_known_is_answered_with_the_nearest_one(verb: str, line: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        VERBS[verb].parse(line)
    assert (f"Did you mean {meant}?" in str(caught.value)) == bool(meant)
    assert f"%lync {verb} --help" in str(caught.value)
    assert "Secret123" not in str(caught.value)
