"""Objects as CSV and back: ConvertTo-, ConvertFrom-, Export- and Import-Csv."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import encoding, encoding_at, files_to_read, paths_of, read_text, real
from lync_magic.language.cmdlets.open_files import OpenFile, reading
from lync_magic.language.cmdlets.selecting import need_all_of, property_names
from lync_magic.language.cmdlets.stream import all_of, null_input, null_reference, objects, warn
from lync_magic.language.cmdlets.text_files import open_for_writing
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.layout.shapes import Formatted, as_one
from lync_magic.language.values.collections import CUSTOM_OBJECT, Wrapped, is_collection, is_table, need_free
from lync_magic.language.values.culture import current
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moments import format_datetime
from lync_magic.language.values.number_text import plain_number
from lync_magic.language.values.properties import get_property, type_names_of
from lync_magic.language.values.spelled import GivenReal, Spelled
from lync_magic.language.values.text import argument_text, local_text, net_text, to_text
from lync_magic.language.values.types import NetType, type_of

_NEED_QUOTES: Final = '"\n'


def _columns(item: object) -> list[str]:
    if isinstance(item, Formatted):
        raise NotKnownHere("what a Format- cmdlet gave as CSV")
    if is_table(item):
        return [to_text(key) for key in item]
    need_all_of(item)
    return property_names(item)


def _cell(item: object, name: str) -> str | None:
    value = get_property(item, name)
    if value is MISSING or value is None:
        return None
    if isinstance(value, float) and not isinstance(value, Spelled | GivenReal):
        return plain_number(value) if current().name else to_text(plain_number(value))
    if isinstance(value, datetime):
        return format_datetime(value, "G")
    if is_collection(value) and not (isinstance(value, ObjectLike) and value.text is not None):
        return list_text(value)
    return value.name if isinstance(value, NetType) else local_text(value)


def list_text(value: object) -> str:
    """A list where a text is wanted of it alone: its type."""
    if isinstance(value, Wrapped):
        return to_text(value)
    kind = type_of(value)
    return "System.Collections.ArrayList" if kind.endswith("ArrayList") else NetType(kind).shown


class _Writer:
    """Rows as lines. quotes: `always`, `asneeded` or `never`."""

    def __init__(self, call: BoundCall) -> None:
        self._delimiter = to_text(call.get("Delimiter", ","))
        if call.switch("UseCulture"):
            self._delimiter = current().separator
        self._quotes = to_text(call.get("UseQuotes", "Always")).lower()
        self._quoted = {to_text(one).lower() for one in all_of(call.get("QuoteFields"))}
        if self._quotes not in ("always", "asneeded", "never"):
            raise NotKnownHere(f"-UseQuotes {self._quotes}")

    def line(self, names: Sequence[str], cells: Sequence[str | None]) -> str:
        """One row."""
        return self._delimiter.join(self._one(name, cell) for name, cell in zip(names, cells, strict=True))

    def _one(self, name: str, cell: str | None) -> str:
        if cell is None:
            return ""
        quote = self._quotes == "always"
        if self._quoted:
            quote = name.lower() in self._quoted
        elif self._quotes == "asneeded":
            quote = self._delimiter in cell or any(char in cell for char in _NEED_QUOTES)
        return '"' + cell.replace('"', '""') + '"' if quote else cell


def _lines(
    call: BoundCall, input: Iterator[object] | None, names: list[str] | None, *, header: bool, into_file: bool
) -> Iterator[str]:
    """The lines of objects; the columns are the first one's."""
    writer = _Writer(call)
    for item in map(as_one, objects(call, input)):
        if item is None:
            call.services.error(null_input("ExportCsvCommand" if into_file else "ConvertToCsvCommand"))
            continue
        if names is None:
            names = _columns(item)
            if header:
                if call.switch("IncludeTypeInformation"):
                    yield f"#TYPE {_type_name(item)}"
                if names or into_file:
                    yield writer.line(names, names)
        if names or into_file:
            if is_table(item):
                line = writer.line(names, [_entry(call, item.get(name, MISSING)) for name in names])
            else:
                line = writer.line(names, [_cell(item, name) for name in names])
            if line or into_file:  # PowerShell puts no empty line into a pipeline
                yield line


def _entry(call: BoundCall, value: object) -> str | None:
    """What a table's entry is written as. Raises .NET's own error where that is nothing, which is not expected."""
    if value is None:
        raise null_reference(call)
    if value is MISSING:
        return None
    if isinstance(value, float) and not isinstance(value, Spelled | GivenReal):
        return plain_number(value)
    return net_text(value) if is_collection(value) else local_text(value)


def _type_name(item: object) -> str:
    return to_text(type_names_of(item)[0]) if isinstance(item, ObjectLike) and item.type_names else type_of(item)


def _check_together(call: BoundCall) -> None:
    """Raises ScriptError for parameters that do not go together."""
    for first, second, error_id in (
        ("IncludeTypeInformation", "NoTypeInformation", "CannotSpecifyIncludeTypeInformationAndNoTypeInformation"),
        ("UseQuotes", "QuoteFields", "CannotSpecifyQuoteFieldsAndUseQuotes"),
    ):
        if call.given(first) and call.given(second):
            message = f"You must specify either the -{first} or -{second} parameters, but not both."
            kind = "InvalidOperationException"
            raise ScriptError(message, f"{error_id},{call.error_suffix}", "InvalidData", exception=kind)


def _to_csv(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    _check_together(call)
    yield from _lines(call, input, None, header=not call.switch("NoHeader"), into_file=False)


def _export(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    encoding(call)  # one that there is not is told first
    _check_together(call)
    told, _literal = paths_of(call)
    path = real(all_of(told)[0]) if told is not None else ""
    if not path or (call.given("Path") and call.given("LiteralPath")):
        message = "You must specify either the -Path or -LiteralPath parameters, but not both."
        error_id = f"CannotSpecifyPathAndLiteralPath,{call.error_suffix}"
        raise ScriptError(message, error_id, "InvalidData", exception="InvalidOperationException")
    if not goes_on(call, "Export-Csv", to_text(told)):
        return
    append = call.switch("Append")
    path = open_for_writing(call, path, append=append)
    append = append and os.path.exists(path) and os.path.getsize(path) > 0
    columns = _header(read_text(path, call), to_text(call.get("Delimiter", ","))) if append else None
    if columns is not None and not call.switch("Force"):
        input = _with_columns(call, input, columns, path)
    header = not append and not call.switch("NoHeader")
    codec, mark = encoding_at(call, path) if append else encoding(call)
    with OpenFile(path, codec, mark, append=append, at_once=False) as file:
        file.lines(_lines(call, input, columns, header=header, into_file=True))
    yield from ()


def _with_columns(call: BoundCall, input: Iterator[object] | None, columns: list[str], path: str) -> Iterator[object]:
    """The objects, of which the first has each column of the file. Raises PowerShell's error where it has not."""
    items = objects(call, input)
    first = next(items, None)
    if first is None:
        return
    for column in columns:
        if get_property(first, column) is MISSING:
            message = (
                f"Cannot append CSV content to the following file: {path}. The appended object does not have a "
                f"property that corresponds to the following column: {column}. To continue with mismatched properties, "
                "add the -Force parameter, and then retry the command."
            )
            error_id = "CannotAppendCsvWithMismatchedPropertyNames,Microsoft.PowerShell.Commands.ExportCsvCommand"
            raise ScriptError(message, error_id, "InvalidData", exception="InvalidOperationException", target=column)
    yield first
    yield from items


def _header(text: str, delimiter: str) -> list[str] | None:
    """The columns of a file's text; None where it names none."""
    if text.startswith("#"):
        text = text.partition("\n")[2]
    return next((names for row in read_rows(text, delimiter) if (names := _names_of(row)) is not None), None)


def read_rows(text: str, delimiter: str) -> Iterator[list[str | None]]:
    """The rows of CSV text; an empty field without quotes is None where the text ends with it: alone it is no field."""
    row: list[str | None] = []
    place, size = 0, len(text)
    while place < size:
        field = ""
        while place < size and text[place] in " \t" and text[place] != delimiter:
            place += 1
        if place < size and text[place] == '"':
            place += 1
            while place < size:
                if text[place] == '"':
                    if text[place + 1 : place + 2] == '"':
                        field += '"'
                        place += 2
                        continue
                    place += 1
                    break
                field += text[place]
                place += 1
            start = place
            while place < size and text[place] not in (delimiter, "\n", "\r"):
                place += 1
            field += text[start:place] if text[start:place].strip(" \t") else ""
        else:
            start = place
            while place < size and text[place] not in (delimiter, "\n", "\r"):
                place += 1
            field = text[start:place]
            word = field.rstrip(" \t")
            if not any(blank in word for blank in " \t"):  # blanks alone behind one word: the first of them stays
                field = field[: len(word) + 1]
            if not field and place == size:
                yield [*row, None]
                return
        row.append(field)
        if place < size and text[place] == delimiter:
            place += 1
            if place == size:
                row.append(None)
            continue
        if text[place : place + 2] == "\r\n":
            place += 2
        elif place < size:
            place += 1
        yield row
        row = []
    if row:
        yield row


class _Reader:
    """Rows as objects; that a column had no name is warned of once, with the first object that has it."""

    def __init__(self, call: BoundCall, command: ClientCommand) -> None:
        self._call, self._command = call, command
        self._delimiter = to_text(call.get("Delimiter", ","))
        if call.switch("UseCulture"):
            self._delimiter = current().separator
        self._warned = False

    def objects(self, texts: Iterable[str]) -> Iterator[object]:
        """The objects of texts that each hold whole rows; the first row of all names the columns."""
        names = [to_text(one) for one in all_of(self._call.get("Header"))] or None
        made: list[str] | None = None
        kind: tuple[str, ...] = CUSTOM_OBJECT
        for text in texts:
            if kind is CUSTOM_OBJECT and text.startswith("#"):  # until a type is told, of each text in turn
                head, _end, text = text.partition("\n")
                told = head[5:].strip() if head[:5].lower() == "#type" else ""
                kind = (told, f"CSV:{told}", *CUSTOM_OBJECT) if told else kind
                if not text:
                    continue
            for row in self._rows(text, names):
                if names is None:
                    names = _names_of(row)
                    _check_apart([one for one in names or () if one], self._command)
                    continue
                if row in ([None], [""], ["", None]):
                    continue  # to PowerShell a lone delimiter at the end of a text is an empty line
                if made is None:
                    made = self._named(names)
                    need_free(made)
                cells = [*row, *([None] * (len(made) - len(row)))]
                yield PSObject(dict(zip(made, cells, strict=False)), kind)

    def _rows(self, text: str, names: list[str] | None) -> Iterator[list[str | None]]:
        if names is not None:
            _check_apart([one for one in names if one], self._command)
        return read_rows(text, self._delimiter)

    def _named(self, names: list[str]) -> list[str]:
        """The names of columns, of which those without one are H1, H2 and so on."""
        missing = itertools.count(1)
        made = [one or f"H{next(missing)}" for one in names]
        if made != names and not self._warned:
            self._warned = True
            warn(
                self._call,
                'One or more headers were not specified. Default names starting with "H" have been used in place of '
                "any missing headers.",
            )
        return made


def _names_of(row: list[str | None]) -> list[str] | None:
    """The names of a first row: those that are empty at its end are none, but for the first. None of a comment."""
    if row == [None]:
        return []
    names = [one or "" for one in row]
    while len(names) > 1 and not names[-1]:
        names.pop()
    if names[0].startswith(_FIELDS):
        return [names[0].removeprefix(_FIELDS), *names[1:]]
    return None if names[0].startswith("#") else names


_FIELDS: Final = "#Fields: "


def _check_apart(names: list[str], command: ClientCommand) -> None:
    """Raise PowerShell's error for a column's name that is given twice."""
    for place, name in enumerate(names):
        if name.lower() in (known.lower() for known in names[:place]):
            message = f'The member "{name}" is already present.'
            error_id = f"AlreadyPresentPSMemberInfoInternalCollectionAdd,{command.error_suffix}"
            raise ScriptError(message, error_id, "NotSpecified", exception="ExtendedTypeSystemException")


def _from_csv(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    texts = (argument_text(one).removeprefix("\ufeff") for item in objects(call, input) for one in all_of(item))
    yield from _Reader(call, FROM).objects(texts)


def _import(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    encoding(call)  # one that there is not is told before a path that there is not
    reader = _Reader(call, IMPORT)
    for path in files_to_read(call, input, "ImportCsvCommand"):
        with reading(path):
            yield from reader.objects([read_text(path, call)])


_INPUT: Final = ParameterSpec("InputObject", "object", mandatory=True, by_value=True)
_DELIMITER: Final = ParameterSpec("Delimiter", "char", position=1)
_WRITING: Final = (
    ParameterSpec("UseCulture", "switch"),
    ParameterSpec("IncludeTypeInformation", "switch", ("ITI",)),
    ParameterSpec("NoTypeInformation", "switch", ("NTI",)),
    ParameterSpec("QuoteFields", "string[]", ("QF",)),
    ParameterSpec("UseQuotes", "string", ("UQ",)),
    ParameterSpec("NoHeader", "switch"),
)
_PATHS: Final = (
    ParameterSpec("Path", "string", position=0),
    ParameterSpec("LiteralPath", "string", ("PSPath", "LP")),
)

TO: Final = ClientCommand(
    "ConvertTo-Csv", (replace(_INPUT, position=0), _DELIMITER, *_WRITING), _to_csv, (), "ConvertToCsvCommand", own=True
)
FROM: Final = ClientCommand(
    "ConvertFrom-Csv",
    (
        ParameterSpec("InputObject", "object[]", position=0, mandatory=True, by_value=True),
        _DELIMITER,
        ParameterSpec("UseCulture", "switch"),
        ParameterSpec("Header", "string[]"),
    ),
    _from_csv,
    (),
    "ConvertFromCsvCommand",
    own=True,
)
EXPORT: Final = ClientCommand(
    "Export-Csv",
    (
        _INPUT,
        *_PATHS,
        _DELIMITER,
        ParameterSpec("Encoding", "object"),
        ParameterSpec("Append", "switch"),
        ParameterSpec("Force", "switch"),
        ParameterSpec("NoClobber", "switch", ("NoOverwrite",)),
        *_WRITING,
        *WHAT_IF,
    ),
    _export,
    ("epcsv",),
    "ExportCsvCommand",
    own=True,
    as_it_comes=True,
)
IMPORT: Final = ClientCommand(
    "Import-Csv",
    (
        ParameterSpec("Path", "string[]", position=0, by_value=True, mandatory=True, sets=("Path",)),
        ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("LiteralPath",)),
        _DELIMITER,
        ParameterSpec("UseCulture", "switch"),
        ParameterSpec("Header", "string[]"),
        ParameterSpec("Encoding", "object"),
    ),
    _import,
    ("ipcsv",),
    "ImportCsvCommand",
    "Path",
    own=True,
)
CMDLETS: Final = (TO, FROM, EXPORT, IMPORT)
