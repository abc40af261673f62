"""The same variables used from Python, from the embedded evaluator and from PowerShell in turn: none is ever stale.

A seed makes a sequence of steps; a model in Python says what each variable must hold after every one of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.powershell.cells import EitherShell, either_shell

ENGINES = ("embedded", "powershell")
SEEDS = range(4)
STEPS = 12

Step = Callable[[EitherShell, dict[str, Any], random.Random], str]


@pytest.fixture(scope="module")
def shell(powershell: str) -> Iterator[EitherShell]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LYNC_MAGIC_PWSH", powershell)
        with either_shell() as made:
            yield made


def assign_in_python(shell: EitherShell, model: dict[str, Any], chance: random.Random) -> str:
    name, value = chance.choice(
        [("n", chance.randrange(99)), ("items", [1, "a"]), ("table", {"k": chance.randrange(99)})]
    )
    shell.names[name] = value
    model[name] = json.loads(json.dumps(value))
    return f"{name} = {value}"


def change_in_python(shell: EitherShell, model: dict[str, Any], chance: random.Random) -> str:
    number = chance.randrange(99)
    match chance.choice(["items", "grows", "table", "frame"]):
        case "items":
            shell.names["items"].append(number)
            model["items"].append(number)
        case "grows":
            shell.names["grows"].append(number)
            model["grows"].append(number)
        case "table":
            shell.names["table"]["k"] = number
            model["table"]["k"] = number
        case "frame":
            shell.names["frame"].loc[0, "A"] = number
            model["frame"][0]["A"] = number
    return f"in place: {number}"


def assign_in_a_cell(shell: EitherShell, model: dict[str, Any], chance: random.Random) -> str:
    number, engine = chance.randrange(99), chance.choice(ENGINES)
    name, text, value = chance.choice(
        [
            ("n", f"$n = {number}", number),
            ("n", "$n += 1", model["n"] + 1),
            ("items", f"$items = @({number}, 'b', $null)", [number, "b", None]),
            ("items", f"$items += {number}", [*model["items"], number]),
            ("grows", f"$grows = [System.Collections.ArrayList]@({number})", [number]),
            ("table", f"$table = @{{ k = {number} }}", {"k": number}),
        ]
    )
    run(shell, text, engine)
    model[name] = value
    return f"{engine}: {text}"


def change_in_a_cell(shell: EitherShell, model: dict[str, Any], chance: random.Random) -> str:
    number, engine = chance.randrange(99), chance.choice(ENGINES)
    place = chance.randrange(len(model["items"]))
    match chance.choice(["items", "grows", "table", "function"]):
        case "items":
            text = f"$items[{place}] = {number}"
            model["items"][place] = number
        case "grows":
            text = f"$null = $grows.Add({number})"
            model["grows"].append(number)
        case "table":
            text = f"$table['k'] = {number}"
            model["table"]["k"] = number
        case _:
            text = f"function Change-Them {{ $table['k'] = {number}; $null = $grows.Add({number}) }}; Change-Them"
            model["table"]["k"] = number
            model["grows"].append(number)
    run(shell, text, engine)
    return f"{engine}: {text}"


def run(shell: EitherShell, text: str, engine: str) -> str:
    ran = shell.run(text, engine)
    assert ran.error is None, f"{text}: {ran.error}"
    return ran.printed


STEPS_OF: tuple[Step, ...] = (assign_in_python, change_in_python, assign_in_a_cell, change_in_a_cell)
READ = "ConvertTo-Json -Compress -InputObject @{ n = $n; items = @($items); grows = @($grows); k = $table['k'] }"
ROWS = "$frame[0].A"


def seen(shell: EitherShell, side: str) -> dict[str, Any]:
    """What one side has for all of them."""
    if side == "python":
        names = shell.names
        held = {"n": names["n"], "items": list(names["items"]), "grows": list(names["grows"])}
        return {**held, "k": names["table"]["k"], "frame": int(names["frame"].loc[0, "A"])}
    found: dict[str, Any] = json.loads(run(shell, READ, side))
    # A frame is rows to PowerShell alone; the evaluator leaves it to Python.
    found["frame"] = int(run(shell, ROWS, side)) if side == "powershell" else int(shell.names["frame"].loc[0, "A"])
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_side_changes_a_variable_every_side_sees_it(shell: EitherShell, seed: int) -> None:
    pandas = pytest.importorskip("pandas")
    chance = random.Random(seed)
    model: dict[str, Any] = {"n": 1, "items": [1], "grows": [1], "table": {"k": 1}, "frame": [{"A": 1}]}
    shell.names.update(n=1, items=[1], table={"k": 1}, frame=pandas.DataFrame({"A": [1]}))
    run(shell, "$grows = [System.Collections.ArrayList]@(1)", chance.choice(ENGINES))
    told: list[str] = []
    for _ in range(STEPS):
        told.append(chance.choice(STEPS_OF)(shell, model, chance))
        expected = {**{name: model[name] for name in ("n", "items", "grows")}, "k": model["table"]["k"]}
        expected["frame"] = model["frame"][0]["A"]
        for side in chance.sample(("python", *ENGINES), 2):
            assert seen(shell, side) == expected, f"{side} after {told}"
