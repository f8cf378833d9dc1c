"""A scheduler that is to end: leases go on for a while, and who comes or waits is told."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
import running
from lending import CLIENT, demand, lease_of
from patience import PATIENCE_S, until
from sessions import Session, children, logged

from bitfusion.errors import SrsError
from bitfusion.srs import processes


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


async def test_dispatcher_that_is_told_to_end_tells_its_scheduler_and_its_gpus_are_nobodys_until_it_has(
    tmp_path, connect
):
    with running.scheduler(tmp_path, "--softgpu", "1") as scheduler:
        async with connect(scheduler) as srs:
            lease = await lease_of(srs)
            session = await asyncio.to_thread(Session, lease["port"])
            waiting = await srs.submit(demand(1), CLIENT)
            pid = processes.find_dispatchers()[lease["lease"]]
            # Its processes are stopped: it cannot end their sessions, and waits for them.
            stopped = children(pid)
            for child in stopped:
                os.kill(child, signal.SIGSTOP)
            os.kill(pid, signal.SIGTERM)
            while (await srs.leases())[0]["state"] != "ending":
                await asyncio.sleep(0.01)
            assert logged(scheduler, "lease.draining")[0]["lease"] == lease["lease"]
            assert processes.find_dispatchers()[lease["lease"]] == pid
            assert (await srs.poll(waiting["ticket"]))["offer"] == 0
            (gpu,) = (await srs.gpus())["gpus"]
            assert gpu["free_mib"] == 0 and gpu["leases"][0]["lease"] == lease["lease"]
            with pytest.raises(SrsError, match="has ended") as caught:
                await srs.renew(lease["lease"])
            assert caught.value.code == "gone"
            for child in stopped:
                os.kill(child, signal.SIGCONT)
            assert (await srs.poll(waiting["ticket"], 20))["offer"] == 1
            await asyncio.to_thread(session.close)
            assert lease["lease"] not in processes.find_dispatchers()
        assert not logged(scheduler, "dispatcher.died") and not logged(scheduler, "dispatcher.killed")
