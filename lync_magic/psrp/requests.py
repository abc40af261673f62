"""The messages that this client sends, as CLIXML, in the shape that PowerShell's own client gives them.

Reference: the recordings `tokens` and `real_client`, and MS-PSRP 2.2.2.10, 2.2.2.14, 2.2.2.28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntFlag
from itertools import groupby

from lync_magic.clixml import Null, SecureString
from lync_magic.psrp.encode import Encoder, Encrypt, escape
from lync_magic.psrp.pipeline import Argument, Command, Pipeline

_COMMAND_LIST = ("System.Collections.ArrayList", "System.Object")
_STRING_ARRAY = ("System.String[]", "System.Array", "System.Object")
_RESULT_TYPES = "System.Management.Automation.Runspaces.PipelineResultTypes"
_NOTHING, _OUTPUT, _ERROR = ("None", 0), ("Output", 1), ("Error", 2)
_MERGES = (
    "MergeMyResult",
    "MergeToResult",
    "MergePreviousResults",
    "MergeError",
    "MergeWarning",
    "MergeVerbose",
    "MergeDebug",
    "MergeInformation",
)
_ERRORS_TO_OUTPUT = {"MergeMyResult": _ERROR, "MergeToResult": _OUTPUT, "MergeError": _OUTPUT}
_MERGES_SINCE = {
    "MergeError": (2, 2),
    "MergeWarning": (2, 2),
    "MergeVerbose": (2, 2),
    "MergeDebug": (2, 2),
    "MergeInformation": (2, 3),
}
"""The protocol version that brought a field; an older server is not sent it."""


class CommandType(IntFlag):
    """Kinds of commands (MS-PSRP 2.2.3.19)."""

    ALIAS = 1
    FUNCTION = 2
    FILTER = 4
    CMDLET = 8
    EXTERNAL_SCRIPT = 16
    APPLICATION = 32
    SCRIPT = 64
    WORKFLOW = 128
    CONFIGURATION = 256

    @property
    def text(self) -> str:
        """`Function, Cmdlet`, as .NET writes the flags."""
        return ", ".join(_CAMEL[kind] for kind in CommandType if kind in self)


_CAMEL = {kind: "".join(part.capitalize() for part in (kind.name or "").split("_")) for kind in CommandType}

IMPORTABLE = (
    CommandType.ALIAS | CommandType.FUNCTION | CommandType.FILTER | CommandType.CMDLET | CommandType.CONFIGURATION
)
"""What PowerShell 7 imports when nobody says otherwise: all but applications and scripts."""


def create_pipeline(
    pipeline: Pipeline, *, has_input: bool, encrypt: Encrypt, protocol: tuple[int, int] = (2, 3)
) -> bytes:
    """CREATE_PIPELINE. Raises TypeError, naming command and argument, for a value that has no form."""
    if not pipeline.commands:
        raise ValueError("A pipeline needs a command.")
    encoder = Encoder(encrypt)
    head = encoder.head()
    parts = [
        f'<B N="NoInput">{"false" if has_input else "true"}</B>',
        encoder.enumeration("System.Threading.ApartmentState", "Unknown", 2, "ApartmentState"),
        encoder.enumeration("System.Management.Automation.RemoteStreamOptions", "0", 0, "RemoteStreamOptions"),
        encoder.value(pipeline.history is not None, "AddToHistory"),
        f"{encoder.head('HostInfo')}<MS>"
        '<B N="_isHostNull">true</B><B N="_isHostUINull">true</B>'
        '<B N="_isHostRawUINull">true</B><B N="_useRunspaceHost">true</B></MS></Obj>',
        f"{encoder.head('PowerShell')}<MS>",
        *_power_shell(encoder, _statements(pipeline.commands), protocol),
        '<B N="IsNested">false</B>',
        encoder.value(pipeline.history, "History"),
        '<B N="RedirectShellErrorOutputPipe">true</B></MS></Obj>',
        '<B N="IsNested">false</B>',
    ]
    return f"{head}<MS>{''.join(parts)}</MS></Obj>".encode()


def get_command_metadata(names: Sequence[str], kinds: CommandType, namespaces: Sequence[str]) -> bytes:
    """GET_COMMAND_METADATA. names and namespaces: wildcard patterns."""
    encoder = Encoder(_no_secret)
    head = encoder.head()
    parts = [
        _strings(encoder, names, "Name"),
        encoder.enumeration("System.Management.Automation.CommandTypes", kinds.text, int(kinds), "CommandType"),
        _strings(encoder, namespaces, "Namespace"),
        '<Nil N="ArgumentList" />',
    ]
    return f"{head}<MS>{''.join(parts)}</MS></Obj>".encode()


def pipeline_input(value: object, encrypt: Encrypt) -> bytes:
    """PIPELINE_INPUT: the value alone; no data at all for a null, since a server takes no `<Nil />` there."""
    if value is None or value is Null:
        return b""
    try:
        return Encoder(encrypt).value(value).encode()
    except (TypeError, ValueError) as error:
        raise TypeError(f"An input object cannot be sent: {error}.") from None


def host_response(call_id: int, method: tuple[str, int], outcome: Callable[[Encoder], str], encrypt: Encrypt) -> bytes:
    """PIPELINE_HOST_RESPONSE or RUNSPACEPOOL_HOST_RESPONSE. outcome: writes `mr`, `me`, or nothing."""
    encoder = Encoder(encrypt)
    head = encoder.head()
    name = encoder.enumeration("System.Management.Automation.Remoting.RemoteHostMethodId", *method, "mi")
    return f'{head}<MS><I64 N="ci">{call_id}</I64>{name}{outcome(encoder)}</MS></Obj>'.encode()


def _no_secret(_secret: SecureString) -> str:
    raise AssertionError("This message holds no secret.")


def _statements(commands: Sequence[Command]) -> list[list[Command]]:
    """The commands in groups that end at each end of a statement."""
    number = 0
    numbered = []
    for command in commands:
        numbered.append((number, command))
        number += command.end_of_statement
    return [[command for _, command in group] for _, group in groupby(numbered, key=lambda pair: pair[0])]


def _power_shell(encoder: Encoder, statements: Sequence[Sequence[Command]], protocol: tuple[int, int]) -> Iterator[str]:
    """The first statement, and where there are more, all of them: the first is said twice."""
    yield _commands(encoder, statements[0], protocol)
    if len(statements) > 1:
        yield f"{encoder.head('ExtraCmds', _COMMAND_LIST)}<LST>"
        for statement in statements:
            yield f"{encoder.head()}<MS>{_commands(encoder, statement, protocol)}</MS></Obj>"
        yield "</LST></Obj>"


def _commands(encoder: Encoder, commands: Sequence[Command], protocol: tuple[int, int]) -> str:
    head = encoder.head("Cmds", _COMMAND_LIST)
    return f"{head}<LST>{''.join(_command(encoder, command, protocol) for command in commands)}</LST></Obj>"


def _command(encoder: Encoder, command: Command, protocol: tuple[int, int]) -> str:
    merged = _ERRORS_TO_OUTPUT if command.merge_errors else {}
    parts = [
        encoder.head(),
        "<MS>",
        encoder.value(command.name, "Cmd"),
        f'<B N="IsScript">{"true" if command.is_script else "false"}</B><Nil N="UseLocalScope" />',
    ]
    for field in _MERGES:
        if protocol >= _MERGES_SINCE.get(field, (2, 0)):
            parts.append(encoder.enumeration(_RESULT_TYPES, *merged.get(field, _NOTHING), field))
    parts.append(f"{encoder.head('Args', _COMMAND_LIST)}<LST>")
    parts.extend(_argument(encoder, command, number, item) for number, item in enumerate(command.arguments, 1))
    parts.append("</LST></Obj></MS></Obj>")
    return "".join(parts)


def _argument(encoder: Encoder, command: Command, number: int, argument: Argument) -> str:
    head = encoder.head()
    name = f'<S N="N">{escape(argument.name)}</S>' if argument.name is not None else '<Nil N="N" />'
    try:
        value = encoder.value(argument.value, "V")
    except (TypeError, ValueError) as error:
        named = f"parameter {argument.name}" if argument.name else f"argument {number}"
        whose = "the script" if command.is_script else command.name
        raise TypeError(f"The value of {named} of {whose} cannot be sent: {error}.") from None
    return f"{head}<MS>{name}{value}</MS></Obj>"


def _strings(encoder: Encoder, values: Sequence[str], name: str) -> str:
    each = "".join(f"<S>{escape(value)}</S>" for value in values)
    return f"{encoder.head(name, _STRING_ARRAY)}<LST>{each}</LST></Obj>"
