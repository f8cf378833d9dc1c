"""GPUs of two real schedulers for many clients at once: all or nothing, in order, across kills and cancellations."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
import running
from lending import CLIENT
from patience import PATIENCE_S

from bitfusion.config.addresses import Address
from bitfusion.scheduler.model import Demand
from bitfusion.srs.acquire import Wish, acquire
from bitfusion.srs.holding import give_back
from bitfusion.srs.pool import Pool
from bitfusion.srs.shortage import Shortage
from bitfusion.srs.standing import Standing

MEMORY = {"SOFTGPU_MEMORY": str(1 << 30)}


class Told(list):
    """What was told, and waiting for it."""

    def __call__(self, level: str, text: str) -> None:
        self.append(text)

    def see(self, standing: Standing) -> None:
        self.append(standing.text)

    async def heard(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not any(text in line for line in self):
            assert time.monotonic() < deadline, self
            await asyncio.sleep(0.02)


def host(tmp_path, number: int, port: int | None = None):
    place = tmp_path / f"host{number}"
    place.mkdir(exist_ok=True)
    return running.scheduler(place, "--softgpu", "2", port=port, **MEMORY)


@pytest.fixture
def two(tmp_path):
    """Two hosts of two GPUs of 1 GiB."""
    with host(tmp_path, 0) as first, host(tmp_path, 1) as second:
        yield first, second


@asynccontextmanager
async def opened(*schedulers, tell=lambda level, text: None):
    async with Pool([Address("127.0.0.1", each.port, tls=running.SECURE) for each in schedulers], tell) as pool:
        yield pool


async def state_of(*schedulers) -> tuple[int, int, int]:
    """Leases, waiting tickets and free MiB of all."""
    async with opened(*schedulers) as pool:
        await pool.look()
        listings = [server.listing for server in pool.servers]
    free = sum(gpu["free_mib"] for listing in listings for gpu in listing["gpus"])
    return sum(each["tasks"] for each in listings), sum(each["waiting"] for each in listings), free


NOTHING_HELD = (0, 0, 4096)


async def test_clients_that_need_both_servers_are_served_one_after_another_in_order(two):
    async def client(number: int, ended: list[int]) -> None:
        told = Told()
        async with opened(*two, tell=told) as pool:
            granted = await acquire(pool, Wish(Demand(3), ttl_s=30.0), CLIENT, told.see)
            shares = [(grant.number, share.index) for grant in granted for share in grant.shares]
            assert len(granted) == 2 and len(set(shares)) == 3
            ended.append(number)
            assert await give_back(granted) == []

    ended: list[int] = []
    tasks = []
    for number in range(6):
        tasks.append(asyncio.create_task(client(number, ended)))
        while len(ended) <= number and (await state_of(*two))[1] < 2 * (number - len(ended)):
            await asyncio.sleep(0.02)
    await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE_S)
    assert ended == list(range(6))
    assert await state_of(*two) == NOTHING_HELD


async def test_clients_that_come_at_once_are_all_served_and_nothing_is_granted_twice(two):
    held: dict[tuple[int, int], int] = {}

    async def client(gpus: int, memory_mib: int) -> None:
        async with opened(*two) as pool:
            granted = await acquire(
                pool, Wish(Demand(gpus, None, memory_mib), ttl_s=30.0), CLIENT, lambda standing: None
            )
            places = [(grant.number, share.index) for grant in granted for share in grant.shares]
            assert len(places) == len(set(places)) == gpus
            for place in places:
                held[place] = held.get(place, 0) + memory_mib
                assert held[place] <= 1024
            await asyncio.sleep(0)
            for place in places:
                held[place] -= memory_mib
            assert await give_back(granted) == []

    wishes = [(1, 1024), (4, 512), (2, 600), (3, 300), (1, 512), (2, 1024), (4, 100), (1, 700)]
    await asyncio.wait_for(asyncio.gather(*(client(*wish) for wish in wishes)), 2 * PATIENCE_S)
    assert await state_of(*two) == NOTHING_HELD


async def test_scheduler_that_is_killed_while_clients_wait_and_hold_goes_on(tmp_path):
    with host(tmp_path, 0) as first, host(tmp_path, 1) as second:
        told = Told()
        async with opened(first, second) as holders, opened(first, second, tell=told) as waiters:
            granted = await acquire(holders, Wish(Demand(4), ttl_s=60.0), CLIENT, told.see)
            waiting = asyncio.create_task(acquire(waiters, Wish(Demand(3), ttl_s=60.0), CLIENT, told.see))
            await told.heard("Waiting for 3 GPUs")
            second.kill()
            await told.heard("does not answer")
            with host(tmp_path, 1, second.port):
                assert await give_back(granted) == []
                again = await asyncio.wait_for(waiting, PATIENCE_S)
                assert sum(len(grant.shares) for grant in again) == 3
                assert await give_back(again) == []
                assert await state_of(first, second) == NOTHING_HELD


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.05, 0.1, 0.3, 0.6])
async def test_cancelled_request_holds_nothing_whenever_it_is_cancelled(two, after_s):
    async with opened(*two) as pool:
        asking = asyncio.create_task(acquire(pool, Wish(Demand(4)), CLIENT, lambda standing: None))
        await asyncio.wait((asking,), timeout=after_s)
        if asking.cancel():
            with pytest.raises(asyncio.CancelledError):
                await asking
        else:
            await give_back(await asking)
    assert await state_of(*two) == NOTHING_HELD


async def test_confirmation_that_a_server_cannot_answer_gives_the_others_back(tmp_path):
    with host(tmp_path, 0) as first, host(tmp_path, 1) as second:
        async with opened(first, second) as pool:
            await pool.look()
            second.kill()
            asking = acquire_without_looking(pool, Wish(Demand(4), timeout_s=1.0))
            with pytest.raises(Shortage) as caught:
                await asking
            assert caught.value.exit_code == 75
        assert await state_of(first) == (0, 0, 2048)


async def acquire_without_looking(pool: Pool, wish: Wish):
    async def look(*_: object) -> None:
        """A server that dies between the look and the request."""

    pool.look = look
    return await acquire(pool, wish, CLIENT, lambda standing: None)


async def test_servers_that_do_not_answer_make_a_shortage_worth_a_retry(two):
    dead = Address("127.0.0.1", running.free_port())
    for schedulers, code in ((two, 1), (two[:1], 75)):
        addresses = [Address("127.0.0.1", each.port, tls=running.SECURE) for each in schedulers]
        async with Pool([*addresses, dead] if code == 75 else addresses, lambda level, text: None) as pool:
            with pytest.raises(Shortage) as caught:
                await acquire(pool, Wish(Demand(5)), CLIENT, lambda standing: None)
            assert caught.value.exit_code == code and ("did not answer" in str(caught.value)) == (code == 75)
