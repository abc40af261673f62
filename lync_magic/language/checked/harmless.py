"""How far a cell goes before anything of it is seen outside: it may still be refused as a whole until then.

Rules of this file: it looks at the text alone, and believes nothing that it does not know: a command but the cmdlets
below and the cell's own functions, a drive but that of variables, an object of an earlier cell that a method may
change. A file that is written tells of that itself (`outside`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import Final

from lync_magic.errors import CellError
from lync_magic.language.checked.expressions import ELSEWHERE, functions_in, name_in, values_in
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.blocks import expression_of
from lync_magic.language.evaluate.script_files import is_path, read_script, script_path
from lync_magic.language.parser.entry import parse
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.types import resolve

_CMDLETS: Final = frozenset(
    {
        "Add-Member", "Clear-Variable", "Compare-Object", "Convert-Path", "ConvertFrom-CliXml", "ConvertFrom-Csv",
        "ConvertFrom-Json", "ConvertFrom-StringData", "ConvertTo-CliXml", "ConvertTo-Csv", "ConvertTo-Html",
        "ConvertTo-Json", "ConvertTo-Xml", "ForEach-Object", "Format-List", "Format-Table", "Format-Wide", "Get-Alias",
        "Get-ChildItem", "Get-Content", "Get-Culture", "Get-Date", "Get-ExecutionPolicy", "Get-FileHash", "Get-Host",
        "Get-Help", "Get-Item", "Get-Location", "Get-Member", "Get-PSCallStack", "Get-TimeZone", "Get-UICulture",
        "Get-Unique", "Get-Verb",
        "Get-Variable", "Group-Object", "Import-Clixml", "Import-Csv", "Invoke-Command", "Join-Path", "Join-String",
        "Measure-Object", "New-Guid", "New-Object", "New-TimeSpan", "New-Variable", "Out-Default", "Out-Host",
        "Out-Null", "Out-String", "Remove-Alias", "Remove-Variable", "Resolve-Path", "Select-Object", "Select-String",
        "Select-Xml", "Set-PSDebug", "Set-StrictMode", "Set-Variable", "Sort-Object", "Split-Path", "Test-Json",
        "Test-Path", "Where-Object", "Write-Debug", "Write-Error", "Write-Host", "Write-Information", "Write-Output",
        "Write-Verbose", "Write-Warning",
        *("Add-Content", "Clear-Content", "Copy-Item", "Export-Clixml", "Export-Csv", "mkdir", "Move-Item", "New-Item"),
        *("Remove-TypeData", "Update-TypeData"),
        *("Out-File", "Remove-Item", "Rename-Item", "Set-Content"),
    }
)  # fmt: skip
"""Cmdlets that leave nothing but variables, and what they say; those of files tell before they change one."""
_CHANGING: Final = frozenset(
    {
        "Add-Member", "Clear-Variable", "Remove-TypeData", "Remove-Variable", "Set-Variable", "New-Variable",
        "Update-TypeData",
    }
)  # fmt: skip
_METHODS: Final = frozenset(
    {
        "copyto", "create", "createsubdirectory", "decrypt", "delete", "encrypt", "moveto", "prompt",
        "promptforchoice", "promptforcredential", "readkey", "readline", "readlineassecurestring", "start",
    }
)  # fmt: skip
"""Methods that do something outside, or ask."""
_TYPES: Final = frozenset(
    {"System.Console", "System.Environment", "System.Threading.Thread", "System.Net.ServicePointManager"}
)
_DRIVES: Final = frozenset({"", "global", "script", "local", "private", "variable", "function", "env", "using"})
_OF_VARIABLES: Final = frozenset({"", "function", "global", "script", "local", "private", "variable"})
_ELSEWHERE: Final = frozenset({"confirmpreference", "host", "psdefaultparametervalues"})
_RUNNING: Final = "invoke-expression"
_OF_COMMANDS: Final = ("get-command", "gcm")


class Harmless:
    """The statements with which a cell begins that are not seen outside.

    changing: those of them, by identity, in which an object may change that was made before.  untold: the calls in
    them, by identity, of which but the run tells whether it is a file that they mean.
    """

    def __init__(self, script: s.Script, runtime: Runtime, known: Collection[str]) -> None:
        """known: the functions, aliases and script methods of earlier cells, in lower case."""
        self.changing: set[int] = set()
        self.untold: set[int] = set()
        self._files: set[str] = set()
        self._runtime, self._known = runtime, known
        self._earlier = {name.lower() for name in runtime.variables}
        self._read_once = {name.lower() for name, value in runtime.variables.items() if isinstance(value, Iterator)}
        self._functions: set[str] = set()
        self._blocks = frozenset(_held_blocks(script))
        self._met_earlier = False
        self.statements = list(takewhile(self._is_harmless, script.statements))

    def _is_harmless(self, statement: s.Statement) -> bool:
        nodes = list(walk(statement))
        given = {id(one) for node in nodes if isinstance(node, s.Assignment) for one in _targets(node.target)}
        for node in nodes:
            if isinstance(node, s.Function):
                self._functions.add(node.name.lower().rpartition(":")[2])
            if isinstance(node, e.Variable) and node.name.lower() in self._earlier and id(node) not in given:
                self._met_earlier = True
            if isinstance(node, e.Variable) and node.name.lower() in self._read_once:
                return False
        if not all(map(self._is_fine, nodes)):
            return False
        if any(map(_is_changing, nodes)):
            self.changing.add(id(statement))
            return not self._met_earlier
        return True

    def _is_fine(self, node: e.Node) -> bool:
        match node:
            case s.CommandCall():
                return self._is_known(node)
            case s.Assignment():
                return all(map(_is_own, _targets(node.target)))
            case e.Variable():
                return node.drive in _DRIVES and node.name.lower() != "psdefaultparametervalues"
            case e.Invoke():
                return _is_fine_static(node) if node.static else self._is_fine_method(node)
            case s.Pipeline():
                return not node.background
        return True

    def _is_known(self, call: s.CommandCall) -> bool:
        if isinstance(call.name, e.ScriptBlockExpression):
            return True
        if isinstance(call.name, e.Variable) and call.name.name.lower() in self._blocks:
            return True
        if not isinstance(call.name, e.String):
            self.untold.add(id(call))
            return True
        name = name_in(call)
        if is_path(name):
            return self._is_known_file(name)
        if name.lower() in self._functions:
            return True
        if name.lower() in self._known or self._runtime.is_remote(name) or _may_ask(call):
            return False
        client = find_cmdlet(name)
        if client is None:
            return name.lower() in _OF_COMMANDS
        if client.name.lower() == _RUNNING:
            return self._is_harmless_text(call)
        if client.name == "Invoke-Command":
            named = [one.name.lower() for one in call.elements if isinstance(one, s.Parameter)]
            return not any(one.startswith(ELSEWHERE) for one in named)
        if client.name == "ForEach-Object" and not all(map(self._is_fine_name, values_in(call))):
            return False
        return client.name in _CMDLETS

    def _is_known_file(self, name: str) -> bool:
        """Whether it is a script file of which nothing is seen outside."""
        try:
            path = script_path(name)
            script = None if path is None else read_script(path)
        except NotKnownHere:
            return False
        if path is None or script is None or path in self._files:
            return path is not None
        self._files.add(path)
        nodes = list(walk(script))
        self._functions.update(functions_in(nodes))
        return not any(map(_is_changing, nodes)) and all(map(self._is_fine, nodes))

    def _is_fine_method(self, node: e.Invoke) -> bool:
        return self._is_fine_name(node.name) and all(map(self._is_fine_name, node.arguments))

    def _is_fine_name(self, node: e.Expression) -> bool:
        """Whether it names no method that does something outside."""
        if not isinstance(node, e.String):
            return not isinstance(node, e.ExpandableString)
        return node.value.lower() not in _METHODS and f".{node.value.lower()}" not in self._known

    def _is_harmless_text(self, call: s.CommandCall) -> bool:
        """Whether it is the text of a statement that is harmless, which Invoke-Expression runs."""
        if len(call.elements) != 1 or not isinstance(call.elements[0], e.String):
            return False
        try:
            script = parse(call.elements[0].value)
        except CellError:
            return True
        return all(self._is_fine(node) for node in walk(script)) and not self._met_earlier


def _held_blocks(script: s.Script) -> Iterator[str]:
    """The variables that hold but script blocks of the text."""
    given: dict[str, list[e.Node]] = {}
    for node in walk(script):
        if isinstance(node, s.Assignment):
            for target in _targets(node.target):
                if isinstance(target, e.Variable):
                    given.setdefault(target.name.lower(), []).append(node.value)
        elif isinstance(node, s.ForEach | s.ParameterDeclaration):
            given.setdefault(node.variable.name.lower(), []).append(node)
    for name, values in given.items():
        if all(_is_block(one) for one in values):
            yield name


def _is_block(value: e.Node) -> bool:
    found = expression_of(value) if isinstance(value, s.Statement) else None
    return found is not None and isinstance(found.expression, e.ScriptBlockExpression)


def _targets(target: e.Expression) -> Iterator[e.Expression]:
    """What an assignment gives values, without the types before them."""
    if isinstance(target, e.ArrayLiteral):
        for one in target.items:
            yield from _targets(one)
    elif isinstance(target, e.Cast | e.Attributed):
        yield from _targets(target.operand)
    elif isinstance(target, e.Paren):
        yield target
    else:
        yield target


def _is_own(target: e.Expression) -> bool:
    """Whether it is a variable, or a part of what one holds."""
    while isinstance(target, e.Member | e.Index):
        if isinstance(target, e.Member) and target.static:
            return False
        target = target.target
    if not isinstance(target, e.Variable):
        return False
    return target.drive in _OF_VARIABLES and target.name.lower() not in _ELSEWHERE


def _is_changing(node: e.Node) -> bool:
    """Whether an object may be another behind it."""
    if isinstance(node, s.CommandCall):
        client = find_cmdlet(name_in(node))
        if client is not None and client.name == "ForEach-Object":
            return any(isinstance(one, e.String) for one in values_in(node))
        return client is not None and client.name in _CHANGING
    if isinstance(node, s.Assignment):
        return any(not isinstance(one, e.Variable) for one in _targets(node.target))
    if isinstance(node, e.Postfix | e.Unary):
        return node.operator in ("++", "--") and not isinstance(node.operand, e.Variable)
    return isinstance(node, e.Invoke) and not (node.static and _is_new(node.name))


def _is_new(name: e.Expression) -> bool:
    return isinstance(name, e.String) and name.value.lower() == "new"


def _is_fine_static(node: e.Invoke) -> bool:
    kind = resolve(node.target.name) if isinstance(node.target, e.Type) else None
    if kind is None or not isinstance(node.name, e.String) or kind.name in _TYPES:
        return False
    return not kind.name.startswith("System.IO.") or _is_new(node.name)


def _may_ask(call: s.CommandCall) -> bool:
    return any(isinstance(one, s.Parameter) and one.name.lower() in ("confirm", "cf") for one in call.elements)
