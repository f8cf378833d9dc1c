"""A scheduler with real Dispatchers: leases from request to release, and everything that can happen in between."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pytest
import running
from lending import CLIENT, demand, lease_of
from patience import PATIENCE_S, calm_s

from bitfusion.errors import SrsError, SrsUnreachable
from bitfusion.limits import DISPATCHER_END_S
from bitfusion.srs import processes

TTL_S = 5.0  # of a lease that is renewed in time also on a busy machine
STRANGER = """
import subprocess, sys
from pathlib import Path
if "--warm" in sys.orig_argv:
    null = subprocess.DEVNULL
    child = subprocess.Popen(["sleep", "1000"], stdin=null, stdout=null, stderr=null)
    Path(__file__).with_name("pid").write_text(str(child.pid))
"""


async def until(condition, what: str) -> None:
    """Poll until an awaitable condition is true."""
    deadline = time.monotonic() + PATIENCE_S
    while not await condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:g} s: {what}"
        await asyncio.sleep(0.05)


async def start_of(lease: str) -> int:
    """The Dispatcher of a lease, as early as it can be seen: before it listens."""
    deadline = time.monotonic() + PATIENCE_S
    while not (pid := processes.find_dispatchers().get(lease)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0)
    return pid


async def free(srs) -> list[int]:
    return [gpu["free_mib"] for gpu in (await srs.gpus())["gpus"]]


def dispatcher_of(lease: dict) -> int:
    return processes.find_dispatchers()[lease["lease"]]


async def test_lease_that_a_restarted_scheduler_has_found_leaves_no_descriptor_there(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
        server.kill()
        with running.scheduler(tmp_path, "--softgpu", "1", port=server.port) as again:
            descriptors = lambda: len(os.listdir(f"/proc/{again.process.pid}/fd"))
            async with connect(again) as srs:
                assert len(await srs.leases()) == 1
                before = descriptors()
                await srs.release(lease["lease"])

                async def both_closed() -> bool:
                    return descriptors() <= before - 2  # its process and its session table

                await until(both_closed, "the scheduler has closed what it had of the Dispatcher")


async def test_lease_is_a_dispatcher_with_its_gpus_until_it_is_released(tmp_path, connect, gpus):
    with running.scheduler(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=str(1 << 30)) as server:
        async with connect(server) as srs:
            lease = await lease_of(srs, 2, fraction=0.25)
            assert lease["state"] == "active" and lease["expires_in_s"] is None
            assert [(share["index"], share["memory_mib"], share["total_mib"]) for share in lease["shares"]] == [
                (0, 256, 1024),
                (1, 256, 1024),
            ]
            assert await free(srs) == [768, 768] and (await srs.gpus())["tasks"] == 1
            seen = running.run([gpus], running.remote(lease["port"])).output.splitlines()
            assert len(seen) == 2 and all("256 MiB seen" in line for line in seen)
            pid = dispatcher_of(lease)
            assert await srs.release(lease["lease"]) == {"lease": lease["lease"], "state": "gone"}
            assert not Path(f"/proc/{pid}").exists() and not processes.members(pid)
            assert await free(srs) == [1024, 1024]
            with pytest.raises(SrsError) as caught:
                await srs.release(lease["lease"])
            assert caught.value.code == "gone"


async def test_shares_of_different_size_have_a_limit_each(tmp_path, connect, gpus):
    with running.scheduler(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=str(1 << 30)) as server:
        async with connect(server) as srs:
            first = await lease_of(srs, 1, memory_mib=1000)
            assert first["shares"][0]["index"] == 0
            lease = await lease_of(srs, 2, memory_mib=24)
            assert await free(srs) == [0, 1000]
            seen = running.run([gpus], running.remote(lease["port"], first["port"])).output.splitlines()
            assert [line.split(" MiB seen")[0].split()[-1] for line in seen] == ["24", "24", "1000"]


async def test_waiting_ticket_hears_of_a_release_at_once(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            ticket = await srs.submit(demand(), CLIENT)
            assert (ticket["position"], ticket["offer"]) == (0, 0)
            begin = calm_s()
            poll = asyncio.create_task(srs.poll(ticket["ticket"], 20))
            await asyncio.sleep(0)
            await srs.release(lease["lease"])
            assert (await poll)["offer"] == 1
            assert calm_s() - begin < 15
            with pytest.raises(SrsError) as caught:
                await srs.confirm(ticket["ticket"], 2)
            assert caught.value.code == "not_offered"
            await srs.cancel(ticket["ticket"])
            await srs.cancel(ticket["ticket"])
            assert (await srs.gpus())["waiting"] == 0


async def test_change_between_two_polls_is_not_missed(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            ticket = await srs.submit(demand(), CLIENT)
            await srs.release(lease["lease"])
            begin = calm_s()
            assert (await srs.poll(ticket["ticket"], 20))["offer"] == 1
            assert calm_s() - begin < 10


async def test_single_is_all_or_nothing(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "2") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            assert (await srs.submit(demand(2, single=True), CLIENT))["offer"] == 0
            with pytest.raises(SrsError) as caught:
                await srs.submit(demand(3, single=True), CLIENT)
            assert caught.value.code == "too_large" and f"{running.HERE}:{server.port}" in str(caught.value)
            await srs.release(lease["lease"])


async def test_lease_that_is_not_renewed_expires_and_its_clients_end(tmp_path, connect, endless):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs, ttl_s=TTL_S)
            assert 0 < lease["expires_in_s"] <= TTL_S
            pid = dispatcher_of(lease)
            program = await asyncio.create_subprocess_exec(
                endless, env=running.remote(lease["port"]), stdout=asyncio.subprocess.PIPE
            )
            begun = asyncio.create_task(program.stdout.readline())
            while not begun.done():
                assert 0 < await srs.renew(lease["lease"]) <= TTL_S
                await asyncio.wait((begun,), timeout=TTL_S / 5)
            assert begun.result() == b"running\n"
            assert b"806" in (await asyncio.wait_for(program.communicate(), PATIENCE_S))[0]
            await until(lambda: _is(free(srs), [16384]), "the memory is free")
            assert processes.start_time(pid) is None
            with pytest.raises(SrsError) as caught:
                await srs.renew(lease["lease"])
            assert caught.value.code == "gone"


async def test_default_time_holds_for_leases_without_one(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "2", "--auto_release_timeout", "1m") as server:
        async with connect(server) as srs:
            assert 50 < (await lease_of(srs))["expires_in_s"] <= 60
            assert 100 < (await lease_of(srs, ttl_s=120))["expires_in_s"] <= 120


async def test_dead_dispatcher_ends_its_lease_and_nothing_is_left_of_it(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            pid = dispatcher_of(lease)
            os.kill(pid, signal.SIGKILL)
            await until(lambda: _is(free(srs), [16384]), "the memory is free")
            assert processes.members(pid) == []
            assert "dispatcher.died" in server.log()
            assert await lease_of(srs)


async def test_lease_is_free_when_the_last_process_of_its_dispatcher_has_ended_whatever_that_is(tmp_path, connect):
    # A process that is no CUDA Server by its command line, as one between fork and exec: the warm process brings it
    # along.
    brought = tmp_path / "brought"
    brought.mkdir()
    (brought / "sitecustomize.py").write_text(STRANGER)
    with running.scheduler(tmp_path, "--softgpu", "1", PYTHONPATH=os.pathsep.join([str(brought), *sys.path])) as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            pid = dispatcher_of(lease)
            stranger = brought / "pid"
            await until(lambda: _true(stranger.exists() and stranger.read_text().isdigit()), "the process is there")
            left = int(stranger.read_text())
            assert os.getpgid(left) == pid
            os.kill(pid, signal.SIGKILL)
            await until(lambda: _is(free(srs), [16384]), "the memory is free")
            assert processes.start_time(left) is None


async def test_killed_scheduler_leaves_dispatchers_and_finds_them_again(tmp_path, connect, gpus):
    options = ("--softgpu", "2")
    with running.scheduler(tmp_path, *options) as server:
        async with connect(server) as srs:
            identity = (await srs.gpus())["server"]["id"]
            lease = await lease_of(srs, fraction=0.5)
            lost = await lease_of(srs, fraction=0.5)
            waiting = await srs.submit(demand(2), CLIENT)
        server.kill()
        pid, killed = dispatcher_of(lease), dispatcher_of(lost)
        os.kill(killed, signal.SIGKILL)
        assert len(running.run([gpus], running.remote(lease["port"])).output.splitlines()) == 1
        with running.scheduler(tmp_path, *options, port=server.port) as again:
            async with connect(again) as srs:
                assert (await srs.gpus())["server"]["id"] == identity
                (adopted,) = await srs.leases()
                assert adopted["held_s"] >= lease["held_s"]
                same = {"release": lease["release"], "held_s": lease["held_s"]}
                assert {**adopted, **same} == lease and dispatcher_of(lease) == pid
                assert (await srs.poll(waiting["ticket"]))["position"] == 0
                with pytest.raises(SrsError) as caught:
                    await srs.renew(lost["lease"])
                assert caught.value.code == "gone"
                await srs.release(lease["lease"])
                assert processes.start_time(pid) is None and processes.members(pid) == []
                assert (await srs.poll(waiting["ticket"]))["offer"] == 2


async def test_lease_that_was_starting_at_a_crash_ends_with_its_dispatcher(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
        server.kill()
        pid = dispatcher_of(lease)
        # As if the crash had come after the lease was kept and before its Dispatcher was known to listen.
        with sqlite3.connect(tmp_path / "state" / f"srs-{server.port}.sqlite") as database:
            database.execute("""UPDATE leases SET body = json_set(body, '$.state', 'starting', '$.process', NULL)""")
        database.close()
        with running.scheduler(tmp_path, "--softgpu", "1", port=server.port) as again:
            async with connect(again) as srs:
                await until(lambda: _is(free(srs), [16384]), "the memory is free")
                assert processes.start_time(pid) is None
                with pytest.raises(SrsError) as caught:
                    await srs.renew(lease["lease"])
                assert caught.value.code == "gone"


async def test_crash_while_a_dispatcher_starts_loses_neither_the_lease_nor_the_process(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            ticket = (await srs.submit(demand(), CLIENT))["ticket"]
            confirming = asyncio.create_task(srs.confirm(ticket, 1))
            await start_of(ticket)
            server.kill()
            with pytest.raises(SrsUnreachable):
                await confirming
        with running.scheduler(tmp_path, "--softgpu", "1", port=server.port) as again:
            async with connect(again) as srs:
                if ticket in [lease["lease"] for lease in await srs.leases() if lease["state"] == "active"]:
                    await srs.release(ticket)  # It was quicker than the kill.
                await until(lambda: _is(free(srs), [16384]), "the memory is free")
                assert ticket not in processes.find_dispatchers()
                with pytest.raises(SrsError) as caught:
                    await srs.renew(ticket)
                assert caught.value.code == "gone"


async def test_second_signal_does_not_wait_for_a_dispatcher_that_does_not_end(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            pid = dispatcher_of(await lease_of(srs))
            os.kill(pid, signal.SIGSTOP)
            begin = calm_s()
            server.process.send_signal(signal.SIGTERM)
            await until(lambda: _true("scheduler.draining" in server.log()), "the first signal is heard")
            server.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.process.wait, 20) == 0
            assert calm_s() - begin < DISPATCHER_END_S
            assert processes.start_time(pid) is None and processes.members(pid) == []


async def test_dispatcher_that_does_not_end_is_killed(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            pid = dispatcher_of(lease)
            os.kill(pid, signal.SIGSTOP)
            await srs.release(lease["lease"])
            assert processes.start_time(pid) is None and processes.members(pid) == []
            assert "dispatcher.killed" in server.log()


async def test_dispatcher_that_does_not_start_is_a_reason_and_no_lease(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            ticket = (await srs.submit(demand(), CLIENT))["ticket"]
            confirming = asyncio.create_task(srs.confirm(ticket, 1))
            os.kill(await start_of(ticket), signal.SIGKILL)
            with pytest.raises(SrsError) as caught:
                await confirming
            assert caught.value.code == "failed" and "did not start" in str(caught.value)
            await until(lambda: _is(free(srs), [16384]), "the memory is free")


async def test_scheduler_out_of_descriptors_fails_requests_and_loses_no_memory(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            await srs.release((await lease_of(srs))["lease"])
            failed = 0
            for spare in range(8):  # a Dispatcher's start needs some, one after the other
                ticket = (await srs.submit(demand(), CLIENT))["ticket"]
                used = {int(name) for name in os.listdir(f"/proc/{server.process.pid}/fd")}
                unused = [number for number in range(1000) if number not in used]
                soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
                resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (unused[spare], hard))
                try:
                    await srs.confirm(ticket, 1)
                except SrsError as error:
                    failed += error.code == "failed" and "Too many open files" in str(error)
                resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
                for lease in await srs.leases():
                    await srs.release(lease["lease"])
                assert await free(srs) == [16384], spare
            assert failed >= 4


async def test_client_that_hangs_up_while_its_dispatcher_starts_leaves_no_lease(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            ticket = await srs.submit(demand(), CLIENT)
            confirming = asyncio.create_task(srs.confirm(ticket["ticket"], 1))
            await until(lambda: _is(_count(srs), 1), "the lease is there")
            confirming.cancel()
            await until(lambda: _is(free(srs), [16384]), "the memory is free")
            assert "lease.unclaimed" in server.log() and not processes.find_dispatchers().get(ticket["ticket"])


async def test_full_disk_fails_requests_and_loses_no_fact(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "2") as server:
        async with connect(server) as srs:
            dies, stays = await lease_of(srs), await lease_of(srs)
            soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            with pytest.raises(SrsError) as caught:
                await srs.submit(demand(), CLIENT)
            assert caught.value.code == "failed" and f"srs-{server.port}.sqlite" in str(caught.value)
            assert (await srs.gpus())["waiting"] == 0
            with pytest.raises(SrsError):
                await srs.release(stays["lease"])
            pid = dispatcher_of(dies)
            os.kill(pid, signal.SIGKILL)
            await until(lambda: _true(processes.start_time(pid) is None), "the Dispatcher is gone")
            assert await free(srs) == [0, 0]
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
            await until(lambda: _is(free(srs), [16384, 0]), "the memory is free")
            assert [lease["lease"] for lease in await srs.leases()] == [stays["lease"]]
            await srs.release(stays["lease"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_ends_everything_with_0(tmp_path, connect, number):
    with running.scheduler(tmp_path, "--softgpu", "1") as server:
        async with connect(server) as srs:
            lease = await lease_of(srs)
            poll = asyncio.create_task(srs.poll((await srs.submit(demand(), CLIENT))["ticket"], 20))
            pid = dispatcher_of(lease)
            server.process.send_signal(number)
            assert server.process.wait(PATIENCE_S) == 0
            await asyncio.gather(poll, return_exceptions=True)
        assert processes.start_time(pid) is None and processes.members(pid) == []


async def _is(value, expected) -> bool:
    return await value == expected


async def _true(value: bool) -> bool:
    return value


async def _count(srs) -> int:
    return len(await srs.leases())
