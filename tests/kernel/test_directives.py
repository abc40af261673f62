"""The `#!` lines of .NET Interactive's notebooks, in a real kernel: as they are, or refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lync_magic.errors import UsageError
from lync_magic.kernel.words import Asked, Usage, Word, asked_by, options_of, words_of

from .conftest import Kernel


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--name x --value 5", ["--name", "x", "--value", "5"]),
        ('--value "one two"', ["--value", "one two"]),
        ('--value @input:"Your name?"', ["--value", "@input:Your name?"]),
        (r'"C:\data\a.ps1"', [r"C:\data\a.ps1"]),
        (r'"a \"b\" c"', ['a "b" c']),
        ('@input:{"prompt": "a b"} x', ['@input:{"prompt": "a b"}', "x"]),
        ('{"a": [1, 2]}', ['{"a": [1, 2]}']),
        ("", []),
    ],
)
def test_a_line_falls_into_words(line: str, words: list[str]) -> None:
    assert [word.text for word in words_of(line)] == words


@pytest.mark.parametrize("line", ['"a', "{broken", '@input:{"a"'])
def test_what_does_not_end_is_refused(line: str) -> None:
    with pytest.raises(UsageError):
        words_of(line)


def test_options_are_those_that_a_line_takes() -> None:
    usage = Usage("#!x --name NAME [--flag] WORD", frozenset({"name"}), frozenset({"flag"}), most=1)
    told = options_of("#!x", words_of("--name=a --flag rest"), usage)
    assert (told.values["name"].text, told.flags, told.rest) == ("a", {"flag"}, [Word("rest")])
    for line in ("--other", "--name", "a b", "--flag=3"):
        with pytest.raises(UsageError, match="#!x"):
            options_of("#!x", words_of(line), usage)


def test_a_question_says_what_it_asks_for() -> None:
    (word,) = words_of('@password:{"prompt": "The key", "saveAs": "key"}')
    assert asked_by(word, "x") == Asked("The key", True, "key")
    assert asked_by(Word("@input"), "x") == Asked("x", False)
    assert asked_by(Word("@python:x"), "x") is None


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ('#!set --name who --value "Ken Myer"\n"Hello $who"', "Hello Ken Myer"),
        ('#!set --name table --value {"a": [1, 2]}\n$table.a.Count', "2"),
        ("#!python\npeople = ['a', 'b']\n#!pwsh\n#!set --name them --value @python:people\n$them.Count", "2"),
        ("$here = 7\n#!share --from pwsh here --as there\n$there + 1", "8"),
        ("$seven = 7\n#!python\n#!share --from pwsh seven\nprint(seven + 1)", "8"),
        ('#!value --name text\n{"a": 1}\n#!pwsh\n#!share --from value text\n($text | ConvertFrom-Json).a', "1"),
        ("#!set --name six --from-result\n6", "6"),
        ("#!pwsh\n'as everything is'", "as everything is"),
        ('@"\n#!html\n"@', "#!html"),
        ("#!connect jupyter --kernel-name snake --kernel-spec python3\n#!snake\nprint(5)", "5"),
        ("#!set --name x --value 1 -h", None),
    ],
)
def test_a_line_does_what_it_says(kernel: Kernel, cell: str, printed: str | None) -> None:
    ran = kernel.run(cell)
    if printed is None:
        assert ran.reply["ename"] == "UsageError"
    else:
        assert (ran.status, ran.printed.strip()) == ("ok", printed)


def test_what_was_set_is_there_in_a_function_that_an_earlier_cell_made(kernel: Kernel) -> None:
    kernel.run("#!set --name place --value one")
    kernel.run("function Get-Place { $place }")
    assert kernel.run("#!set --name place --value two\nGet-Place").printed.strip() == "two"


def test_a_password_is_a_secure_string_and_nowhere_a_text(kernel: Kernel) -> None:
    ran = kernel.run(
        '#!set --name key --value @password:"The key"\n$key; $key.GetType().Name\n#!whos\n#!python\nprint(key)\nkey',
        answers=["hunter2!"],
    )
    assert ran.status == "ok"
    assert ran.asked == [{"prompt": "The key ", "password": True}]
    assert "SecureString" in ran.printed
    assert "hunter2!" not in json.dumps(ran.outputs)
    length = kernel.run("[System.Net.NetworkCredential]::new('', $key).Password.Length")
    assert length.printed.strip() == "8"


def test_what_is_asked_once_is_kept_where_that_is_said(kernel: Kernel) -> None:
    asking = '#!set --name {0} --value @input:{{"prompt": "City?", "saveAs": "city"}}\n${0}'
    assert kernel.run(asking.format("a"), answers=["Redmond"]).printed.strip() == "Redmond"
    again = kernel.run(asking.format("b"))
    assert (again.asked, again.printed.strip()) == ([], "Redmond")


def test_a_question_that_nobody_can_answer_says_so(kernel: Kernel) -> None:
    ran = kernel.run('#!set --name x --value @input:"Who?"', stdin=False)
    assert (ran.status, ran.reply["ename"]) == ("error", "PromptRefused")


def test_time_says_how_long_the_cell_took_also_when_it_fails(kernel: Kernel) -> None:
    assert re.fullmatch(r"2\nWall time: \d+\.\dms\n", kernel.run("#!time\n1 + 1").stdout)
    assert "Wall time" in kernel.run("#!time\nthrow 'x'").stdout
    assert kernel.run("#!time\n[pscustomobject]@{ A = 1 }").kinds == ["execute_result", "stdout"]
    assert kernel.run("1 + 1").stdout == "2\n"


def test_a_file_is_imported_with_what_it_imports(kernel: Kernel) -> None:
    folder = kernel.folder / "library"
    folder.mkdir()
    (folder / "words.ps1").write_text("function Get-Word { 'from the script' }\n", "utf-8")
    (folder / "book.dib").write_text(
        "#!pwsh\n\n#!import words.ps1\nGet-Word\n\n#!csharp\n\nvar x = 1;\n\n#!python\n\nprint('python')\n", "utf-8"
    )
    ran = kernel.run("#!import library/book.dib\n'after'")
    assert ran.status == "ok"
    assert ran.stdout.split("\n")[:4] == [
        "from the script",
        "book.dib: a cell of C# is passed over.",
        "python",
        "after",
    ]
    assert kernel.run("Get-Word").printed.strip() == "from the script"


def test_a_file_that_imports_itself_ends(kernel: Kernel) -> None:
    (kernel.folder / "self.ps1").write_text("#!import self.ps1\n", "utf-8")
    assert "imports itself" in kernel.run("#!import self.ps1").reply["evalue"]


def test_html_markdown_and_diagrams_are_shown_as_such(kernel: Kernel) -> None:
    ran = kernel.run("#!html\n<b>x</b>\n#!markdown\n# T\n#!mermaid\ngraph LR\n#!pwsh\n'then'")
    assert [next(iter(bundle)) for bundle in ran.bundles] == ["text/html", "text/markdown", "text/vnd.mermaid"]
    assert ran.bundles[0]["text/html"] == "<b>x</b>"
    assert ran.stdout == "then\n"


def test_javascript_gets_what_is_shared_as_json(kernel: Kernel) -> None:
    kernel.run("$user = [pscustomobject]@{ Name = '</script>' }")
    (bundle,) = kernel.run("#!javascript\n#!share --from pwsh user\nconsole.log(user)").bundles
    code = bundle["application/javascript"]
    assert code.endswith("console.log(user)")
    assert "</script>" not in code
    assert "Name" in code


def test_the_variables_and_the_lines_are_listed(kernel: Kernel) -> None:
    kernel.run("$listed = 3")
    assert "listed" in kernel.run("#!who").stdout.split()
    assert re.search(r"^listed +int +3$", kernel.run("#!whos").printed, re.MULTILINE)
    assert "#!share --from KERNEL NAME" in kernel.run("#!lsmagic").printed
    assert "lync_magic" in kernel.run("#!about").printed
    assert kernel.run("#!share --help").stdout.startswith("#!share --from KERNEL NAME")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("#!csharp\nvar x = 1;", "#!csharp: no kernel here runs C#."),
        ("#!sql-shop\nSELECT 1", "#!sql-shop: no kernel here runs SQL."),
        ("#!connect mssql --kernel-name shop", "#!connect mssql: there is no connection to SQL here."),
        ("#!connect jupyter --kernel-name j --kernel-spec julia-1.9", "#!connect jupyter: the kernel julia-1.9"),
        ("#!nuget x", "#!nuget is not known here."),
        ("#!set --name x --value @csharp:y", "There is no kernel for C# here"),
        ("#!share --from python nothing_here", "python has no variable nothing_here."),
        ("#!import nothing.ps1", "nothing.ps1 cannot be read"),
        ("#!import photo.png", "nothing here runs a file of this kind"),
    ],
)
def test_what_is_not_here_is_refused_by_name_with_the_way(kernel: Kernel, cell: str, said: str) -> None:
    ran = kernel.run(cell)
    message, _, way = ran.reply["evalue"].partition("\n")
    assert ran.reply["ename"] == "UsageError"
    assert said in message
    assert way


def test_an_error_of_python_in_the_middle_of_a_cell_is_shown_once(kernel: Kernel) -> None:
    ran = kernel.run("'before'\n#!python\n1 / 0\n#!pwsh\n'not reached'")
    assert ran.reply["ename"] == "ZeroDivisionError"
    assert ran.kinds == ["stdout", "error"]
    assert ran.stdout == "before\n"


def test_without_powershell_the_lines_work_too(made_kernel: Callable[..., Kernel], tmp_path: Path) -> None:
    kernel = made_kernel({"PATH": str(tmp_path), "LYNC_MAGIC_PWSH": ""})
    assert kernel.run('#!time\n#!set --name who --value Ken\n"Hello $who"').stdout.startswith("Hello Ken\nWall time")


def test_a_powershell_that_is_named_and_is_not_there_is_said_by_the_cell(
    made_kernel: Callable[..., Kernel], tmp_path: Path
) -> None:
    kernel = made_kernel({"LYNC_MAGIC_PWSH": str(tmp_path / "none")})
    assert kernel.run("1").reply["ename"] == "PowerShellMissing"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("#!sh", ["#!share"]),
        ("#!py", ["#!python"]),
        ("#!share --f", ["--from"]),
        ("#!share --from p", ["python", "pwsh"]),
        ("#!share --from python sal", ["sales"]),
        ("#!set --name x --value @p", ["@password:", "@python:", "@pwsh:"]),
        ("#!set --name x --value @python:sal", ["@python:sales"]),
        ("#!connect l", ["lync"]),
        ("#!import offer", ["offered.dib"]),
        ("#!nothing -", []),
    ],
)
def test_a_line_is_completed(kernel: Kernel, line: str, offered: list[str]) -> None:
    (kernel.folder / "offered.dib").touch()
    kernel.run("#!set --name sales --value 1")
    reply = kernel.reply(kernel.client.complete(f"1\n{line}\n2", len(line) + 2))
    assert reply["matches"] == offered
    start, end = reply["cursor_start"], reply["cursor_end"]
    assert all(match.startswith(f"1\n{line}"[start:end]) for match in offered)
