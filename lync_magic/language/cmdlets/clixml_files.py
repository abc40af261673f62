"""Export-Clixml, Import-Clixml, ConvertTo-CliXml and ConvertFrom-CliXml."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.cmdlets.clixml_text import document, text_of_file, values_in
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import files_to_read
from lync_magic.language.cmdlets.stream import objects
from lync_magic.language.cmdlets.text_files import written_by
from lync_magic.language.cmdlets.whatif import WHAT_IF
from lync_magic.language.values.collections import collapse
from lync_magic.language.values.enums import remote_value
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.text import to_text


def _export(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    file = written_by(call, "Export-Clixml", marked=True)
    if file is None:
        return
    with file:
        file.lines(document(objects(call, input)), "")
    yield from ()


def _import(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    first, skipped = call.get("First"), call.get("Skip", 0)
    for path in files_to_read(call, input, "ImportClixmlCommand"):
        found = values_in(text_of_file(Path(path).read_bytes()))
        for one in islice(found, skipped, None if first is None else skipped + first):
            yield remote_value(EnumValue(str(one), one.value, one.type_name)) if isinstance(one, EnumValue) else one


def _to_text(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    yield "".join(document(objects(call, input)))


def _from_text(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for one in objects(call, input):
        try:
            yield collapse(list(values_in(to_text(one))))
        except ScriptError as error:
            if error.error_id.startswith("System.Xml.XmlException"):
                error.error_id = "System.Xml.XmlException,Microsoft.PowerShell.Commands.ConvertFromClixmlCommand"
                error.activity = call.command_name
            raise


_DEPTH: Final = ParameterSpec("Depth", "int")
"""How deep .NET's own objects are gone into; those that a cell has are always written whole."""

CMDLETS: Final = (
    ClientCommand(
        "Export-Clixml",
        (
            _DEPTH,
            ParameterSpec("Path", "string", position=0, mandatory=True, sets=("ByPath",)),
            ParameterSpec("LiteralPath", "string", ("PSPath", "LP"), mandatory=True, sets=("ByLiteralPath",)),
            ParameterSpec("InputObject", "object", mandatory=True, by_value=True),
            ParameterSpec("Force", "switch"),
            ParameterSpec("NoClobber", "switch", ("NoOverwrite",)),
            ParameterSpec("Encoding", "object"),
            *WHAT_IF,
        ),
        _export,
        (),
        "ExportClixmlCommand",
        "ByPath",
        own=True,
        as_it_comes=True,
    ),
    ClientCommand(
        "Import-Clixml",
        (
            ParameterSpec("Path", "string[]", position=0, by_value=True, mandatory=True, sets=("ByPath",)),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("ByLiteralPath",)),
            ParameterSpec("Skip", "int"),
            ParameterSpec("First", "int"),
            ParameterSpec("IncludeTotalCount", "switch", unsupported=True),
        ),
        _import,
        (),
        "ImportClixmlCommand",
        "ByPath",
        own=True,
    ),
    ClientCommand(
        "ConvertTo-CliXml",
        (ParameterSpec("InputObject", "object", position=0, mandatory=True, by_value=True), _DEPTH),
        _to_text,
        (),
        "ConvertToClixmlCommand",
        own=True,
    ),
    ClientCommand(
        "ConvertFrom-CliXml",
        (ParameterSpec("InputObject", "string", position=0, mandatory=True, by_value=True),),
        _from_text,
        (),
        "ConvertFromClixmlCommand",
        own=True,
    ),
)
