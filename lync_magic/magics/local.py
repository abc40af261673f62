"""`%lync connect --local`: this machine's own PowerShell as a session like any other."""

from __future__ import annotations

import argparse
from dataclasses import replace

from lync_magic.importing import Wanted, make_ready
from lync_magic.magics import display as show
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.screen import Screen
from lync_magic.psrp import ErrorRecord, Event
from lync_magic.records import Records
from lync_magic.sessions import Lane, Session, Target, connect, local_server
from lync_magic.tapes import taped, will_replay
from lync_magic.ui import error_text

NOTHING_CAME = "No module came with it, so nothing was imported. Name one: %lync connect --local --module NAME"


def connect_local(notebook: Notebook, told: argparse.Namespace, importing: Wanted | None) -> Session:
    """Open a session in the local PowerShell, load what was named, and import what came with it.

    Raises PowerShellMissing, and RemoteError where a module or the sign-in fails: the session is closed then.
    """
    replays = will_replay(told.record, told.replay, told.mode)
    session = connect(
        Target(process=["pwsh"] if replays else local_server(told.pwsh)),
        None,
        timeout=told.timeout,
        report=show.writer(),
        host=notebook.host,
        tape=taped(told.record, told.replay, told.mode, told.redact),
    )
    notebook.adopt(session)
    try:
        with Screen(notebook) as screen:

            def report(event: Event) -> None:
                if isinstance(event, ErrorRecord):
                    screen.error(event, error_text(event))
                else:
                    screen.report(event)

            def shown(records: Records) -> None:
                if len(records):
                    show.show_output(records)

            came = make_ready(session, told.modules, told.run, report, shown)
    except BaseException:
        session.close()
        raise
    session.name = told.name or session.name
    session.lane = Lane.READ_ONLY if told.read_only else Lane.CONFIRM if told.confirm else Lane.OPEN
    show.show_sessions([session])
    if importing is None:
        return session
    if not came:
        show.say(NOTHING_CAME)
        return session
    show.show_modules([notebook.import_commands(session, replace(importing, names=tuple(came)), show.writer())])
    return session
