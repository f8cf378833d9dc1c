"""The servers of a pool as one client sees them: all are asked at once; those that do not answer are reported and left
out.

Knows nothing of files, options or leases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from ..config.addresses import Address
from ..errors import BitfusionError, SrsUnreachable
from ..limits import SRS_LATE_S
from ..scheduler.model import Gpu
from .client import Srs

Tell = Callable[[str, str], None]  # level, text: a line of progress


class NoServer(BitfusionError):
    """Not one scheduler of the pool answered."""


@dataclass(frozen=True)
class Server:
    """A scheduler that answered: its place in the list of servers, its client, and what it said of itself and its
    GPUs.
    """

    number: int
    srs: Srs
    listing: dict[str, Any]

    @property
    def address(self) -> Address:
        return self.srs.address

    @property
    def release(self) -> str:
        return str(self.listing["server"]["release"])

    @property
    def gpus(self) -> tuple[Gpu, ...]:
        return gpus_of(self.listing)


def gpus_of(listing: dict[str, Any]) -> tuple[Gpu, ...]:
    """The GPUs of an answer to GET /v1/gpus."""
    return tuple(
        Gpu(gpu["index"], gpu["uuid"], gpu["name"], gpu["compute_capability"], gpu["memory_mib"])
        for gpu in listing["gpus"]
    )


def free_of(listing: dict[str, Any]) -> dict[int, int]:
    """Index of each GPU -> MiB that nobody has."""
    return {gpu["index"]: gpu["free_mib"] for gpu in listing["gpus"]}


class Pool:
    """`async with Pool(addresses, tell) as pool: await pool.look()`. Clients of its servers stay open until the end of
    the block.
    """

    def __init__(self, addresses: Sequence[Address], tell: Tell) -> None:
        self._addresses = addresses
        self._tell = tell
        self._stack = AsyncExitStack()
        self._clients: list[Srs] = []
        self.servers: list[Server] = []
        self.silent: list[tuple[int, Address, str]] = []

    async def __aenter__(self) -> Pool:
        async with AsyncExitStack() as stack:
            self._clients = [await stack.enter_async_context(Srs(address)) for address in self._addresses]
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def look(self, patience_s: float | None = None) -> None:
        """Ask every server: `servers` answered, `silent` did not (number, address, reason) and were told of. After
        `patience_s`, if that is not None, and SRS_LATE_S nobody is waited for any more, once one has answered.

        Raises NoServer that names every address if nobody answered.
        """
        self.servers, self.silent = [], []
        asking = [asyncio.ensure_future(client.gpus()) for client in self._clients]
        try:
            await asyncio.wait(asking, timeout=None if patience_s is None else max(patience_s, SRS_LATE_S))
            while not any(map(_has_answered, asking)) and (late := [each for each in asking if not each.done()]):
                await asyncio.wait(late, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in asking:
                each.cancel()
            answers = await asyncio.gather(*asking, return_exceptions=True)
        pairs = zip(self._addresses, answers, strict=True)
        self._sort(self._clients, [_late(address, answer, patience_s or 0.0) for address, answer in pairs])

    def _sort(self, clients: Sequence[Srs], answers: Sequence[dict[str, Any] | BaseException]) -> None:
        known: dict[str, Server] = {}
        for number, (client, answer) in enumerate(zip(clients, answers, strict=True)):
            if isinstance(answer, BitfusionError):
                self._tell("WARN", f"Server {number} is left out: {answer}")
                self.silent.append((number, client.address, answer.detail))
            elif isinstance(answer, BaseException):
                raise answer
            elif not _is_understood(answer):
                self._tell(
                    "WARN",
                    f"Server {number} is left out: {client.address} answered, but not as a resource scheduler does",
                )
                self.silent.append((number, client.address, "its answer is not understood"))
            elif twin := known.get(answer["server"]["id"]):
                # One scheduler by two of its host's names: its GPUs must not count twice.
                self._tell(
                    "WARN", f"Server {number} [{client.address}] is server {twin.number} [{twin.address}]: left out"
                )
            else:
                server = Server(number, client, answer)
                known[answer["server"]["id"]] = server
                self.servers.append(server)
        if not self.servers:
            names = ", ".join(str(address) for address in self._addresses)
            raise NoServer(
                f"none of the servers responded correctly to client id claim requests. Asked: {names}",
                "see the warnings above; `flexdirect resource_scheduler` must run there",
            )


def _has_answered(asking: asyncio.Future[Any]) -> bool:
    return asking.done() and asking.exception() is None


def _late(address: Address, answer: Any, patience_s: float) -> Any:
    """What came of a question that may have been given up."""
    if not isinstance(answer, asyncio.CancelledError):
        return answer
    return SrsUnreachable(f"{address}: no answer within {max(patience_s, SRS_LATE_S):g} s", "give a longer --timeout")


def _is_understood(listing: dict[str, Any]) -> bool:
    """Whether an answer to GET /v1/gpus has all that is read of it here and by filters."""
    try:
        server = listing["server"]
        free_of(listing)
        gpus_of(listing)
        return {"driver_version", "cuda_version"} <= set(server) and all(
            isinstance(server[key], str) for key in ("id", "hostname", "release")
        )
    except (KeyError, TypeError):
        return False
