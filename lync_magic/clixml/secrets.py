"""Secrets as values: SecureString and Credential. They never become text.

Rules of this file: nothing but `reveal` gives the clear text; only the code that encrypts or sends it calls
that. Masked repr, str and format; pickling, copying and `vars()` refused or empty; equality by identity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

MASK = "System.Security.SecureString"

Decrypt = Callable[[bytes], bytes]
"""Makes the clear text (UTF-16-LE) of an encrypted SecureString; raises NoKey as long as it has no key, and ValueError
where it cannot."""


class NoKey(ValueError):
    """There is no session key yet."""


class SecureString:
    """A secret text. Shown as PowerShell shows one: `System.Security.SecureString`.

    The clear text is held as UTF-16-LE bytes in one bytearray, which `wipe` overwrites, at the latest when nobody
    holds it any more; the `str` it was made from belongs to the caller and cannot be wiped in CPython.
    """

    __slots__ = ("__weakref__", "_secret", "_wiped")

    def __init__(self, clear: str) -> None:
        self._secret = bytearray()
        self._wiped = False
        self._secret += clear.encode("utf-16-le", "surrogatepass")

    def __del__(self) -> None:
        self.wipe()

    def reveal(self) -> str:
        """The clear text. Raises ValueError after `wipe`."""
        if self._wiped:
            raise ValueError("This SecureString was wiped.")
        return self._secret.decode("utf-16-le", "surrogatepass")

    def wipe(self) -> None:
        """Overwrite the secret; it cannot be read again."""
        self._secret[:] = bytes(len(self._secret))
        self._secret.clear()
        self._wiped = True

    @property
    def wiped(self) -> bool:
        """Whether the secret is gone."""
        return self._wiped

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A SecureString is never pickled or copied.")

    def __getstate__(self) -> NoReturn:
        raise TypeError("A SecureString is never pickled or copied.")


class SealedString(SecureString):
    """A SecureString that came encrypted and whose key is not here. encrypted: the blob as it came.

    decrypt: opens it once the key is there.
    """

    __slots__ = ("_decrypt", "_encrypted")

    def __init__(self, encrypted: bytes, decrypt: Decrypt | None = None) -> None:
        super().__init__("")
        self._encrypted = encrypted
        self._decrypt = decrypt

    @property
    def encrypted(self) -> bytes:
        """The blob, as MS-PSRP 2.2.5.1.24 carries it."""
        return self._encrypted

    def reveal(self) -> str:
        """The clear text. Raises ValueError as long as there is no key."""
        if self._decrypt is None:
            raise NoKey("This SecureString came encrypted, and the key to it is not here.")
        return self._decrypt(self._encrypted).decode("utf-16-le", "surrogatepass")


class Credential:
    """A user name and a password (PSCredential). Not verified before it is used to log on.

    password: clear text, taken into a SecureString at once, or a SecureString.
    """

    __slots__ = ("__weakref__", "_password", "_user_name")

    def __init__(self, user_name: str, password: str | SecureString) -> None:
        self._user_name = user_name
        self._password = password if isinstance(password, SecureString) else SecureString(password)

    @property
    def user_name(self) -> str:
        """The name as it was given: `kenmyer@litwareinc.com`, `LITWAREINC\\kenmyer`."""
        return self._user_name

    @property
    def password(self) -> SecureString:
        """The password, masked."""
        return self._password

    UserName = user_name
    Password = password

    def copy(self) -> Credential:
        """Another one with the same password, to be wiped apart from this one."""
        return Credential(self._user_name, SecureString(self._password.reveal()))

    def wipe(self) -> None:
        """Overwrite the password."""
        self._password.wipe()

    def __repr__(self) -> str:
        width = max(len(self._user_name), len("UserName"))
        heads = f"{'UserName':<{width}} Password\n{'--------':<{width}} --------"
        mask = MASK if self._user_name else ""  # `[pscredential]::Empty` has none
        return f"{heads}\n{self._user_name:<{width}} {mask}"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A Credential is never pickled or copied.")

    def __getstate__(self) -> NoReturn:
        raise TypeError("A Credential is never pickled or copied.")
