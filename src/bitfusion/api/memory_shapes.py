"""The bodies of generated functions that allocate device memory or free it, under the quota (shapes.py has the words)."""

from __future__ import annotations

from collections.abc import Sequence


def allocate(call: str, size: str, stream: str, pool: str) -> list[str]:
    """An allocation whose size the call says; with a stream it is of a pool, which may not be named."""
    if stream:
        return [f"    return pools.allocate(session, {pool or 'None'}, {size}, {stream}, lambda: {call})"]
    charge = f"    charge = memory.reserve(session, session.current.device, {size})"
    return [charge, f"    return memory.settle(session, session.current.device, charge, {call})"]


def allocate_rows(call: str, size: str, width: str, height: str, values: dict[str, str]) -> list[str]:
    """An allocation whose pitch the driver's answer says."""
    return [
        f"    charge = memory.reserve_rows(session, {width}, {height})",
        f"    result, {', '.join(values)} = {call}",
        "    if result is not SUCCESS:",
        "        session.quota.cancel(session.current.device, charge)",
        "        return (result,)",
        f"    memory.settle_rows(session, {next(iter(values))}, {size}, charge)",
        f"    return result, {', '.join(values.values())}",
    ]


def free(call: str, pointer: str, streams: Sequence[str], result: str) -> list[str]:
    """Memory is given back; in a stream: when that gets there."""
    freed = f"memory.leave(session, {pointer}, stream)" if streams else f"memory.freed(session, {pointer})"
    return [
        *(f"    stream = session.streams[{stream}]" for stream in streams),
        f"    result = {call}[0]",
        "    if result is SUCCESS:",
        f"        {freed}",
        f"    return {result}",
    ]


def launch(call: str, graph: str) -> list[str]:
    """A graph may allocate."""
    return [
        f"    if session.allocating and int({graph}) in session.allocating:",
        f"        return pools.launch(session, int({graph}), lambda: {call})",
        f"    return {call}",
    ]
