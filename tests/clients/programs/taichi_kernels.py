"""Kernels of Taichi on fields: arithmetic, a reduction, atomics, a stencil, a sparse field, with values compared with
NumPy's.
"""

import numpy
import pytest
import taichi as ti

N = 1000


@pytest.fixture(scope="module", autouse=True)
def device():
    ti.init(arch=ti.cuda, device_memory_GB=0.5, log_level=ti.ERROR)
    assert ti.lang.impl.current_cfg().arch == ti.cuda
    yield
    ti.reset()


def normal(*shape):
    return numpy.random.default_rng(1).normal(size=shape).astype(numpy.float32)


def field(values):
    made = ti.field(ti.f32, shape=values.shape)
    made.from_numpy(values)
    return made


def test_elementwise():
    x = normal(N)
    values, out = field(x), ti.field(ti.f32, shape=N)

    @ti.kernel
    def waves():
        for i in values:
            out[i] = ti.sin(values[i]) + ti.sqrt(abs(values[i]))

    waves()
    numpy.testing.assert_allclose(out.to_numpy(), numpy.sin(x) + numpy.sqrt(abs(x)), rtol=1e-4, atol=1e-6)


def test_reduction():
    x = normal(N)
    values = field(x)

    @ti.kernel
    def total() -> ti.f32:
        sum = 0.0
        for i in values:
            sum += values[i]
        return sum

    numpy.testing.assert_allclose(total(), x.sum(dtype=float), rtol=1e-3)


def test_atomic():
    bins = ti.field(ti.i32, shape=7)

    @ti.kernel
    def count():
        for i in range(N):
            bins[i % 7] += 1

    count()
    numpy.testing.assert_array_equal(bins.to_numpy(), numpy.bincount(numpy.arange(N) % 7))


def test_stencil():
    x = normal(64, 64)
    values, out = field(x), ti.field(ti.f32, shape=(64, 64))

    @ti.kernel
    def smooth():
        for i, j in ti.ndrange((1, 63), (1, 63)):
            out[i, j] = (values[i - 1, j] + values[i + 1, j] + values[i, j - 1] + values[i, j + 1]) / 4

    smooth()
    expected = (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:]) / 4
    numpy.testing.assert_allclose(out.to_numpy()[1:-1, 1:-1], expected, rtol=1e-5, atol=1e-6)


def test_array_of_numpy_as_argument():
    x = normal(N)

    @ti.kernel
    def double(array: ti.types.ndarray(dtype=ti.f32, ndim=1)):
        for i in array:
            array[i] *= 2

    array = x.copy()
    double(array)
    numpy.testing.assert_array_equal(array, x * 2)


def test_sparse_field():
    values, cells = ti.field(ti.i32), ti.field(ti.i32, shape=())
    ti.root.pointer(ti.i, 16).dense(ti.i, 16).place(values)

    @ti.kernel
    def fill():
        for i in range(4):
            values[i * 64] = i

    @ti.kernel
    def active():
        for _ in values:
            cells[None] += 1

    fill()
    active()
    assert cells[None] == 4 * 16
