"""Passwords in the keyring of the person's system (the library `keyring`, the extra `keyring`).

Rules: one entry for each user and place, so that a password kept for one server is never offered to another; nothing
is kept before it was good for a log-on; a keyring that asks to be unlocked is waited for, but not for ever. A backend
is a plug-in, so whatever it raises is one error here, without its words, which may repeat what it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded, DependencyMissing, LyncError, UsageError
from lync_magic.sessions.target import Target
from lync_magic.transports import sealed, within

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "lync_magic"
"""The name under which a person finds the entries in the system's keyring."""
KEYRING_SECONDS: Final = 120.0
"""How long a person may take to unlock it."""
LOOK_SECONDS: Final = 5.0
"""How long looking for a keyring may take, which nobody has asked for yet."""

T = TypeVar("T")


def entry_of(target: Target) -> str:
    """The entry's name: the user for a discovered endpoint, `user at host` for an address."""
    if not target.user_name:
        raise UsageError("The keyring is asked for a user, and no user is named.", "%lync connect USER --keyring")
    place = target.uri or target.override_powershell_uri
    if target.ssh_place is not None:
        place = f"ssh://{target.ssh_place._replace(user='')}"
    return target.user_name.lower() if place is None else f"{target.user_name.lower()} at {urlsplit(place).netloc}"


def recall(target: Target) -> Credential | None:
    """The credential that is kept, or None. Raises DependencyMissing, or CredentialNeeded where no keyring works."""
    entry = entry_of(target)
    found = _asked(lambda backend: backend.get_password(SERVICE, entry))
    return Credential(target.user_name, found) if found else None


def remember(target: Target, credential: Credential) -> None:
    """Keep a credential for a target, in place of an older one. Raises as `recall`."""
    entry = entry_of(target)
    _asked(lambda backend: backend.set_password(SERVICE, entry, credential.password.reveal()))


def forget(target: Target) -> bool:
    """Remove what is kept for a target. Whether there was anything. Raises as `recall`."""
    entry = entry_of(target)

    def remove(backend: KeyringBackend) -> bool:
        if backend.get_password(SERVICE, entry) is None:
            return False
        backend.delete_password(SERVICE, entry)
        return True

    return _asked(remove)


def need_keyring() -> None:
    """Raise DependencyMissing without the library, CredentialNeeded where no keyring works."""
    _backend()


def keyring_works() -> bool:
    """Whether a password could be kept: the library is here, and finds a keyring that keeps what it is given."""
    try:
        within(LOOK_SECONDS, need_keyring, "The keyring did not answer in time.")
    except LyncError:
        return False
    return True


@sealed  # what a backend was given is in its frames
def _asked(work: Callable[[KeyringBackend], T]) -> T:
    backend = _backend()
    try:
        return within(KEYRING_SECONDS, lambda: work(backend), "The keyring did not answer in time.")
    except LyncError:
        raise
    except Exception as error:  # noqa: BLE001 - see the rules above
        raise CredentialNeeded(
            f"The keyring does not work: {type(error).__name__}.", "Unlock it, or sign in without --keyring."
        ) from None


def _backend() -> KeyringBackend:
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        raise DependencyMissing("keyring", "Keeping a password in the keyring", "keyring") from None
    try:
        backend = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - see the rules above
        raise CredentialNeeded(
            f"The keyring that is configured cannot be loaded: {type(error).__name__}.", "Sign in without --keyring."
        ) from None
    if isinstance(backend, (fail.Keyring, null.Keyring)):  # the one raises, the other forgets what it is given
        raise CredentialNeeded("No keyring works on this machine.", "Sign in without --keyring.")
    return backend
