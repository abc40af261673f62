"""Test-Json: whether a text is JSON, as .NET's strict reader has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, NoReturn

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.text import to_text

_DEEPEST: Final = 64
"""How many levels .NET's reader goes into."""
_BLANK: Final = " \t\r\n"


def _test_json(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for one in all_of(call.get("Json")) if input is None else input:
        text = to_text(one)
        good = _is_json(text)
        if not good:
            error_id = f"InvalidJson,{call.error_suffix}"
            message = "Cannot parse the JSON."
            call.services.error(ScriptError(message, error_id, "InvalidData", exception="Exception", target=text))
        yield good


def _is_json(text: str) -> bool:
    if text.startswith("\ufeff") or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotKnownHere("Test-Json of such characters")
    deep = 0
    for letter in text:
        deep += (letter in "[{") - (letter in "]}")
        if deep > _DEEPEST:
            raise NotKnownHere(f"Test-Json of a text of more than {_DEEPEST} levels")
    try:
        json.loads(text.strip(_BLANK), parse_constant=_no_constant, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


CMDLETS: Final = (
    ClientCommand(
        "Test-Json",
        (
            ParameterSpec("Json", "string", position=0, mandatory=True, by_value=True),
            *(
                ParameterSpec(name, "object", unsupported=True)
                for name in ("Path", "LiteralPath", "Schema", "SchemaFile", "Options")
            ),
            ParameterSpec("FetchExternalReference", "switch", unsupported=True),
        ),
        _test_json, (), "TestJsonCommand", "JsonString", own=True,
    ),
)  # fmt: skip
