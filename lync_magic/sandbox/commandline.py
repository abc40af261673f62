"""The command line of the sandbox: start a tenant, over the process's own pipes or over HTTP (`serving`).

With `--announce` a program reads one JSON line and holds the server's stdin open for as long as it wants it, and may
say things there; without, a person reads how to connect.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from lync_magic.sandbox import dialect as dialects
from lync_magic.sandbox import mishaps
from lync_magic.sandbox.french import EPILOG, speaks_french, spoken
from lync_magic.sandbox.idling import IDLE_TIMEOUT, SHORTEST_IDLE_TIMEOUT
from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.model import Account, MakeEngine
from lync_magic.sandbox.stdio import serve_stdio

DEFAULT_USERS = 200
DIALECT_VARIABLE = "LYNC_MAGIC_SANDBOX_DIALECT"
EDITIONS = ("online", "server", "teams", "all")
"""Which of the documented cmdlets a tenant has."""


class EngineMaker(Protocol):
    """Makes what makes an account's engine: from how many users there are, the seconds that each listed object takes,
    a file of further commands, the tenant's edition, and the seconds that the description of a command takes.
    """

    def __call__(
        self,
        users: int,
        delay_per_object: float,
        commands: Path | None = None,
        edition: str = EDITIONS[0],
        metadata_delay: float = 0.0,
    ) -> MakeEngine: ...


def run(
    accounts: Sequence[Account],
    engine_maker: EngineMaker,
    arguments: Sequence[str] | None = None,
) -> int:
    """Run a sandbox until it is told to stop. The exit code.

    accounts: who may sign in.  engine_maker: makes what makes an account's engine.
    arguments: of the command line; the process's own by default.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.journal is not None and not given.journal.parent.is_dir():
        parser.error(spoken("there is no folder {place}").format(place=given.journal.parent))
    for file in (given.client_ca, given.keytab, given.commands):
        if file is not None and not file.is_file():
            parser.error(spoken("there is no file {place}").format(place=file))
    if given.keytab is not None and find_spec("gssapi") is None:
        parser.error(spoken("--keytab needs the Python package gssapi"))
    _start_log(given.log)
    make_engine = engine_maker(given.users, given.delay, given.commands, given.edition, given.metadata_delay)
    if given.stdio:
        account = next(one for one in accounts if one.is_administrator)
        serve_stdio(make_engine(account), sys.stdin.buffer, sys.stdout.buffer, Journal(given.journal))
        return 0
    try:
        dialect = dialects.named(given.dialect, given.omi.split(","))
    except ValueError as error:
        parser.error(str(error))
    from lync_magic.sandbox.serving import serve  # half of a start: `--stdio` needs no HTTP

    serve(accounts, make_engine, given, dialect)
    return 0


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help whose first word is in the language that is spoken."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, spoken("usage: ") if prefix is None else prefix)


def _parser() -> argparse.ArgumentParser:
    english = "\n\n".join((one.__doc__ or "").rpartition("\n\nRules of this")[0] for one in (dialects, mishaps))
    parser = argparse.ArgumentParser(
        prog="python -m lync_magic.sandbox",
        description=spoken(
            "An embedded tenant: a PowerShell remoting server on this machine, for learning, demonstrations and tests."
        ),
        epilog=EPILOG if speaks_french() else english,
        formatter_class=_Formatter,
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="help", help=spoken("show this help message and exit"))
    parser.add_argument("--port", type=int, default=0, help=spoken("port for https; a free one by default"))
    parser.add_argument("--http-port", type=int, default=0, help=spoken("port for plain http; a free one by default"))
    parser.add_argument(
        "--seats-administrator", type=int, default=3, metavar="N", help=spoken("sessions an administrator may hold")
    )
    parser.add_argument("--seats-tenant", type=int, default=9, metavar="N", help=spoken("sessions a tenant may hold"))
    parser.add_argument(
        "--idle-timeout",
        type=float,
        default=IDLE_TIMEOUT,
        metavar="SECONDS",
        help=spoken("when an idle session is ended, if its client asks for no less"),
    )
    parser.add_argument(
        "--min-idle",
        type=float,
        default=SHORTEST_IDLE_TIMEOUT,
        metavar="SECONDS",
        help=spoken("the shortest idle time-out that a client gets"),
    )
    parser.add_argument(
        "--refuse-idle",
        action="store_true",
        help=spoken("refuse a session that asks for a time-out outside these bounds"),
    )
    parser.add_argument(
        "--clock",
        type=_speed,
        default=1.0,
        metavar="SPEED",
        help=spoken("how fast the sandbox's own time runs: with 30, a minute of idling takes two seconds"),
    )
    parser.add_argument(
        "--token-lifetime", type=float, default=3600, metavar="SECONDS", help=spoken("how long a token is good")
    )
    parser.add_argument(
        "--no-refresh-tokens", action="store_true", help=spoken("have people sign in again when their token ends")
    )
    parser.add_argument(
        "--hang", action="store_true", help=spoken("leave a session that has no seat hanging, instead of refusing it")
    )
    parser.add_argument(
        "--client-ca", type=Path, metavar="FILE", help=spoken("let in who shows a certificate of this authority (PEM)")
    )
    parser.add_argument(
        "--keytab",
        type=Path,
        metavar="FILE",
        help=spoken("let in who shows a Kerberos ticket for a service in this keytab"),
    )
    parser.add_argument("--credssp", action="store_true", help=spoken("let people sign in with CredSSP too"))
    parser.add_argument(
        "--channel-binding",
        action="store_true",
        help=spoken("refuse who signs in over TLS with NTLM or Kerberos and is not bound to the certificate"),
    )
    parser.add_argument(
        "--users", type=int, default=DEFAULT_USERS, metavar="N", help=spoken("how many users the tenant has")
    )
    parser.add_argument(
        "--delay",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help=spoken("be slow on purpose: a pause for each listed object"),
    )
    parser.add_argument(
        "--edition",
        choices=EDITIONS,
        default=EDITIONS[0],
        help=spoken(
            "whose cmdlets: Lync Online's 45, the server product's 890, Microsoft Teams' 621, or all 1,499 of them"
        ),
    )
    parser.add_argument(
        "--metadata-delay",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help=spoken("take so long to describe a command, as a real server does (0.029)"),
    )
    parser.add_argument(
        "--commands",
        type=Path,
        metavar="FILE",
        help=spoken("expose the commands of this JSON too; each gives back what it got"),
    )
    parser.add_argument(
        "--announce", action="store_true", help=spoken("say where in one JSON line; end when stdin ends")
    )
    parser.add_argument(
        "--stdio", action="store_true", help=spoken("serve one session on stdin and stdout, as pwsh -s does")
    )
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help=spoken("write a line of JSON for each command that really ran")
    )
    parser.add_argument(
        "--dialect",
        choices=list(dialects.DIALECTS),
        default=os.environ.get(DIALECT_VARIABLE, "windows"),
        help=spoken("whose server it is like; {variable} in the environment says it for every sandbox").format(
            variable=DIALECT_VARIABLE
        ),
    )
    parser.add_argument(
        "--omi", default="", metavar="WAY,WAY", help=spoken("have some of the ways of omi, as said below")
    )
    parser.add_argument(
        "--fault",
        type=_mishap,
        action="append",
        default=[],
        metavar="SPEC",
        help=spoken("have something go wrong on purpose, as said below; may be given more than once"),
    )
    parser.add_argument("--seed", type=int, metavar="N", help=spoken("of the chance by which some faults happen"))
    parser.add_argument("--log", metavar="FILE", help=spoken("write a line for each request"))
    return parser


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed < math.inf:
        raise argparse.ArgumentTypeError("a clock must go forward")
    return speed


def _mishap(spec: str) -> str:
    try:
        mishaps.parse(spec)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return spec


def _start_log(path: str | None) -> None:
    if path is None:
        logging.getLogger("tornado").setLevel(logging.CRITICAL)
        logging.getLogger("lync_magic.sandbox").addHandler(logging.NullHandler())
        return
    logging.basicConfig(filename=path, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
