"""What a texture gives, from the formulas of the CUDA C++ Programming Guide ("Texture Fetching", "Texture Memory"),
in NumPy and double precision. Knows nothing of softgpu's code.

Texels are an array [plane, row, column, channel] of what they are read as: fractions, floats or integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WRAP, CLAMP, MIRROR, BORDER = range(4)
Array = np.ndarray


@dataclass(frozen=True)
class Sampler:
    address: tuple[int, int, int] = (CLAMP, CLAMP, CLAMP)
    linear: bool = False
    normalized: bool = False
    border: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def decoded(raw: Array, integers: bool = False, srgb: bool = False) -> Array:
    """Texels as they are read: of 8 and 16 bits as fractions of 1, unless integers are asked for."""
    if raw.dtype.kind == "f" or integers or raw.dtype.itemsize == 4:
        return raw.astype(np.float64) if raw.dtype.kind == "f" else raw.astype(np.int64)
    most = np.iinfo(raw.dtype).max
    parts = np.maximum(raw.astype(np.float64) / most, -1.0)
    if srgb:
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        parts[..., :3] = linear[..., :3]
    return parts


def whole_texels(texels: Array) -> Array:
    """Four channels: what a format has not is 0, and 1 for alpha."""
    channels = texels.shape[-1]
    full = np.zeros((*texels.shape[:-1], 4), texels.dtype)
    full[..., 3] = 1
    full[..., :channels] = texels
    return full


def in_texels(x: Array, size: int, mode: int, normalized: bool) -> Array:
    """The guide's N x, after x is replaced as the address mode says."""
    x = x.astype(np.float64)
    if not normalized:
        return x
    part = x - np.floor(x)
    if mode == WRAP:
        x = part
    if mode == MIRROR:
        x = np.where(np.floor(x) % 2 == 0, part, 1 - part)
    return x * size


def addressed(index: Array, size: int, mode: int, normalized: bool) -> tuple[Array, Array]:
    """(index of a texel, whether there is one)."""
    index = index.astype(np.int64)
    inside = (index >= 0) & (index < size)
    if mode == BORDER:
        return np.clip(index, 0, size - 1), inside
    if mode == WRAP and normalized:
        index = index % size
    if mode == MIRROR and normalized:
        index = index % (2 * size)
        index = np.where(index < size, index, 2 * size - 1 - index)
    return np.clip(index, 0, size - 1), np.ones_like(inside)


def _read(texels: Array, sampler: Sampler, places: list[tuple[Array, Array]]) -> Array:
    """The texels at places, given from the innermost axis out."""
    (x, in_x), (y, in_y), (z, in_z) = places
    inside = in_x & in_y & in_z
    return np.where(inside[:, None], texels[z, y, x], np.asarray(sampler.border, texels.dtype))


def _point(x: Array, size: int, mode: int, sampler: Sampler) -> tuple[Array, Array]:
    scaled = np.floor(in_texels(x, size, mode, sampler.normalized))
    if sampler.normalized and mode in (WRAP, MIRROR):
        scaled = np.minimum(scaled, size - 1)  # where a part is rounded up to 1
    return addressed(scaled, size, mode, sampler.normalized)


def fetch(texels: Array, sampler: Sampler, coordinates: list[Array], layer: Array | None = None) -> Array:
    """[n, 4] for one to three arrays of n coordinates; `layer` counts the outermost axis then."""
    texels = whole_texels(texels)
    n = len(coordinates[0])
    sizes = texels.shape[2::-1]
    nothing = (np.zeros(n, np.int64), np.ones(n, bool))
    fixed = None if layer is None else (np.minimum(layer.astype(np.int64), sizes[2] - 1), np.ones(n, bool))
    axes = range(len(coordinates))
    if not sampler.linear or texels.dtype.kind != "f":
        places = [_point(coordinates[a], sizes[a], sampler.address[a], sampler) for a in axes]
        places += [nothing] * (3 - len(places))
        return _read(texels, sampler, [*places[:2], fixed or places[2]])
    total = np.zeros((n, 4))
    for corner in range(1 << len(coordinates)):
        places, weight = [], np.ones(n)
        for a in axes:
            second = corner >> a & 1
            scaled = in_texels(coordinates[a], sizes[a], sampler.address[a], sampler.normalized) - 0.5
            alpha = scaled - np.floor(scaled)
            weight = weight * (alpha if second else 1 - alpha)
            places.append(addressed(np.floor(scaled) + second, sizes[a], sampler.address[a], sampler.normalized))
        places += [nothing] * (3 - len(places))
        total += weight[:, None] * _read(texels, sampler, [*places[:2], fixed or places[2]])
    return total


def gather(texels: Array, sampler: Sampler, x: Array, y: Array, component: int) -> Array:
    """The four texels that a linear filter would blend, counter-clockwise from the lower left."""
    texels = whole_texels(texels)
    n = len(x)
    flat = (np.zeros(n, np.int64), np.ones(n, bool))
    out = []
    for right, below in ((0, 1), (1, 1), (1, 0), (0, 0)):
        places = []
        for a, (values, step) in enumerate(((x, right), (y, below))):
            size = texels.shape[2 - a]
            scaled = in_texels(values, size, sampler.address[a], sampler.normalized) - 0.5
            places.append(addressed(np.floor(scaled) + step, size, sampler.address[a], sampler.normalized))
        out.append(_read(texels, sampler, [*places, flat])[:, component])
    return np.stack(out, axis=1)


def face_of(x: float, y: float, z: float) -> tuple[int, float, float]:
    """The face of a cube map that a direction hits, and where, from 0 to 1: the guide's table."""
    largest = max(abs(x), abs(y), abs(z))
    if abs(x) == largest:
        face, m, s, t = (0, x, -z, -y) if x >= 0 else (1, -x, z, -y)
    elif abs(y) == largest:
        face, m, s, t = (2, y, x, z) if y >= 0 else (3, -y, x, -z)
    else:
        face, m, s, t = (4, z, x, -y) if z >= 0 else (5, -z, -x, -y)
    return face, (s / m + 1) / 2, (t / m + 1) / 2
