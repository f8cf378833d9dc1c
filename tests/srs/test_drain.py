"""A scheduler that is to end: leases go on for a while, and who comes or waits is told."""

from __future__ import annotations

import asyncio
import signal

import pytest
import running
from lending import CLIENT, demand
from patience import PATIENCE_S, until

from bitfusion.errors import SrsError


async def test_scheduler_that_drains_grants_nothing_and_its_leases_go_on(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1", "--grace", str(PATIENCE_S)) as scheduler:
        async with connect(scheduler) as srs:
            ticket = await srs.submit(demand(1), CLIENT)
            lease = await srs.confirm(ticket["ticket"], 1, 3600)
            waiting = await srs.submit(demand(1), CLIENT)
            poll = asyncio.create_task(srs.poll(waiting["ticket"], 20))
            await srs.gpus()
            scheduler.process.send_signal(signal.SIGTERM)
            # Who waits is told at once, and who comes, too.
            for told in (poll, srs.submit(demand(1), CLIENT), srs.confirm(waiting["ticket"], 1)):
                with pytest.raises(SrsError, match="this resource scheduler is shutting down") as caught:
                    await asyncio.wait_for(told, PATIENCE_S)
                assert caught.value.code == "failed" and caught.value.hint
            assert await srs.renew(lease["lease"])
            assert [held["lease"] for held in await srs.leases()] == [lease["lease"]]
            await srs.release(lease["lease"])
        assert scheduler.process.wait(PATIENCE_S) == 0
        until(lambda: "scheduler.ended" in scheduler.log(), "it has said so")
