"""Text in files: Get-, Set-, Add- and Clear-Content, Out-File, Tee-Object, and `> file`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
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
    no_path,
    only_one,
    paths_of,
    read_text,
    real,
    split_lines,
    whole_of,
)
from lync_magic.language.cmdlets.globbing import Look, look_of, lost_folder, resolved, unescaped
from lync_magic.language.cmdlets.held_drives import held_content, held_path
from lync_magic.language.cmdlets.layout import widths_of
from lync_magic.language.cmdlets.moving import FILTERS
from lync_magic.language.cmdlets.stream import all_of, is_broken, objects, warn
from lync_magic.language.cmdlets.whatif import WHAT_IF, also_done, goes_on, only_said
from lync_magic.language.layout.shapes import lines_of
from lync_magic.language.layout.tables import ENDLESS
from lync_magic.language.values.code_pages import encoded
from lync_magic.language.values.collections import Array, collapse, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Written
from lync_magic.language.values.noted import Source, noted_list, noted_text
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import net_text, to_text


def write_redirected(path: str, output: Iterable[object], width: int, *, append: bool) -> None:
    """`> path`, `>> path`: what a console of a width shows of the output, into a file. Raises ScriptError, as Out-File
    does, where there can be none."""
    place = _one_file(real(path), path, "Out-File")
    _need_place(place, "Out-File")
    write_objects(place, output, width, append=append)


def write_objects(path: str, output: Iterable[object], width: int, *, append: bool, whole: bool = True) -> None:
    """The same where the file may be written. whole: the output did not break off."""
    shown = (one for one in output if one is not None)
    lines = lines_of(shown, width, ENDLESS, broken=lambda: not whole or is_broken(output))
    data = encoded("".join(line + os.linesep for line in lines), "utf-8")
    changes()
    with open(real(path), "ab" if append else "wb") as file:
        file.write(data)


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
        if not paths and (look_of(call).is_picky or wild) and not (wild and lost_folder(real(name))):
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


def _content(path: str, call: BoundCall) -> list[object]:
    """A file's lines, what stands between delimiters, or its bytes; with -Raw all of it as one."""
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


def _together(items: Sequence[object], count: int, source: Source) -> Iterator[object]:
    """One by one, or so many at once; below one all at once; with notes on the file."""
    if count == 1:
        for number, item in enumerate(items, 1):
            yield noted_text(item, source, number) if type(item) is str else item
        return
    size = max(count if count > 0 else len(items), 1)
    for start in range(0, len(items), size):
        part = items[start : start + size]
        yield noted_list(part, source, start + len(part))


def _values(call: BoundCall, input: Iterator[object] | None) -> list[str]:
    told = list(map(unspelled, input)) if input is not None else all_of(call.get("Value"))
    return [net_text(one) for one in _flat(told)]


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
            if not look_of(call).picks(os.path.basename(absolute(path))):
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
    if call.switch("AsByteStream"):
        return _put_bytes(call, input, append=append)
    return _put_lines(call, input, append=append)


def _may_write(call: BoundCall, path: str) -> bool:
    try:
        _need_folder(call, path)
    except Written as written:
        call.services.error(written.error)
        return False
    return True


def _goes_on(call: BoundCall, path: str, *, append: bool) -> bool:
    return goes_on(call, "Add Content" if append else "Set Content", f"Path: {absolute(path)}")


def _written_to(call: BoundCall, *, append: bool) -> Iterator[str]:
    """The files to write to, once it is known of all: what is there already is emptied first."""
    paths = [path for path in _target(call) if _may_write(call, path) and _goes_on(call, path, append=append)]
    for path in paths:
        if not append and os.path.exists(path):
            also_done(call, "Clear Content", f"Item: {absolute(path)}")
        yield path


def _put_bytes(call: BoundCall, input: Iterator[object] | None, *, append: bool) -> Iterator[object]:
    told = list(input) if input is not None else [call.get("Value")]
    items = [one for item in told if item is not None for one in all_of(item)]
    data = bytes(one for one in items if isinstance(one, Byte))
    strange = sum(not isinstance(one, Byte) for one in items)
    for path in _written_to(call, append=append):
        for _time in range(strange if input is not None else min(strange, 1)):
            message = "Cannot proceed with byte encoding. When using byte encoding the content must be of type byte."
            error_id = f"Argument,Microsoft.PowerShell.Commands.{_CONTENT[call.command_name]}"
            call.services.error(ScriptError(message, error_id, "InvalidArgument", exception="ArgumentException"))
        changes()
        with open(path, "ab" if append else "wb") as file:
            file.write(data)
        if call.switch("PassThru"):
            yield from items


def _put_lines(call: BoundCall, input: Iterator[object] | None, *, append: bool) -> Iterator[object]:
    given = list(input) if input is not None else all_of(call.get("Value"))
    if input is not None and not given:
        return  # where nothing comes no file is opened
    lines = _values(call, None if input is None else iter(given))
    if call.given("Value") and call.get("Value") is None and input is None:
        lines = []
    encoding(call)  # one that there is not is told first
    end = "" if call.switch("NoNewline") else os.linesep
    written: list[Source] = []
    for path in _written_to(call, append=append):
        written.append(Source(absolute(path)))
        name, mark = encoding_at(call, path) if append else encoding(call)
        data = encoded("".join(line + end for line in lines), name)
        fresh = not append or not os.path.exists(path) or not os.path.getsize(path)
        changes()
        with open(path, "ab" if append else "wb") as file:
            file.write((mark if fresh and (lines or not append) else b"") + data)
    if call.switch("PassThru"):
        for part in [given] if input is None else ([one] for one in given):
            yield from (noted_list(part, source, len(part)) for source in written)


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
    _need_folder(call, path)
    if call.switch("NoClobber") and os.path.exists(path) and not append:
        message = f"The file '{absolute(path)}' already exists."
        error_id = f"NoClobber,Microsoft.PowerShell.Commands.{_OPENING[call.command_name]}"
        raise ScriptError(message, error_id, "ResourceExists", exception="IOException", target=absolute(path))
    return path


def _out_file(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    path = real(call.get("LiteralPath", call.get("FilePath")))
    append = call.switch("Append")
    told = (one for one in objects(call, input) if one is not None)
    lines = list(lines_of(told, *widths_of(call), broken=lambda: is_broken(input)))
    path = open_for_writing(call, path, append=append)
    if goes_on(call, "Output to File", to_text(call.get("LiteralPath", call.get("FilePath")))):
        name, mark = encoding(call)
        end = "" if call.switch("NoNewline") else os.linesep
        fresh = not append or not os.path.exists(path) or not os.path.getsize(path)
        changes()
        with open(path, "ab" if append else "wb") as file:
            file.write((mark if fresh else b"") + encoded("".join(line + end for line in lines), name))
    yield from ()


def _tee(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    kept: list[object] = []
    path = told = to_text(call.get("LiteralPath", call.get("FilePath")))
    if not call.given("Variable") and only_said(call, "Output to File", told):
        yield from objects(call, input)
        return
    if not call.given("Variable"):
        try:
            path = open_for_writing(call, real(told), append=call.switch("Append"))
        except ScriptError as error:  # it is Out-File that PowerShell writes the file with
            error.error_id = f"{(error.error_id or '').partition(',')[0]},Microsoft.PowerShell.Commands.OutFileCommand"
            error.activity = "out-file"
            raise
    try:
        for item in objects(call, input):
            kept.append(item)
            yield item
    except GeneratorExit:  # who takes them wants no more
        if not call.given("Variable"):
            _keep(call, path, kept, whole=False)
        raise
    if input is None and not call.given("InputObject"):
        kept = [None]
        yield None
    if not kept and input is not None and not call.given("Variable"):
        return  # where nothing comes no file is opened
    if call.given("Variable"):
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
    else:
        _keep(call, path, kept, whole=not is_broken(input))


def _keep(call: BoundCall, path: str, kept: list[object], *, whole: bool) -> None:
    """Write what came into Tee-Object's file. whole: it did not break off."""
    write_objects(path, kept, widths_of(call)[0], append=call.switch("Append"), whole=whole)


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
