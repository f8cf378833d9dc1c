"""Programs with habits: what libraries are used to, and CUDA's library bears, a GPU at the other end of the network
bears too.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest
import running
from checkout import ROOT
from patience import PATIENCE_S
from places import GPUS, PROGRAMS

import native_build
from bitfusion import native

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
    assert {
        "connect",
        "send",
        "sendmsg",
        "recv",
        "poll",
        "read",
        "write",
        "open",
        "close",
        "getenv",
        "mmap",
        "getpid",
    } <= set(names)
    options = ["-std=c11", "-Wall", "-rdynamic", f"-DNAMES={' '.join(f'F({name})' for name in names)}"]
    library = native.link_directory(native.SOFTGPU)
    subprocess.run(
        [
            "gcc",
            *options,
            "-I",
            ROOT / "libcuda" / "generated",
            "-o",
            program,
            PROGRAMS / "exports.c",
            "-L",
            library,
            "-lcuda",
            "-ldl",
        ],
        check=True,
        timeout=PATIENCE_S,
    )
    exported = subprocess.run(
        ["nm", "-D", "--defined-only", program], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    ).stdout
    assert set(names) <= {line.split()[-1] for line in exported.splitlines()}
    outcome = running.run([program], way_to(way, server))
    assert (outcome.code, outcome.output) == (0, "14\nNVML: 0\n"), outcome.errors


@pytest.mark.parametrize("way", WAYS)
def test_program_that_clears_its_environment(way, compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "cleared.c"), "x"], way_to(way, server))
    assert (outcome.code, outcome.output.splitlines()[2:]) == (0, ["2 devices", "NVML: 0"]), (
        outcome.output + outcome.errors
    )


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
    [
        (0, "127.0.0.1", "cannot connect to 127.0.0.1:{}"),
        (0, "localhost", "cannot connect to localhost:{}"),
        (1, "127.0.0.1", "the CA's file" if running.SECURE else "cannot reach the data port"),
    ],
)
def test_program_that_may_open_no_more_files_is_told_so(free, host, what, server):
    environment = {**running.remote(server.port), "BF_SERVERS": f"{running.SCHEME}{host}:{server.port}"}
    outcome = running.run([sys.executable, "-c", FEW_FILES, str(free)], environment)
    assert (outcome.code, outcome.output) == (0, "805\n"), outcome.errors
    lines = outcome.errors.splitlines()
    assert len(lines) == 1 and what.format(server.port) in lines[0], lines
    assert lines[0].endswith(": Too many open files; raise the limit of open files, e.g. ulimit -n 1024")


@pytest.mark.parametrize("where", ["registered", "device"])
def test_kernel_that_is_given_registered_memory_is_named_when_it_fails(where, compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "pinned_kernel.c"), where], running.remote(server.port))
    assert outcome.code == 0 and outcome.output.count(" 700 CUDA_ERROR_ILLEGAL_ADDRESS\n") == 2, outcome.output
    told = [line for line in outcome.errors.splitlines() if line.startswith("bitfusion: the kernel fill was given 0x")]
    assert len(told) == (where == "registered") and all("pinned memory of this program" in line for line in told), (
        outcome.errors
    )


# Under ThreadSanitizer a program has too little address space for softgpu.
@pytest.mark.parametrize(
    ("sanitizer", "way"), [("address", "through the wire"), ("address", "directly"), ("thread", "through the wire")]
)
def test_program_built_with_a_sanitizer(sanitizer, way, built, server):
    program = built / f"threads-{sanitizer}"
    options = f"-std=c11 -D_GNU_SOURCE -g -O1 -pthread -fsanitize={sanitizer}".split()
    library = native.link_directory(native.SOFTGPU)
    subprocess.run(
        [
            "gcc",
            *options,
            "-I",
            ROOT / "libcuda" / "generated",
            "-o",
            program,
            PROGRAMS / "threads.c",
            "-L",
            library,
            "-lcuda",
        ],
        check=True,
        timeout=PATIENCE_S,
    )
    environment = way_to(way, server, ASAN_OPTIONS="verify_asan_link_order=0")
    for _ in range(3):
        # Some thread sanitizers cannot live with the kernel's address randomisation, and die now and then even without
        # it.
        outcome = running.run(["setarch", "-R", program], environment)
        if "ThreadSanitizer: mmap at bad address" not in outcome.errors:
            break
    assert outcome.code == 0 and outcome.output.splitlines()[-1] == "all: 400000", outcome.errors
    assert outcome.errors == ""
