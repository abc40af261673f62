"""Sessions for those who live in asyncio."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from lync_magic.errors import CommandNotFound
from lync_magic.psrp import State

LONG = "Get-CsOnlineUser"


def test_a_command_is_awaited_and_the_loop_goes_on(tenant: Any) -> None:
    session = tenant.connect()
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(time.monotonic())
            await asyncio.sleep(0.01)

    async def main() -> str:
        ticking = asyncio.create_task(tick())
        tenants = await session.arun("Get-CsTenant")
        ticking.cancel()
        return str(tenants[0].DisplayName)

    assert asyncio.run(main()) == "Litware, Inc."
    assert ticks


def test_tasks_on_one_session_wait_for_each_other(tenant: Any) -> None:
    session = tenant.connect()

    async def main() -> list[Any]:
        return list(await asyncio.gather(*(session.arun("Get-CsTenant") for _ in range(8))))

    assert [found[0].DisplayName for found in asyncio.run(main())] == ["Litware, Inc."] * 8


def test_batches_come_by_async_for(tenant: Any) -> None:
    session = tenant.connect()

    async def main() -> int:
        return sum([len(batch) async for batch in session.Get_CsOnlineUser.stream()])

    assert asyncio.run(main()) == 200


def test_a_task_that_is_cancelled_is_stopped_on_the_server(tenant: Any) -> None:
    session = tenant.connect()
    tenant.tell("fault receive-command@1:before:stall=30")

    async def main() -> None:
        waiting = asyncio.create_task(session.arun(LONG))
        await asyncio.sleep(0.5)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
    tenant.tell("clear")
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
    assert session.state is State.OPENED


def test_an_error_comes_where_it_is_awaited(tenant: Any) -> None:
    session = tenant.connect()
    with pytest.raises(CommandNotFound):
        asyncio.run(session.arun("Get-CsNothing"))
