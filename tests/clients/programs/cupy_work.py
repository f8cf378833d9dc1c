"""CuPy: its own kernels, sorting, a RawKernel and a RawModule, streams, events, a graph, with values compared with
NumPy's.
"""

import cupy
import numpy

SOURCE = r"""
extern "C" {
__constant__ float factors[4];
__global__ void scale(const float *in, float *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        out[i] = in[i] * factors[i % 4];
}
}
"""
SUM = r"""
extern "C" __global__ void sum(const float *in, float *out, int n)
{
    extern __shared__ float part[];
    float own = 0;
    for (int i = threadIdx.x; i < n; i += blockDim.x)
        own += in[i];
    for (int step = 16; step; step /= 2)
        own += __shfl_down_sync(~0u, own, step);
    if (threadIdx.x % 32 == 0)
        part[threadIdx.x / 32] = own;
    __syncthreads();
    if (threadIdx.x)
        return;
    for (int i = 1; i < blockDim.x / 32; i++)
        own += part[i];
    *out = own;
}
"""
N = 10_000


def graph(values):
    """A graph that is captured once and launched three times."""
    stream = cupy.cuda.Stream(non_blocking=True)
    with stream:
        array = cupy.asarray(values)
        array *= 2  # compiled and loaded before the capture
        stream.synchronize()
        stream.begin_capture()
        array *= 2
        array += 1
        captured = stream.end_capture()
        for _ in range(3):
            captured.launch(stream)
        stream.synchronize()
    return array.get()


def main():
    random = numpy.random.default_rng(1)
    values = random.normal(size=N).astype(numpy.float32)
    array = cupy.asarray(values)
    numpy.testing.assert_allclose((cupy.sin(array) * 2 + 1).get(), numpy.sin(values) * 2 + 1, rtol=1e-4, atol=1e-6)
    numpy.testing.assert_allclose(float(array.sum(dtype="d")), values.sum(dtype="d"), rtol=1e-6)
    numpy.testing.assert_array_equal(array.reshape(100, 100)[::2, 3:].T.get(), values.reshape(100, 100)[::2, 3:].T)
    numpy.testing.assert_array_equal(cupy.sort(array).get(), numpy.sort(values))

    module = cupy.RawModule(code=SOURCE)
    factors = numpy.array([1, 2, 3, 4], numpy.float32)
    cupy.ndarray(4, "f", module.get_global("factors")).set(factors)
    out = cupy.empty_like(array)
    module.get_function("scale")(((N + 127) // 128,), (128,), (array, out, numpy.int32(N)))
    numpy.testing.assert_array_equal(out.get(), values * numpy.tile(factors, N // 4))

    total = cupy.zeros(1, "f")
    cupy.RawKernel(SUM, "sum")((1,), (256,), (array, total, numpy.int32(N)), shared_mem=32)
    numpy.testing.assert_allclose(float(total[0]), values.sum(dtype="d"), rtol=1e-4)

    first, second, event = cupy.cuda.Stream(), cupy.cuda.Stream(), cupy.cuda.Event()
    with first:
        made = array * 3
        first.record(event)
    with second:
        second.wait_event(event)
        made -= 1
    second.synchronize()
    numpy.testing.assert_array_equal(made.get(), values * 3 - 1)

    expected = values * 2
    for _ in range(3):
        expected = expected * 2 + 1
    numpy.testing.assert_array_equal(graph(values), expected)
    print("all values are those of NumPy")


main()
