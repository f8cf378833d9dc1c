"""Clients of one address that have a CUDA Server and have not come to it: no more than allowed, the next in order."""

from __future__ import annotations

import asyncio

from bitfusion.server.turns import Turns


def test_turn_lasts_until_the_client_has_come_and_the_next_of_its_address_waits_for_that():
    asyncio.run(_turns_of_one_address())


async def _turns_of_one_address() -> None:
    turns, order = Turns(2), []
    claimed = [asyncio.get_running_loop().create_future() for _ in range(5)]

    async def client(number: int, address: str) -> None:
        async with turns.turn(address) as turn:
            order.append(number)
            turn.with_what = claimed[number]

    tasks = [asyncio.create_task(client(number, "a")) for number in range(4)]
    other = asyncio.create_task(client(4, "b"))
    await asyncio.wait([*tasks[:2], other])
    assert order == [0, 1, 4]
    tasks[2].cancel()
    claimed[1].set_result(None)
    await tasks[3]
    assert order == [0, 1, 4, 3]
    for each in (claimed[0], claimed[3], claimed[4]):
        each.set_result(None)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not len(turns)


def test_turn_of_a_client_that_was_refused_is_over():
    asyncio.run(_turn_of_a_refused_client())


async def _turn_of_a_refused_client() -> None:
    turns = Turns(1)
    for _ in range(3):
        try:
            async with turns.turn("a"):
                raise ConnectionRefusedError
        except ConnectionRefusedError:
            pass
    assert not len(turns)
