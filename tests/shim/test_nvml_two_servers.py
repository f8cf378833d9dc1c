"""The client's libnvidia-ml.so.1 with two servers: whose GPUs are whose."""

from __future__ import annotations

from typing import Any

import client_process
from nvml_client import INIT, NvmlServer
from scripted_server import dispatcher, snapshot


def two_servers(first: dict[str, Any], second: dict[str, Any], body: str) -> client_process.Ended:
    """Both servers' snapshots are given."""
    servers = [NvmlServer(nvmlDeviceGetPciInfo_v3=(0, bytes(68))), NvmlServer()]
    with dispatcher(servers[0].serve, facts=first) as one, dispatcher(servers[1].serve, facts=second) as other:
        return client_process.run(INIT + body, one.port, other.port)


IDENTITIES = """
class Pci(ctypes.Structure):
    _fields_ = [("legacy", ctypes.c_char * 16), ("domain", u32), ("bus", u32), ("device", u32), ("ids", u32 * 2), ("id", ctypes.c_char * 32)]

def identities(count):
    assert cuda.cuInit(0) == 0
    found = []
    for index in range(count):
        pci, uuid, cuda_uuid, cuda_bus = Pci(), ctypes.create_string_buffer(80), ctypes.create_string_buffer(16), ctypes.create_string_buffer(32)
        assert nvml.nvmlDeviceGetPciInfo_v3(handle(index), byref(pci)) == 0 and nvml.nvmlDeviceGetUUID(handle(index), uuid, 80) == 0
        assert cuda.cuDeviceGetUuid(cuda_uuid, index) == 0 and cuda.cuDeviceGetPCIBusId(cuda_bus, 32, index) == 0
        same = uuid.value.decode().replace("GPU-", "").replace("-", "") == cuda_uuid.raw.hex() and pci.legacy.lower() == cuda_bus.value
        found.append([pci.id.decode(), uuid.value.decode(), same])
        device, number = ctypes.c_void_p(), ctypes.c_int()
        for key in (pci.id, pci.legacy):
            assert nvml.nvmlDeviceGetHandleByPciBusId_v2(key, byref(device)) == 0 and device.value == handle(index).value
            assert cuda.cuDeviceGetByPCIBusId(byref(number), key) == 0 and number.value == index
        assert nvml.nvmlDeviceGetHandleByUUID(uuid.value, byref(device)) == 0 and device.value == handle(index).value
        assert cuda.cuDeviceGetAttribute(byref(number), 50, index) == 0 and number.value == pci.domain
    return found
"""


def test_places_and_uuids_of_two_servers_are_distinct_in_cuda_and_nvml_alike():
    ended = two_servers(snapshot("A", "B"), snapshot("A", "B", "C"), IDENTITIES + "note(identities(5))")
    (found,) = ended.results
    assert all(same for *_, same in found)
    assert [place for place, *_ in found] == [
        "00000000:01:00.0",
        "00000000:02:00.0",
        "00000001:01:00.0",
        "00000001:02:00.0",
        "00000000:03:00.0",
    ]
    uuids = [uuid for _, uuid, _ in found]
    assert len(set(uuids)) == 5
    assert (
        uuids[0] == "GPU-01010101-0101-0101-0101-010101010101"
        and uuids[2] == "GPU-01010101-0101-0101-0101-010001010101"
    )
    assert uuids[4] == "GPU-03030303-0303-0303-0303-030303030303"


def test_devices_of_two_servers_have_nothing_but_the_network_in_common():
    ended = two_servers(
        snapshot("A"),
        snapshot("B"),
        """
value = u32()
note(ask("nvmlDeviceGetTopologyCommonAncestor", handle(0), handle(1), byref(value)), value.value)
note(ask("nvmlDeviceGetP2PStatus", handle(0), handle(1), 0, byref(value)), value.value)
note(ask("nvmlDeviceOnSameBoard", handle(0), handle(1), byref(value)), value.value)
note(ask("nvmlDeviceGetTopologyCommonAncestor", handle(0), handle(0), byref(value)))
""",
    )
    assert ended.results == [[0, 50], [0, 5], [0, 0], 3]


def test_versions_are_those_of_the_oldest_server():
    first, second = snapshot("A"), {**snapshot("B"), "driver_version": 12040}
    answers = {"nvmlSystemGetDriverVersion": b"580.95.05", "nvmlSystemGetNVMLVersion": b"13.580.95.05"}
    older = {"nvmlSystemGetDriverVersion": b"535.261.03", "nvmlSystemGetNVMLVersion": b"12.535.261.03"}
    servers = [
        NvmlServer(**{name: (0, text.ljust(80, b"\0")) for name, text in each.items()}) for each in (answers, older)
    ]
    with dispatcher(servers[0].serve, facts=first) as one, dispatcher(servers[1].serve, facts=second) as other:
        ended = client_process.run(
            INIT
            + """
text, number = ctypes.create_string_buffer(80), ctypes.c_int()
for name in ("nvmlSystemGetDriverVersion", "nvmlSystemGetNVMLVersion"):
    note(ask(name, text, 80), text.value.decode(), ask(name, text, 9), ask(name, None, 80))
note(ask("nvmlSystemGetCudaDriverVersion_v2", byref(number)), number.value)
""",
            one.port,
            other.port,
        )
    assert ended.results == [[0, "535.261.03", 7, 2], [0, "12.535.261.03", 7, 2], [0, 12040]]
