"""The manifests of deploy/kubernetes: Kubernetes takes them, and what their containers run does what they are for."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any

import prometheus
import pytest
import running
import yaml
from checkout import ROOT
from patience import PATIENCE_S, until
from pools import WHOLE, Background, is_free

from bitfusion.config import servers

MANIFESTS = ROOT / "deploy" / "kubernetes"
RELEASES = ("1.29", "1.33", "1.37")  # the first with such init containers, one between, the newest that is known
SHARED = "/bitfusion"  # where the two containers of the client's pod see the same files


def documents(file: str) -> dict[str, dict[str, Any]]:
    """What a manifest describes, by kind."""
    return {document["kind"]: document for document in yaml.safe_load_all((MANIFESTS / file).read_text())}


def here(words: list[str], place: Path) -> list[str]:
    """Words of a container, with this directory in place of the one that the pod's containers share."""
    return [word.replace(SHARED, str(place)) for word in words]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("file", sorted(path.name for path in MANIFESTS.glob("*.yaml")))
def test_kubernetes_takes_the_manifest(file, release):
    schemas = pytest.importorskip("kubernetes_validate", reason="no Kubernetes schemas; run make deploy-packages")
    for document in documents(file).values():
        schemas.validate(document, release, strict=True)


def test_schemas_refuse_what_kubernetes_does_not_know():
    schemas = pytest.importorskip("kubernetes_validate", reason="no Kubernetes schemas; run make deploy-packages")
    daemons = documents("server.yaml")["DaemonSet"]
    daemons["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(schemas.ValidationError):
        schemas.validate(daemons, RELEASES[-1], strict=True)


def test_probes_of_the_server_find_a_scheduler_ready(two):
    (container,) = documents("server.yaml")["DaemonSet"]["spec"]["template"]["spec"]["containers"]
    port = two.schedulers[0].port
    for name in ("startup", "liveness", "readiness"):
        probe = container[f"{name}Probe"]
        if "httpGet" in probe:
            path = probe["httpGet"]["path"]
            assert prometheus.get(port, path)[0] == 200
        else:
            assert probe["tcpSocket"]["port"] == "scheduler"
            socket.create_connection(("127.0.0.1", port), PATIENCE_S).close()


def test_map_of_servers_is_a_servers_conf(tmp_path):
    text = documents("client.yaml")["ConfigMap"]["data"]["servers.conf"]
    (tmp_path / "servers.conf").write_text(text)
    assert [str(address) for address in servers.read_file(tmp_path / "servers.conf")] == [
        "gpu-node-1:56001",
        "gpu-node-2:56001",
    ]


def test_client_pod_has_its_gpu_until_its_program_has_ended(two, cli, home, gpus, tmp_path, program_words):
    pod = documents("client.yaml")["Job"]["spec"]["template"]["spec"]
    (holder,), (program,) = pod["initContainers"], pod["containers"]
    shared = tmp_path / "shared"
    shared.mkdir()
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "flexdirect").symlink_to(program_words("flexdirect")[1])
    (home / ".bitfusionio").mkdir()
    (home / ".bitfusionio" / "servers.conf").write_text(two.conf.read_text())
    path = f"{tmp_path / 'path'}:{running.clean_environment()['PATH']}"

    with Background(home, *here(holder["args"], shared), PATH=path) as holding:
        started = here(holder["startupProbe"]["exec"]["command"], shared)
        until(lambda: subprocess.run(started).returncode == 0, "the GPUs are there")
        variables = {each["name"]: here([each["value"]], shared)[0] for each in program["env"]}
        outcome = running.run([gpus], running.clean_environment(HOME=str(home), **variables))
        assert outcome.code == 0 and outcome.output.startswith(f"0: bitfusion softgpu, {WHOLE} MiB")
        assert len(outcome.output.splitlines()) == 1
        holding.process.terminate()  # as Kubernetes does when the program has ended
        assert holding.process.wait(PATIENCE_S) == 143
    assert is_free(two, cli)
