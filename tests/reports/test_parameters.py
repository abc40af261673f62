"""Typed parameters: declared in the notebook, shown by --help, checked before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import nbformat
import pytest

import lync_magic
from lync_magic.errors import UsageError
from lync_magic.reports import Kind, declared_in
from tests.reports.conftest import Make, Run

DATACLASS = """\
from dataclasses import dataclass
from datetime import date
from typing import Literal

@dataclass
class Wanted:
    user: str                                    # who signs in
    count: int = 50                              # how many users
    policy: Literal["gold", "silver"] = "gold"
    since: date | None = None                    # only what changed since
    numbers: list[int] = ()
    quick: bool = False
"""
PYDANTIC = """\
from pydantic import BaseModel, Field

class Wanted(BaseModel):
    user: str = Field(..., description="who signs in")
    count: int = Field(50, ge=1, le=1000, description="how many users")
"""
PLAIN = "count = 50  # how many users\nname: str = 'x'\nwhen = None"
POWERSHELL = (
    "[int] $count = 50  # how many users\n[ValidateSet('gold', 'silver')] [string]$policy = 'gold'\n$who = 'a#b'"
)
USE = "import lync_magic\nwanted = lync_magic.parameters(Wanted)\nprint(repr(wanted))"


def told(run: Run, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = run(*words)
    heard = capsys.readouterr()
    return code, heard.out + heard.err


def test_help_shows_the_parameters_of_a_notebook(make: Make, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = told(run, capsys, make((DATACLASS, "parameters"), USE), "--help")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert code == 0
    assert "Parameters of report.ipynb:" in lines
    assert "--user TEXT who signs in [required]" in lines
    assert "--count INTEGER how many users [default: 50]" in lines
    assert "--policy gold|silver [default: 'gold']" in lines
    assert "--since YYYY-MM-DD only what changed since [default: None]" in lines
    assert "--quick TRUE|FALSE [default: False]" in lines


@pytest.mark.parametrize(
    ("source", "language", "kinds"),
    [
        (PYDANTIC, "python", {"user": Kind.TEXT, "count": Kind.INTEGER}),
        (PLAIN, "python", {"count": Kind.INTEGER, "name": Kind.TEXT, "when": Kind.ANY}),
        (POWERSHELL, "powershell", {"count": Kind.INTEGER, "policy": Kind.TEXT, "who": Kind.TEXT}),
        ("not python at all (", "python", {}),
    ],
)
def test_declarations_are_read_from_the_text(
    tmp_path: Path, source: str, language: str, kinds: dict[str, Kind]
) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"language_info": {"name": language}})
    notebook.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]}))
    nbformat.write(notebook, tmp_path / "a.ipynb")
    found = {each.name: each for each in declared_in(tmp_path / "a.ipynb")}
    assert {name: each.kind for name, each in found.items()} == kinds
    if "count" in found:
        assert found["count"].help == "how many users"
    if "policy" in found:
        assert found["policy"].choices == ("gold", "silver")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "missing: user"),
        (("--user", "x", "--count", "many", "--since", "soon"), "count: INTEGER; since: YYYY-MM-DD"),
        (("--user", "x", "--policy", "lead"), "policy: gold|silver"),
        (("--user", "x", "-p", "numbers=1,x"), "numbers: […]"),
        (("--user", "x", "--quick", "maybe"), "quick: TRUE|FALSE"),
        (("--user", "x", "-p", "cuont=3"), "Did you mean count?"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_runs(
    make: Make, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    report = make((DATACLASS, "parameters"), "open('ran', 'w')")
    code, text = told(run, capsys, report, *words)
    assert code == 2
    assert why in text
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "report.run.ipynb").exists()


def test_the_limits_of_a_pydantic_model_hold_before_anything_runs(
    make: Make, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    report = make((PYDANTIC, "parameters"), USE)
    assert told(run, capsys, report, "--user", "x", "--count", "0") == (
        2,
        "report.ipynb: usage, 0.0 s\n  These parameters take something else: count: ≥ 1.\n"
        "These parameters take something else: count: ≥ 1.\nNothing was run.\n",
    )


def test_a_report_gets_its_parameters_as_their_types(make: Make, run: Run, tmp_path: Path) -> None:
    report = make((DATACLASS, "parameters"), USE)
    words = ("--user", "007", "--since", "2026-02-01", "-p", "numbers=[1, 2]", "--quick", "yes", "--policy", "silver")
    assert run(report, *words) == 0
    done = nbformat.read(tmp_path / "report.run.ipynb", 4)
    assert done.cells[-1].outputs[0].text == (
        "Wanted(user='007', count=50, policy='silver', since=datetime.date(2026, 2, 1), numbers=[1, 2], quick=True)\n"
    )


def test_powershell_is_parsed_for_what_it_declares(tmp_path: Path) -> None:
    source = (
        "param(\n  [Parameter(Mandatory, HelpMessage = 'who signs in')] [string] $user,\n"
        "  [ValidateRange(1, 1000)] [int] $count = 50, # how many users\n"
        "  [string[]] $names = @('a', 'b#c') # which\n)\n"
        "[Nullable[datetime]] $since = $null # only what changed\n"
        "$text = @'\n[int] $no = 3 # no parameter\n'@\n"
        "$more = [ordered]@{ a = 1\n b = 2 } # a table\n"
        "$env:x = 3; $a, $b = 1, 2; $last = -1.5"
    )
    notebook = nbformat.v4.new_notebook(metadata={"language_info": {"name": "powershell"}})
    notebook.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]}))
    nbformat.write(notebook, tmp_path / "a.ipynb")
    assert [(each.name, each.kind, each.help, each.required) for each in declared_in(tmp_path / "a.ipynb")] == [
        ("user", Kind.TEXT, "who signs in", True),
        ("count", Kind.INTEGER, "how many users", False),
        ("names", Kind.LIST, "which", False),
        ("since", Kind.MOMENT, "only what changed", False),
        ("text", Kind.TEXT, "", False),
        ("more", Kind.TABLE, "a table", False),
        ("last", Kind.NUMBER, "", False),
    ]


def test_untyped_variables_take_everything_as_papermill_has_it(make: Make, run: Run, tmp_path: Path) -> None:
    report = make((PLAIN, "parameters"), "print(repr((count, name, when)))")
    assert run(report, "-p", "count=1.5", "-p", "when=[1]", "-p", "name=01") == 0
    done = nbformat.read(tmp_path / "report.run.ipynb", 4)
    assert done.cells[-1].outputs[0].text == "(1.5, '01', [1])\n"


# --- in the notebook -----------------------------------------------------------------------------------------------


@dataclass
class Wanted:
    at: datetime
    who: UUID
    names: tuple[str, ...] = ()
    kind: Literal[1, 2] = 1
    note: Annotated[str | None, "what for"] = None
    more: dict[str, int] = field(default_factory=dict)


def test_texts_become_what_the_fields_say() -> None:
    made = lync_magic.parameters(
        Wanted,
        {"at": "2026-11-20T14:05:00Z", "who": str(UUID(int=1)), "names": ["a"], "kind": "2"},
    )
    assert made.at.year == 2026
    assert made.at.utcoffset() is not None
    assert isinstance(made.who, UUID)
    assert (made.names, made.kind, made.note, made.more) == (("a",), 2, None, {})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"who": "x"}, "missing: at"),
        ({"at": date(2026, 1, 1), "who": "no uuid"}, "who: UUID"),
        ({"at": "soon", "who": "x", "kind": 3}, "at: YYYY-MM-DDTHH:MM; kind: 1|2"),
    ],
)
def test_what_does_not_fit_is_told(given: dict[str, object], why: str) -> None:
    with pytest.raises(UsageError, match=why.replace("|", r"\|")):
        lync_magic.parameters(Wanted, given)


def test_pydantic_s_own_validators_are_asked() -> None:
    pydantic = pytest.importorskip("pydantic")

    def even(value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        return value

    model = pydantic.create_model("Model", count=(Annotated[int, pydantic.AfterValidator(even)], 2))
    assert lync_magic.parameters(model, {}).count == 2
    with pytest.raises(UsageError, match="count: Value error, must be even"):
        lync_magic.parameters(model, {"count": 3})


def test_the_variables_of_whoever_calls_are_read() -> None:
    variables: dict[str, object] = {"Wanted": Wanted, "at": "2026-01-01", "lync_magic": lync_magic, "who": UUID(int=1)}
    exec("made = lync_magic.parameters(Wanted)", variables)
    assert isinstance(variables["made"], Wanted)


def test_what_declares_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="declares no parameters"):
        lync_magic.parameters(dict, {})
