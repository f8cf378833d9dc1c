"""softgpu's NVML as a program sees it, and that it says what softgpu's libcuda says."""

from __future__ import annotations

import re
import subprocess

import nvmlview
import pytest
from nvmlview import python, value

GIB = 1 << 30
RAW = """
lib = ctypes.CDLL("libnvidia-ml.so.1")
c_uint, byref, c_void_p = ctypes.c_uint, ctypes.byref, ctypes.c_void_p
"""
STARTED = (
    RAW
    + """
lib.nvmlInit_v2()
device = c_void_p()
assert lib.nvmlDeviceGetHandleByIndex_v2(0, byref(device)) == 0
"""
)
BOTH = """
driver = ctypes.CDLL("libcuda.so.1")
assert driver.cuInit(0) == 0
nvml.nvmlInit()
context, pointer = ctypes.c_void_p(), ctypes.c_uint64()
def call(name, *arguments):
    assert getattr(driver, name)(*arguments) == 0, name
"""


@pytest.fixture(autouse=True)
def own_registry(tmp_path, monkeypatch):
    """Nobody else's processes are seen. clean_environment drops the variable, so nvmlview.python is given it again."""
    path = str(tmp_path / "registry")
    kept = nvmlview.environment
    monkeypatch.setattr(nvmlview, "environment", lambda **extra: kept(**{"SOFTGPU_REGISTRY": path, **extra}))


# ---- start and end


def test_nothing_is_answered_before_init_and_after_the_last_shutdown():
    script = (
        RAW
        + """
    lib.nvmlErrorString.restype = ctypes.c_char_p
    out = c_uint(7)
    def all_refuse():
        return {lib.nvmlDeviceGetCount_v2(byref(out)), lib.nvmlDeviceGetTemperature(None, 0, byref(out)), lib.nvmlShutdown(),
                lib.nvmlDeviceSetComputeMode(None, 0), lib.nvmlSystemGetDriverVersion(None, 0), lib.nvmlEventSetCreate(None)}
    codes = [all_refuse(), out.value, lib.nvmlInit_v2(), lib.nvmlInitWithFlags(1), lib.nvmlShutdown()]
    codes += [lib.nvmlDeviceGetCount_v2(byref(out)), out.value, lib.nvmlShutdown(), all_refuse(), lib.nvmlErrorString(1)]
    print(codes)
    """.replace("\n    ", "\n")
    )
    assert value(script) == [{1}, 7, 0, 0, 0, 0, 1, 0, {1}, b"Uninitialized"]


def test_unknown_flags_and_settings_are_refused_by_name():
    assert value(RAW + "print(lib.nvmlInitWithFlags(8))") == 2
    outcome = python(RAW + "print(lib.nvmlInit_v2())", SOFTGPU_DEVICES="0")
    assert outcome.output == "999\n"
    assert "SOFTGPU_DEVICES=0" in outcome.errors


def test_it_starts_no_thread_makes_no_registry_and_prints_nothing(tmp_path):
    registry = tmp_path / "unmade"
    script = "nvml.nvmlInit()\nprint(nvml.nvmlDeviceGetCount(), len(os.listdir('/proc/self/task')))"
    outcome = python(script, SOFTGPU_REGISTRY=str(registry))
    assert (outcome.output, outcome.errors) == ("1 1\n", "")
    assert not registry.exists()


def test_every_function_of_nvidia_ml_py_is_exported():
    script = """
    from pathlib import Path
    import re
    names = set(re.findall(r'_nvmlGetFunctionPointer\\(["\\'](nvml\\w+)', Path(nvml.__file__).read_text()))
    lib = ctypes.CDLL("libnvidia-ml.so.1")
    print((len(names), [name for name in names if not hasattr(lib, name)]))
    """
    count, absent = value(script)
    assert count > 200 and absent == []


def test_nothing_but_nvml_is_exported():
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", nvmlview.DIRECTORY / "libnvidia-ml.so.1"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = [line.split()[-1] for line in listed.stdout.splitlines()]
    assert len(names) > 400
    assert [name for name in names if not re.match("nvml[A-Z]", name)] == []


# ---- what libcuda says as well


def test_devices_are_those_of_libcuda():
    script = (
        BOTH
        + """
    import uuid
    pairs = []
    for i in range(2):
        raw, bus, major, minor, cores = ctypes.create_string_buffer(16), ctypes.create_string_buffer(32), *(ctypes.c_int() for _ in "123")
        name, total = ctypes.create_string_buffer(96), ctypes.c_size_t()
        call("cuDeviceGetUuid", raw, i)
        call("cuDeviceGetPCIBusId", bus, 32, i)
        call("cuDeviceGetName", name, 96, i)
        call("cuDeviceTotalMem_v2", ctypes.byref(total), i)
        call("cuDeviceGetAttribute", ctypes.byref(major), 75, i)
        call("cuDeviceGetAttribute", ctypes.byref(minor), 76, i)
        call("cuDeviceGetAttribute", ctypes.byref(cores), 16, i)
        device = nvml.nvmlDeviceGetHandleByPciBusId(bus.value)
        pairs.append((("GPU-" + str(uuid.UUID(bytes=raw.raw)), bus.value.decode(), name.value.decode(), total.value, (major.value, minor.value), cores.value),
            (nvml.nvmlDeviceGetUUID(device), nvml.nvmlDeviceGetPciInfo(device).busIdLegacy.lower(), nvml.nvmlDeviceGetName(device),
             nvml.nvmlDeviceGetMemoryInfo(device).total, nvml.nvmlDeviceGetCudaComputeCapability(device), nvml.nvmlDeviceGetAttributes(device).multiprocessorCount)))
    version = ctypes.c_int()
    call("cuDriverGetVersion", ctypes.byref(version))
    pairs.append((version.value, nvml.nvmlSystemGetCudaDriverVersion()))
    print(pairs)
    """.replace("\n    ", "\n")
    )
    pairs = value(
        script,
        SOFTGPU_DEVICES="2",
        SOFTGPU_CC="8.6",
        SOFTGPU_MEMORY=str(3 * GIB),
        SOFTGPU_DRIVER_VERSION="12040",
        SOFTGPU_THREADS="3",
    )
    assert len(pairs) == 3
    for of_driver, of_nvml in pairs:
        assert of_driver == of_nvml
    assert pairs[0] != pairs[1]


def test_free_memory_is_what_cumemgetinfo_says():
    script = (
        BOTH
        + """
    call("cuCtxCreate_v2", ctypes.byref(context), 0, 0)
    call("cuMemAlloc_v2", ctypes.byref(pointer), ctypes.c_uint64(5 << 20))
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    call("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
    device = nvml.nvmlDeviceGetHandleByIndex(0)
    v1, v2 = nvml.nvmlDeviceGetMemoryInfo(device), nvml.nvmlDeviceGetMemoryInfo(device, version=nvml.nvmlMemory_v2)
    bar1 = nvml.nvmlDeviceGetBAR1MemoryInfo(device)
    print(((free.value, total.value), (v1.free, v1.total), (v2.free, v2.total), (bar1.bar1Free, bar1.bar1Total), v1.used, v2.used, v2.reserved))
    """.replace("\n    ", "\n")
    )
    driver, v1, v2, bar1, used, used_v2, reserved = value(script, SOFTGPU_MEMORY=str(GIB))
    assert driver == v1 == v2 == bar1 == (GIB - (5 << 20), GIB)
    assert (used, used_v2, reserved) == (5 << 20, 5 << 20, 0)


# ---- handles and arguments


def test_a_device_is_found_by_each_of_its_names():
    script = """
    nvml.nvmlInit()
    device = nvml.nvmlDeviceGetHandleByIndex(1)
    pci = nvml.nvmlDeviceGetPciInfo(device)
    ways = [nvml.nvmlDeviceGetHandleByUUID(nvml.nvmlDeviceGetUUID(device)), nvml.nvmlDeviceGetHandleByPciBusId(pci.busId),
            nvml.nvmlDeviceGetHandleByPciBusId(pci.busIdLegacy)]
    print([nvml.nvmlDeviceGetIndex(way) for way in ways] + [nvml.nvmlDeviceGetMinorNumber(device), pci.bus, pci.busId, pci.busIdLegacy])
    """
    assert value(script, SOFTGPU_DEVICES="3", CUDA_VISIBLE_DEVICES="2") == [
        1,
        1,
        1,
        1,
        0x11,
        "00000000:11:00.0",
        "0000:11:00.0",
    ]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("nvmlDeviceGetHandleByIndex_v2(1, byref(out))", 2),
        ("nvmlDeviceGetHandleByIndex_v2(0, None)", 2),
        ("nvmlDeviceGetHandleByUUID(b'GPU-0', byref(out))", 6),
        ("nvmlDeviceGetHandleByPciBusId_v2(b'0000:99:00.0', byref(out))", 6),
        ("nvmlDeviceGetHandleByPciBusId_v2(b'nonsense', byref(out))", 2),
        ("nvmlDeviceGetHandleBySerial(b'1', byref(out))", 6),
        ("nvmlDeviceGetName(c_void_p(0x1000), text, 96)", 2),
        ("nvmlDeviceGetName(c_void_p(device.value + 1), text, 96)", 2),
        ("nvmlDeviceGetName(None, text, 96)", 2),
        ("nvmlDeviceGetName(device, text, 17)", 7),
        ("nvmlDeviceGetName(device, text, 18)", 0),
        ("nvmlDeviceGetName(device, None, 96)", 2),
        ("nvmlDeviceGetUUID(device, text, 40)", 7),
        ("nvmlSystemGetDriverVersion(text, 3)", 7),
        ("nvmlSystemGetProcessName(0x3fffff, text, 96)", 6),
        ("nvmlDeviceGetMemoryInfo_v2(device, text)", 25),
        ("nvmlDeviceGetTemperature(device, 0, byref(out))", 3),
        ("nvmlDeviceGetPowerUsage(device, byref(out))", 3),
        ("nvmlDeviceGetFanSpeed(device, byref(out))", 3),
        ("nvmlDeviceGetEccMode(device, byref(out), byref(out))", 3),
        ("nvmlDeviceGetMigMode(device, byref(out), byref(out))", 3),
        ("nvmlDeviceGetEncoderUtilization(device, byref(out), byref(out))", 3),
        ("nvmlDeviceGetClockInfo(device, 0, byref(out))", 3),
        ("nvmlDeviceGetSerial(device, text, 96)", 3),
        ("nvmlDeviceSetComputeMode(device, 0)", 4),
        ("nvmlDeviceGetSamples(device, 0, ctypes.c_uint64(0), byref(out), byref(out), None)", 3),
        ("nvmlDeviceGetSamples(device, 99, ctypes.c_uint64(0), byref(out), byref(out), None)", 2),
        ("nvmlDeviceGetComputeRunningProcesses_v3(device, byref(c_uint(3)), None)", 2),
        ("nvmlEventSetFree(c_void_p(0x1000))", 2),
    ],
)
def test_a_call_with_something_wrong_or_missing(call, code):
    script = STARTED + f"out, text = c_void_p(), ctypes.create_string_buffer(96)\nprint(lib.{call})"
    assert value(script) == code


LISTS = (
    STARTED
    + """
driver = ctypes.CDLL("libcuda.so.1")
driver.cuInit(0)
context = c_void_p()
assert driver.cuCtxCreate_v2(byref(context), 0, 0) == 0
results = []
for version, size in (("", 16), ("_v2", 24), ("_v3", 24)):
    get = getattr(lib, "nvmlDeviceGetComputeRunningProcesses" + version)
    count = c_uint(0)
    results.append((get(device, byref(count), None), count.value))
    room, count = (c_uint * 32)(*[0x55555555] * 32), c_uint(2)
    results.append((get(device, byref(count), room), count.value, room[0] == os.getpid(), room[size // 4] == 0x55555555, room[4]))
    count = c_uint(5)
    assert getattr(lib, "nvmlDeviceGetGraphicsRunningProcesses" + version)(device, byref(count), room) == 0
    results.append(count.value)
print(results)
"""
)


def test_lists_of_processes_tell_the_size_needed_and_write_no_more_than_their_version_has():
    whole = 0xFFFFFFFF
    expected = [[(7, 1), (0, 1, True, True, 0x55555555 if version == 1 else whole), 0] for version in (1, 2, 3)]
    assert value(LISTS) == [row for rows in expected for row in rows]


# ---- the rest


def test_event_sets_time_out_and_take_no_event():
    script = (
        STARTED
        + """
    events, data, types = c_void_p(), (ctypes.c_uint64 * 8)(), ctypes.c_uint64(7)
    codes = [lib.nvmlEventSetCreate(byref(events)), lib.nvmlDeviceGetSupportedEventTypes(device, byref(types)), types.value]
    codes += [lib.nvmlDeviceRegisterEvents(device, ctypes.c_uint64(0), events), lib.nvmlDeviceRegisterEvents(device, ctypes.c_uint64(8), events)]
    begun = time.monotonic()
    codes += [lib.nvmlEventSetWait_v2(events, data, 120), 0.12 <= time.monotonic() - begun < 30]
    codes += [lib.nvmlEventSetFree(events), lib.nvmlEventSetFree(events), lib.nvmlEventSetWait(events, data, 0)]
    print(codes)
    """.replace("\n    ", "\n")
    )
    assert value(script) == [0, 0, 0, 0, 3, 10, True, 0, 2, 2]


def test_a_forked_child_may_use_it_while_another_thread_of_its_parent_does():
    script = """
    import threading
    nvml.nvmlInit()
    device, ended = nvml.nvmlDeviceGetHandleByIndex(0), threading.Event()
    def ask():
        while not ended.is_set():
            nvml.nvmlDeviceGetMemoryInfo(device)
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    codes = []
    for _ in range(50):
        child = os.fork()
        if not child:
            os._exit(nvml.nvmlDeviceGetMemoryInfo(device).used or 3)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    ended.set()
    print(set(codes))
    """
    assert value(script.replace("\n    ", "\n")) == {3}


def test_topology_and_peers():
    script = """
    nvml.nvmlInit()
    one, other = map(nvml.nvmlDeviceGetHandleByIndex, range(2))
    levels = [nvml.nvmlDeviceGetTopologyCommonAncestor(one, device) for device in (one, other)]
    status = [nvml.nvmlDeviceGetP2PStatus(one, other, ctypes.c_int(index)) for index in (0, 2)]  # reading, NVLink
    nearest = nvml.nvmlDeviceGetTopologyNearestGpus(one, nvml.NVML_TOPOLOGY_NODE)
    print((levels, status, [nvml.nvmlDeviceGetIndex(device) for device in nearest], nvml.nvmlDeviceOnSameBoard(one, other)))
    """
    assert value(script, SOFTGPU_DEVICES="2") == ([0, 40], [0, 5], [1], 0)


@pytest.mark.parametrize(("cuda", "driver"), [("11000", "450"), ("12045", "550"), ("13000", "580"), ("13090", "590")])
def test_the_driver_has_the_branch_that_brought_its_cuda(cuda, driver):
    script = "nvml.nvmlInit()\nprint((nvml.nvmlSystemGetDriverVersion(), nvml.nvmlSystemGetNVMLVersion()))"
    assert value(script, SOFTGPU_DRIVER_VERSION=cuda) == (f"{driver}.0.0", f"{cuda[:2]}.{driver}.0.0")


def test_modes_of_a_device_that_cannot_be_changed():
    script = """
    nvml.nvmlInit()
    device = nvml.nvmlDeviceGetHandleByIndex(0)
    print((nvml.nvmlDeviceGetComputeMode(device), nvml.nvmlDeviceGetPersistenceMode(device), nvml.nvmlDeviceGetPerformanceState(device),
           nvml.nvmlDeviceGetDisplayActive(device), nvml.nvmlDeviceGetArchitecture(device), nvml.nvmlDeviceGetNumGpuCores(device),
           nvml.nvmlDeviceGetBrand(device), nvml.nvmlUnitGetCount(), nvml.nvmlSystemGetProcessName(os.getpid()).endswith("python")))
    """
    assert value(script, SOFTGPU_CC="9.0", SOFTGPU_THREADS="2") == (0, 0, 0, 0, 9, 256, 0, 0, True)
