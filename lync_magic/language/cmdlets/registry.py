"""The cmdlets that the evaluator brings, by name and alias."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_magic.language.cmdlets import (
    aliases,
    call_stack,
    clixml_files,
    comparing,
    csv_text,
    data_files,
    filters,
    function_help,
    house,
    html_text,
    items,
    json_test,
    json_text,
    layout,
    locations,
    making,
    measuring,
    members,
    moving,
    ordering,
    paths,
    running,
    saying,
    selecting,
    setting,
    simple,
    string_data,
    text_files,
    type_data,
    variables,
    verbs,
    xml_text,
)
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.cmdlets.known import NOT_KNOWN

CMDLETS: Final[tuple[ClientCommand, ...]] = (
    *filters.CMDLETS,
    *selecting.CMDLETS,
    *ordering.CMDLETS,
    *measuring.CMDLETS,
    *layout.CMDLETS,
    *simple.CMDLETS,
    *saying.CMDLETS,
    *string_data.CMDLETS,
    *data_files.CMDLETS,
    *text_files.CMDLETS,
    *paths.CMDLETS,
    *locations.CMDLETS,
    *items.CMDLETS,
    *moving.CMDLETS,
    *setting.CMDLETS,
    *csv_text.CMDLETS,
    *json_text.CMDLETS,
    *json_test.CMDLETS,
    *html_text.CMDLETS,
    *clixml_files.CMDLETS,
    *making.CMDLETS,
    *members.CMDLETS,
    *comparing.CMDLETS,
    *variables.CMDLETS,
    *aliases.CMDLETS,
    *running.CMDLETS,
    *call_stack.CMDLETS,
    *house.CMDLETS,
    *type_data.CMDLETS,
    *function_help.CMDLETS,
    *verbs.CMDLETS,
    *xml_text.CMDLETS,
)

_BY_NAME: Final[dict[str, ClientCommand]] = {
    name.lower(): command for command in CMDLETS for name in (command.name, *command.aliases)
}


def find_cmdlet(name: str) -> ClientCommand | None:
    """The cmdlet of a name or alias, whatever its case, or None."""
    return _BY_NAME.get(name.lower())


def with_verb(name: str, is_other: Callable[[str], bool]) -> str:
    """`Get-name` where PowerShell takes a name without a verb for that command, else "".

    is_other: whether a name, in lower case, is a function's or a command's that is not PowerShell's own.
    """
    if "-" in name or "\\" in name:
        return ""
    made = f"Get-{name}"
    return made if is_powershells(made) or is_other(made.lower()) else ""


def is_powershells(name: str) -> bool:
    """Whether PowerShell itself brings a command, or an alias, of that name; the evaluator may know it or not."""
    return find_cmdlet(name) is not None or name.lower() in NOT_KNOWN
