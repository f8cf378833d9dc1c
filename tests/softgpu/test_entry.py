"""What every call does first, and the environment: each case in a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import softcuda as cuda
from fresh import CONTEXT, python, result

HERE = Path(__file__).resolve().parent


def test_calls_before_cuinit():
    script = """
out = c_int(7)
print(driver.cuDeviceGetCount(byref(out)), out.value, driver.cuCtxSynchronize(), driver.cuMemFree_v2(c_uint64(0)))
print(driver.cuDriverGetVersion(byref(out)), out.value)
"""
    assert result(script).split("\n") == ["3 7 3 3", "0 13090"]
    assert result(script, SOFTGPU_DRIVER_VERSION="12040").endswith("0 12040")


def test_loading_the_library_starts_no_thread_and_prints_nothing():
    outcome = python(
        "print(len(os.listdir('/proc/self/task')))" + CONTEXT + "print(len(os.listdir('/proc/self/task')))"
    )
    assert (outcome.output, outcome.errors) == ("1\n1\n", "")


FAULT = (
    CONTEXT
    + """
pointer = c_uint64()
print(*(driver.cuMemAlloc_v2(byref(pointer), c_uint64(16)) for _ in range(5)), driver.cuCtxSynchronize())
"""
)


def test_fault_injection_hits_the_nth_call_of_one_name():
    assert result(FAULT, SOFTGPU_FAULT="cuMemAlloc_v2:3:2") == "0 0 2 0 0 0"
    assert result(FAULT, SOFTGPU_FAULT="cuMemAlloc_v2:1:2,cuCtxSynchronize:1:999") == "2 0 0 0 0 999"
    assert result("print(driver.cuInit(0))", SOFTGPU_FAULT="cuInit:1:100") == "100"


def test_an_injected_fault_of_a_kernel_stays():
    assert result(FAULT, SOFTGPU_FAULT="cuMemAlloc_v2:2:719") == "0 719 719 719 719 719"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOFTGPU_DEVICES", "0"),
        ("SOFTGPU_DEVICES", "65"),
        ("SOFTGPU_DEVICES", "two"),
        ("SOFTGPU_MEMORY", "1GiB"),
        ("SOFTGPU_MEMORY", "-1"),
        ("SOFTGPU_CC", "7.4"),
        ("SOFTGPU_BOUNDS", "0"),
        ("SOFTGPU_BOUNDS", "500"),
        ("SOFTGPU_BOUNDS", "4194304"),
        ("SOFTGPU_BOUNDS", "0x200"),
        ("SOFTGPU_THREADS", "0"),
        ("SOFTGPU_DRIVER_VERSION", "13.0"),
        ("SOFTGPU_FAULT", "cuMemAlloc_v2"),
        ("SOFTGPU_FAULT", "cuMemAlloc_v2:0:2"),
    ],
)
def test_a_setting_that_is_not_understood_is_refused_by_name(name, value):
    outcome = python("print(driver.cuInit(0))", **{name: value})
    assert outcome.output == "1\n"
    assert f"{name}={value}" in outcome.errors
    assert "give" in outcome.errors


DEVICES = """
code = driver.cuInit(0)
count = c_int(-1)
driver.cuDeviceGetCount(byref(count))
buses = []
for i in range(count.value):
    bus = c_int()
    assert driver.cuDeviceGetAttribute(byref(bus), 33, i) == 0
    buses.append(bus.value - 16)
print(code, buses)
"""


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ("2,0", "0 [2, 0]"),
        ("1", "0 [1]"),
        ("0,9,1", "0 [0]"),
        ("", "100 []"),
        ("-1", "100 []"),
        (" 1 , 3 ", "0 [1, 3]"),
        ("GPU-736f6674", "100 []"),
        ("2,GPU-736f6674", "0 [2]"),
    ],
)
def test_visible_devices(visible, expected):
    assert result(DEVICES, SOFTGPU_DEVICES="4", CUDA_VISIBLE_DEVICES=visible) == expected


UUIDS = """
assert driver.cuInit(0) == 0
for device in range(4):
    uuid = (ctypes.c_ubyte * 16)()
    assert driver.cuDeviceGetUuid(uuid, device) == 0
    print(bytes(uuid).hex())
"""


def test_visible_device_by_its_uuid():
    uuid = result(UUIDS, SOFTGPU_DEVICES="4").split()[2]
    text = "GPU-" + "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]))
    assert result(DEVICES, SOFTGPU_DEVICES="4", CUDA_VISIBLE_DEVICES=text) == "0 [2]"
    assert result(DEVICES, SOFTGPU_DEVICES="3", CUDA_VISIBLE_DEVICES=text[:-1]) == "100 []"


def test_devices_are_told_apart():
    script = """
assert driver.cuInit(0) == 0
found = set()
for i in range(64):
    uuid, bus = ctypes.create_string_buffer(16), ctypes.create_string_buffer(32)
    assert driver.cuDeviceGetUuid(uuid, i) == 0
    assert driver.cuDeviceGetPCIBusId(bus, 32, i) == 0
    back = c_int(-1)
    assert driver.cuDeviceGetByPCIBusId(byref(back), bus) == 0 and back.value == i
    found.add((uuid.raw, bus.value))
print(len(found), len({u for u, _ in found}), len({b for _, b in found}))
"""
    assert result(script, SOFTGPU_DEVICES="64") == "64 64 64"


def test_memory_of_one_device_is_not_the_others():
    script = """
assert driver.cuInit(0) == 0
for device in (0, 1):
    context, pointer, free, total = c_void_p(), c_uint64(), c_uint64(), c_uint64()
    assert driver.cuCtxCreate_v2(byref(context), 0, device) == 0
    assert driver.cuMemAlloc_v2(byref(pointer), c_uint64(1 << 20)) == 0
    assert driver.cuMemGetInfo_v2(byref(free), byref(total)) == 0
    ordinal = c_int(-1)
    assert driver.cuPointerGetAttribute(byref(ordinal), 9, pointer) == 0
    print(free.value, total.value, ordinal.value)
"""
    expected = [f"{(3 << 20) + (1 << 19)} {(4 << 20) + (1 << 19)} {device}" for device in (0, 1)]
    assert result(script, SOFTGPU_DEVICES="2", SOFTGPU_MEMORY=str((4 << 20) + (1 << 19))).split("\n") == expected


def test_a_forked_child_gets_errors_not_a_hang():
    script = (
        CONTEXT
        + """
child = os.fork()
if child == 0:
    pointer = c_uint64()
    codes = driver.cuInit(0), driver.cuMemAlloc_v2(byref(pointer), c_uint64(4)), driver.cuCtxSynchronize()
    os._exit(0 if codes == (3, 3, 3) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), driver.cuCtxSynchronize())
"""
    )
    assert result(script) == "0 0"


def test_a_process_may_end_while_kernels_run():
    script = (
        CONTEXT
        + f"""
text = {cuda.KERNELS!r}.encode() + b"\\0"
module, function, flag = c_void_p(), c_void_p(), c_void_p()
assert driver.cuModuleLoadData(byref(module), text) == 0
assert driver.cuModuleGetFunction(byref(function), module, b"gate") == 0
assert driver.cuMemHostAlloc(byref(flag), c_uint64(8), 0) == 0  # what opens the gate, and what says that it has begun
c_uint64.from_address(flag.value).value = 0
params = (c_void_p * 1)(ctypes.addressof(flag))
for _ in range(100):
    assert driver.cuLaunchKernel(function, 8, 1, 1, 32, 1, 1, 0, None, params, None) == 0
print("leaving")
"""
    )
    assert result(script) == "leaving"


@pytest.mark.parametrize("threads", ["1", "3"])
def test_work_is_done_with_any_number_of_threads(threads):
    script = (
        f"import sys; sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent)!r}]\n"
        """
import softcuda as cuda
context = cuda.handle("cuCtxCreate_v2", 0, 0)
add, address = cuda.function(cuda.module(), "add"), cuda.allocate(4096)
cuda.must("cuMemsetD32_v2", address, 0, 1024)
for _ in range(2000):
    cuda.launch(add, address, 1, grid=8, block=128)
print(set(cuda.words(address, 1024)), cuda.attribute(16))
"""
    )
    assert result(script, SOFTGPU_THREADS=threads) == f"{{2000}} {threads}"


def test_every_attribute_is_answered():
    cuda.library()
    assert [cuda.attribute(which) for which in (1, 10, 75, 76, 97)] == [1024, 32, 7, 5, 65536]
    for which in range(1, 151):
        cuda.attribute(which)
    for which in (0, 151, 10_000):
        assert cuda.call("cuDeviceGetAttribute", cuda.byref(cuda.c_int()), which, 0) == cuda.INVALID_VALUE
    assert cuda.call("cuDeviceGetAttribute", cuda.byref(cuda.c_int()), 1, 99) == cuda.INVALID_DEVICE


def test_the_library_exports_the_driver_api_and_nothing_of_ours():
    symbols = subprocess.run(
        ["nm", "-D", "--defined-only", str(cuda.LIBRARY)], capture_output=True, text=True, check=True
    ).stdout
    names = {line.split()[-1] for line in symbols.splitlines()}
    assert len([name for name in names if name.startswith("cu")]) >= 634
    assert not [name for name in names if name.startswith(("sg_", "lc_", "ptx_"))]


# By the programming guide's table: threads and blocks a multiprocessor, KiB of shared memory of one and for one block.
ARCHITECTURES = {
    "7.0": (2048, 32, 96, 96), "7.5": (1024, 16, 64, 64), "8.0": (2048, 32, 164, 163), "8.6": (1536, 16, 100, 99),
    "8.7": (1536, 16, 164, 163), "8.8": (1536, 16, 100, 99), "8.9": (1536, 24, 100, 99), "9.0": (2048, 32, 228, 227),
    "10.0": (2048, 32, 228, 227), "10.3": (2048, 32, 228, 227), "11.0": (1536, 24, 228, 227), "12.0": (1536, 24, 100, 99),
    "12.1": (1536, 24, 100, 99), "13.0": (2048, 32, 228, 227),
}  # fmt: skip


@pytest.mark.parametrize("capability", ARCHITECTURES)
def test_compute_capability_and_what_follows_from_it(capability):
    script = """
assert driver.cuInit(0) == 0
value, found = c_int(), []
for attribute in (75, 76, 39, 106, 81, 97):
    assert driver.cuDeviceGetAttribute(byref(value), attribute, 0) == 0
    found.append(value.value)
print(*found)
"""
    threads, blocks, shared, optin = ARCHITECTURES[capability]
    found = result(script, SOFTGPU_CC=capability)
    assert found == f"{capability.replace('.', ' ')} {threads} {blocks} {shared << 10} {optin << 10}"
