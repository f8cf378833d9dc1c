"""TLS inside programs: beside an OpenSSL of the program's own, over forks, without files of the system, and through a
real server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import certified
import pytest
import running
import sanitized
import tls_peer
from checkout import ROOT
from client_process import run
from issued import issue, keep
from patience import BUILD_S

import native_build
from bitfusion import native

if not tls_peer.is_built():
    pytest.skip(tls_peer.MISSING, allow_module_level=True)

PROGRAMS = Path(__file__).resolve().parent / "programs"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certified.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def server(certificate, tmp_path_factory):
    with running.dispatcher(tmp_path_factory.mktemp("server"), "--softgpu", "1", *certificate.options) as started:
        yield started


@pytest.fixture
def secured(server, certificate) -> dict[str, str]:
    """The variables of a client of the server."""
    return {"BF_SERVERS": f"tls://localhost:{server.port}", "BF_TLS_CA": str(certificate.ca)}


def own_openssl(scratch: Path, *flags: str) -> Path:
    program = scratch / "own_openssl"
    library = native.link_directory(native.SOFTGPU)
    headers = ROOT / "libcuda" / "generated"
    source = PROGRAMS / "own_openssl.c"
    command = ["gcc", "-std=c11", "-O1", "-I", headers, "-o", program, source, "-L", library, "-lcuda", *flags]
    subprocess.run(command, check=True, timeout=BUILD_S)
    return program


@pytest.mark.parametrize("flags", [("-lssl", "-lcrypto"), ("-DOWN_NAMES", "-rdynamic")], ids=["library", "names"])
def test_openssl_of_the_program_and_ours_know_nothing_of_each_other(flags, secured, tmp_path):
    program = own_openssl(tmp_path, *flags)
    outcome = running.run([program], {**running.remote(), **secured})
    assert (outcome.code, outcome.output, outcome.errors) == (0, "ok\n", "")


def test_proof_of_a_token_is_tied_to_the_certificate_that_the_client_sees(certificate, tmp_path):
    tokens = tmp_path / "tokens"
    own = keep(tmp_path / "own", issue(tokens, "alice"))
    options = ("--softgpu", "1", "--tokens", str(tokens), *certificate.options)
    with running.dispatcher(tmp_path, *options) as locked:
        told = {"BF_SERVERS": f"tls://{certificate.fingerprint}@127.0.0.1:{locked.port}", "BF_TOKEN_FILE": str(own)}
        ended = run("init(); alloc(256); results.append(0)", **told)
    assert (ended.results, ended.errors) == ([0], "")


def test_settings_of_openssl_are_not_read(secured, tmp_path):
    """Who opened the FIFO would wait for ever."""
    os.mkfifo(tmp_path / "openssl.cnf")
    told = {name: str(tmp_path / "openssl.cnf") for name in ("OPENSSL_CONF", "SSL_CERT_FILE", "SSLKEYLOGFILE")}
    ended = run("init(); alloc(256); results.append(0)", **secured, **told)
    assert (ended.results, ended.errors) == ([0], "")


def test_child_has_connections_of_its_own_while_threads_of_the_parent_use_theirs(secured):
    body = """
from threading import Thread
nvml = ctypes.CDLL("libnvidia-ml.so.1")
assert nvml.nvmlInit_v2() == 0
init()
size, stop = 1 << 20, []
memory, sent, wrong = alloc(size), (ctypes.c_ubyte * size)(*(bytes(range(256)) * 4096)), []
context = ctypes.c_void_p()
cuda.cuCtxGetCurrent(ctypes.byref(context))

def copy():
    cuda.cuCtxSetCurrent(context)
    back = (ctypes.c_ubyte * size)()
    while not stop:
        if cuda.cuMemcpyHtoD_v2(memory, sent, size) or cuda.cuMemcpyDtoH_v2(back, memory, size) or bytes(back) != bytes(sent):
            wrong.append(1)
            return

threads = [Thread(target=copy) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(12):
    child = os.fork()
    if not child:
        used, device = (ctypes.c_uint64 * 3)(), ctypes.c_void_p()
        nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(device))
        os._exit(nvml.nvmlDeviceGetMemoryInfo(device, ctypes.byref(used)))
    results.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
stop.append(1)
for thread in threads:
    thread.join()
results.append(len(wrong))
"""
    ended = run(body, **secured, LD_LIBRARY_PATH=str(native.file_of(native.SHIM).parent))
    assert (ended.code, ended.results, ended.errors) == (0, [0] * 13, "")


def test_library_that_the_program_unloads_leaves_nothing_that_runs_later(secured):
    body = """
import _ctypes
thread = threading.Thread(target=lambda: (init(), alloc(256)))
thread.start(); thread.join()
_ctypes.dlclose(cuda._handle)
threading.Thread(target=lambda: results.append(0)).start()
"""
    ended = run(body, **secured)
    assert (ended.code, ended.errors) == (0, "")


def test_installation_without_tls_says_what_to_install(secured, tmp_path, monkeypatch):
    shim = native.file_of(native.SHIM)
    for file in (shim, shim.with_name("libnvidia-ml.so.1")):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(native, "file_of", lambda name: tmp_path / shim.name)
    ended = run("call('cuInit', 0)", **secured)
    assert ended.results == [805] and "has no TLS" in ended.errors and "libssl-dev" in ended.errors


def test_keys_are_renewed_both_ways_in_the_middle_of_copies(secured, tmp_path, monkeypatch):
    """With a library that renews them after 5 records, not 8 million."""
    for part in ("libcuda", "shim/tls"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for file in ("native_build.py", "shim/wire/tls_library.h", "shim/generated/limits.h"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    limits = tmp_path / "shim/generated/limits.h"
    text, changed = re.subn(r"(KEY_RECORDS_MAX) \w+", r"\1 5", limits.read_text())
    assert changed == 1
    limits.write_text(text)
    build = "import native_build; print(native_build.build(native_build.SHIM_TLS).parent)"
    command = [sys.executable, "-c", build]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=BUILD_S).stdout
    shim = native.file_of(native.SHIM)
    for file in (shim, shim.with_name("libnvidia-ml.so.1")):
        shutil.copy(file, built.strip())
    monkeypatch.setattr(native, "file_of", lambda name: Path(built.strip(), shim.name))
    body = """
init()
size = 5 << 20
memory, sent, back = alloc(size), (ctypes.c_ubyte * size)(*(bytes(range(256)) * (size // 256))), (ctypes.c_ubyte * size)()
for _ in range(3):
    call('cuMemcpyHtoD_v2', memory, sent, ctypes.c_size_t(size))
    call('cuMemcpyDtoH_v2', back, memory, ctypes.c_size_t(size))
results.append(bytes(back) == bytes(sent))
"""
    ended = run(body, **secured)
    assert (ended.results, ended.errors) == ([0] * 6 + [True], "")


@pytest.mark.parametrize("sanitizer", sanitized.SANITIZERS)
def test_client_with_tls_passes_the_sanitizer(sanitizer, server, secured, tmp_path):
    program = sanitized.build_program(PROGRAMS / "stress.c", native_build.SHIM, sanitizer, tmp_path)
    options = {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1"}
    outcome = running.run(sanitized.start(program, "7"), running.clean_environment(**secured, **options))
    assert (outcome.code, outcome.output, outcome.errors) == (0, "ok\n", "")
