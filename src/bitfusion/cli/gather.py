"""Asks many servers the same question at once. One that does not answer becomes an entry with the reason, and does not
delay the others.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import BitfusionError, RemoteProtocolError
from ..net import query
from ..net.trust import trust_of
from ..srs.client import Srs
from .signals import run_async
from .targets import DISPATCHER, Target

# What an answer must have to be shown; what is inside is of the same release.
_KEYS = {
    "stats": ("kind", "hostname", "release", "uptime_s"),
    "smi": ("hostname", "gpus"),
    "health": ("release", "time", "checks"),
    "net_perf": ("port", "token"),
}


@dataclass(frozen=True)
class Gathered:
    """What came of one server: an `answer`, or else an `error`."""

    target: Target
    answer: dict[str, Any] | None = None
    error: BitfusionError | None = None

    def as_map(self, **fields: Any) -> dict[str, Any]:
        """For --json: kind, address, error (or None), and `fields`."""
        error = None if self.error is None else {"detail": self.error.detail, "hint": self.error.hint}
        return {"kind": self.target.kind, "address": str(self.target.address), "error": error, **fields}


class NobodyAnswered(BitfusionError):
    """None of the servers gave an answer."""

    def __init__(self, gathered: Sequence[Gathered]) -> None:
        named = ", ".join(str(entry.target) for entry in gathered)
        super().__init__(f"none of the servers answered: {named}", "see the reason of each above")


def gather(targets: Sequence[Target], what: str) -> list[Gathered]:
    """The answers of all to `what`, asked at once, in the order of `targets`."""

    async def one(target: Target) -> Gathered:
        try:
            return Gathered(target, await ask(target, what))
        except BitfusionError as error:
            return Gathered(target, error=error)

    async def everyone() -> list[Gathered]:
        return await asyncio.gather(*map(one, targets))

    return run_async(everyone())


async def ask(target: Target, what: str) -> dict[str, Any]:
    """The answer of one server. Raises BitfusionError that names it."""
    host, port = target.address.host, target.address.port
    if target.kind == DISPATCHER:
        trust = trust_of(target.address)
        answer = await in_thread(lambda: query.ask(host, port, what, trust))
    else:
        async with Srs(target.address) as srs:
            answer = await getattr(srs, what)()
    missing = [key for key in _KEYS[what] if key not in answer]
    if missing:
        raise RemoteProtocolError(
            f"{target} gave an answer without {missing[0]!r}", "install the same release of bitfusion on both sides"
        )
    return answer


async def in_thread(work: Callable[[], Any]) -> Any:
    """Run `work`, which blocks, beside the others. Its thread is a daemon: Ctrl-C does not wait for a server that is
    silent.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: Any) -> None:
        if not done.cancelled():
            setter(value)

    def run() -> None:
        try:
            setter, value = done.set_result, work()
        except Exception as error:  # to be raised where it is waited for
            setter, value = done.set_exception, error
        try:
            loop.call_soon_threadsafe(settle, setter, value)
        except RuntimeError:
            pass  # nobody waits any more: the loop is closed

    threading.Thread(target=run, daemon=True).start()
    return await done
