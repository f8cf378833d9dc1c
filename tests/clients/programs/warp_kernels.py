"""Kernels of NVIDIA's Warp: arithmetic, atomics, vectors and matrices, random numbers, tiles, sorting, a graph, with
values compared with NumPy's.
"""

import numpy
import pytest
import warp as wp

N = 1000
TILE = 64


@wp.kernel
def waves(x: wp.array(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    out[i] = wp.sin(x[i]) + wp.sqrt(wp.abs(x[i]))


@wp.kernel
def count(x: wp.array(dtype=int), bins: wp.array(dtype=int)):
    i = wp.tid()
    wp.atomic_add(bins, x[i] % 7, 1)


@wp.kernel
def turn(points: wp.array(dtype=wp.vec3), by: wp.mat33, out: wp.array(dtype=wp.vec3)):
    i = wp.tid()
    out[i] = by * points[i]


@wp.kernel
def thrown(out: wp.array(dtype=float)):
    i = wp.tid()
    out[i] = wp.randf(wp.rand_init(42, i))


@wp.kernel
def sums(x: wp.array(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    wp.tile_store(out, wp.tile_sum(wp.tile_load(x, shape=TILE, offset=i * TILE)), offset=i)


@wp.kernel
def double(x: wp.array(dtype=float)):
    i = wp.tid()
    x[i] = 2.0 * x[i]


@pytest.fixture(scope="module", autouse=True)
def device():
    wp.init()
    assert wp.is_cuda_available()
    with wp.ScopedDevice("cuda:0"):
        yield


def normal(*shape):
    return numpy.random.default_rng(1).normal(size=shape).astype(numpy.float32)


def test_elementwise():
    x = normal(N)
    out = wp.zeros(N, dtype=float)
    wp.launch(waves, dim=N, inputs=[wp.array(x, dtype=float), out])
    numpy.testing.assert_allclose(out.numpy(), numpy.sin(x) + numpy.sqrt(abs(x)), rtol=1e-5, atol=1e-6)


def test_atomic():
    bins = wp.zeros(7, dtype=int)
    wp.launch(count, dim=N, inputs=[wp.array(numpy.arange(N), dtype=int), bins])
    numpy.testing.assert_array_equal(bins.numpy(), numpy.bincount(numpy.arange(N) % 7))


def test_vectors_and_matrices():
    points, by = normal(N, 3), normal(3, 3)
    out = wp.zeros(N, dtype=wp.vec3)
    wp.launch(turn, dim=N, inputs=[wp.array(points, dtype=wp.vec3), wp.mat33(by), out])
    numpy.testing.assert_allclose(out.numpy(), points @ by.T, rtol=1e-4, atol=1e-5)


def test_random_numbers_are_those_of_the_cpu():
    out, there = wp.zeros(N, dtype=float), wp.zeros(N, dtype=float, device="cpu")
    wp.launch(thrown, dim=N, inputs=[out])
    wp.launch(thrown, dim=N, inputs=[there], device="cpu")
    numpy.testing.assert_array_equal(out.numpy(), there.numpy())


def test_tiles():
    x = normal(16 * TILE)
    out = wp.zeros(16, dtype=float)
    wp.launch_tiled(sums, dim=16, inputs=[wp.array(x, dtype=float), out], block_dim=TILE)
    numpy.testing.assert_allclose(out.numpy(), x.reshape(16, TILE).sum(axis=1), rtol=1e-4, atol=1e-4)


def test_sorting_and_scan():
    keys = numpy.random.default_rng(1).integers(0, 1000, N).astype(numpy.int32)
    array, values = wp.array(numpy.resize(keys, 2 * N), dtype=int), wp.zeros(2 * N, dtype=int)
    wp.utils.radix_sort_pairs(array, values, N)
    numpy.testing.assert_array_equal(array.numpy()[:N], numpy.sort(keys))
    total = wp.zeros(N, dtype=int)
    wp.utils.array_scan(wp.array(keys, dtype=int), total, inclusive=True)
    numpy.testing.assert_array_equal(total.numpy(), keys.cumsum())


def test_graph_that_was_captured():
    x = normal(N)
    array = wp.array(x, dtype=float)
    wp.load_module(device="cuda:0")
    with wp.ScopedCapture() as capture:
        wp.launch(double, dim=N, inputs=[array])
        wp.launch(double, dim=N, inputs=[array])
    for _ in range(3):
        wp.capture_launch(capture.graph)
    numpy.testing.assert_array_equal(array.numpy(), x * 2**6)
