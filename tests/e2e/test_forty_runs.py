"""Forty `run -n 1 -p 0.5` at once on two servers of two GPUs: all finish, in order, and no GPU is ever given away twice
over.

What is granted is read off the Dispatchers themselves (the environment of their processes), not from the scheduler's
own books.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import defaultdict
from pathlib import Path

import hosts
import pytest
from patience import PATIENCE_S, until

SERVERS = {"server1": "10.77.0.1", "server2": "10.77.0.2"}
GPU_BYTES = 12000 << 20
RUNS = 40


@pytest.fixture
def machines(tmp_path):
    parts = {name: ([address], 2) for name, address in SERVERS.items()}
    with hosts.network(tmp_path, **parts, client=(["10.77.0.9"], 0)) as made:
        made["client"].write("/etc/bitfusionio/servers.conf", "\n".join(SERVERS.values()))
        yield made


def dispatchers(host: hosts.Host) -> list[dict[str, str]]:
    """The environments of the Dispatchers that run on a machine at one moment: when all had been found, and were still
    there.
    """
    here = os.readlink(host.root.parent / "ns" / "pid")
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if is_dispatcher(process) and os.readlink(process / "ns" / "pid") == here:
                pairs = (item.partition("=") for item in (process / "environ").read_text(errors="replace").split("\0"))
                found[process] = {name: value for name, _, value in pairs}
        except OSError:
            continue  # it has ended meanwhile
    return [environment for process, environment in found.items() if is_dispatcher(process)]


def is_dispatcher(process: Path) -> bool:
    """A Dispatcher leads a process group; its child that is not yet a CUDA Server looks like it, but does not lead one.

    A process that has ended has no words any more, also if nobody has reaped it.
    """
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        if os.getpgid(int(process.name)) != int(process.name):
            return False
    except OSError:
        return False
    return b"bitfusion.server" in words and b"--lease" in words


class Watch:
    """Looks at all Dispatchers over and over; `most` is the largest sum of memory that was given away of any one
    GPU.
    """

    def __init__(self, machines: dict[str, hosts.Host]) -> None:
        self.most = 0
        self.looks = 0
        self._machines = [machines[name] for name in SERVERS]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.2):
            for host in self._machines:
                given: dict[str, int] = defaultdict(int)
                for environment in dispatchers(host):
                    for device in environment["BF_VISIBLE_DEVICES"].split(","):
                        given[device] += int(environment.get("BF_GPU_DEVICE_MEMORY_LIMIT", GPU_BYTES))
                self.most = max(self.most, *given.values(), 0)
                self.looks += 1


def report(runs: list[hosts.Background]) -> str:
    """How many finished, and the last line of each that did not."""
    return "\n".join(
        [
            f"{finished(runs)} of {RUNS} finished",
            *((run.errors or ["-"])[-1] for run in runs if run.process.poll() is None),
        ]
    )


def granted(scheduler: hosts.Background) -> list[tuple[int, str]]:
    """The orders of the leases that a scheduler granted, as its log tells them, first to last."""
    events = (json.loads(line) for line in scheduler.errors if line.startswith("{"))
    return [tuple(event["order"]) for event in events if event.get("event") == "lease.granted"]


def finished(runs: list[hosts.Background]) -> int:
    return sum(run.process.poll() is not None for run in runs)


def wait_for(runs: list[hosts.Background], count: int) -> None:
    deadline = time.monotonic() + 2 * PATIENCE_S
    while finished(runs) < count:
        assert time.monotonic() < deadline, report(runs)
        time.sleep(0.1)


def free_mib(client: hosts.Host) -> list[int]:
    """What is free of each GPU of the two servers."""
    listed = json.loads(client.type("flexdirect list_gpus --json").output)
    return [gpu["free_mib"] for server in listed["servers"] for gpu in server["gpus"]]


def test_forty_runs_finish_in_order_within_the_memory_also_when_a_scheduler_is_killed(machines, gpus):
    schedulers = {name: machines[name].serve("flexdirect resource_scheduler") for name in SERVERS}
    with Watch(machines) as watch:
        runs = [machines["client"].start(f"flexdirect run -n 1 -p 0.5 {gpus} fill") for _ in range(RUNS)]
        wait_for(runs, 8)
        schedulers["server1"].kill()
        again = machines["server1"].serve("flexdirect resource_scheduler")
        wait_for(runs, RUNS)
    failed = [run for run in runs if run.wait() != 0]
    assert not failed, "\n".join(failed[0].output + failed[0].errors)
    for run in runs:
        assert re.search(r"6000 MiB seen", run.output[0]) and "12 pieces, then 2; 0 MiB free" in run.output
    assert watch.looks > 10 and 0 < watch.most <= GPU_BYTES
    for orders in (granted(schedulers["server1"]), granted(again), granted(schedulers["server2"])):
        assert orders == sorted(orders), "first come, first served"
    assert len(set(granted(schedulers["server1"]) + granted(again) + granted(schedulers["server2"]))) == RUNS
    # What could not be given back while a scheduler was away is free when its lease has expired, which a restarted
    # scheduler leaves LEASE_RESTART_GRACE_S at least.
    until(lambda: free_mib(machines["client"]) == [12000] * 4, "all is free again")
    assert not any(dispatchers(machines[name]) for name in SERVERS)
