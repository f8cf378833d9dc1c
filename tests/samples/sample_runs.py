"""One sample, directly on softgpu and through the wire: code and output each way, masked, and whether they agree."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

WAIVED = 2  # EXIT_WAIVED of the samples: the device lacks something optional
KEPT_CHARACTERS = 20000
WHY_CHARACTERS = 110
TELLING = re.compile(
    r"error|fail|not support|refused|cannot|can't|bitfusion:|softgpu:|unable|mismatch|no such|must", re.I
)


class Ended(Exception):
    """With the others, before it was at its end: nothing is known of it."""


class Programs:
    """Programs that find their libraries in a directory, run on any thread, and end with this context at the latest."""

    def __init__(self, libraries: Path) -> None:
        self._libraries = libraries
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._over = False

    def __enter__(self) -> Programs:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over = True
            for process in self._running:
                _kill(process)

    def run(
        self, program: Path, words: Sequence[str], environment: Mapping[str, str], seconds: float
    ) -> dict[str, Any]:
        """Code, stdout, stderr and seconds of a program in its own directory; code None if it did not end in time.
        Raises Ended.
        """
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            begun = time.monotonic()
            process = self._start(program, words, environment, output, errors)
            try:
                code: int | None = process.wait(seconds)
            except subprocess.TimeoutExpired:
                code = None
            took = time.monotonic() - begun
            self._finish(process)
            return {"code": code, "output": _text(output), "errors": _text(errors), "seconds": round(took, 1)}

    def _start(
        self, program: Path, words: Sequence[str], environment: Mapping[str, str], output: IO[bytes], errors: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._over:
                raise Ended
            process = subprocess.Popen(
                [f"./{program.name}", *words],
                cwd=program.parent,
                env={**environment, "LD_LIBRARY_PATH": str(self._libraries)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running.remove(process)
            _kill(process)
            over = self._over
        process.wait()
        if over:
            raise Ended


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The program, and processes that it has left behind."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _text(file: Any) -> str:
    file.seek(0)
    told = file.read().decode(errors="replace")
    return told if len(told) <= 2 * KEPT_CHARACTERS else told[:KEPT_CHARACTERS] + "\n…\n" + told[-KEPT_CHARACTERS:]


def masked(output: str, masks: Sequence[Mapping[str, str]]) -> str:
    """What is compared: without numbers that differ from run to run, and without differences in white space."""
    for mask in masks:
        output = re.sub(mask["pattern"], mask["as"], output)
    return "\n".join(line for line in (" ".join(line.split()) for line in output.splitlines()) if line)


def first_difference(found: Mapping[str, Any]) -> str:
    """Empty if both ways gave the same code and output, of which `masks` and `unordered` say what counts."""
    for here, there in zip(found["direct"], found["wire"], strict=True):
        if here["code"] != there["code"]:
            return f"code {here['code']} directly, {there['code']} through the wire"
        lines = [masked(way["output"], found["masks"]).splitlines() for way in (here, there)]
        if found["unordered"]:
            lines = [sorted(each) for each in lines]
        lines = [[*each, "(end)"] for each in lines]
        for one, other in zip(*lines, strict=False):
            if one != other:
                return f"directly: {one[:WHY_CHARACTERS]}; through the wire: {other[:WHY_CHARACTERS]}"
    return ""


def code(runs: Sequence[Mapping[str, Any]]) -> str:
    """Of several runs the first that is not 0."""
    bad = [run["code"] for run in runs if run["code"] != 0]
    if not bad:
        return "0"
    return "time" if bad[0] is None else signal.Signals(-bad[0]).name if bad[0] < 0 else str(bad[0])


def ended_well(runs: Sequence[Mapping[str, Any]]) -> bool:
    return code(runs) in ("0", str(WAIVED))


def why(runs: Sequence[Mapping[str, Any]]) -> str:
    """The first words of a bad end."""
    bad = next(run for run in runs if run["code"] != 0)
    if bad["code"] is None:
        return f"not at its end in {bad['seconds']:.0f} s of a busy machine"
    lines = [line.strip() for told in (bad["errors"], bad["output"]) for line in told.splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.search(line)] or lines[-1:] or ["no word"]
    return re.sub(r"\S*/(?=\S)", "", telling[0])[:WHY_CHARACTERS]
