"""The cmdlets of sessions: credential, connect, import, list, remove, and what is imported.

Rules: they ask their `SessionHost` for whatever needs a person or the notebook, and hold nothing. Errors of
connecting and importing end the cell: what follows such a statement would run on nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lync_magic.clixml import Credential, PSObject, SecureString
from lync_magic.errors import EvaluationError, SessionClosed, UsageError
from lync_magic.importing import Module, matches, modules
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.session_options import NEW_SESSION_OPTION, session_option
from lync_magic.psrp import Event, Report, VerboseRecord
from lync_magic.sessions import INVALID_STATE, WSMAN_APPLICATION, Session, Target, computer_uri, fixed_token, registry

FUNCTION_TYPES: Final = (
    "System.Management.Automation.FunctionInfo",
    "System.Management.Automation.CommandInfo",
    "System.Object",
)
AUTHENTICATIONS: Final = {
    "basic": "basic",
    "negotiate": "negotiate",
    "default": "negotiate",
    "kerberos": "kerberos",
    "credssp": "credssp",
    "negotiatewithimplicitcredential": "kerberos",
}


class SessionHost(Protocol):
    """What the session cmdlets need of the notebook, or of whatever else runs a cell."""

    def get_credential(self, user_name: str, message: str) -> Credential:
        """Ask a person. Raises CredentialNeeded where nobody can be asked."""

    def open_session(self, target: Target, credential: Credential | None, report: Report) -> Session:
        """Connect."""

    def import_session(
        self, session: Session, patterns: Sequence[str], prefix: str, allow_clobber: bool, report: Report
    ) -> Module:
        """Import a session's commands into the notebook."""


@dataclass(frozen=True)
class _Cmdlets:
    host: SessionHost

    def get_credential(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        given = call.get("Credential")
        if isinstance(given, Credential):
            yield given
            return
        name = call.get("UserName") or given or ""
        yield self.host.get_credential(str(name), str(call.get("Message") or ""))

    def new_online_session(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        token = _token(call.get("OAuthAccessToken"))
        user_name = str(call.get("UserName") or "")
        credential = None
        if token is None:
            credential = self._credential(call.get("Credential"), user_name)
        elif call.given("Credential"):
            raise UsageError("A credential and a token were both given.", "Give -UserName with -OAuthAccessToken.")
        target = Target(
            user_name=credential.user_name if credential is not None else user_name,
            token=token,
            options=session_option(call.get("SessionOption")),
            environment=_text_or_none(call.get("TeamsEnvironmentName")),
            override_admin_domain=_text_or_none(call.get("OverrideAdminDomain")),
            override_discovery_uri=_text_or_none(call.get("OverrideDiscoveryUri")),
            override_powershell_uri=_text_or_none(call.get("OverridePowerShellUri")),
        )
        yield self.host.open_session(target, credential, _report_of(call))

    def new_session(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        method = str(call.get("Authentication") or "negotiate").lower()
        if method not in AUTHENTICATIONS:
            raise UsageError(
                f"There is no authentication {call.get('Authentication')!s}.",
                "Use Basic, Negotiate, Kerberos or CredSSP.",
            )
        auth = AUTHENTICATIONS[method]
        credential = None
        if call.given("Credential") or auth != "kerberos":
            credential = self._credential(call.get("Credential"), "")
        target = Target(
            user_name=credential.user_name if credential else "",
            uri=_connection_uri(call),
            auth=auth,
            configuration=_text_or_none(call.get("ConfigurationName")),
            options=session_option(call.get("SessionOption")),
        )
        yield self.host.open_session(target, credential, _report_of(call))

    def import_session(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        for session in _sessions(call, piped):
            yield self.host.import_session(
                session,
                _texts(call.get("CommandName")) or ("*",),
                str(call.get("Prefix") or ""),
                call.switch("AllowClobber"),
                call.services.report,
            )

    def get_session(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        held = list(registry)
        names, numbers = _texts(call.get("Name")), _numbers(call.get("Id"))
        hosts = _texts(call.get("ComputerName"))
        for session in held:
            if names and not matches(session.name, names):
                continue
            if numbers and session.id not in numbers:
                continue
            if hosts and not matches(session.computer_name, hosts):
                continue
            yield session

    def remove_session(self, call: BoundCall, piped: Iterator[object] | None) -> Iterator[object]:
        for session in _sessions(call, piped):
            session.close()
        yield from ()

    def get_module(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        patterns = _texts(call.get("Name")) or ("*",)
        for module in modules:
            if matches(module.name, patterns):
                yield module

    def get_command(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        names = _texts(call.get("Name")) or ("*",)
        places = _texts(call.get("Module")) or ("*",)
        verbs, nouns = _texts(call.get("Verb")) or ("*",), _texts(call.get("Noun")) or ("*",)
        found = False
        for module in modules:
            if not matches(module.name, places):
                continue
            for command in module.commands.values():
                verb, _, noun = command.alias.partition("-")
                if matches(command.alias, names) and matches(verb, verbs) and matches(noun, nouns):
                    found = True
                    yield PSObject(
                        {
                            "CommandType": "Function",
                            "Name": command.alias,
                            "Version": "1.0",
                            "Source": module.name,
                            "ModuleName": module.name,
                        },
                        FUNCTION_TYPES,
                        text=command.alias,
                    )
        exact = [name for name in names if not any(sign in name for sign in "*?[")]
        if exact and not found:
            raise EvaluationError(
                f"The term '{exact[0]}' is not recognized as the name of a cmdlet, function, script file, or operable "
                "program. Check the spelling of the name, or if a path was included, verify that the path is correct "
                "and try again.",
                error_id="CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand",
                category="ObjectNotFound",
            )

    def get_help(self, call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
        name = str(call.get("Name") or "")
        command = modules.find(name)
        if command is None:
            raise EvaluationError(
                f"Get-Help could not find {name} in the imported commands.",
                "List them: Get-Command -Module tmp_*",
                error_id="HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand",
                category="ResourceUnavailable",
            )
        yield command.__doc__

    def _credential(self, given: object, user_name: str) -> Credential:
        if isinstance(given, Credential):
            return given
        return self.host.get_credential(user_name or ("" if given is None else str(given)), "")


def session_commands(host: SessionHost) -> tuple[ClientCommand, ...]:
    """The session cmdlets, for a cell that this host serves."""
    cmdlets = _Cmdlets(host)
    session = ParameterSpec("Session", "object", position=0, by_value=True)
    number = ParameterSpec("Id", "int[]")
    name = ParameterSpec("Name", "string[]")
    return (
        ClientCommand(
            "Get-Credential",
            (
                ParameterSpec("Credential", "object", position=0),
                ParameterSpec("UserName", "string"),
                ParameterSpec("Message", "string"),
                ParameterSpec("Title", "string", unsupported=True),
            ),
            cmdlets.get_credential,
            class_name="GetCredentialCommand",
        ),
        ClientCommand(
            "New-CsOnlineSession",
            (
                ParameterSpec("Credential", "object", position=0),
                ParameterSpec("UserName", "string"),
                ParameterSpec("OverrideAdminDomain", "string"),
                ParameterSpec("OverrideDiscoveryUri", "string"),
                ParameterSpec("OverridePowerShellUri", "string"),
                ParameterSpec("OAuthAccessToken", "object"),
                ParameterSpec("SessionOption", "object"),
                ParameterSpec("TeamsEnvironmentName", "string"),
            ),
            cmdlets.new_online_session,
        ),
        ClientCommand(
            "New-PSSession",
            (
                ParameterSpec("ComputerName", "string", aliases=("Cn",), position=0),
                ParameterSpec("Credential", "object"),
                ParameterSpec("ConnectionUri", "string", aliases=("URI", "CU")),
                ParameterSpec("ConfigurationName", "string"),
                ParameterSpec("Authentication", "string"),
                ParameterSpec("UseSSL", "switch"),
                ParameterSpec("Port", "int"),
                ParameterSpec("ApplicationName", "string"),
                ParameterSpec("AllowRedirection", "switch", unsupported=True),
                ParameterSpec("SessionOption", "object"),
                ParameterSpec("Name", "string[]", unsupported=True),
            ),
            cmdlets.new_session,
            aliases=("nsn",),
            class_name="NewPSSessionCommand",
        ),
        NEW_SESSION_OPTION,
        ClientCommand(
            "Import-PSSession",
            (
                session,
                ParameterSpec("CommandName", "string[]", aliases=("Name",), position=1),
                ParameterSpec("Prefix", "string"),
                ParameterSpec("AllowClobber", "switch"),
                ParameterSpec("DisableNameChecking", "switch"),
                ParameterSpec("FormatTypeName", "string[]"),
                ParameterSpec("CommandType", "object", unsupported=True),
                ParameterSpec("Module", "string[]", unsupported=True),
                ParameterSpec("ArgumentList", "object", unsupported=True),
            ),
            cmdlets.import_session,
            aliases=("ipsn",),
            class_name="ImportPSSessionCommand",
        ),
        ClientCommand(
            "Get-PSSession",
            (ParameterSpec("ComputerName", "string[]", aliases=("Cn",), position=0), number, name),
            cmdlets.get_session,
            aliases=("gsn",),
            class_name="GetPSSessionCommand",
        ),
        ClientCommand(
            "Remove-PSSession",
            (session, number, name, ParameterSpec("ComputerName", "string[]", aliases=("Cn",))),
            cmdlets.remove_session,
            aliases=("rsn",),
            class_name="RemovePSSessionCommand",
        ),
        ClientCommand(
            "Get-Module",
            (
                ParameterSpec("Name", "string[]", position=0),
                ParameterSpec("ListAvailable", "switch", unsupported=True),
                ParameterSpec("All", "switch", unsupported=True),
            ),
            cmdlets.get_module,
            aliases=("gmo",),
            class_name="GetModuleCommand",
        ),
        ClientCommand(
            "Get-Help",
            (
                ParameterSpec("Name", "string", position=0, mandatory=True),
                ParameterSpec("Full", "switch"),
                ParameterSpec("Detailed", "switch"),
                ParameterSpec("Examples", "switch", unsupported=True),
                ParameterSpec("Online", "switch", unsupported=True),
                ParameterSpec("Parameter", "string[]", unsupported=True),
            ),
            cmdlets.get_help,
            aliases=("help", "man"),
            class_name="GetHelpCommand",
        ),
        ClientCommand(
            "Get-Command",
            (
                ParameterSpec("Name", "string[]", position=0),
                ParameterSpec("Module", "string[]", aliases=("PSSnapin",)),
                ParameterSpec("Verb", "string[]"),
                ParameterSpec("Noun", "string[]"),
                ParameterSpec("CommandType", "object", aliases=("Type",), unsupported=True),
                ParameterSpec("Syntax", "switch", unsupported=True),
            ),
            cmdlets.get_command,
            aliases=("gcm",),
            class_name="GetCommandCommand",
        ),
    )


def _sessions(call: BoundCall, piped: Iterator[object] | None) -> list[Session]:
    """The sessions a call means: given, piped, by number or by name. Raises for what is no session."""
    named: list[object] = []
    if call.given("Session"):
        given = call.get("Session")
        named += given if isinstance(given, list) else [given]
    if piped is not None:
        named += list(piped)
    if named:
        return [_session(item) for item in named]
    numbers, names = _numbers(call.get("Id")), _texts(call.get("Name"))
    hosts = _texts(call.get("ComputerName"))
    if not (numbers or names or hosts):
        raise UsageError(f"{call.name} needs a session.", f"{call.name} $session; the sessions: Get-PSSession.")
    found = [
        session
        for session in registry
        if session.id in numbers
        or (names and matches(session.name, names))
        or (hosts and matches(session.computer_name, hosts))
    ]
    if not found:
        raise SessionClosed("There is no such session.", "List them: Get-PSSession, or %lync sessions.")
    return found


def _session(item: object) -> Session:
    if isinstance(item, Session):
        return item
    if item is None:
        raise SessionClosed(INVALID_STATE, "The variable holds no session: connect first (New-CsOnlineSession).")
    raise UsageError(f"A {type(item).__name__} is no session.", "Make one: $session = New-CsOnlineSession …")


def _token(given: object) -> Callable[[], str] | None:
    """-OAuthAccessToken: a SecureString, as it is documented; a text is taken into one."""
    if given is None:
        return None
    if not isinstance(given, (str, SecureString)):
        raise UsageError("-OAuthAccessToken takes a SecureString.")
    return fixed_token(given if isinstance(given, SecureString) else SecureString(given))


def _connection_uri(call: BoundCall) -> str:
    uri = call.get("ConnectionUri")
    if uri is not None:
        return str(uri)
    computer = call.get("ComputerName")
    if computer is None:
        raise UsageError(
            "Nothing says where to connect.",
            "Give -ConnectionUri https://host/OcsPowershell, or -ComputerName.",
        )
    return computer_uri(
        str(computer),
        ssl=call.switch("UseSSL"),
        port=call.get("Port"),
        application=str(call.get("ApplicationName") or WSMAN_APPLICATION),
    )


def _report_of(call: BoundCall) -> Report:
    """What the connecting says goes on; its verbose lines only under -Verbose, as in PowerShell."""
    if call.common.get("Verbose"):
        return call.services.report

    def quiet(event: Event) -> None:
        if not isinstance(event, VerboseRecord):
            call.services.report(event)

    return quiet


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)


def _numbers(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return tuple(int(item) for item in value) if isinstance(value, (list, tuple)) else (int(value),)


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)
