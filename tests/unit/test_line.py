"""The line of clients that wait: in the order in which they came, and who has left holds nobody up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import Refused
from bitfusion.server.line import Line


async def test_first_come_is_first_served():
    line: Line[int] = Line()
    places = [line.join() for _ in range(5)]
    for thing in range(5):
        line.give(thing)
    assert [place.result() for place in places] == [0, 1, 2, 3, 4] and len(line) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_who_has_left_is_neither_counted_nor_served(stay):
    async def run() -> None:
        line: Line[int] = Line()
        places = [line.join() for _ in stay]
        for place, stays in zip(places, stay, strict=True):
            if not stays:
                place.cancel()
        assert len(line) == sum(stay)
        for turn in range(sum(stay)):
            line.give(turn)
        staying = [place for place, stays in zip(places, stay, strict=True) if stays]
        assert [place.result() for place in staying] == list(range(sum(stay))) and len(line) == 0

    asyncio.run(run())


async def test_refusal_turns_away_the_last_and_keeps_the_first():
    line: Line[int] = Line()
    places = [line.join() for _ in range(4)]
    places[1].cancel()
    line.refuse(Refused(808, "no port"), keep=1)
    assert not places[0].done() and len(line) == 1
    for place in places[2:]:
        with pytest.raises(Refused, match="no port"):
            place.result()
    line.give(7)
    assert places[0].result() == 7


async def test_waiting_task_that_is_cancelled_has_left_at_once():
    line: Line[int] = Line()

    async def wait() -> int:
        return await line.join()

    tasks = [asyncio.create_task(wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert len(line) == 3
    tasks[0].cancel()
    assert len(line) == 2
    line.give(1)
    line.give(2)
    assert await tasks[1] == 1 and await tasks[2] == 2
