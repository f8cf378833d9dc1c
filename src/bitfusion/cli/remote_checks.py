"""The health of a server as this node sees it: can it be reached, does it fit, how far away is it; and what it says of
itself.
"""

from __future__ import annotations

import time

from .. import __version__
from ..errors import BitfusionError
from ..net.measure import median_round_trip
from ..net.trust import trust_of
from ..observe import health
from .gather import ask, in_thread
from .targets import Target


async def remote_checks(target: Target) -> list[health.Check]:
    """All checks of one server. One that does not answer is one check that failed."""
    asked = time.time()
    try:
        answer = await ask(target, "health")
    except BitfusionError as error:
        return [health.reachable(error.detail, error.hint)]
    # The answer was made at some time between; the middle is the best guess, and the whole time is what it can be wrong
    # by.
    answered = time.time()
    skew = answer["time"] - (asked + answered) / 2
    uncertain = (answered - asked) / 2
    return [
        health.reachable(""),
        health.versions(__version__, answer["release"]),
        health.clock_skew(0.0 if abs(skew) <= uncertain else skew),
        *await _network_checks(target),
        *map(health.check_from_map, answer["checks"]),
    ]


async def _network_checks(target: Target) -> list[health.Check]:
    try:
        place = await ask(target, "net_perf")
        host, trust = target.address.host, trust_of(target.address)
        median_s = await in_thread(lambda: median_round_trip(host, place["port"], place["token"], trust))
    except BitfusionError as error:
        return [health.data_reachable(error.detail)]
    return [health.data_reachable(""), health.latency(median_s)]
