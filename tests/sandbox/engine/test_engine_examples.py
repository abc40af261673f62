"""The documented examples of the 45 cmdlets bind as a real PowerShell bound them.

`data/lync_examples.json` holds the examples whose commands are all among the 45, and what PowerShell bound
for each (facts of Microsoft's reference, CC BY 4.0, and of a real PowerShell 7.6.5). Examples that use
variables are not simple text: those are the client's to work out first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lync_magic.sandbox.engine.binder import bind
from lync_magic.sandbox.engine.signatures import find
from lync_magic.sandbox.model import Call, EnumValue

EXAMPLES = json.loads((Path(__file__).parent / "data" / "lync_examples.json").read_text(encoding="utf-8"))
LOCAL_COMMANDS = {"select-object", "select", "fl", "format-list"}
NOT_SIMPLE = [one for one in EXAMPLES if "$x" in one["code"] or "$y" in one["code"] or "(" in one["code"].split("{")[0]]
SIMPLE = [one for one in EXAMPLES if one not in NOT_SIMPLE and "$newAllowList" not in one["code"]]


def _plain(value: Any) -> Any:
    if isinstance(value, EnumValue):
        return value.name
    return value


def _expected(value: Any) -> Any:
    return UUID(value["guid"]) if isinstance(value, dict) and "guid" in value else value


def _id(example: dict[str, Any]) -> str:
    return f"{example['cmdlet']}-{example['number']}-{example['module']}"


def test_59_of_the_70_examples_are_simple_text() -> None:
    assert len(SIMPLE) == 59


@pytest.mark.parametrize("example", SIMPLE, ids=_id)
def test_an_example_binds_what_powershell_bound(
    example: dict[str, Any], calls_of: Callable[[str], list[Call] | None]
) -> None:
    code = "|".join(one for one in example["code"].split("|") if one.split()[0].lower() not in LOCAL_COMMANDS)
    calls = calls_of(code)
    assert calls is not None, code
    found = []
    behind_another = False
    for call in calls:
        command = find(call.name)
        assert command is not None, call.name
        binding = bind(command, call.words, expecting_input=behind_another)
        values = {name: _plain(value) for name, value in binding.values.items()}
        found.append({"command": command.name.lower(), "bound": values})
        behind_another = not call.end_of_statement
    expected = [
        {
            "command": one["command"].lower(),
            "bound": {name: _expected(value) for name, value in one["bound"].items()},
        }
        for one in example["calls"]
    ]
    assert found == expected
