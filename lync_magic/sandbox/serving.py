"""The tenant over HTTP, from its start to its end: says where it is, and ends when it is told to.

Rules of this file: signals, and what is said to whoever started the server. A program that announces itself follows its
stdin (`control`); a person reads how to connect.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence

from lync_magic.sandbox.control import Control
from lync_magic.sandbox.dialect import Dialect
from lync_magic.sandbox.french import WELCOME, speaks_french, spoken
from lync_magic.sandbox.idling import IdleBounds
from lync_magic.sandbox.model import Account, MakeEngine
from lync_magic.sandbox.sandbox import Addresses, Options, Sandbox


def serve(accounts: Sequence[Account], make_engine: MakeEngine, given: argparse.Namespace, dialect: Dialect) -> None:
    """Run the server until it is told to stop. given: the command line (`commandline`)."""
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
