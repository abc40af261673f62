"""Sign in, find the endpoint, open, hold, close; the registry and the exit hook."""

from lync_magic.sessions.connect import AUTHENTICATIONS, DEFAULT_TIMEOUT, Target, as_credential, connect
from lync_magic.sessions.credentials import OTHER_WAYS, from_environment, from_terminal
from lync_magic.sessions.discovery import admin_domain
from lync_magic.sessions.events import Step
from lync_magic.sessions.registry import Registry, registry
from lync_magic.sessions.sandbox import SandboxAddress, SandboxKeeper, sandbox
from lync_magic.sessions.session import TABLE_COLUMNS, Session
from lync_magic.sessions.state import INVALID_STATE, State, require_opened

__all__ = [
    "AUTHENTICATIONS",
    "DEFAULT_TIMEOUT",
    "INVALID_STATE",
    "OTHER_WAYS",
    "TABLE_COLUMNS",
    "Registry",
    "SandboxAddress",
    "SandboxKeeper",
    "Session",
    "State",
    "Step",
    "Target",
    "admin_domain",
    "as_credential",
    "connect",
    "from_environment",
    "from_terminal",
    "registry",
    "require_opened",
    "sandbox",
]
