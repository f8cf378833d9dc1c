"""For tests of the client's libnvidia-ml.so.1: scripts in a process of its own, against scripted servers."""

from __future__ import annotations

from typing import Any

import client_process
from scripted_server import Peer, dispatcher, reply
from simple_server import SimpleServer

PRELUDE = """
nvml = ctypes.CDLL("libnvidia-ml.so.1")
u32, byref = ctypes.c_uint, ctypes.byref

def ask(name, *arguments):
    return getattr(nvml, name)(*arguments)

def note(*values):
    results.append(values[0] if len(values) == 1 else list(values))

def handle(index=0):
    device = ctypes.c_void_p()
    assert nvml.nvmlDeviceGetHandleByIndex_v2(index, byref(device)) == 0
    return device
"""
INIT = PRELUDE + "assert nvml.nvmlInit_v2() == 0\n"


class NvmlServer(SimpleServer):
    """Answers `nvml_call` with what `functions` say: (nvmlReturn_t, values) for the arguments, by the function's
    name.
    """

    def __init__(self, **functions: Any) -> None:
        self._functions = functions
        super().__init__({"nvml_call": self._nvml})

    def _nvml(self, peer: Peer, number: int, arguments: list[Any]) -> None:
        function, packed = arguments
        answer = self._functions.get(function, (3, b""))
        peer.send(reply(number, 0, *(answer(packed) if callable(answer) else answer)))


def run(server: SimpleServer, body: str, prelude: str = INIT, **extra: str) -> client_process.Ended:
    with dispatcher(server.serve) as listening:
        return client_process.run(prelude + body, listening.port, **extra)
