"""The real Prometheus and promtool for tests: found, run on pages and files, and started as a server that scrapes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import running
from checkout import ROOT
from patience import PATIENCE_S, until

_REASON = "there is no {}: make prometheus fetches Debian's, or name a directory with it in BF_PROMETHEUS"


def program(name: str) -> Path:
    """`prometheus` or `promtool`; without it the test is skipped, with a reason."""
    given = os.environ.get("BF_PROMETHEUS")
    for directory in (Path(given) if given else None, ROOT / "build" / "prometheus"):
        if directory and os.access(directory / name, os.X_OK):
            return directory / name
    found = shutil.which(name)
    if found is None:
        pytest.skip(_REASON.format(name))
    return Path(found)


def promtool(*words: str | Path, reads: str = "") -> None:
    """Run promtool, which must find nothing wrong and nothing to say about what it `reads`."""
    command = [program("promtool"), *words]
    done = subprocess.run(command, input=reads, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr, done.stderr


def get(port: int, path: str, accept: str = "", web: str = running.WEB) -> tuple[int, str, str]:
    """Status, content type and text of what a server of this machine answers."""
    request = urllib.request.Request(f"{web}:{port}{path}", headers={"Accept": accept} if accept else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S, context=running.CONTEXT) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def page(port: int) -> dict[str, float]:
    """The samples of /metrics: name with labels -> value."""
    status, _, text = get(port, "/metrics")
    assert status == 200, text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


class Prometheus:
    """A running Prometheus."""

    WEB = "http://127.0.0.1"

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, expression: str) -> dict[str, float]:
        """Value of each series by its label `job`, or "" without one."""
        query = urllib.parse.urlencode({"query": expression})
        answer: Any = json.loads(get(self.port, f"/api/v1/query?{query}", web=self.WEB)[2])
        assert answer["status"] == "success", answer
        return {each["metric"].get("job", ""): float(each["value"][1]) for each in answer["data"]["result"]}


@contextmanager
def server(scratch: Path, ports: dict[str, int]) -> Iterator[Prometheus]:
    """A Prometheus that scrapes /metrics on `ports`, each as a job, once a second; listening when this returns."""
    secure = {"scheme": "https", "tls_config": {"ca_file": str(running.TRUST.file)}} if running.TRUST else {}
    jobs = [
        {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}], **secure}
        for job, port in ports.items()
    ]
    config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": jobs}
    path = scratch / "prometheus.yml"
    path.write_text(json.dumps(config))  # JSON is YAML
    own = running.free_port()
    command = [program("prometheus"), f"--config.file={path}", f"--web.listen-address=127.0.0.1:{own}"]
    with (scratch / "prometheus.log").open("w") as log:
        process = subprocess.Popen([*command, f"--storage.tsdb.path={scratch / 'tsdb'}"], stdout=log, stderr=log)
    try:
        until(lambda: process.poll() is not None or _is_ready(own), "Prometheus is ready")
        assert process.poll() is None, (scratch / "prometheus.log").read_text()
        yield Prometheus(own)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _is_ready(port: int) -> bool:
    try:
        return get(port, "/-/ready", web=Prometheus.WEB)[0] == 200
    except OSError:
        return False
