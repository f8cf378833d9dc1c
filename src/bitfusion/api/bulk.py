"""Bulk data between the client and the device, as `Wire.does` says it of a call:

    sends(src, pitch, width, height)    rows of the device go to the client, who waits for them
    sends_later(...)                    nobody waits
    receives(...)                       they come from the client

With one argument it is a box, with two where the bytes are and how many.
"""

from __future__ import annotations

from collections.abc import Sequence

from .expressions import safe
from .model import Param, Wire

WORDS = ("sends", "sends_later", "receives")


def answer(word: str, wire: Wire, params: Sequence[Param]) -> str:
    """What the function returns; "" for what cannot be expressed."""
    streams = [safe(param) for param in wire.arg_params if param.type == "CUstream"]
    names = [safe(param) for param in params]
    if len(streams) != 1 or wire.bulk != ("in" if word == "receives" else "out"):
        return ""
    if len(params) == 1 and params[0].type == "CUDA_MEMCPY3D":
        side = f"boxes.Box(Memory(session, described.CUDA_MEMCPY3D, {names[0]}, True))"
    elif len(params) in (2, 4):
        side = f"copies.Rows({', '.join(names if len(names) == 4 else [*names, names[1], '1'])})"
    else:
        return ""
    return f"copies.{word}(session, {side}, session.streams[{streams[0]}])"
