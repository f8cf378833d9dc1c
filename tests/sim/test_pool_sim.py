"""Many clients at several schedulers, simulated: all or nothing, never over-granted, everybody served, nothing left
behind.

The clients' acquisition, the schedulers' service and core are the real ones; network, Dispatchers, kills and clocks
are the cluster's.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from contextvars import ContextVar

import pytest
import structlog
from cluster import Cluster, Host, Weather
from virtual import Deadlock, run

from bitfusion.errors import BitfusionError, NotOffered
from bitfusion.limits import LEASE_TTL_S, TICKET_SILENCE_S
from bitfusion.scheduler.model import Demand
from bitfusion.srs.acquire import Wish, acquire
from bitfusion.srs.holding import give_back, keep
from bitfusion.srs.pool import Pool

PATIENCE_S = 3600.0  # virtual; the longest run lasts 20 s
_client: ContextVar[Someone] = ContextVar("client")

CALM = Weather()
ROUGH = Weather(message_s=0.5, lost=0.02, start_fails=0.02, skew_s=5.0)
STORM = Weather(message_s=2.0, lost=0.1, start_s=4.0, start_fails=0.1, end_s=4.0, kills=4, down_s=20.0, skew_s=600.0)
MACHINES = [[100, 100], [100, 100], [100, 50, 50]]


@pytest.fixture(autouse=True)
def silence():
    """What a scheduler logs under kills is of no interest here."""
    with structlog.testing.capture_logs() as logs:
        yield logs
    crashed = [entry for entry in logs if entry["log_level"] == "critical"]
    assert not crashed


class Someone:
    """A client: wants, gets, runs for a while, gives back; dies on the way if `dies` says so."""

    def __init__(self, cluster: Cluster, number: int, dies: bool) -> None:
        draw = cluster.random
        self.cluster, self.number, self.dies = cluster, number, dies
        size = draw.choice([{}, {"fraction": 0.5}, {"fraction": 0.3}, {"memory_mib": 40}])
        single = draw.random() < 0.3
        # Without a time to live nothing is forgiven: what is not given back stays for ever.
        eternal = not dies and not cluster.weather.kills and draw.random() < 0.5
        gpus = draw.choice([1, 1, 2] if single else [1, 2, 3, 5])
        self.wish = Wish(Demand(gpus, **size), single, ttl_s=None if eternal else LEASE_TTL_S)
        self.dead = False
        self.served_s: float | None = None

    async def live(self) -> None:
        _client.set(self)
        await self.cluster.pause(30)
        life = asyncio.ensure_future(self._life())
        if self.dies:
            await asyncio.wait((life,), timeout=self.cluster.random.uniform(0, 30))
            # Killed: what it still does on its way out reaches nobody.
            self.dead = True
            life.cancel()
            await asyncio.wait((life,))
        else:
            await life

    async def _life(self) -> None:
        while True:
            try:
                await self.once(self.cluster.hosts)
                return
            except BitfusionError:
                # A user who tries again: no server answered, or a Dispatcher did not start.
                await asyncio.sleep(1)

    async def once(self, hosts: Sequence[Host]) -> None:
        """Get, run and give back GPUs of these hosts. Raises BitfusionError."""
        addresses = [host.address for host in hosts]
        async with Pool(addresses, lambda *_: None) as pool:
            grants = await acquire(
                pool, self.wish, {"host": "h", "user": "u", "program": "p", "pid": self.number}, lambda *_: None
            )
            self._check(grants)
            self.served_s = asyncio.get_running_loop().time()
            keeping = asyncio.ensure_future(keep(grants, LEASE_TTL_S, lambda *_: None))
            await self.cluster.pause(20)
            keeping.cancel()
            while await give_back(grants):
                pass  # a server that was not reached; leases that have ended already are none to give back

    def _check(self, grants) -> None:
        shares = [share for grant in grants for share in grant.shares]
        if len(shares) != self.wish.demand.gpus or len({share.uuid for share in shares}) != len(shares):
            self.cluster.faults.append(
                f"client {self.number} got {len(shares)} GPUs instead of {self.wish.demand.gpus}"
            )
        if self.wish.single and len(grants) != 1:
            self.cluster.faults.append(f"client {self.number} got GPUs of {len(grants)} servers")


async def play(cluster: Cluster, clients: list[Someone]) -> None:
    hosts = cluster.begin()
    lives = [asyncio.ensure_future(client.live()) for client in clients]
    _, late = await asyncio.wait(lives, timeout=PATIENCE_S)
    assert not late, f"{len(late)} clients were not served; {cluster.left()}"
    for life in lives:
        life.result()
    await asyncio.gather(*hosts)
    # Time for what the dead had, and for what schedulers were told while they were down.
    await asyncio.sleep(4 * LEASE_TTL_S + TICKET_SILENCE_S + 60)
    assert not cluster.faults
    assert not cluster.left()
    assert all(client.served_s is not None for client in clients if not client.dies)


def simulate(monkeypatch, seed: int, weather: Weather, machines, count: int) -> Cluster:
    cluster = Cluster(seed, weather, machines)
    cluster.install(monkeypatch, _client)
    clients = [Someone(cluster, number, dies=cluster.random.random() < 0.25) for number in range(count)]
    run(play(cluster, clients))
    return cluster


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weather", [CALM, ROUGH, STORM], ids=["calm", "rough", "storm"])
def test_everybody_is_served_and_nothing_is_over_granted_or_left(monkeypatch, weather, seed):
    cluster = simulate(monkeypatch, seed, weather, MACHINES, count=25)
    assert sum(host.started for host in cluster.hosts) >= 10


def test_clients_that_each_need_all_servers_do_not_block_each_other(monkeypatch):
    cluster = Cluster(7, Weather(message_s=1.0, lost=0.02, start_fails=0.1, skew_s=30.0), [[100], [100], [100]])
    cluster.install(monkeypatch, _client)
    clients = [Someone(cluster, number, dies=False) for number in range(20)]
    for client in clients:
        client.wish = Wish(
            Demand(3)
        )  # without a time to live: what a confirmation that fails leaves behind blocks all others
    run(play(cluster, clients))
    assert sum(host.started for host in cluster.hosts) > 3 * len(clients)  # some had to give back and try again


def test_who_gives_back_because_another_server_had_nothing_is_not_overtaken(monkeypatch):
    cluster = Cluster(1, CALM, [[100], [100]])
    cluster.install(monkeypatch, _client)
    both, one = Someone(cluster, 0, dies=False), Someone(cluster, 1, dies=False)
    both.wish, one.wish = Wish(Demand(2)), Wish(Demand(1))
    refused = []

    async def live(client: Someone, hosts) -> None:
        _client.set(client)
        await client.once(hosts)

    async def play_two() -> None:
        first, second = cluster.hosts
        for task in cluster.begin():
            await task
        confirm = second.service.confirm

        async def refuse_once(*arguments):
            if not refused:
                refused.append(arguments)
                raise NotOffered("somebody with a lower order has come")
            return await confirm(*arguments)

        monkeypatch.setattr(second.service, "confirm", refuse_once)
        lives = [asyncio.ensure_future(live(both, [first, second]))]
        while not first.kept.leases:
            await asyncio.sleep(0.01)
        lives.append(asyncio.ensure_future(live(one, [first])))
        await asyncio.gather(*lives)

    run(play_two())
    assert refused and both.served_s < one.served_s and not cluster.faults


@pytest.mark.parametrize("skews_s", [(-7200.0, 7200.0), (7200.0, -7200.0), (0.0, 10 * 366 * 86400.0)])
def test_nobody_is_overtaken_by_who_comes_later_whatever_the_clocks_of_the_servers_say(monkeypatch, skews_s):
    cluster = Cluster(1, CALM, [[100], [100]])
    for host, skew_s in zip(cluster.hosts, skews_s, strict=True):
        host.skew_s = skew_s
    cluster.install(monkeypatch, _client)
    wanted = [(2, (0, 1)), (1, (1,)), (2, (0, 1)), (2, (1, 0)), (1, (1,)), (1, (0,)), (2, (0, 1)), (1, (1,))]
    clients = [Someone(cluster, number, dies=False) for number in range(len(wanted))]

    async def live(client: Someone, count: int, hosts: Sequence[int]) -> None:
        _client.set(client)
        client.wish = Wish(Demand(count))
        await client.once([cluster.hosts[number] for number in hosts])

    async def come_one_after_another() -> None:
        await asyncio.gather(*cluster.begin())
        lives = []
        for client, (count, hosts) in zip(clients, wanted, strict=True):
            lives.append(asyncio.ensure_future(live(client, count, hosts)))
            await asyncio.sleep(1)
        await asyncio.gather(*lives)

    run(come_one_after_another())
    assert not cluster.faults
    # Who wants GPUs of one server passes nobody there, and who wants both passes nobody at all.
    for first, second in itertools.combinations(range(len(wanted)), 2):
        if set(wanted[first][1]) & set(wanted[second][1]):
            assert clients[first].served_s < clients[second].served_s, (first, second)


def test_the_same_seed_gives_the_same_history(monkeypatch):
    def history() -> list[float | None]:
        with monkeypatch.context() as patched:
            cluster = Cluster(3, ROUGH, MACHINES)
            cluster.install(patched, _client)
            clients = [Someone(cluster, number, dies=False) for number in range(10)]
            run(play(cluster, clients))
            return [client.served_s for client in clients]

    assert history() == history()


def test_the_simulation_notices_a_deadlock():
    async def wait_for_nothing() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock):
        run(wait_for_nothing())
