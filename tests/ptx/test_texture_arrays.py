"""Textures and surfaces over arrays of every geometry, against the model of the programming guide's formulas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import texture_model as model
from gpu import Lanes
from test_texture import BORDER_COLOR, COUNT, MODES, check, fetched, some_coordinates, some_texels
from texture_model import CLAMP, Sampler
from texturing import AS_INTEGER, CUBE, LAYERED, SURFACE, Textures, description

WIDTH, HEIGHT, DEPTH = 9, 7, 5


@pytest.fixture
def textures(lanes: Lanes) -> Iterator[Textures]:
    made = Textures(lanes)
    yield made
    made.close()


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(11)


def tolerance_of(values: np.ndarray, axes: int) -> float:
    return axes * (max(values.max(), 1.0) - min(values.min(), 0.0)) / 512 + 1e-5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32])
def test_three_dimensions(lanes, textures, random, dtype, normalized, linear, mode):
    texels = some_texels(random, (DEPTH, HEIGHT, WIDTH, 4), dtype)
    sampler = Sampler((MODES[mode],) * 3, linear, normalized, BORDER_COLOR)
    handle = textures.make(textures.array(texels), description(sampler))
    at = [random.permutation(some_coordinates(random, size, normalized)) for size in (WIDTH, HEIGHT, DEPTH)]
    got = fetched(lanes, "tex.3d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x, %y, %z, %z}];", handle, at)
    values = model.decoded(texels)
    check(got, model.fetch(values, sampler, at), tolerance_of(values, 3) if linear else 0.0)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("linear", [False, True])
def test_one_dimension(lanes, textures, random, linear, mode):
    texels = some_texels(random, (1, 1, 33, 2), np.float32)
    sampler = Sampler((MODES[mode],) * 3, linear, True, BORDER_COLOR)
    handle = textures.make(textures.array(texels, dimensions=1), description(sampler))
    x = some_coordinates(random, 33, True)
    got = fetched(lanes, "tex.1d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x}];", handle, [x])
    values = model.decoded(texels)
    check(got, model.fetch(values, sampler, [x]), tolerance_of(values, 1) if linear else 0.0)


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_layers_are_chosen_by_number_and_the_last_stands_for_those_beyond(lanes, textures, random, dimensions, linear):
    texels = some_texels(random, (DEPTH, HEIGHT if dimensions == 2 else 1, WIDTH, 4), np.float32)
    sampler = Sampler(linear=linear, normalized=True)
    handle = textures.make(textures.array(texels, LAYERED, dimensions), description(sampler))
    at = [random.permutation(some_coordinates(random, size, True)) for size in (WIDTH, HEIGHT)[:dimensions]]
    layer = random.integers(0, 2 * DEPTH, COUNT, np.int32)
    places = "{%l, %x}" if dimensions == 1 else "{%l, %x, %y, %y}"
    got = fetched(lanes, f"tex.a{dimensions}d.v4.f32.f32 {{%r, %g, %b, %a}}, [%h, {places}];", handle, at, l=layer)
    values = model.decoded(texels)
    check(got, model.fetch(values, sampler, at, layer), tolerance_of(values, dimensions) if linear else 0.0)


@pytest.mark.parametrize("layers", [0, 3])
def test_a_cube_map_is_hit_by_a_direction(lanes, textures, random, layers):
    side = 8
    texels = some_texels(random, (6 * max(layers, 1), side, side, 4), np.float32)
    handle = textures.make(
        textures.array(texels, CUBE | (LAYERED if layers else 0)), description(Sampler(normalized=True))
    )
    x, y, z = random.uniform(-1, 1, (3, COUNT)).astype(np.float32)
    layer = random.integers(0, max(layers, 1), COUNT, np.int32)
    geometry, places = ("acube", "{%l, %x, %y, %z}") if layers else ("cube", "{%x, %y, %z, %z}")
    line = f"tex.{geometry}.v4.f32.f32 {{%r, %g, %b, %a}}, [%h, {places}];"
    got = fetched(lanes, line, handle, [x, y, z], l=layer)
    hits = [model.face_of(*direction) for direction in zip(x.tolist(), y.tolist(), z.tolist(), strict=True)]
    face, s, t = (np.array(column) for column in zip(*hits, strict=True))
    # Where rounding decides which texel is hit, either is right.
    clear = np.all([np.abs(side * c - np.rint(side * c)) > 1e-4 for c in (s, t)], axis=0)
    sampler = Sampler((CLAMP,) * 3, normalized=True)
    expected = model.fetch(model.decoded(texels), sampler, [s, t], layer * 6 + face)
    assert clear.sum() > COUNT // 2
    check(got[clear], expected[clear])


KINDS = {"b8": (1, "u8"), "b16": (2, "u16"), "b32": (4, "b32"), "b64": (8, "u64")}


@pytest.mark.parametrize("bounds", ["zero", "clamp"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_surface_is_read_by_bytes(lanes, textures, random, kind, bounds):
    texels = some_texels(random, (1, HEIGHT, 16, 4), np.uint16)
    surface = textures.surface(textures.array(texels, SURFACE, 2))
    size, register = KINDS[kind]
    rows = texels.reshape(HEIGHT, -1).view(f"u{size}")
    x = random.integers(-4, rows.shape[1] + 4, COUNT, np.int32)
    y = random.integers(-3, HEIGHT + 3, COUNT, np.int32)
    out = lanes.run(
        f"suld.b.2d.{kind}.{bounds} %v, [%h, {{%x, %y}}];",
        {"v": register},
        {"h": ("u64", np.full(COUNT, surface, np.uint64)), "x": ("s32", x * size), "y": ("s32", y)},
    )["v"]
    near = rows[np.clip(y, 0, HEIGHT - 1), np.clip(x, 0, rows.shape[1] - 1)]
    inside = (x >= 0) & (x < rows.shape[1]) & (y >= 0) & (y < HEIGHT)
    assert np.array_equal(
        out.astype(np.uint64), (near if bounds == "clamp" else np.where(inside, near, 0)).astype("u8")
    )


@pytest.mark.parametrize("operation", ["add", "min", "max"])
@pytest.mark.parametrize("type_", ["u32", "s32"])
def test_a_reduction_of_all_threads_is_one(lanes, textures, random, type_, operation):
    dtype = np.dtype({"u32": np.uint32, "s32": np.int32}[type_])
    texels = some_texels(random, (1, 1, 4, 1), dtype.type)
    resource = textures.array(texels, SURFACE, 2)
    surface, texture = textures.surface(resource), textures.make(resource, description(Sampler(), AS_INTEGER))
    x, value = random.integers(0, 4, COUNT, np.int32), some_texels(random, (COUNT,), dtype.type)
    lanes.run(
        f"sured.b.{operation}.2d.{type_}.trap [%h, {{%x, 0}}], %v; mov.u32 %d, 0;",
        {"d": "b32"},
        {
            "h": ("u64", np.full(COUNT, surface, np.uint64)),
            "x": ("s32", x * 4),
            "v": (type_, value.view(np.uint32) if type_ == "u32" else value),
        },
        part=np.ones(COUNT, np.uint8),
    )
    got = fetched(lanes, "tex.2d.v4.u32.s32 {%r, %g, %b, %a}, [%h, {%x, 0}];", texture, [np.arange(4, dtype=np.int32)])[
        :, 0
    ].view(dtype)
    wide = texels.reshape(4).astype(np.int64)
    for place, each in zip(x.tolist(), value.astype(np.int64).tolist(), strict=True):
        wide[place] = {"add": wide[place] + each, "min": min(wide[place], each), "max": max(wide[place], each)}[
            operation
        ]
    assert np.array_equal(got, wide.astype(np.uint32).view(dtype) if operation == "add" else wide.astype(dtype))
