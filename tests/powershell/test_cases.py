"""Cells that real scripts were made of, which once went wrong: each gives the value at its head, in both engines.

The embedded evaluator may refuse one as a whole, before anything is sent, but never give something else. The cells lie
beside the project, in `shared/cases`; without that folder these tests are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lync_magic.clixml import Credential
from lync_magic.errors import CellNotSupported
from tests.powershell.cells import EitherShell, Ran, either_shell, shared

CASES = sorted(shared("cases").glob("*.ps1"))
ENGINES = ("powershell", "embedded")
REFUSED = ("15", "34")
"""What the embedded evaluator refuses: a property with parameters, a grid."""
WIDE = 300
"""Columns for the case whose four long columns PowerShell itself does not print in 120."""

pytestmark = pytest.mark.skipif(not CASES, reason="the cases are not beside the project (../shared/cases)")


@pytest.fixture(scope="module")
def shell(powershell: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EitherShell]:
    before = Path.cwd()
    folder = tmp_path_factory.mktemp("cases")
    (folder / "users.csv").write_text("mail;name\nken@litwareinc.com;Ken\npilar@litwareinc.com;Pilar\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LYNC_MAGIC_PWSH", powershell)
        patch.setattr("builtins.input", lambda _prompt="": "kenmyer")
        # The sandbox is started as a module of this folder.
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(before), os.environ.get("PYTHONPATH")))))
        os.chdir(folder)
        try:
            with either_shell() as made:
                made.configure(f"width = {WIDE}")
                made.names["c"] = Credential("kenmyer@litwareinc.com", "p@ssw0rd!")
                yield made
        finally:
            os.chdir(before)


def lines(*wanted: str) -> Callable[[Ran], bool]:
    """Whether a cell prints these lines, whatever stands beside and around them."""
    return lambda ran: all(any(one in line for line in ran.lines) for one in wanted)


def exactly(*wanted: str) -> Callable[[Ran], bool]:
    """Whether it prints these lines and no others."""
    return lambda ran: ran.lines == list(wanted)


def blocks(ran: Ran) -> bool:
    """Two blocks of three properties, and two of all of them."""
    named = re.findall(r"^(\w+) +:", ran.printed, re.MULTILINE)
    return named[:6] == ["DisplayName", "SipAddress", "Fax"] * 2 and len(named) > 2 * 80


def headed(*wanted: str) -> Callable[[Ran], bool]:
    """Whether the first lines of its tables name these columns, each table's in one text."""
    return lambda ran: (
        [line for line in ran.lines if " ".join(line.split()) in wanted] != []
        and all(any(" ".join(line.split()) == one for line in ran.lines) for one in wanted)
    )


def exits(ran: Ran) -> bool:
    return ran.error is not None and "exit code 1" in str(ran.error)


HEADS: dict[str, Callable[[Ran], bool]] = {
    "01": exactly("done"),
    "02": exactly("Ken Myer", "Pilar Ackerman", "Jane Clayton"),
    "03": lines("Ken Myer       Litware, Inc.", "Pilar Ackerman Litware, Inc."),
    "04": exactly(),
    "05": exactly("reuse", "State is Opened", "1"),
    "06": exactly("2"),
    "07": lines("n=1", "Management object not found"),
    "08": blocks,
    "09": headed("DisplayName Fax", "DisplayName Rolle"),
    "10": lambda ran: "HomeServer" in ran.printed and "CN=Microsoft" in ran.printed and "…" not in ran.printed,
    "11": headed("Count Name"),
    "13": exactly("3"),
    "15": lines("You cannot call a method on a null-valued expression."),
    "16": lines("SMTP:kenmyer@litwareinc.com", "sip:kenmyer@litwareinc.com", "SMTP:packerman@litwareinc.com"),
    "17": lines("Cannot bind parameter 'AllowedDomains'"),
    "20": lines("Litware, Inc."),
    "21": exactly("not there"),
    "22": lambda ran: (
        "AllowRedirection" not in ran.printed + str(ran.error) and "mail.example" in ran.printed + str(ran.error)
    ),
    "23": lambda _ran: Path("numbers.csv").read_text("utf-8").splitlines()[0].replace('"', "") == "DisplayName,LineURI",
    "24": exactly("ken@litwareinc.com", "pilar@litwareinc.com"),
    "25": exactly(),
    "26": exactly(),
    "27": lambda ran: ran.error is None,
    "28": exactly(),
    "29": lines("Set-ExecutionPolicy: nothing to do here"),
    "30": exactly("Ken Myer"),
    "31": exactly("went well"),
    "32": exactly(),
    "33": lines("Litware, Inc."),
    "34": lines("Ken Myer"),
    "35": lines(
        "TypeName: Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser", "System.Boolean {get;set;}"
    ),
    "36": exits,
    "37": exactly("12"),
    "38": lambda ran: (
        ran.lines[-1:] != [] and "True" in ran.lines and bool(re.search(r"00:01:00|TotalMinutes +: 1\b", ran.printed))
    ),
}
"""What is right, by the number of a case."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_gives_the_value_at_its_head(case: Path, engine: str, shell: EitherShell) -> None:
    shell.connect()
    ran = shell.run(case.read_text("utf-8"), engine)
    if engine == "embedded" and case.stem[:2] in REFUSED:
        assert isinstance(ran.error, CellNotSupported)
        assert not ran.printed
        return
    assert HEADS[case.stem[:2]](ran), f"{ran.printed}{ran.error}"


def test_every_case_has_its_value_here() -> None:
    assert {case.stem[:2] for case in CASES} == set(HEADS)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_case_grants_to_those_that_it_chose_and_to_nobody_else(engine: str, shell: EitherShell) -> None:
    for session in list(shell.sessions):
        session.close()
    shell.connect()
    text = next(case for case in CASES if case.stem.startswith("01")).read_text("utf-8")
    shell.run(text, engine)
    asked = "Get-CsOnlineUser | Where-Object { ($_.Department -eq 'Sales') -ne ($_.ExternalAccessPolicy -eq 'FederationOnly') } | Measure-Object | ForEach-Object Count"
    assert shell.run(asked, engine).lines == ["0"]


def test_a_column_that_has_no_room_is_named(shell: EitherShell) -> None:
    shell.configure("width = 120")
    shell.connect()
    ran = shell.run(next(case for case in CASES if case.stem.startswith("10")).read_text("utf-8"), "powershell")
    shell.configure(f"width = {WIDE}")
    assert "CN=Ken Myer,OU=" in ran.printed
    assert "HomeServer had no room in 120 columns" in ran.printed
