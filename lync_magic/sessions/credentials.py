"""Where a credential comes from when no form is shown: the environment, or a line on the terminal.

Rules: a password is never a word of a command line, never printed, and leaves the place it was found in.
"""

from __future__ import annotations

import getpass
import os

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded

OTHER_WAYS = (
    "Without a form: %lync connect USER --env NAME (the password in an environment variable), "
    "or lync_magic.connect(USER, password=...)."
)


def from_environment(user_name: str, variable: str) -> Credential:
    """The password in an environment variable, which is removed from this process's environment.

    Raises CredentialNeeded when the variable is not set or empty.
    """
    password = os.environ.pop(variable, "")
    if not password:
        raise CredentialNeeded(
            f"The environment variable {variable} is not set, so there is no password for {user_name}.",
            f"Set {variable} before the kernel starts; it is read once and removed.",
        )
    return Credential(user_name, password)


def from_terminal(user_name: str, message: str = "") -> Credential:
    """Ask for what is missing on the terminal, or in the notebook's input line; the password is masked.

    Raises CredentialNeeded where nobody can be asked.
    """
    try:
        if message:
            print(message)  # noqa: T201 - a prompt belongs to the terminal that is asked
        name = user_name or input("User name: ").strip()
        password = getpass.getpass(f"Password for {name}: ")
    except (EOFError, RuntimeError, OSError) as error:
        # ipykernel raises StdinNotImplementedError, a RuntimeError, where no frontend answers.
        raise CredentialNeeded("Nobody can be asked for a password here.", OTHER_WAYS) from error
    return Credential(name, password)
