"""What a device has if nobody says so: what the machine can give, so that a program which fills it gets
CUDA_ERROR_OUT_OF_MEMORY.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
import softcuda as cuda
from checkout import ROOT
from fresh import CONTEXT, START, result
from patience import PATIENCE_S

MIB, GIB = 1 << 20, 1 << 30
UNLIMITED = 2**64 - 1


class Machine(ctypes.Structure):
    """struct sg_machine."""

    _fields_ = [("total", ctypes.c_uint64), ("available", ctypes.c_uint64)]


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """A function: a directory that stands for / -> (total, available)."""
    target = tmp_path_factory.mktemp("machine") / "machine.so"
    source = ROOT / "softgpu" / "host" / "machine.c"
    subprocess.run(
        ["gcc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", target, source],
        check=True,
        timeout=PATIENCE_S,
    )
    library = ctypes.CDLL(str(target))

    def read_(root: Path) -> tuple[int, int]:
        out = Machine()
        library.sg_machine_read(str(root).encode(), ctypes.byref(out))
        return out.total, out.available

    return read_


MEMINFO = "MemTotal:       16777216 kB\nMemFree:         1000000 kB\nMemAvailable:    8388608 kB\n"


def tree(root: Path, cgroup: str, **groups: dict[str, str]) -> Path:
    """A machine of 16 GiB, 8 of them available; `groups` are directories below /sys/fs/cgroup, `__` for a slash."""
    files = {"proc/meminfo": MEMINFO, "proc/self/cgroup": cgroup}
    files |= {
        f"sys/fs/cgroup/{name.replace('__', '/')}/{file}": text
        for name, group in groups.items()
        for file, text in group.items()
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def second(limit: str, used: int = 0, droppable: int = 0) -> dict[str, str]:
    return {"memory.max": limit, "memory.current": f"{used}\n", "memory.stat": f"anon 5\ninactive_file {droppable}\n"}


def first(limit: int, used: int = 0, droppable: int = 0) -> dict[str, str]:
    stat = f"inactive_file 1\ntotal_inactive_file {droppable}\n"
    return {"memory.limit_in_bytes": f"{limit}\n", "memory.usage_in_bytes": f"{used}\n", "memory.stat": stat}


def test_a_machine_without_cgroups(read, tmp_path):
    assert read(tree(tmp_path, "")) == (16 * GIB, 8 * GIB)


def test_a_machine_that_says_nothing_limits_nothing(read, tmp_path):
    assert read(tmp_path) == (UNLIMITED, UNLIMITED)


def test_the_least_of_all_groups_above_counts(read, tmp_path):
    root = tree(
        tmp_path,
        "0::/a/b/c\n",
        a=second(f"{6 * GIB}\n", 3 * GIB),
        a__b=second("max\n"),
        a__b__c=second(f"{7 * GIB}\n", GIB),
    )
    assert read(root) == (6 * GIB, 3 * GIB)


def test_caches_of_a_group_are_available(read, tmp_path):
    assert read(tree(tmp_path, "0::/a\n", a=second(f"{4 * GIB}\n", 3 * GIB, 2 * GIB))) == (4 * GIB, 3 * GIB)


def test_a_full_group_has_nothing_left(read, tmp_path):
    assert read(tree(tmp_path, "0::/a\n", a=second(f"{GIB}\n", 2 * GIB))) == (GIB, 0)


def test_version_1_beside_other_controllers(read, tmp_path):
    cgroup = "5:cpuset:/elsewhere\n4:cpu,memory:/a\n1:name=systemd:/x\n0::/\n"
    assert read(tree(tmp_path, cgroup, memory__a=first(4 * GIB, 2 * GIB, GIB))) == (4 * GIB, 3 * GIB)


def test_version_1_without_a_limit(read, tmp_path):
    assert read(tree(tmp_path, "4:memory:/a\n", memory__a=first(9223372036854771712, 2 * GIB))) == (16 * GIB, 8 * GIB)


def test_a_containers_own_group_is_at_the_mount(read, tmp_path):
    """Its path may be that of the host, where it is not."""
    root = tree(tmp_path, "4:memory:/docker/0123\n", memory=first(2 * GIB, GIB))
    assert read(root) == (2 * GIB, GIB)


# ---- devices

TOTALS = """
assert driver.cuInit(0) == 0
count, total = c_int(), c_uint64()
driver.cuDeviceGetCount(byref(count))
for i in range(count.value):
    assert driver.cuDeviceTotalMem_v2(byref(total), i) == 0
    print(total.value)
"""


@pytest.mark.parametrize("devices", [1, 3, 64])
def test_all_devices_are_half_of_the_machine_at_most(devices, read):
    machine, _ = read(Path("/"))
    totals = [int(line) for line in result(TOTALS, SOFTGPU_MEMORY="", SOFTGPU_DEVICES=str(devices)).split()]
    assert totals == [min(16 * GIB, machine // 2 // devices // MIB * MIB)] * devices


def test_nvml_says_the_same():
    nvml = f"""
nvml, device, memory = ctypes.CDLL({str(cuda.LIBRARY.with_name("libnvidia-ml.so.1"))!r}), c_void_p(), (c_uint64 * 3)()
assert nvml.nvmlInit_v2() == 0 and nvml.nvmlDeviceGetHandleByIndex_v2(1, byref(device)) == 0
assert nvml.nvmlDeviceGetMemoryInfo(device, memory) == 0
print(memory[0])
"""
    assert set(result(TOTALS + nvml, SOFTGPU_MEMORY="", SOFTGPU_DEVICES="2").split()) == {
        result(nvml, SOFTGPU_MEMORY="", SOFTGPU_DEVICES="2")
    }


INFO = """
def info():
    free, total = c_uint64(), c_uint64()
    assert driver.cuMemGetInfo_v2(byref(free), byref(total)) == 0
    return free.value
"""


def test_processes_share_a_device(tmp_path):
    """What one has allocated another has not, until it ends; with SOFTGPU_MEMORY each has its own."""
    hold = (
        START
        + CONTEXT
        + INFO
        + """
address = c_uint64()
assert driver.cuMemAlloc_v2(byref(address), c_uint64(info() // 2)) == 0
print(info(), flush=True)
sys.stdin.readline()
"""
    )
    see = (
        CONTEXT
        + INFO
        + """
address, free = c_uint64(), info()
print(free, driver.cuMemAlloc_v2(byref(address), c_uint64(free + (2 << 20))), driver.cuMemAlloc_v2(byref(address), c_uint64(free // 4)))
"""
    )
    shared = {"SOFTGPU_MEMORY": "", "SOFTGPU_DEVICES": "64", "SOFTGPU_REGISTRY": str(tmp_path / "registry")}
    environment = running.clean_environment(**shared)
    with subprocess.Popen(
        [sys.executable, "-c", hold], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        left = int(holder.stdout.readline())
        assert result(see, **shared) == f"{left} 2 0"
        own = {**shared, "SOFTGPU_MEMORY": str(GIB)}
        assert result(see, **own).split()[0] == str(GIB)
        holder.stdin.close()
    assert int(result(see, **shared).split()[0]) > left


@pytest.fixture
def cgroup() -> Iterator[Path]:
    """A group of version 1 or 2 with 600 MiB."""
    for parent, file in (
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
        (Path("/sys/fs/cgroup"), "memory.max"),
    ):
        group = parent / f"softgpu-test-{uuid.uuid4().hex[:8]}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / file).write_text(str(600 * MIB))
        except OSError:
            group.rmdir()
            continue
        yield group
        group.rmdir()
        return
    pytest.skip("this user may make no cgroup with a limit")


def test_a_program_that_fills_the_device_is_not_killed(cgroup):
    script = f"""
import os
open({str(cgroup / "cgroup.procs")!r}, "w").write(str(os.getpid()))
{CONTEXT}
address, pieces = c_uint64(), 0
while (code := driver.cuMemAlloc_v2(byref(address), c_uint64(16 << 20))) == 0:
    assert driver.cuMemsetD8_v2(address, 1, c_uint64(16 << 20)) == 0
    pieces += 1
print(code, pieces)
"""
    code, pieces = map(int, result(script, SOFTGPU_MEMORY="", SOFTGPU_THREADS="1").split())
    assert code == 2 and 1 <= pieces <= 300 // 16


def test_what_is_not_left_of_the_group_is_not_given(cgroup):
    """Another program of the group has taken most of it: the device has less than it says, and page-locked memory has,
    too.
    """
    taker = f"""
import os, sys
open({str(cgroup / "cgroup.procs")!r}, "w").write(str(os.getpid()))
taken = bytearray(400 << 20)
print(flush=True)
sys.stdin.readline()
"""
    user = f"""
import os
open({str(cgroup / "cgroup.procs")!r}, "w").write(str(os.getpid()))
{CONTEXT}
def most(call, size, *more):
    address, pieces = c_uint64(), 0
    while getattr(driver, call)(byref(address), c_uint64(size), *more) == 0:
        ctypes.memset(address.value, 1, size)
        pieces += 1
    return pieces * size >> 20
print(most("cuMemAlloc_v2", 40 << 20), most("cuMemHostAlloc", 40 << 20, 0))
"""
    with subprocess.Popen(
        [sys.executable, "-c", taker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        device, pinned = map(int, result(user, SOFTGPU_MEMORY="", SOFTGPU_THREADS="1").split())
        other.stdin.close()
    assert device <= 200 and pinned <= 80
