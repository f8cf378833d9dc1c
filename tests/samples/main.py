"""Builds NVIDIA's samples of a checkout for PTX, runs each directly on softgpu and through the wire, and compares them.

    python tests/samples/main.py CHECKOUT [--samples NAME …] [--place DIR] [--no-build] [--no-run] [--page [FILE]]

The toolkit comes from PyPI, once, into the place (build/samples), where programs and results are kept, too; nothing is
written into the checkout. --page writes docs/developer/samples.md, of all samples that have been run so far. What is
known of single samples, and what is masked in their output, stands in samples.yaml.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import building  # noqa: E402
import running  # noqa: E402
import sample_runs  # noqa: E402
import samples_page  # noqa: E402

DATA = yaml.safe_load(Path(__file__).with_name("samples.yaml").read_text(encoding="utf-8"))
PAGE = ROOT / "docs" / "developer" / "samples.md"
PLACE = ROOT / "build" / "samples"
AT_ONCE = 2
SIGNALS_S = 1.0  # at most from a signal until it is handled
LOG_CHARACTERS = 2000  # of a server that has ended


def known(name: str) -> dict[str, Any]:
    return DATA["samples"].get(name, {})


def explained(found: dict[str, Any]) -> dict[str, Any]:
    """A result with what samples.yaml knows of its sample."""
    mine = known(found["name"])
    masks = [*mine.get("masks", []), *DATA["masks"]]
    return {**found, "why": mine.get("why", ""), "masks": masks, "unordered": "unordered" in mine}


def runs_of(name: str, listed: dict[str, Any]) -> list[list[str]]:
    """The arguments of each run: ours, else those of the checkout's list, else none."""
    if "arguments" in known(name):
        return known(name)["arguments"]
    entry = listed.get(name, {})
    return [run.get("args", []) for run in entry["runs"]] if "runs" in entry else [entry.get("args", [])]


def gpu_of(sample: building.Sample) -> dict[str, str]:
    """The software GPUs for a sample, as variables."""
    return {
        "SOFTGPU_MEMORY": str(DATA["memory"]),
        "SOFTGPU_DEVICES": str(DATA["devices"]),
        **DATA["environments"].get(sample.group, {}),
    }


def skipped(name: str, listed: dict[str, Any]) -> str:
    """Why a sample is neither built nor run: ours, or that the checkout's list says so; empty if it is."""
    return known(name).get("skip") or ("the samples' own list skips it" if listed.get(name, {}).get("skip") else "")


class ServerEnded(Exception):
    """It ended beside the programs, whose results say nothing then; the text is what it said last."""


def both_ways(
    sample: building.Sample, words: list[list[str]], server: running.Dispatcher, programs: sample_runs.Programs
) -> dict[str, Any]:
    """What became of a sample each way. One run after the other: they write files of the same names."""
    assert sample.program
    ways = {"direct": running.direct(**gpu_of(sample)), "wire": running.remote(server.port)}
    seconds = known(sample.name).get("seconds", DATA["seconds"])
    found: dict[str, Any] = {"name": sample.name}
    for way, environment in ways.items():
        found[way] = [programs.run(sample.program, each, environment, seconds) for each in words]
    if server.process.poll() is not None:
        raise ServerEnded(f"the server ended while {sample.name} ran:\n{server.log()[-LOG_CHARACTERS:]}")
    return found


def await_all(futures: list[Future[None]]) -> None:
    """Until they are done, or one raises. A signal that comes just before Python waits is not handled until it does not
    wait any more.
    """
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=SIGNALS_S, return_when=FIRST_EXCEPTION)
        for each in done:
            each.result()


def run_all(chosen: list[building.Sample], checkout: building.Checkout, results: Path) -> None:
    """Those that want the same GPUs share a server. What ends this ends the programs, too."""
    listed = checkout.arguments()

    def one(sample: building.Sample, server: running.Dispatcher, programs: sample_runs.Programs) -> None:
        found = both_ways(sample, runs_of(sample.name, listed), server, programs)
        (results / f"{sample.name}.json").write_text(json.dumps(found), encoding="utf-8")
        print(samples_page.line(explained(found)), flush=True)

    for gpu in {json.dumps(gpu_of(sample)) for sample in chosen}:
        alike = [sample for sample in chosen if json.dumps(gpu_of(sample)) == gpu]
        with (
            tempfile.TemporaryDirectory() as scratch,
            running.dispatcher(Path(scratch), "--softgpu", str(DATA["devices"]), **json.loads(gpu)) as server,
            ThreadPoolExecutor(AT_ONCE) as pool,
            sample_runs.Programs(checkout.toolkit.root / "lib") as programs,
        ):
            await_all([pool.submit(one, sample, server, programs) for sample in alike])


def write_page(path: Path, samples: list[building.Sample], checkout: building.Checkout, results: Path) -> None:
    rows, left_out = [], {}
    listed = checkout.arguments()
    for sample in samples:
        kept = results / f"{sample.name}.json"
        why = sample.why_not or skipped(sample.name, listed)
        if not why and kept.exists():
            rows.append(explained(json.loads(kept.read_text())))
        else:
            there = bool(sample.program and sample.program.exists())
            why = why or known(sample.name).get("why") or ("" if there else checkout.why_not_built(sample.name))
            left_out[sample.name] = why or "not run in time"
    path.write_text(samples_page.page(rows, left_out), encoding="utf-8")


def leave(number: int, _: object) -> None:
    """For a signal: the way out passes what ends programs and servers."""
    sys.exit(128 + number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path, metavar="CHECKOUT", help="of NVIDIA's cuda-samples")
    parser.add_argument("--samples", nargs="+", default=[], metavar="NAME", help="these alone (all)")
    parser.add_argument("--place", type=Path, default=PLACE, metavar="DIR", help="for toolkit, programs and results")
    parser.add_argument("--build-seconds", type=float, default=7200, metavar="N", help="for building (7200)")
    parser.add_argument("--no-build", action="store_true", help="run what was built before")
    parser.add_argument("--no-run", action="store_true", help="write the page of what was run before")
    parser.add_argument("--page", type=Path, nargs="?", const=PAGE, help=f"write a page, {PAGE.name} if not named")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    results = arguments.place.resolve() / "results"
    results.mkdir(parents=True, exist_ok=True)
    try:
        toolkit = building.Toolkit(arguments.place.resolve(), DATA)
        checkout = building.Checkout(arguments.checkout, toolkit)
        if not arguments.no_build:
            toolkit.install()
            toolkit.complete()
            checkout.configure()
        samples = checkout.samples()
    except building.CannotBuild as error:
        parser.error(str(error))
    unknown = set(arguments.samples) - {sample.name for sample in samples}
    if unknown:
        parser.error(f"the checkout has no sample {min(unknown)}")
    listed = checkout.arguments()
    chosen = [sample for sample in samples if sample.program and not skipped(sample.name, listed)]
    if arguments.samples:
        chosen = [sample for sample in chosen if sample.name in arguments.samples]
    if not arguments.no_build:
        checkout.build([sample.name for sample in chosen], arguments.build_seconds)
    if not arguments.no_run:
        try:
            run_all([sample for sample in chosen if sample.program.exists()], checkout, results)
        except ServerEnded as error:
            sys.exit(str(error))
    if arguments.page:
        write_page(arguments.page, samples, checkout, results)


if __name__ == "__main__":
    main()
