"""Samples of the metrics in observe/metrics.py that Dispatchers and resource schedulers have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import __version__
from ..errors import Code
from ..limits import PROTOCOL_VERSIONS
from ..observe.metrics import Samples
from ..observe.tally import OTHER
from .gpus import cuda_version
from .totals import Counts

# These are there from the start, as 0: an increase from nothing would not be seen.
_REFUSALS = (Code.CONNECTION_FAILED, Code.DRAINING, Code.TOO_MANY_CLIENTS)
_ERRORS = (Code.OUT_OF_MEMORY, 214, 220, 700, 719, Code.UNKNOWN)

_OF_COUNTS = {
    "sessions_running": "running",
    "sessions_died_total": "died",
    "clients_waiting": "waiting",
    "calls_total": "calls",
    "calls_waited_total": "asks",
    "received_bytes_total": "bytes_in",
    "sent_bytes_total": "bytes_out",
    "managed_pages_received_total": "pages_in",
    "managed_pages_sent_total": "pages_out",
    "client_wait_seconds": "waits",
    "cuda_server_start_seconds": "starts",
}


def of_server(server: str, snapshot: Mapping[str, Any], report: Mapping[str, Any]) -> Samples:
    """Who it is. `snapshot` is that of the devices, `report` the monitor's."""
    samples: Samples = {"bitfusion_build_info": {(__version__, str(max(PROTOCOL_VERSIONS)), server): 1}}
    if version := report.get("driver_version"):
        samples["bitfusion_driver_info"] = {(version, report.get("cuda_version") or cuda_version(snapshot)): 1}
    return samples


def of_counts(counts: Counts) -> Samples:
    """What the sessions of one Dispatcher, or of several, have done."""
    samples: Samples = {f"bitfusion_{name}": {(): getattr(counts, key)} for name, key in _OF_COUNTS.items()}
    samples["bitfusion_sessions_started_total"] = {(): counts.ended + counts.running}
    samples["bitfusion_clients_refused_total"] = _by_code(_REFUSALS, counts.refused)
    samples["bitfusion_call_errors_total"] = _by_code(_ERRORS, counts.errors)
    return samples


def of_gpus(
    gpus: Sequence[Mapping[str, Any]],
    granted: Mapping[str, int],
    allocated: Mapping[str, int],
    report: Mapping[str, Any],
) -> Samples:
    """`gpus` have index, uuid, name and memory_total, in bytes; the other numbers are of each UUID. What NVML tells
    is of the whole GPU.
    """
    live = {gpu["uuid"]: gpu for gpu in report.get("gpus", ())}
    labels = {gpu["uuid"]: (str(gpu["index"]), gpu["uuid"]) for gpu in gpus}
    used = {uuid: live.get(uuid, {}).get("memory_used") for uuid in labels}
    busy = {uuid: live.get(uuid, {}).get("utilization") for uuid in labels}
    return {
        "bitfusion_gpu_info": {(*labels[gpu["uuid"]], gpu["name"]): 1 for gpu in gpus},
        "bitfusion_gpu_memory_total_bytes": {labels[gpu["uuid"]]: gpu["memory_total"] for gpu in gpus},
        "bitfusion_gpu_memory_granted_bytes": {key: granted.get(uuid, 0) for uuid, key in labels.items()},
        "bitfusion_gpu_memory_allocated_bytes": {key: allocated.get(uuid, 0) for uuid, key in labels.items()},
        "bitfusion_gpu_memory_used_bytes": {
            key: count for uuid, key in labels.items() if (count := used[uuid]) is not None
        },
        "bitfusion_gpu_utilization_ratio": {
            key: percent / 100 for uuid, key in labels.items() if (percent := busy[uuid]) is not None
        },
    }


def _by_code(known: Sequence[int], counts: Mapping[int, int]) -> Mapping[tuple[str, ...], float]:
    found = dict.fromkeys(map(int, known), 0) | dict(counts)
    return {("other" if code == OTHER else str(code),): found[code] for code in sorted(found)}
