"""The server's side of a key exchange (MS-PSRP 2.2.2.3, 2.2.2.4), for who answers in a server's place.

Rule of this file: the key is thrown away at once, so that nobody can open what the client seals with it.
"""

from __future__ import annotations

import base64
import os
from typing import Final

from psrpcore._crypto import encrypt_session_key

from lync_magic.clixml import DecodeError, ObjectLike, decode

_KEY_BYTES: Final = 32


def sealed_key(request: bytes) -> bytes:
    """ENCRYPTED_SESSION_KEY for a PUBLIC_KEY message: a key that nobody keeps. Raises ValueError."""
    try:
        asked = decode(request)
        public = asked.get("PublicKey") if isinstance(asked, ObjectLike) else None
    except DecodeError:
        public = None
    if not isinstance(public, str):
        raise ValueError("This asks for no session key.")
    sealed = encrypt_session_key(base64.b64decode(public), os.urandom(_KEY_BYTES))
    text = base64.b64encode(sealed).decode("ascii")
    return f'<Obj RefId="0"><MS><S N="EncryptedSessionKey">{text}</S></MS></Obj>'.encode()
