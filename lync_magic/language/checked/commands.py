"""What a call may hold: its name, its parameters with their words, and what stands before and behind it."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import which
from typing import Final, Protocol

from lync_magic.language.checked.expressions import check_pattern, name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.arguments import apart
from lync_magic.language.cmdlets.binder import MEMBER_KINDS, find_parameter
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.encodings import why_none
from lync_magic.language.cmdlets.files import other_drive
from lync_magic.language.cmdlets.held_drives import held_path
from lync_magic.language.cmdlets.house import LIBRARIES
from lync_magic.language.cmdlets.known import ALIASES, NOT_KNOWN
from lync_magic.language.cmdlets.making import creatable
from lync_magic.language.cmdlets.registry import find_cmdlet, with_verb
from lync_magic.language.cmdlets.sources import module_in, source_of
from lync_magic.language.cmdlets.type_data import is_own_type
from lync_magic.language.cmdlets.variables import takes_in_others
from lync_magic.language.cmdlets.wsman_drive import PATHS, is_on_drive
from lync_magic.language.evaluate.script_files import is_path
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard


class Names(Protocol):
    """Who knows a command's name."""

    def is_remote(self, name: str) -> bool:
        """Whether it is one of the server's."""

    def client_command(self, name: str) -> ClientCommand | None:
        """A command of this side that the evaluator does not bring."""


def check_call(node: s.CommandCall, runtime: Names, functions: frozenset[str] | set[str]) -> None:
    if not isinstance(node.name, e.String):
        return
    written = node.name.value
    if is_path(written):
        return  # a script file, which is looked at itself
    name = written.rpartition("\\")[2]
    folded = name.lower()
    client = runtime.client_command(name) or find_cmdlet(name)
    if name != written and (client is None or source_of(client.name).lower() != module_in(written).lower()):
        return  # of an imported module, by the module's name, or not there
    remote = runtime.is_remote(name) and not (client is not None and client.own)
    if folded in functions and not (client is not None and folded in client.folded_aliases):
        if any(isinstance(one, s.Parameter) and one.name == "?" for one in node.elements):
            refuse(node.extent, "the help of a function (-?)")
        if folded in ALIASES:  # an alias comes before a function
            refuse(node.name.extent, f"command {name}")
        return
    if client is not None and not remote:
        _check_parameters(node, client)
        if client.name == "New-Object":
            _check_new_object(node)
        if client.name == "Add-Type":
            _check_add_type(node)
        if client.name == "Start-Sleep":
            _check_sleep(node, client)
        if client.name in ("Update-TypeData", "Remove-TypeData"):
            _check_type_data(node, client)
        if client.name == "Get-Help" and client.own:
            _check_help(node, functions)
        if client.name == "ConvertTo-SecureString":
            _check_secret(node, client)
        if client.name == "Invoke-Command":
            _check_no_file(node, client)
    elif not remote:
        if folded in NOT_KNOWN:
            refuse(node.name.extent, f"command {name}")
        if which(name) is not None:
            refuse(node.name.extent, f"the program {name}")
        if whole := with_verb(written, lambda one: one in functions or runtime.is_remote(one)):
            refuse(node.name.extent, f"a command without its verb, {written} for {whole}")
        if node.invocation == ".":
            refuse(node.extent, "running a script file")


def _check_add_type(node: s.CommandCall) -> None:
    """Only libraries are loaded that are there anyhow."""
    told = [one for one in node.elements if isinstance(one, e.Expression)]
    told += [one.argument for one in node.elements if isinstance(one, s.Parameter) and one.argument is not None]
    names = [item for one in told for item in (one.items if isinstance(one, e.ArrayLiteral) else (one,))]
    if not all(isinstance(one, e.String) and one.value.lower() in LIBRARIES for one in names):
        refuse(node.extent, "command Add-Type")


def _check_no_file(node: s.CommandCall, client: ClientCommand) -> None:
    """A text where the block stands, behind a session or a computer, is a script file's name."""
    loose = _loose(node, client)[:2]
    if len(loose) > 1 and all(isinstance(one, e.String | e.ExpandableString) for one in loose):
        refuse(node.extent, "Invoke-Command -FilePath")


def _check_sleep(node: s.CommandCall, client: ClientCommand) -> None:
    """What stands without a name and is no number is a span of time to PowerShell."""
    for one in _loose(node, client):
        is_text = isinstance(one, e.String) and not one.value.strip().replace(".", "", 1).isdecimal()
        if is_text or isinstance(one, e.Cast) or (isinstance(one, e.Paren) and "timespan" in one.extent.text.lower()):
            refuse(one.extent, "Start-Sleep -Duration")


def _check_type_data(node: s.CommandCall, client: ClientCommand) -> None:
    """Only what objects of one's own types have and show is known."""
    specs = client.parameters
    named = {spec.name: value for name, _, value in _named(node) for spec in specs if _is(client, name, spec)}
    shown = named.get("DefaultDisplayPropertySet")
    if shown is not None and any(isinstance(one, e.String) and has_wildcard(one.value) for one in walk(shown)):
        refuse(shown.extent, f"{client.name} with a wildcard")
    told = [named["TypeName"]] if named.get("TypeName") is not None else _loose(node, client)[:1]
    for one in told:
        if isinstance(one, e.Type) or (isinstance(one, e.String) and not is_own_type(one.value)):
            refuse(node.name.extent, f"{client.name} of such a type")
    positional = [one for one in _loose(node, client) if not (isinstance(one, e.Variable) and one.splatted)]
    if client.name == "Update-TypeData" and positional:
        refuse(node.name.extent, f"{client.name} of a file")
    kind, name = named.get("MemberType"), named.get("MemberName")
    if isinstance(kind, e.String) and kind.value.lower().startswith("code"):
        refuse(kind.extent, f"{client.name} -MemberType {kind.value}")
    if isinstance(name, e.String) and name.value.lower() in ("equals", "gethashcode", "gettype", "pstypenames"):
        refuse(name.extent, f"{client.name} of the member {name.value}")


def _check_help(node: s.CommandCall, functions: frozenset[str] | set[str]) -> None:
    """Only the help of the cells' own functions is known here."""
    told = values_in(node)[:1]
    if not told or any(isinstance(one, e.String) and one.value.lower() not in functions for one in told):
        refuse(node.name.extent, "command Get-Help")


def _check_secret(node: s.CommandCall, client: ClientCommand) -> None:
    """A text that is encrypted is no one's but its machine's: -AsPlainText is the form that is known."""
    splatted = any(isinstance(one, e.Variable) and one.splatted for one in node.elements)
    try:
        named = {find_parameter(client, name).name for name, _, _ in _named(node)}
    except ScriptError:  # told when it runs
        return
    if not splatted and "AsPlainText" not in named:
        refuse(node.extent, "ConvertTo-SecureString without -AsPlainText")


def _check_new_object(node: s.CommandCall) -> None:
    """The type of a New-Object whose name is written out."""
    named = {name.lower(): value for name, _, value in _named(node)}
    taken = {id(value) for value in named.values()}
    loose = (one for one in node.elements if isinstance(one, e.Expression) and id(one) not in taken)
    told = next((value for name, value in named.items() if "typename".startswith(name)), None) or next(loose, None)
    if isinstance(told, e.String) and not creatable(told.value):
        refuse(told.extent, f"New-Object {told.value}")


def check_described(node: s.Pipeline, runtime: Names) -> None:
    """What Get-Member says of an object may be known only when it is there: too late after a command that changes."""
    for call in node.elements:
        name = name_in(call)
        if name.lower() not in ("get-member", "gm"):
            continue
        for one in walk(node):
            called = one.name if isinstance(one, s.CommandCall) else None
            is_remote = isinstance(called, e.String) and runtime.is_remote(called.value)
            if is_remote and isinstance(called, e.String) and not called.value.lower().startswith("get-"):
                refuse(call.extent, "Get-Member of what a command that changes something gives")


_BY_PATH: Final = frozenset({"Get-Content", "Clear-Content"})
"""Cmdlets that take no object as it is, but the path that one has among its properties."""


def check_blocks(call: s.Element, runtime: Names, functions: frozenset[str] | set[str]) -> None:
    """Blocks of several parts are an error to cmdlets that run them; what a block that works out a value leaves is the
    loop that the objects come out of."""
    client = _cmdlet(call, runtime, functions)
    if client is None or not isinstance(call, s.CommandCall):
        return
    if client.name not in ("ForEach-Object", "Where-Object", "Invoke-Command"):
        for one in walk(call):
            left = _left_by(one.block) if isinstance(one, e.ScriptBlockExpression) else None
            if left is not None:
                refuse(left.extent, f"{left.keyword} in a block of {client.name}")
    for one in call.elements:
        told = one.argument if isinstance(one, s.Parameter) else one
        if isinstance(told, e.ScriptBlockExpression) and told.block.has_several_parts:
            refuse(told.extent, f"a block of several parts for {client.name}")


_LOOPS: Final = (s.ForEach, s.For, s.While, s.DoLoop, s.Switch)


def _left_by(node: e.Node) -> s.Flow | None:
    """The `break` or `continue` that leaves a block."""
    if isinstance(node, s.Flow) and node.keyword in ("break", "continue"):
        return node
    if isinstance(node, (*_LOOPS, s.Function, e.ScriptBlockExpression)):
        return None
    return next((found for child in node.children() if (found := _left_by(child)) is not None), None)


def check_fed(call: s.Element, runtime: Names, functions: frozenset[str] | set[str]) -> None:
    """Objects that come to a cmdlet which has no place for them are an error for each of them in PowerShell."""
    client = _cmdlet(call, runtime, functions)
    if client is None or not isinstance(call, s.CommandCall):
        return
    if client.class_name and client.name not in _BY_PATH and not any(spec.by_value for spec in client.parameters):
        refuse(call.extent, f"{client.name} with pipeline input")


def check_names(call: s.Element, before: s.Element, runtime: Names, functions: frozenset[str] | set[str]) -> None:
    """Refuse names of Get-ChildItem that are piped to what takes the paths which come with them."""
    client, source = _cmdlet(call, runtime, functions), _cmdlet(before, runtime, functions)
    if client is None or source is None or client.name not in _BY_PATH or source.name != "Get-ChildItem":
        return
    named = [one for one, _, _ in _named(before)] if isinstance(before, s.CommandCall) else []
    if any(_is(source, one, spec) for one in named for spec in source.parameters if spec.name == "Name"):
        refuse(call.extent, f"{client.name} of what Get-ChildItem -Name gives")


def check_together(call: s.Element, runtime: Names, functions: frozenset[str] | set[str], *, piped: bool) -> None:
    """Arguments that PowerShell takes together."""
    client = _cmdlet(call, runtime, functions)
    if client is None or not isinstance(call, s.CommandCall):
        return
    if client.name in (*_OF_VARIABLES, *_OF_ONE):
        _check_variables(call, client, piped=piped)
    if any(isinstance(one, e.Variable) and one.splatted for one in call.elements):
        return
    given: list[ParameterSpec] = []
    is_known = True
    for written, _, _ in _named(call):
        try:
            given.append(find_parameter(client, written))
        except ScriptError:
            is_known = False
    if any(one.unsupported for one in given):
        return  # which is refused by its own name
    why = apart(client, [one.name for one in given], len(_loose(call, client)), piped=piped)
    if why and (is_known or " with -" in why):  # that two are never together is told before a name that is none
        refuse(call.extent, why)


def _cmdlet(call: s.Element, runtime: Names, functions: frozenset[str] | set[str]) -> ClientCommand | None:
    """The cmdlet of PowerShell's that a call means, None where it means anything else."""
    name = name_in(call)
    client = find_cmdlet(name)
    if client is None or (runtime.is_remote(name) and not client.own):
        return None
    folded = name.lower()
    return None if folded in functions and folded not in client.folded_aliases else client


_FILES_ALONE: Final = frozenset(
    f"{verb}-{noun}"
    for noun in ("Content", "Item", "Location")
    for verb in ("Get", "Set", "Add", "Clear", "Copy", "Move", "New", "Rename", "Push")
)
"""Cmdlets that know no drive but those of files."""
_OF_THE_CLIENT_TOO: Final = ("Get-Item", "Set-Item")
"""Of these, those that know the settings of the client on the drive WSMan:, too."""
_SETTINGS: Final = frozenset(map(str.lower, PATHS))
_OF_HELD: Final = ("Get-Item", "Set-Item", "New-Item", "Get-Content")
"""Of these, those that know variables, functions and the environment, too."""
_PATTERNS: Final = frozenset({("Select-String", "Pattern")})
"""Parameters that take regular expressions."""


_OF_VARIABLES: Final = ("Get-Variable", "Clear-Variable", "Remove-Variable")
_OF_ONE: Final = ("Set-Variable", "New-Variable")


def _check_variables(node: s.CommandCall, client: ClientCommand, *, piped: bool) -> None:
    """Which variables PowerShell has itself is not known of all."""
    told = [one for name, _, one in _named(node) if _is(client, name, client.parameters[0])] or _loose(node, client)[:1]
    texts = [one for value in told if value is not None for one in walk(value) if isinstance(one, e.String)]
    for one in texts:
        several = any(sign in one.value for sign in "*?[")
        if several and (client.name in _OF_ONE or takes_in_others(one.value)):
            refuse(one.extent, f"{client.name} of several variables, of PowerShell's own among them")
    splatted = any(isinstance(one, e.Variable) and one.splatted for one in node.elements)
    if client.name == "Get-Variable" and not (told or splatted or piped):
        refuse(node.extent, "Get-Variable without -Name")


def _check_parameters(node: s.CommandCall, client: ClientCommand) -> None:
    for name, extent, value in _named(node):
        try:
            spec = find_parameter(client, name)
        except ScriptError:
            continue
        if spec.unsupported or (client.name, spec.name) == ("Out-Default", "OutVariable"):
            refuse(extent, f"{client.name} -{spec.name}")
        if (client.name, spec.name) in _PATTERNS or (client.name == "Where-Object" and spec.name.endswith("match")):
            check_pattern(value)
        if spec.name == "Encoding" and client.class_name and isinstance(value, e.String):
            _check_encoding(value)
        if spec.allowed and isinstance(value, e.String) and value.value.lower() not in map(str.lower, spec.allowed):
            refuse(extent, f"{client.name} -{spec.name} {value.value}")
    for told in values_in(node) if client.name == "Get-ChildItem" else ():
        held = held_path(told.value) if isinstance(told, e.String) else None
        if held is not None and not held.name and held.drive not in ("env", "alias"):
            refuse(told.extent, f"all of the drive {held.drive}:")
    if client.name in _FILES_ALONE:
        for told in values_in(node):
            if not isinstance(told, e.String) or (client.name in _OF_THE_CLIENT_TOO and is_on_drive(told.value)):
                continue
            if client.name in _OF_HELD and held_path(told.value) is not None:
                continue
            if drive := other_drive(told.value):
                refuse(told.extent, f"{client.name} on the drive {drive}:")
    _check_wildcards(node, client)
    for one in _paths(node, client) if client.name == "Set-Item" else ():
        if isinstance(one, e.String) and is_on_drive(one.value) and one.value.lower() not in _SETTINGS:
            refuse(one.extent, f"Set-Item {one.extent.text}")
    first = [spec for spec in client.parameters if spec.position == 0]
    if any((client.name, spec.name) in _PATTERNS for spec in first):
        check_pattern(next((one for one in _loose(node, client) if isinstance(one, e.String)), None))
    worded = next((spec for spec in first if spec.allowed), None)
    if worded is not None:
        _check_first(node, client, worded, alone=len(first) == 1)


def _check_wildcards(node: s.CommandCall, client: ClientCommand) -> None:
    """What PowerShell finds by a path's own pattern and by others is not known of all."""
    specs = {spec.name: spec for spec in client.parameters}
    given = {name for name, spec in specs.items() for told, _, _ in _named(node) if _is(client, told, spec)}
    for one in _paths(node, client) if given & {"Include", "Filter"} else ():
        if not isinstance(one, e.String) or not has_wildcard(one.value):
            continue
        if "Include" in given and "[" in one.value.rpartition("/")[2]:
            refuse(one.extent, f"{client.name} -Include with a path that ends with characters in brackets")
        if "Filter" in given and given & {"Recurse", "Depth"}:  # which PowerShell's Remove-Item does not heed there
            refuse(one.extent, f"{client.name} -Filter with -Recurse below a path with wildcards")


def _paths(node: s.CommandCall, client: ClientCommand) -> list[e.Expression]:
    """What stands for the paths of a call."""
    specs = [spec for spec in client.parameters if spec.name in ("Path", "LiteralPath")]
    named = [value for name, _, value in _named(node) if any(_is(client, name, spec) for spec in specs)]
    return [one for one in named if one is not None] or _loose(node, client)[:1]


def _check_encoding(value: e.String) -> None:
    try:
        why_none(value.value)
    except NotKnownHere as unknown:
        refuse(value.extent, unknown.what)


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
