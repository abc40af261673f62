"""Get-Member of objects that came from a server: as PowerShell itself answered for the same CLIXML."""

from __future__ import annotations

from typing import Any

import pytest

from lync_magic.language import Interpreter, check, parse
from lync_magic.records import Reader

USER = """<Obj RefId="0"><TN RefId="0"><T>Contoso.User</T><T>System.Object</T></TN><ToString>Ken</ToString><Props>
<S N="Name">Ken</S><Obj N="Plans" RefId="1"><TN RefId="1"><T>System.String[]</T><T>System.Array</T></TN><LST><S>a</S>
</LST></Obj><Obj N="Old" RefId="2"><TNRef RefId="1" /><LST /></Obj><U16 N="Port">1</U16><C N="Letter">65</C>
<Obj N="Bare" RefId="3"><LST><S>a</S></LST></Obj><Obj N="Day" RefId="4"><TN RefId="2"><T>System.DayOfWeek</T>
<T>System.Enum</T></TN><ToString>Monday</ToString><I32>1</I32></Obj><Nil N="None" /><BA N="Key">AQ==</BA>
<Obj N="Home" RefId="5"><TN RefId="3"><T>Contoso.Place</T></TN><Props><S N="a">1</S></Props></Obj>
<G N="A_x0020_b">00000000-0000-0000-0000-000000000000</G></Props><MS><S N="Note">x</S><Nil N="Nothing" />
<BA N="Bytes">AQI=</BA><Db N="Share">1.5</Db></MS></Obj>""".replace("\n", "")
"""An object of properties of its own and of notes."""
SELECTED = """<Obj RefId="0"><TN RefId="0"><T>Selected.Contoso.User</T>
<T>System.Management.Automation.PSCustomObject</T></TN><MS><S N="Name">Ken</S></MS></Obj>""".replace("\n", "")
TO_STRING = (
    "string ToString(), string ToString(string format, System.IFormatProvider formatProvider), "
    "string IFormattable.ToString(string format, System.IFormatProvider formatProvider)"
)


def members(runtime: Any, cell: str, *raw: str) -> list[tuple[str, str, str]]:
    """What Get-Member says, where Get-CsTenant gives these objects."""
    runtime.tenant["Get-CsTenant"] = Reader().feed(raw)
    script = parse(cell)
    check(script, runtime)
    Interpreter(runtime).run(script)
    return [(one["Name"], str(one["MemberType"]), one["Definition"]) for shown in runtime.shown for one in shown]


def test_an_object_is_described_from_how_it_came(runtime: Any) -> None:
    assert members(runtime, "Get-CsTenant | Get-Member", USER) == [
        ("GetType", "Method", "type GetType()"),
        ("ToString", "Method", TO_STRING),
        ("Bytes", "NoteProperty", "byte[] Bytes=System.Byte[]"),
        ("Note", "NoteProperty", "string Note=x"),
        ("Nothing", "NoteProperty", "object Nothing=null"),
        ("Share", "NoteProperty", "double Share=1.5"),
        ("A b", "Property", "System.Guid {get;set;}"),
        ("Bare", "Property", "System.Collections.ArrayList {get;set;}"),
        ("Day", "Property", "Deserialized.System.DayOfWeek {get;set;}"),
        ("Home", "Property", "Deserialized.Contoso.Place {get;set;}"),
        ("Key", "Property", "System.Byte[] {get;set;}"),
        ("Letter", "Property", "System.Char {get;set;}"),
        ("Name", "Property", "System.String {get;set;}"),
        ("None", "Property", " {get;set;}"),
        ("Old", "Property", "Deserialized.System.String[] {get;set;}"),
        ("Plans", "Property", "Deserialized.System.String[] {get;set;}"),
        ("Port", "Property", "System.UInt16 {get;set;}"),
    ]


def test_what_was_selected_is_a_custom_object(runtime: Any) -> None:
    assert members(runtime, "Get-CsTenant | Get-Member", SELECTED, SELECTED) == [
        ("Equals", "Method", "bool Equals(System.Object obj)"),
        ("GetHashCode", "Method", "int GetHashCode()"),
        ("GetType", "Method", "type GetType()"),
        ("ToString", "Method", "string ToString()"),
        ("Name", "NoteProperty", "string Name=Ken"),
    ]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Get-CsTenant | Get-Member -MemberType NoteProperty -Name N*", ["Note", "Nothing"]),
        ("Get-CsTenant | Where-Object { $_.Name -eq 'Ada' } | gm Name", ["Name"]),
        ("Get-CsTenant | gm -Name P* | Select-Object Name", ["Plans", "Port"]),
    ],
)
def test_members_are_chosen_by_name_and_kind(runtime: Any, cell: str, names: list[str]) -> None:
    runtime.tenant["Get-CsTenant"] = Reader().feed([USER, USER.replace("Ken", "Ada")])
    script = parse(cell)
    check(script, runtime)
    Interpreter(runtime).run(script)
    assert [one["Name"] for shown in runtime.shown for one in shown] == names
