"""Asynchronous copies to pinned memory: the call returns, the bytes come whether or not the program calls, and what
frees the memory waits for them."""

from __future__ import annotations

import threading

import pytest
from client_process import start
from patience import PATIENCE_S
from scripted_server import ScriptedDispatcher, data, reply
from simple_server import SimpleServer

from bitfusion.wire.notices import Topic, pack_notice

pytestmark = pytest.mark.usefixtures("either_wire")
SIZE = 3_000_000
WORLD = f"""
context = init()
size = ctypes.c_size_t({SIZE})
memory, stream, pinned = alloc({SIZE}), ctypes.c_void_p(), ctypes.c_void_p()
assert cuda.cuStreamCreate(ctypes.byref(stream), 1) == 0
assert cuda.cuMemHostAlloc(ctypes.byref(pinned), size, 0) == 0
view = (ctypes.c_ubyte * {SIZE}).from_address(pinned.value)
ctypes.memset(pinned, 0xee, {SIZE})
def copy(to=pinned):
    return cuda.cuMemcpyDtoHAsync_v2(to, memory, size, stream)
def is_all(value):
    return bytes(view) == bytes([value]) * {SIZE}
def ask():
    return cuda.cuCtxGetLimit(ctypes.byref(ctypes.c_size_t()), 0)
"""


class Copies:
    """Keeps the copies that it is asked for until send(), which may be called by a call's answer."""

    def __init__(self) -> None:
        self.kept: list[tuple] = []
        self.came = threading.Event()

    def keep(self, peer, number, arguments) -> None:
        self.kept.append((peer, number))
        self.came.set()

    def send(self, value: int, result: int = 0) -> None:
        for peer, number in self.kept:
            half = SIZE // 2
            parts = (
                []
                if result
                else [data(number, half, bytes([value]) * (SIZE - half)), data(number, 0, bytes([value]) * half)]
            )
            peer.send(*parts, reply(number, result))
        self.kept.clear()


@pytest.fixture
def copies():
    return Copies()


def run(server: SimpleServer, body: str):
    return start(WORLD + body, ScriptedDispatcher(server.serve).port)


def outcome(started):
    ended = started.end()
    assert (ended.code, ended.output, ended.errors) == (0, "", "")
    return ended.results


def test_call_returns_before_a_byte_has_come(copies):
    server = SimpleServer({"copy_dtoh_async": copies.keep})

    def limit(peer, number, _):
        copies.send(7)
        peer.send(reply(number, 0, 1))

    server._on["cuCtxGetLimit"] = limit
    # The bytes stand before the answer of the ask, so that they are there when it returns.
    assert outcome(run(server, "results += [copy(), is_all(0xee), ask(), is_all(7)]")) == [0, True, 0, True]


def test_bytes_come_while_the_program_calls_nothing(copies):
    server = SimpleServer({"copy_dtoh_async": copies.keep})
    body = "assert copy() == 0\nwhile not is_all(5):\n    time.sleep(0.001)\nresults.append(is_all(5))"
    started = run(server, body)
    assert copies.came.wait(PATIENCE_S)
    copies.send(5)
    assert outcome(started) == [True]


def test_bytes_stand_before_what_says_that_they_are_there(copies):
    def watched(peer, number, arguments):
        copies.send(9)
        peer.send(pack_notice((Topic.PROGRESS, *arguments[1:4])))

    server = SimpleServer({"copy_dtoh_async": copies.keep, "watch_stream": watched})
    body = "assert copy() == 0\nwhile cuda.cuStreamQuery(stream) == 600:\n    pass\nresults.append(is_all(9))"
    assert outcome(run(server, body)) == [True]


@pytest.mark.parametrize("ending", ["cuMemFreeHost(pinned)", "cuMemHostUnregister(own)"])
def test_memory_that_is_given_up_waits_for_its_copy(copies, ending):
    server = SimpleServer({"copy_dtoh_async": copies.keep})
    body = f"""
own = ctypes.create_string_buffer({SIZE})
assert cuda.cuMemHostRegister_v2(own, size, 0) == 0
assert copy({ending.partition("(")[2][:-1]}) == 0
done = []
thread = threading.Thread(target=lambda: (cuda.cuCtxSetCurrent(context), done.append(cuda.{ending})))
thread.start()
for _ in range(20):
    assert ask() == 0
results.append(list(done))
assert cuda.cuCtxSetLimit(0, size) == 0
thread.join()
results.append(done)
"""

    def release(peer, number, _):
        copies.send(3)
        peer.send(reply(number))

    server._on["cuCtxSetLimit"] = release
    assert outcome(run(server, body)) == [[], [0]]


def test_copy_that_fails_is_told_as_a_call_without_a_reply_is(copies):
    server = SimpleServer({"copy_dtoh_async": copies.keep})

    def limit(peer, number, _):
        peer.send(
            pack_notice((Topic.FAULT, server.told[[call[0] for call in server.told].index("ctx_use")][1], 700 - 396))
        )
        copies.send(0, 304)
        peer.send(reply(number, 0, 1))

    server._on["cuCtxGetLimit"] = limit
    body = "results += [copy(), ask(), cuda.cuCtxSynchronize(), cuda.cuCtxSynchronize(), cuda.cuMemFreeHost(pinned)]"
    assert outcome(run(server, body)) == [0, 0, 304, 0, 0]


def test_loss_of_the_server_lets_go_of_what_is_outstanding(copies):
    silent = lambda *_: None
    server = SimpleServer({"copy_dtoh_async": copies.keep, "stream_wait": silent, "watch_stream": silent})
    started = run(
        server, "assert copy() == 0\nresults += [cuda.cuStreamSynchronize(stream), cuda.cuMemFreeHost(pinned)]"
    )
    assert copies.came.wait(PATIENCE_S)
    copies.kept[0][0].send(data(copies.kept[0][1], 0, bytes(SIZE))[: SIZE // 2])
    copies.kept[0][0].socket.shutdown(2)
    ended = started.end()
    assert ended.code == 0 and ended.results == [806, 806] and ended.errors.count("\n") == 1


def test_program_may_end_with_copies_outstanding(copies):
    server = SimpleServer({"copy_dtoh_async": copies.keep})
    assert outcome(run(server, "results += [copy(), copy()]")) == [0, 0]


def test_copy_to_memory_that_is_not_pinned_waits():
    server = SimpleServer()
    body = f"own = ctypes.create_string_buffer(b'x' * {SIZE}, {SIZE})\nresults += [copy(own), own.raw == bytes({SIZE})]"
    assert outcome(run(server, body)) == [0, True]
    assert "copy_dtoh_async" not in server.names()
