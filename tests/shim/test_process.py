"""A program with the shim in it, against scripted servers: initialisation, devices, fork, loss, exit. stdout stays
empty.
"""

from __future__ import annotations

import os
import signal
import socket
from typing import Any

import pytest
from client_process import run, start
from patience import PATIENCE_S
from scripted_server import Peer, dispatcher, reply
from silence import refusing
from simple_server import SimpleServer

NOT_INITIALIZED, LOST = 3, 806


def one_line(ended) -> str:
    """The one line on stderr; nothing is on stdout and the program ended by itself."""
    assert (ended.code, ended.output) == (0, ""), ended.errors
    assert ended.errors.count("\n") == 1 and ended.errors.startswith("bitfusion: "), ended.errors
    return ended.errors


def quiet(ended) -> list:
    assert (ended.code, ended.output, ended.errors) == (0, "", "")
    return ended.results


def test_no_server_is_said_once_however_often_it_is_tried():
    with refusing() as port:
        ended = run("for _ in range(3): call('cuInit', 0)\ncall('cuCtxSynchronize')", port)
    assert ended.results == [805, 805, 805, NOT_INITIALIZED]
    assert f"127.0.0.1:{port}" in one_line(ended)


def test_no_list_of_servers_is_said_too(tmp_path):
    ended = run("call('cuInit', 0)", HOME=str(tmp_path))
    assert ended.results == [805] and "BF_SERVERS" in one_line(ended)


def test_refusal_is_the_result_of_cuinit():
    from test_connect import refused

    with dispatcher(first=refused(808, "8 clients of 8", "wait")) as server:
        ended = run("call('cuInit', 0)", server.port)
    assert ended.results == [808] and "8 clients of 8; wait" in one_line(ended)


def test_version_is_known_before_cuinit_and_nothing_else():
    body = """
version, count = ctypes.c_int(), ctypes.c_int()
call('cuDriverGetVersion', ctypes.byref(version)); results.append(version.value)
call('cuDeviceGetCount', ctypes.byref(count))
call('cuInit', 0); call('cuDeviceGetCount', ctypes.byref(count)); results.append(count.value)
"""
    with dispatcher(devices=("A", "B")) as server:
        assert quiet(run(body, server.port)) == [0, 13000, NOT_INITIALIZED, 0, 0, 2]


def test_server_that_comes_up_later_is_found_by_a_later_cuinit():
    body = """
call('cuInit', 0)
os.environ['BF_SERVERS'] = os.environ['LATER']
call('cuInit', 0)
"""
    with refusing() as port, dispatcher() as server:
        ended = run(body, port, LATER=f"127.0.0.1:{server.port}")
    assert ended.results == [805, 0]
    one_line(ended)


NAMES = """
call('cuInit', 0)
count = ctypes.c_int()
call('cuDeviceGetCount', ctypes.byref(count))
results.append([name_of(index) for index in range(count.value)])
"""


@pytest.mark.parametrize(
    ("visible", "expected"), [(None, ["A", "B", "C"]), ("2,0", ["C", "A"]), ("1,7,0", ["B"]), ("GPU-02020202", ["B"])]
)
def test_devices_of_several_servers_are_one_list(visible, expected):
    extra = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    with dispatcher(devices=("A", "B")) as first, dispatcher(devices=("C",)) as second:
        assert quiet(run(NAMES, first.port, second.port, **extra)) == [0, 0, expected]


def test_no_visible_device_is_no_device():
    with dispatcher(devices=("A",)) as server:
        ended = run("call('cuInit', 0)", server.port, CUDA_VISIBLE_DEVICES="")
    assert quiet(ended) == [100]


def test_each_server_gets_the_calls_of_its_own_devices():
    servers = SimpleServer(), SimpleServer(base=0x7E00_0000_0000)  # else the client would ask again
    body = """
init()
second, context = ctypes.c_int(), ctypes.c_void_p()
here = alloc(4096)
assert cuda.cuDeviceGet(ctypes.byref(second), 1) == 0
assert cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), second) == 0
assert cuda.cuCtxPushCurrent_v2(context) == 0
there = alloc(4096)
can = ctypes.c_int(7)
call('cuDeviceCanAccessPeer', ctypes.byref(can), 0, 1); results.append(can.value)
call('cuCtxSynchronize')
"""
    with dispatcher(servers[0].serve, devices=("A",)) as first, dispatcher(servers[1].serve, devices=("B",)) as second:
        assert quiet(run(body, first.port, second.port)) == [0, 0, 0]
    assert servers[0].names() == ["ctx_retain_primary", "ctx_use", "cuMemAlloc_v2"]
    assert servers[1].names() == ["ctx_retain_primary", "ctx_use", "cuMemAlloc_v2", "cuCtxSynchronize"]


def test_shared_memory_is_not_promised():
    body = """
init()
for attribute in (41, 86, 88, 89, 100, 101, 102, 125):
    value = ctypes.c_int(7)
    assert cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute, 0) == 0
    results.append(value.value)
"""
    with dispatcher(SimpleServer().serve) as server:
        assert quiet(run(body, server.port)) == [1, 0, 0, 0, 0, 0, 0, 0]


def test_values_that_are_no_handles_are_refused_without_a_call():
    server = SimpleServer()
    body = """
init()
for value in (3, 0x1000, 0xdeadbeef, 2**63, ctypes.addressof(ctypes.c_int())):
    handle = ctypes.c_void_p(value)
    call('cuStreamSynchronize', handle); call('cuEventQuery', handle); call('cuModuleUnload', handle)
    call('cuLaunchKernel', handle, 1, 1, 1, 1, 1, 1, 0, None, None, None)
cuda.cuCtxSynchronize()
"""
    with dispatcher(server.serve) as listening:
        assert quiet(run(body, listening.port)) == [400] * 20
    assert server.names() == ["ctx_retain_primary", "ctx_use", "cuCtxSynchronize"]


def test_bad_device_pointers_are_refused_at_the_very_call():
    server = SimpleServer()
    body = """
init()
good, host = alloc(1000), ctypes.create_string_buffer(2000)
size = ctypes.c_size_t
for base, count in ((good.value, 1000), (good.value + 999, 1), (good.value, 1001), (good.value - 1, 1), (0, 1), (4711, 5)):
    at = ctypes.c_uint64(base)
    call('cuMemcpyHtoD_v2', at, host, size(count)); call('cuMemsetD8_v2', at, 1, size(count))
    call('cuMemcpyDtoH_v2', host, at, size(count)); call('cuMemcpyDtoD_v2', good, at, size(count))
call('cuMemFree_v2', ctypes.c_uint64(good.value + 1)); call('cuMemFree_v2', good); call('cuMemFree_v2', good)
"""
    with dispatcher(server.serve) as listening:
        results = quiet(run(body, listening.port))
    assert results == [0] * 8 + [1] * 16 + [1, 0, 1]


def test_child_of_fork_is_not_initialized_and_never_writes_to_the_server():
    server = SimpleServer()
    body = """
init()
address = alloc(100)
child = os.fork()
if not child:
    mine = [cuda.cuInit(0), cuda.cuCtxSynchronize(), cuda.cuMemFree_v2(address), cuda.cuDeviceGetCount(ctypes.byref(ctypes.c_int()))]
    os._exit(0 if mine == [3] * 4 else 1)
results.append(os.waitpid(child, 0)[1])
call('cuMemFree_v2', address); call('cuCtxSynchronize')
"""
    with dispatcher(server.serve) as listening:
        assert quiet(run(body, listening.port)) == [0, 0, 0]
    assert server.names() == ["ctx_retain_primary", "ctx_use", "cuMemAlloc_v2", "cuMemFree_v2", "cuCtxSynchronize"]


def test_child_of_fork_before_cuinit_makes_its_own_session():
    first = SimpleServer()
    body = """
child = os.fork()
init()
alloc(100)
if not child: os._exit(0)
results.append(os.waitpid(child, 0)[1])
"""
    with dispatcher(first.serve) as listening:
        assert quiet(run(body, listening.port)) == [0]
        assert len(listening.hellos) == 4
    assert sorted(first.names()) == ["ctx_retain_primary"] * 2 + ["ctx_use"] * 2 + ["cuMemAlloc_v2"] * 2


def test_session_ends_with_the_parent_though_a_child_lives_on():
    server = SimpleServer()
    body = """
init()
child = os.fork()
if not child:
    time.sleep(1000); os._exit(0)
os.write(REPORT, str(child).encode())
os.kill(os.getpid(), signal.SIGKILL)
"""
    with dispatcher(server.serve) as listening:
        started = start(body, listening.port)
        started.process.wait(PATIENCE_S)
        child = int(os.read(started.pipe, 20))
        try:
            assert server.ended.wait(PATIENCE_S)
        finally:
            os.kill(child, signal.SIGKILL)
            os.close(started.pipe)


def test_lost_server_ends_the_call_that_waits_and_every_later_one():
    def vanish(peer, number, arguments):
        peer.socket.shutdown(socket.SHUT_RDWR)

    body = """
init()
address = alloc(100)
call('cuCtxSynchronize')
def seconds():
    begin = time.monotonic()
    call('cuMemFree_v2', address); call('cuCtxSynchronize')
    call('cuMemAlloc_v2', ctypes.byref(address), ctypes.c_size_t(1))
    call('cuStreamSynchronize', None); call('cuInit', 0)
    return time.monotonic() - begin
results.append(min(seconds() for _ in range(5)) < 1)
"""
    with dispatcher(SimpleServer({"cuCtxSynchronize": vanish}).serve) as listening:
        ended = run(body, listening.port)
    assert ended.results == [LOST, *[LOST, LOST, LOST, LOST, 0] * 5, True]
    assert "lost the server" in one_line(ended)


def test_calls_at_exit_and_after_it_do_no_harm():
    body = """
context = init()
address = alloc(100)
atexit.register(lambda: [cuda.cuMemFree_v2(address), cuda.cuDevicePrimaryCtxRelease(0), cuda.cuCtxSynchronize()])
"""
    with dispatcher(SimpleServer().serve) as listening:
        quiet(run(body, listening.port))


def test_connection_survives_a_program_that_closes_low_descriptors():
    body = """
init()
keep = {0, 1, 2, REPORT}
for descriptor in range(400):
    if descriptor not in keep:
        try: os.close(descriptor)
        except OSError: pass
alloc(100)
call('cuCtxSynchronize')
"""
    with dispatcher(SimpleServer().serve) as listening:
        assert quiet(run(body, listening.port)) == [0]


def test_absent_call_is_named_once_when_debugging():
    body = "init()\nfor _ in range(3): call('cuGraphicsUnregisterResource', None)"
    with dispatcher(SimpleServer().serve) as listening:
        assert quiet(run(body, listening.port)) == [801] * 3
        ended = run(body, listening.port, BF_DEBUG="1")
    assert ended.results == [801] * 3 and ended.errors.count("cuGraphicsUnregisterResource is not remoted") == 1


def test_signals_do_not_disturb_a_call_that_waits():
    def late(peer, number, arguments):
        import time

        from scripted_server import reply

        time.sleep(0.5)
        peer.send(reply(number))

    body = """
init()
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
call('cuCtxSynchronize')
signal.setitimer(signal.ITIMER_REAL, 0)
"""
    with dispatcher(SimpleServer({"cuCtxSynchronize": late}).serve) as listening:
        assert quiet(run(body, listening.port)) == [0]


def test_host_memory_never_gets_the_address_of_device_memory():
    body = """
init()
import mmap
libc = ctypes.CDLL(None); libc.mmap.restype = ctypes.c_void_p
def map_at(address): return libc.mmap(ctypes.c_void_p(address), ctypes.c_size_t(4096), 3, 0x22, -1, ctypes.c_long(0))
taken = HOST_TAKEN = map_at({near} + (2 << 20))
first = alloc(1 << 20)
results.append(map_at(first.value) != first.value)
kind = ctypes.c_uint()
call('cuPointerGetAttribute', ctypes.byref(kind), 2, first); results.append(kind.value)
for _ in range(5): alloc(1 << 20)
ctypes.memset(taken, 7, 4096)
results.append(ctypes.string_at(taken, 1) == b'\\7')
"""
    near = 0x7E00_0000_0000
    with dispatcher(SimpleServer(base=near).serve) as listening:
        assert quiet(run(body.replace("{near}", str(near)), listening.port)) == [True, 0, 2, True]


def test_managed_memory_takes_the_place_of_device_memory_that_has_host_memory_near_it():
    near = 0x7E00_0000_0000
    places = [near + 4096, near]

    def given(peer: Peer, number: int, _: list[Any]) -> None:
        peer.send(reply(number, 0, places.pop(0)))

    body = f"""
init()
libc = ctypes.CDLL(None); libc.mmap.restype = ctypes.c_void_p
here = {near} + (32 << 20)
assert libc.mmap(ctypes.c_void_p(here), ctypes.c_size_t(4096), 3, 0x22, -1, ctypes.c_long(0)) == here
first = alloc(512)
call('cuMemFree_v2', first)
managed = ctypes.c_uint64()
call('cuMemAllocManaged', ctypes.byref(managed), ctypes.c_size_t(4096), 1); results.append(managed.value)
"""
    with dispatcher(SimpleServer({"cuMemAlloc_v2": given}).serve) as listening:
        assert quiet(run(body, listening.port)) == [0, 0, near]


def test_threads_have_their_own_current_context():
    body = """
context = init()
def other():
    current = ctypes.c_void_p(1)
    call('cuCtxGetCurrent', ctypes.byref(current)); results.append(current.value)
    call('cuCtxSynchronize'); call('cuCtxSetCurrent', context); call('cuCtxSynchronize')
thread = threading.Thread(target=other); thread.start(); thread.join()
call('cuCtxSynchronize')
"""
    with dispatcher(SimpleServer().serve) as listening:
        assert quiet(run(body, listening.port)) == [0, None, 201, 0, 0, 0]
