"""Programs with habits: what libraries are used to, and CUDA's library bears, a GPU at the other end of the network bears too."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest
import running
from checkout import ROOT

from bitfusion import native
from places import GPUS, PROGRAMS

sys.path.insert(0, str(ROOT))
import native_build  # noqa: E402

WAYS = ["directly", "through the wire"]


def way_to(way: str, server: running.Dispatcher, **extra: str) -> dict[str, str]:
    """The environment of a program that runs directly on softgpu, or through the wire."""
    return running.direct(**GPUS, **extra) if way == "directly" else running.remote(server.port, **extra)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("handler", ["opens", "calls"])
def test_pages_that_only_the_programs_signal_handler_opens(handler, way, compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "closed_pages.c"), handler], way_to(way, server))
    lines = outcome.output.splitlines()
    assert outcome.code == 0, outcome.output + outcome.errors
    copies = [line for line in lines if "pages" in line]
    assert len(copies) == 17 and all(line.endswith(": right, opened, in the calling thread") for line in copies), copies
    assert lines.count("afterwards, in another thread: 42") == 4
    assert [line.split(": ")[1] for line in lines if "nowhere" in line] == ["1 signal in the calling thread"] * 4
    assert outcome.errors == ""


@pytest.mark.parametrize("way", WAYS)
def test_a_program_that_locks_its_memory(way, compile_c, server):
    if os.geteuid() and resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != resource.RLIM_INFINITY:
        pytest.skip("ulimit -l allows no such program")
    outcome = running.run([compile_c(PROGRAMS / "locked.c")], way_to(way, server))
    assert outcome.code == 0, outcome.errors
    assert outcome.output.splitlines() == ["mlockall 0", "9 9", "resident little, locked little"]


@pytest.mark.parametrize("way", WAYS)
def test_program_that_exports_functions_of_the_c_librarys_names(way, built, server):
    names, program = native_build.BOUND, built / "exports"
    assert {"connect", "send", "sendmsg", "recv", "poll", "read", "write", "open", "close", "getenv", "mmap", "getpid"} <= set(names)
    options = ["-std=c11", "-Wall", "-rdynamic", f"-DNAMES={' '.join(f'F({name})' for name in names)}"]
    library = native.link_directory(native.SOFTGPU)
    subprocess.run(
        ["gcc", *options, "-I", ROOT / "libcuda" / "generated", "-o", program, PROGRAMS / "exports.c", "-L", library, "-lcuda", "-ldl"],
        check=True, timeout=120,
    )
    exported = subprocess.run(["nm", "-D", "--defined-only", program], capture_output=True, text=True, check=True, timeout=60).stdout
    assert set(names) <= {line.split()[-1] for line in exported.splitlines()}
    outcome = running.run([program], way_to(way, server))
    assert (outcome.code, outcome.output) == (0, "14\nNVML: 0\n"), outcome.errors


@pytest.mark.parametrize("way", WAYS)
def test_program_that_clears_its_environment(way, compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "cleared.c"), "x"], way_to(way, server))
    assert (outcome.code, outcome.output.splitlines()[2:]) == (0, ["2 devices", "NVML: 0"]), outcome.output + outcome.errors


@pytest.mark.parametrize("way", WAYS)
def test_program_whose_main_thread_leaves_first(way, compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "main_leaves.c")], way_to(way, server))
    assert (outcome.code, outcome.output) == (0, "45\n"), outcome.errors


FEW_FILES = """
import ctypes, os, resource, sys
cuda = ctypes.CDLL("libcuda.so.1")
first_free = os.dup(0)
os.close(first_free)
resource.setrlimit(resource.RLIMIT_NOFILE, (first_free + int(sys.argv[1]), 4096))
print(cuda.cuInit(0))
"""


@pytest.mark.parametrize(
    ("free", "host", "what"),
    [(0, "127.0.0.1", "cannot connect to 127.0.0.1:{}"), (0, "localhost", "cannot connect to localhost:{}"), (1, "127.0.0.1", "cannot reach the data port")],
)
def test_program_that_may_open_no_more_files_is_told_so(free, host, what, server):
    environment = {**running.remote(server.port), "BF_SERVERS": f"{host}:{server.port}"}
    outcome = running.run([sys.executable, "-c", FEW_FILES, str(free)], environment)
    assert (outcome.code, outcome.output) == (0, "805\n"), outcome.errors
    lines = outcome.errors.splitlines()
    assert len(lines) == 1 and what.format(server.port) in lines[0], lines
    assert lines[0].endswith(": Too many open files; raise the limit of open files, e.g. ulimit -n 1024")
