"""The registry of who uses the host's software GPUs: seen from other processes, and left behind by dead ones."""

from __future__ import annotations

import ast
import os
import struct
import sys
import time
from pathlib import Path

import nvmlview
import pytest
import running
from hold import Holder
from patience import PATIENCE_S

MIB = 1 << 20
SLOTS_AT, SLOT_BYTES, SLOTS = 4096, 256 + 64 * 128, 256
VERSION_AT, USED_AT, PID_BITS = 8, 64, 22


@pytest.fixture
def registry(tmp_path) -> Path:
    return tmp_path / "registry"


@pytest.fixture
def settings(registry) -> dict[str, str]:
    """Two devices, in a registry of the test's own."""
    return {"SOFTGPU_REGISTRY": str(registry), "SOFTGPU_DEVICES": "2", "SOFTGPU_THREADS": "1"}


@pytest.fixture
def hold(settings):
    """A function that starts a process; all are killed at the end."""
    holders: list[Holder] = []

    def start(**extra: str) -> Holder:
        holders.append(Holder(running.clean_environment(**settings, **extra)))
        return holders[-1]

    yield start
    for holder in holders:
        holder.kill()


def read(registry: Path, slot: int) -> tuple[int, int, int]:
    """owner, ready, stack"""
    return struct.unpack_from("<QQQ", registry.read_bytes(), SLOTS_AT + slot * SLOT_BYTES)


def write(registry: Path, at: int, *words: int) -> None:
    with registry.open("r+b") as file:
        file.seek(at)
        file.write(struct.pack(f"<{len(words)}Q", *words))


def slots_used(registry: Path) -> int:
    return struct.unpack_from("<I", registry.read_bytes(), USED_AT)[0]


def owner_of(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return int(fields[22 - 3]) << PID_BITS | pid


def test_others_see_what_a_process_uses_as_it_changes(hold, settings, registry):
    holder = hold()
    holder.tell("init")
    assert nvmlview.uses(**settings) == [(0, {}), (0, {})]
    context = holder.tell("context", 1)
    assert nvmlview.uses(**settings) == [(0, {}), (0, {holder.pid: 0})]
    pointer = holder.tell("alloc", 3 * MIB)
    holder.tell("alloc", 100)
    assert nvmlview.uses(**settings)[1] == (3 * MIB + 256, {holder.pid: 3 * MIB + 256})
    holder.tell("free", pointer)
    assert nvmlview.uses(**settings)[1] == (256, {holder.pid: 256})
    holder.tell("destroy", context)
    assert nvmlview.uses(**settings) == [(0, {}), (0, {})]
    assert registry.stat().st_mode & 0o777 == 0o600


def test_processes_on_one_device_are_told_apart_and_summed(hold, settings):
    holders = [hold() for _ in range(3)]
    for number, holder in enumerate(holders, 1):
        holder.tell("context", 0)
        holder.tell("alloc", number * MIB)
    expected = {holder.pid: number * MIB for number, holder in enumerate(holders, 1)}
    assert nvmlview.uses(**settings)[0] == (6 * MIB, expected)


def test_devices_are_those_of_the_host_not_of_cuda_visible_devices(hold, settings):
    holder = hold(CUDA_VISIBLE_DEVICES="1")
    holder.tell("context", 0)
    assert nvmlview.uses(**settings, CUDA_VISIBLE_DEVICES="") == [(0, {}), (0, {holder.pid: 0})]


@pytest.mark.parametrize("unseen", [False, True], ids=["gone", "zombie"])
def test_a_killed_process_is_not_shown_and_its_place_is_used_again(hold, settings, registry, unseen):
    first = hold()
    first.tell("context", 0)
    first.tell("alloc", MIB)
    assert nvmlview.uses(**settings)[0] == (MIB, {first.pid: MIB})
    if unseen:
        first.kill_unseen()
    else:
        first.kill()
    assert nvmlview.uses(**settings) == [(0, {}), (0, {})]
    second = hold()
    second.tell("context", 1)
    assert nvmlview.uses(**settings) == [(0, {}), (0, {second.pid: 0})]
    assert slots_used(registry) == 1
    assert read(registry, 0)[0] == owner_of(second.pid)


def test_a_pid_that_another_process_has_now_is_not_taken_for_the_dead_one(hold, settings, registry):
    holder = hold()
    holder.tell("context", 0)
    owner, ready, _ = read(registry, 0)
    assert owner == ready == owner_of(holder.pid)
    earlier = owner - (1 << PID_BITS)  # the same pid, started a tick before
    write(registry, SLOTS_AT, earlier, earlier)
    assert nvmlview.uses(**settings) == [(0, {}), (0, {})]
    hold().tell("init")
    assert slots_used(registry) == 1


def test_a_place_that_is_being_claimed_is_not_shown(hold, settings, registry):
    holder = hold()
    holder.tell("context", 0)
    owner, _, _ = read(registry, 0)
    write(registry, SLOTS_AT, owner, 0)
    assert nvmlview.uses(**settings)[0] == (0, {})


def test_a_process_that_has_become_another_program_is_not_shown(hold, settings):
    holder = hold()
    holder.tell("context", 0)
    assert holder.pid in nvmlview.uses(**settings)[0][1]
    holder.tell("become", sys.executable)
    assert holder.tell("") == "ready"
    assert nvmlview.uses(**settings) == [(0, {}), (0, {})]


def test_a_forked_child_has_no_hand_in_the_registry(hold, settings):
    holder = hold()
    holder.tell("context", 0)
    holder.tell("alloc", MIB)
    assert holder.tell("fork") == "maps=False alloc=3"
    assert nvmlview.uses(**settings)[0] == (MIB, {holder.pid: MIB})


def test_processes_that_start_at_once_get_places_of_their_own(hold, settings):
    holders = [hold() for _ in range(8)]
    for holder in holders:
        holder.tell("context", 0)
    assert set(nvmlview.uses(**settings)[0][1]) == {holder.pid for holder in holders}


def test_without_room_for_one_more_a_process_goes_unseen_and_works(hold, settings, registry):
    hold().tell("init")
    mine = owner_of(os.getpid())
    for slot in range(SLOTS):
        write(registry, SLOTS_AT + slot * SLOT_BYTES, mine)
    late = hold()
    late.tell("context", 0)
    late.tell("alloc", MIB)
    assert nvmlview.uses(**settings) == [(0, {}), (0, {})]
    assert "all its places are taken" in late.kill()


@pytest.mark.parametrize(
    "content", [b"softgpu\0", b"softgpu\0" + bytes(8), b""], ids=["magic alone", "no version", "empty"]
)
def test_what_a_process_killed_while_making_it_has_left_is_finished(hold, settings, registry, content):
    registry.write_bytes(content)
    registry.chmod(0o600)
    holder = hold()
    holder.tell("context", 0)
    assert nvmlview.uses(**settings)[0] == (0, {holder.pid: 0})


@pytest.mark.parametrize(("at", "what"), [(VERSION_AT, "layout"), (24, "boot")])
def test_a_registry_of_another_layout_or_boot_is_replaced(hold, settings, registry, at, what):
    old = hold()
    old.tell("context", 0)
    write(registry, at, 7)
    assert nvmlview.uses(**settings)[0] == (0, {}), what
    new = hold()
    new.tell("context", 0)
    assert nvmlview.uses(**settings)[0] == (0, {new.pid: 0})


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [(b"a user's own file", 0o600, "is not softgpu's"), (b"", 0o644, "mode must be 0600"), (None, 0, "not a file")],
    ids=["foreign", "open to others", "directory"],
)
def test_a_file_that_cannot_be_the_registry_is_left_alone(hold, settings, registry, content, mode, reason):
    if content is None:
        os.mkfifo(registry)
    else:
        registry.write_bytes(content)
        registry.chmod(mode)
    holder = hold()
    holder.tell("context", 0)
    assert nvmlview.uses(**settings)[0] == (0, {})
    errors = holder.kill()
    assert str(registry) in errors and reason in errors
    assert content is None or registry.read_bytes() == content


def test_without_a_registry_nvml_in_the_same_process_shows_it(tmp_path):
    script = f"""
    driver = ctypes.CDLL("libcuda.so.1")
    assert driver.cuInit(0) == 0
    context, pointer = ctypes.c_void_p(), ctypes.c_uint64()
    assert driver.cuCtxCreate_v2(ctypes.byref(context), 0, 0) == 0
    assert driver.cuMemAlloc_v2(ctypes.byref(pointer), ctypes.c_uint64({MIB})) == 0
    {nvmlview.USES.replace(chr(10), chr(10) + "    ")}
    print((os.getpid(),))
    """
    outcome = nvmlview.python(script, SOFTGPU_REGISTRY=str(tmp_path / "missing" / "registry"))
    uses, pid = map(ast.literal_eval, outcome.output.splitlines())
    assert uses == [(MIB, {pid[0]: MIB})]
    assert "No such file or directory" in outcome.errors


RATE = """
nvml.nvmlInit()
device = nvml.nvmlDeviceGetHandleByIndex(0)
deadline = time.monotonic() + {patience}
while nvml.nvmlDeviceGetUtilizationRates(device).gpu != {wanted}:
    assert time.monotonic() < deadline, nvml.nvmlDeviceGetUtilizationRates(device).gpu
    time.sleep(0.01)
try:
    samples = [(sample.pid, sample.smUtil) for sample in nvml.nvmlDeviceGetProcessUtilization(device, 0)]
except nvml.NVMLError_NotFound:
    samples = []
spans = [sample.sampleValue.uiVal for sample in nvml.nvmlDeviceGetSamples(device, nvml.NVML_GPU_UTILIZATION_SAMPLES, 0)[1]]
print((nvml.nvmlDeviceGetUtilizationRates(nvml.nvmlDeviceGetHandleByIndex(1)).gpu, samples, spans))
"""


def test_a_device_is_busy_while_a_kernel_runs_on_it_and_idle_after(hold, settings):
    holder = hold()
    holder.tell("context", 0)
    begun = time.monotonic()
    holder.tell("gate")
    other, samples, spans = nvmlview.value(RATE.format(wanted=100, patience=PATIENCE_S), **settings)
    assert time.monotonic() - begun > 0.5, "the window cannot have been full"
    assert (other, samples) == (0, [(holder.pid, 100)])
    assert len(spans) == 11 and spans[-1] == 100
    holder.tell("open")
    other, samples, spans = nvmlview.value(RATE.format(wanted=0, patience=PATIENCE_S), **settings)
    assert (other, samples) == (0, [])
    assert spans[-1] == 0
