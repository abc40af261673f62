"""A sandbox tenant whose password is the first line of stdin; it says `hangs` when it leaves a request unanswered."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from types import ModuleType
from typing import Literal

from lync_magic.sandbox import engine, service
from lync_magic.sandbox.__main__ import tenants_of
from lync_magic.sandbox.commandline import run


class SpokenEvent(asyncio.Event):
    """What the service waits for in a Create that it leaves hanging."""

    async def wait(self) -> Literal[True]:
        sys.stdout.write("hangs\n")
        sys.stdout.flush()
        return await super().wait()


spoken = ModuleType("asyncio")
spoken.__dict__.update(vars(asyncio), Event=SpokenEvent)
service.asyncio = spoken  # type: ignore[attr-defined]

if __name__ == "__main__":
    password = sys.stdin.readline().removesuffix("\n")
    sys.exit(run([replace(account, password=password) for account in engine.accounts], tenants_of))
