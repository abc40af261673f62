"""The engine answers as the recorded real server did: words bound, refusals, metadata, help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from lync_magic.sandbox.engine.binder import bind
from lync_magic.sandbox.engine.failures import CommandError
from lync_magic.sandbox.engine.signatures import COMMON_PARAMETERS, Command, Parameter, Use, find
from lync_magic.sandbox.model import Call, Word
from lync_magic.sandbox.serialize import to_clixml

CREATE_PIPELINE, PIPELINE_OUTPUT, PIPELINE_STATE = 0x21006, 0x41004, 0x41006

COMMON = tuple(Parameter(name, kind, (alias,)) for name, kind, alias in COMMON_PARAMETERS)
GET_TENANT = Command(
    "Get-Tenant",
    "",
    (
        Parameter("Identity", "String", uses={"__AllParameterSets": Use(position=0)}),
        Parameter("Detailed", "SwitchParameter"),
        *COMMON,
    ),
)
"""The function that the recorded restricted endpoint had: Get-Tenant [-Identity] <string> [-Detailed]."""


def _text_of(element: ElementTree.Element, name: str) -> str | None:
    return next((one.text or "" for one in element.iter() if one.get("N") == name and one.tag != "Obj"), None)


def _error_of(message: Any) -> dict[str, str | None]:
    record = next(one for one in message.xml.iter() if one.get("N") == "ExceptionAsErrorRecord")
    names = ("FullyQualifiedErrorId", "ErrorCategory_Category", "ErrorCategory_Activity", "ErrorCategory_Reason")
    return {"message": record.findtext("ToString"), **{name: _text_of(record, name) for name in names}}


def _as_recorded(error: Any) -> dict[str, str]:
    return {
        "message": error.message.replace("\n", "_x000A_"),
        "FullyQualifiedErrorId": error.error_id,
        "ErrorCategory_Category": str(error.category_number),
        "ErrorCategory_Activity": error.activity,
        "ErrorCategory_Reason": error.reason,
    }


def _asked(recording: Any) -> list[Any]:
    return [one for one in recording.messages if one.sender == "client" and one.type == CREATE_PIPELINE]


@pytest.mark.parametrize("number", range(9))
def test_words_bind_or_fail_as_on_the_recorded_server(number: int, recording: Callable[[str], Any]) -> None:
    recorded = recording("tokens_bound")
    words = [Word(name, value) for name, value in recorded.request["cases"][number]]
    answers = recorded.of_pipeline(_asked(recorded)[number])
    if not any(one.type == PIPELINE_OUTPUT for one in answers):
        with pytest.raises(CommandError) as raised:
            bind(GET_TENANT, words, expecting_input=False)
        assert _as_recorded(raised.value.record) == _error_of(answers[-1])
        return
    if any(isinstance(word.value, list) for word in words):
        # The recorded command is a function: it joins a list for a text, which the service's compiled cmdlets refuse.
        with pytest.raises(CommandError, match="required by parameter"):
            bind(GET_TENANT, words, expecting_input=False)
        return
    values = bind(GET_TENANT, words, expecting_input=False).values
    output = next(one.xml for one in answers if one.type == PIPELINE_OUTPUT)
    assert values["Identity"] == _text_of(output, "Identity")
    assert str(values.get("Detailed", False)).lower() == _text_of(output, "Detailed")


def _commands(message: Any) -> list[tuple[str, bool]]:
    found = []
    for one in message.xml.iter("MS"):
        name, is_script = one.find("S[@N='Cmd']"), one.find("B[@N='IsScript']")
        if name is not None and is_script is not None:
            found.append((name.text or "", is_script.text == "true"))
    return found


def test_every_script_that_the_recorded_endpoint_refused_is_refused_with_its_words(
    lync: Any, recording: Callable[[str], Any]
) -> None:
    recorded = recording("restricted")
    refused = 0
    for asked in _asked(recorded):
        commands = _commands(asked)
        if any(is_script for _, is_script in commands):
            ran = lync([Call(name, is_script=is_script) for name, is_script in commands])
            assert ran.outputs == []
            assert _as_recorded(ran.failure) == _error_of(recorded.of_pipeline(asked)[-1])
            assert ran.failure.exception == "System.Management.Automation.ParseException"
            assert ran.failure.target == commands[0][0].replace("_x000A_", "\n")
            refused += 1
    assert refused == 10


def test_an_invisible_command_is_unknown_with_the_recorded_words(lync: Any, recording: Callable[[str], Any]) -> None:
    recorded = recording("restricted")
    asked = next(one for one in _asked(recorded) if _commands(one) == [("Get-Item", False)])
    ran = lync([Call("Get-Item", (Word("Path", "/"),))])
    assert _as_recorded(ran.failure) == _error_of(recorded.of_pipeline(asked)[-1])


def test_select_object_takes_only_its_fixed_list_with_the_recorded_words(
    lync: Any, recording: Callable[[str], Any]
) -> None:
    recorded = recording("restricted")
    asked = next(one for one in _asked(recorded) if _commands(one)[-1] == ("Select-Object", False))
    ran = lync([Call("Get-CsTenant"), Call("Select-Object", (Word("Property", ["Year"]),))])
    assert _as_recorded(ran.failure) == _error_of(recorded.of_pipeline(asked)[-1])
    assert ran.outputs == []


def _names(element: ElementTree.Element) -> list[str]:
    return [one.get("N", "") for group in element if group.tag in ("MS", "Props") for one in group]


def _types(element: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in element.findall("TN/T")]


def _parameter_keys(element: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in element.findall(".//Obj[@N='Parameters']/DCT/En/S[@N='Key']")]


def test_names_come_with_their_kind_as_recorded(lync: Any, recording: Callable[[str], Any]) -> None:
    recorded = recording("import_names")
    answers = [one.xml for one in recorded.of_pipeline(_asked(recorded)[0]) if one.type == PIPELINE_OUTPUT]
    ran = lync([Call("Get-Command"), Call("Select-Object", (Word("Property", ["Name", "CommandType"]),))])
    mine = {one["Name"]: to_clixml(value) for one, value in zip(ran.objects, ran.outputs, strict=True)}
    theirs = {_text_of(one, "Name"): one for one in answers}
    assert set(theirs) - set(mine) == set()
    assert sorted(set(mine) - set(theirs)) == ["Get-CsTenantPublicProvider", "Set-CsTenantPublicProvider"]
    for name, element in theirs.items():
        found = ElementTree.fromstring(mine[name])
        assert _types(found) == _types(element)
        assert _names(found) == _names(element)
        assert found.findtext(".//I32") == element.findtext(".//I32")


def test_one_commands_parameters_have_the_recorded_shape(lync: Any, recording: Callable[[str], Any]) -> None:
    recorded = recording("import_names")
    answers = [one.xml for one in recorded.of_pipeline(_asked(recorded)[2]) if one.type == PIPELINE_OUTPUT]
    wanted = ["Name", "Parameters", "DefaultParameterSet", "CmdletBinding"]
    ran = lync(
        [
            Call("Get-Command", (Word("Name", ["Get-CsTenant", "Set-CsUser"]),)),
            Call("Select-Object", (Word("Property", wanted),)),
        ]
    )
    assert [one["Name"] for one in ran.objects] == ["Get-CsTenant", "Set-CsUser"]
    for value, element in zip(ran.outputs, answers, strict=True):
        found = ElementTree.fromstring(to_clixml(value))
        assert _names(found) == _names(element) == wanted
        # The recorded functions all had -WhatIf and -Confirm; a Get cmdlet has none.
        missing = set(_parameter_keys(element)) - set(_parameter_keys(found))
        assert missing <= {"WhatIf", "Confirm"}
        assert set(_parameter_keys(found)) <= set(_parameter_keys(element))
        one, other = (next(x.iterfind(".//Obj[@N='Value']")) for x in (found, element))
        assert _names(one) == _names(other)


def test_command_metadata_has_the_recorded_shape(lync: Any, recording: Callable[[str], Any]) -> None:
    recorded = recording("import_names")
    asked = next(one for one in recorded.messages if one.type == 0x2100A)
    count, *answers = [one.xml for one in recorded.of_pipeline(asked) if one.type == PIPELINE_OUTPUT]
    mine = [ElementTree.fromstring(to_clixml(one)) for one in lync.engine.metadata(["Get-CsTenant", "Set-CsUser"], 2)]
    assert ElementTree.tostring(mine[0]) == ElementTree.tostring(count)
    assert len(mine) - 1 == len(answers)
    for found, element in zip(mine[1:], answers, strict=True):
        assert sorted(_names(found)) == sorted(_names(element))
        assert _types(found) == _types(element)


def test_help_has_the_recorded_shape(lync: Any, recording: Callable[[str], Any]) -> None:
    recorded = recording("import_names")
    asked = next(one for one in _asked(recorded) if _commands(one) == [("Get-Help", False)])
    element = next(one.xml for one in recorded.of_pipeline(asked) if one.type == PIPELINE_OUTPUT)
    ran = lync([Call("Get-Help", (Word("Name", "Get-CsTenant"),))])
    found = ElementTree.fromstring(to_clixml(ran.outputs[0]))
    assert _names(found) == _names(element)
    assert _types(found) == _types(element)
    path = ".//Obj[@N='syntaxItem']//Obj[@N='parameter']/LST/Obj/MS"
    one, other = ({x.get("N"): x.text for x in next(root.iterfind(path))} for root in (found, element))
    assert one.keys() == other.keys()
    assert {name: one[name] for name in ("name", "required", "position", "pipelineInput")} == {
        name: other[name] for name in ("name", "required", "position", "pipelineInput")
    }


def test_metadata_of_everything_lists_aliases_before_functions(lync: Any) -> None:
    count, *found = list(lync.engine.metadata(["*"], 383))
    assert count.properties == {"Count": len(found)}
    kinds = [one.properties["CommandType"].name for one in found]
    assert kinds == sorted(kinds)
    assert [one.properties["Name"] for one in found[:5]] == ["cls", "exsn", "gcm", "measure", "select"]
    assert find("gcm") is find("Get-Command")


def test_the_count_that_an_import_asks_for_first_is_zero_views(lync: Any) -> None:
    ran = lync([Call("Get-FormatData", (Word("TypeName", ["*"]),)), Call("Measure-Object")])
    assert [one["Count"] for one in ran.objects] == [0]
