"""Runs the own tests of libraries that use CUDA, directly on softgpu and through the wire, and compares them.

    python tests/clients/main.py [CLIENT …] [--suites NAME …] [--checkout CLIENT=DIR …] [--seconds N] [--page FILE]

What is run stands in clients.yaml. Each client is installed into an environment of its own, build/clients/CLIENT, once.
A client whose tests are in none of its packages is run if a checkout of them is named.
A test that ends its process fails, and the next one goes on. --page writes docs/developer/clients.md, of all suites
that have been run so far: their results are kept in build/clients.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bitfusion.cli import ptx_tools

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

import installed  # noqa: E402
import results  # noqa: E402
import running  # noqa: E402
import sampling  # noqa: E402

CLIENTS = yaml.safe_load(Path(__file__).with_name("clients.yaml").read_text(encoding="utf-8"))
PAGE = ROOT / "docs" / "developer" / "clients.md"
GPU = {"SOFTGPU_MEMORY": str(4 << 30)}
PTXAS = ROOT / "src" / "bitfusion" / "cli" / "ptx_tools" / "ptxas"
ONE_TEST_S = 300


@dataclass
class Suite:
    client: str
    name: str
    folder: str  # of the client's tests
    tests: list[str]
    seconds: float
    every: int  # of its tests each n-th is run
    gpus: int
    gpu: dict[str, str]  # what softgpu is told, here or in the server
    environment: dict[str, str]
    ptx: bool  # with what the flag --ptx of the command line sets
    options: list[str]

    @property
    def kept(self) -> Path:
        """Where its results are kept."""
        return installed.PLACE / f"{self.client}-{self.name.replace(', ', '-').replace(' ', '-')}.json"


def suites(chosen: list[str], names: list[str]) -> list[Suite]:
    return [
        Suite(
            client,
            name,
            row.get("folder", "."),
            [test.replace("{here}", str(HERE)) for test in row["tests"]],
            row["seconds"],
            row.get("every", 1),
            entry.get("gpus", 1),
            {**GPU, **entry.get("gpu", {})},
            entry.get("environment", {}),
            entry.get("ptx", False),
            [*entry.get("options", []), *row.get("options", [])],
        )
        for client, entry in CLIENTS["clients"].items()
        if client in chosen
        for name, row in entry["suites"].items()
        if not names or name in names
    ]


def run(suite: Suite, client: installed.Client, environment: dict[str, str], seconds: float) -> dict[str, Any]:
    """What became of the tests, and how many there are; what had no result when its time was over is not among them."""
    with tempfile.TemporaryDirectory() as folder:
        log, told = Path(folder) / "tests.log", Path(folder) / "told.json"
        # One worker: it is started anew after a test that has ended it.
        options = ["-q", "-n", "1", "--max-worker-restart", "1000", "--timeout", str(ONE_TEST_S)]
        # Nothing of this project's own settings; modules have their whole names, by which other processes find them.
        options += ["-o", "consider_namespace_packages=true", "-p", "sampling"]
        options += ["-c", os.devnull, "--rootdir", ".", "--import-mode", "importlib", "-p", "no:cacheprovider"]
        options += ["--report-log", str(log), *suite.options]
        command = [str(client.python), "-m", "pytest", *options, *suite.tests]
        # Taichi looks for a file libcuda.so there, and NVRTC for a library of its own.
        places = [Path(environment["LD_PRELOAD"]).parent, client.cuda / "lib"]
        found = {"LD_LIBRARY_PATH": os.pathsep.join(map(str, places))}
        if suite.ptx:
            environment = ptx_tools.asking(environment)
        paths = [str(HERE), *filter(None, [environment.get("PYTHONPATH")])]
        ours = {"PYTHONPATH": os.pathsep.join(paths), sampling.EVERY: str(suite.every), sampling.TOLD: str(told)}
        tools = {"{nvcc}": client.cuda / "bin" / "nvcc", "{ptxas}": PTXAS}
        own = {name: str(tools.get(value, value)) for name, value in suite.environment.items()}
        _until({**environment, **own, **found, **ours}, command, client.tests / suite.folder, seconds)
        numbers = json.loads(told.read_text()) if told.exists() else {"total": 0, "chosen": 0}
        return {**numbers, "tests": results.read(log)}


def _until(environment: dict[str, str], command: list[str], place: Path, seconds: float) -> None:
    """Run it, and end it and all that it started when its time is over."""
    process = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        # Workers of pytest, too, which a test may hold up.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def both_ways(suite: Suite, seconds: float, checkout: Path | None) -> dict[str, Any]:
    entry = CLIENTS["clients"][suite.client]
    client = installed.client(suite.client, entry, checkout)
    with tempfile.TemporaryDirectory() as scratch:
        here = run(suite, client, running.direct(SOFTGPU_DEVICES=str(suite.gpus), **suite.gpu), seconds)
        with running.dispatcher(Path(scratch), "--softgpu", str(suite.gpus), **suite.gpu) as server:
            there = run(suite, client, running.remote(server.port), seconds)
    package = entry["packages"][0].partition("=")[0].partition("[")[0]
    return {
        "client": f"{suite.client} {client.versions()[package]}",
        "suite": suite.name,
        "every": suite.every,
        "seconds": seconds,
        "total": here["total"],
        "chosen": here["chosen"],
        "direct": here["tests"],
        "wire": there["tests"],
    }


def main() -> None:
    clients = CLIENTS["clients"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", nargs="*", metavar="CLIENT", help=f"of {', '.join(clients)} (all)")
    parser.add_argument("--suites", nargs="+", default=[], metavar="NAME", help="of these clients (all)")
    parser.add_argument(
        "--checkout",
        nargs="+",
        default=[],
        metavar="CLIENT=DIR",
        help="the tests of one that has none in a package",
    )
    parser.add_argument("--seconds", type=float, help="for each suite and way (what clients.yaml says)")
    parser.add_argument("--page", type=Path, nargs="?", const=PAGE, help=f"write a page, {PAGE.name} if not named")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.clients if name not in clients]
    if unknown:
        parser.error(f"{unknown[0]} is no client that clients.yaml has; it has {', '.join(clients)}")
    checkouts = {name: Path(place).resolve() for name, _, place in (word.partition("=") for word in arguments.checkout)}
    for suite in suites(arguments.clients or list(clients), arguments.suites):
        wanted = clients[suite.client].get("checkout")
        if wanted and suite.client not in checkouts:
            print(f"{suite.client}, {suite.name}: left out, --checkout {suite.client}=DIR names a checkout of {wanted}")
            continue
        found = both_ways(suite, arguments.seconds or suite.seconds, checkouts.get(suite.client))
        suite.kept.write_text(json.dumps(found), encoding="utf-8")
        print(results.line(found), flush=True)
    if arguments.page:
        kept = [suite.kept for suite in suites(list(clients), []) if suite.kept.exists()]
        text = results.page([json.loads(path.read_text()) for path in kept], CLIENTS["reasons"])
        arguments.page.write_text(text + CLIENTS["also"], encoding="utf-8")


if __name__ == "__main__":
    main()
