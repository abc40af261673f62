"""Between psrpcore and the engine: what clients send, made good where psrpcore is stricter than PowerShell, and the
little that psrpcore writes of the engine's.

Rules of this file: it changes bytes only where a real client was seen to send them so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from psrpcore import Command, ServerRunspacePool
from psrpcore import types as ps

from lync_magic.sandbox.deserialize import to_model
from lync_magic.sandbox.model import Call, Version, Word

# PowerShell on Linux reports console colours of -1, which are outside the enumeration: read as black.
_ODD_COLOUR = re.compile(rb'(<S N="T">System\.ConsoleColor</S><I32 N="V">)-\d+')
# PowerShell sends U+FFFE and U+FFFF as references that are not XML; the escape is read as the same character.
_NONCHARACTER = re.compile(rb"&#x(FFF[EF]);")

# pypsrp names the call id of one message in capitals; to PowerShell names have no case.
_ABOUT_RUNSPACES = (ps.PSRPMessageType.SetMaxRunspaces, ps.PSRPMessageType.SetMinRunspaces)
_CALL_ID = re.compile(rb' N="CI"')


# Null among the input is a message without data (MS-PSRP 2.2.2.17); this is how psrpcore says it.
_NIL = b"<Nil />"


class NilRefused(ValueError):
    """A client wrote null as an element, which breaks the session of some servers."""


class TolerantPool(ServerRunspacePool):
    """psrpcore's pool, reading what PowerShell sends and psrpcore refuses (pinned to psrpcore 0.3)."""

    def __init__(self, application_private_data: ps.PSPrimitiveDictionary, *, breaks_on_nil: bool = False) -> None:
        super().__init__(application_private_data)
        self._breaks_on_nil = breaks_on_nil

    def _process_message(self, message):  # type: ignore[no-untyped-def]
        data = _NONCHARACTER.sub(rb"_x\1_", _ODD_COLOUR.sub(rb"\g<1>0", message.data))
        if message.message_type in _ABOUT_RUNSPACES:
            data = _CALL_ID.sub(b' N="ci"', data)
        if message.message_type == ps.PSRPMessageType.PipelineInput:
            if self._breaks_on_nil and data.replace(b" ", b"") == b"<Nil/>":
                raise NilRefused("null as an element")
            data = data or _NIL
        if data != message.data:
            message = type(message)(
                message.message_type,
                bytearray(data),
                message.runspace_pool_id,
                message.pipeline_id,
                message.object_id,
            )
        return super()._process_message(message)


def calls(commands: Sequence[Command]) -> list[Call]:
    """psrpcore's commands as the engine takes them."""
    result: list[Call] = []
    for position, command in enumerate(commands):
        to_output = ps.PipelineResultTypes.Output
        merges = command.merge_error == to_output or (
            command.merge_my == ps.PipelineResultTypes.Error and command.merge_to == to_output
        )
        words = tuple(Word(None if name is None else str(name), to_model(value)) for name, value in command.parameters)
        ends = bool(command.end_of_statement) and position < len(commands) - 1
        result.append(Call(str(command.command_text), words, bool(command.is_script), ends, merges))
    return result


def private_data(values: Mapping[str, object]) -> ps.PSPrimitiveDictionary:
    """A copy of an engine's application private data (MS-PSRP 2.2.2.13), to which psrpcore may add its own."""
    return ps.PSPrimitiveDictionary({key: _primitive(value) for key, value in values.items()})


def _primitive(value: object) -> object:
    if isinstance(value, Version):
        return ps.PSVersion(str(value))
    if isinstance(value, Mapping):
        return private_data(value)
    if isinstance(value, (list, tuple)):
        return [_primitive(item) for item in value]
    return value
