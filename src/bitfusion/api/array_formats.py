"""The formats of CUDA arrays: what an element of each has. libcuda/generated/array_formats.h is made from this, and the
server charges arrays by it.

Planar formats, and those of video with subsampled colours, have no row: no device has them.
"""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """`channels`: how many the descriptor must say, 0: 1, 2 or 4. `bytes`: of a channel if it is 0, else of an element,
    which is a block of `side` x `side` texels.
    """

    number: int
    channels: int
    bytes: int
    side: int = 1


_PLAIN = {
    "UNSIGNED_INT8": (0x01, 1),
    "UNSIGNED_INT16": (0x02, 2),
    "UNSIGNED_INT32": (0x03, 4),
    "SIGNED_INT8": (0x08, 1),
    "SIGNED_INT16": (0x09, 2),
    "SIGNED_INT32": (0x0A, 4),
    "HALF": (0x10, 2),
    "FLOAT": (0x20, 4),
}
_PACKED = {"UNORM_INT_101010_2": (0x50, 4, 4)}
_NORMALISED = {
    f"{sign}_INT{bits}X{channels}": (first + place, channels, channels * bits // 8)
    for sign, first in (("UNORM", 0xC0), ("SNORM", 0xC6))
    for place, (bits, channels) in enumerate(((8, 1), (8, 2), (8, 4), (16, 1), (16, 2), (16, 4)))
}
_BLOCKS = {
    "BC1_UNORM": (0x91, 4, 8),
    "BC1_UNORM_SRGB": (0x92, 4, 8),
    "BC2_UNORM": (0x93, 4, 16),
    "BC2_UNORM_SRGB": (0x94, 4, 16),
    "BC3_UNORM": (0x95, 4, 16),
    "BC3_UNORM_SRGB": (0x96, 4, 16),
    "BC4_UNORM": (0x97, 1, 8),
    "BC4_SNORM": (0x98, 1, 8),
    "BC5_UNORM": (0x99, 2, 16),
    "BC5_SNORM": (0x9A, 2, 16),
    "BC6H_UF16": (0x9B, 3, 16),
    "BC6H_SF16": (0x9C, 3, 16),
    "BC7_UNORM": (0x9D, 4, 16),
    "BC7_UNORM_SRGB": (0x9E, 4, 16),
}

# By the name behind CU_AD_FORMAT_.
FORMATS: dict[str, Format] = {
    **{name: Format(number, 0, size) for name, (number, size) in _PLAIN.items()},
    **{name: Format(*row) for name, row in (_PACKED | _NORMALISED).items()},
    **{name: Format(*row, side=4) for name, row in _BLOCKS.items()},
}

# Flags of an array, by the name behind CUDA_ARRAY3D_.
FLAGS = {
    "LAYERED": 0x01,
    "SURFACE_LDST": 0x02,
    "CUBEMAP": 0x04,
    "TEXTURE_GATHER": 0x08,
    "DEPTH_TEXTURE": 0x10,
    "COLOR_ATTACHMENT": 0x20,
    "SPARSE": 0x40,
    "DEFERRED_MAPPING": 0x80,
    "VIDEO_ENCODE_DECODE": 0x100,
}


def elements_bytes(number: int, channels: int) -> tuple[int, int]:
    """(bytes of an element, texels on a side of it); (0, 1) for what no array can have."""
    for known in FORMATS.values():
        if known.number == number and (channels == known.channels or (not known.channels and channels in (1, 2, 4))):
            return known.bytes * (1 if known.channels else channels), known.side
    return 0, 1
