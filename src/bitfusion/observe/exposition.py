"""Samples in the text formats of Prometheus, by its client library."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from .metrics import COUNTER, HISTOGRAM, METRICS, Samples
from .tally import BOUNDS_S, Durations

# process_cpu_seconds_total and the like, of this process. It reads /proc when it is asked.
_PROCESS = ProcessCollector(registry=None)


def expose(samples: Samples, accept: str = "") -> tuple[bytes, str]:
    """`samples` as text, and its content type: the newest format that `accept`, a header of HTTP, names."""
    try:
        encode, content_type = choose_encoder(accept)
    except (ValueError, TypeError):  # a version that is no number
        encode, content_type = choose_encoder("")
    registry = CollectorRegistry()
    registry.register(_Once(samples))
    registry.register(_PROCESS)
    return encode(registry), content_type


class _Once(Collector):
    """What the library asks for samples."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        """In the order of the table."""
        for metric in METRICS:
            if metric.name not in self._samples:
                continue
            labels = list(metric.labels)
            if metric.kind == HISTOGRAM:
                histogram = HistogramMetricFamily(metric.name, metric.help, labels=labels)
                for values, durations in self._samples[metric.name].items():
                    assert isinstance(durations, Durations)
                    histogram.add_metric(list(values), _buckets(durations), durations.sum_s)
                yield histogram
                continue
            numbers: CounterMetricFamily | GaugeMetricFamily
            if metric.kind == COUNTER:
                numbers = CounterMetricFamily(metric.name, metric.help, labels=labels)
            else:
                numbers = GaugeMetricFamily(metric.name, metric.help, labels=labels)
            for values, number in self._samples[metric.name].items():
                assert not isinstance(number, Durations)
                numbers.add_metric(list(values), number)
            yield numbers


def _buckets(durations: Durations) -> list[tuple[str, float]]:
    """Bound -> how many took at most that."""
    bounds = [*map(floatToGoString, BOUNDS_S), "+Inf"]
    return list(zip(bounds, map(float, accumulate(durations.counts)), strict=True))
