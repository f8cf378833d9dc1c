"""The files for operators of Prometheus and Grafana: read by the programs and the schema that they are for, and asking
for nothing that no server has.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import prometheus
import pytest
from checkout import ROOT

from bitfusion.observe.metrics import BY_NAME, HISTOGRAM

ALERTS = ROOT / "deploy" / "prometheus" / "bitfusion-alerts.yml"
CONFIGURATION = ROOT / "deploy" / "prometheus" / "prometheus.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "bitfusion.json"
PAGE = ROOT / "docs" / "operator" / "metrics.md"
_PARTS = ("_bucket", "_sum", "_count")


def expressions() -> Iterator[str]:
    """Of all panels, with the dashboard's variables as Grafana puts them in."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"].replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*")


def shown() -> list[str]:
    """The expressions of the page."""
    return re.findall(r"`([^`\n]*\([^`\n]*bitfusion_[^`\n]*)`", PAGE.read_text())


@pytest.mark.parametrize("path", [ALERTS, DASHBOARD, PAGE], ids=lambda path: path.name)
def test_every_metric_that_is_named_is_in_the_table(path):
    named = set(re.findall(r"\bbitfusion_[a-z_]+", path.read_text()))
    histograms = {name + part for name, metric in BY_NAME.items() if metric.kind == HISTOGRAM for part in _PARTS}
    # A counter and a gauge are named as they are, a histogram by one of its parts or as a whole.
    assert named and not named - set(BY_NAME) - histograms


def test_promtool_parses_the_expression_of_every_panel_and_of_the_page(tmp_path):
    assert len(shown()) == 3
    queries = [*expressions(), *shown()]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    path = tmp_path / "panels.yml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    prometheus.promtool("check", "rules", path)


def test_promtool_accepts_alerts_and_configuration(tmp_path):
    prometheus.promtool("check", "rules", ALERTS)
    prometheus.promtool("check", "config", CONFIGURATION)


def test_alert_fires_when_it_should_and_not_before(tmp_path):
    shutil.copy(ALERTS, tmp_path)
    server = {"instance": "host", "job": "bitfusion-servers"}
    labels = '{instance="host", job="bitfusion-servers"}'
    alert = {"exp_labels": {**server, "severity": "critical"}}
    tests = {
        "rule_files": [ALERTS.name],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": f"bitfusion_ready{labels}", "values": "1 1 0x10"}],
                "alert_rule_test": [
                    {"eval_time": "6m", "alertname": "BitfusionNotReady", "exp_alerts": []},
                    {
                        "eval_time": "8m",
                        "alertname": "BitfusionNotReady",
                        "exp_alerts": [
                            {
                                **alert,
                                "exp_annotations": {
                                    "summary": "host serves no new clients",
                                    "description": "/readyz says why; so does the log.",
                                },
                            }
                        ],
                    },
                ],
            }
        ],
    }
    path = tmp_path / "tests.yml"
    path.write_text(json.dumps(tests))
    prometheus.promtool("test", "rules", path)


def test_dashboard_is_what_the_schema_of_grafana_says():
    """Grafana's own types read it, and write all of it again: a key or a value that they do not know would be lost."""
    models = pytest.importorskip(
        "grafana_foundation_sdk.models.dashboard", reason="grafana-foundation-sdk needs Python 3.11"
    )
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins

    register_default_plugins()
    dashboard = json.loads(DASHBOARD.read_text())
    written = json.loads(JSONEncoder().encode(models.Dashboard.from_json(dashboard)))
    assert list(lost(dashboard, written)) == []
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 10
    places = [
        (x, y)
        for panel in panels
        for at in [panel["gridPos"]]
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(set(places)) == len(places) and max(places)[0] < 24, "panels lie above each other"


def lost(whole: Any, read: Any, place: str = "") -> Iterator[str]:
    """Where `read` has not what `whole` has."""
    if isinstance(whole, dict) and isinstance(read, dict):
        for key, value in whole.items():
            if key in read:
                yield from lost(value, read[key], f"{place}.{key}")
            else:
                yield f"{place}.{key}"
    elif isinstance(whole, list) and isinstance(read, list) and len(whole) == len(read):
        for number, (one, two) in enumerate(zip(whole, read, strict=True)):
            yield from lost(one, two, f"{place}[{number}]")
    elif whole != read:
        yield f"{place}: {whole!r} became {read!r}"
