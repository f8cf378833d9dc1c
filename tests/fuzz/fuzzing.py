"""Fuzz targets in C: how they are built, fed and watched.

A target (targets/NAME.c) is a function that bears any bytes. clang's libFuzzer makes a program of it that looks for
bytes that it does not bear, guided by which code they reach; gcc makes one that takes files, so that what is known
is tried where clang is not. Both have AddressSanitizer and UndefinedBehaviorSanitizer. What is known stands in
corpus/NAME: inputs that reach much, and those that were once too much, which are named after it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from checkout import ROOT, files
from patience import BUILD_S

import native_build

HERE = Path(__file__).resolve().parent
BUILD = ROOT / "build" / "fuzz"
FLAGS = "-std=c11 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer -fPIC -pthread -w -fno-sanitize-recover=all".split()
SANITIZE = "address,undefined"
INPUT_BYTES_MAX = 16 << 10
MEMORY_MIB_MAX = 2048
ONE_INPUT_S_MAX = 25  # on a machine that does much else
ENVIRONMENT = {"ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}

WIRE = (
    "shim/wire",
    "shim/generated/calls.c",
    *(f"libcuda/{part}.c" for part in ("environment", "file", "leaving", "libc", "callers")),
)
IMAGE = (
    *(f"libcuda/{part}.c" for part in ("image", "unpack", "block_need")),
    *(f"softgpu/driver/image/{part}.c" for part in ("choose", "cubin", "object", "unpack")),
)


@dataclass(frozen=True)
class Target:
    """`sources`: files and folders that are tested, of which the linker takes what is needed; `folder`: where
    the corpus is, if it is also that of other tests."""

    name: str
    sources: tuple[str, ...]

    folder: str = ""

    @property
    def corpus(self) -> Path:
        return ROOT / self.folder if self.folder else HERE / "corpus" / self.name

    @property
    def inputs(self) -> list[Path]:
        return sorted(path for path in self.corpus.iterdir() if path.is_file())


TARGETS = (
    Target("answer", WIRE),
    Target("frames", WIRE),
    Target("reply", WIRE),
    Target("servers", WIRE),
    Target("image", IMAGE),
    Target("ptx", ("softgpu/ptx",), folder="tests/ptx/corpus"),
)
# With a planted defect.
CANARY = Target("canary", WIRE)


@dataclass(frozen=True)
class Compiler:
    """What makes programs of targets. `fuzzes`: with libFuzzer in them; else they take files."""

    name: str
    command: tuple[str, ...]
    fuzzes: bool

    def flags(self) -> list[str]:
        return [*FLAGS, f"-fsanitize={SANITIZE}{',fuzzer-no-link' if self.fuzzes else ''}"]


GCC = Compiler("gcc", tuple(native_build.compiler()), fuzzes=False)


def clang() -> Compiler | None:
    """A clang with libFuzzer: $BF_CLANG, what `make clang` fetched, or that of PATH."""
    for command in (os.environ.get("BF_CLANG"), str(ROOT / "build" / "clang" / "clang"), "clang"):
        if command and shutil.which(command):
            return Compiler("clang", (command,), fuzzes=True)
    return None


def build(target: Target, compiler: Compiler) -> Path:
    """The program of a target. What has not changed is not compiled again."""
    folder = BUILD / compiler.name
    sources = [
        path
        for part in target.sources
        for path in ([ROOT / part] if part.endswith(".c") else files(".c", below=part))
        if "generated" not in path.parts or path.name == "calls.c"
    ]
    own = [HERE / "targets" / f"{target.name}.c", *([] if compiler.fuzzes else [HERE / "targets" / "replay.c"])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(lambda source: _compile(source, compiler, folder), sources))
        objects_of_target = [_compile(source, compiler, folder) for source in own]
    program = folder / target.name
    inputs = [*objects_of_target, *objects]
    if native_build.newer(program, inputs):
        archive = program.with_suffix(".a")
        archive.unlink(missing_ok=True)
        _run(["ar", "rcs", archive, *objects])
        kinds = f"{SANITIZE}{',fuzzer' if compiler.fuzzes else ''}"
        link = [*compiler.command, "-g", "-pthread", f"-fsanitize={kinds}"]
        _run([*link, "-o", program, *objects_of_target, archive, "-lm", "-ldl"])
    return program


def _compile(source: Path, compiler: Compiler, folder: Path) -> Path:
    name = source.relative_to(ROOT).as_posix().replace("/", "-")
    target = folder / "objects" / f"{name}.o"
    rules, command = target.with_suffix(".d"), [*compiler.command, *compiler.flags()]
    stamp = target.with_suffix(".cmd")
    known = rules.exists() and stamp.exists() and stamp.read_text() == shlex.join(command)
    needs = [Path(word) for word in re.findall(r"\S+", rules.read_text().replace("\\\n", " "))[1:]] if known else []
    if not known or native_build.newer(target, needs):
        target.parent.mkdir(parents=True, exist_ok=True)
        _run([*command, "-MMD", "-MF", rules, "-c", source, "-o", target])
        stamp.write_text(shlex.join(command))
    return target


def _run(command: list[object]) -> None:
    subprocess.run([str(word) for word in command], check=True, timeout=BUILD_S)


@dataclass(frozen=True)
class Outcome:
    """What a program made of its inputs: `report` is that of a sanitizer or of libFuzzer, and empty if all was well."""

    report: str
    runs: int = 0
    reached: int = 0
    found: Path | None = None


def replay(program: Path, inputs: list[Path]) -> Outcome:
    """Each of these files once."""
    ran = subprocess.run(
        [program, *inputs],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=BUILD_S,
    )
    text = ran.stderr.decode(errors="replace")
    done = set(text.splitlines())
    return Outcome(text if ran.returncode else "", runs=sum(str(path) in done for path in inputs))


def fuzz(program: Path, target: Target, scratch: Path, *, runs: int = 0, seconds: int = 0, seed: int = 0) -> Outcome:
    """Look for bytes that the target does not bear, that many runs or seconds; `scratch` gets them, and the corpus as
    it has grown.
    """
    grown = scratch / f"{target.name}-corpus"
    grown.mkdir(parents=True, exist_ok=True)
    limits = [f"-runs={runs or -1}", f"-max_total_time={seconds}", f"-max_len={INPUT_BYTES_MAX}"]
    options = [
        f"-rss_limit_mb={MEMORY_MIB_MAX}",
        f"-timeout={ONE_INPUT_S_MAX}",
        "-print_final_stats=1",
        f"-seed={seed}",
    ]
    ran = subprocess.run(
        [
            program,
            *limits,
            *options,
            f"-artifact_prefix={scratch}/{target.name}-",
            grown,
            target.corpus,
        ],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=BUILD_S + seconds,
    )
    text = ran.stderr.decode(errors="replace")
    counted = re.findall(r"stat::number_of_executed_units: (\d+)", text)
    reached = re.findall(r"cov: (\d+)", text)
    kept = re.findall(r"Test unit written to (\S+)", text)
    return Outcome(
        text if ran.returncode else "",
        int(counted[-1]) if counted else 0,
        int(reached[-1]) if reached else 0,
        Path(kept[-1]) if kept else None,
    )
