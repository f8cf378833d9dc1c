"""Health checks: facts in, a verdict with a remedy out. Pure; gathers nothing.

A check that does not apply to a node (the GPUs of a node that has none) passes and says so: nobody reads a warning that
is always there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ..limits import TLS_EXPIRY_WARN_DAYS
from ..wording import counted

PASS, WARN, FAIL = "PASS", "WARN", "FAIL"
STATUSES = (PASS, WARN, FAIL)

SKEW_WARN_S, SKEW_FAIL_S = 1.0, 30.0
OPEN_FILES_WARN, OPEN_FILES_FAIL = 1024, 256
MTU_MIN, MTU_JUMBO = 1500, 9000
LATENCY_MAX_S = 50e-6
DISK_WARN_BYTES, DISK_FAIL_BYTES = 1 << 30, 100 << 20
MEMORY_FREE_WARN = 0.1  # of a GPU
PORTS_FREE_WARN = 16  # each client takes one
_NAMED_MAX = 4  # interfaces in one line
_MIB = 1 << 20


@dataclass(frozen=True)
class Check:
    """A verdict. `remedy` says what to do, "" where there is nothing to do."""

    name: str
    status: str
    detail: str
    remedy: str = ""

    def as_map(self) -> dict[str, str]:
        return asdict(self)


def summary(checks: Iterable[Check]) -> dict[str, int]:
    """How many passed, warn and failed."""
    statuses = [check.status for check in checks]
    return {status: statuses.count(status) for status in STATUSES}


def check_from_map(fields: Mapping[str, Any]) -> Check:
    """A check that a server sent; what does not fit is a check that failed."""
    texts = [text for key in ("name", "status", "detail", "remedy") if isinstance(text := fields.get(key), str)]
    if len(texts) != 4 or texts[1] not in STATUSES:
        return Check(
            "answer", FAIL, "the server sent a check that cannot be read", "install the same release on both sides"
        )
    return Check(*texts)


def driver(version: str | None, problem: str, hardware: bool) -> Check:
    """The driver of a node: its `version`, or the `problem` with it; `hardware`: there is an NVIDIA GPU in the
    machine.
    """
    if version is not None:
        return Check("driver", PASS, f"NVIDIA driver {version}")
    if hardware:
        return Check(
            "driver",
            FAIL,
            f"there is an NVIDIA GPU, but {problem}",
            "install the NVIDIA driver, or load it: modprobe nvidia",
        )
    return Check("driver", PASS, "not needed: no NVIDIA GPU here, so this is a client, or it serves software GPUs")


def driver_unseen(remedy: str, hardware: bool) -> Check:
    """The driver of a node whose installation cannot look at it. `remedy` makes a server of it."""
    if hardware:
        return Check(
            "driver", WARN, "there is an NVIDIA GPU, and this installation is a client's", f"to serve it: {remedy}"
        )
    return driver(None, "", hardware)


def gpus_present(count: int) -> Check:
    """For a server."""
    if not count:
        return Check(
            "gpus", FAIL, "no GPU", "see nvidia-smi; a server without GPUs can offer software GPUs with --softgpu N"
        )
    return Check("gpus", PASS, f"{count} GPU{'s' if count > 1 else ''}")


def compute_mode(modes: Sequence[str | None]) -> Check:
    """`modes`: of each GPU, None where it is not known."""
    other = [f"GPU {index} is in {mode}" for index, mode in enumerate(modes) if mode not in ("Default", None)]
    if other:
        return Check(
            "compute mode", FAIL, ", ".join(other), "set it so that processes can share the GPU: sudo nvidia-smi -c 0"
        )
    return Check("compute mode", PASS, "Default" if any(modes) else "not known: NVML does not tell")


def gpu_memory(memory: Sequence[tuple[int | None, int]]) -> Check:
    """`memory`: (used, total) of each GPU in bytes."""
    known = [(index, used, total) for index, (used, total) in enumerate(memory) if used is not None and total]
    full = [index for index, used, total in known if (total - used) / total < MEMORY_FREE_WARN]
    text = ", ".join(
        f"GPU {index}: {(total - used) // _MIB} of {total // _MIB} MiB free" for index, used, total in known
    )
    if full:
        return Check("gpu memory", WARN, text, "see who uses it with the command smi")
    return Check("gpu memory", PASS, text or "not known: NVML does not tell")


def port_free(port: int, purpose: str, holder: str | None, ours: bool) -> Check:
    """A port that a server of ours would take: `holder` None if nobody listens there, `ours` if it is such a server."""
    name = f"port {port}"
    if holder is None:
        return Check(name, PASS, f"free for the {purpose}")
    if ours:
        return Check(name, PASS, f"the {purpose} listens")
    return Check(
        name,
        WARN,
        f"taken by something else{f': {holder}' if holder else ''}",
        f"start the {purpose} on another port, or end that program",
    )


def data_ports(first: int, last: int, free: int) -> Check:
    """The data ports of a server: each client takes one."""
    detail = f"{free} of {last - first + 1} free in {first}-{last}"
    remedy = "set BF_SERVER_PORT_MIN and BF_SERVER_PORT_MAX to a larger range"
    if not free:
        return Check("data ports", FAIL, detail, remedy)
    if free < min(PORTS_FREE_WARN, last - first + 1):
        return Check("data ports", WARN, detail, remedy)
    return Check("data ports", PASS, detail)


def reserved_ports(exposed: str, connections: tuple[int, int], remedy: str) -> Check:
    """The ports of servers that the system gives to outgoing `connections`, too, as long as they are not reserved."""
    if not exposed:
        return Check("reserved ports", PASS, "the system gives no port of a server to a connection")
    detail = (
        f"connections may be given the ports {exposed} of servers, which then do not start: the system gives"
        f" {connections[0]}-{connections[1]}"
    )
    return Check(
        "reserved ports", WARN, detail, f"on a server's host: {remedy}, and the same in a file of /etc/sysctl.d"
    )


def reachable(problem: str, remedy: str = "") -> Check:
    """A server that was asked: "" if it answered."""
    return (
        Check("reachable", FAIL, problem, remedy or "is the server running?")
        if problem
        else Check("reachable", PASS, "it answers")
    )


def data_reachable(problem: str) -> Check:
    """A data port of a server that was connected to."""
    if problem:
        return Check(
            "data ports reachable",
            FAIL,
            problem,
            "let clients in on BF_SERVER_PORT_MIN-BF_SERVER_PORT_MAX in the server's firewall",
        )
    return Check("data ports reachable", PASS, "a connection to one was made")


def versions(ours: str, theirs: str) -> Check:
    """The releases of client and server, which understand each other, or else the server had refused."""
    if ours != theirs:
        detail = f"this node has {ours}, the server {theirs or 'an unknown release'}"
        return Check("versions", WARN, detail, "install the same release on both sides")
    return Check("versions", PASS, ours)


def clock_skew(seconds: float) -> Check:
    """The server's clock less this node's."""
    if abs(seconds) < 0.01:
        return Check("clock", PASS, "the server's clock is this node's")
    detail = f"the server's clock is {abs(seconds):.2f} s {'ahead' if seconds > 0 else 'behind'}"
    status = FAIL if abs(seconds) > SKEW_FAIL_S else WARN if abs(seconds) > SKEW_WARN_S else PASS
    return Check("clock", status, detail, "" if status == PASS else "synchronise both clocks: NTP or chrony")


def open_files(soft: int, hard: int) -> Check:
    """The limit of open files of a process."""
    if soft >= OPEN_FILES_WARN:
        return Check("open files", PASS, f"limit {soft}")
    status = FAIL if soft < OPEN_FILES_FAIL else WARN
    return Check(
        "open files",
        status,
        f"limit {soft}, hard limit {hard}",
        f"raise it: ulimit -n {OPEN_FILES_WARN}, or LimitNOFILE= of the service",
    )


def mtu(interfaces: Mapping[str, int]) -> Check:
    """Interfaces that are up, without loopback, and their MTU. Of a container host's hundred only the first few are
    named.
    """
    small = {name: size for name, size in interfaces.items() if size < MTU_MIN}
    named = [f"{name} {size}" for name, size in sorted((small or interfaces).items())]
    text = ", ".join(named[:_NAMED_MAX]) + (f" and {len(named) - _NAMED_MAX} more" if len(named) > _NAMED_MAX else "")
    if small:
        return Check("mtu", WARN, text, f"raise it to {MTU_MIN} at least: ip link set {sorted(small)[0]} mtu {MTU_MIN}")
    if not interfaces:
        return Check("mtu", PASS, "no network interface but loopback")
    jumbo = all(size >= MTU_JUMBO for size in interfaces.values())
    return Check(
        "mtu", PASS, text if jumbo else f"{text}; {MTU_JUMBO} gives more throughput where the whole network has it"
    )


def latency(p50_s: float) -> Check:
    """The median round trip of a small message."""
    detail = f"{p50_s * 1e6:.0f} us (median)"
    if p50_s <= LATENCY_MAX_S:
        return Check("latency", PASS, detail)
    return Check(
        "latency",
        WARN,
        f"{detail}, more than {LATENCY_MAX_S * 1e6:.0f} us",
        "use a faster or nearer network; programs that often wait for the GPU are slower",
    )


def installed_library(name: str, problem: str, remedy: str, needed: bool) -> Check:
    """A native library of this installation; `problem` "" if it can be used. `needed`: nothing works without it."""
    if problem:
        return Check(name, FAIL if needed else WARN, problem, remedy)
    return Check(name, PASS, "installed")


def configuration(found: Sequence[str], problems: Sequence[str], doubts: Sequence[str]) -> Check:
    """Files and variables that were `found`, what is wrong with them, and what may be a mistake."""
    if problems or doubts:
        status = FAIL if problems else WARN
        remedy = "correct it; configuration.md in the documents has the forms"
        return Check("configuration", status, "; ".join((*problems, *doubts)), remedy)
    return Check("configuration", PASS, ", ".join(found) or "no file or variable names servers: -l or -f do")


def certificate(file: str, begin: datetime, end: datetime, now: datetime) -> Check:
    """A certificate in `file` that is valid from `begin` to `end`."""
    remedy = "put a new one in its place, and have the server read it: systemctl reload, or SIGHUP"
    if now < begin:
        return Check("certificate", FAIL, f"{file} is not valid before {begin:%F}", "look at the clock, or: " + remedy)
    if now >= end:
        return Check("certificate", FAIL, f"{file} expired on {end:%F}", remedy)
    days = (end - now).days
    if days < TLS_EXPIRY_WARN_DAYS:
        return Check("certificate", WARN, f"{file} expires on {end:%F}, in {counted(days, 'day')}", remedy)
    return Check("certificate", PASS, f"{file} is valid until {end:%F}")


def certificate_names(file: str, names: Sequence[str], own: Sequence[str]) -> Check:
    """Whether a certificate in `file` for these `names` is for one of a node's `own`, by which other hosts know it."""
    if any(_is_for(name, each) for name in names for each in own):
        return Check("certificate", PASS, f"{file} is for this node")
    shown, called = (", ".join(some[:_NAMED_MAX]) for some in (names, own))
    return Check(
        "certificate",
        WARN,
        f"{file} is for {shown or 'no name'}, and this node is called {called}",
        "have one made for the name that clients use: flexdirect init --tls --tls-name NAME",
    )


def _is_for(name: str, host: str) -> bool:
    """A name of a certificate, in which * may stand for the first part."""
    name, host = name.lower(), host.lower()
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def tokens(file: str, good: int, all_of_them: int) -> Check:
    """A file that has so many tokens, of which these are `good` now."""
    detail = f"{good} of {counted(all_of_them, 'token')} in {file} can be used"
    remedy = "" if good else "make one: flexdirect token create"
    return Check("tokens accepted", PASS if good else WARN, detail, remedy)


def disk_space(directory: str, free: int) -> Check:
    """Bytes that are free where state is kept."""
    status = FAIL if free < DISK_FAIL_BYTES else WARN if free < DISK_WARN_BYTES else PASS
    return Check(
        "disk space", status, f"{free // _MIB} MiB free in {directory}", "" if status == PASS else "make room there"
    )
