"""The smallest client of a resource scheduler: what it says of itself, what it asks for."""

from __future__ import annotations

from typing import Any

from bitfusion.srs.client import Srs

CLIENT = {"host": "here", "user": "tester", "program": "test", "pid": 1}


def demand(gpus: int = 1, **others: Any) -> dict[str, Any]:
    """For whole GPUs unless `others` says something else."""
    return {"gpus": gpus, "fraction": None, "memory_mib": None, "devices": None, "single": False, **others}


async def lease_of(srs: Srs, gpus: int = 1, ttl_s: float | None = None, **others: Any) -> dict[str, Any]:
    """A lease that is to be had at once."""
    ticket = await srs.submit(demand(gpus, **others), CLIENT)
    assert ticket["offer"] == gpus, ticket
    return await srs.confirm(ticket["ticket"], gpus, ttl_s)
