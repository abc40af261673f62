"""The parser: what parses, where things stand, and that no text brings it down."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lync_magic.errors import CellSyntaxError
from lync_magic.language import commands_in, parse
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk

CATALOG = Path(__file__).parents[3] / "shared" / "catalog"
PROMPT = re.compile(r"(?mi)^\s*PS [A-Z]:\\[^>\n]*> ?")


def only(text: str) -> s.Statement:
    (statement,) = parse(text).statements
    return statement


def expression(text: str) -> e.Expression:
    pipeline = only(text)
    assert isinstance(pipeline, s.Pipeline)
    (element,) = pipeline.elements
    assert isinstance(element, s.CommandExpression)
    return element.expression


@pytest.mark.skipif(not CATALOG.exists(), reason="the catalog is not here")
def test_every_documented_example_that_powershell_parses_parses() -> None:
    examples = [json.loads(line) for line in (CATALOG / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    bindings = [json.loads(line) for line in (CATALOG / "bindings.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = []
    for example, binding in zip(examples, bindings, strict=True):
        try:
            parse(PROMPT.sub("", example["code"]))
            parses = True
        except CellSyntaxError:
            parses = False
        if parses == (binding["status"] == "does not parse"):
            wrong.append(example["code"])
    assert wrong == []


def test_the_document_s_cell_parses_to_its_commands() -> None:
    cell = (
        "$credential = Get-Credential\n$session = New-CsOnlineSession -Credential $credential -Verbose\n"
        "Import-PSSession $session\nGet-Module\nGet-Command -Module tmp_*\nGet-CsTenant\nRemove-PSSession $session\n"
    )
    assert commands_in(parse(cell)) == (
        "Get-Credential", "New-CsOnlineSession", "Import-PSSession", "Get-Module", "Get-Command", "Get-CsTenant",
        "Remove-PSSession",
    )  # fmt: skip


def test_a_place_counts_lines_and_columns_from_1_whatever_ends_a_line() -> None:
    for end in ("\n", "\r\n", "\r"):
        second = parse(f"Get-A{end}  Get-B -X 'y'").statements[1]
        assert (second.extent.line, second.extent.column) == (2, 3)
        assert second.extent.text == "Get-B -X 'y'"
        assert (second.extent.end_line, second.extent.end_column) == (2, 15)


def test_code_inside_a_string_knows_its_place_in_the_cell() -> None:
    text = 'Get-A\n"x $(Get-B ""q"" $v) y"'
    variable = next(node for node in walk(parse(text)) if isinstance(node, e.Variable))
    assert (variable.extent.line, variable.extent.column) == (2, 18)
    with pytest.raises(CellSyntaxError) as caught:
        parse('Get-A\n"x $(1 + ) y"')
    assert (caught.value.line, caught.value.error_id) == (2, "ExpectedValueExpression")
    assert caught.value.source == '"x $(1 + ) y"'


@pytest.mark.parametrize(
    ("text", "stream", "column"),
    [('"x" > a > b', "output", 9), ("Get-A 2>&1 2> a", "error", 12), ("Get-A *> a *> b", "*", 12)],
)
def test_a_stream_of_a_command_goes_to_one_place(text: str, stream: str, column: int) -> None:
    with pytest.raises(CellSyntaxError, match="already redirected") as caught:
        parse(text)
    assert (caught.value.error_id, caught.value.column) == ("StreamAlreadyRedirected", column)
    assert caught.value.message.startswith(f"The {stream} stream")
    assert parse('"x" *> a > b')  # all of them, and one: PowerShell takes that


def test_operators_bind_as_powershell_binds_them() -> None:
    comparison = expression("1 + 2 * 3 -eq 7 -and $x")
    assert isinstance(comparison, e.Binary)
    assert comparison.operator == "and"
    assert isinstance(comparison.left, e.Binary)
    assert comparison.left.operator == "eq"
    listed = expression("1,2+3,4")
    assert isinstance(listed, e.Binary)
    assert isinstance(listed.left, e.ArrayLiteral)
    assert isinstance(expression("[int]'5'.Length"), e.Cast)
    assert isinstance(expression("$a ?? $b ? 1 : 2"), e.Ternary)


def test_a_word_is_a_number_only_where_all_of_it_is_one() -> None:
    call = only("Get-X 5 5z 1.0.0 10kb 0x1F 1e3 -5 1,000 007")
    assert isinstance(call, s.Pipeline)
    command = call.elements[0]
    assert isinstance(command, s.CommandCall)
    kinds = [type(element).__name__ for element in command.elements]
    assert kinds == [
        "Constant", "String", "String", "Constant", "Constant", "Constant", "String", "ArrayLiteral", "Constant",
    ]  # fmt: skip


def test_statements_of_the_whole_language_have_their_nodes() -> None:
    cases = {
        "if ($a) {1} elseif ($b) {2} else {3}": s.If, "while ($a) {1}": s.While, "do {1} until ($a)": s.DoLoop,
        "for ($i=0; $i -lt 3; $i++) {1}": s.For, ":outer foreach ($x in 1..3) {continue outer}": s.ForEach,
        "switch -Regex ($x) { a {1} default {2} }": s.Switch, "try {1} catch [X], [Y] {2} finally {3}": s.Try,
        "function f($a, [int]$b = 1) {$a}": s.Function, "class P : Q { [int]$A = 1; [string] M($x) { return '' } }":
        s.TypeDefinition, "enum E { A; B = 2 }": s.TypeDefinition, "trap {1}": s.Trap, "data {1}": s.Data,
        "throw 'x'": s.Flow, "Get-A && Get-B": s.Chain, "$a, $b = 1, 2": s.Assignment,
    }  # fmt: skip
    assert {text: type(only(text)) for text in cases} == cases


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000, "@(" * 500 + ")" * 500, "{" * 400 + "}" * 400, "if(1){" * 300 + "}" * 300, "-" * 2000 + "5",
        "[int]" * 2000 + "5", "$a=" * 2000 + "1", "1 ? " * 500, "f(" * 500, "@{a=" * 300, "$x[" * 300, "[a[" * 300,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_text_nested_beyond_reason_is_a_syntax_error(text: str) -> None:
    with pytest.raises(CellSyntaxError) as caught:
        parse(text)
    assert caught.value.error_id == "ScriptTooComplicated"


@pytest.mark.parametrize(
    "text", ["1" + "+1" * 5000, "1" + ",1" * 5000, "$a" + ".b" * 3000, "a " * 20000, "$a" + "[0]" * 2000]
)
def test_long_text_that_is_not_deep_parses(text: str) -> None:
    assert len(parse(text).statements) == 1
