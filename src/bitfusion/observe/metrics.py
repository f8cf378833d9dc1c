"""The metrics that servers give to Prometheus, as data: the one place from which names, help and the table of
docs/operator/metrics.md come.

Names end in their unit, those of counters in _total. No label has a value that clients choose or that grows with time:
no session, lease, program or host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .tally import Durations

GAUGE, COUNTER, HISTOGRAM = "gauge", "counter", "histogram"
DISPATCHER, SCHEDULER = "dispatcher", "resource scheduler"
_BOTH = (DISPATCHER, SCHEDULER)
_GPU = ("gpu", "uuid")

# Values of each metric by its labels' values. What is not known now is left out.
Samples = dict[str, Mapping[tuple[str, ...], float | Durations]]


@dataclass(frozen=True)
class Metric:
    """`shown`: by which servers."""

    name: str
    kind: str
    help: str
    labels: Sequence[str] = ()
    shown: Sequence[str] = _BOTH


METRICS = (
    Metric(
        "bitfusion_build_info",
        GAUGE,
        "1; the labels say which release this server is, and the version of its protocol.",
        ("version", "protocol", "server"),
    ),
    Metric(
        "bitfusion_driver_info",
        GAUGE,
        "1; the labels say which NVIDIA driver there is, and the CUDA version that it supports.",
        ("version", "cuda"),
    ),
    Metric("bitfusion_ready", GAUGE, "1 if a client or a request would be served now, as /readyz says; 0 otherwise."),
    Metric("bitfusion_gpu_info", GAUGE, "1; the labels name a GPU of this server.", (*_GPU, "name")),
    Metric("bitfusion_gpu_memory_total_bytes", GAUGE, "Memory of the whole GPU.", _GPU),
    Metric(
        "bitfusion_gpu_memory_granted_bytes",
        GAUGE,
        "Memory that is granted: to all leases together, or, by a Dispatcher, what its clients may use together.",
        _GPU,
    ),
    Metric(
        "bitfusion_gpu_memory_allocated_bytes", GAUGE, "Memory that the clients of this server have allocated.", _GPU
    ),
    Metric(
        "bitfusion_gpu_memory_used_bytes",
        GAUGE,
        "Memory in use as NVML tells it, whoever uses it. Absent if NVML does not tell.",
        _GPU,
    ),
    Metric(
        "bitfusion_gpu_utilization_ratio",
        GAUGE,
        "Part of the time in which the GPU was busy, 0 to 1, as NVML tells it. Absent if NVML does not tell.",
        _GPU,
    ),
    Metric("bitfusion_sessions_running", GAUGE, "Sessions now."),
    Metric("bitfusion_sessions_started_total", COUNTER, "Sessions since the start."),
    Metric(
        "bitfusion_sessions_died_total",
        COUNTER,
        "Sessions that ended because their CUDA Server did: by a crash, or because it was killed.",
    ),
    Metric("bitfusion_clients_waiting", GAUGE, "Clients in the queue for a CUDA Server."),
    Metric(
        "bitfusion_clients_refused_total",
        COUNTER,
        "Clients that got no session, by the code they were told.",
        ("code",),
    ),
    Metric("bitfusion_client_wait_seconds", HISTOGRAM, "Seconds from a client's request until it had a CUDA Server."),
    Metric(
        "bitfusion_cuda_server_start_seconds", HISTOGRAM, "Seconds from the start of a CUDA Server until it listens."
    ),
    Metric("bitfusion_cuda_servers_idle", GAUGE, "CUDA Servers that are ready for a client.", (), (DISPATCHER,)),
    Metric("bitfusion_calls_total", COUNTER, "Calls of clients that were run."),
    Metric("bitfusion_calls_waited_total", COUNTER, "Those of the calls that waited for a reply."),
    Metric(
        "bitfusion_call_errors_total",
        COUNTER,
        "Calls that failed, by the CUresult they gave. CUDA_ERROR_NOT_READY (600) is not counted.",
        ("code",),
    ),
    Metric("bitfusion_received_bytes_total", COUNTER, "Bytes that came from clients."),
    Metric("bitfusion_sent_bytes_total", COUNTER, "Bytes that went to clients."),
    Metric("bitfusion_managed_pages_received_total", COUNTER, "Pages of managed memory that came from clients."),
    Metric("bitfusion_managed_pages_sent_total", COUNTER, "Pages of managed memory that went to clients."),
    Metric("bitfusion_leases", GAUGE, "Leases now, by their state.", ("state",), (SCHEDULER,)),
    Metric("bitfusion_leases_granted_total", COUNTER, "Leases that were granted.", (), (SCHEDULER,)),
    Metric("bitfusion_leases_failed_total", COUNTER, "Leases whose Dispatcher did not start.", (), (SCHEDULER,)),
    Metric(
        "bitfusion_lease_start_seconds",
        HISTOGRAM,
        "Seconds from the grant of a lease until its Dispatcher listens.",
        (),
        (SCHEDULER,),
    ),
    Metric("bitfusion_tickets_waiting", GAUGE, "Clients in the line for GPUs.", (), (SCHEDULER,)),
)
BY_NAME = {metric.name: metric for metric in METRICS}
