"""Format-Table and Format-List: the chosen columns go to the notebook's table, which lays them out itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.selecting import _projected, column
from lync_magic.language.cmdlets.stream import all_of, objects

_KEYS: Final = {
    "name": "name", "label": "name", "expression": "expression", "width": "width", "alignment": "alignment",
    "formatstring": "format",
}  # fmt: skip


def _layout(command_name: str) -> ClientCommand:
    is_table = command_name == "Format-Table"

    def run(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
        columns = [column(command, call, told, _KEYS) for told in all_of(call.get("Property"))]
        for item in objects(call, input):
            yield _projected(item, columns, []) if columns and item is not None else item

    table_only = (
        ParameterSpec("AutoSize", "switch"),
        ParameterSpec("HideTableHeaders", "switch", unsupported=True),
        ParameterSpec("RepeatHeader", "switch"),
        ParameterSpec("Wrap", "switch"),
    )
    command = ClientCommand(
        command_name,
        (
            ParameterSpec("Property", "object[]", position=0),
            *(table_only if is_table else ()),
            ParameterSpec("GroupBy", "object", unsupported=True),
            ParameterSpec("View", "string", unsupported=True),
            ParameterSpec("ShowError", "switch", unsupported=True),
            ParameterSpec("DisplayError", "switch", unsupported=True),
            ParameterSpec("Force", "switch"),
            ParameterSpec("Expand", "string", unsupported=True),
            ParameterSpec("ExcludeProperty", "object[]", unsupported=True),
            ParameterSpec("InputObject", "object", by_value=True),
        ),
        run,
        ("ft",) if is_table else ("fl",),
        "FormatTableCommand" if is_table else "FormatListCommand",
    )
    return command


CMDLETS: Final = (_layout("Format-Table"), _layout("Format-List"))
