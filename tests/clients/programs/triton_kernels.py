"""Kernels of Triton, as its compiler makes them for the GPU that is there, launched by the driver API: Triton itself
launches with torch alone. Values are compared with NumPy's.
"""

import numpy
import pytest
import triton
import triton.language as tl
from cuda.bindings import driver
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

N = 1000
BLOCK = 256


@triton.jit
def add(x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, mask=i < n) + tl.load(y + i, mask=i < n), mask=i < n)


@triton.jit
def softmax(x, out, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    row = tl.program_id(0) * n
    values = tl.load(x + row + i, mask=i < n, other=-float("inf"))
    powers = tl.exp(values - tl.max(values, axis=0))
    tl.store(out + row + i, powers / tl.sum(powers, axis=0), mask=i < n)


@triton.jit
def count(x, bins, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(bins + tl.load(x + i, mask=i < n, other=0), 1, mask=i < n)


@triton.jit
def running(x, out, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(out + i, tl.cumsum(tl.load(x + i, mask=i < n, other=0), axis=0), mask=i < n)


@triton.jit
def product(a, b, out, SIZE: tl.constexpr):
    rows, columns = tl.arange(0, SIZE)[:, None], tl.arange(0, SIZE)[None, :]
    at = rows * SIZE + columns
    tl.store(out + at, tl.dot(tl.load(a + at), tl.load(b + at)))


def checked(result):
    assert result[0] == driver.CUresult.CUDA_SUCCESS, result[0]
    return result[1] if len(result) > 1 else None


@pytest.fixture(scope="module", autouse=True)
def target():
    checked(driver.cuInit(0))
    checked(driver.cuCtxSetCurrent(checked(driver.cuDevicePrimaryCtxRetain(0))))
    names = driver.CUdevice_attribute
    major = checked(driver.cuDeviceGetAttribute(names.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 0))
    minor = checked(driver.cuDeviceGetAttribute(names.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 0))
    return GPUTarget("cuda", 10 * major + minor, 32)


def launch(target, kernel, blocks, arrays, numbers, constants):
    """Run it; the arrays, which are in the order of its parameters, have its results."""
    types = {numpy.float32: "*fp32", numpy.float16: "*fp16", numpy.int32: "*i32"}
    names = iter(kernel.arg_names)
    signature = {next(names): types[array.dtype.type] for array in arrays}
    signature |= {next(names): "i32" for _ in numbers} | dict.fromkeys(constants, "constexpr")
    made = triton.compile(ASTSource(kernel, signature, constexprs=constants), target=target)
    module = checked(driver.cuModuleLoadData(made.asm["cubin"]))
    function = checked(driver.cuModuleGetFunction(module, made.metadata.name.encode()))
    memory = [checked(driver.cuMemAlloc(array.nbytes)) for array in arrays]
    for place, array in zip(memory, arrays, strict=True):
        checked(driver.cuMemcpyHtoD(place, array.ctypes.data, array.nbytes))
    # After its own parameters two that Triton adds.
    values = [*(int(place) for place in memory), *numbers, 0, 0]
    kinds = [*([numpy.uint64] * len(memory)), *([numpy.int32] * len(numbers)), numpy.uint64, numpy.uint64]
    parameters = [numpy.array(value, kind) for value, kind in zip(values, kinds, strict=True)]
    pointers = numpy.array([parameter.ctypes.data for parameter in parameters], numpy.uint64)
    threads, shared = 32 * made.metadata.num_warps, made.metadata.shared
    checked(driver.cuLaunchKernel(function, blocks, 1, 1, threads, 1, 1, shared, 0, pointers.ctypes.data, 0))
    for place, array in zip(memory, arrays, strict=True):
        checked(driver.cuMemcpyDtoH(array.ctypes.data, place, array.nbytes))
        checked(driver.cuMemFree(place))


def normal(*shape):
    return numpy.random.default_rng(1).normal(size=shape).astype(numpy.float32)


def test_add(target):
    x, y, out = normal(N), normal(N)[::-1].copy(), numpy.zeros(N, numpy.float32)
    launch(target, add, -(-N // BLOCK), [x, y, out], [N], {"BLOCK": BLOCK})
    numpy.testing.assert_array_equal(out, x + y)


def test_softmax(target):
    x, out = normal(8, 200), numpy.zeros((8, 200), numpy.float32)
    launch(target, softmax, 8, [x, out], [200], {"BLOCK": BLOCK})
    powers = numpy.exp(x - x.max(axis=1, keepdims=True))
    numpy.testing.assert_allclose(out, powers / powers.sum(axis=1, keepdims=True), rtol=1e-5)


def test_atomic(target):
    x, bins = numpy.arange(N, dtype=numpy.int32) % 7, numpy.zeros(7, numpy.int32)
    launch(target, count, -(-N // BLOCK), [x, bins], [N], {"BLOCK": BLOCK})
    numpy.testing.assert_array_equal(bins, numpy.bincount(numpy.arange(N) % 7))


def test_cumsum(target):
    x, out = numpy.arange(200, dtype=numpy.int32), numpy.zeros(200, numpy.int32)
    launch(target, running, 1, [x, out], [200], {"BLOCK": BLOCK})
    numpy.testing.assert_array_equal(out, x.cumsum())


@pytest.mark.parametrize("kind", [numpy.float16, numpy.float32])
def test_dot(target, kind):
    a, b = normal(32, 32).astype(kind), normal(32, 32).T.astype(kind).copy()
    out = numpy.zeros((32, 32), numpy.float32)
    launch(target, product, 1, [a, b, out], [], {"SIZE": 32})
    numpy.testing.assert_allclose(out, a.astype(float) @ b.astype(float), rtol=1e-2, atol=1e-2)
