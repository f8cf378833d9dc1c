"""NumPy arrays of managed memory, that kernels use as well."""

from __future__ import annotations

import ctypes

import numpy
from cuda.bindings import driver

PTX = b"""
.version 6.0
.target sm_50
.address_size 64
.visible .entry scale(.param .u64 data, .param .f32 factor)
{
    .reg .b32 %i, %b, %t;
    .reg .f32 %x, %f;
    .reg .b64 %a, %o;
    ld.param.u64 %a, [data];
    ld.param.f32 %f, [factor];
    mov.u32 %t, %tid.x;
    mov.u32 %b, %ctaid.x;
    mad.lo.u32 %i, %b, 256, %t;
    mul.wide.u32 %o, %i, 4;
    add.u64 %a, %a, %o;
    ld.global.f32 %x, [%a];
    mul.rn.f32 %x, %x, %f;
    st.global.f32 [%a], %x;
    ret;
}
"""
SHAPE = (64, 1024)


def must(answer):
    if answer[0] != driver.CUresult.CUDA_SUCCESS:
        raise SystemExit(answer[0].name)
    return answer[1] if len(answer) > 1 else None


def main() -> None:
    must(driver.cuInit(0))
    device = must(driver.cuDeviceGet(0))
    must(driver.cuCtxSetCurrent(must(driver.cuDevicePrimaryCtxRetain(device))))
    function = must(driver.cuModuleGetFunction(must(driver.cuModuleLoadData(PTX)), b"scale"))
    count = SHAPE[0] * SHAPE[1]
    memory = must(driver.cuMemAllocManaged(4 * count, driver.CUmemAttach_flags.CU_MEM_ATTACH_GLOBAL.value))
    array = numpy.frombuffer((ctypes.c_float * count).from_address(int(memory)), dtype=numpy.float32).reshape(SHAPE)
    array[:] = numpy.arange(count, dtype=numpy.float32).reshape(SHAPE)
    for factor in (2.0, 0.5, 3.0):
        arguments = ((memory, ctypes.c_float(factor).value), (None, ctypes.c_float))
        must(driver.cuLaunchKernel(function, count // 256, 1, 1, 256, 1, 1, 0, 0, arguments, 0))
        must(driver.cuCtxSynchronize())
        print(array.sum(dtype=numpy.float64), array[3, 7], array.T[5].max(), numpy.sort(array, axis=None)[-3:])
        array += 1
        array[10:20, ::7] = array[20:30, ::7]
    print(numpy.linalg.norm(array.astype(numpy.float64)))
    must(driver.cuMemFree(memory))


main()
