"""What softgpu's NVML says of features that a software GPU has none of, and of the processors and memory that are near
it.
"""

from __future__ import annotations

import os

import pytest
from nvmlview import value

START = """
lib = ctypes.CDLL("libnvidia-ml.so.1")
u32, u64, byref = ctypes.c_uint, ctypes.c_uint64, ctypes.byref
lib.nvmlInit_v2()
devices = [ctypes.c_void_p(), ctypes.c_void_p()]
for index, device in enumerate(devices):
    assert lib.nvmlDeviceGetHandleByIndex_v2(index, byref(device)) == 0

def structure(name, *fields, number=1):
    kind = type(name, (ctypes.Structure,), {"_fields_": [("version", u32), *fields]})
    return kind(ctypes.sizeof(kind) | number << 24)
"""
INVALID_ARGUMENT, INSUFFICIENT_SIZE, VERSION_MISMATCH = 2, 7, 25


def answer(script: str) -> object:
    return value(START + script, SOFTGPU_DEVICES="2")


def test_driver_branch_is_that_of_the_driver_version():
    assert answer("""
branch, version = structure("Branch", ("text", ctypes.c_char * 80)), ctypes.create_string_buffer(80)
codes = [lib.nvmlSystemGetDriverVersion(version, 80), lib.nvmlSystemGetDriverBranch(byref(branch), 80)]
same = branch.text == b"r" + version.value.split(b".")[0] + b"_00"
codes += [lib.nvmlSystemGetDriverBranch(byref(branch), 4), lib.nvmlSystemGetDriverBranch(None, 80)]
branch.version += 1
print((codes + [lib.nvmlSystemGetDriverBranch(byref(branch), 80)], same))
""") == ([0, 0, INSUFFICIENT_SIZE, INVALID_ARGUMENT, VERSION_MISMATCH], True)


@pytest.mark.parametrize(
    "name", ["nvmlDeviceGetModuleId", "nvmlDeviceGetMaxMigDeviceCount", "nvmlDeviceGetUnrepairableMemoryFlag_v1"]
)
def test_plain_numbers(name):
    expected = [0, 1] if name == "nvmlDeviceGetModuleId" else [0, 0]
    assert answer(f"""
out = [u32(7), u32(7)]
codes = [lib.{name}(device, byref(number)) for device, number in zip(devices, out)]
print((codes, [number.value for number in out], lib.{name}(devices[0], None), lib.{name}(None, byref(out[0]))))
""") == ([0, 0], expected, INVALID_ARGUMENT, INVALID_ARGUMENT)


@pytest.mark.parametrize(
    ("name", "fields", "none"),
    [
        ("nvmlDeviceGetCapabilities", '("value", u32)', 0),
        ("nvmlDeviceGetCurrentClockFreqs", '("value", ctypes.c_char * 2048)', b""),
        ("nvmlDeviceGetPerformanceModes", '("value", ctypes.c_char * 2048)', b""),
    ],
)
def test_features_that_are_none(name, fields, none):
    assert answer(f"""
out = structure("Out", {fields})
first = lib.{name}(devices[0], byref(out)), out.value
out.version += 1
print((*first, lib.{name}(devices[0], byref(out)), lib.{name}(devices[0], None)))
""") == (0, none, VERSION_MISMATCH, INVALID_ARGUMENT)


def test_device_identifiers_are_of_one_device_each():
    codes, values = answer("""
out = [structure("Pdi", ("value", u64)) for _ in devices]
codes = [lib.nvmlDeviceGetPdi(device, byref(one)) for device, one in zip(devices, out)]
print((codes, [one.value for one in out]))
""")
    assert codes == [0, 0] and len(set(values)) == 2 and all(values)


def test_nothing_is_licensed():
    assert answer("""
out = (u32 * 256)(*[7] * 256)
print((lib.nvmlDeviceGetGridLicensableFeatures_v4(devices[0], out), list(out[:3])))
""") == (0, [0, 0, 0])


@pytest.mark.parametrize("scope", [0, 1])
def test_processors_and_memory_of_the_process_are_near(scope):
    cpus = sum(1 << cpu for cpu in os.sched_getaffinity(0))
    code, near, memory, nodes = answer(f"""
near, nodes = (ctypes.c_ulong * 16)(*[7] * 16), (ctypes.c_ulong * 16)(*[7] * 16)
code = lib.nvmlDeviceGetCpuAffinityWithinScope(devices[0], 16, near, {scope})
print((code, list(near), lib.nvmlDeviceGetMemoryAffinity(devices[1], 16, nodes, {scope}), list(nodes)))
""")
    assert (code, memory) == (0, 0)
    assert sum(word << 64 * place for place, word in enumerate(near)) == cpus
    assert any(nodes)


def test_scope_that_is_none_and_sets_without_room_are_refused():
    assert (
        answer("""
room = (ctypes.c_ulong * 1)()
print([lib.nvmlDeviceGetMemoryAffinity(devices[0], 1, room, 2), lib.nvmlDeviceGetCpuAffinityWithinScope(devices[0], 1, room, 2),
       lib.nvmlDeviceGetMemoryAffinity(devices[0], 0, room, 0), lib.nvmlDeviceGetCpuAffinity(devices[0], 1, None)])
""")
        == [INVALID_ARGUMENT] * 4
    )
