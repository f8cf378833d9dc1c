"""The queue of clients that wait for a CUDA Server: first come, first served. Knows neither processes nor sockets."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

from ..errors import Refused

T = TypeVar("T")


class Queue(Generic[T]):
    """Places in the order in which they were taken. For the tasks of one event loop."""

    def __init__(self) -> None:
        self._places: deque[asyncio.Future[T]] = deque()

    def __len__(self) -> int:
        """How many wait. Who has left is not counted."""
        while self._places and self._places[0].done():
            self._places.popleft()
        return sum(not place.done() for place in self._places)

    def join(self) -> asyncio.Future[T]:
        """A place at the end of the queue, done once something is given to it or it is refused. Whoever cancels it has
        left.
        """
        place: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._places.append(place)
        return place

    def give(self, thing: T) -> None:
        """To whoever has waited longest. There must be somebody."""
        assert len(self)
        self._places.popleft().set_result(thing)

    def refuse(self, refusal: Refused, keep: int = 0) -> None:
        """Turn away whoever came last, until `keep` are left."""
        while len(self) > keep:
            place = self._places.pop()
            if not place.done():
                place.set_exception(refusal)
