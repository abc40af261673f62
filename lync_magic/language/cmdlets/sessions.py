"""The cmdlets of sessions: import, list, enter, disconnect, reconnect, remove, and running something in one.

Rules: they ask their `SessionHost` for whatever needs the notebook, and hold nothing. Errors of importing end the cell:
what follows such a statement would run on nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lync_magic.errors import RemoteError, UsageError
from lync_magic.importing import Wanted, export_session, matches
from lync_magic.language.cmdlets import session_value as _session_value  # noqa: F401 - for the type that it declares
from lync_magic.language.cmdlets.connecting import WAYS, Connecting, connecting_commands
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import absolute, file_item
from lync_magic.language.cmdlets.imported import COMMANDS
from lync_magic.language.cmdlets.running import run_here
from lync_magic.language.cmdlets.sent_blocks import in_words
from lync_magic.language.cmdlets.session_host import (
    SentBlock,
    SessionHost,
    missing_sessions,
    numbers,
    open_of,
    sessions_of,
    texts,
)
from lync_magic.language.cmdlets.session_options import NEW_SESSION_OPTION
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.wsman import WSMAN
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax.walk import walk
from lync_magic.psrp import ErrorRecord, Event, remote_error
from lync_magic.sessions import Session, registry

__all__ = ["SentBlock", "SessionHost", "session_commands"]


@dataclass(frozen=True)
class _Cmdlets:
    host: SessionHost

    @property
    def connecting(self) -> Connecting:
        """What opens sessions."""
        return Connecting(self.host)

    def import_session(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        for session in sessions_of(call, piped):
            yield self.host.import_session(session, _wanted(call), call.services.report)

    def export_session(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        wanted = _wanted(call)
        for session in sessions_of(call, piped):
            files = export_session(
                session,
                absolute(call.get("OutputModule")),
                wanted.names,
                types=wanted.types,
                modules=wanted.modules,
                arguments=wanted.arguments,
                allow_clobber=wanted.allow_clobber,
                force=call.switch("Force"),
                encoding=str(call.get("Encoding") or "utf8"),
                report=call.services.report,
            )
            yield from map(file_item, map(str, files))

    def get_session(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        names, wanted = texts(call.get("Name")), numbers(call.get("Id"))
        hosts = texts(call.get("ComputerName"))
        for missing in missing_sessions(call, wanted, names, ()):
            call.services.error(missing)
        for session in list(registry):
            if names and not matches(session.name, names):
                continue
            if wanted and session.id not in wanted:
                continue
            if hosts and not matches(session.computer_name, hosts):
                continue
            yield session

    def remove_session(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        for session in sessions_of(call, piped):
            session.close()
        yield from ()

    def disconnect(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        for session in sessions_of(call, piped):
            session.disconnect(call.get("IdleTimeoutSec"))
            yield session

    def reconnect(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        for session in sessions_of(call, piped):
            session.reconnect()
            if call.command_name == "Connect-PSSession":
                yield session

    def enter(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        """A session that there is, or one to a computer, which ends when it is left."""
        if isinstance(call.get("Session"), str):  # a computer's name, which may stand first too
            named = {key: value for key, value in call.arguments.items() if key != "Session"}
            call = replace(call, arguments={**named, "ComputerName": [call.get("Session")]})
        opens = any(call.given(name) for name in ("ComputerName", "ConnectionUri"))
        session = next(self.connecting.new_session(call, None)) if opens else sessions_of(call, piped)[0]
        assert isinstance(session, Session)
        self.host.enter_session(session, opened=opens)
        yield from ()

    def leave(self, _call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        self.host.leave_session()
        yield from ()

    def invoke(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        """A block that names a session or a computer is sent as it stands; any other runs here."""
        block = call.get("ScriptBlock")
        if not isinstance(block, Block):
            raise UsageError(
                "Invoke-Command takes a script block.", "Invoke-Command -Session $session { Get-CsTenant }"
            )
        if call.given("ComputerName") or call.given("ConnectionUri"):
            yield from self._invoke_there(call, block, piped)
            return
        if not call.given("Session"):
            yield from run_here(call, block, piped)
            return
        yield from self._run_in(open_of(call, sessions_of(call, None)), call, block, piped)

    def _invoke_there(self, call: BoundCall, block: Block, piped: Iterator[object] | None) -> Iterator[object]:
        """The block runs on each computer, in a session for this call alone."""
        opened: list[Session] = []
        try:
            for session in self.connecting.new_session(call, None):
                assert isinstance(session, Session)
                opened.append(session)
            yield from self._run_in(opened, call, block, piped)
        finally:
            for session in opened:
                session.close()

    def _run_in(
        self, sessions: Sequence[Session], call: BoundCall, block: Block, piped: Iterator[object] | None
    ) -> Iterator[object]:
        """What the block gives, sent as it stands to each session; errors in their places."""
        get = call.services.get_variable
        named = [one.name for one in walk(block.node) if isinstance(one, e.Variable) and one.drive == "using"]
        using = {name: get(name) for name in named}
        arguments = all_of(call.get("ArgumentList"))
        sent = SentBlock(
            block.text,
            using,
            arguments,
            list(piped) if piped is not None else None,
            in_words(call, block, arguments),
        )
        failed: list[ErrorRecord] = []

        def report(event: Event) -> None:
            if isinstance(event, ErrorRecord):
                failed.append(event)
            else:
                call.services.report(event)

        def tell() -> None:
            for record in failed:
                call.services.error(remote_error(record, ""))
            failed.clear()

        for session in sessions:
            try:
                for item in self.host.run_block(session, sent, report):
                    tell()
                    yield item
            except RemoteError as ended:  # the server's refusal of the block is an error as any
                tell()
                call.services.error(ended)
            tell()


def _wanted(call: BoundCall) -> Wanted:
    """What Import-PSSession is asked for."""
    kinds = [one.strip() for text in texts(call.get("CommandType")) for one in text.split(",")]
    arguments = call.get("ArgumentList")
    qualified = call.get("FullyQualifiedModule")
    return Wanted(
        names=texts(call.get("CommandName")) or ("*",),
        types=() if "all" in map(str.lower, kinds) else tuple(kinds),
        modules=texts(call.get("Module")),
        qualified=tuple(qualified) if isinstance(qualified, list) else () if qualified is None else (qualified,),
        arguments=tuple(arguments) if isinstance(arguments, list) else () if arguments is None else (arguments,),
        prefix=str(call.get("Prefix") or ""),
        allow_clobber=call.switch("AllowClobber"),
        check_names=not call.switch("DisableNameChecking"),
    )


_SESSION = ParameterSpec("Session", "object", position=0, by_value=True)
_NUMBER = ParameterSpec("Id", "int[]")
_NAME = ParameterSpec("Name", "string[]")
_COMPUTER = ParameterSpec("ComputerName", "string[]", aliases=("Cn",))
_ANY = (_SESSION, _NUMBER, _NAME, _COMPUTER)
_OF_A_SESSION = (
    ParameterSpec("AllowClobber", "switch"),
    ParameterSpec("CommandType", "object", aliases=("Type",)),
    ParameterSpec("Module", "string[]", aliases=("PSSnapin",)),
    ParameterSpec("ArgumentList", "object", aliases=("Args",)),
    ParameterSpec("FullyQualifiedModule", "object"),
    ParameterSpec("Certificate", "object", unsupported=True),
)
"""Which of a session's commands are taken."""


def session_commands(host: SessionHost) -> tuple[ClientCommand, ...]:
    """The session cmdlets, for a cell that this host serves."""
    cmdlets = _Cmdlets(host)
    ours = (
        *connecting_commands(host),
        NEW_SESSION_OPTION,
        ClientCommand(
            "Import-PSSession",
            (
                _SESSION,
                ParameterSpec("CommandName", "string[]", aliases=("Name",), position=1),
                ParameterSpec("FormatTypeName", "string[]", position=2),
                ParameterSpec("Prefix", "string"),
                ParameterSpec("DisableNameChecking", "switch"),
                *_OF_A_SESSION,
            ),
            cmdlets.import_session,
            aliases=("ipsn",),
            class_name="ImportPSSessionCommand",
        ),
        ClientCommand(
            "Export-PSSession",
            (
                _SESSION,
                ParameterSpec("OutputModule", "string", aliases=("PSPath", "ModuleName"), position=1, mandatory=True),
                ParameterSpec("CommandName", "string[]", aliases=("Name",), position=2),
                ParameterSpec("FormatTypeName", "string[]", position=3),
                ParameterSpec("Force", "switch"),
                ParameterSpec("Encoding", "string"),
                *_OF_A_SESSION,
            ),
            cmdlets.export_session,
            aliases=("epsn",),
            class_name="ExportPSSessionCommand",
        ),
        ClientCommand(
            "Get-PSSession",
            (ParameterSpec("ComputerName", "string[]", aliases=("Cn",), position=0), _NUMBER, _NAME),
            cmdlets.get_session,
            aliases=("gsn",),
            class_name="GetPSSessionCommand",
        ),
        ClientCommand(
            "Remove-PSSession", _ANY, cmdlets.remove_session, aliases=("rsn",), class_name="RemovePSSessionCommand"
        ),
        ClientCommand(
            "Disconnect-PSSession",
            (*_ANY, ParameterSpec("IdleTimeoutSec", "double"), ParameterSpec("OutputBufferingMode", "string")),
            cmdlets.disconnect,
            aliases=("dnsn",),
            class_name="DisconnectPSSessionCommand",
        ),
        ClientCommand(
            "Connect-PSSession", _ANY, cmdlets.reconnect, aliases=("cnsn",), class_name="ConnectPSSessionCommand"
        ),
        ClientCommand(
            "Receive-PSSession", _ANY, cmdlets.reconnect, aliases=("rcsn",), class_name="ReceivePSSessionCommand"
        ),
        ClientCommand(
            "Enter-PSSession",
            (_SESSION, _NUMBER, _NAME, _COMPUTER, *WAYS),
            cmdlets.enter,
            aliases=("etsn",),
            class_name="EnterPSSessionCommand",
        ),
        ClientCommand("Exit-PSSession", (), cmdlets.leave, aliases=("exsn",), class_name="ExitPSSessionCommand"),
        ClientCommand(
            "Invoke-Command",
            (
                ParameterSpec("Session", "object", position=0),
                ParameterSpec("ComputerName", "string[]", aliases=("Cn",), position=0),
                ParameterSpec(
                    "ScriptBlock", "scriptblock", aliases=("Command",), position=0, mandatory=True, takes_block=True
                ),
                ParameterSpec("ArgumentList", "object[]", aliases=("Args",)),
                ParameterSpec("InputObject", "object", by_value=True),
                ParameterSpec("HideComputerName", "switch"),
                ParameterSpec("ThrottleLimit", "int"),
                ParameterSpec("NoNewScope", "switch", unsupported=True),
                ParameterSpec("AsJob", "switch", unsupported=True),
                ParameterSpec("FilePath", "string", unsupported=True),
                *WAYS,
            ),
            cmdlets.invoke,
            aliases=("icm",),
            class_name="InvokeCommandCommand",
        ),
        *WSMAN,
    )
    # A full session has them all; another machine's would be of that machine's sessions.
    return (*(replace(one, own=True) for one in ours), *COMMANDS)
