"""The flusher, which sends what nothing follows: when it looks, and when it lets others have the processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from patience import until
from scripted_server import Background, Peer, ask, reply, stream, tell

_FUTEX = "202"  # the number of the system call in which a thread sleeps that waits for a condition


def _flushers() -> set[Path]:
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread that has ended meanwhile
            if (task / "comm").read_text() == "bf-flusher\n":
                found.add(task)
    return found


class Flusher:
    """The flusher of a stream that was opened after `others` were looked up. A thread gives itself its name."""

    def __init__(self, others: set[Path]) -> None:
        until(lambda: _flushers() - others, "the flusher runs")
        (self._task,) = _flushers() - others

    def sleeps(self) -> bool:
        return (self._task / "syscall").read_text().split()[0] == _FUTEX

    def pauses(self) -> int:
        """How often it has given the processor away."""
        lines = (self._task / "status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("voluntary_ctxt_switches")).split()[1])


@contextmanager
def watched() -> Iterator[tuple[Any, Peer, Flusher]]:
    """A stream, its server, and its flusher."""
    others = _flushers()
    with stream() as (client, peer):
        yield client, peer, Flusher(others)


def test_flusher_rests_while_a_thread_waits_and_nothing_is_unsent():
    with watched() as (client, peer, flusher):
        for number in range(1, 7, 2):
            tell(client, "cuMemFree_v2", number)
            waiting = Background(lambda: ask(client, "ping"))
            while peer.number <= number:
                peer.calls()
            until(lambda: client.awaited, "the thread waits")
            before = flusher.pauses()
            until(flusher.sleeps, "the flusher rests")
            assert flusher.pauses() - before <= 10
            peer.send(reply(peer.number))
            waiting.join()


def test_what_one_thread_tells_while_another_waits_leaves():
    with watched() as (client, peer, flusher):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        for number in range(20):
            until(flusher.sleeps, "the flusher rests")
            tell(client, "cuMemFree_v2", number)
            assert peer.calls() == ([["cuMemFree_v2", number]], b"")
        peer.send(reply(1))
        waiting.join()
