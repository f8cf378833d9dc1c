"""The flusher, which sends what nothing follows: when it looks, and when it lets others have the processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from native_shim import ffi, lib
from patience import until
from scripted_server import Background, Peer, ask, reply, stream, tell

from bitfusion.limits import FLUSH_PROMPT_ASKS

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


@pytest.mark.parametrize(
    ("spared", "first", "told_ns", "wakes"),
    [
        (False, True, 0, True),
        (True, True, 0, False),
        (True, False, 1, True),  # the first call was left lying
        (True, False, 1 << 62, False),
    ],
)
def test_call_wakes_the_flusher_unless_it_is_spared_and_nothing_is_left_lying(spared, first, told_ns, wakes):
    client = ffi.new("struct bf_stream *")
    client.drowsy, client.spared, client.told_ns, client.prompt = True, spared, told_ns, 100
    assert lib.bf_habit_told(client, first) == wakes
    assert client.drowsy == (not wakes)
    assert lib.bf_habit_is_prompt(client) == (first or not wakes)


def test_requests_that_follow_calls_at_once_make_the_habit_and_one_that_does_not_ends_it():
    client = ffi.new("struct bf_stream *")
    for _ in range(FLUSH_PROMPT_ASKS):
        lib.bf_habit_asked(client)  # with no call before it: that says nothing
    assert client.prompt == 0
    for _ in range(FLUSH_PROMPT_ASKS):
        assert not lib.bf_habit_is_prompt(client)
        client.told_ns = 1 << 62
        lib.bf_habit_asked(client)
    assert lib.bf_habit_is_prompt(client)
    client.told_ns = 1
    lib.bf_habit_asked(client)
    assert not lib.bf_habit_is_prompt(client)


def test_what_nothing_follows_leaves_although_requests_have_always_followed():
    with watched() as (client, peer, flusher):
        for number in range(1, 9, 2):
            client.prompt = FLUSH_PROMPT_ASKS
            waiting = Background(lambda: ask(client, "ping"))
            peer.calls()
            until(flusher.sleeps, "the flusher rests")
            peer.send(reply(number))
            waiting.join()
            tell(client, "cuMemFree_v2", number)
            assert peer.calls() == ([["cuMemFree_v2", number]], b"")
            until(lambda: not lib.bf_habit_is_prompt(client), "it is known that something was left lying")
