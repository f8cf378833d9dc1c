"""Textures and surfaces of the tests: the driver's structures through ctypes, objects over memory."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

import numpy as np
from gpu import Lanes
from ptxdriver import Buffer, call
from texture_model import Sampler

ARRAY, MIPMAPPED, LINEAR, PITCHED = range(4)
AS_INTEGER, NORMALIZED, SRGB = 1, 2, 16
FORMATS = {"uint8": 1, "uint16": 2, "uint32": 3, "int8": 8, "int16": 9, "int32": 10, "float16": 16, "float32": 32}
PITCH_UNIT = 32


class _Linear(ctypes.Structure):
    _fields_ = (
        ("address", ctypes.c_uint64),
        ("format", ctypes.c_uint32),
        ("channels", ctypes.c_uint32),
        ("bytes", ctypes.c_size_t),
    )


class _Pitched(ctypes.Structure):
    _fields_ = (
        ("address", ctypes.c_uint64),
        ("format", ctypes.c_uint32),
        ("channels", ctypes.c_uint32),
        ("width", ctypes.c_size_t),
        ("height", ctypes.c_size_t),
        ("pitch", ctypes.c_size_t),
    )


class _Place(ctypes.Union):
    _fields_ = (
        ("handle", ctypes.c_void_p),
        ("linear", _Linear),
        ("pitched", _Pitched),
        ("reserved", ctypes.c_int * 32),
    )


class _Shape(ctypes.Structure):
    """CUDA_ARRAY3D_DESCRIPTOR."""

    _fields_ = (
        ("width", ctypes.c_size_t),
        ("height", ctypes.c_size_t),
        ("depth", ctypes.c_size_t),
        ("format", ctypes.c_uint32),
        ("channels", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
    )


LAYERED, SURFACE, CUBE = 1, 2, 4


class Resource(ctypes.Structure):
    _fields_ = (("type", ctypes.c_uint32), ("res", _Place), ("flags", ctypes.c_uint32))


class Description(ctypes.Structure):
    _fields_ = (
        ("address", ctypes.c_uint32 * 3),
        ("filter", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("anisotropy", ctypes.c_uint32),
        ("level_filter", ctypes.c_uint32),
        ("bias", ctypes.c_float),
        ("level_min", ctypes.c_float),
        ("level_max", ctypes.c_float),
        ("border", ctypes.c_float * 4),
        ("reserved", ctypes.c_int * 12),
    )


def description(sampler: Sampler, flags: int = 0) -> Description:
    return Description(
        address=sampler.address,
        filter=sampler.linear,
        flags=flags | (NORMALIZED if sampler.normalized else 0),
        border=sampler.border,
    )


@dataclass
class Textures:
    """Objects that end with this."""

    lanes: Lanes
    objects: list[int] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    surfaces: list[int] = field(default_factory=list)
    arrays: list[ctypes.c_void_p] = field(default_factory=list)

    def make(self, resource: Resource, wanted: Description) -> int:
        number = ctypes.c_uint64()
        call("cuTexObjectCreate", ctypes.byref(number), ctypes.byref(resource), ctypes.byref(wanted), None)
        self.objects.append(number.value)
        return number.value

    def upload(self, data: bytes) -> int:
        self.buffers.append(self.lanes.gpu.upload(data))
        return self.buffers[-1].address

    def linear(self, texels: np.ndarray, wanted: Description) -> int:
        """Of [column, channel]."""
        resource = Resource(type=LINEAR)
        place = _Linear(self.upload(texels.tobytes()), FORMATS[texels.dtype.name], texels.shape[1], texels.nbytes)
        resource.res.linear = place
        return self.make(resource, wanted)

    def pitched(self, texels: np.ndarray, wanted: Description) -> int:
        """Of [row, column, channel]."""
        height, width, channels = texels.shape
        row = width * channels * texels.itemsize
        pitch = -(-row // PITCH_UNIT) * PITCH_UNIT + PITCH_UNIT
        memory = np.full((height, pitch), 0xEE, np.uint8)
        memory[:, :row] = texels.reshape(height, -1).view(np.uint8)
        resource = Resource(type=PITCHED)
        resource.res.pitched = _Pitched(
            self.upload(memory.tobytes()), FORMATS[texels.dtype.name], channels, width, height, pitch
        )
        return self.make(resource, wanted)

    def array(self, texels: np.ndarray, flags: int = 0, dimensions: int = 3) -> Resource:
        """An array that holds [plane, row, column, channel]; a plane is a layer or face if `flags` say so."""
        depth, height, width, channels = texels.shape
        handle = ctypes.c_void_p()
        shape = _Shape(
            width,
            height if dimensions > 1 else 0,
            depth if dimensions > 2 or flags & (LAYERED | CUBE) else 0,
            FORMATS[texels.dtype.name],
            channels,
            flags | SURFACE,
        )
        call("cuArray3DCreate_v2", ctypes.byref(handle), ctypes.byref(shape))
        self.arrays.append(handle)
        resource = Resource(type=ARRAY)
        resource.res.handle = handle
        stacked = bool(flags & (LAYERED | CUBE))
        places = {1: "{%x}", 2: "{%x, %y}", 3: "{%x, %y, %z, %z}"}[dimensions]
        if stacked:
            places = "{%z, %x}" if dimensions == 1 else "{%z, %x, %y, %y}"
        self._fill(
            self.surface(resource),
            f"{'a' if stacked else ''}{min(dimensions, 2) if stacked else dimensions}d",
            places,
            texels,
        )
        return resource

    def _fill(self, surface: int, geometry: str, places: str, texels: np.ndarray) -> None:
        """A byte a thread."""
        rows = texels.reshape(*texels.shape[:2], -1).view(np.uint8)
        z, y, x = (axis.reshape(-1).astype(np.int32) for axis in np.indices(rows.shape))
        self.lanes.run(
            f"sust.b.{geometry}.b8.trap [%h, {places}], %v; mov.u32 %d, 0;",
            {"d": "b32"},
            {
                "h": ("u64", np.full(x.size, surface, np.uint64)),
                "x": ("s32", x),
                "y": ("s32", y),
                "z": ("s32", z),
                "v": ("u8", rows.reshape(-1)),
            },
            part=np.ones(x.size, np.uint8),
        )

    def surface(self, resource: Resource) -> int:
        number = ctypes.c_uint64()
        call("cuSurfObjectCreate", ctypes.byref(number), ctypes.byref(resource))
        self.surfaces.append(number.value)
        return number.value

    def close(self) -> None:
        for number in self.surfaces:
            call("cuSurfObjectDestroy", ctypes.c_uint64(number))
        for number in self.objects:
            call("cuTexObjectDestroy", ctypes.c_uint64(number))
        for buffer in self.buffers:
            self.lanes.gpu.free(buffer)
        for array in self.arrays:
            call("cuArrayDestroy", array)
