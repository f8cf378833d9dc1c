"""What `run` and `request_gpus` have in common: the options of a request, asking a pool for it, and the progress
messages.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..config.addresses import Address
from ..config.durations import parse_duration
from ..config.leasefile import HeldLease
from ..errors import ConfigError
from ..limits import CLIENT_TEXT_MAX, RUN_TTL_MAX_S, RUN_TTL_MIN_S
from ..scheduler.model import Demand
from ..srs.acquire import Wish, acquire
from ..srs.filters import KEYS, Filters
from ..srs.holding import Grant
from ..srs.pool import Pool, Tell
from ..wording import counted
from . import kinds, options, shares, show, targets
from .signals import Signals
from .waiting import Waiting


@dataclass(frozen=True)
class Asked:
    """The options of a request, as they were given."""

    gpus: int
    fraction: float | None
    memory_mib: int | None
    servers_file: Path | None
    server_list: str | None
    filters: tuple[str, ...]
    single: bool
    timeout: float | None

    def request(self, ttl_s: float | None) -> Request:
        """What they say, for leases of `ttl_s` seconds, None for ever. Raises click.UsageError and ConfigError."""
        shares.check(self.fraction, self.memory_mib)
        demand = Demand(self.gpus, self.fraction, self.memory_mib)
        wish = Wish(demand, self.single, Filters.parse(self.filters), self.timeout, ttl_s)
        return Request(targets.find_schedulers(self.servers_file, self.server_list), wish)


# Decorator: which GPUs, of whom, and how long to wait for them. The command gets `asked`.
request_options = options.bundled(
    Asked,
    "asked",
    click.option("-n", "gpus", metavar="N", type=kinds.Count(), required=True, help="Number of GPUs."),
    click.option(
        "-p",
        "fraction",
        metavar="FRACTION",
        type=kinds.Share(),
        help="Share of the memory of each GPU, 0 < FRACTION <= 1; all of it unless given.",
    ),
    click.option("-m", "memory_mib", metavar="MIB", type=kinds.Count(), help="Memory of each GPU in MiB."),
    options.servers_file,
    options.server_list,
    click.option(
        "--filter",
        "filters",
        metavar="KEY=VALUE",
        multiple=True,
        help=f"Take only matching servers and GPUs; may be repeated. Keys: {', '.join(KEYS)}.",
    ),
    click.option("--single-server", "single", is_flag=True, help="Take all GPUs from one server or wait."),
    click.option(
        "--timeout",
        metavar="S",
        type=kinds.Duration(),
        help="Wait S seconds for the GPUs; 0: do not wait. Without it, wait until they are free.",
    ),
)


@dataclass(frozen=True)
class Request:
    """A wish and whom to ask for it."""

    addresses: tuple[Address, ...]
    wish: Wish

    def pool(self, tell: Tell) -> Pool:
        tell("INFO", f"Choosing GPUs from server list [{' '.join(map(str, self.addresses))}]")
        return Pool(self.addresses, tell)

    async def grants(self, pool: Pool, program: str, signals: Signals, tell: Tell, quiet: bool = False) -> list[Grant]:
        """Ask, wait and say what was granted. Raises Shortage and Interrupted; nothing is held then."""
        with Waiting(tell, quiet) as waiting:
            granted = await signals.interruptible(acquire(pool, self.wish, client_facts(program), waiting.see))
        for grant in granted:
            for memory, indexes in _by_memory(grant).items():
                shown = " ".join(map(str, indexes))
                tell(
                    "INFO",
                    f"Requesting GPUs [{shown}] with {memory} MiB of memory from server {grant.number}, with version"
                    f" {grant.release}...",
                )
        return granted


def teller(quiet: bool) -> Tell:
    """Progress lines on stderr; quiet: only warnings."""

    def tell(level: str, text: str) -> None:
        if not quiet or level != "INFO":
            # Nobody may be listening any more; GPUs that are held are given back all the same.
            with contextlib.suppress(OSError):
                show.progress_line(level, text)

    return tell


def requested_lines(granted: Sequence[Grant], idle_s: float | None) -> list[str]:
    """What vSphere Bitfusion says of a request, and how long the GPUs are held if nobody releases them."""
    names = ";".join(str(grant.srs.address) for grant in granted)
    timeout = f"{round(idle_s, 1) / 60:g} min" if idle_s else "none"
    return ["Requested resources:", f"Server List: {names}", f"Client idle timeout: {timeout}"]


def locked_line(granted: Sequence[Grant], path: Path) -> str:
    """`Locked N GPUs with partial memory F, configuration saved to 'FILE'`."""
    shares = [share for grant in granted for share in grant.shares]
    # Of GPUs of different sizes, -m takes different parts.
    parts = sorted({f"{share.memory_mib / share.total_mib:.3g}" for share in shares})
    part = " to ".join(parts[:1] + parts[1:][-1:])
    return f"Locked {counted(len(shares), 'GPU')} with partial memory {part}, configuration saved to '{path}'"


def held(granted: Sequence[Grant]) -> tuple[HeldLease, ...]:
    """The grants as an adaptor file holds them."""
    return tuple(
        HeldLease(
            grant.dispatcher,
            grant.lease,
            grant.srs.address,
            grant.release,
            tuple(share.memory_mib for share in grant.shares),
        )
        for grant in granted
    )


def count(granted: Sequence[Grant]) -> int:
    return sum(len(grant.shares) for grant in granted)


def client_facts(program: str) -> Mapping[str, Any]:
    """Who asks, for people who look at the scheduler: no word of the command line but the program's name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"#{os.getuid()}"
    job = os.environ.get("SLURM_JOB_ID")
    shown = os.path.basename(program) + (f" (Slurm job {job})" if job else "")
    facts = {"host": socket.gethostname(), "user": user, "program": shown}
    texts = {key: value.encode("utf-8", "replace").decode() for key, value in facts.items()}
    return {**{key: show.printable(text)[:CLIENT_TEXT_MAX] for key, text in texts.items()}, "pid": os.getpid()}


def ttl_from(environ: Mapping[str, str], name: str, default_s: float) -> float:
    """A time to live from a variable. Raises ConfigError that names it."""
    text = environ.get(name, "")
    seconds = parse_duration(text, f"{name}:") if text else default_s
    if not RUN_TTL_MIN_S <= seconds <= RUN_TTL_MAX_S:
        raise ConfigError(
            f"{name}={text} is not a time from {RUN_TTL_MIN_S:g} to {RUN_TTL_MAX_S:g} seconds",
            "give seconds, or e.g. 2m30s",
        )
    return seconds


def _by_memory(grant: Grant) -> dict[int, list[int]]:
    sizes: dict[int, list[int]] = {}
    for share in grant.shares:
        sizes.setdefault(share.memory_mib, []).append(share.index)
    return sizes
