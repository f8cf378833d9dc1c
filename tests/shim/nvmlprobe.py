"""Calls every function that servers answer, the same way each time, and prints what came out: run beside a GPU and
through the wire.

python nvmlprobe.py        one JSON object: name -> [nvmlReturn_t, bytes that were written] for each set of arguments
"""

from __future__ import annotations

import ctypes
import json
from typing import Any

import pynvml

from bitfusion.generated.nvml import FUNCTIONS

ROOM = 8  # elements of an array, characters of a text
SIZES = (12, 16, 24, 40, 80, 136, 560)  # of structures that tell their own


def call(name: str, device: Any, number: int, size: int) -> list[Any]:
    buffers, arguments = [], []
    for letter, count, _ in FUNCTIONS[name]:
        if letter == "D":
            arguments.append(device)
        elif letter == "u":
            arguments.append(
                ctypes.c_ulonglong(
                    ROOM
                    if any(param[2] == len(arguments) for param in FUNCTIONS[name] if param[0] in "sanx")
                    else number
                )
            )
        else:
            bytes_ = {"v": size, "c": 4, "a": count * ROOM, "n": count * ROOM, "s": ROOM * 10, "x": count * ROOM}.get(
                letter, count
            )
            buffer = ctypes.create_string_buffer(b"\x55" * bytes_, bytes_)
            if letter == "v":
                buffer[:4] = (size | 1 << 24).to_bytes(4, "little")
            elif letter == "c":
                buffer[:4] = ROOM.to_bytes(4, "little")
            buffers.append(buffer)
            arguments.append(buffer)
    result = getattr(pynvml.nvmlLib, name)(*arguments)
    return [result, [buffer.raw.hex() for buffer in buffers]]


def main() -> None:
    pynvml.nvmlInit()
    device = pynvml.nvmlDeviceGetHandleByIndex(0)
    found = {}
    for name, params in FUNCTIONS.items():
        sizes = SIZES if any(param[0] == "v" for param in params) else SIZES[:1]
        numbers = range(4) if any(param[0] == "u" for param in params) else range(1)
        found[name] = [call(name, device, number, size) for number in numbers for size in sizes]
    print(json.dumps(found))


main()
