"""What a cell may hold: everything else is refused with its place and name before anything is sent.

Rule of this file: it looks at the text alone. What only the values tell (a method of a type that is not known) is
found when it comes up, and ends its statement with an error that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from shutil import which
from typing import Any, Final, NoReturn, Protocol

from lync_magic.errors import CellNotSupported, CellSyntaxError
from lync_magic.language.cmdlets.arguments import apart
from lync_magic.language.cmdlets.binder import MEMBER_KINDS, find_parameter
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import other_drive
from lync_magic.language.cmdlets.known import ALIASES, NOT_KNOWN
from lync_magic.language.cmdlets.making import creatable
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.cmdlets.wsman_drive import is_on_drive
from lync_magic.language.evaluate.blocks import checkers
from lync_magic.language.evaluate.expressions import EXPRESSIONS
from lync_magic.language.evaluate.redirect import is_null
from lync_magic.language.evaluate.statements import STATEMENTS
from lync_magic.language.evaluate.validation import VALIDATIONS
from lync_magic.language.namespaces import names_in_full
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.calls import BLOCK_METHODS, REFERENCE_METHODS, is_known, is_taken
from lync_magic.language.values.convert import convertible
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.net_members import some_type_takes
from lync_magic.language.values.patterns import unsupported
from lync_magic.language.values.statics import has_static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import resolve
from lync_magic.language.ways import way

_DRIVES: Final = frozenset({"", "env", "global", "script", "local", "private", "variable", "using"})
_AUTOMATIC: Final = frozenset(
    {
        "$", "^", "executioncontext", "profile", "stacktrace", "consolefilename", "foreach", "switch", "pshome",
        "psstyle", "psmoduleautoloadingpreference", "psnativecommandargumentpassing", "enabledexperimentalfeatures",
        "psnativecommanduseerroractionpreference", "sender", "eventargs", "event", "eventsubscriber", "psdebugcontext",
        "outputencoding", "formatenumerationlimit", "errorview",
    }
)  # fmt: skip
_ALLOWED_ATTRIBUTES: Final = frozenset(
    {
        "parameter",
        "cmdletbinding",
        "alias",
        "outputtype",
        "allownull",
        "allowemptystring",
        "allowemptycollection",
        "supportswildcards",
        "psdefaultvalue",
        "argumentcompletions",
        "argumentcompleter",
        "diagnostics.codeanalysis.suppressmessage",
        "system.diagnostics.codeanalysis.suppressmessage",
    }
    | VALIDATIONS
)
_PARAMETER_ARGUMENTS: Final = frozenset(
    {
        "mandatory", "position", "valuefrompipeline", "valuefrompipelinebypropertyname", "helpmessage",
        "parametersetname", "valuefromremainingarguments", "dontshow",
    }
)  # fmt: skip
_BINDING_ARGUMENTS: Final = frozenset(
    {"supportsshouldprocess", "defaultparametersetname", "positionalbinding", "helpuri", "confirmimpact"}
)
_VALIDATION_ARGUMENTS: Final = {"validateset": {"ignorecase"}}
_PATTERN_OPERATORS: Final = frozenset(
    prefix + name for prefix in ("", "c") for name in ("match", "notmatch", "replace", "split")
)
_NAMES: Final[dict[type, str]] = {
    s.TypeDefinition: "class or enum definition", s.Data: "data section",
    e.Attributed: "attribute on a variable",
}  # fmt: skip


class Names(Protocol):
    """Who knows a command's name."""

    def is_remote(self, name: str) -> bool:
        """Whether it is one of the server's."""

    def client_command(self, name: str) -> ClientCommand | None:
        """A command of this side that the evaluator does not bring."""


_PATTERN_METHODS: Final = frozenset({"match", "matches", "ismatch", "replace", "split"})


def check(script: s.Script, runtime: Names, known: frozenset[str] = frozenset()) -> None:
    """Refuse what the evaluator does not know. known: functions and aliases of earlier cells, in lower case.

    Raises CellNotSupported with the construct's name, line and column.
    """
    for one in script.usings:
        if one.kind != "namespace":
            refuse(one.extent, f"using {one.kind}")
    names_in_full(script)
    for part in script.blocks:
        if part.kind in ("dynamicparam", "clean"):
            refuse(part.extent, part.kind)
    for attribute in [*script.attributes, *(one for item in script.parameters or () for one in item.attributes)]:
        _check_attribute(attribute)
    functions = {node.name.lower().rpartition(":")[2] for node in walk(script) if isinstance(node, s.Function)} | known
    functions |= _script_methods(script)
    for node in walk(script):
        if isinstance(node, e.Expression) and type(node) not in EXPRESSIONS:
            refuse(node.extent, _NAMES.get(type(node), type(node).__name__))
        if isinstance(node, s.Statement) and type(node) not in STATEMENTS and not isinstance(node, s.Using):
            refuse(node.extent, _NAMES.get(type(node), type(node).__name__))
        looked = _CHECKS.get(type(node))
        if looked is not None and not (isinstance(node, e.Invoke) and _is_scripted(node, functions)):
            looked(node)
        if isinstance(node, s.CommandCall):
            _check_call(node, runtime, functions)
        if isinstance(node, s.Pipeline):
            _check_described(node, runtime)
            _check_laid_out(node)
            for place, call in enumerate(node.elements):
                _check_together(call, runtime, functions, piped=place > 0)
                if place:
                    _check_fed(call, runtime, functions)


def _script_methods(script: s.Script) -> set[str]:
    """The script methods that a text adds to objects, each with a dot before its name."""
    found = set()
    for call in walk(script):
        if isinstance(call, s.CommandCall) and isinstance(call.name, e.String):
            words = [one.value for one in call.elements if isinstance(one, e.String)]
            if call.name.value.lower() == "add-member" and any(word.lower() == "scriptmethod" for word in words):
                found |= {f".{word.lower()}" for word in words}
    return found


def _is_scripted(node: e.Invoke, functions: frozenset[str] | set[str]) -> bool:
    return isinstance(node.name, e.String) and f".{node.name.value.lower()}" in functions


def commands_in(script: s.Script) -> tuple[str, ...]:
    """The names of the commands that a cell calls, each once, in the order they were written."""
    names = (
        node.name.value for node in walk(script) if isinstance(node, s.CommandCall) and isinstance(node.name, e.String)
    )
    return tuple(dict.fromkeys(names))


def refuse(extent: Extent, what: str) -> NoReturn:
    """Raise CellNotSupported for what stands at a place."""
    line, column = extent.line, extent.column
    message = f"Not known here yet: {what}"
    raise CellNotSupported(message, line, column, way(what), source=extent.source.line_text(line))


# --- expressions --------------------------------------------------------------------------------------------


def _check_variable(node: e.Variable) -> None:
    if node.drive not in _DRIVES:
        refuse(node.extent, f"variable ${node.drive}:{node.name}")
    if not node.drive and node.name.lower() in _AUTOMATIC:
        refuse(node.extent, f"automatic variable ${node.name}")


def _check_type(node: e.Type) -> None:
    if resolve(node.name) is None:
        refuse(node.extent, f"type [{node.name}]")


def _check_cast(node: e.Cast) -> None:
    name = node.type.name.lower()
    if name == "ref":
        return  # `_check_invoke` has looked whether it stands where it may
    if resolve(node.type) is None:
        refuse(node.extent, f"type [{node.type}]")
    kind = resolve(node.type)
    if kind is not None and not convertible(kind):
        refuse(node.extent, f"conversion to [{node.type}]")
    if name == "ordered" and not isinstance(node.operand, e.Hashtable):
        refuse(node.extent, "[ordered] before anything but @{ }")


_HOST: Final = frozenset({"name", "version", "currentculture", "ui"})
"""What is known of `$Host`."""


def _check_member(node: e.Member) -> None:
    of_host = isinstance(node.target, e.Variable) and node.target.name.lower() == "host"
    if of_host and isinstance(node.name, e.String) and node.name.value.lower() not in _HOST:
        refuse(node.extent, f"$Host.{node.name.value}")
    if node.static:
        _check_static(node, called=False)
    inner = node.target.statement if isinstance(node.target, e.Paren) else None
    client = find_cmdlet(_name_in(inner.elements[-1])) if isinstance(inner, s.Pipeline) else None
    if client is not None and client.name.startswith("Format-"):
        refuse(node.extent, f"a property of what {client.name} gives")


def _check_static(node: e.Member | e.Invoke, *, called: bool) -> None:
    if not isinstance(node.target, e.Type) or not isinstance(node.name, e.String):
        refuse(node.extent, "static member of a value")
    kind = resolve(node.target.name)
    count = len(node.arguments) if isinstance(node, e.Invoke) else None
    if kind is None or not has_static(kind, node.name.value, called=called, count=count):
        refuse(node.extent, f"[{node.target.name}]::{node.name.value}")


def _check_invoke(node: e.Invoke) -> None:
    for place, argument in enumerate(node.arguments):
        if isinstance(argument, e.Cast) and argument.type.name.lower() == "ref":
            name = node.name.value.lower() if isinstance(node.name, e.String) else ""
            tries = name == ("tryparse" if node.static else "trygetvalue")
            if not tries or place != 1 or not isinstance(argument.operand, e.Variable):
                refuse(argument.extent, "[ref] here")
    if node.static:
        if isinstance(node.name, e.String) and node.name.value.lower() == "tryparse":
            _check_try_parse(node)
            return
        _check_static(node, called=True)
        kind = resolve(node.target.name) if isinstance(node.target, e.Type) else None
        if kind is not None and kind.name.endswith(".Regex") and isinstance(node.name, e.String):
            place = 1 if node.name.value.lower() in _PATTERN_METHODS else 0
            _check_pattern(node.arguments[place] if place < len(node.arguments) else None)
        return
    if not isinstance(node.name, e.String):
        refuse(node.extent, "method whose name is worked out")
    folded = node.name.value.lower()
    if not is_known(folded):
        refuse(node.name.extent, f"method .{node.name.value}()")
    count = len(node.arguments)
    if (
        folded not in (*BLOCK_METHODS, *REFERENCE_METHODS)
        and not is_taken(folded, count)
        and some_type_takes(folded, count)
    ):
        refuse(node.name.extent, f"method .{node.name.value}() with {count} arguments")


_TRY_PARSE: Final = frozenset(
    f"System.{name}"
    for name in (
        "Int32",
        "Int64",
        "Double",
        "Decimal",
        "DateTime",
        "Boolean",
        "Guid",
        "TimeSpan",
        "Version",
        "Byte",
        "Net.IPAddress",
    )
)


def _check_try_parse(node: e.Invoke) -> None:
    kind = resolve(node.target.name) if isinstance(node.target, e.Type) else None
    last = node.arguments[-1] if node.arguments else None
    is_place = isinstance(last, e.Cast) and last.type.name.lower() == "ref"
    if kind is None or kind.name not in _TRY_PARSE or len(node.arguments) != 2 or not is_place:
        refuse(node.extent, f"{node.extent.text.partition('(')[0]}")


def _check_assignment(node: s.Assignment) -> None:
    target = node.target
    inner = target
    while isinstance(inner, e.Cast | e.Attributed):
        inner = inner.operand
    for one in inner.items if isinstance(inner, e.ArrayLiteral) else (inner,):
        if isinstance(one, e.Invoke):
            refuse(one.extent, "an assignment to a property with parameters")
    if isinstance(target, e.Cast) and (kind := resolve(target.type)) is not None and kind.name == "System.Void":
        refuse(target.extent, "a variable of the type [void]")
    if isinstance(target, e.Member) and target.static:
        kind = resolve(target.target.name) if isinstance(target.target, e.Type) else None
        if kind is None or kind.name != "System.Net.ServicePointManager":
            refuse(target.extent, f"an assignment to {target.extent.text}")


def _check_pattern(node: e.Node | None) -> None:
    """A regular expression that is written out."""
    if isinstance(node, e.String) and unsupported(node.value):
        refuse(node.extent, f"regular expression {node.value}")


def _check_binary(node: e.Binary) -> None:
    if node.operator in _PATTERN_OPERATORS:
        told = node.right.items if isinstance(node.right, e.ArrayLiteral) else (node.right,)
        by_block = told[:1] if node.operator.endswith("replace") else told
        if any(isinstance(one, e.ScriptBlockExpression) for one in by_block):
            refuse(node.place, f"-{node.operator} with a script block")
        _check_pattern(told[0])
    if node.operator in ("is", "isnot", "as") and isinstance(node.right, e.String):
        refuse(node.right.extent, f"-{node.operator} with a type as text")
    if node.operator == "as" and isinstance(node.right, e.Type):
        kind = resolve(node.right.name)
        if kind is not None and not convertible(kind):
            refuse(node.right.extent, f"conversion to [{node.right.name}]")


# --- statements ---------------------------------------------------------------------------------------------


def _check_pipeline(node: s.Pipeline) -> None:
    if node.background:
        refuse(node.extent, "background job (&)")
    for element in node.elements:
        for one in element.redirections:
            _check_redirection(one)


def _check_described(node: s.Pipeline, runtime: Names) -> None:
    """What Get-Member says of an object may be known only when it is there: too late after a command that changes."""
    for call in node.elements:
        name = _name_in(call)
        if name.lower() not in ("get-member", "gm"):
            continue
        for one in walk(node):
            called = one.name if isinstance(one, s.CommandCall) else None
            is_remote = isinstance(called, e.String) and runtime.is_remote(called.value)
            if is_remote and isinstance(called, e.String) and not called.value.lower().startswith("get-"):
                refuse(call.extent, "Get-Member of what a command that changes something gives")


def _check_foreach(node: s.ForEach) -> None:
    if node.parallel:
        refuse(node.extent, "foreach -parallel")


def _check_switch(node: s.Switch) -> None:
    for flag in sorted(node.flags & {"parallel"}):
        refuse(node.extent, f"switch -{flag}")
    for clause in node.clauses if "regex" in node.flags else ():
        _check_pattern(clause.pattern)


def _check_function(node: s.Function) -> None:
    if node.keyword not in ("function", "filter"):
        refuse(node.extent, node.keyword)
    if any(part.kind in ("dynamicparam", "clean") for part in node.body.blocks):
        refuse(node.extent, "dynamicparam or clean")
    declared = [*(node.parameters or ()), *(node.body.parameters or ())]
    for attribute in [*node.body.attributes, *(one for item in declared for one in item.attributes)]:
        _check_attribute(attribute)


def _check_attribute(node: e.Attribute) -> None:
    name = node.type.name.lower().removesuffix("attribute")
    if name not in _ALLOWED_ATTRIBUTES:
        refuse(node.extent, f"attribute [{node.type}]")
    for argument in node.named:
        folded = argument.name.lower()
        if name == "parameter" and folded not in _PARAMETER_ARGUMENTS:
            refuse(argument.extent, f"[Parameter({argument.name})]")
        if name == "cmdletbinding" and folded not in _BINDING_ARGUMENTS:
            refuse(argument.extent, f"[CmdletBinding({argument.name})]")
        if name in VALIDATIONS and folded not in _VALIDATION_ARGUMENTS.get(name, ()):
            refuse(argument.extent, f"[{node.type}({argument.name})]")
    if name == "validatepattern":
        _check_pattern(node.positional[0] if node.positional else None)
    if name == "validateset" and any(isinstance(one, e.Type) for one in node.positional):
        refuse(node.extent, "[ValidateSet] with a type")
    if name == "validaterange" and len(node.positional) != 2:
        refuse(node.extent, "[ValidateRange] with a kind")


def _check_declaration(node: s.ParameterDeclaration) -> None:
    for kind in node.types:
        found = resolve(kind)
        if found is None:
            refuse(kind.extent, f"type [{kind}]")
        if not convertible(found):
            refuse(kind.extent, f"a parameter of type [{kind}]")
    for attribute in node.attributes:
        _check_attribute(attribute)


def _check_hashtable(node: e.Hashtable) -> None:
    """Keys that are the same are an error of the text where they are written out."""
    seen: set[str] = set()
    for entry in node.entries:
        if isinstance(entry.key, e.String | e.Constant):
            folded = to_text(entry.key.value).lower()
            if folded in seen:
                extent = entry.key.extent
                message = f"Duplicate keys '{extent.text}' are not allowed in hash literals."
                raise CellSyntaxError(message, extent.line, extent.column, error_id="DuplicateKeyInHashLiteral")
            seen.add(folded)


def _check_constant(node: e.Constant) -> None:
    if isinstance(node.value, int) and node.extent.text[-1:] in "nN":
        refuse(node.extent, f"number of any size ({node.extent.text})")


_CHECKS: Final[dict[type, Callable[[Any], None]]] = {
    e.Variable: _check_variable, e.Type: _check_type, e.Cast: _check_cast, e.Member: _check_member,
    e.Invoke: _check_invoke, e.Constant: _check_constant,
    e.Binary: _check_binary, s.Pipeline: _check_pipeline, s.ForEach: _check_foreach, s.Switch: _check_switch,
    s.Function: _check_function, s.Assignment: _check_assignment, s.ParameterDeclaration: _check_declaration,
    e.Hashtable: _check_hashtable,
}  # fmt: skip


# --- commands -----------------------------------------------------------------------------------------------


def _check_call(node: s.CommandCall, runtime: Names, functions: frozenset[str] | set[str]) -> None:
    if not isinstance(node.name, e.String):
        return
    written = node.name.value
    if (
        written.startswith((".\\", "..\\", "~"))
        or "/" in written
        or ":\\" in written
        or written.lower().endswith(".ps1")
    ):
        refuse(node.name.extent, f"running the file {written}")
    name = written.rpartition("\\")[2]
    folded = name.lower()
    if name != written and runtime.is_remote(written):
        return  # a command of an imported module, by the module's name
    client = runtime.client_command(name) or find_cmdlet(name)
    remote = runtime.is_remote(name) and not (client is not None and client.own)
    if folded in functions and not (client is not None and folded in client.folded_aliases):
        if folded in ALIASES:  # an alias comes before a function
            refuse(node.name.extent, f"command {name}")
        return
    if client is not None and not remote:
        _check_parameters(node, client)
        if client.name == "New-Object":
            _check_new_object(node)
    elif not remote:
        if folded in NOT_KNOWN:
            refuse(node.name.extent, f"command {name}")
        if which(name) is not None:
            refuse(node.name.extent, f"the program {name}")
        if node.invocation == ".":
            refuse(node.extent, "running a script file")


def _check_new_object(node: s.CommandCall) -> None:
    """The type of a New-Object whose name is written out."""
    named = {name.lower(): value for name, _, value in _named(node)}
    taken = {id(value) for value in named.values()}
    loose = (one for one in node.elements if isinstance(one, e.Expression) and id(one) not in taken)
    told = next((value for name, value in named.items() if "typename".startswith(name)), None) or next(loose, None)
    if isinstance(told, e.String) and not creatable(told.value):
        refuse(told.extent, f"New-Object {told.value}")


def _check_redirection(one: s.Redirection) -> None:
    to_file = one.merge_to is None and not is_null(one.target)
    if one.from_stream in (2, 0) and to_file:
        refuse(one.extent, "errors in a file")
    if one.merge_to is not None and one.merge_to != 1:
        refuse(one.extent, f"redirection {one.extent.text}")


_BY_PATH: Final = frozenset({"Get-Content", "Clear-Content"})
"""Cmdlets that take no object as it is, but the path that one has among its properties."""


def _check_fed(call: s.Element, runtime: Names, functions: frozenset[str] | set[str]) -> None:
    """Objects that come to a cmdlet which has no place for them are an error for each of them in PowerShell."""
    client = _cmdlet(call, runtime, functions)
    if client is None or not isinstance(call, s.CommandCall):
        return
    if client.class_name and client.name not in _BY_PATH and not any(spec.by_value for spec in client.parameters):
        refuse(call.extent, f"{client.name} with pipeline input")


def _check_laid_out(node: s.Pipeline) -> None:
    """What one Format- cmdlet gives is not for another one."""
    laid_out = False
    for call in node.elements:
        name = _name_in(call)
        client = find_cmdlet(name)
        if laid_out and client is not None and not client.name.startswith(("Out-", "Write-", "Tee-")):
            refuse(call.extent, f"{name} of what is laid out already")
        laid_out = client is not None and client.name.startswith("Format-")


def _check_together(call: s.Element, runtime: Names, functions: frozenset[str] | set[str], *, piped: bool) -> None:
    """Arguments that PowerShell takes together."""
    client = _cmdlet(call, runtime, functions)
    if client is None or not isinstance(call, s.CommandCall):
        return
    if any(isinstance(one, e.Variable) and one.splatted for one in call.elements):
        return
    try:
        given = [find_parameter(client, written) for written, _, _ in _named(call)]
    except ScriptError:
        return
    if any(one.unsupported for one in given):
        return  # which is refused by its own name
    if why := apart(client, [one.name for one in given], len(_loose(call, client)), piped=piped):
        refuse(call.extent, why)


def _name_in(call: s.Element) -> str:
    """The name that a call says, "" where it is worked out or there is none."""
    return call.name.value if isinstance(call, s.CommandCall) and isinstance(call.name, e.String) else ""


def _cmdlet(call: s.Element, runtime: Names, functions: frozenset[str] | set[str]) -> ClientCommand | None:
    """The cmdlet of PowerShell's that a call means, None where it means anything else."""
    name = _name_in(call)
    client = find_cmdlet(name)
    if client is None or name.lower() in functions or (runtime.is_remote(name) and not client.own):
        return None
    return client


_FILES_ALONE: Final = frozenset(
    f"{verb}-{noun}"
    for noun in ("Content", "Item")
    for verb in ("Get", "Set", "Add", "Clear", "Copy", "Move", "New", "Rename")
)
"""Cmdlets that know no drive but those of files."""
_OF_THE_CLIENT_TOO: Final = ("Get-Item", "Set-Item")
"""Of these, those that know the settings of the client on the drive WSMan:, too."""
_PATTERNS: Final = frozenset({("Select-String", "Pattern")})
"""Parameters that take regular expressions."""


def _check_parameters(node: s.CommandCall, client: ClientCommand) -> None:
    for name, extent, value in _named(node):
        try:
            spec = find_parameter(client, name)
        except ScriptError:
            continue
        if spec.unsupported:
            refuse(extent, f"{client.name} -{spec.name}")
        if (client.name, spec.name) in _PATTERNS or (client.name == "Where-Object" and spec.name.endswith("match")):
            _check_pattern(value)
        of_many = isinstance(value, e.String) and any(sign in value.value for sign in "*?[")
        if of_many and spec.name == "Name" and client.name in ("Set-Variable", "Clear-Variable", "New-Variable"):
            refuse(extent, f"{client.name} of several variables")
        scope = value.value.lower() if spec.name == "Scope" and isinstance(value, e.String) else ""
        if scope and not spec.allowed and scope not in ("local", "script", "global") and not scope.isdecimal():
            refuse(extent, f"{client.name} -Scope {scope}")
        if spec.allowed and isinstance(value, e.String) and value.value.lower() not in map(str.lower, spec.allowed):
            refuse(extent, f"{client.name} -{spec.name} {value.value}")
    if client.name in _FILES_ALONE:
        for one in node.elements:
            told = one.argument if isinstance(one, s.Parameter) else one
            if not isinstance(told, e.String) or (client.name in _OF_THE_CLIENT_TOO and is_on_drive(told.value)):
                continue
            if drive := other_drive(told.value):
                refuse(told.extent, f"{client.name} on the drive {drive}:")
    first = [spec for spec in client.parameters if spec.position == 0]
    if any((client.name, spec.name) in _PATTERNS for spec in first):
        _check_pattern(next((one for one in _loose(node, client) if isinstance(one, e.String)), None))
    worded = next((spec for spec in first if spec.allowed), None)
    if worded is not None:
        _check_first(node, client, worded, alone=len(first) == 1)


def _check_first(node: s.CommandCall, client: ClientCommand, spec: ParameterSpec, *, alone: bool) -> None:
    """A value that stands first, without its name, where only some words are known. alone: no other parameter may
    take it."""
    loose = _loose(node, client)
    named = any(_is(client, name, spec) for name, _, _ in _named(node))
    words = {word.lower() for word in spec.allowed}
    text = loose[0].value.lower() if loose and isinstance(loose[0], e.String) else None
    if not alone and text not in MEMBER_KINDS:
        return
    if loose and not named and text not in words:
        refuse(loose[0].extent, f"{client.name} {loose[0].extent.text}")


def _is(client: ClientCommand, name: str, spec: ParameterSpec) -> bool:
    try:
        return find_parameter(client, name) is spec
    except ScriptError:
        return False


def _is_switch(client: ClientCommand, name: str) -> bool:
    try:
        return find_parameter(client, name).is_switch
    except ScriptError:
        return False


def _loose(node: s.CommandCall, client: ClientCommand) -> list[e.Expression]:
    """The arguments of a call that stand without a name."""
    taken = {id(value) for name, _, value in _named(node) if not _is_switch(client, name)}
    return [one for one in node.elements if isinstance(one, e.Expression) and id(one) not in taken]


def _named(node: s.CommandCall) -> Iterator[tuple[str, Extent, e.Expression | None]]:
    for place, element in enumerate(node.elements):
        if isinstance(element, s.Parameter) and element.name:
            following = node.elements[place + 1] if place + 1 < len(node.elements) else None
            value = element.argument or (following if isinstance(following, e.Expression) else None)
            yield element.name, element.extent, value


checkers.append(lambda script: check(script, _Nobody()))


class _Nobody:
    """No server and no session cmdlets: what a block made of text may call is found when it runs."""

    def is_remote(self, _name: str) -> bool:
        return True

    def client_command(self, _name: str) -> ClientCommand | None:
        return None
