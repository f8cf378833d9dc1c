"""tex, tld4 and txq against a model of the programming guide's formulas (texture_model.py): point sampling to the bit,
linear filters within what their weights of 8 bits of fraction allow.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import texture_model as model
from gpu import Lanes
from texture_model import BORDER, CLAMP, MIRROR, WRAP, Sampler
from texturing import AS_INTEGER, SRGB, Textures, description

COUNT = 4096
MODES = {"wrap": WRAP, "clamp": CLAMP, "mirror": MIRROR, "border": BORDER}
TYPES = [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float16, np.float32]
BORDER_COLOR = (0.25, 0.5, 0.75, 1.0)


@pytest.fixture
def textures(lanes: Lanes) -> Iterator[Textures]:
    made = Textures(lanes)
    yield made
    made.close()


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


def some_texels(random: np.random.Generator, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    if np.dtype(dtype).kind == "f":
        return random.uniform(-8, 8, shape).astype(dtype)
    known = np.iinfo(dtype)
    return random.integers(known.min, known.max, shape, dtype, endpoint=True)


def some_coordinates(random: np.random.Generator, size: int, normalized: bool) -> np.ndarray:
    """Everywhere in and around a texture, and on all that is a border between two texels."""
    edges = np.arange(-2 * size, 3 * size + 1) / 2
    rest = random.uniform(-1.5 * size, 2.5 * size, COUNT - len(edges))
    return (np.concatenate([edges, rest]) / (size if normalized else 1)).astype(np.float32)


def fetched(lanes: Lanes, line: str, handle: int, coordinates: list[np.ndarray], **more: np.ndarray) -> np.ndarray:
    """The four results [n, 4] of a line in which %x %y %z are coordinates and %h is the texture."""
    kinds = {"f": "f32", "i": "s32", "u": "u32"}
    n = len(coordinates[0])
    inputs = {name: (kinds[c.dtype.kind], c.view(np.uint32)) for name, c in zip("xyz", coordinates, strict=False)}
    inputs |= {name: (kinds[c.dtype.kind], c.view(np.uint32)) for name, c in more.items()}
    inputs["h"] = ("u64", np.full(n, handle, np.uint64))
    out = lanes.run(line, dict.fromkeys("rgba", "b32"), inputs)
    return np.stack([out[name] for name in "rgba"], axis=1)


def check(got: np.ndarray, expected: np.ndarray, tolerance: float = 0.0) -> None:
    if expected.dtype.kind != "f":
        assert np.array_equal(got, expected.astype(np.int64).astype(np.uint32))
    elif tolerance == 0.0:
        assert np.array_equal(got.view(np.float32), expected.astype(np.float32))
    else:
        assert np.abs(got.view(np.float32) - expected).max() <= tolerance


@pytest.mark.parametrize("channels", [1, 2, 4])
@pytest.mark.parametrize("dtype", TYPES)
def test_linear_memory_is_read_by_index_and_zero_outside(lanes, textures, random, dtype, channels):
    texels = some_texels(random, (100, channels), dtype)
    handle = textures.linear(texels, description(Sampler(), AS_INTEGER))
    x = random.integers(-50, 150, COUNT, np.int32)
    got = fetched(lanes, "tex.1d.v4.f32.s32 {%r, %g, %b, %a}, [%h, {%x}];", handle, [x])
    values = model.whole_texels(model.decoded(texels, integers=True))
    inside = (x >= 0) & (x < 100)
    check(got, np.where(inside[:, None], values[np.clip(x, 0, 99)], 0))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("dtype", TYPES)
def test_point_sampling_is_exact(lanes, textures, random, dtype, normalized, mode):
    texels = some_texels(random, (11, 13, 4), dtype)
    sampler = Sampler((MODES[mode],) * 3, normalized=normalized, border=BORDER_COLOR)
    handle = textures.pitched(texels, description(sampler))
    x, y = some_coordinates(random, 13, normalized), random.permutation(some_coordinates(random, 11, normalized))
    got = fetched(lanes, "tex.2d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x, %y}];", handle, [x, y])
    check(got, model.fetch(model.decoded(texels)[None], sampler, [x, y]))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float16, np.float32])
def test_linear_filtering_has_weights_of_eight_bits(lanes, textures, random, dtype, normalized, mode):
    texels = some_texels(random, (9, 16, 2), dtype)
    sampler = Sampler((MODES[mode],) * 3, linear=True, normalized=normalized, border=BORDER_COLOR)
    handle = textures.pitched(texels, description(sampler))
    x, y = some_coordinates(random, 16, normalized), random.permutation(some_coordinates(random, 9, normalized))
    got = fetched(lanes, "tex.2d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x, %y}];", handle, [x, y])
    values = model.decoded(texels)
    reach = max(values.max(), 1.0) - min(values.min(), 0.0)
    check(got, model.fetch(values[None], sampler, [x, y]), tolerance=2 * reach / 512 + 1e-5)


def test_weights_are_multiples_of_a_256th(lanes, textures):
    handle = textures.pitched(np.array([[[0.0], [256.0]]], np.float32), description(Sampler(linear=True)))
    x = (0.5 + np.arange(COUNT) / COUNT).astype(np.float32)
    got = fetched(lanes, "tex.2d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x, 0f3F000000}];", handle, [x])[:, 0]
    values = got.view(np.float32)
    assert np.array_equal(values, np.floor(values)) and len(np.unique(values)) == 257


def test_srgb_is_made_linear_but_for_alpha(lanes, textures, random):
    texels = np.arange(1024, dtype=np.uint32).astype(np.uint8).reshape(1, 256, 4)
    handle = textures.pitched(texels, description(Sampler(), SRGB))
    x = np.arange(256, dtype=np.float32) + 0.5
    got = fetched(lanes, "tex.2d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x, 0f3F000000}];", handle, [x])
    expected = model.decoded(texels, srgb=True)[0]
    assert np.abs(got.view(np.float32) - expected).max() < 1e-6


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("component", range(4))
def test_gather_gives_one_component_of_four_texels(lanes, textures, random, component, mode):
    texels = some_texels(random, (11, 13, 4), np.float32)
    sampler = Sampler((MODES[mode],) * 3, normalized=True, border=BORDER_COLOR)
    handle = textures.pitched(texels, description(sampler))
    x, y = some_coordinates(random, 13, True), random.permutation(some_coordinates(random, 11, True))
    line = f"tld4.{'rgba'[component]}.2d.v4.f32.f32 {{%r, %g, %b, %a}}, [%h, {{%x, %y}}];"
    got = fetched(lanes, line, handle, [x, y])
    check(got, model.gather(model.decoded(texels)[None], sampler, x, y, component))


def test_an_offset_is_in_texels(lanes, textures, random):
    texels = some_texels(random, (11, 13, 4), np.float32)
    handle = textures.pitched(texels, description(Sampler()))
    x, y = some_coordinates(random, 13, False), random.permutation(some_coordinates(random, 11, False))
    line = "tex.2d.v4.f32.f32 {%r, %g, %b, %a}, [%h, {%x, %y}], {%i, %j};"
    i, j = random.integers(-8, 8, (2, COUNT), np.int32)
    got = fetched(lanes, line, handle, [x, y], i=i, j=j)
    moved = [np.floor(x) + i, np.floor(y) + j]
    check(got, model.fetch(model.decoded(texels)[None], Sampler(), [each.astype(np.float32) for each in moved]))


def test_queries_tell_what_the_texture_is(lanes, textures, random):
    texels = some_texels(random, (11, 13, 2), np.uint16)
    handle = textures.pitched(texels, description(Sampler(normalized=True)))
    answers = {"width": 13, "height": 11, "channel_data_type": 0x10D3, "channel_order": 0x10B2, "normalized_coords": 1}
    for query, answer in answers.items():
        out = lanes.run(f"txq.{query}.b32 %r, [%h];", {"r": "b32"}, {"h": ("u64", np.full(64, handle, np.uint64))})
        assert set(out["r"].tolist()) == {answer}, query
