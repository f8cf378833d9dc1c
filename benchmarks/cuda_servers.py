"""What a CUDA Server costs: processor time of a start, memory of one that is idle.

    python benchmarks/cuda_servers.py [--json] [--sessions N]

* start_cpu_ms: of everything that a start takes in the server's processes but the Dispatcher: the warm process's
  forks and the CUDA Server's own time until it waits for a client; the mean over N starts. dispatcher_cpu_ms: what
  the Dispatcher itself spends on a client, its HELLO included.
* idle_pss_mib, idle_own_mib: proportional set size and private memory of an idle CUDA Server beside those that are
  always ready; the mean.
* idle_pss_mib_busy: the same while N sessions are open, which share what they share with more.
* warm_pss_mib: that of the process that they are forked from, at rest.

Needs an installed bitfusion. Times are those that the kernel counts (schedstat, and the ticks of ended children).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from statistics import mean

from processes import LISTEN, Installation

from bitfusion.limits import WORKERS_IDLE
from bitfusion.net.client import Client

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def own_cpu_ms(pid: int) -> float:
    return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e6


def ended_children_cpu_ms(pid: int) -> float:
    fields = stat(pid)
    return (int(fields[13]) + int(fields[14])) * TICK_MS


def memory_mib(pid: int, *names: str) -> float:
    lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(words[1]) for words in lines if words[0].rstrip(":") in names) / 1024


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = stat(int(entry.name))
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def has_board(pid: int) -> bool:
    return any("bitfusion-sessions" in os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir())


def at_rest(dispatcher: int, cuda_servers: int) -> tuple[int, set[int]]:
    """The warm process and the CUDA Servers, once there are so many and nothing moves any more."""
    while True:
        time.sleep(1.0)
        found = children(dispatcher)
        servers = {pid for pid in found if has_board(pid)}
        if len(servers) == cuda_servers and len(found) == cuda_servers + 1:
            return (set(found) - servers).pop(), servers


def measure(sessions: int) -> dict[str, float]:
    with Installation("this").dispatcher(None) as server:
        dispatcher = server.process.pid
        warm, idle = at_rest(dispatcher, WORKERS_IDLE)
        row = {
            "idle_pss_mib": mean(memory_mib(pid, "Pss") for pid in idle),
            "idle_own_mib": mean(memory_mib(pid, "Private_Clean", "Private_Dirty") for pid in idle),
            "warm_pss_mib": memory_mib(warm, "Pss"),
        }
        before, before_dispatcher = own_cpu_ms(warm) + ended_children_cpu_ms(warm), own_cpu_ms(dispatcher)
        clients = [Client(LISTEN, server.port) for _ in range(sessions)]
        same, all_servers = at_rest(dispatcher, WORKERS_IDLE + sessions)
        assert same == warm
        forks = own_cpu_ms(warm) + ended_children_cpu_ms(warm) - before
        # Those that wait for a client: the last that were made.
        fresh = sorted(all_servers - idle, key=lambda pid: int(stat(pid)[19]))[-WORKERS_IDLE:]
        row["start_cpu_ms"] = forks / sessions + mean(own_cpu_ms(pid) for pid in fresh)
        row["dispatcher_cpu_ms"] = (own_cpu_ms(dispatcher) - before_dispatcher) / sessions
        row["idle_pss_mib_busy"] = mean(memory_mib(pid, "Pss") for pid in fresh)
        for client in clients:
            client.close()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sessions", type=int, default=64)
    options = parser.parse_args()
    row = measure(options.sessions)
    print(
        json.dumps(row, indent=2)
        if options.json
        else "\n".join(f"{name:20} {value:8.2f}" for name, value in row.items())
    )


if __name__ == "__main__":
    main()
