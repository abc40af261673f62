"""The faults that this server answers with: WinRM's numbers, in WinRM's own words.

Rules of this file: it makes exceptions; `wsman` writes them as envelopes. A text that real servers send is not
reworded.
"""

from __future__ import annotations

from typing import Final

ACCESS_DENIED: Final = 5
OPERATION_ABORTED: Final = 995
LOGON_FAILURE: Final = 1326
INVALID_ACTION: Final = 2150858753
INVALID_HEADER: Final = 2150858767
OPERATION_TIMED_OUT: Final = 2150858793
INVALID_PARAMETER: Final = 2150858810
INVALID_RESOURCE_URI: Final = 2150858811
INVALID_XML: Final = 2150858819
SHELL_NOT_FOUND: Final = 2150858843
SHELLS_OF_USER: Final = 2150859173
SHELL_DISCONNECTED: Final = 2150859204
CONNECTED_TO_ANOTHER: Final = 2150859213
DISCONNECT_NOT_VALID: Final = 2150859215
RECONNECT_NOT_VALID: Final = 2150859216
COMMAND_ID_INVALID: Final = 2150859220
SHELL_ID_INVALID: Final = 2150859221
COMMAND_EXISTS: Final = 2150859222
SHELL_EXISTS: Final = 2150859223
STREAM_DISCONNECTED: Final = 2150859230
SHELLS_OF_TENANT: Final = 2150859238
COMMANDS_OF_SHELL: Final = 2150859241

CANNOT: Final = "The WS-Management service cannot process the request"
SERVICE_CANNOT: Final = "The WinRM service cannot process the request"
_CLIENT_CANNOT: Final = "The WinRM client cannot process the request"


class WSManFault(Exception):
    """A fault to answer with. code: WinRM's number.

    subcode: the SOAP subcode, with its prefix.  sender: whether the client is to blame.  provider: the text comes from
    the PowerShell plug-in, as a `ProviderFault`.
    """

    def __init__(self, code: int, message: str, subcode: str, *, sender: bool = False, provider: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subcode = subcode
        self.sender = sender
        self.provider = provider


class Unexplained(Exception):
    """A refusal without a word: an HTTP status and no body."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


# --- the request itself ---------------------------------------------------------------------------------------------


def invalid_xml() -> WSManFault:
    """Not XML."""
    return WSManFault(INVALID_XML, f"{CANNOT} because the XML is invalid. ", "w:SchemaValidationError", sender=True)


def invalid_header() -> WSManFault:
    """A header is missing, or says nothing sensible."""
    return WSManFault(
        INVALID_HEADER,
        f"{CANNOT} because the request contains a missing or invalid header. ",
        "a:InvalidMessageInformationHeader",
        sender=True,
    )


def envelope_too_small(least: int) -> WSManFault:
    """The client allows answers that nothing fits."""
    return WSManFault(
        INVALID_HEADER,
        f"{CANNOT} because the MaxEnvelopeSize value in the request is invalid or below {least}. ",
        "w:EncodingLimit",
        sender=True,
    )


def invalid_resource(resource_uri: str) -> WSManFault:
    """Not a resource of this server."""
    return WSManFault(
        INVALID_RESOURCE_URI,
        f"{CANNOT}. The resource URI ({resource_uri}) was not found in the WS-Management catalog. The catalog "
        "contains the metadata that describes resources, or logical endpoints. ",
        "w:InvalidResourceURI",
        sender=True,
    )


def invalid_action(action: str) -> WSManFault:
    """Not an operation of this server."""
    return WSManFault(
        INVALID_ACTION,
        f"{CANNOT}. The WS-Addressing action URI ({action}) is invalid. Check the documentation for information on "
        "how to construct an action URI. ",
        "a:ActionNotSupported",
        sender=True,
    )


def invalid_parameter(what: str) -> WSManFault:
    """The body lacks something, or holds what cannot be read."""
    return WSManFault(
        INVALID_PARAMETER,
        f"{CANNOT} because a parameter for the operation is not valid: {what}. ",
        "w:InvalidParameter",
        sender=True,
    )


def invalid_id(code: int, what: str) -> WSManFault:
    """An id that is no GUID. what: `shell` or `command`."""
    return WSManFault(
        code,
        f"{SERVICE_CANNOT} because the {what} ID specified by the client is not a valid GUID. Provide a valid ID and "
        "try again. ",
        "w:InvalidParameter",
        sender=True,
    )


def by_number(code: int) -> WSManFault:
    """A fault of which only the number matters."""
    return WSManFault(code, f"The WS-Management service cannot process the request: error {code}. ", "w:InternalError")


# --- who asks -------------------------------------------------------------------------------------------------------


def logon_failed(message: str) -> WSManFault:
    """Wrong user name, password or token."""
    return WSManFault(LOGON_FAILURE, message, "w:AccessDenied", sender=True)


def not_permitted(message: str) -> WSManFault:
    """Signed in, but not allowed: the plug-in says why."""
    return WSManFault(ACCESS_DENIED, message, "w:AccessDenied", sender=True, provider=True)


# --- shells and commands --------------------------------------------------------------------------------------------


def timed_out() -> WSManFault:
    """Nothing came in the time that the request allows: ask again."""
    return WSManFault(
        OPERATION_TIMED_OUT,
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ",
        "w:TimedOut",
    )


def aborted() -> WSManFault:
    """The operation was ended from outside."""
    return WSManFault(
        OPERATION_ABORTED,
        "The I/O operation has been aborted because of either a thread exit or an application request. ",
        "w:InternalError",
    )


def shell_not_found(shell_id: object) -> WSManFault:
    """No such shell, or not this user's, or it has ended."""
    return WSManFault(
        SHELL_NOT_FOUND,
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found on "
        "the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the "
        "server. Provide the correct ShellId or create a new shell and retry the operation. ",
        "w:InvalidSelectors",
        sender=True,
    )


def command_not_found(command_id: object) -> WSManFault:
    """No such command in the shell."""
    return WSManFault(
        SHELL_NOT_FOUND,
        f"The request for the Windows Remote Shell with CommandId {command_id} failed because the command was not "
        "found on the server. Possible causes are: the specified CommandId is incorrect or the command no longer "
        "exists. ",
        "w:InvalidSelectors",
        sender=True,
    )


def shell_exists() -> WSManFault:
    """The shell's id is taken."""
    return WSManFault(
        SHELL_EXISTS,
        f"{SERVICE_CANNOT}. A resource already exists with the shell ID specified by the client. ",
        "w:AlreadyExists",
        sender=True,
    )


def command_exists() -> WSManFault:
    """The command's id is taken."""
    return WSManFault(
        COMMAND_EXISTS,
        f"{SERVICE_CANNOT}. A command already exists with the command ID specified by the client. ",
        "w:AlreadyExists",
        sender=True,
    )


def too_many_shells(code: int, who: str) -> WSManFault:
    """All seats are taken. who: `user` or `tenant`."""
    return WSManFault(
        code,
        f"{CANNOT}. The maximum number of concurrent shells for this {who} has been exceeded. Close existing shells "
        f"or raise the quota for this {who}.",
        "w:QuotaLimit",
    )


def too_many_commands() -> WSManFault:
    """The shell holds too many commands that were never terminated."""
    return WSManFault(
        COMMANDS_OF_SHELL,
        f"{CANNOT}. The maximum number of concurrent commands per shell has been exceeded. Retry the request later or "
        "raise the Maximum Commands per Shell quota. ",
        "w:QuotaLimit",
    )


def shell_disconnected() -> WSManFault:
    """The shell must be reconnected first."""
    return WSManFault(
        SHELL_DISCONNECTED,
        f"{SERVICE_CANNOT} because the WinRS shell instance is currently disconnected. ",
        "w:InvalidSelectors",
        sender=True,
    )


def stream_disconnected() -> WSManFault:
    """The shell was disconnected while the client waited for output."""
    return WSManFault(
        STREAM_DISCONNECTED,
        f"{CANNOT} because the stream is currently disconnected. ",
        "w:InvalidSelectors",
        sender=True,
    )


def connected_to_another() -> WSManFault:
    """Another client uses the shell."""
    return WSManFault(
        CONNECTED_TO_ANOTHER,
        f"{SERVICE_CANNOT}. The WinRS shell instance is currently connected to a different client. ",
        "w:InvalidSelectors",
        sender=True,
    )


def already_disconnected() -> WSManFault:
    """Disconnected twice."""
    return WSManFault(
        DISCONNECT_NOT_VALID,
        f"{_CLIENT_CANNOT}. A disconnect operation cannot be performed on a WinRS shell instance that is already "
        "disconnected. ",
        "w:InvalidParameter",
        sender=True,
    )


def already_connected() -> WSManFault:
    """Reconnected without having been disconnected."""
    return WSManFault(
        RECONNECT_NOT_VALID,
        f"{_CLIENT_CANNOT}. A reconnect operation cannot be performed on a WinRS shell instance that is currently "
        "connected. ",
        "w:InvalidParameter",
        sender=True,
    )
