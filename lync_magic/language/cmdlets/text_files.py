"""Text in files: Get-, Set-, Add- and Clear-Content, Out-File, Tee-Object, and `> file`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, NoReturn

from lync_magic.clixml import Byte, ObjectLike
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import (
    PROVIDER,
    absolute,
    encoding,
    encoding_at,
    expanded,
    found,
    given,
    lost_parent,
    no_path,
    only_one,
    paths_of,
    read_text,
    real,
    regular,
    whole_of,
)
from lync_magic.language.cmdlets.globbing import Look, look_of, lost_folder, resolved, unescaped
from lync_magic.language.cmdlets.held_drives import held_content, held_path
from lync_magic.language.cmdlets.layout import widths_of
from lync_magic.language.cmdlets.moving import FILTERS
from lync_magic.language.cmdlets.open_files import OpenFile, lines_read, split_lines
from lync_magic.language.cmdlets.stream import all_of, is_broken, objects, warn
from lync_magic.language.cmdlets.whatif import WHAT_IF, also_done, goes_on, only_said
from lync_magic.language.layout.shapes import is_plain, lines_of, plain_text
from lync_magic.language.layout.tables import ENDLESS
from lync_magic.language.values.collections import Array, collapse, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Written
from lync_magic.language.values.noted import Source, noted_list, noted_text
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import net_text, to_text


def redirected_to(path: str, *, append: bool) -> OpenFile:
    """The file of `> path` or `>> path`, open. Raises ScriptError, as Out-File does, where there can be none."""
    place = _one_file(real(path), path, "Out-File")
    _need_place(place, "Out-File")
    return OpenFile(place, append=append)


def write_objects(file: OpenFile, output: Iterable[object], width: int, *, whole: bool = True) -> None:
    """Write what a console of a width shows of the output. whole: it did not break off."""
    shown = (one for one in output if one is not None)
    file.lines(lines_of(shown, width, ENDLESS, broken=lambda: not whole or is_broken(output)))


def _get_content(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    _check_together(call)
    encoding(call)  # one that there is not is told before a path that there is not
    if call.get("TotalCount") == 0:
        return  # PowerShell does not even look at the path
    if input is None:
        held = [held_path(name, literal=literal) for name, literal in given(call, input)]
        if any(held):
            for one in held:
                yield from held_content(call, one)
            return
    for path, told in list(_found(call, input)) if call.switch("Raw") else _found(call, input):
        _check_raw(call)
        if os.path.isdir(path):
            message = (
                f"Unable to get content because it is a directory: '{absolute(path)}'. Please use 'Get-ChildItem' "
                f"instead."
            )
            error_id, kind = f"GetContainerContentException,{call.error_suffix}", "InvalidOperationException"
            call.services.error(ScriptError(message, error_id, "InvalidOperation", exception=kind))
            continue
        if call.switch("AsByteStream") and call.given("Delimiter"):
            message = (
                "A delimiter cannot be specified when reading the stream one byte at a time. (Parameter 'delimiter')"
            )
            error_id, kind = f"GetContentReaderArgumentError,{call.error_suffix}", "ArgumentException"
            call.services.error(
                ScriptError(message, error_id, "InvalidArgument", exception=kind, target=absolute(path))
            )
            continue
        if call.switch("AsByteStream") and call.given("Encoding"):
            warn(call, "Encoding not used when '-AsByteStream' specified.")
        yield from _together(_content(path, call), call.get("ReadCount", 1), Source(absolute(path), told))


def _found(call: BoundCall, input: Iterator[object] | None) -> Iterator[tuple[str, str]]:
    """The files, each with what its path begins with to PowerShell; a name with a wildcard that means none is an error
    here."""
    for name, literal in given(call, input):
        is_told = literal if input is not None else to_text(name).lower().startswith(PROVIDER.lower())
        paths = list(expanded(call, [name], literal=literal))
        wild = not literal and has_wildcard(to_text(name))
        if not paths and (look_of(call).is_picky or wild):
            whole = real(name)
            if not (lost_folder(whole) if wild else lost_parent(whole)):
                call.services.error(_nothing_at(call, to_text(name)))
        yield from ((path, PROVIDER if is_told else "") for path in paths)


def _nothing_at(call: BoundCall, path: str) -> ScriptError:
    message = (
        f"An object at the specified path {path} does not exist, or has been filtered by the -Include or "
        "-Exclude parameter."
    )
    target = Array([path], "System.String")
    return ScriptError(
        message, f"ItemNotFound,{call.error_suffix}", "ObjectNotFound", exception="Exception", target=target
    )


def _check_together(call: BoundCall) -> None:
    """Raises ScriptError for parameters of a file's lines that do not go together."""
    if call.given("TotalCount") and call.given("Tail"):
        message = "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter."
        error_id = f"TailAndHeadCannotCoexist,{call.error_suffix}"
        raise ScriptError(message, error_id, "InvalidOperation", exception="InvalidOperationException")


def _check_raw(call: BoundCall) -> None:
    """The same of -Raw, which is looked at when a file was found."""
    other = next((one for one in ("Delimiter", "ReadCount", "TotalCount", "Tail") if call.given(one)), "")
    kind = "PSInvalidOperationException"
    if call.switch("Raw") and other and other != "ReadCount":
        message = f"The 'Raw' and '{other}' parameters cannot be specified in the same command."
        error = ScriptError(message, f"InvalidOperation,{call.error_suffix}", "InvalidOperation", exception=kind)
        error.by_provider = True
        raise error


def _content(path: str, call: BoundCall) -> Iterable[object]:
    """A file's lines, what stands between delimiters, or its bytes; with -Raw all of it as one."""
    if not any(call.given(one) for one in ("AsByteStream", "Raw", "Delimiter", "Tail")):
        return islice(lines_read(regular(path), encoding(call)[0]), call.get("TotalCount"))
    if call.switch("AsByteStream"):
        data: list[object] = [Byte(one) for one in whole_of(path)]
        if call.switch("Raw"):
            return [Array(data, "System.Byte")] if data else []
        return _some(data, call)
    text = read_text(path, call)
    if call.switch("Raw"):
        return [text] if text else []
    if not call.given("Delimiter"):
        return _some(split_lines(text), call)
    delimiter = to_text(call.get("Delimiter"))
    if not delimiter:
        return []
    pieces = (_end_of(text, delimiter, call.get("Tail")) if call.given("Tail") else text).split(delimiter)
    return _some(pieces if pieces[-1] else pieces[:-1], call)


def _end_of(text: str, delimiter: str, count: int) -> str:
    """As much of a text's end as holds so many pieces, which are looked for from there."""
    end = len(text) - len(delimiter) * text.endswith(delimiter)
    for _piece in range(count):
        end = text.rfind(delimiter, 0, end)
        if end < 0:
            return text
    return text[end + len(delimiter) :]


def _some(items: Sequence[object], call: BoundCall) -> list[object]:
    if call.given("TotalCount"):
        return list(items[: call.get("TotalCount")])
    return list(deque(items, maxlen=call.get("Tail"))) if call.given("Tail") else list(items)


def _together(items: Iterable[object], count: int, source: Source) -> Iterator[object]:
    """One by one, or so many at once; below one all at once; with notes on the file."""
    if count == 1:
        for number, item in enumerate(items, 1):
            yield noted_text(item, source, number) if type(item) is str else item
        return
    given, number = iter(items), 0
    while part := list(islice(given, count if count > 0 else None)):
        number += len(part)
        yield noted_list(part, source, number)


def _flat(items: Iterable[object]) -> Iterator[object]:
    """The items of lists, however deep; nothing is no line."""
    for one in items:
        if is_collection(one) and not isinstance(one, ObjectLike):
            yield from _flat(items_of(one))
        elif one is not None:
            yield one


def _target(call: BoundCall) -> list[str]:
    names, literal = paths_of(call)
    made: list[str] = []
    for one in all_of(names):
        text = to_text(one)
        if literal or not has_wildcard(text):
            path = real(one) if literal else unescaped(real(one))
            if not literal and has_wildcard(path) and os.path.exists(path):
                raise NotKnownHere(f"{call.command_name} of a file whose name holds wildcards")
            look = look_of(call)
            if look.is_picky and not (os.path.lexists(path) and look.picks(os.path.basename(absolute(path)))):
                raise Written(_nothing_at(call, text))
            made.append(path)
            continue
        found = list(resolved(real(text), look_of(call)))
        if any(map(has_wildcard, found)):
            raise NotKnownHere(f"{call.command_name} of a file whose name holds wildcards")
        if lost := lost_folder(real(text)):
            call.services.error(no_path(call, lost))
            continue
        if not found:
            _no_dynamic(call)
            raise Written(_nothing_at(call, text))
        made += found
    return made


def _no_dynamic(call: BoundCall) -> None:
    """Raise PowerShell's error for the parameters that only a file has, where a path with wildcards means none."""
    for name in ("AsByteStream", "Encoding", "NoNewline"):
        if call.given(name):
            message = f"A parameter cannot be found that matches parameter name '{name}'."
            error_id, kind = f"NamedParameterNotFound,{call.error_suffix}", "ParameterBindingException"
            raise ScriptError(message, error_id, "InvalidArgument", exception=kind, activity=call.command_name)


def _put(call: BoundCall, input: Iterator[object] | None, *, append: bool) -> Iterator[object]:
    encoding(call)  # one that there is not is told first
    files: list[tuple[OpenFile, Source]] | None = None
    try:
        for value in [call.get("Value")] if input is None else input:  # where nothing comes no file is opened
            if files is None:
                files = list(_opened(call, append=append))
            given = all_of(value if input is None else unspelled(value))
            write = _put_bytes if call.switch("AsByteStream") else _put_lines
            for file, source in files:
                write(call, file, given)
                if given and call.switch("PassThru"):
                    yield noted_list(given, source, len(given))
    finally:
        for file, _source in files or ():
            file.close()


def _may_write(call: BoundCall, path: str) -> bool:
    try:
        _need_folder(call, path)
    except Written as written:
        call.services.error(written.error)
        return False
    return True


def _goes_on(call: BoundCall, path: str, *, append: bool) -> bool:
    return goes_on(call, "Add Content" if append else "Set Content", f"Path: {absolute(path)}")


def _opened(call: BoundCall, *, append: bool) -> Iterator[tuple[OpenFile, Source]]:
    """The files to write to, once it is known of all: what is there already is emptied first."""
    try:
        target = _target(call)
    except Written as lost:
        call.services.error(lost.error)
        return
    paths = [path for path in target if _goes_on(call, path, append=append) and _may_write(call, path)]
    for path in paths:
        if not append and os.path.exists(path):
            also_done(call, "Clear Content", f"Item: {absolute(path)}")
        codec, mark = encoding_at(call, path) if append else encoding(call)
        mark = b"" if call.switch("AsByteStream") else mark
        yield OpenFile(path, codec, mark, append=append, at_once=False), Source(absolute(path))


def _put_bytes(call: BoundCall, file: OpenFile, given: Sequence[object]) -> None:
    """Write bytes, to the first that is none."""
    for one in (one for one in given if one is not None):
        if not isinstance(one, Byte):
            message = "Cannot proceed with byte encoding. When using byte encoding the content must be of type byte."
            error_id = f"Argument,Microsoft.PowerShell.Commands.{_CONTENT[call.command_name]}"
            call.services.error(ScriptError(message, error_id, "InvalidArgument", exception="ArgumentException"))
            return
        file.put(bytes([one]))


def _put_lines(call: BoundCall, file: OpenFile, given: Sequence[object]) -> None:
    end = "" if call.switch("NoNewline") else os.linesep
    if text := "".join(net_text(one) + end for one in _flat(given)):
        file.write(text)


_ONLY_FILES: Final = (
    "Unable to clear content of '{}' because it is a directory. Clear-Content is only supported on files."
)


def _no_folder(call: BoundCall, shown: str) -> NoReturn:
    """What is said where a folder stands in a file's place."""
    if call.command_name == "Set-Content":
        error_id = f"System.NotSupportedException,{call.error_suffix}"
        error = ScriptError(_ONLY_FILES.format(shown), error_id, "NotSpecified", exception="NotSupportedException")
        error.by_provider = True
        raise error
    if call.command_name == "Add-Content":
        message = f"Unable to write content because it is a directory: '{shown}'."
        error_id, kind = f"WriteContainerContentException,{call.error_suffix}", "InvalidOperationException"
        raise Written(ScriptError(message, error_id, "InvalidOperation", exception=kind))
    _need_place(shown, call.command_name)
    raise AssertionError(shown)


def _one_file(path: str, told: str, command: str) -> str:
    """The file that is written to. Raises ScriptError where a path with wildcards means none or several."""
    if not has_wildcard(path) or lost_folder(path):
        return path
    try:
        return only_one(Look(), path, told, _OPENING[command])
    except ScriptError as bad:
        bad.activity = command
        raise


def _need_place(path: str, command: str) -> None:
    """Raises ScriptError where no file of that path can be opened for writing."""
    shown, folder = absolute(path), os.path.dirname(path.rstrip("/"))
    if os.path.isdir(path) or (path.endswith("/") and (not folder or os.path.isdir(folder))):
        message, kind = f"Access to the path '{shown}' is denied.", "UnauthorizedAccessException"
    elif folder and not os.path.isdir(folder):
        message, kind = f"Could not find a part of the path '{shown}'.", "DirectoryNotFoundException"
    else:
        return
    error_id = f"FileOpenFailure,Microsoft.PowerShell.Commands.{_OPENING[command]}"
    raise ScriptError(message, error_id, "OpenError", exception=kind, activity=command)


def _need_folder(call: BoundCall, path: str) -> None:
    if os.path.isdir(path):
        _no_folder(call, absolute(path))
    folder = os.path.dirname(path.rstrip("/"))
    lost = bool(folder) and not os.path.isdir(folder)
    if lost or path.endswith("/"):
        shown = absolute(path)
        if call.command_name not in _CONTENT:
            _need_place(path, call.command_name)
        why, category, message = _LOST if lost else _DENIED
        error_id = f"GetContentWriter{why}Error,Microsoft.PowerShell.Commands.{_CONTENT[call.command_name]}"
        kind = f"{why}Exception"
        raise Written(ScriptError(message.format(shown), error_id, category, exception=kind, target=shown))


_LOST: Final = ("DirectoryNotFound", "ObjectNotFound", "Could not find a part of the path '{}'.")
_DENIED: Final = ("UnauthorizedAccess", "PermissionDenied", "Access to the path '{}' is denied.")


_CONTENT: Final = {"Set-Content": "SetContentCommand", "Add-Content": "AddContentCommand"}
_OPENING: Final = {
    "Out-File": "OutFileCommand", "Export-Csv": "ExportCsvCommand", "Tee-Object": "TeeObjectCommand",
    "Export-Clixml": "ExportClixmlCommand",
}  # fmt: skip


def _set_content(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    return _put(call, input, append=False)


def _add_content(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    return _put(call, input, append=True)


def _clear_content(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for path in found(call, input):
        shown = absolute(path)
        if os.path.isdir(path):
            error_id, kind = f"ClearDirectoryContent,{call.error_suffix}", "NotSupportedException"
            message = _ONLY_FILES.format(shown)
            call.services.error(ScriptError(message, error_id, "InvalidOperation", exception=kind, target=shown))
        elif goes_on(call, "Clear Content", f"Item: {shown}"):
            changes()
            Path(path).write_bytes(b"")
    yield from ()


def open_for_writing(call: BoundCall, path: str, *, append: bool) -> str:
    """The file, which may be written. Raises ScriptError under -NoClobber where it is there."""
    if not call.given("LiteralPath"):
        path = _one_file(path, to_text(call.get("FilePath", call.get("Path"))), call.command_name)
    message = f"The file '{absolute(path)}' already exists."
    if call.switch("NoClobber") and os.path.isdir(path) and not append:
        error_id = f"FileOpenFailure,Microsoft.PowerShell.Commands.{_OPENING[call.command_name]}"
        raise ScriptError(message, error_id, "OpenError", exception="IOException")
    _need_folder(call, path)
    if call.switch("NoClobber") and os.path.exists(path) and not append:
        error_id = f"NoClobber,Microsoft.PowerShell.Commands.{_OPENING[call.command_name]}"
        raise ScriptError(message, error_id, "ResourceExists", exception="IOException", target=absolute(path))
    return path


def written_by(call: BoundCall, action: str, *, marked: bool) -> OpenFile | None:
    """The file that a cmdlet writes to, open before anything comes; None where that is only said. marked: see there."""
    told = call.get("LiteralPath", call.get("FilePath", call.get("Path")))
    if not goes_on(call, action, to_text(told)):
        return None
    append = call.switch("Append")
    path = open_for_writing(call, real(told), append=append)
    return OpenFile(path, *encoding(call), append=append, marked=marked)


def _out_file(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    file = written_by(call, "Output to File", marked=False)
    if file is None:
        return
    with file:
        told = (one for one in objects(call, input) if one is not None)
        lines = lines_of(told, *widths_of(call), broken=lambda: is_broken(input))
        file.lines(lines, "" if call.switch("NoNewline") else os.linesep)
    yield from ()


def _tee(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if call.given("Variable"):
        yield from _tee_variable(call, input)
        return
    given = objects(call, input)
    if input is None and not call.given("InputObject"):
        given = iter([None])
    first = list(islice(given, 1))
    if not first:
        return  # where nothing comes no file is opened
    given = chain(first, given)
    told = to_text(call.get("LiteralPath", call.get("FilePath")))
    if only_said(call, "Output to File", told):
        yield from given
        return
    append = call.switch("Append")
    try:
        path = open_for_writing(call, real(told), append=append)
    except ScriptError as error:  # it is Out-File that PowerShell writes the file with
        error.error_id = f"{(error.error_id or '').partition(',')[0]},Microsoft.PowerShell.Commands.OutFileCommand"
        error.activity = "out-file"
        raise
    width = widths_of(call)[0]
    held: list[object] = []
    with OpenFile(path, append=append) as file:
        try:
            for item in given:
                if type(item) is str and not held:
                    file.write(plain_text(item) + os.linesep)
                elif held or not (item is None or is_plain(item)):
                    held.append(item)  # how it looks may depend on what follows
                else:
                    write_objects(file, [item], width)
                yield item
        except GeneratorExit:  # who takes them wants no more
            write_objects(file, held, width, whole=False)
            raise
        write_objects(file, held, width, whole=not is_broken(input))


def _tee_variable(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    kept: list[object] = []
    for item in objects(call, input):
        kept.append(item)
        yield item
    if input is None and not call.given("InputObject"):
        kept = [None]
        yield None
    if is_broken(input):
        return  # it is set at the end
    name = to_text(call.get("Variable"))
    before = call.services.get_variable(name) if call.switch("Append") else None
    items = [*all_of(before), *kept]
    if items:
        try:
            call.services.set_variable(name, collapse(items))
        except ScriptError as bad:  # Tee-Object sets it through Set-Variable
            bad.error_id = f"{bad.error_id},Microsoft.PowerShell.Commands.SetVariableCommand"
            bad.activity = "set-variable"
            call.services.error(bad)


_ENCODING: Final = ParameterSpec("Encoding", "object")
_WRITING: Final = (
    ParameterSpec("Value", "object", position=1, by_value=True, mandatory=True, type_name="System.Object[]"),
    ParameterSpec("Path", "string[]", position=0, sets=("Path",), mandatory=True),
    ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), sets=("LiteralPath",), mandatory=True),
    ParameterSpec("PassThru", "switch"),
    ParameterSpec("Force", "switch"),
    ParameterSpec("NoNewline", "switch"),
    _ENCODING,
    ParameterSpec("AsByteStream", "switch"),
    ParameterSpec("Stream", "string", unsupported=True),
    *FILTERS,
    *WHAT_IF,
)

CMDLETS: Final = (
    ClientCommand(
        "Get-Content",
        (
            ParameterSpec("Path", "string[]", position=0, sets=("Path",), mandatory=True, by_value=True),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), sets=("LiteralPath",), mandatory=True),
            ParameterSpec("ReadCount", "int"),
            ParameterSpec("TotalCount", "int", ("First", "Head")),
            ParameterSpec("Tail", "int", ("Last",)),
            ParameterSpec("Raw", "switch"),
            ParameterSpec("Wait", "switch", unsupported=True),
            ParameterSpec("Delimiter", "string"),
            ParameterSpec("AsByteStream", "switch"),
            ParameterSpec("Stream", "string", unsupported=True),
            ParameterSpec("Force", "switch"),
            _ENCODING,
            *FILTERS,
        ),
        _get_content,
        ("gc", "cat", "type"),
        "GetContentCommand",
        "Path",
        own=True,
    ),
    ClientCommand("Set-Content", _WRITING, _set_content, (), "SetContentCommand", "Path", own=True, as_it_comes=True),
    ClientCommand(
        "Add-Content", _WRITING, _add_content, ("ac",), "AddContentCommand", "Path", own=True, as_it_comes=True
    ),
    ClientCommand(
        "Clear-Content",
        (
            ParameterSpec("Path", "string[]", position=0, sets=("Path",), mandatory=True, by_value=True),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), sets=("LiteralPath",), mandatory=True),
            ParameterSpec("Force", "switch"),
            ParameterSpec("Stream", "string", unsupported=True),
            *FILTERS,
            *WHAT_IF,
        ),
        _clear_content,
        ("clc",),
        "ClearContentCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "Out-File",
        (
            ParameterSpec("FilePath", "string", ("Path",), 0, mandatory=True, sets=("ByPath",)),
            ParameterSpec("LiteralPath", "string", ("PSPath", "LP"), mandatory=True, sets=("ByLiteralPath",)),
            ParameterSpec("Encoding", "object", position=1),
            ParameterSpec("Append", "switch"),
            ParameterSpec("Force", "switch"),
            ParameterSpec("NoClobber", "switch", ("NoOverwrite",)),
            ParameterSpec("Width", "int"),
            ParameterSpec("NoNewline", "switch"),
            ParameterSpec("InputObject", "object", by_value=True),
            *WHAT_IF,
        ),
        _out_file,
        (),
        "OutFileCommand",
        "ByPath",
        own=True,
        as_it_comes=True,
    ),
    ClientCommand(
        "Tee-Object",
        (
            ParameterSpec("InputObject", "object", by_value=True),
            ParameterSpec("FilePath", "string", ("Path",), 0, mandatory=True, sets=("File",)),
            ParameterSpec("LiteralPath", "string", ("PSPath", "LP"), mandatory=True, sets=("LiteralFile",)),
            ParameterSpec("Variable", "string", mandatory=True, sets=("Variable",)),
            ParameterSpec("Append", "switch"),
            ParameterSpec("Encoding", "object", unsupported=True),
        ),
        _tee,
        ("tee",),
        "TeeObjectCommand",
        "File",
        own=True,
        as_it_comes=True,
    ),
)
