"""The queue of clients that wait: in the order in which they came, and who has left holds nobody up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import Refused
from bitfusion.server.queue import Queue


async def test_first_come_is_first_served():
    queue: Queue[int] = Queue()
    places = [queue.join() for _ in range(5)]
    for thing in range(5):
        queue.give(thing)
    assert [place.result() for place in places] == [0, 1, 2, 3, 4] and len(queue) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_who_has_left_is_neither_counted_nor_served(stay):
    async def run() -> None:
        queue: Queue[int] = Queue()
        places = [queue.join() for _ in stay]
        for place, stays in zip(places, stay, strict=True):
            if not stays:
                place.cancel()
        assert len(queue) == sum(stay)
        for turn in range(sum(stay)):
            queue.give(turn)
        staying = [place for place, stays in zip(places, stay, strict=True) if stays]
        assert [place.result() for place in staying] == list(range(sum(stay))) and len(queue) == 0

    asyncio.run(run())


async def test_refusal_turns_away_the_last_and_keeps_the_first():
    queue: Queue[int] = Queue()
    places = [queue.join() for _ in range(4)]
    places[1].cancel()
    queue.refuse(Refused(808, "no port"), keep=1)
    assert not places[0].done() and len(queue) == 1
    for place in places[2:]:
        with pytest.raises(Refused, match="no port"):
            place.result()
    queue.give(7)
    assert places[0].result() == 7


async def test_waiting_task_that_is_cancelled_has_left_at_once():
    queue: Queue[int] = Queue()

    async def wait() -> int:
        return await queue.join()

    tasks = [asyncio.create_task(wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert len(queue) == 3
    tasks[0].cancel()
    assert len(queue) == 2
    queue.give(1)
    queue.give(2)
    assert await tasks[1] == 1 and await tasks[2] == 2
