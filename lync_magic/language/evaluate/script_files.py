"""Script files that a cell calls or dot-sources.

Rules of this file: the text of a file is looked at as a cell's is before any of it runs; it is what the file holds when
it is called, and is read once for all calls while it stays so. Only what is named `.ps1` is read.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from shutil import which
from typing import TYPE_CHECKING, Final, NoReturn

from lync_magic.clixml import MISSING
from lync_magic.errors import CellNotSupported, CellSyntaxError, CommandNotFound
from lync_magic.language.evaluate.blocks import Block, checkers
from lync_magic.language.parser.entry import parse
from lync_magic.language.syntax.expressions import Variable
from lync_magic.language.syntax.statements import Script
from lync_magic.language.values.collections import plain
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import to_text

if TYPE_CHECKING:
    from lync_magic.language.evaluate.core import Code, Course, EvaluatorCore, Put
    from lync_magic.language.evaluate.flow import Exit
    from lync_magic.language.evaluate.scope import Scope
    from lync_magic.language.syntax.source import Extent

_KIND: Final = ".ps1"
_RELATIVE: Final = (".\\", "..\\", "\\", "~\\")
_REQUIRES: Final = re.compile(r"^[ \t]*#requires[ \t]+(.*?)[ \t]*$", re.I | re.M)
_MET: Final = re.compile(r"-(?:version[ :]+([0-9]+)(?:\.([0-9]+))?(?:\.[0-9]+)*|psedition[ :]+core)", re.I)
_NEWEST: Final = (7, 6)


def is_path(text: str) -> bool:
    """Whether a command's name is a path, and not that of a command of a module."""
    if "/" not in text and "\\" not in text:
        return text.lower().endswith(_KIND)
    is_below = os.name == "nt" and text.lower().endswith(_KIND)  # elsewhere it is a module's command
    return "/" in text or text.startswith(_RELATIVE) or ":\\" in text or is_below


def script_path(text: str) -> str | None:
    """The script file that a command's name means; None where there is none. Raises NotKnownHere for another kind of
    file, and where it may be one of many."""
    plain = os.path.expanduser(text.replace("\\", "/"))
    if "/" not in plain:  # it is looked for where programs are
        if which(text) is not None:
            raise NotKnownHere(f"running the file {text}")
        return None
    path = os.path.abspath(plain)
    for one in (path, path + _KIND) if os.name == "nt" or "\\" not in text else (path,):
        if os.path.isfile(one):
            if not one.lower().endswith(_KIND):
                raise NotKnownHere(f"running the file {text}")
            return one
    if has_wildcard(text) or which(path) is not None:
        raise NotKnownHere(f"running the file {text}")
    return None


def is_module_file(name: str) -> bool:
    """Whether what Import-Module is given is a file or folder that is there."""
    path = os.path.expanduser(name.replace("\\", "/"))
    is_told = "/" in path or path.startswith(".") or (os.name == "nt" and ":" in path)
    return is_told and any(os.path.exists(path + kind) for kind in ("", *_OF_MODULES))


_OF_MODULES: Final = (".psd1", ".psm1", _KIND)


def read_script(path: str) -> Script:
    """What a script file holds. Raises NotKnownHere for a file that is no PowerShell, or demands what is not known."""
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            text = _decoded(file.read())
    except (OSError, UnicodeError):
        raise NotKnownHere(f"running the file {name}, which is no text in UTF-8 or UTF-16") from None
    for demand in _REQUIRES.findall(text):
        _check_demand(demand, name)
    try:
        return _parsed(text, path)
    except CellSyntaxError as bad:
        told = bad.message.removesuffix(".")
        raise NotKnownHere(f"the script file {name}, whose line {bad.line} does not parse: {told}") from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def _check_demand(demand: str, name: str) -> None:
    """`#Requires -Version` and `-PSEdition` may be met here."""
    told = _MET.fullmatch(demand)
    if told is None or (told[1] and (int(told[1]), int(told[2] or 0)) > _NEWEST):
        raise NotKnownHere(f"#Requires {demand} in {name}")


@lru_cache(maxsize=64)
def _parsed(text: str, path: str) -> Script:
    script = parse(text, path)
    script.within.script = script
    return script


def within_file(refused: CellNotSupported, path: str) -> str:
    """What is not known in a file, with its place."""
    told = refused.message.partition(": ")[2] or refused.message
    return told if f"{_KIND}, line " in told else f"{told} ({os.path.basename(path)}, line {refused.line})"


def place_unknown(unknown: NotKnownHere, extent: Extent) -> None:
    """What a statement came to has its place: that of the call in the cell, and in words the one in a file."""
    path = extent.source.path
    if not path:
        unknown.line = unknown.line or (extent.line, extent.column)
    elif unknown.line is None and f"{_KIND}, line " not in unknown.what:
        unknown.what = f"{unknown.what} ({os.path.basename(path)}, line {extent.line})"


def file_alone(text: str) -> Block | None:
    """The script file that a command's name means, as a block to be looked at; None where there is none. Raises
    NotKnownHere for another kind of file, and one that does not parse."""
    path = script_path(text)
    return None if path is None else _as_block(read_script(path))


def _as_block(script: Script) -> Block:
    return Block(script, script.within.text, os.path.basename(script.within.path))


def file_block(core: EvaluatorCore, path: str, scope: Scope) -> Block:
    """A file as a block. Raises NotKnownHere where something in it is not known."""
    script = read_script(path)
    held = core.files.get(path)
    if held is not None and held.node is script:
        return held
    known = core.known_functions() | {name.lower() for one in scope.outwards() for name in one.functions}
    try:
        for checker in checkers:
            checker(script, core.runtime, known)
    except CellNotSupported as refused:
        raise NotKnownHere(within_file(refused, path)) from None
    core.files[path] = _as_block(script)
    return core.files[path]


def tell_of(core: EvaluatorCore, target: object, scope: Scope) -> None:
    """Something of which the text did not tell what it is is about to run. Raises NotKnownHere for a file in which
    something is not known, before anything is seen outside."""
    text = "" if isinstance(target, Block) else to_text(target)
    if is_path(text) and (path := script_path(text)) is not None:
        file_block(core, path, scope)
    changes()


def finds_function(core: EvaluatorCore, name: str) -> bool:
    """Whether a function is there where an error is laid out that came up in it: not one of a file that has ended.
    Raises NotKnownHere where such a file may lay it out itself."""
    if not core.files or name.lower() in core.scope.functions:
        return True
    texts = [block.text for block in core.files.values()]
    if not any(re.search(rf"\b{re.escape(name)}\b", text, re.I) for text in texts):
        return True
    if any(_LAYING_OUT.search(text) for text in texts):
        raise NotKnownHere("an error of a script file's function, laid out where it may be there or not")
    return False


_LAYING_OUT: Final = re.compile(r"\b(?:out-|format-|tee)|>|\b(?:ft|fl|fw|oh)\b", re.I)
"""What writes objects as a console shows them."""


def not_there(text: str) -> CommandNotFound:
    """The error for a file that is not there, or that was called by its name alone."""
    is_here = os.path.basename(text) == text and os.path.isfile(text)
    advice = f"It is in this folder, of which PowerShell loads no commands by name: .{os.sep}{text}" if is_here else ""
    return CommandNotFound(NOT_RECOGNIZED.format(text), advice, command=text)


NOT_RECOGNIZED: Final = (
    "The term '{}' is not recognized as a name of a cmdlet, function, script file, or executable program.\n"
    "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
)
"""What PowerShell says of a command that is not there."""


def raising(error: Exception) -> NoReturn:
    """Raise an error."""
    raise error


OF_FILES: Final = ("psscriptroot", "pscommandpath")
"""The variables that tell of the file that they stand in, as each call has them for its own."""


def enter_file(block: Block, scope: Scope, *, shared: bool) -> None:
    """A block is called, once a file has run: where its text stands is what it sees. shared: in its caller's scope."""
    path = block.node.within.path
    scope.own.update(_told_of(path))
    scope.own[_MARK] = path
    if block.is_file:
        scope.block = block
        scope.closed = not shared


_MARK: Final = "pscommandpath "
"""What no variable is called: where a scope keeps the file of the call that it is of."""


def _told_of(path: str) -> dict[str, object]:
    return dict(zip(OF_FILES, (os.path.dirname(path), path), strict=True))


def _call_around(scope: Scope) -> Scope | None:
    """The scope of the call that runs, None in the cell itself and before a file has run."""
    return next((one for one in scope.outwards() if _MARK in one.own), None)


def of_file(node: Variable, otherwise: Code) -> Code:
    """`$PSScriptRoot` or `$PSCommandPath` as a function of the scope. otherwise: what it is in a cell."""
    path, folded = node.within.path, node.name.lower()

    def read(scope: Scope) -> object:
        called = _call_around(scope)
        if called is None:
            return otherwise(scope)
        return called.own[folded] if called.own[_MARK] == path else _told_of(path)[folded]

    return read


def put_of_file(folded: str) -> Put:
    """An assignment to one of them in a file, which is the call's own."""

    def put(scope: Scope, value: object) -> None:
        called = _call_around(scope)
        if called is not None:
            called.own[folded] = plain(value)

    return put


_CODE: Final = "LASTEXITCODE"


def exit_file(core: EvaluatorCore, left: Exit, course: Course | None) -> None:
    """`exit` ends the file that it stands in, and says how that went."""
    if core.scope.find(_CODE, _CODE.lower()) is MISSING:
        core.automatic.exit_code = left.code
    else:  # a cell has given it a value: it is a variable
        core.automatic.exit_code = None
        core.scope.put(_CODE, _CODE.lower(), left.code)
    if left.code and course is not None:
        course.failed = True
