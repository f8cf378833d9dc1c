"""GPUs that were granted: what a client knows of them, keeping them, giving them back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..config.addresses import Address
from ..errors import BitfusionError, SrsError, SrsUnreachable
from ..limits import LEASE_RENEWALS, SRS_RELEASE_PATIENCE_S, SRS_RETRY_S
from ..scheduler.model import Share
from .client import Srs
from .pool import Server

_ENDED = ("gone", "not_found")


@dataclass(frozen=True)
class Grant:
    """A lease at one server: `dispatcher` is where its clients connect, `number` the server's place in the list of
    servers.

    `expires_in_s` is its time to live, None for ever: a scheduler may end all leases after a time of its own.
    """

    number: int
    srs: Srs
    release: str
    lease: str
    dispatcher: Address
    shares: tuple[Share, ...]
    expires_in_s: float | None

    @classmethod
    def of(cls, server: Server, answer: Mapping[str, Any]) -> Grant:
        """From the answer to a confirmation. The Dispatcher is where its scheduler is, and has its
        certificate."""
        shares = tuple(
            Share(each["index"], each["uuid"], each["name"], each["memory_mib"], each["total_mib"])
            for each in answer["shares"]
        )
        dispatcher = replace(server.address, port=answer["port"])
        return cls(
            server.number, server.srs, server.release, answer["lease"], dispatcher, shares, answer["expires_in_s"]
        )


async def release(srs: Srs, lease: str) -> bool:
    """End a lease; False if it had ended before. Raises SrsUnreachable, or SrsError for any other refusal."""
    try:
        await srs.release(lease)
    except SrsError as error:
        if error.code not in _ENDED:
            raise
        return False
    return True


async def release_patiently(srs: Srs, lease: str) -> bool:
    """release() that waits a little for a scheduler that restarts."""
    deadline_s = time.monotonic() + SRS_RELEASE_PATIENCE_S
    while True:
        try:
            return await release(srs, lease)
        except SrsUnreachable:
            if time.monotonic() >= deadline_s:
                raise
        await asyncio.sleep(SRS_RETRY_S)


async def give_back(grants: Sequence[Grant]) -> list[BitfusionError]:
    """End all leases; what went wrong with those that could not be ended."""
    releases = (release_patiently(grant.srs, grant.lease) for grant in grants)
    outcomes = await asyncio.gather(*releases, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, BitfusionError):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, BitfusionError)]


async def keep(grants: Sequence[Grant], ttl_s: float, lost: Callable[[Grant, BitfusionError], None]) -> None:
    """Renew all leases until cancelled, also while their schedulers restart. `lost` is called once for a lease that has
    ended.
    """
    await asyncio.gather(*(_keep(grant, ttl_s, lost) for grant in grants))


async def _keep(grant: Grant, ttl_s: float, lost: Callable[[Grant, BitfusionError], None]) -> None:
    pause_s = ttl_s / LEASE_RENEWALS
    while True:
        await asyncio.sleep(pause_s)
        try:
            await grant.srs.renew(grant.lease)
            pause_s = ttl_s / LEASE_RENEWALS
        except (SrsError, SrsUnreachable) as error:
            if isinstance(error, SrsError) and error.code in _ENDED:
                lost(grant, error)
                return
            pause_s = min(SRS_RETRY_S, ttl_s / LEASE_RENEWALS)
