"""Import-PowerShellDataFile: a file that is a table of values. And Register-ArgumentCompleter, of which a cell sees
nothing.

Rule of this file: what a file holds is looked at before anything of it is worked out, so that nothing in it runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from lync_magic.errors import CellSyntaxError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import absolute, paths_of, real, whole_of
from lync_magic.language.cmdlets.globbing import Look, resolved
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.parser.entry import parse
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import to_text

_CLASS: Final = "Microsoft.PowerShell.Commands.ImportPowerShellDataFileCommand"
_VALUES: Final = (
    s.Block, s.Pipeline, s.CommandExpression, e.String, e.Constant, e.ArrayLiteral, e.ArrayExpression, e.Hashtable,
    e.HashEntry,
)  # fmt: skip
_NAMED: Final = frozenset(("true", "false", "null"))


def _import(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    names, literal = paths_of(call)
    for name in all_of(names):
        path = _file(call, to_text(name), literal=literal)
        table = None if path is None else _table(call, absolute(path))
        if table is not None:
            evaluator, scope = call.services.evaluator, call.services.scope
            assert evaluator is not None
            assert scope is not None
            yield evaluator.evaluate(table, scope)


def _file(call: BoundCall, name: str, *, literal: bool) -> str | None:
    """The file of a name; None where that is an error, which is told."""
    text = real(name)
    if not literal and has_wildcard(text):
        found = list(resolved(text, Look()))
        if len(found) == 1:
            return found[0]
        if found:
            message = (
                "Cannot perform operation because the path resolved to more than one file. This command cannot operate "
                "on multiple files."
            )
            error_id, kind = f"ReadWriteMultipleFilesNotSupported,{_CLASS}", "PSInvalidOperationException"
            raise ScriptError(message, error_id, "InvalidArgument", exception=kind)
        message = f"Cannot perform operation because the wildcard path {name} did not resolve to a file."
        error_id, kind = f"FileOpenFailure,{_CLASS}", "FileNotFoundException"
        raise ScriptError(message, error_id, "OpenError", exception=kind, target=name)
    if os.path.isfile(text):
        return text
    if os.path.exists(text):
        raise NotKnownHere("Import-PowerShellDataFile of a folder")
    message = f"Cannot find path '{name}' because it does not exist."
    error = ScriptError(
        message, f"PathNotFound,{_CLASS}", "InvalidArgument", exception="ArgumentException", target=name
    )
    call.services.error(error)
    return None


def _table(call: BoundCall, path: str) -> e.Hashtable | None:
    """The table that a file is; None where it is none, which is an error that is told."""
    text = whole_of(path).decode("utf-8-sig", "replace")
    why = ""
    found = None
    try:
        tables = [one for one in walk(parse(text)) if isinstance(one, e.Hashtable)]
        if not any(map(_names_twice, tables)):
            found, why = next(iter(tables), None), "NoHashtableRoot"
    except CellSyntaxError:
        pass
    if found is None:
        message = f"The file '{path}' could not be parsed as a PowerShell Data File."
        error_id, kind = f"CouldNotParseAsPowerShellDataFile{why},{_CLASS}", "InvalidOperationException"
        call.services.error(ScriptError(message, error_id, "InvalidData", exception=kind, target=path))
        return None
    if not all(map(_is_value, walk(found))):
        message = (
            "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: "
            f"{found.extent.text}."
        )
        error_id, kind = f"System.InvalidOperationException,{_CLASS}", "InvalidOperationException"
        raise ScriptError(message, error_id, "NotSpecified", exception=kind)
    return found


def _names_twice(table: e.Hashtable) -> bool:
    """Whether a table has a key twice, which is an error of its text."""
    keys = [to_text(one.key.value).lower() for one in table.entries if isinstance(one.key, e.String | e.Constant)]
    return len(set(keys)) < len(keys)


def _is_value(node: e.Node) -> bool:
    """Whether a part of a table is a value that is written out. Raises NotKnownHere where PowerShell takes more."""
    if isinstance(node, s.Statement) and not isinstance(node, s.Pipeline):
        return False
    if isinstance(node, s.Pipeline) and alone_in(node) is None:
        return False
    if isinstance(node, e.Variable):
        if not node.drive and node.name.lower() in _NAMED:
            return True
        if node.name.lower() in ("psscriptroot", "psculture", "psuiculture"):
            raise NotKnownHere(f"${node.name} in a data file")
        return False
    if isinstance(node, e.Binary):
        return False
    if not isinstance(node, _VALUES):
        raise NotKnownHere(f"{node.extent.text} in a data file")
    return True


def _nothing(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    return iter(())


CMDLETS: Final = (
    ClientCommand(
        "Import-PowerShellDataFile",
        (
            ParameterSpec("Path", "string[]", position=0, mandatory=True, sets=("ByPath",)),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), sets=("ByLiteralPath",), mandatory=True),
            ParameterSpec("SkipLimitCheck", "switch"),
        ),
        _import,
        (),
        "ImportPowerShellDataFileCommand",
        own=True,
    ),
    ClientCommand(
        "Register-ArgumentCompleter",
        (
            ParameterSpec("CommandName", "string[]"),
            ParameterSpec("ParameterName", "string"),
            ParameterSpec("ScriptBlock", "scriptblock", mandatory=True, takes_block=True),
            ParameterSpec("Native", "switch"),
            ParameterSpec("NativeFallback", "switch"),
        ),
        _nothing,
        (),
        "System.Management.Automation.RegisterArgumentCompleterCommand",
        own=True,
    ),
)
