"""libnvidia-ml.so.1 in a process of its own, against a scripted server: what is checked in the client, what is sent,
what is written.
"""

from __future__ import annotations

import select
import struct
import threading

import client_process
import msgpack
from nvml_client import INIT, PRELUDE, NvmlServer, run
from patience import PATIENCE_S
from scripted_server import Peer, dispatcher, reply, snapshot

from bitfusion.api.nvml import ABSENT, CHANGE
from bitfusion.api.table import NVML
from bitfusion.wire.hello import Hello, parse_hello

TRICKLE_S = 0.05  # between two bytes of a reply that would take minutes
INSUFFICIENT_SIZE, GPU_IS_LOST, UNKNOWN = 7, 15, 999

TEMPERATURE = """
def temperature():
    value = u32()
    return [ask("nvmlDeviceGetTemperature", device, 5, byref(value)), value.value]
"""


def test_every_function_says_uninitialized_before_nvmlInit():
    others = {
        "nvmlInit",
        "nvmlInit_v2",
        "nvmlInitWithFlags",
        "nvmlErrorString",
        "nvmlInternalGetExportTable",
        "nvmlDeviceGetPciInfo_v2",
        "nvmlDeviceGetHandleByUUIDV",
    }
    names = [function.name for function in NVML if function.name not in others]
    ended = client_process.run(f"{PRELUDE}for name in {names}: note(ask(name, *[None] * 8))")
    assert dict(zip(names, ended.results, strict=True)) == dict.fromkeys(names, 1)
    assert ended.errors == "" and ended.output == ""


def test_init_counts_and_the_last_shutdown_ends_the_connection():
    server = NvmlServer(nvmlDeviceGetTemperature=lambda packed: (0, packed[4:8]))
    ended = run(
        server,
        TEMPERATURE
        + """
note(ask("nvmlInit_v2"), ask("nvmlShutdown"))
count = u32()
note(ask("nvmlDeviceGetCount_v2", byref(count)), count.value)
device = handle()
assert temperature() == [0, 5]
note(ask("nvmlShutdown"), ask("nvmlShutdown"), ask("nvmlDeviceGetCount_v2", byref(count)))
""",
    )
    assert ended.results == [[0, 0], [0, 1], [0, 1, 1]]
    assert server.ended.wait(PATIENCE_S)


def test_the_server_is_told_that_the_session_is_for_nvml_alone():
    server = NvmlServer()
    with dispatcher(server.serve) as listening:
        client_process.run(INIT + TEMPERATURE + "device = handle(); temperature()", listening.port)
        client_process.run("init()", listening.port)
        assert [hello.get("use") for hello in listening.hellos] == ["look", "nvml", "nvml", None, None]


def test_init_takes_no_cuda_server_however_often_it_is_made():
    with dispatcher(devices=("A", "B")) as listening:
        ended = client_process.run(
            INIT
            + """
count = u32()
for _ in range(20):
    assert ask("nvmlShutdown") == 0 and ask("nvmlInit_v2") == 0
note(ask("nvmlDeviceGetCount_v2", byref(count)), count.value)
""",
            listening.port,
        )
        assert ended.results == [[0, 2]] and ended.errors == ""
        assert [hello.get("use") for hello in listening.hellos] == ["look"] * 21 and not listening.sessions


def test_other_devices_behind_the_address_are_not_taken_for_those_that_were_seen():
    with dispatcher(later=snapshot("A", "B")) as listening:
        ended = client_process.run(
            INIT + TEMPERATURE + "device = handle(); note(temperature(), temperature())", listening.port
        )
        assert ended.results == [[[GPU_IS_LOST, 0], [GPU_IS_LOST, 0]]]
        assert ended.errors.count("\n") == 1 and "other GPUs are served there" in ended.errors


def test_null_pointers_and_handles_that_are_none_are_invalid_arguments_and_nothing_is_sent():
    server = NvmlServer()
    ended = run(
        server,
        """
device, value = handle(), u32(77)
note(ask("nvmlDeviceGetTemperature", device, 0, None))
note(ask("nvmlDeviceGetTemperature", None, 0, byref(value)))
note(ask("nvmlDeviceGetTemperature", ctypes.c_void_p(device.value + 1), 0, byref(value)))
note(ask("nvmlDeviceGetTemperature", ctypes.c_void_p(device.value + 4096), 0, byref(value)))
note(ask("nvmlDeviceGetSupportedMemoryClocks", device, None, None))
note(ask("nvmlDeviceGetSupportedMemoryClocks", device, byref(value), None))
note(ask("nvmlDeviceGetSerial", device, None, 30))
note(ask("nvmlDeviceGetHandleByIndex_v2", 1, byref(ctypes.c_void_p())), ask("nvmlDeviceGetCount_v2", None))
note(ask("nvmlDeviceGetName", device, None, 64), ask("nvmlDeviceGetPciInfo_v3", device, None))
note(value.value)
""",
    )
    assert ended.results == [2, 2, 2, 2, 2, 2, 2, [2, 2], [2, 2], 77]
    assert server.told == []


def test_structures_must_tell_a_size_and_a_version():
    server = NvmlServer(nvmlDeviceGetTemperatureV=lambda packed: (0, packed))
    ended = run(
        server,
        """
for version in (0, 12, 2 | 1 << 24, 0xffffff | 1 << 24, 12 | 1 << 24):
    temperature = (u32 * 3)(version, 5, 6)
    note(ask("nvmlDeviceGetTemperatureV", handle(), temperature))
""",
    )
    # The good one comes back with the device before it, which is not what it should be.
    assert ended.results == [25, 25, 25, 25, UNKNOWN]
    assert server.told == [["nvml_call", "nvmlDeviceGetTemperatureV", struct.pack("<IIII", 0, 12 | 1 << 24, 5, 6)]]


def test_arrays_are_filled_as_far_as_there_are_elements():
    server = NvmlServer(nvmlDeviceGetSupportedMemoryClocks=(0, struct.pack("<I4I", 2, 800, 900, 0, 0)))
    ended = run(
        server,
        """
count, clocks = u32(4), (u32 * 4)(1, 2, 3, 4)
note(ask("nvmlDeviceGetSupportedMemoryClocks", handle(), byref(count), clocks), count.value, list(clocks))
""",
    )
    assert ended.results == [[0, 2, [800, 900, 3, 4]]]
    assert server.told == [["nvml_call", "nvmlDeviceGetSupportedMemoryClocks", struct.pack("<II", 0, 4)]]


def test_an_array_that_is_too_short_gets_the_count_alone():
    server = NvmlServer(nvmlDeviceGetSupportedMemoryClocks=(INSUFFICIENT_SIZE, struct.pack("<I", 9)))
    ended = run(
        server,
        """
count, clocks = u32(1), (u32 * 1)(5)
note(ask("nvmlDeviceGetSupportedMemoryClocks", handle(), byref(count), clocks), count.value, list(clocks))
count = u32(0)
note(ask("nvmlDeviceGetSupportedMemoryClocks", handle(), byref(count), None), count.value)
""",
    )
    assert ended.results == [[7, 9, [5]], [7, 9]]


def test_an_array_that_may_be_null_asks_for_the_count_alone():
    server = NvmlServer(nvmlDeviceGetSamples=(0, struct.pack("<II", 3, 120)))
    ended = run(
        server,
        """
kind, count = u32(), u32(99)
note(ask("nvmlDeviceGetSamples", handle(), 1, ctypes.c_uint64(5), byref(kind), byref(count), None), kind.value, count.value)
""",
    )
    assert ended.results == [[0, 3, 120]]
    assert server.told == [["nvml_call", "nvmlDeviceGetSamples", struct.pack("<IIQI", 0, 1, 5, 0)]]


def test_nothing_is_written_after_an_error_or_values_of_the_wrong_size():
    server = NvmlServer(
        nvmlDeviceGetTemperature=(28, struct.pack("<I", 1)),
        nvmlDeviceGetPowerUsage=(0, b"\1\2\3"),
        nvmlDeviceGetFanSpeed=(INSUFFICIENT_SIZE, b"\1\2\3\4"),
    )
    ended = run(
        server,
        """
value = u32(77)
note(ask("nvmlDeviceGetTemperature", handle(), 0, byref(value)), ask("nvmlDeviceGetPowerUsage", handle(), byref(value)))
note(ask("nvmlDeviceGetFanSpeed", handle(), byref(value)), value.value)
""",
    )
    assert ended.results == [[28, UNKNOWN], [7, 77]]


def test_texts_are_written_up_to_their_end_and_no_further():
    server = NvmlServer(
        nvmlDeviceGetSerial=lambda packed: (0, b"S123\0garbage".ljust(struct.unpack("<II", packed)[1], b"\0"))
    )
    ended = run(
        server,
        """
text = ctypes.create_string_buffer(b"x" * 41, 41)
note(ask("nvmlDeviceGetSerial", handle(), text, 30), text.raw.decode())
note(ask("nvmlDeviceGetUUID", handle(), text, 40), text.raw[:5].decode(), ask("nvmlDeviceGetUUID", handle(), text, 41), text.value.decode())
""",
    )
    assert ended.results == [[0, "S123\0" + "x" * 36], [7, "S123\0", 0, "GPU-01010101-0101-0101-0101-010101010101"]]


def test_a_device_is_found_by_its_serial():
    server = NvmlServer(nvmlDeviceGetSerial=lambda packed: (0, b"S123".ljust(struct.unpack("<II", packed)[1], b"\0")))
    ended = run(
        server,
        """
device = ctypes.c_void_p()
note(ask("nvmlDeviceGetHandleBySerial", b"S124", byref(device)), device.value)
note(ask("nvmlDeviceGetHandleBySerial", b"S123", byref(device)), device.value == handle().value)
""",
    )
    assert ended.results == [[6, None], [0, True]]


def test_a_device_is_found_by_its_uuid_as_text_and_as_bytes():
    ended = run(
        NvmlServer(),
        """
def find(kind, value, version=52 | 1 << 24):
    uuid = ctypes.create_string_buffer(version.to_bytes(4, "little") + kind.to_bytes(4, "little") + value, 52)
    device = ctypes.c_void_p()
    result = ask("nvmlDeviceGetHandleByUUIDV", uuid, byref(device))
    return [result, device.value == handle().value]
text = b"gpu-01010101-0101-0101-0101-010101010101"
note(find(1, text), find(2, bytes([1] * 16)), find(1, text[:-1]), find(3, text), find(1, text, 52), find(1, b"x" * 44))
""",
    )
    assert ended.results == [[[0, True], [0, True], [6, False], [2, False], [25, False], [2, False]]]


def test_functions_that_would_change_the_gpu_are_not_permitted_and_the_others_not_supported():
    changes = [function.name for function in NVML if function.how == CHANGE]
    absent = [function.name for function in NVML if function.how == ABSENT]
    server = NvmlServer()
    ended = run(
        server,
        f"""
note(sorted({{ask(name, handle(), 0, 0, 0) for name in {changes}}}))
note(sorted({{ask(name, handle(), 0, 0, 0) for name in {absent}}}))
""",
    )
    assert ended.results == [[4], [3]] and server.told == []


def test_cuda_visible_devices_hides_nothing_from_nvml():
    body = "count = u32(); nvml.nvmlDeviceGetCount_v2(byref(count)); note(count.value)"
    for visible in ("", "0", "none"):
        assert run(NvmlServer(), body, CUDA_VISIBLE_DEVICES=visible).results == [1]


def test_without_any_server_the_driver_is_not_loaded_and_one_line_says_why():
    ended = client_process.run(f"{PRELUDE}note(ask('nvmlInit_v2'), ask('nvmlInitWithFlags', 0), ask('nvmlInit'))", 1)
    assert ended.results == [[9, 9, 9]] and ended.output == ""
    assert len(ended.errors.splitlines()) == 1 and "127.0.0.1:1" in ended.errors


def test_a_server_that_cannot_be_reached_is_left_out():
    server = NvmlServer()
    with dispatcher(server.serve) as listening:
        ended = client_process.run(
            INIT + "count = u32(); nvml.nvmlDeviceGetCount_v2(byref(count)); note(count.value)", 1, listening.port
        )
    assert ended.results == [1]
    assert len(ended.errors.splitlines()) == 1 and "127.0.0.1:1" in ended.errors


def test_after_the_server_is_lost_its_gpus_are_and_one_line_says_so():
    def serve(peer: Peer) -> None:
        peer.calls()
        peer.socket.close()

    with dispatcher(serve) as listening:
        ended = client_process.run(
            INIT
            + """
value = u32(77)
for _ in range(3):
    note(ask("nvmlDeviceGetTemperature", handle(), 0, byref(value)))
note(value.value, ask("nvmlShutdown"), ask("nvmlInit_v2"), ask("nvmlDeviceGetTemperature", handle(), 0, byref(value)))
""",
            listening.port,
        )
    assert ended.results == [15, 15, 15, [77, 0, 0, 15]]
    lines = ended.errors.splitlines()
    assert len(lines) == 2 and all("lost the server" in line and "NVML_ERROR_GPU_IS_LOST" in line for line in lines)


def test_garbage_from_the_server_loses_it():
    def serve(peer: Peer) -> None:
        peer.calls()
        peer.send(reply(7, 0, 0, b""))

    with dispatcher(serve) as listening:
        ended = client_process.run(
            INIT + "note(ask('nvmlDeviceGetTemperature', handle(), 0, byref(u32())))", listening.port
        )
    assert ended.results == [15] and "not of the protocol" in ended.errors


def test_a_reply_that_comes_byte_by_byte_and_never_ends_loses_the_server():
    closed = threading.Event()

    def serve(peer: Peer) -> None:
        peer.calls()
        for byte in reply(1, 0, 0, bytes(4096)):
            peer.socket.sendall(bytes([byte]))
            if select.select([peer.socket], [], [], TRICKLE_S)[0] and peer.at_end():
                closed.set()
                return

    with dispatcher(serve) as listening:
        ended = client_process.run(
            INIT + "value = u32(77)\nnote(ask('nvmlDeviceGetTemperature', handle(), 0, byref(value)), value.value)",
            listening.port,
        )
    assert ended.results == [[15, 77]] and "does not come to an end" in ended.errors
    assert closed.is_set()


def test_threads_get_the_answers_to_their_own_questions():
    server = NvmlServer(nvmlDeviceGetTemperature=lambda packed: (0, packed[4:8]))
    ended = run(
        server,
        """
def many(first):
    for sensor in range(first, first + 50):
        value = u32()
        assert ask("nvmlDeviceGetTemperature", handle(), sensor, byref(value)) == 0
        good.append(value.value == sensor)
good = []
threads = [threading.Thread(target=many, args=(1000 * index,)) for index in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
note(len(good), all(good))
""",
    )
    assert ended.results == [[400, True]]


FORK = (
    TEMPERATURE
    + """
def in_child(function):
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(function()).encode())
        os._exit(0)
    os.wait()
    return json.loads(os.read(reader, 4096))
"""
)


def test_a_forked_child_has_a_connection_of_its_own_and_the_parent_keeps_its():
    server = NvmlServer(nvmlDeviceGetTemperature=lambda packed: (0, packed[4:8]))
    with dispatcher(server.serve) as listening:
        ended = client_process.run(
            INIT
            + FORK
            + """
device = handle()
note(temperature(), in_child(temperature), temperature(), in_child(lambda: [ask("nvmlShutdown"), ask("nvmlInit_v2"), *temperature()]))
note(temperature())
""",
            listening.port,
        )
        assert ended.results == [[[0, 5], [0, 5], [0, 5], [0, 0, 0, 5]], [0, 5]]
        sessions = [hello for hello in listening.hellos if "token" in hello]
        assert len(sessions) == 3 and len({hello["pid"] for hello in sessions}) == 3


def test_cuda_begins_in_a_forked_child_of_a_process_that_has_used_nvml():
    server = NvmlServer(nvmlDeviceGetTemperature=lambda packed: (0, packed[4:8]))
    ended = run(
        server,
        FORK
        + """
device = handle()
note(temperature(), in_child(lambda: [cuda.cuInit(0), name_of(0)]), temperature())
""",
    )
    assert ended.results == [[[0, 5], [0, "Scripted"], [0, 5]]]


def test_event_sets_can_be_waited_for_and_time_passes():
    ended = run(
        NvmlServer(),
        """
events, data = ctypes.c_void_p(), ctypes.create_string_buffer(32)
note(ask("nvmlEventSetCreate", byref(events)), ask("nvmlDeviceRegisterEvents", handle(), ctypes.c_uint64(8), events))
begin = time.monotonic()
note(ask("nvmlEventSetWait_v2", events, data, 30), time.monotonic() - begin >= 0.03)
note(ask("nvmlEventSetFree", events), ask("nvmlEventSetFree", events), ask("nvmlEventSetWait_v2", events, data, 0))
""",
    )
    assert ended.results == [[0, 0], [10, True], [0, 2, 2]]


def test_the_private_table_of_nvidia_smi_is_there_and_no_other():
    ended = client_process.run(
        PRELUDE
        + """
table = ctypes.POINTER(ctypes.c_uint64)()
note(ask("nvmlInternalGetExportTable", byref(table), bytes.fromhex("c4fe3e6cc98f6c4ea327ee696e12f7c4")), table[0] % 8, table[0] > 82 * 8)
note(ctypes.CFUNCTYPE(ctypes.c_int)(table[81])())
note(ask("nvmlInternalGetExportTable", byref(table), bytes(16)), bool(table), ask("nvmlInternalGetExportTable", None, bytes(16)))
"""
    )
    assert ended.results == [[0, 0, True], 3, [2, False, 2]]


def test_the_use_of_a_session_is_read_as_it_was_written():
    hello = Hello((1,), "0.1.0", use="nvml")
    assert parse_hello(hello.frame()[16:]) == hello
    assert "use" not in msgpack.unpackb(Hello((1,)).frame()[16:])
