"""Seeds of the simulation: each is a scene (a weather, hosts, clients) and a history. Of a seed in which something is
wrong the smallest scene is looked for in which it still is.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import served
import structlog
import world
from cluster import Cluster
from virtual import Deadlock, run
from world import Weather

from bitfusion.limits import LEASE_TTL_S, TICKET_SILENCE_S
from bitfusion.scheduler.placement import most
from bitfusion.srs.acquire import Wish

CALM = Weather()
ROUGH = Weather(
    message_s=0.5,
    lost=0.02,
    start_fails=0.02,
    skew_s=7200.0,
    jumps=2,
    late_s=0.1,
    fork_fails=0.02,
    start_dies=0.02,
    cut=0.1,
)
STORM = Weather(
    message_s=1.0,
    lost=0.05,
    start_s=3.0,
    start_fails=0.1,
    end_s=3.0,
    kills=2,
    down_s=10.0,
    skew_s=7200.0,
    jumps=3,
    swallowed=0.02,
    late_s=0.3,
    fork_fails=0.1,
    start_dies=0.1,
    cut=0.2,
    vanish=0.2,
    kill_worker=0.2,
    kill_dispatcher=0.1,
)
MACHINES = ([[100]], [[100, 100]], [[100], [100]], [[100, 50], [100]])
CLIENTS_MAX = 4
SETTLED_S = 4 * LEASE_TTL_S + TICKET_SILENCE_S + 60.0
HISTORY_LINES = 60


@dataclass(frozen=True)
class Scene:
    """What one seed plays. `clients`: the numbers of those that come; all others are made, so that chance is the same,
    and stay away.
    """

    seed: int
    weather: Weather
    machines: tuple[tuple[int, ...], ...]
    clients: tuple[int, ...]

    @classmethod
    def of(cls, seed: int) -> Scene:
        draw = random.Random(f"scene {seed}")
        machines = tuple(map(tuple, draw.choice(MACHINES)))
        return cls(seed, draw.choice((CALM, ROUGH, STORM)), machines, tuple(range(draw.randint(2, CLIENTS_MAX))))

    def smaller(self) -> Iterator[Scene]:
        """Scenes with one client or one trouble less."""
        for number in self.clients:
            yield replace(self, clients=tuple(each for each in self.clients if each != number))
        for trouble in fields(Weather):
            calm = getattr(CALM, trouble.name)
            if getattr(self.weather, trouble.name) != calm:
                yield replace(self, weather=replace(self.weather, **{trouble.name: calm}))


@dataclass(frozen=True)
class Played:
    """What came of a scene: `faults` should never have happened."""

    scene: Scene
    faults: list[str]
    history: list[str]

    def __str__(self) -> str:
        """For whoever looks for the cause."""
        scene = self.scene
        troubles = {
            each.name: getattr(scene.weather, each.name)
            for each in fields(Weather)
            if getattr(scene.weather, each.name) != getattr(CALM, each.name)
        }
        lines = [
            f"SIM_SEED={scene.seed}: {'; '.join(self.faults)}",
            f"  machines {scene.machines}, clients {scene.clients}, troubles {troubles}",
            *self.history[-HISTORY_LINES:],
        ]
        return "\n".join(lines)


def play(monkeypatch: Any, scene: Scene) -> Played:
    """Run a scene from its beginning to its end."""
    cluster = Cluster(scene.seed, scene.weather, scene.machines)
    cluster.body = world.Body
    crashes: list[str] = []

    def listen(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        if event["level"] == "critical":
            crashes.append(str(event))
        raise structlog.DropEvent

    with monkeypatch.context() as patched:
        structlog.configure(processors=[structlog.stdlib.add_log_level, listen], cache_logger_on_first_use=False)
        cluster.install(patched, world.client_of)
        served.install(patched.setattr)
        patched.setattr(time, "monotonic", lambda: asyncio.get_running_loop().time())
        try:
            run(_live(cluster, scene))
        except Deadlock:
            cluster.faults.append("everybody waits for somebody else, for ever")
        finally:
            structlog.reset_defaults()
    return Played(scene, [*dict.fromkeys(cluster.faults), *crashes], cluster.history)


def shrunk(monkeypatch: Any, played: Played) -> Played:
    """The smallest scene in which something is still wrong."""
    for scene in played.scene.smaller():
        if (again := play(monkeypatch, scene)).faults:
            return shrunk(monkeypatch, again)
    return played


async def _live(cluster: Cluster, scene: Scene) -> None:
    made = [world.Someone(cluster, number, dies=cluster.random.random() < 0.3) for number in range(CLIENTS_MAX)]
    clients = [client for client in made if client.number in scene.clients]
    for client in clients:
        client.wish = _possible(client.wish, cluster)
    lives = [asyncio.ensure_future(client.live()) for client in clients]
    hosts = cluster.begin()
    if lives:
        _, late = await asyncio.wait(lives, timeout=world.PATIENCE_S)
        if late:
            cluster.faults.append(f"{len(late)} clients wait for ever; {cluster.left()}")
            return
    for life in (*lives, *hosts):
        await life
    # Time for what the dead had, and for what schedulers were told while they were down.
    await asyncio.sleep(SETTLED_S)
    cluster.faults += [f"left: {each}" for each in cluster.left()]
    unserved = [client.number for client in clients if client.served_s is None and not client.dies]
    cluster.faults += [f"client {number} was not served" for number in unserved]


def _possible(wish: Wish, cluster: Cluster) -> Wish:
    """No more GPUs than there are: on one host if all are to be of one."""
    here = [most(wish.demand, host.gpus) for host in cluster.hosts]
    gpus = min(wish.demand.gpus, max(here) if wish.single else sum(here))
    return replace(wish, demand=replace(wish.demand, gpus=gpus))
