"""The command line of the sandbox: start a tenant, say where it is, run until told to stop.

Rules of this file: command line, signals and what is printed. With `--announce` a program reads one JSON line and
holds the server's stdin open for as long as it wants it, and may say things there (`control`); without, a person reads
how to connect.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from lync_magic.sandbox import dialect as dialects
from lync_magic.sandbox import mishaps
from lync_magic.sandbox.authentication import Account
from lync_magic.sandbox.control import Control
from lync_magic.sandbox.french import EPILOG, WELCOME, speaks_french, spoken
from lync_magic.sandbox.idling import IDLE_TIMEOUT, SHORTEST_IDLE_TIMEOUT, IdleBounds
from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.sandbox import Addresses, Options, Sandbox
from lync_magic.sandbox.service import MakeEngine
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
    options = Options(
        port=given.port,
        http_port=given.http_port,
        seats_administrator=given.seats_administrator,
        seats_tenant=given.seats_tenant,
        idle=IdleBounds(given.idle_timeout, given.min_idle, given.refuse_idle or dialect.strict),
        clock_speed=given.clock,
        token_lifetime=given.token_lifetime,
        refresh_tokens=not given.no_refresh_tokens,
        hang=given.hang,
        client_ca=given.client_ca,
        keytab=given.keytab,
        credssp=given.credssp,
        channel_binding=given.channel_binding,
        journal=given.journal,
        dialect=dialect,
        faults=tuple(given.fault),
        seed=given.seed,
    )
    asyncio.run(_serve(accounts, Sandbox(accounts, make_engine, options), announce=given.announce))
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


async def _serve(accounts: Sequence[Account], sandbox: Sandbox, *, announce: bool) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows: Ctrl-C ends the loop by itself
            break
    async with sandbox as addresses:
        if announce:
            print(_announcement(addresses), flush=True)  # noqa: T201 - this line is the interface
            _follow_stdin(sandbox.control, loop, lambda: loop.call_soon_threadsafe(ended.set))
        else:
            print(_welcome(accounts, addresses), flush=True)  # noqa: T201 - a command line program talks
        await ended.wait()


def _announcement(addresses: Addresses) -> str:
    return json.dumps(
        {
            "https": addresses.https,
            "http": addresses.http,
            "ca": str(addresses.ca),
            "domains": list(addresses.domains),
            "pid": os.getpid(),
        }
    )


def _welcome(accounts: Sequence[Account], addresses: Addresses) -> str:
    who = "\n".join(f"  {one.user_name}  {one.password}  {_remark(one)}".rstrip() for one in accounts)
    if speaks_french():
        return WELCOME.format(
            https=addresses.https, http=addresses.http, domain=addresses.domains[0], ca=addresses.ca, who=who
        )
    return (
        f"The sandbox tenant is running.\n"
        f"  PowerShell endpoint  {addresses.https}/OcsPowershellLiveId\n"
        f"  without TLS (NTLM)   {addresses.http}/OcsPowershell\n"
        f"  discovery            {addresses.http}/?Domain={addresses.domains[0]}\n"
        f"  trust                {addresses.ca}\n"
        f"Accounts:\n{who}\n"
        f"In a notebook: %lync sandbox\n"
        f"Ctrl-C ends it; everything that was changed is forgotten."
    )


def _remark(account: Account) -> str:
    if not account.is_administrator:
        return spoken("(not an administrator)")
    return "" if account.remote_sessions_enabled else spoken("(remote sessions are disabled)")


def _follow_stdin(control: Control, loop: asyncio.AbstractEventLoop, when_ended: Callable[[], object]) -> None:
    """Do what whoever started the server says, line by line; they are gone when their end of the pipe closes."""
    source, answers = sys.stdin.fileno(), sys.stdout.fileno()

    async def answered(line: bytes) -> bytes:
        return control.answer(line.decode("utf-8", "replace")).encode() + b"\n"

    def follow() -> None:
        # Not through sys.stdin and sys.stdout: a thread that waits in their locks would abort the interpreter's end.
        rest = b""
        while more := os.read(source, 4096):
            *lines, rest = (rest + more).split(b"\n")
            for line in lines:
                _write_all(answers, asyncio.run_coroutine_threadsafe(answered(line), loop).result())
        when_ended()

    def follow_quietly() -> None:
        with contextlib.suppress(RuntimeError, OSError):  # the loop has ended before, or nobody reads the answers
            follow()

    threading.Thread(target=follow_quietly, name="sandbox stdin", daemon=True).start()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
