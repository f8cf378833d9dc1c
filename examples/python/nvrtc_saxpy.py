"""y = alpha x + y: NVRTC compiles the kernel to PTX on this machine, the driver runs it on the first GPU.

    pip install cuda-bindings nvidia-cuda-nvrtc numpy
    python nvrtc_saxpy.py [ELEMENTS]          exit code 0 if every element is right, 1 if not

Knows nothing of bitfusion: cuda.bindings opens libcuda.so.1 as it always does.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from cuda.bindings import driver, nvrtc

SOURCE = rb"""
extern "C" __global__ void saxpy(float alpha, const float *x, float *y, size_t count)
{
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        y[i] = fmaf(alpha, x[i], y[i]);
}
"""


def check(answer):
    """Return the values of a cuda-python answer without its status; leave the program if the status is an error."""
    status, *values = answer
    if status.value:
        sys.exit(f"{status.name} ({status.value})")
    return values[0] if len(values) == 1 else tuple(values)


def compile_ptx(source: bytes, major: int, minor: int) -> bytes:
    """Compile CUDA C++ to PTX for a device of compute capability major.minor."""
    program = check(nvrtc.nvrtcCreateProgram(source, b"saxpy.cu", 0, [], []))
    options = [f"--gpu-architecture=compute_{major}{minor}".encode()]
    (status,) = nvrtc.nvrtcCompileProgram(program, len(options), options)
    if status.value:
        log = b" " * check(nvrtc.nvrtcGetProgramLogSize(program))
        check(nvrtc.nvrtcGetProgramLog(program, log))
        sys.exit(log.decode())
    ptx = b" " * check(nvrtc.nvrtcGetPTXSize(program))
    check(nvrtc.nvrtcGetPTX(program, ptx))
    check(nvrtc.nvrtcDestroyProgram(program))
    return ptx


def saxpy(function, alpha: np.float32, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Run the kernel on copies of x and y in device memory and return the new y."""
    result = np.empty_like(y)
    dx = check(driver.cuMemAlloc(x.nbytes))
    dy = check(driver.cuMemAlloc(y.nbytes))
    check(driver.cuMemcpyHtoD(dx, x.ctypes.data, x.nbytes))
    check(driver.cuMemcpyHtoD(dy, y.ctypes.data, y.nbytes))
    values = (alpha, int(dx), int(dy), x.size)
    arguments = [
        np.array([value], dtype=kind)
        for value, kind in zip(values, (np.float32, np.uint64, np.uint64, np.uint64), strict=True)
    ]
    pointers = np.array([argument.ctypes.data for argument in arguments], dtype=np.uint64)
    blocks = (x.size + 255) // 256
    check(driver.cuLaunchKernel(function, blocks, 1, 1, 256, 1, 1, 0, 0, pointers.ctypes.data, 0))
    check(driver.cuCtxSynchronize())
    check(driver.cuMemcpyDtoH(result.ctypes.data, dy, result.nbytes))
    check(driver.cuMemFree(dx))
    check(driver.cuMemFree(dy))
    return result


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    check(driver.cuInit(0))
    device = check(driver.cuDeviceGet(0))
    name = check(driver.cuDeviceGetName(256, device)).split(b"\0")[0].decode()
    print(f"device: {name}")
    kind = driver.CUdevice_attribute
    major = check(driver.cuDeviceGetAttribute(kind.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device))
    minor = check(driver.cuDeviceGetAttribute(kind.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device))
    context = check(driver.cuDevicePrimaryCtxRetain(device))
    check(driver.cuCtxSetCurrent(context))
    module = check(driver.cuModuleLoadData(compile_ptx(SOURCE, major, minor)))
    function = check(driver.cuModuleGetFunction(module, b"saxpy"))

    x = np.arange(count, dtype=np.float32) / np.float32(7)
    y = np.linspace(-1, 1, count, dtype=np.float32)
    alpha = np.float32(2.5)
    start = time.perf_counter()
    result = saxpy(function, alpha, x, y)
    elapsed = time.perf_counter() - start
    check(driver.cuModuleUnload(module))
    check(driver.cuDevicePrimaryCtxRelease(device))

    # Products of 24-bit numbers and the sums are exact enough in double precision that rounding once more is the fma.
    expected = (np.float64(alpha) * x + y).astype(np.float32)
    wrong = int(np.count_nonzero(np.abs(result - expected) > np.spacing(np.abs(expected))))
    print(f"result: {count} elements, {wrong} wrong, last {result[-1]:.6f}")
    print(f"time: {1e3 * elapsed:.3f} ms with all copies")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
