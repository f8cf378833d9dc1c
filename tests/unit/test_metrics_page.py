"""docs/operator/metrics.md has the table of metrics that the servers have."""

from __future__ import annotations

import os
import re

from checkout import ROOT

from bitfusion.observe.metrics import COUNTER, METRICS, SCHEDULER

PAGE = ROOT / "docs" / "operator" / "metrics.md"
BEGIN = "<!-- the table is written by tests/unit/test_metrics_page.py with BF_RENEW=1 -->\n"
END = "<!-- end of the table -->\n"


def table() -> str:
    lines = ["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    for metric in METRICS:
        alone = (
            "" if len(metric.shown) == 2 else " Of a scheduler." if SCHEDULER in metric.shown else " Of a Dispatcher."
        )
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        lines.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help}{alone} |")
    return "\n".join(lines) + "\n"


def test_page_has_the_table():
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    kept, after = rest.split(END)
    if os.environ.get("BF_RENEW") == "1":
        kept = table()
        PAGE.write_text(before + BEGIN + kept + END + after)
    assert kept == table(), "if it is meant: run this test with BF_RENEW=1 and commit docs/operator/metrics.md"


def test_names_follow_the_conventions_of_prometheus():
    for metric in METRICS:
        assert re.fullmatch(r"bitfusion_[a-z][a-z0-9_]*", metric.name)
        assert metric.name.endswith("_total") == (metric.kind == COUNTER)
        assert not re.search(r"_(ms|us|mib|mb|gb|percent|minutes)(_|$)", metric.name)
        assert metric.help.endswith(".") and "  " not in metric.help
    assert len({metric.name for metric in METRICS}) == len(METRICS)
