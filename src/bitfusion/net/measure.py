"""The client's half of a network measurement: round trips and throughput with a process of net/perf.py. Blocking."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import ConnectionLost
from ..limits import CONNECT_TIMEOUT_S, PERF_BYTES_MAX, PERF_PINGS_MAX, PERF_STEP_S, PERF_TIME_S
from .perf import ADMITTED, COUNT, ECHO, IN, OUT, PIECE_BYTES, REQUEST, receive_all, send_all
from .secure import Connection
from .sockets import place, tune
from .trust import Trust, connect

PING_BYTES = 64
_SHORT_PINGS = 500
_FIRST_BYTES = 64 << 10  # of the first step; a step that is short is followed by one of twice its size


@dataclass(frozen=True)
class Network:
    """What was measured: round trips of PING_BYTES in seconds, throughput from and to this client in bits a second."""

    latency_p50_s: float
    latency_p99_s: float
    up_bits_s: float
    down_bits_s: float


Progress = Callable[[str, float], None]  # what is being measured, and the part of it that is done, 0 to 1


def measure(
    host: str,
    port: int,
    token: str,
    progress: Progress = lambda _what, _done: None,
    trust: Trust | None = None,
) -> Network:
    """Measure with the process at host:port. Takes about 3 * PERF_TIME_S seconds at most. Raises ConnectionLost that
    names it.
    """
    with _connected(host, port, token, trust) as connection:
        pings = sorted(_report("latency", _ping(connection, PERF_PINGS_MAX), PERF_PINGS_MAX, progress))
        up = _rate("up", _steps(connection, _push), progress)
        down = _rate("down", _steps(connection, _pull), progress)
    return Network(percentile(pings, 0.5), percentile(pings, 0.99), up, down)


def median_round_trip(host: str, port: int, token: str, trust: Trust | None = None) -> float:
    """The median round trip in seconds, of a short measurement. Raises ConnectionLost."""
    with _connected(host, port, token, trust) as connection:
        return percentile(sorted(_ping(connection, _SHORT_PINGS)), 0.5)


def percentile(ordered: list[float], part: float) -> float:
    """The value below which `part` of the values lie; `ordered` is sorted and not empty."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


@contextmanager
def _connected(host: str, port: int, token: str, trust: Trust | None) -> Iterator[Connection]:
    """A connection that the process at host:port has admitted; what breaks it becomes ConnectionLost."""
    try:
        with connect(host, port, CONNECT_TIMEOUT_S, trust) as connection:
            connection.settimeout(CONNECT_TIMEOUT_S)
            tune(connection)
            connection.sendall(bytes.fromhex(token))
            if connection.recv(1) != ADMITTED:
                raise ConnectionResetError(0, "the token is not taken")
            yield connection
    except OSError as error:
        reason = error.strerror or "no answer in time"
        raise ConnectionLost(
            f"the measurement with {place(host, port)} failed: {reason}", "does a firewall let the data ports through?"
        ) from error


def _ping(connection: Connection, most: int) -> Iterator[float]:
    """Round trips in seconds, one after another, until there are enough or the time is over."""
    message = REQUEST.pack(ECHO, PING_BYTES) + bytes(PING_BYTES)
    answer = memoryview(bytearray(PING_BYTES))
    end = time.perf_counter() + PERF_TIME_S
    for _ in range(most):
        began = time.perf_counter()
        connection.sendall(message)
        receive_all(connection, PING_BYTES, answer)
        now = time.perf_counter()
        yield now - began
        if now > end:
            return


def _report(what: str, values: Iterator[float], most: int, progress: Progress) -> Iterator[float]:
    for number, value in enumerate(values):
        if number % 64 == 0:
            progress(what, number / most)
        yield value
    progress(what, 1.0)


def _rate(what: str, steps: Iterator[tuple[int, float]], progress: Progress) -> float:
    """Bits a second over all steps but the first, which finds the connection cold, unless it is the only one."""
    done = list[tuple[int, float]]()
    for step in steps:
        done.append(step)
        progress(
            what,
            min(
                1.0,
                max(sum(count for count, _ in done) / PERF_BYTES_MAX, sum(spent for _, spent in done) / PERF_TIME_S),
            ),
        )
    progress(what, 1.0)
    counted = done[1:] or done
    return sum(count for count, _ in counted) * 8 / sum(spent for _, spent in counted)


def _steps(connection: Connection, move: Callable[[Connection, int, memoryview], None]) -> Iterator[tuple[int, float]]:
    """Move bytes in steps that grow to PERF_STEP_S each; yields (bytes, seconds) of each."""
    piece = memoryview(bytearray(PIECE_BYTES))
    count, total, spent = _FIRST_BYTES, 0, 0.0
    while total < PERF_BYTES_MAX and spent < PERF_TIME_S:
        began = time.perf_counter()
        move(connection, count, piece)
        seconds = time.perf_counter() - began
        yield count, seconds
        total, spent = total + count, spent + seconds
        count = min(count * 2 if seconds < PERF_STEP_S else count, max(PIECE_BYTES, PERF_BYTES_MAX - total))


def _push(connection: Connection, count: int, piece: memoryview) -> None:
    connection.sendall(REQUEST.pack(IN, count))
    send_all(connection, count, piece)
    receive_all(connection, COUNT.size, memoryview(bytearray(COUNT.size)))


def _pull(connection: Connection, count: int, piece: memoryview) -> None:
    connection.sendall(REQUEST.pack(OUT, count))
    receive_all(connection, count, piece)
