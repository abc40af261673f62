"""Host calls: what a server asks of the person's screen and keyboard (MS-PSRP 2.2.2.27, 2.2.3.17).

Rules of this file: what is written goes to the streams; what is asked goes to the `Host`, and a question that
it refuses is answered with an error; a call about the screen's looks is answered harmlessly, an unknown one, or one
whose parameters are not what they should be, with an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar
from uuid import uuid4

from lync_magic.clixml import Version
from lync_magic.errors import PromptRefused
from lync_magic.psrp.encode import Encoder, Encrypt, escape
from lync_magic.psrp.events import DebugRecord, HostLine, ProgressRecord, VerboseRecord, WarningRecord
from lync_magic.psrp.host import Choice, Host, RawHost
from lync_magic.psrp.reading import void_methods
from lync_magic.psrp.requests import host_response
from lync_magic.psrp.said import NO_ANSWER_EXPECTED, Field, HostCall
from lync_magic.psrp.streams import Streams
from lync_magic.psrp.wire import Message

HELP: Final = "!?"
"""What PowerShell takes in place of a parameter's value where it is to say what that is for."""
_CULTURE: Final = "en-US"
_HOST_NAME: Final = "lync_magic"
_HOST_VERSION: Final = Version("1.0")
_INVALID_ARGUMENT: Final = 5
"""ErrorCategory InvalidArgument."""
_NOT_IMPLEMENTED: Final = 11
"""ErrorCategory NotImplemented."""
_OPERATION_STOPPED: Final = 14
"""ErrorCategory OperationStopped."""
_HOST_EXCEPTION: Final = "System.Management.Automation.Host.HostException"
_SECURE_STRING: Final = "System.Security.SecureString"
_CREDENTIAL: Final = "System.Management.Automation.PSCredential"
_WHOLE_NUMBERS: Final = frozenset(
    f"System.{name}" for name in ("Byte", "SByte", "Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64")
)
_VOID: Final = void_methods()


class Answer(NamedTuple):
    """What goes back for a host call. refused: ends the pipeline, once the server was told."""

    data: bytes
    refused: PromptRefused | None


class HostCalls:
    """Carries out the host calls of one pipeline, or of the pool itself."""

    def __init__(self, host: Host, streams: Streams, encrypt: Encrypt) -> None:
        self._host = host
        self._streams = streams
        self._encrypt = encrypt

    def take_raw(self, call: bytes) -> bytes | None:
        """The answer of a host that knows the call as it came; see `RawHost.answer`."""
        return self._host.answer(call) if isinstance(self._host, RawHost) else None

    def unreadable(self, message: Message, why: str) -> None:
        """A message came that cannot be read, and that nobody waits for."""
        self._streams.unreadable(message, why)

    def take(self, call: HostCall) -> Answer | None:
        """Carry out one call; None when nobody waits for an answer."""
        refused: PromptRefused | None = None
        try:
            outcome = self._carry_out(call)
        except PromptRefused as error:
            refused = error
            outcome = _failure(error.message, "PromptRefused", _OPERATION_STOPPED)
        except _Odd:
            outcome = _failure(
                f"The parameters of {call.method} cannot be read.", "InvalidParameters", _INVALID_ARGUMENT
            )
        if call.call_id == NO_ANSWER_EXPECTED:
            return None
        return Answer(host_response(call.call_id, (call.method, call.number), outcome, self._encrypt), refused)

    def _carry_out(self, call: HostCall) -> Callable[[Encoder], str]:
        """Do it; what comes back writes the answer's outcome."""
        if call.method in _WRITES:
            _WRITES[call.method](self, call.parameters)
            return _nothing
        if call.method in _QUESTIONS:
            return _result(_QUESTIONS[call.method](self, call.parameters))
        if call.method in _HARMLESS:
            return _result(_HARMLESS[call.method]())
        if call.method in _VOID:
            return _nothing
        name = call.method or f"Host method {call.number}"
        return _failure(f"{name} is not available in a notebook.", "NotImplemented", _NOT_IMPLEMENTED)

    # --- what is written ------------------------------------------------------------------------------------

    def _write(self, parameters: Sequence[Any]) -> None:
        self._streams.host(_line(parameters, newline=False))

    def _write_line(self, parameters: Sequence[Any]) -> None:
        self._streams.host(_line(parameters, newline=True))

    def _write_error(self, parameters: Sequence[Any]) -> None:
        self._streams.alone(HostLine(_text(parameters, 0), error=True))

    def _write_warning(self, parameters: Sequence[Any]) -> None:
        self._streams.host(WarningRecord(_text(parameters, 0)))

    def _write_verbose(self, parameters: Sequence[Any]) -> None:
        self._streams.host(VerboseRecord(_text(parameters, 0)))

    def _write_debug(self, parameters: Sequence[Any]) -> None:
        self._streams.host(DebugRecord(_text(parameters, 0)))

    def _write_progress(self, parameters: Sequence[Any]) -> None:
        self._streams.host(_one(ProgressRecord, parameters, 1))

    # --- what is asked --------------------------------------------------------------------------------------

    def _read_line(self, _parameters: Sequence[Any]) -> object:
        return self._host.read_line("")

    def _read_masked(self, _parameters: Sequence[Any]) -> object:
        return self._host.read_masked("")

    def _choice(self, parameters: Sequence[Any]) -> object:
        caption, message, choices = _text(parameters, 0), _text(parameters, 1), _several(Choice, parameters, 2)
        index = self._host.choose(caption, message, choices, _one(int, parameters, 3))
        if not 0 <= index < len(choices):
            raise PromptRefused(message or caption)
        return index

    def _choices(self, parameters: Sequence[Any]) -> object:
        """Those that lines name, up to an empty one, as PowerShell asks for several; without any, the defaults."""
        caption, message, choices = _text(parameters, 0), _text(parameters, 1), _several(Choice, parameters, 2)
        defaults = _several(int, parameters, 3) if _at(parameters, 3) else []
        keys = ", ".join(choices[one].key for one in defaults if 0 <= one < len(choices))
        shown = "  ".join(f"[{choice.key}] {choice.name}" for choice in choices)
        head = "\n".join(
            part for part in (caption, message, shown + (f' (default is "{keys}")' if keys else "")) if part
        )
        chosen: list[int] = []
        prompt = f"{head}\nChoice[0]: "
        while answer := self._host.read_line(prompt).strip():
            chosen += [index for index, choice in enumerate(choices) if choice.is_meant(answer)][:1]
            prompt = f"Choice[{len(chosen)}]: "
        return chosen or defaults

    def _credential(self, parameters: Sequence[Any]) -> object:
        caption, message, user_name, target = (_text(parameters, place) for place in range(4))
        return self._host.credential(caption, message, user_name, target)

    def _fields(self, parameters: Sequence[Any]) -> object:
        """A value for each field: Read-Host's one, or the mandatory parameters that were not given."""
        fields = _several(Field, parameters, 2)
        help_line = f"(Type {HELP} for Help.)" if any(field.help for field in fields) else ""
        head = "".join(f"{part}\n" for part in (_text(parameters, 0), _text(parameters, 1), help_line) if part)
        return {field.name: self._field(field, head) for field in fields}

    def _field(self, field: Field, head: str) -> object:
        label = field.label.replace("&", "") or field.name
        prompt = f"{head}{label}: " if label else head
        if field.type_name == _SECURE_STRING:
            return self._host.read_masked(prompt)
        if field.type_name == _CREDENTIAL:
            return self._host.credential("", prompt, "", "")
        if field.type_name.endswith("[]"):
            return self._items(head, label, field.help)
        line = self._line(prompt, f"{label}: ", field.help)
        if field.type_name in _WHOLE_NUMBERS and line.strip().lstrip("+-").isdigit():
            return int(line)
        return line

    def _items(self, head: str, label: str, help_text: str) -> object:
        """Lines until an empty one, as PowerShell asks for a list."""
        items: list[str] = []
        prompt = f"{label}[0]: "
        while line := self._line(head + prompt, prompt, help_text):
            items.append(line)
            head, prompt = "", f"{label}[{len(items)}]: "
        return items

    def _line(self, prompt: str, again: str, help_text: str) -> str:
        """What somebody writes. again: asks once more, when the help was asked for and shown."""
        line = self._host.read_line(prompt)
        while help_text and line.strip() == HELP:
            line = self._host.read_line(f"{help_text}\n{again}")
        return line


_WRITES: dict[str, Callable[[HostCalls, Sequence[Any]], None]] = {
    "Write1": HostCalls._write,
    "Write2": HostCalls._write,
    "WriteLine1": HostCalls._write_line,
    "WriteLine2": HostCalls._write_line,
    "WriteLine3": HostCalls._write_line,
    "WriteErrorLine": HostCalls._write_error,
    "WriteWarningLine": HostCalls._write_warning,
    "WriteVerboseLine": HostCalls._write_verbose,
    "WriteDebugLine": HostCalls._write_debug,
    "WriteProgress": HostCalls._write_progress,
}
_QUESTIONS: dict[str, Callable[[HostCalls, Sequence[Any]], object]] = {
    "ReadLine": HostCalls._read_line,
    "ReadLineAsSecureString": HostCalls._read_masked,
    "Prompt": HostCalls._fields,
    "PromptForChoice": HostCalls._choice,
    "PromptForChoiceMultipleSelection": HostCalls._choices,
    "PromptForCredential1": HostCalls._credential,
    "PromptForCredential2": HostCalls._credential,
}
_HARMLESS: dict[str, Callable[[], object]] = {
    "GetName": lambda: _HOST_NAME,
    "GetVersion": lambda: _HOST_VERSION,
    "GetInstanceId": uuid4,
    "GetCurrentCulture": lambda: _CULTURE,
    "GetCurrentUICulture": lambda: _CULTURE,
    "GetWindowTitle": lambda: _HOST_NAME,
    "GetKeyAvailable": lambda: False,
    "GetIsRunspacePushed": lambda: False,
}


def _line(parameters: Sequence[Any], *, newline: bool) -> HostLine:
    """Text, after two colours where there are any."""
    text = _text(parameters, -1) if parameters else ""
    if len(parameters) < 3:
        return HostLine(text, newline)
    foreground, background = (colour if isinstance(colour, int) else None for colour in parameters[:2])
    return HostLine(text, newline, foreground=foreground, background=background)


class _Odd(Exception):
    """A parameter of a host call is missing, or is something else than it should be."""


_T = TypeVar("_T")


def _at(parameters: Sequence[Any], place: int) -> Any:
    if not -len(parameters) <= place < len(parameters):
        raise _Odd
    return parameters[place]


def _one(kind: type[_T], parameters: Sequence[Any], place: int) -> _T:
    value = _at(parameters, place)
    if not isinstance(value, kind):
        raise _Odd
    return value


def _several(kind: type[_T], parameters: Sequence[Any], place: int) -> list[_T]:
    values = _one(list, parameters, place)
    if not all(isinstance(value, kind) for value in values):
        raise _Odd
    return values


def _text(parameters: Sequence[Any], place: int) -> str:
    """A parameter that is a text; a number is written as one."""
    value = _at(parameters, place)
    if not isinstance(value, str | int):
        raise _Odd
    return str(value)


def _nothing(_encoder: Encoder) -> str:
    return ""


def _result(value: object) -> Callable[[Encoder], str]:
    return lambda encoder: encoder.value(value, "mr")


def _failure(message: str, error_id: str, category: int) -> Callable[[Encoder], str]:
    """Writes the element `me`: an error record, in the shape that a server reads (MS-PSRP 2.2.3.15)."""

    def write(encoder: Encoder) -> str:
        text = escape(message)
        head = encoder.head("me", ("System.Management.Automation.ErrorRecord", "System.Object"))
        exception = encoder.head("Exception", (_HOST_EXCEPTION, "System.Exception", "System.Object"))
        notes = (
            f'{exception}<ToString>{text}</ToString><Props><S N="Message">{text}</S></Props></Obj>'
            '<Nil N="TargetObject" />'
            f'<S N="FullyQualifiedErrorId">{escape(error_id)}</S>'
            '<Nil N="InvocationInfo" />'
            f'<I32 N="ErrorCategory_Category">{category}</I32>'
            '<S N="ErrorCategory_Activity" />'
            '<S N="ErrorCategory_Reason">HostException</S>'
            '<S N="ErrorCategory_TargetName" />'
            '<S N="ErrorCategory_TargetType" />'
            f'<S N="ErrorCategory_Message">{text}</S>'
            '<B N="SerializeExtendedInfo">false</B>'
        )
        return f"{head}<ToString>{text}</ToString><MS>{notes}</MS></Obj>"

    return write
