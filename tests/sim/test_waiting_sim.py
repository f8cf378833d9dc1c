"""What a client that waits is told, in virtual time: place, who is before it, how long it has been, what is expected.

The scheduler, its queue and its estimates are the real ones.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from types import SimpleNamespace

import pytest
import structlog
from checkout import ROOT
from cluster import Cluster, Weather
from virtual import run

from bitfusion.cli.waiting import Waiting
from bitfusion.limits import PAST_LEASES_MIN
from bitfusion.scheduler.model import Demand
from bitfusion.srs.acquire import Wish, acquire
from bitfusion.srs.holding import give_back
from bitfusion.srs.pool import Pool

INSTANT = Weather(message_s=0.0, start_s=0.0, end_s=0.0)
HELD_S = 200.0
FACTS = {"host": "node7", "user": "me", "program": "train", "pid": 1}
_client: ContextVar[SimpleNamespace] = ContextVar("client")


@pytest.fixture
def cluster(monkeypatch):
    """One server of one GPU, in which nothing takes time."""
    with structlog.testing.capture_logs():
        made = Cluster(1, INSTANT, [[100]])
        made.install(monkeypatch, _client)
        yield made


async def live(
    cluster: Cluster, user: str, held_s: float, told: list[tuple[float, str]], quiet: bool = False, gpus: int = 1
) -> None:
    """One client from its request to its release. `told`: when which line was shown."""
    _client.set(SimpleNamespace(dead=False))
    clock = asyncio.get_running_loop().time
    async with Pool([host.address for host in cluster.hosts], lambda *_: None) as pool:
        with Waiting(lambda level, text: told.append((clock(), text)), quiet, clock) as waiting:
            grants = await acquire(pool, Wish(Demand(gpus)), {**FACTS, "user": user}, waiting.see)
        await asyncio.sleep(held_s)
        await give_back(grants)


def play(cluster: Cluster, *held_s: float, past: int = 0, quiet: bool = False) -> list[list[str]]:
    """What each of some clients that come a second apart is told, after `past` others that were alone."""
    lines: list[list[tuple[float, str]]] = [[] for _ in held_s]

    async def everybody() -> None:
        await asyncio.gather(*cluster.begin())
        for _ in range(past):
            await live(cluster, "past", HELD_S, [])
        lives = []
        for number, each in enumerate(held_s):
            lives.append(asyncio.ensure_future(live(cluster, f"user{number}", each, lines[number], quiet)))
            await asyncio.sleep(1)
        await asyncio.gather(*lives)

    run(everybody())
    assert not cluster.faults and not cluster.left()
    return [[text for _, text in each] for each in lines]


def test_waiting_client_is_told_place_names_time_and_that_there_is_no_estimate(cluster):
    holder, waiter = play(cluster, HELD_S, 1.0)
    assert holder == []
    first, *later, last = waiter
    assert first.startswith("Waiting for 1 GPU with all its memory: server 0 [server0:56001]: position 1, w")
    assert first.endswith("(held by user0@node7 train)") and "waited" not in first
    assert [line.removeprefix(first) for line in later] == [
        "; waited 1m 0s, no estimate yet",
        "; waited 3m 0s, no estimate yet",
    ]
    assert last == f"Waited {int(HELD_S - 1) // 60}m {int(HELD_S - 1) % 60}s"


def test_estimate_comes_with_enough_past_leases_and_gets_smaller(cluster):
    _, waiter = play(cluster, HELD_S - 1, 1.0, past=PAST_LEASES_MIN)
    said = [line.rpartition(", ")[2] for line in waiter if "waited" in line]
    assert said == ["about 2m more", "less than 1m more"]


def test_second_in_the_queue_is_told_who_is_before_it_and_of_its_change(cluster):
    *_, second = play(cluster, 30.0, 20.0, 1.0)
    texts = [line.partition("position ")[2] for line in second if line.startswith("Waiting")]
    assert texts[0] == "2, behind 1 other (user1@node7 train)"
    assert texts[-1].startswith("1, waits for 1 of 1 GPU ") and "(held by user1@node7 train); waited 2" in texts[-1]


def test_line_that_the_page_shows_is_what_such_a_client_sees(monkeypatch):
    cluster = Cluster(1, INSTANT, [[100, 100]])
    cluster.install(monkeypatch, _client)

    async def scene() -> str:
        await asyncio.gather(*cluster.begin())
        for _ in range(PAST_LEASES_MIN):
            await live(cluster, "past", 500, [])
        lives = []
        for user, pause_s in (("ben", 208), ("anna", 1)):
            lives.append(asyncio.ensure_future(live(cluster, user, 500, [], gpus=2)))
            await asyncio.sleep(pause_s)
        _client.set(SimpleNamespace(dead=False))
        waiting = Waiting(lambda level, text: None, False, asyncio.get_running_loop().time)
        async with Pool([host.address for host in cluster.hosts], lambda *_: None) as pool:
            asking = asyncio.ensure_future(acquire(pool, Wish(Demand(2)), FACTS, waiting.see))
            await asyncio.sleep(192.5)
            line = waiting.line()
            await give_back(await asking)
        await asyncio.gather(*lives)
        return line

    with structlog.testing.capture_logs():
        line = run(scene())
    assert line.startswith("Waiting 3m 12s") and line in (ROOT / "docs" / "user" / "pool.md").read_text(), line


def test_quiet_client_is_told_nothing(cluster):
    assert play(cluster, 100.0, 1.0, quiet=True) == [[], []]
