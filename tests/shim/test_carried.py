"""Errors that a server tells by notices: returned once, by a call of their context that may carry them, which is
executed all the same.
"""

from __future__ import annotations

from typing import Any

import pytest
from client_process import run
from scripted_server import Peer, dispatcher, reply
from simple_server import ADDRESS, SimpleServer

from bitfusion.api.table import SYMBOLS, WIRES
from bitfusion.wire.notices import Topic, pack_notice

FAULT, LOST = 304, 700

# A program with everything that the calls below want. `told()` makes the server tell what the test has for this place.
WORLD = """
context = init()
host = ctypes.create_string_buffer(4096)
memory, stream, event, start = alloc(4096), ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
module, function, limit = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
free, total, address = ctypes.c_size_t(), ctypes.c_size_t(), ctypes.c_uint64()
image = b'.version 6.0\\n.target sm_50\\n.address_size 64\\n.visible .entry f(.param .u64 a, .param .u32 b) { ret; }\\0'
assert cuda.cuStreamCreate(ctypes.byref(stream), 1) == 0
assert cuda.cuEventCreate(ctypes.byref(event), 0) == cuda.cuEventCreate(ctypes.byref(start), 0) == 0
assert cuda.cuModuleLoadData(ctypes.byref(module), image) == 0
assert cuda.cuModuleGetFunction(ctypes.byref(function), module, b'f') == 0
assert cuda.cuEventRecord(event, stream) == cuda.cuEventRecord(start, stream) == 0
assert cuda.cuStreamSynchronize(stream) == 0
word, parameters = ctypes.c_uint64(), (ctypes.c_void_p * 2)()
parameters[0] = parameters[1] = ctypes.addressof(word)
size, ms = ctypes.c_size_t(64), ctypes.c_float()

class Plan(ctypes.Structure):
    names = 'sx sy stype shost sdev sarray spitch dx dy dtype dhost ddev darray dpitch width height'.split()
    _fields_ = [(name, ctypes.c_uint if name in ('stype', 'dtype') else ctypes.c_size_t) for name in names]

plan = Plan(stype=2, sdev=memory.value, spitch=16, dtype=2, ddev=memory.value + 2048, dpitch=16, width=16, height=4)

class Box(ctypes.Structure):
    side = 'x y z lod type host device array other pitch height'
    words = [*('s' + side.replace(' ', ' s')).split(), *('d' + side.replace(' ', ' d')).split(), 'width', 'rows', 'depth']
    _fields_ = [(name, ctypes.c_uint if name[1:] == 'type' else ctypes.c_size_t) for name in words]

ends = dict(stype=2, sdevice=memory.value, spitch=16, sheight=4, dtype=2, ddevice=memory.value + 2048, dpitch=16, dheight=4)
box = Box(width=16, rows=4, depth=2, **ends)
between = Box(width=16, rows=4, depth=2, sother=context.value, dother=context.value, **ends)
array, shape = ctypes.c_void_p(), (ctypes.c_size_t * 3)(4096, 0, (1 << 32) + 1)
assert cuda.cuArrayCreate_v2(ctypes.byref(array), shape) == 0
origin, one, how = ctypes.c_size_t(0), ctypes.c_size_t(1), (ctypes.c_uint * 6)(1)
targets, sources = (ctypes.c_uint64 * 1)(memory.value + 2048), (ctypes.c_uint64 * 1)(memory.value)
boxes = (ctypes.c_uint64 * 14)(1, memory.value, 64, 1, 0, 1, memory.value + 2048, 64, 1, 0, 64, 1, 1, 1)

def told():
    assert cuda.cuCtxGetLimit(ctypes.byref(limit), 0) == 0
"""

CARRIERS = {
    "cuCtxSynchronize": "",
    "cuCtxSynchronize_v2": "context",
    "cuStreamQuery": "stream",
    "cuStreamSynchronize": "stream",
    "cuStreamWaitEvent": "stream, event, 0",
    "cuEventQuery": "event",
    "cuEventSynchronize": "event",
    "cuEventRecord": "event, stream",
    "cuEventRecordWithFlags": "event, stream, 0",
    "cuMemcpy": "memory, ctypes.c_uint64(ctypes.addressof(host)), size",
    "cuMemcpyAsync": "ctypes.c_uint64(ctypes.addressof(host)), memory, size, stream",
    "cuMemcpyHtoD_v2": "memory, host, size",
    "cuMemcpyHtoDAsync_v2": "memory, host, size, stream",
    "cuMemcpyDtoH_v2": "host, memory, size",
    "cuMemcpyDtoHAsync_v2": "host, memory, size, stream",
    "cuMemcpyDtoD_v2": "memory, memory, size",
    "cuMemcpyDtoDAsync_v2": "memory, memory, size, stream",
    "cuMemcpyPeer": "memory, context, memory, context, size",
    "cuMemcpyPeerAsync": "memory, context, memory, context, size, stream",
    "cuMemcpy2D_v2": "ctypes.byref(plan)",
    "cuMemcpy2DUnaligned_v2": "ctypes.byref(plan)",
    "cuMemcpy2DAsync_v2": "ctypes.byref(plan), stream",
    "cuMemcpy3D_v2": "ctypes.byref(box)",
    "cuMemcpy3DAsync_v2": "ctypes.byref(box), stream",
    "cuMemcpy3DPeer": "ctypes.byref(between)",
    "cuMemcpy3DPeerAsync": "ctypes.byref(between), stream",
    "cuMemcpyAtoA_v2": "array, origin, array, ctypes.c_size_t(1024), size",
    "cuMemcpyAtoD_v2": "memory, array, origin, size",
    "cuMemcpyDtoA_v2": "array, origin, memory, size",
    "cuMemcpyAtoH_v2": "host, array, origin, size",
    "cuMemcpyAtoHAsync_v2": "host, array, origin, size, stream",
    "cuMemcpyHtoA_v2": "array, origin, host, size",
    "cuMemcpyHtoAAsync_v2": "array, origin, host, size, stream",
    "cuMemcpyBatchAsync": "targets, sources, ctypes.byref(size), one, how, ctypes.byref(origin), one, None, stream",
    "cuMemcpyBatchAsync_v2": "targets, sources, ctypes.byref(size), one, how, ctypes.byref(origin), one, stream",
    "cuMemcpy3DBatchAsync": "one, boxes, None, ctypes.c_size_t(0), stream",
    "cuMemcpy3DBatchAsync_v2": "one, boxes, ctypes.c_size_t(0), stream",
    "cuMemsetD8_v2": "memory, 1, size",
    "cuMemsetD16_v2": "memory, 1, size",
    "cuMemsetD32_v2": "memory, 1, size",
    "cuMemsetD8Async": "memory, 1, size, stream",
    "cuMemsetD16Async": "memory, 1, size, stream",
    "cuMemsetD32Async": "memory, 1, size, stream",
    "cuMemsetD2D8_v2": "memory, size, 1, ctypes.c_size_t(4), ctypes.c_size_t(4)",
    "cuMemsetD2D16_v2": "memory, size, 1, ctypes.c_size_t(4), ctypes.c_size_t(4)",
    "cuMemsetD2D32_v2": "memory, size, 1, ctypes.c_size_t(4), ctypes.c_size_t(4)",
    "cuMemsetD2D8Async": "memory, size, 1, ctypes.c_size_t(4), ctypes.c_size_t(4), stream",
    "cuMemsetD2D16Async": "memory, size, 1, ctypes.c_size_t(4), ctypes.c_size_t(4), stream",
    "cuMemsetD2D32Async": "memory, size, 1, ctypes.c_size_t(4), ctypes.c_size_t(4), stream",
}

# Of work that is known to be complete.
ANSWERED_HERE = ("cuStreamQuery", "cuStreamSynchronize", "cuEventQuery", "cuEventSynchronize")

# Calls that give something back, or that a program must not repeat.
OTHERS = [
    "cuMemAlloc_v2(ctypes.byref(address), size)",
    "cuMemAllocAsync(ctypes.byref(address), size, stream)",
    "cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total))",
    "cuMemHostAlloc(ctypes.byref(address), size, 0)",
    "cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, parameters, None)",
    "cuStreamCreate(ctypes.byref(ctypes.c_void_p()), 0)",
    "cuEventCreate(ctypes.byref(ctypes.c_void_p()), 0)",
    "cuEventElapsedTime(ctypes.byref(ms), start, event)",
    "cuModuleLoadData(ctypes.byref(ctypes.c_void_p()), image)",
    "cuModuleGetFunction(ctypes.byref(ctypes.c_void_p()), module, b'other')",
    "cuModuleGetGlobal_v2(ctypes.byref(address), ctypes.byref(total), module, b'name')",
    "cuCtxGetLimit(ctypes.byref(limit), 0)",
    "cuCtxSetLimit(0, size)",
    "cuCtxSetCacheConfig(1)",
    "cuFuncSetCacheConfig(function, 1)",
    "cuFuncGetAttribute(ctypes.byref(ctypes.c_int()), 0, function)",
    "cuCtxGetStreamPriorityRange(None, None)",
    "cuMemFreeAsync(alloc(64), stream)",
    "cuMemFree_v2(alloc(64))",
    "cuStreamDestroy_v2(stream)",
    "cuEventDestroy_v2(start)",
    "cuModuleUnload(module)",
    "cuCtxPopCurrent_v2(ctypes.byref(ctypes.c_void_p()))",
    "cuCtxPushCurrent_v2(context)",
]


def tells(*rounds: list[tuple[Any, ...]]) -> SimpleServer:
    """A server that tells `rounds`, one after another, before its replies to cuCtxGetLimit. A context is a number from
    0, in the order in which they were made; None is no context."""
    left, contexts = list(rounds), []

    def made(peer: Peer, number: int, arguments: list[Any]) -> None:
        contexts.append(arguments[0])
        peer.send(reply(number))

    def told(peer: Peer, number: int, arguments: list[Any]) -> None:
        notices = left.pop(0) if left else []
        named = [
            (topic, 0 if which is None else contexts[which] if which < 50 else which, code)
            for topic, which, code in notices
        ]
        peer.send(*([pack_notice(*named)] if named else []), reply(number, 0, 1024))

    def variable(peer: Peer, number: int, arguments: list[Any]) -> None:
        peer.send(reply(number, 0, ADDRESS - 4096, 64, 0))

    return SimpleServer(
        {"ctx_retain_primary": made, "ctx_create": made, "cuCtxGetLimit": told, "cuModuleGetGlobal_v2": variable}
    )


def results(server: SimpleServer, body: str, devices: tuple[str, ...] = ("A",)) -> list[Any]:
    with dispatcher(server.serve, devices=devices) as started:
        ended = run(WORLD + body, started.port)
    assert (ended.code, ended.output, ended.errors) == (0, "", "")
    return ended.results


def test_what_carries_is_what_the_table_says():
    assert set(CARRIERS) == {symbol.name for symbol in SYMBOLS if symbol.carries}


@pytest.mark.parametrize("name", list(CARRIERS))
def test_carrier_is_executed_and_returns_the_error_once(name):
    server = tells([(Topic.FAULT, 0, FAULT)])
    calls = f"call('{name}', {CARRIERS[name]})\n"
    assert results(server, f"{calls}told()\n{calls}{calls}told()") == [0, FAULT, 0]
    at = server.names().index("cuCtxGetLimit")
    carrying = {wire.name for wire in WIRES if wire.carries}
    executed = [call for call in server.told[at + 1 :] if call[0] in carrying]
    assert executed[: len(executed) // 2] == executed[len(executed) // 2 :]
    assert len(executed) >= 2 or name in ANSWERED_HERE


def test_calls_that_give_something_or_may_not_be_repeated_leave_the_error_for_a_later_one():
    server = tells([(Topic.FAULT, 0, FAULT)])
    body = (
        "told()\n"
        + "\n".join(f"results.append(cuda.{each})" for each in OTHERS)
        + "\ncall('cuCtxSynchronize')\ncall('cuCtxSynchronize')"
    )
    assert dict(zip([*OTHERS, "carrier", "again"], results(server, body), strict=True)) == {
        **dict.fromkeys(OTHERS, 0),
        "carrier": FAULT,
        "again": 0,
    }


def test_first_of_several_errors_is_kept():
    server = tells([(Topic.FAULT, 0, FAULT), (Topic.FAULT, 0, 2)], [(Topic.FAULT, 0, 400)])
    body = "told()\ntold()\ncall('cuStreamQuery', stream)\ncall('cuStreamQuery', stream)"
    assert results(server, body) == [FAULT, 0]


def test_carrier_that_fails_returns_its_own_error_and_the_earlier_one_waits():
    server = tells([(Topic.FAULT, 0, FAULT)])
    answers = [999, 0, 0]
    server._on["cuCtxSynchronize"] = lambda peer, number, _: peer.send(reply(number, answers.pop(0)))
    body = (
        "told()\nassert cuda.cuMemcpyHtoD_v2(ctypes.c_uint64(64), host, size) == 1\n" + "call('cuCtxSynchronize')\n" * 3
    )
    assert results(server, body) == [999, FAULT, 0]


def test_call_that_fails_because_something_could_not_be_made_says_why():
    server = tells([(Topic.FAULT, 0, FAULT)])
    answers = [400, 400]
    server._on["cuEventElapsedTime"] = lambda peer, number, _: peer.send(reply(number, answers.pop(0)))
    body = "told()\n" + "call('cuEventElapsedTime', ctypes.byref(ms), start, event)\n" * 2 + "call('cuCtxSynchronize')"
    assert results(server, body) == [FAULT, 400, 0]


def test_call_that_fails_in_a_lost_context_says_that_it_is_lost():
    server = tells()

    def fail(peer: Peer, number: int, _: list[Any]) -> None:
        peer.send(pack_notice((Topic.LOST, server.told[0][1], LOST)), reply(number, 400))

    server._on["cuEventElapsedTime"] = fail
    assert results(server, "call('cuEventElapsedTime', ctypes.byref(ms), start, event)") == [LOST]


def test_errors_and_losses_are_those_of_their_context():
    server = tells([(Topic.FAULT, 1, FAULT)], [(Topic.LOST, 1, LOST)])
    body = """
other = ctypes.c_void_p()
assert cuda.cuCtxCreate_v2(ctypes.byref(other), 0, 0) == 0
assert cuda.cuCtxSetCurrent(context) == 0
def look():
    for each in (context, other):
        assert cuda.cuCtxSetCurrent(each) == 0
        call('cuCtxSynchronize')
        results.append(cuda.cuMemAlloc_v2(ctypes.byref(address), size))
        call('cuStreamQuery', stream)
told()
look()
assert cuda.cuCtxSetCurrent(context) == 0
told()
look()
"""
    assert results(server, body) == [0, 0, 0, FAULT, 0, 0, 0, 0, 0, LOST, LOST, 0]


def test_threads_see_the_errors_of_the_context_that_is_current_on_them():
    server = tells([(Topic.LOST, 1, LOST)])
    body = """
other, done = ctypes.c_void_p(), []
assert cuda.cuCtxCreate_v2(ctypes.byref(other), 0, 0) == 0
assert cuda.cuCtxSetCurrent(context) == 0
told()
def work(mine):
    assert cuda.cuCtxSetCurrent(mine) == 0
    done.append((mine is other, cuda.cuCtxSynchronize(), cuda.cuMemAlloc_v2(ctypes.byref(ctypes.c_uint64()), size)))
threads = [threading.Thread(target=work, args=(mine,)) for mine in (context, other)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
results += sorted(done)
"""
    assert results(server, body) == [[False, 0, 0], [True, LOST, LOST]]


def test_error_of_a_call_in_no_context_is_told_by_any_context_once():
    server = tells([(Topic.FAULT, None, FAULT)])
    body = """
other = ctypes.c_void_p()
told()
assert cuda.cuCtxCreate_v2(ctypes.byref(other), 0, 0) == 0
call('cuCtxSynchronize')
assert cuda.cuCtxSetCurrent(context) == 0
call('cuCtxSynchronize')
"""
    assert results(server, body) == [FAULT, 0]


def test_call_that_needs_no_context_is_made_in_that_of_its_thread_or_in_none():
    server = tells()
    body = """
library, kernel = ctypes.c_void_p(), ctypes.c_void_p()
assert cuda.cuLibraryLoadData(ctypes.byref(library), image, None, None, 0, None, None, 0) == 0
assert cuda.cuLibraryGetKernel(ctypes.byref(kernel), library, b'f') == 0
def configure():
    results.append(cuda.cuKernelSetCacheConfig(kernel, 1, 0))
configure()
thread = threading.Thread(target=configure)
thread.start()
thread.join()
configure()
told()
"""
    assert results(server, body) == [0, 0, 0]
    last = [call for call in server.told if call[0] in ("ctx_use", "cuKernelSetCacheConfig")][-5:]
    context = server.told[0][1]
    assert [call[:2] if call[0] == "ctx_use" else call[:1] for call in last] == [
        ["cuKernelSetCacheConfig"],
        ["ctx_use", 0],
        ["cuKernelSetCacheConfig"],
        ["ctx_use", context],
        ["cuKernelSetCacheConfig"],
    ]


def test_error_of_a_context_that_nobody_has_is_told_to_nobody():
    server = tells([(Topic.FAULT, 5000, FAULT), (Topic.LOST, 5000, LOST)])
    assert results(server, "told()\ncall('cuCtxSynchronize')") == [0]


def test_reset_of_a_lost_primary_context_gives_a_new_one_that_works():
    server = tells([(Topic.FAULT, 0, FAULT), (Topic.LOST, 0, LOST)])
    body = """
told()
call('cuCtxSynchronize')
call('cuDevicePrimaryCtxReset_v2', 0)
call('cuDevicePrimaryCtxRetain', ctypes.byref(ctypes.c_void_p()), 0)
call('cuCtxSynchronize')
"""
    assert results(server, body) == [LOST, 0, 0, 0]


def test_loss_that_came_while_nothing_was_called_is_returned_by_the_first_call():
    came = []

    def freed(peer: Peer, number: int, arguments: list[Any]) -> None:
        # The program is not told by a reply: it finds out when it calls again.
        peer.send(pack_notice((Topic.LOST, server.told[0][1], LOST)))
        came.append(number)

    server = SimpleServer({"cuMemFree_v2": freed})
    body = """
results.append(cuda.cuMemFree_v2(alloc(64)))
while not (result := cuda.cuMemcpyHtoD_v2(memory, host, size)):
    time.sleep(0.005)
results += [result, cuda.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, parameters, None)]
"""
    assert results(server, body) == [0, LOST, LOST] and came
