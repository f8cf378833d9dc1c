"""NVML's arguments on the server: what is taken apart is what the table says, and what the Dispatcher knows is answered
without any NVML.
"""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.driver.nvml import Nvml
from bitfusion.driver.nvml_values import unpack
from bitfusion.generated.nvml import FUNCTIONS
from bitfusion.limits import NVML_VALUES_BYTES_MAX

MIB = 1 << 20
SNAPSHOT = {
    "driver_version": 13010,
    "devices": [{"uuid": bytes(16), "total_memory": 100 * MIB}, {"uuid": bytes(16), "total_memory": 50 * MIB}],
}


class Clients:
    """Three processes; the second device has no limit."""

    def limited(self, device: int) -> bool:
        return device == 0

    def used(self, device: int) -> int:
        return (30 * MIB, 60 * MIB)[device]

    def processes(self, device: int) -> list[tuple[int, int]]:
        return [(7, 10 * MIB), (8, 20 * MIB)] if device == 0 else []

    def name(self, pid: int) -> str | None:
        return {7: "train", 8: "other:é" + "x" * 40}.get(pid)

    def pid_of(self, server_pid: int) -> int | None:
        return None


@pytest.fixture
def nvml() -> Nvml:
    return Nvml(FUNCTIONS, SNAPSHOT, Clients(), usable=False)


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


@given(st.sampled_from(sorted(FUNCTIONS)), st.binary(max_size=200))
def test_arguments_are_taken_whole_or_refused(function, data):
    try:
        packed = unpack(function, FUNCTIONS[function], data)
    except ValueError:
        return
    assert len(packed.given) == len(FUNCTIONS[function])
    for place, (letter, size, _) in enumerate(FUNCTIONS[function]):
        if letter in "sanx":
            assert packed.elements(place) * size <= NVML_VALUES_BYTES_MAX


@given(st.sampled_from(sorted(FUNCTIONS)), st.binary(max_size=100))
def test_whatever_is_asked_without_an_nvml_is_answered_or_refused(function, data):
    nvml = Nvml(FUNCTIONS, SNAPSHOT, Clients(), usable=False)
    try:
        result, values = nvml.call(function, data)
    except ValueError:
        return
    assert result in (0, 2, 3, 6, 7, 25)
    assert isinstance(values, bytes) and (result in (0, 7) or values == b"")


def test_arguments_of_another_size_are_refused(nvml):
    for data in (b"", words(0), words(0, 0, 0), words(0, 0) + b"\0"):
        with pytest.raises(ValueError, match="bytes of arguments"):
            nvml.call("nvmlDeviceGetTemperature", data)
    assert nvml.call("nvmlDeviceGetTemperature", words(0, 0)) == (3, b"")
    assert nvml.call("nvmlDeviceGetTemperature", words(2, 0)) == (2, b"")
    assert nvml.call("nvmlDeviceSetComputeMode", words(0, 0)) == (13, b"")


def test_memory_is_that_of_the_limit_and_of_all_clients(nvml):
    assert nvml.call("nvmlDeviceGetMemoryInfo", words(0)) == (0, struct.pack("<QQQ", 100 * MIB, 70 * MIB, 30 * MIB))
    version = 40 | 2 << 24
    given_, answer = (
        struct.pack("<II36x", 0, version),
        struct.pack("<I4xQQQQ", version, 100 * MIB, 0, 70 * MIB, 30 * MIB),
    )
    assert nvml.call("nvmlDeviceGetMemoryInfo_v2", given_) == (0, answer)
    assert nvml.call("nvmlDeviceGetMemoryInfo_v2", struct.pack("<II32x", 0, 36 | 2 << 24)) == (25, b"")


def test_used_memory_is_never_more_than_there_is(nvml):
    assert nvml.call("nvmlDeviceGetMemoryInfo", words(1)) == (0, struct.pack("<QQQ", 50 * MIB, 0, 50 * MIB))


@pytest.mark.parametrize(("version", "row"), [("", "<I4xQ"), ("_v2", "<I4xQ4x4x"), ("_v3", "<I4xQ4x4x")])
def test_processes_are_the_clients_with_memory_on_the_device(nvml, version, row):
    size = struct.calcsize(row)
    result, values = nvml.call(f"nvmlDeviceGetComputeRunningProcesses{version}", words(0, 3))
    assert result == 0 and len(values) == 4 + 3 * size and values[:4] == words(2)
    assert [struct.unpack_from(row, values, 4 + place * size) for place in range(2)] == [(7, 10 * MIB), (8, 20 * MIB)]
    if version:
        assert values[4 + 16 : 4 + 24] == b"\xff" * 8
    assert nvml.call(f"nvmlDeviceGetComputeRunningProcesses{version}", words(0, 1)) == (7, words(2))
    assert nvml.call(f"nvmlDeviceGetGraphicsRunningProcesses{version}", words(0, 0)) == (0, words(0))
    assert nvml.call(f"nvmlDeviceGetMPSComputeRunningProcesses{version}", words(0, 0)) == (0, words(0))


def test_names_are_cut_where_the_room_ends(nvml):
    assert nvml.call("nvmlSystemGetProcessName", words(7, 8)) == (0, b"train\0\0\0")
    assert nvml.call("nvmlSystemGetProcessName", words(8, 8)) == (0, b"other:\0\0")
    assert nvml.call("nvmlSystemGetProcessName", words(9, 8)) == (6, b"")


def test_samples_of_processes_get_the_ids_of_the_clients():
    packed = unpack(
        "nvmlDeviceGetProcessUtilization", FUNCTIONS["nvmlDeviceGetProcessUtilization"], struct.pack("<IIQ", 0, 4, 0)
    )
    sample = struct.Struct("<I4xQIIII")
    native = b"".join(sample.pack(pid, 5, pid, 0, 0, 0) for pid in (100, 200, 300, 0)) + words(3)
    result, values = packed.renamed(native, sample, {100: 1, 300: 3}.get)
    assert result == 0 and len(values) == len(native) and values[-4:] == words(2)
    assert [sample.unpack_from(values, place * sample.size)[:3] for place in range(2)] == [(1, 5, 100), (3, 5, 300)]
    assert packed.renamed(native, sample, {}.get) == (6, b"")
    assert packed.renamed(words(7), sample, {}.get) == (0, words(7))


def test_without_an_nvml_the_driver_is_as_old_as_its_cuda(nvml):
    assert nvml.call("nvmlSystemGetDriverVersion", words(8)) == (0, b"13.1\0\0\0\0")
