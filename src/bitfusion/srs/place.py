"""One client's place in the queue of one scheduler: entered, followed, confirmed or left, across restarts of the
scheduler.

Knows nothing of other schedulers; acquire.py combines the offers of several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import BitfusionError, SrsError, SrsUnreachable
from ..limits import SRS_LEAVE_S, SRS_POLL_S, SRS_RETRY_S
from ..scheduler.model import Demand
from . import standing
from .holding import Grant, release, release_patiently
from .pool import Server

_NOT_QUEUED = ("not_found", "gone")


class Place:
    """`offer` GPUs can be confirmed now; `standing` says how it waits, for a client that wants `gpus` in all; `failure`
    is set if this scheduler will never serve it.

    `changed` is set whenever one of the three may have changed.
    """

    def __init__(
        self,
        server: Server,
        demand: Demand,
        gpus: int,
        client: Mapping[str, Any],
        changed: asyncio.Event,
        seals: dict[tuple[Any, ...], str],
    ) -> None:
        """`seals`: what the servers of all places have said last of the client's orders, for one another."""
        self._seals = seals
        self.server = server
        self.demand = demand
        self.offer = 0
        self.standing = standing.ServerStanding(server.number, server.address, "asking")
        self.failure: BitfusionError | None = None
        self._alone = demand.gpus >= gpus
        self._client = client
        self._changed = changed
        self._order: Sequence[Any] | None = None
        self._ticket = ""
        self._placed: Sequence[Any] | None = None  # its order: what is offered there is ours if that is `_order`
        self._doubtful = ""  # a ticket whose confirmation was not answered: it may be a lease
        self._follower: asyncio.Task[None] | None = None

    async def enter(self, order: Sequence[Any] | None) -> list[Any] | None:
        """Put the ticket into the queue, with `order` or one that is issued now, or move it to `order`. The order; None
        if that failed, which follow() mends.
        """
        self._order = order
        try:
            answer = await self._submit()
        except SrsUnreachable as error:
            self._lose(error)
            return None
        except SrsError as error:
            self.failure = error
            self._see_nothing(error.detail)
            return None
        return answer["order"]

    def follow(self, order: Sequence[Any]) -> None:
        """Begin to follow the ticket in the background, which has this order or gets it."""
        self._order = list(order)
        if self.failure is None:
            self._follower = asyncio.create_task(self._follow())

    async def confirm(self, gpus: int, ttl_s: float | None) -> Grant | None:
        """The lease of `gpus` GPUs; None if they are not to be had any more, go_on() then. Raises SrsError for any
        other refusal.
        """
        await self._stop()
        self.offer = 0
        ticket, self._doubtful = self._ticket, self._ticket
        try:
            answer = await self.server.srs.confirm(ticket, gpus, ttl_s)
        except SrsUnreachable as error:
            self._lose(error)
            return None
        except SrsError as error:
            self._doubtful = ""
            if error.code in ("not_offered", *_NOT_QUEUED):
                return None
            raise
        self._doubtful = self._ticket = ""
        return Grant.of(self.server, answer)

    async def go_on(self) -> None:
        """Back in the queue with the old order, after a confirmation that came to nothing."""
        assert self._order is not None
        if self._follower is None:
            await self.enter(self._order)
            self.follow(self._order)

    async def leave(self) -> None:
        """Out of the queue."""
        await self._stop()
        try:
            if self._doubtful:
                await release_patiently(self.server.srs, self._doubtful)
        except (SrsError, SrsUnreachable):
            return
        if self._ticket:
            await self._withdraw(self._ticket)

    async def _follow(self) -> None:
        while self.failure is None:
            try:
                if self._ticket and self._placed == self._order:
                    self._see(await self.server.srs.poll(self._ticket, SRS_POLL_S))
                else:
                    await self._submit()
            except SrsUnreachable as error:
                self._lose(error)
                await asyncio.sleep(SRS_RETRY_S)
            except SrsError as error:
                self._ticket = ""
                self._see_nothing(error.detail)
                if error.code == "failed":  # its own trouble, say a full disk or its end: it may pass
                    await asyncio.sleep(SRS_RETRY_S)
                elif error.code not in _NOT_QUEUED:
                    self.failure = error
                    self._changed.set()

    async def _submit(self) -> dict[str, Any]:
        if self._doubtful:
            await release(self.server.srs, self._doubtful)
            self._doubtful = ""
        before = self._ticket
        seal = self._seals.get(tuple(self._order)) if self._order else None
        answer = await self.server.srs.submit(self.demand.to_dict(), self._client, self._order, before or None, seal)
        self._ticket, self._placed = answer["ticket"], answer["order"]
        if before and before != self._ticket:
            await self._withdraw(before)  # an older scheduler does not move tickets
        self._see(answer)
        return answer

    async def _withdraw(self, ticket: str) -> None:
        """Tried once and not for long: its scheduler soon drops a ticket that nobody polls."""
        try:
            await asyncio.wait_for(self.server.srs.cancel(ticket), SRS_LEAVE_S)
        except (SrsError, SrsUnreachable, asyncio.TimeoutError):
            pass

    async def _stop(self) -> None:
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.cancel()
            await asyncio.wait((follower,))

    def _see(self, answer: Mapping[str, Any]) -> None:
        if "seal" in answer:
            self._seals[tuple(answer["order"])] = str(answer["seal"])
        self.offer = answer["offer"]
        others, start_in_s = standing.others_of(answer), answer.get("start_in_s")
        self._stand(answer["reason"], answer["position"], others, self._alone, start_in_s)

    def _see_nothing(self, why: str) -> None:
        self.offer = 0
        self._stand(why)

    def _lose(self, error: SrsUnreachable) -> None:
        self._see_nothing("does not answer, is asked again")

    def _stand(self, *how: Any) -> None:
        self.standing = standing.ServerStanding(self.server.number, self.server.address, *how)
        self._changed.set()
