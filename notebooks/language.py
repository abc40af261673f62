"""Makes `language.ipynb` and, in French, `fr/language.ipynb`: what a cell of PowerShell may say, from the declarations that the checker reads.

    python notebooks/language.py

Rules: the tables are the declarations themselves; below each example stands what it gives, made by the interpreter that
runs the notebooks' cells.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lync_magic.errors import CellNotSupported
from lync_magic.language import Interpreter, check, parse
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.cmdlets.registry import CMDLETS
from lync_magic.language.layout.shapes import text_of
from lync_magic.language.values.statics import static_members
from lync_magic.messages import spoken, use_language

HERE = Path(__file__).parent
TARGETS = {"en": HERE / "language.ipynb", "fr": HERE / "fr" / "language.ipynb"}
FRENCH = {
    "Numbers, texts and dates are .NET's": "Nombres, textes et dates sont ceux de .NET",
    "Halves go to the even number": "Les moitiés vont au nombre pair",
    "Operators take their type from the left": "Les opérateurs prennent leur type à gauche",
    "Lists, tables, objects": "Listes, tables, objets",
    "Groups and order": "Groupes et ordre",
    "Flow": "Déroulement",
    "Functions": "Fonctions",
    "Errors": "Erreurs",
    "Text into objects and back": "Du texte aux objets, et retour",
    "# What a cell of PowerShell may say": "# Ce que peut dire une cellule de PowerShell",
    "A `%%lync` cell is PowerShell that runs here, without a PowerShell on this machine. What it accepts gives "
    "PowerShell's answer; what it does not know it refuses **before** anything is sent. Commands of the server go to the "
    "server.": (
        "Une cellule `%%lync` est du PowerShell qui s’exécute ici, sans PowerShell sur cette machine. Ce qu’elle accepte "
        "donne la réponse de PowerShell ; ce qu’elle ne connaît pas, elle le refuse **avant** tout envoi. Les commandes "
        "du serveur vont au serveur."
    ),
    "Cmdlet": "Applet",
    "Cmdlets": "Applets de commande",
    "Aliases": "Alias",
    "Parameters": "Paramètres",
    "Parameters that are struck out are refused.": "Les paramètres barrés sont refusés.",
    "none": "aucun",
    "Methods": "Méthodes",
    "Properties": "Propriétés",
    "Static methods and properties; `new` makes an object, as New-Object does.": (
        "Méthodes et propriétés statiques ; `new` crée un objet, comme New-Object."
    ),
    "What is refused": "Ce qui est refusé",
    "A cell that holds one of these is refused whole, with its line and column, before anything is sent, and says what to "
    "write instead:": (
        "Une cellule qui contient l’un de ceux-ci est refusée entière, avec sa ligne et sa colonne, avant tout envoi, et "
        "dit quoi écrire à la place :"
    ),
    "Cell": "Cellule",
    "What is not known": "Ce qui n’est pas connu",
    "Instead": "À la place",
}
"""The page's own words; what is the same in French is not here."""
sys.path.insert(0, str(HERE.parent / "tests" / "language" / "judge"))
EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "Numbers, texts and dates are .NET's",
        "'{0:N2} {1,8:P1} {2:yyyy-MM-dd}' -f 1234.567, 0.256, [datetime]'2013-03-05'",
    ),
    ("Halves go to the even number", "[int]2.5; [int]3.5; [math]::Round(2.5)"),
    ("Operators take their type from the left", "'10' + 5; 5 + '10'; 'b','A','c' -contains 'a'"),
    (
        "Lists, tables, objects",
        "$t = [ordered]@{ One = 1; Two = 2 }; $t.Keys; [pscustomobject]@{ Name = 'Ken'; Age = 42 }",
    ),
    (
        "Pipelines",
        "1..10 | Where-Object { $_ % 2 } | ForEach-Object { $_ * $_ } | Measure-Object -Sum -Average | Format-List",
    ),
    (
        "Groups and order",
        "'pear','apple','plum' | Group-Object Length | Sort-Object Count -Descending | Select-Object Count, Name",
    ),
    ("Flow", "foreach ($n in 1..5) { if ($n -eq 4) { break }; switch ($n) { 2 { 'two' } default { \"no. $n\" } } }"),
    (
        "Functions",
        "function Get-Double { param([Parameter(ValueFromPipeline)][int]$Number) process { $Number * 2 } }; 1..3 | Get-Double",
    ),
    ("Errors", "try { [int]'abc' } catch { $_.Exception.Message } finally { 'done' }"),
    (
        "Text into objects and back",
        "'Name,Age','Ken,42','Pilar,7' | ConvertFrom-Csv | Where-Object Age -gt 10 | ConvertTo-Json",
    ),
)


def parameters(command: ClientCommand) -> str:
    """A cmdlet's parameters as a line of text: those that are known, then those that are refused; "" without any."""
    known = [f"`-{one.name}`" for one in command.parameters if not one.unsupported]
    refused = [f"~~-{one.name}~~" for one in command.parameters if one.unsupported]
    return " ".join([*known, *refused])


def heading(said: Callable[[str], str], *names: str) -> str:
    """The head of a table."""
    return f"| {' | '.join(map(said, names))} |\n{'|---' * len(names)}|"


def types(said: Callable[[str], str]) -> str:
    """The types that have static members, as a table."""
    rows = []
    for name, methods, properties in static_members():
        called = " ".join(f"`{one}()`" for one in methods)
        read = " ".join(f"`{one}`" for one in properties)
        rows.append(f"| {name} | {called} | {read} |")
    return "\n".join([heading(said, "Type", "Methods", "Properties"), *rows])


REFUSED: tuple[str, ...] = (
    "class P { }", "$x | Out-GridView", "Start-Job { 1 }", "1..3 | ForEach-Object -Parallel { $_ }",
    "Invoke-RestMethod $uri", "[System.IO.File]::ReadAllText($path)", "New-Object -ComObject Excel.Application",
    "Add-Type -AssemblyName System.Windows.Forms", "Compress-Archive reports reports.zip",
    "Get-Process | Sort-Object CPU", "'a' -match '\\p{IsGreek}'", "Get-CsTenant &", "data { Get-Date }", "using module Reports",
    "Test-Connection server", "[Foo.Bar]::Baz()",
)  # fmt: skip
"""One cell of each kind that is refused on every machine alike."""


def refusals(said: Callable[[str], str]) -> str:
    """What the checker says of them, as a table."""
    rows = []
    for code in REFUSED:
        told = refusal(code)
        what = told.message.removeprefix("Not known here yet: ")
        advice = told.advice.removeprefix("Nothing of the cell was run. ")
        parts = (f"`{code}`", what, spoken(advice))
        rows.append("| " + " | ".join(part.replace("|", "\\|") for part in parts) + " |")
    return "\n".join([heading(said, "Cell", "What is not known", "Instead"), *rows])


def refusal(code: str) -> CellNotSupported:
    """How a cell is refused."""
    from world import TenantRuntime

    try:
        check(parse(code), TenantRuntime())
    except CellNotSupported as told:
        return told
    raise AssertionError(f"{code} is accepted")


def given(code: str) -> str:
    """What a cell shows."""
    from world import TenantRuntime

    runtime = TenantRuntime()
    Interpreter(runtime).run(parse(code))
    return text_of([item for items in runtime.shown for item in items])


def cells(said: Callable[[str], str]) -> list[dict[str, Any]]:
    """The notebook's cells. said: the page's words in its language."""
    made = [
        prose(
            said("# What a cell of PowerShell may say")
            + "\n\n"
            + said(
                "A `%%lync` cell is PowerShell that runs here, without a PowerShell on this machine. What it accepts "
                "gives PowerShell's answer; what it does not know it refuses **before** anything is sent. Commands of "
                "the server go to the server."
            )
        ),
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": "%load_ext lync_magic"},
    ]
    for title, code in EXAMPLES:
        made.append(prose(f"## {said(title)}"))
        output = {"output_type": "stream", "name": "stdout", "text": given(code).splitlines(keepends=True)}
        made.append(
            {
                "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [output],
                "source": f"%%lync\n{code}".splitlines(keepends=True),
            }
        )  # fmt: skip
    rows = [
        f"| {one.name} | {' '.join(f'`{alias}`' for alias in one.aliases)} | {parameters(one) or said('none')} |"
        for one in sorted(CMDLETS, key=lambda one: one.name)
    ]
    table = "\n".join([heading(said, "Cmdlet", "Aliases", "Parameters"), *rows])
    made.append(
        prose(f"## {said('Cmdlets')}\n\n{said('Parameters that are struck out are refused.')}\n\n{table}")
    )
    static = said("Static methods and properties; `new` makes an object, as New-Object does.")
    made.append(prose(f"## Types\n\n{static}\n\n{types(said)}"))
    whole = said(
        "A cell that holds one of these is refused whole, with its line and column, before anything is sent, and says "
        "what to write instead:"
    )
    made.append(prose(f"## {said('What is refused')}\n\n{whole}\n\n{refusals(said)}"))
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number:02}"
    return made


def prose(text: str) -> dict[str, Any]:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def english(text: str) -> str:
    """A text as it is."""
    return text


def french(text: str) -> str:
    """A text of the page in French."""
    return FRENCH.get(text, text)


def notebook(language: str = "en") -> str:
    """The notebook's file."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    use_language(language)
    try:
        made = cells(french if language == "fr" else english)
    finally:
        use_language(None)
    whole = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for language, target in TARGETS.items():
        target.write_text(notebook(language), encoding="utf-8")
