"""Where a credential comes from when no form is shown: the environment, a descriptor, a callable, or a terminal.

Rules: a password is never a word of a command line, never printed, and leaves the place it was found in.
"""

from __future__ import annotations

import ctypes
import getpass
import os
import select
import stat
import sys
import time
import warnings
from collections.abc import Callable
from typing import Final

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import CredentialNeeded, OperationTimedOut, UsageError
from lync_magic.transports import sealed

OTHER_WAYS = (
    "Without a form: %lync connect USER --prompt (on the input line), --env NAME (the password in an environment "
    "variable), --keyring, --password-fd N, --token-env NAME, or lync_magic.connect(USER, password=...)."
)
DESCRIPTOR_SECONDS: Final = 30.0
MAX_SECRET: Final = 64 * 1024
_PIECE: Final = 4096

Password = str | SecureString | Callable[[], str | SecureString]
"""What a program gives for a password: the text, a SecureString, or a callable that gives one when it is needed."""


@sealed
def as_credential(user_name: str, password: Password | Credential | None) -> Credential | None:
    """What a caller gave for a password, as a credential; None stays None."""
    if password is None or isinstance(password, Credential):
        return password
    if callable(password) and not isinstance(password, SecureString):
        password = password()
    if not isinstance(password, (str, SecureString)):
        raise UsageError("What was given for the password is no text.", "Give a str, a SecureString or a callable.")
    return Credential(user_name, password)


def from_environment(user_name: str, variable: str) -> Credential:
    """The password in an environment variable, which is removed from this process's environment.

    Raises CredentialNeeded when the variable is not set or empty.
    """
    return Credential(user_name, _taken(variable, f"there is no password for {user_name}"))


@sealed
def from_descriptor(user_name: str, descriptor: int, seconds: float = DESCRIPTOR_SECONDS) -> Credential:
    """The password in the first line that an open file descriptor gives; the descriptor is closed.

    Only a pipe or a file is read: the other descriptors of a kernel are its own.
    Raises UsageError for a descriptor that is none, CredentialNeeded for an empty line, OperationTimedOut.
    """
    try:
        mode = os.fstat(descriptor).st_mode
    except (OSError, OverflowError):
        raise UsageError(f"There is no open file descriptor {descriptor}.") from None
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode)):
        raise UsageError(f"The file descriptor {descriptor} is neither a pipe nor a file.")
    held = bytearray()
    try:
        _read_line(descriptor, held, time.monotonic() + seconds)
        line = held.partition(b"\n")[0].rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        raise CredentialNeeded(f"What the file descriptor {descriptor} gives is no text in UTF-8.") from None
    finally:
        os.close(descriptor)
        held[:] = bytes(len(held))
    if not line:
        raise CredentialNeeded(f"The file descriptor {descriptor} gives no password for {user_name}.")
    return Credential(user_name, line)


def from_terminal(user_name: str, message: str = "") -> Credential:
    """Ask for what is missing on the terminal, or in the notebook's input line; the password is masked.

    Raises CredentialNeeded where nobody can be asked.
    """
    try:
        if message:
            print(message)  # noqa: T201 - a prompt belongs to the terminal that is asked
        name = user_name or input("User name: ").strip()
        with warnings.catch_warnings():
            if sys.stdin is None or not sys.stdin.isatty():  # nothing is echoed there
                warnings.simplefilter("ignore", getpass.GetPassWarning)
            password = getpass.getpass(f"Password for {name}: ")
    except (EOFError, RuntimeError, OSError) as error:
        # ipykernel raises StdinNotImplementedError, a RuntimeError, where no frontend answers.
        raise CredentialNeeded("Nobody can be asked for a password here.", OTHER_WAYS) from error
    return Credential(name, password)


class GivenToken:
    """A token that somebody gave, and gives again when it has ended; a callable.

    variable: the environment variable that it was in, and where the next one is looked for.
    advice: what to do when the server takes it no more.
    """

    def __init__(self, token: SecureString, variable: str | None = None) -> None:
        self._token = token
        self._variable = variable
        self.advice = (
            f'Put a new one into os.environ["{variable}"], and run the command again.'
            if variable is not None
            else "Connect again, with a new token."
        )

    def __call__(self) -> str:
        """The token, or a newer one."""
        if self._variable is not None and os.environ.get(self._variable):
            self._token.wipe()
            self._token = SecureString(_taken(self._variable, ""))
        return self._token.reveal()


def token_from_environment(variable: str) -> Callable[[], str]:
    """Gives the token in an environment variable, which is removed from this process's environment.

    When that has ended and the variable is set again, the new one is taken. Raises CredentialNeeded when the variable
    is not set or empty.
    """
    return GivenToken(SecureString(_taken(variable, "there is no token")), variable)


def secret_from_environment(variable: str) -> SecureString:
    """An application's secret in an environment variable, which is removed. Raises CredentialNeeded without one."""
    return SecureString(_taken(variable, "there is no secret for the application"))


def fixed_token(secret: SecureString) -> Callable[[], str]:
    """Gives always the same token."""
    return GivenToken(secret)


def _taken(variable: str, otherwise: str) -> str:
    secret = os.environ.get(variable, "")
    if secret:
        _overwrite(variable)
        del os.environ[variable]
    else:
        raise CredentialNeeded(
            f"The environment variable {variable} is not set, so {otherwise}.",
            f"Set {variable} before the kernel starts; it is read once and removed.",
        )
    return secret


def _overwrite(variable: str) -> None:
    """Overwrite a variable where the process was given it, which outlives its removal and is what `ps` shows."""
    if sys.platform == "win32":
        return  # nobody else sees a process's environment there
    library = ctypes.CDLL(None)
    library.getenv.argtypes, library.getenv.restype = [ctypes.c_char_p], ctypes.c_void_p
    library.strlen.argtypes, library.strlen.restype = [ctypes.c_void_p], ctypes.c_size_t
    place = library.getenv(os.fsencode(variable))
    if place:
        ctypes.memset(place, 0, library.strlen(place))


def _read_line(descriptor: int, held: bytearray, deadline: float) -> None:
    while b"\n" not in held and len(held) <= MAX_SECRET:
        left = deadline - time.monotonic()
        if sys.platform != "win32" and not select.select([descriptor], [], [], max(0.0, left))[0]:
            raise OperationTimedOut(f"The file descriptor {descriptor} gave no password in time.")
        piece = os.read(descriptor, _PIECE)
        if not piece:
            return
        held += piece
