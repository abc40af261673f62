"""Makes `language.ipynb`, what a cell of PowerShell may say, from the declarations that the checker reads.

    python notebooks/language.py

Rules: the tables are the declarations themselves; below each example stands what it gives, made by the interpreter that
runs the notebooks' cells.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lync_magic.language import Interpreter, parse
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.cmdlets.registry import CMDLETS
from lync_magic.language.layout.shapes import text_of

HERE = Path(__file__).parent
TARGET = HERE / "language.ipynb"
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
    """A cmdlet's parameters as a line of text: those that are known, then those that are refused."""
    known = [f"`-{one.name}`" for one in command.parameters if not one.unsupported]
    refused = [f"~~-{one.name}~~" for one in command.parameters if one.unsupported]
    return " ".join([*known, *refused]) or "none"


def given(code: str) -> str:
    """What a cell shows."""
    from world import TenantRuntime

    runtime = TenantRuntime()
    Interpreter(runtime).run(parse(code))
    return text_of([item for items in runtime.shown for item in items])


def cells() -> list[dict[str, Any]]:
    """The notebook's cells."""
    made = [
        prose(
            "# What a cell of PowerShell may say\n\nA `%%lync` cell is PowerShell that runs here, without a PowerShell on "
            "this machine. What it accepts gives PowerShell's answer; what it does not know it refuses **before** "
            "anything is sent. Commands of the server go to the server."
        ),
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": "%load_ext lync_magic"},
    ]
    for title, code in EXAMPLES:
        made.append(prose(f"## {title}"))
        output = {"output_type": "stream", "name": "stdout", "text": given(code).splitlines(keepends=True)}
        made.append(
            {
                "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [output],
                "source": f"%%lync\n{code}".splitlines(keepends=True),
            }
        )  # fmt: skip
    rows = [
        f"| {one.name} | {' '.join(f'`{alias}`' for alias in one.aliases)} | {parameters(one)} |"
        for one in sorted(CMDLETS, key=lambda one: one.name)
    ]
    table = "\n".join(["| Cmdlet | Aliases | Parameters |", "|---|---|---|", *rows])
    made.append(prose(f"## Cmdlets\n\nParameters that are struck out are refused.\n\n{table}"))
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number:02}"
    return made


def prose(text: str) -> dict[str, Any]:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def notebook() -> str:
    """The notebook's file."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells(), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(notebook(), encoding="utf-8")
