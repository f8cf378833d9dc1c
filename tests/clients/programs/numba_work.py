"""Kernels of numba-cuda: arithmetic, shared memory, atomics, streams, a graph, with values compared with NumPy's."""

import math

import numpy
from cuda.bindings import driver
from numba import cuda, float32

N = 10_000
BLOCK = 128
BLOCKS = (N + BLOCK - 1) // BLOCK


@cuda.jit(device=True)
def wave(value):
    return math.sin(value) + math.sqrt(abs(value))


@cuda.jit
def waves(values, out):
    i = cuda.grid(1)
    if i < out.size:
        out[i] = wave(values[i])


@cuda.jit
def sums(values, out):
    part = cuda.shared.array(BLOCK, float32)
    i, lane = cuda.grid(1), cuda.threadIdx.x
    part[lane] = values[i] if i < values.size else 0
    step = BLOCK // 2
    while step:
        cuda.syncthreads()
        if lane < step:
            part[lane] += part[lane + step]
        step //= 2
    if lane == 0:
        out[cuda.blockIdx.x] = part[0]


@cuda.jit
def histogram(values, bins):
    i = cuda.grid(1)
    if i < values.size:
        cuda.atomic.add(bins, values[i] % bins.size, 1)


@cuda.jit
def double(values):
    i = cuda.grid(1)
    if i < values.size:
        values[i] *= 2


def checked(result):
    code, *values = result
    assert code == driver.CUresult.CUDA_SUCCESS, code
    return values[0] if values else None


def graph(values):
    """Twice doubled by a graph that was captured once and is launched three times."""
    stream = cuda.stream()
    device = cuda.to_device(values, stream=stream)
    double[BLOCKS, BLOCK, stream](device)  # compiled and loaded before the capture
    stream.synchronize()
    handle = stream.handle
    checked(driver.cuStreamBeginCapture(handle, driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL))
    double[BLOCKS, BLOCK, stream](device)
    double[BLOCKS, BLOCK, stream](device)
    made = checked(driver.cuGraphInstantiate(checked(driver.cuStreamEndCapture(handle)), 0))
    for _ in range(3):
        checked(driver.cuGraphLaunch(made, handle))
    return device.copy_to_host(stream=stream)


def main():
    random = numpy.random.default_rng(1)
    values = random.normal(size=N).astype(numpy.float32)
    out = cuda.device_array_like(values)
    waves[BLOCKS, BLOCK](cuda.to_device(values), out)
    numpy.testing.assert_allclose(out.copy_to_host(), numpy.sin(values) + numpy.sqrt(abs(values)), rtol=1e-5, atol=1e-6)

    parts = numpy.zeros(BLOCKS, numpy.float32)
    sums[BLOCKS, BLOCK](values, parts)
    numpy.testing.assert_allclose(parts.sum(dtype=float), values.sum(dtype=float), rtol=1e-4)

    numbers = random.integers(0, 1000, N)
    bins = numpy.zeros(7, numpy.int64)
    histogram[BLOCKS, BLOCK](numbers, bins)
    numpy.testing.assert_array_equal(bins, numpy.bincount(numbers % 7, minlength=7))

    streams = [cuda.stream() for _ in range(3)]
    pinned = [cuda.pinned_array_like(values) for _ in streams]
    for factor, (stream, array) in enumerate(zip(streams, pinned, strict=True)):
        array[:] = values * factor
        device = cuda.to_device(array, stream=stream)
        double[BLOCKS, BLOCK, stream](device)
        device.copy_to_host(array, stream=stream)
    for factor, (stream, array) in enumerate(zip(streams, pinned, strict=True)):
        stream.synchronize()
        numpy.testing.assert_array_equal(array, values * factor * 2)

    numpy.testing.assert_array_equal(graph(values), values * 2**7)
    print("all values are those of NumPy")


main()
