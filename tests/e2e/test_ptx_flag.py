"""The flag --ptx: what it sets, and what tools make of that."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import running
import toolkit
from patience import PATIENCE_S

from bitfusion import native
from bitfusion.cli import ptx_tools

LOCAL = [sys.executable, "-m", "bitfusion.cli.main", "local", "--softgpu", "1"]
PTX = b".version 7.0\n.target sm_75\n.address_size 64\n"
CUBIN = """
import ctypes, struct, sys
cuda = ctypes.CDLL("libcuda.so.1")
context, module = ctypes.c_void_p(), ctypes.c_void_p()
assert cuda.cuInit(0) == 0 and cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
assert cuda.cuCtxSetCurrent(context) == 0
elf = b"\\x7fELF\\2\\1\\1\\x33\\7" + bytes(9) + struct.pack("<H", 190) + bytes(44)
print(cuda.cuModuleLoadData(ctypes.byref(module), elf + bytes(64)))
"""
PATHFINDER = """
import sys
from cuda.pathfinder import DynamicLibNotFoundError, load_nvidia_dynamic_lib
for name in sys.argv[1:]:
    try:
        print(name, bool(load_nvidia_dynamic_lib(name)))
    except DynamicLibNotFoundError as error:
        print(name, "hidden" if "--ptx" in str(error) else "not there")
"""


def run_python(text: str, *words: str, flags: tuple[str, ...] = ("--ptx",), **extra: str) -> running.Outcome:
    return running.run([*LOCAL, *flags, "--", sys.executable, "-c", text, *words], running.clean_environment(**extra))


def needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        toolkit.missing(module, "make cuda-packages")


def test_flag_sets_what_tools_read_and_nothing_that_is_set_already():
    names = ("CUPY_COMPILE_WITH_PTX", "TRITON_PTXAS_PATH", "TRITON_PTXAS_BLACKWELL_PATH", "PYTHONPATH")
    show = f"import os; print([os.environ.get(name) for name in {names}])"
    script, path = (str(Path(ptx_tools.__file__).parent / name) for name in ("ptxas", "python"))
    before = os.environ.get("PYTHONPATH", "")
    asked = run_python(show).output
    assert asked == f"{['1', script, script, ':'.join(filter(None, (path, before)))]}\n"
    own = {"CUPY_COMPILE_WITH_PTX": "0", "TRITON_PTXAS_PATH": "/mine", "PYTHONPATH": "/there"}
    assert run_python(show, **own).output == f"{['0', '/mine', script, f'{path}:/there']}\n"
    assert run_python(show, flags=(), PYTHONPATH="/there").output == f"{[None, None, None, '/there']}\n"


def test_flag_preloads_after_the_driver_what_answers_for_nvrtc_and_before_what_the_user_preloads():
    show = "import os; print(os.environ['LD_PRELOAD'])"
    own = "libm.so.6"
    with_flag = run_python(show, LD_PRELOAD=own).output.strip().split(":")
    assert [Path(path).name for path in with_flag] == ["libcuda.so.1", "libbfnvrtc.so", own]
    assert run_python(show, flags=(), LD_PRELOAD=own).output.strip().split(":")[1:] == [own]


def test_client_has_the_flag_too():
    asked = ptx_tools.asking(os.environ)
    command = [sys.executable, "-m", "bitfusion.cli.main", "client", "-l", "127.0.0.1:1", "--ptx", "--", "env"]
    lines = running.run(command, running.clean_environment()).output.splitlines()
    assert f"TRITON_PTXAS_PATH={asked['TRITON_PTXAS_PATH']}" in lines and "CUPY_COMPILE_WITH_PTX=1" in lines


def test_ptxas_hands_on_the_ptx_and_has_a_version_that_no_other_has(tmp_path):
    script = ptx_tools.asking({})["TRITON_PTXAS_PATH"]
    source, target = tmp_path / "a b.ptx", tmp_path / "out.o"
    source.write_bytes(PTX)
    words = [script, "-lineinfo", "-v", "--gpu-name=sm_75", str(source), "-o", str(target)]
    assert subprocess.run(words, timeout=PATIENCE_S).returncode == 0 and target.read_bytes() == PTX
    version = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=PATIENCE_S)
    assert version.stdout.endswith("release 12.8, V12.8.0\n") and not version.returncode
    assert subprocess.run([script, "-v"], capture_output=True, timeout=PATIENCE_S).returncode == 1


def test_nvjitlink_and_nothing_else_is_hidden_from_what_links_in_python():
    needs("cuda.pathfinder")
    plain = run_python(PATHFINDER, "nvJitLink", "nvrtc", flags=()).output.splitlines()
    hidden = run_python(PATHFINDER, "nvJitLink", "nvrtc").output.splitlines()
    assert hidden == ["nvJitLink hidden", plain[1]] and "hidden" not in plain[0]


@pytest.fixture(scope="module")
def nvrtc_program(tmp_path_factory) -> Path:
    """A program that asks for the code of its GPU; beside it the same as a library."""
    place = toolkit.site_packages() / "cu13"
    if not (place / "include" / "nvrtc.h").is_file():
        toolkit.missing("NVRTC", "make cuda-packages")
    built = tmp_path_factory.mktemp("nvrtc") / "nvrtc_cubin"
    headers = ["-I", str(place / "include"), "-I", str(toolkit.ROOT / "libcuda" / "generated")]
    # RPATH and not RUNPATH: NVRTC looks for a library of its own.
    found = ["-L", str(place / "lib"), "-l:libnvrtc.so.13", f"-Wl,--disable-new-dtags,-rpath,{place / 'lib'}"]
    found += ["-L", str(native.link_directory(native.SOFTGPU)), "-lcuda"]
    for target, flags in ((built, []), (built.with_suffix(".so"), ["-shared", "-fPIC"])):
        source = str(toolkit.PROGRAMS / "nvrtc_cubin.c")
        command = ["gcc", "-std=c11", "-Wall", "-Werror", *headers, *flags, "-o", str(target), source, *found]
        subprocess.run(command, check=True, timeout=PATIENCE_S)
    return built


def test_program_that_asks_nvrtc_for_a_cubin_gets_ptx_with_the_flag_alone(nvrtc_program, tmp_path):
    refused = running.run([*LOCAL, "--", nvrtc_program], running.clean_environment())
    assert refused.output == "7.5: 209\n" and "cubin" in refused.errors
    served = running.run([*LOCAL, "--ptx", "--", nvrtc_program], running.clean_environment())
    assert (served.code, served.output) == (0, "7.5: 42\n"), served.errors
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        client = [
            sys.executable,
            "-m",
            "bitfusion.cli.main",
            "client",
            "-l",
            f"{running.HERE}:{server.port}",
            "--ptx",
            "--",
        ]
        remote = running.run([*client, nvrtc_program], running.clean_environment())
    assert remote == served, remote.errors


def test_library_that_has_an_nvrtc_of_its_own_gets_ptx_too(nvrtc_program):
    text = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).answer(75, None))"
    outcome = run_python(text, str(nvrtc_program.with_suffix(".so")))
    assert outcome.output == "42\n", outcome.errors


def test_virtual_architecture_has_no_cubin_with_the_flag_either(nvrtc_program):
    for flags in (["--ptx"], []):
        command = [*LOCAL, *flags, "--", nvrtc_program, "virtual"]
        assert running.run(command, running.clean_environment()).output == "7.5: no cubin\n"


def test_sitecustomize_of_the_user_is_run_too(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('mine')\n")
    with_flag, without = (
        run_python("print('program')", flags=flags, PYTHONPATH=str(tmp_path)).output for flags in (("--ptx",), ())
    )
    assert with_flag == without and with_flag.endswith("mine\nprogram\n")


def test_cubin_is_refused_with_a_line_that_names_the_switches_also_through_the_network(tmp_path):
    direct = run_python(CUBIN, flags=())
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        remote = running.run([sys.executable, "-c", CUBIN], running.remote(server.port))
    for outcome in (direct, remote):
        assert outcome.output == "209\n"
        (line,) = [line for line in outcome.errors.splitlines() if "cubin" in line]
        for switch in ("--ptx", "CUPY_COMPILE_WITH_PTX", "TRITON_PTXAS_PATH", "numba", "nvrtcGetPTX", "nvcc"):
            assert switch in line


def test_numba_runs_with_the_flag():
    needs("numba_cuda")
    text = """
from numba import cuda
import numpy
@cuda.jit
def double(a):
    a[cuda.grid(1)] *= 2
a = numpy.arange(4.0)
double[1, 4](a)
print(a.tolist())
"""
    assert run_python(text).output == "[0.0, 2.0, 4.0, 6.0]\n"
