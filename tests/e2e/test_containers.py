"""The images of deploy/containers: their files are clean, their steps run on Debian, and what they start works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import containerfiles
import pytest
from checkout import ROOT
from patience import PATIENCE_S, until

FILES = ROOT / "deploy" / "containers"
DIST = ROOT / "dist"


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.glob("Containerfile.*")))
def test_linter_finds_nothing(file):
    linter = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if linter is None:
        pytest.skip("no hadolint; run make deploy-packages")
    done = subprocess.run([linter, FILES / file], capture_output=True, text=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture(scope="module")
def built(tmp_path_factory, gpus) -> dict[str, containerfiles.Image]:
    """The images, by the names that the page gives them."""
    if not containerfiles.DEBIAN.is_dir() or not list(DIST.glob("*.whl")):
        pytest.skip("no Debian or no wheel; run make test-containers, which makes both")
    scratch = tmp_path_factory.mktemp("images")
    context = scratch / "context"
    context.mkdir()
    shutil.copy(gpus, context / "a.out")
    found = {containerfiles.BASE: containerfiles.Image([])}
    for name in ("server", "client"):
        found[f"bitfusion-{name}"] = containerfiles.build(FILES / f"Containerfile.{name}", scratch / name, found)
    for name in ("example", "libraries"):
        found[name] = containerfiles.build(FILES / f"Containerfile.{name}", scratch / name, found, context)
    return found


@pytest.fixture
def network() -> Iterator[int]:
    """A process with a network of its own."""
    with subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "ip link set lo up; echo up; exec cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        yield process.pid
        process.kill()


def test_images_serve_and_use_gpus(built, network, tmp_path):
    server = built["bitfusion-server"]
    with server.run(tmp_path / "server", [*server.words, "--softgpu", "2"], network) as serving:
        assert serving.stdout is not None
        until(lambda: "Listening on" in serving.stdout.readline() or serving.poll() is not None, "the server listens")
        assert serving.poll() is None
        check = server.command(tmp_path / "check", server.health, network)
        assert subprocess.run(check, timeout=PATIENCE_S).returncode == 0

        example = built["example"]
        conf = tmp_path / "etc" / "etc" / "bitfusionio" / "servers.conf"
        conf.parent.mkdir(parents=True)
        conf.write_text("127.0.0.1\n")
        example.layers.append(tmp_path / "etc")
        with example.run(tmp_path / "example", example.words, network) as using:
            said, _ = using.communicate(timeout=PATIENCE_S)
        assert using.returncode == 0 and "0: bitfusion softgpu" in said
        ends(serving, 0)


def test_image_with_the_libraries_alone_uses_gpus(built, network, tmp_path):
    server, program = built["bitfusion-server"], built["libraries"]
    with server.run(tmp_path / "server", ["server", "--softgpu", "2"], network) as serving:
        assert serving.stdout is not None
        until(lambda: "Listening on" in serving.stdout.readline() or serving.poll() is not None, "the server listens")
        program.variables["BF_SERVERS"] = "127.0.0.1:55001"
        with program.run(tmp_path / "program", program.words, network) as using:
            said, _ = using.communicate(timeout=PATIENCE_S)
        assert using.returncode == 0 and "1: bitfusion softgpu" in said
        ends(serving, 0)


def ends(serving: subprocess.Popen[str], code: int) -> None:
    """What a runtime does to end a container: SIGTERM to its first process."""
    (first,) = Path(f"/proc/{serving.pid}/task/{serving.pid}/children").read_text().split()
    subprocess.run(["kill", "-TERM", first], check=True)
    assert serving.wait(PATIENCE_S) == code
