"""Sign in, find the endpoint, open, hold, close; the registry and the exit hook.

As a module it is also the collection of this process's sessions: `lync_magic.sessions["eu"]`.
"""

import sys

from lync_magic.local_powershell import (
    find_powershell,
    how_to_install_powershell,
    local_server,
    powershell_environment,
    powershell_server,
)
from lync_magic.psrp import INVALID_STATE, State, require_opened
from lync_magic.sessions.answers import Answers, Person, fingerprint_of
from lync_magic.sessions.by_name import SessionsByName
from lync_magic.sessions.challenge import CLOUDS
from lync_magic.sessions.connect import DEFAULT_TIMEOUT, connect
from lync_magic.sessions.credentials import (
    OTHER_WAYS,
    Password,
    as_credential,
    fixed_token,
    from_descriptor,
    from_environment,
    from_terminal,
    token_from_environment,
)
from lync_magic.sessions.discovery import admin_domain
from lync_magic.sessions.doubt import may_run_again
from lync_magic.sessions.events import Step
from lync_magic.sessions.exits import exits
from lync_magic.sessions.hold import COUNT_DOWN_ID
from lync_magic.sessions.journal import (
    DONE,
    FAILED,
    IN_DOUBT,
    JOURNAL_VARIABLE,
    NOT_ON_TAPE,
    PARTIAL,
    STOPPED,
    note,
)
from lync_magic.sessions.keyrings import forget, keyring_works, need_keyring, recall, remember
from lync_magic.sessions.lanes import (
    Answer,
    Lane,
    Rehearsed,
    asks_first,
    cell_rules,
    only_reads,
    preferences,
    refuse_in,
    rehearse,
    sent_in_parts,
)
from lync_magic.sessions.log import Entry, log
from lync_magic.sessions.oauth import Application
from lync_magic.sessions.options import LONGEST_WAIT, OPTION_TYPES, SessionOption
from lync_magic.sessions.profiles import KEYS, Plan, plan, profile_names, profiles_path, read_profile
from lync_magic.sessions.read_ahead import Item, RawResult, ReadAhead
from lync_magic.sessions.registry import Registry, registry
from lync_magic.sessions.sandbox import SandboxAddress, SandboxKeeper, sandbox
from lync_magic.sessions.seats import Seat, lock, state_folder
from lync_magic.sessions.session import IDLE_SECONDS, TABLE_COLUMNS, Session
from lync_magic.sessions.several import AT_ONCE, open_several
from lync_magic.sessions.taken import orphans, reclaim
from lync_magic.sessions.target import AUTHENTICATIONS, WSMAN_APPLICATION, Target, computer_uri
from lync_magic.sessions.way import Taped, Way
from lync_magic.sessions.wording import redaction
from lync_magic.sessions.workers import working

__all__ = [
    "AT_ONCE",
    "AUTHENTICATIONS",
    "CLOUDS",
    "COUNT_DOWN_ID",
    "DEFAULT_TIMEOUT",
    "DONE",
    "FAILED",
    "IDLE_SECONDS",
    "INVALID_STATE",
    "IN_DOUBT",
    "JOURNAL_VARIABLE",
    "KEYS",
    "LONGEST_WAIT",
    "NOT_ON_TAPE",
    "OPTION_TYPES",
    "OTHER_WAYS",
    "PARTIAL",
    "STOPPED",
    "TABLE_COLUMNS",
    "WSMAN_APPLICATION",
    "Answer",
    "Answers",
    "Application",
    "Entry",
    "Item",
    "Lane",
    "Password",
    "Person",
    "Plan",
    "RawResult",
    "ReadAhead",
    "Registry",
    "Rehearsed",
    "SandboxAddress",
    "SandboxKeeper",
    "Seat",
    "Session",
    "SessionOption",
    "State",
    "Step",
    "Taped",
    "Target",
    "Way",
    "admin_domain",
    "as_credential",
    "asks_first",
    "cell_rules",
    "computer_uri",
    "connect",
    "exits",
    "find_powershell",
    "fingerprint_of",
    "fixed_token",
    "forget",
    "from_descriptor",
    "from_environment",
    "from_terminal",
    "how_to_install_powershell",
    "keyring_works",
    "local_server",
    "lock",
    "log",
    "may_run_again",
    "need_keyring",
    "note",
    "only_reads",
    "open_several",
    "orphans",
    "plan",
    "powershell_environment",
    "powershell_server",
    "preferences",
    "profile_names",
    "profiles_path",
    "read_profile",
    "recall",
    "reclaim",
    "redaction",
    "refuse_in",
    "registry",
    "rehearse",
    "remember",
    "require_opened",
    "sandbox",
    "sent_in_parts",
    "state_folder",
    "token_from_environment",
    "working",
]

sys.modules[__name__].__class__ = SessionsByName
