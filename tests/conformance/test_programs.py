"""Each program runs directly on softgpu and through the wire: output, apart from times, and exit code must be
identical.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import time

import driver
import pytest
import running
import toolkit
from patience import PATIENCE_S
from places import EXAMPLES, GPUS, PROGRAMS

CUDA_EXAMPLES = sorted(path.stem for path in (EXAMPLES / "cuda").glob("*.cu"))


# What the client denies although the device can: a kernel cannot reach memory of another machine.
DENIED = {
    f"CU_DEVICE_ATTRIBUTE_{name} CUDA_SUCCESS 1": f"CU_DEVICE_ATTRIBUTE_{name} CUDA_SUCCESS 0"
    for name in ("HOST_NATIVE_ATOMIC_SUPPORTED", "CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM")
}


def compare(command, *servers: running.Dispatcher, code: int = 0, **extra: str) -> running.Outcome:
    """Run both ways; fail with both outputs unless they agree and end with `code`."""
    here = running.run(command, running.direct(**GPUS, **extra))
    there = running.run(command, running.remote(*(server.port for server in servers), **extra))
    if driver.SYSTEM:
        note_beside_softgpu(command, here, there, **extra)
    assert here.code == code, f"directly:\n{here.output}{here.errors}"
    assert there.output.splitlines() == [DENIED.get(line, line) for line in here.output.splitlines()], there.errors
    assert there.code == here.code, there.errors
    assert here.output
    assert not re.search(r"\bWRONG\b", here.output)
    return here


def note_beside_softgpu(command, here: running.Outcome, there: running.Outcome, **extra: str) -> None:
    soft = running.run(command, running.on_softgpu(**GPUS, **extra))
    outcomes = {"directly": here, "through_the_wire": there, "softgpu": soft}
    driver.notes.append({"command": [str(word) for word in command], **{n: vars(o) for n, o in outcomes.items()}})


@pytest.mark.parametrize(
    "name",
    [
        "answers",
        "array_copies",
        "arrays",
        "asynchronous",
        "atomics",
        "attributes",
        "behind_legacy",
        "callbacks",
        "cancelled",
        "capture_body",
        "devices",
        "early_library",
        "end_while_busy",
        "errors_device",
        "errors_launch",
        "errors_memory",
        "errors_stream",
        "every_copy",
        "every_handle",
        "every_value",
        "graph_arrays",
        "graph_changes",
        "graph_conditions",
        "graph_copies",
        "graph_corners",
        "graph_ends",
        "graph_functions",
        "graph_memory",
        "graph_order",
        "graph_parts",
        "graphs",
        "large_parameters",
        "launch_attributes",
        "left_streams",
        "limits",
        "linker",
        "load_options",
        "lost_many",
        "memops",
        "pool_facts",
        "pool_kinds",
        "pool_reuse",
        "prefetch_batches",
        "mipmaps",
        "memory",
        "old_launches",
        "one_thread",
        "references",
        "reset_threads",
        "shared_events",
        "shared_memory",
        "shared_physical",
        "shared_pools",
        "small_copies",
        "textures",
        "mipmap_textures",
        "threads",
        "copy_batches",
        "copy_boxes",
        "user_objects",
        "virtual_memory",
        "whole_context",
    ],
)
def test_driver_program(name, compile_c, server):
    compare([compile_c(PROGRAMS / f"{name}.c")], server)


@pytest.mark.parametrize(("wanted", "mode"), [("", 2), ("LAZY", 2), ("DEFAULT", 2), ("EAGER", 1)])
def test_functions_are_loaded_when_they_are_first_used_or_with_their_module(wanted, mode, compile_c, server):
    chosen = {"CUDA_MODULE_LOADING": wanted} if wanted else {}
    output = compare([compile_c(PROGRAMS / "loading.c")], server, **chosen).output
    first, last = output.split("# enumerated\n")[1].splitlines()[:3], output.splitlines()[-1]
    assert f"mode {mode}\n" in output and last == "1"
    assert first == [f"{name} {'loaded' if mode == 1 else 'not loaded'}" for name in ("fill", "total", "nothing")]
    assert ("attribute 0: 913, -7\n" in output) == (mode == 2)


def test_level_2_cache_can_be_set_aside_on_newer_devices(compile_c, tmp_path):
    newer = {"SOFTGPU_CC": "9.0"}
    with running.dispatcher(tmp_path, "--softgpu", "1", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"], **newer) as server:
        outcome = compare([compile_c(PROGRAMS / "attributes.c")], server, **newer)
    assert "# level-2 cache\n3145728\n" in outcome.output


def test_what_a_program_asks_to_be_told_and_core_dumps_are_kept(compile_c, server, tmp_path):
    outcome = compare([compile_c(PROGRAMS / "notices.c"), tmp_path / "log"], server)
    assert outcome.output.count("the context:") == 3


def test_kernel_that_is_launched_as_urgent_runs_before_others(compile_c, tmp_path):
    one = {"SOFTGPU_THREADS": "1"}
    with running.dispatcher(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"], **one) as server:
        assert "order 231\n" in compare([compile_c(PROGRAMS / "launch_priority.c")], server, **one).output


@pytest.mark.parametrize("device", [{"THREADS": "8"}, {"THREADS": "1"}, {"THREADS": "20", "CC": "9.0"}], ids=str)
def test_green_contexts(device, compile_c, tmp_path):
    extra = {f"SOFTGPU_{name}": value for name, value in device.items()}
    with running.dispatcher(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"], **extra) as server:
        compare([compile_c(PROGRAMS / "green.c")], server, **extra)


def test_limits_of_a_device_whose_kernels_wait_for_no_others(compile_c, tmp_path):
    newer = {"SOFTGPU_CC": "9.0"}
    with running.dispatcher(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"], **newer) as server:
        outcome = compare([compile_c(PROGRAMS / "limits.c")], server, **newer)
    assert "limit 3 to 2: 215, " in outcome.output


def test_errors_of_launches_are_told_at_the_launch(compile_c, server):
    compare([compile_c(PROGRAMS / "launch_checks.c")], server)


def test_first_launch_of_a_configuration_alone_waits_for_the_server(compile_c, server):
    program = compile_c(PROGRAMS / "launch_again.c")
    for times in ("1", "400"):
        outcome = running.run([program, times], running.remote(server.port))
        assert outcome.code == 0, outcome.output + outcome.errors
    few, many = asks_of_sessions(server, program.name, count=2)
    assert few == many


def asks_of_sessions(server: running.Dispatcher, program: str, count: int = 0) -> list[int]:
    """How many calls each of the program's sessions asked, once that many have ended."""
    return [line["asks"] for line in ended_sessions(server, program, count)]


def ended_sessions(server: running.Dispatcher, program: str, count: int) -> list[dict]:
    """What the log says of the program's sessions, once that many have ended."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        lines = [json.loads(line) for line in server.log().splitlines() if '"session.ended"' in line]
        ended = [line for line in lines if line["program"] == program]
        if len(ended) >= count:
            return ended
        time.sleep(0.02)
    raise AssertionError(f"the sessions did not end:\n{server.log()}")


@pytest.mark.parametrize("name", ["memory", "small_copies", "devices", "array_copies"])
def test_driver_program_with_a_server_for_each_device(name, compile_c, single_servers):
    compare([compile_c(PROGRAMS / f"{name}.c")], *single_servers)


def test_stream_that_does_not_move_holds_up_nobody_else(compile_c, server):
    outcome = compare([compile_c(PROGRAMS / "asynchronous.c"), "flood"], server)
    assert outcome.output == "others go on\n3000 launches\n"


@pytest.mark.parametrize("way", ["exit", "destroy", "reset", "release"])
def test_stream_that_waits_for_memory_for_ever_keeps_nothing_from_its_end(way, compile_c, server):
    program = compile_c(PROGRAMS / "left_waiting.c")
    ended = len(asks_of_sessions(server, program.name))
    outcome = compare([program, way], server)
    assert "beside it: 5\n" in outcome.output
    asks_of_sessions(server, program.name, count=ended + 1)


@pytest.mark.parametrize("way", ["exit", "inside", "fork", "stuck", "destroy", "reset", "release"])
def test_functions_that_run_or_have_yet_to_run_at_an_end(way, compile_c, server):
    program = compile_c(PROGRAMS / "left_functions.c")
    ended = len(asks_of_sessions(server, program.name))
    compare([program, way], server)
    asks_of_sessions(server, program.name, count=ended + 1)


@pytest.mark.parametrize("where", ["null", "end", "misaligned"])
def test_kernel_that_writes_out_of_bounds(where, compile_c, server):
    outcome = compare([compile_c(PROGRAMS / "fault.c"), where], server)
    expected = 716 if where == "misaligned" else 700
    assert f" {expected} " in outcome.output.splitlines()[0]


@pytest.mark.parametrize("where", ["device", "context"])
def test_fault_in_one_context_is_not_told_in_another(where, compile_c, server):
    outcome = compare([compile_c(PROGRAMS / "lost_apart.c"), where], server)
    assert outcome.output.count(": was told nothing") == 3 and " 700 " in outcome.output.splitlines()[1]


def sections(output: str) -> dict[str, list[str]]:
    """The lines below each title of a program that prints titles."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:], [])
        elif found:
            lines.append(line)
    return found


@pytest.mark.parametrize("where", ["device", "context", "thread"])
def test_lost_context_says_so_at_every_call_and_others_never_do(where, compile_c, server):
    found = sections(compare([compile_c(PROGRAMS / "lost.c"), where], server).output)
    if where != "thread":
        assert sum(" 700 " in line for line in found["the lost context"]) > 80
        assert sum(" 700 " in line for line in found["the other context, what belongs to the lost one"]) > 20
    whole = found["another thread, its own context" if where == "thread" else "the other context"]
    assert len(whole) > 100 and not [line for line in whole if " 700 " in line]
    anew = found["a new context in place of the lost one"]
    assert len(anew) > 100 and not [line for line in anew if " 700 " in line]


LATER = ("host_alloc", "make_stream", "get_flags", "get_range", "query_event", "record", "fill", "get_attribute")


@pytest.mark.parametrize("kind", LATER)
def test_loss_is_told_by_whatever_is_called_first_after_it(kind, compile_c, server):
    outcome = compare([compile_c(PROGRAMS / "lost_later.c"), kind], server)
    assert [line.split()[-2] for line in outcome.output.splitlines()] == ["700", "700"]


@pytest.mark.parametrize("how", ["destroy", "reset", "release"])
def test_what_belonged_to_a_context_that_ended(how, compile_c, server):
    assert compare([compile_c(PROGRAMS / "gone.c"), how], server).output.count("\n") > 500


@pytest.mark.parametrize("how", ["destroy", "reset"])
def test_context_that_ended_while_it_was_current(how, compile_c, server):
    assert compare([compile_c(PROGRAMS / "gone_current.c"), how], server).output.count(" 709 ") > 50


CODES = (302, 303, 304, 500, 300, 802, 803, 999)  # that nothing else gives
ONCE = (
    (
        "cuMemcpyHtoDAsync_v2",
        "cuMemsetD8Async",
        "cuLaunchKernel",
        "cuMemFreeAsync",
        "cuMemFree_v2",
        "cuStreamDestroy_v2",
        "cuModuleUnload",
        "cuLibraryUnload",
    ),
    (
        "cuMemcpyDtoDAsync_v2",
        "cuMemcpyPeerAsync",
        "cuMemcpy2DAsync_v2",
        "cuMemsetD2D32Async",
        "cuCtxSetCacheConfig",
        "cuFuncSetCacheConfig",
        "cuKernelSetCacheConfig",
        "cuEventRecordWithFlags",
    ),
    ("cuMemcpyDtoHAsync_v2", "cuCtxSetSharedMemConfig", "cuCtxResetPersistingL2Cache", "cuFuncSetSharedMemConfig"),
)


def faults_of(*names: str) -> str:
    return ",".join(f"{name}:1:{code}" for name, code in zip(names, CODES, strict=False))


@pytest.mark.parametrize("failing", ONCE, ids=lambda names: names[0])
def test_error_of_a_call_without_a_reply_is_told_once_in_its_context(failing, compile_c, tmp_path):
    faults = faults_of(*failing)
    with running.dispatcher(
        tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"], SOFTGPU_FAULT=faults
    ) as faulty:
        outcome = compare([compile_c(PROGRAMS / "told_once.c")], faulty, SOFTGPU_FAULT=faults)
    told = [int(line.split()[-2]) for line in outcome.output.splitlines()]
    assert [code for code in told if code] == list(CODES[: len(failing)])


def test_error_of_a_call_that_concerns_another_context_is_told_there(compile_c, tmp_path):
    of_stream = (
        "cuMemsetD8Async",
        "cuLaunchKernel",
        "cuMemcpyPeerAsync",
        "cuEventRecordWithFlags",
        "cuStreamDestroy_v2",
        "cuEventDestroy_v2",
    )
    faults = faults_of(*of_stream, "cuMemcpyHtoDAsync_v2", "cuMemFree_v2")
    with running.dispatcher(
        tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"], SOFTGPU_FAULT=faults
    ) as faulty:
        outcome = running.run([compile_c(PROGRAMS / "told_across.c")], running.remote(faulty.port))
    told = [line.rpartition(": ")[2] for line in outcome.output.splitlines()]
    expected = [f"{code} by the first context" for code in CODES[:6]] + [
        f"{code} by the second context" for code in CODES[6:]
    ]
    assert (outcome.code, told) == (0, expected), outcome.errors


def test_driver_example(compile_c, server):
    outcome = compare([compile_c(EXAMPLES / "driver_c" / "vectoradd.c"), "300001"], server)
    assert "300001 sums, 0 wrong" in outcome.output


@pytest.mark.parametrize("cudart", ["static", "shared"])
@pytest.mark.parametrize("name", CUDA_EXAMPLES)
def test_cuda_example(name, cudart, compile_cuda, nvcc, server):
    program = compile_cuda(EXAMPLES / "cuda" / f"{name}.cu", "-cudart", cudart)
    paths = os.pathsep.join(str(path) for path in nvcc.library_path)
    extra = {"LD_LIBRARY_PATH": paths} if cudart == "shared" and paths else {}
    outcome = compare([program], server, **extra)
    assert ", 0 wrong" in outcome.output


@pytest.mark.parametrize("name", ["callback_features", "runtime_errors", "runtime_features", "stream_features"])
def test_cuda_program(name, compile_cuda, server):
    outcome = compare([compile_cuda(PROGRAMS / f"{name}.cu")], server)
    rights = {"callback_features": 1, "runtime_features": 7, "stream_features": 1}
    assert outcome.output.count(": 0 wrong\n") == rights.get(name, 0)


@pytest.mark.parametrize("parts", [("uses", "helps"), ("stands", "helps"), ("stands", "uses", "helps")], ids="-".join)
@pytest.mark.parametrize("code", [(), ("-arch=compute_75",)], ids=["machine-code", "ptx"])
def test_program_of_several_files_of_device_code(code, parts, compile_cuda, server):
    """With PTX alone, CUDA's device runtime is among the files."""
    program = compile_cuda(
        PROGRAMS / "linked" / "main.cu", "-rdc=true", *code, *(f"-DPART_{part}" for part in parts), with_=parts
    )
    outcome = compare([program], server)
    called = [name for name in ("uses", "stands") if name in parts]
    got = (6 if "uses" in parts else -1, 7 if "stands" in parts else -1)
    assert outcome.output.splitlines() == [*(f"{name}: no error" for name in called), f"got {got[0]} {got[1]}"]


def test_kernels_that_start_kernels_are_refused_by_name(compile_cuda, server):
    program = compile_cuda(PROGRAMS / "nested.cu", "-rdc=true")
    outcome = compare([program], server)
    assert outcome.output.splitlines() == ["device kernel image is invalid", "got 0"]
    assert "Undefined reference to '__cudaCDP2LaunchDeviceV2'" in outcome.errors


def test_images_of_linked_programs_are_read_alike_and_say_the_same(compile_c, server):
    outcome = compare([compile_c(PROGRAMS / "linked_images.c")], server)
    results = [line.split()[-1] for line in outcome.output.splitlines() if line.startswith("cuModuleLoadDataEx")]
    assert results == ["CUDA_SUCCESS"] * 4 + [
        "CUDA_ERROR_INVALID_IMAGE",
        "CUDA_SUCCESS",
        "CUDA_ERROR_NO_BINARY_FOR_GPU",
    ]
    assert outcome.output.count("Undefined reference to 'nobody' in 'file 2'") == 2


def test_program_of_one_file_of_device_code_and_another_of_host_code(compile_cuda, server):
    program = compile_cuda(PROGRAMS / "linked" / "main.cu", "-rdc=true", "-DPART_stands", with_=["stands"])
    assert compare([program], server).output.splitlines() == ["stands: no error", "got -1 7"]


def test_cuda_example_with_a_default_stream_per_thread(compile_cuda, server):
    program = compile_cuda(EXAMPLES / "cuda" / "streams_events.cu", "--default-stream", "per-thread")
    compare([program], server)


def test_what_kernels_print(compile_cuda, server):
    outcome = compare([compile_cuda(PROGRAMS / "printf.cu")], server)
    assert "0 of 1:  3.00|text  |c|0x40000000000|%\nafter the stream" in outcome.output


def test_every_geometry_is_written_through_a_surface_and_read_through_a_texture(compile_cuda, server):
    output = compare([compile_cuda(PROGRAMS / "sampling.cu")], server).output
    # Of line, plane, space: the texels themselves, once each has been stepped over in quarters.
    assert "line: 0 0 0 0 1 1 1 1 2 2 2 2 3 3 3 3 4 4 4 4 5 5 5 5 6 6 6 6 7 7 7 7\n" in output
    assert "memory: 0 1 4 9 16 25 36" in output


def test_128_bit_integers_are_those_of_the_host(compile_cuda, server):
    outcome = compare([compile_cuda(PROGRAMS / "int128.cu")], server)
    assert outcome.output.startswith("no error, ")
    assert outcome.output.count(": 0 wrong\n") == 12, outcome.output


@pytest.mark.parametrize("seen", ["sync", "query"])
def test_text_of_a_failed_assertion_is_the_programs(seen, compile_cuda, server):
    program = compile_cuda(PROGRAMS / "assert.cu")
    outcome = compare([program, seen], server)
    assert outcome.output.splitlines()[1:] == [*(f"thread {k}" for k in range(4)), "after the error was seen: 710"]
    there = running.run([program, seen], running.remote(server.port))
    # softgpu's own line about the fault comes at once, the kernel's text when the program learns of it.
    told = [line for line in outcome.errors.splitlines() if not line.startswith("softgpu:")]
    assert there.errors == outcome.errors and len(outcome.errors.splitlines()) == len(told) + 1
    assert "thread: [3,0,0] Assertion `(int)threadIdx.x < limit` failed." in told[1] and told[2] == "host last"


def test_loads_that_the_compiler_widened_end_no_program(compile_cuda, server):
    outcome = compare([compile_cuda(PROGRAMS / "wide_loads.cu")], server)
    assert outcome.output.count(": no error, right\n") == 5, outcome.output


def test_limit_of_the_heap_of_kernels(compile_cuda, server):
    outcome = compare([compile_cuda(PROGRAMS / "heap_limit.cu")], server)
    sizes = ["4 MiB: cudaSuccess, taken", "20 MiB: cudaSuccess, taken", "60 MiB: cudaSuccess, no room"]
    assert outcome.output.splitlines() == [
        "set: cudaSuccess",
        *sizes,
        "set again: cudaErrorInvalidValue",
        "limit: 67108864",
    ]


def test_cuda_examples_are_all_there():
    assert {"vectorAdd", "matmul_tiled", "reduce_shuffle", "histogram", "streams_events", "deviceQuery"} <= set(
        CUDA_EXAMPLES
    )


def test_nvrtc_example(server):
    if importlib.util.find_spec("numpy") is None or not any(toolkit.site_packages().glob("**/libnvrtc.so*")):
        toolkit.missing("NVRTC or numpy", "pip install numpy 'nvidia-cuda-nvrtc==13.0.*'")
    compare([sys.executable, EXAMPLES / "python" / "nvrtc_saxpy.py", "100003"], server)


@pytest.mark.parametrize("name", ["driver", "runtime"])
def test_cuda_python_program(name, server):
    compare([sys.executable, PROGRAMS / f"python_{name}.py"], server)


def test_cublas(compile_c, server):
    library = toolkit.cublas()
    if library is None:
        toolkit.missing("cuBLAS", "make cuda-packages")
    outcome = compare([compile_c(PROGRAMS / "cublas.c"), library], server)
    assert outcome.output.count(": 0 wrong\n") == 13


@pytest.mark.parametrize("version", toolkit.RUNTIMES)
def test_runtime_of_release(version, compile_c, server):
    library = toolkit.runtime(version)
    if library is None:
        toolkit.missing(f"CUDA runtime {version}", "make cuda-packages")
    outcome = compare([compile_c(PROGRAMS / "cudart.c"), library], server)
    assert "2000 elements, 0 wrong" in outcome.output
