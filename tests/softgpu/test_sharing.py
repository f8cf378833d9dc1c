"""Memory that other processes open: kept while they have it, moved without a write being lost."""

from __future__ import annotations

import os
import subprocess
import sys
from ctypes import Structure, byref, c_char, c_uint, c_uint64

import softcuda as cuda
from patience import PATIENCE_S

WORDS = 3 << 18
LAZY_PEERS = 1
INTERPROCESS = 4 | 2  # and without its time


class Handle(Structure):
    _fields_ = (("reserved", c_char * 64),)


EXPORTER = """
import sys
from test_sharing import *
context = cuda.handle("cuCtxCreate_v2", 0, 0)
address = cuda.number("cuMemAlloc_v2", WORDS * 4)
cuda.must("cuMemsetD32_v2", address, 77, WORDS)
cuda.must("cuCtxSynchronize")
handle = Handle()
cuda.must("cuIpcGetMemHandle", byref(handle), address)
print(bytes(handle).hex(), flush=True)
sys.stdin.read()
"""


RECORDER = """
import sys
from test_sharing import *
context = cuda.handle("cuCtxCreate_v2", 0, 0)
gate = cuda.Gate(cuda.module())
gate.wait_until_it_runs()
event = cuda.handle("cuEventCreate", INTERPROCESS)
cuda.must("cuEventRecord", c_uint64(event), None)
handle = Handle()
cuda.must("cuIpcGetEventHandle", byref(handle), c_uint64(event))
print(bytes(handle).hex(), flush=True)
sys.stdin.read()
"""


def start_exporter(program: str = EXPORTER) -> tuple[subprocess.Popen[str], Handle]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    return process, Handle.from_buffer_copy(bytes.fromhex(process.stdout.readline()))


def test_memory_of_a_process_that_was_killed_stays_until_it_is_closed(context):
    process, handle = start_exporter()
    opened = cuda.number("cuIpcOpenMemHandle_v2", handle, LAZY_PEERS)
    process.kill()
    process.wait(PATIENCE_S)
    assert set(cuda.words(opened, WORDS)) == {77}
    cuda.must("cuMemsetD32_v2", opened, 78, WORDS)
    assert set(cuda.words(opened, WORDS)) == {78}
    cuda.must("cuIpcCloseMemHandle", opened)
    assert cuda.call("cuIpcOpenMemHandle_v2", byref(c_uint64()), handle, LAZY_PEERS) == cuda.INVALID_VALUE


def test_what_kernels_write_while_memory_becomes_shared_is_not_lost(kernels):
    add, handle, launches, rounds = cuda.function(kernels, "add"), Handle(), 20, 6
    for _ in range(rounds):
        address = cuda.allocate(WORDS * 4)
        cuda.must("cuMemsetD32_v2", address, 0, WORDS)
        for launch in range(launches):
            assert cuda.launch(add, address, c_uint(1), grid=WORDS // 256, block=256) == 0
            if launch == launches // 2:
                cuda.must("cuIpcGetMemHandle", byref(handle), address)
        cuda.must("cuCtxSynchronize")
        assert set(cuda.words(address, WORDS)) == {launches}
        cuda.must("cuMemFree_v2", address)


def test_memory_becomes_shared_while_a_kernel_waits_for_the_program(kernels):
    address, stream = cuda.allocate(64), cuda.handle("cuStreamCreate", cuda.NON_BLOCKING)
    gate = cuda.Gate(kernels, stream)
    gate.wait_until_it_runs()
    cuda.must("cuIpcGetMemHandle", byref(Handle()), address)
    gate.open()
    cuda.must("cuCtxSynchronize")


def test_a_record_of_a_process_that_was_killed_is_waited_for_no_longer(context):
    process, handle = start_exporter(RECORDER)
    event, stream = cuda.handle("cuIpcOpenEventHandle", handle), cuda.handle("cuStreamCreate", cuda.NON_BLOCKING)
    cuda.must("cuStreamWaitEvent", stream, event, 0)
    assert cuda.call("cuEventQuery", event) == cuda.NOT_READY
    assert cuda.call("cuStreamQuery", stream) == cuda.NOT_READY
    process.kill()
    process.wait(PATIENCE_S)
    cuda.must("cuEventSynchronize", event)
    cuda.must("cuStreamSynchronize", stream)
