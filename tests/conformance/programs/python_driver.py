"""cuda.bindings.driver: devices, memory, a module from PTX, a launch, events, and errors as status values."""

from __future__ import annotations

import ctypes

from cuda.bindings import driver

PTX = b"""
.version 6.0
.target sm_50
.address_size 64
.visible .entry scale(.param .u64 data, .param .f32 factor)
{
    .reg .b32 %i;
    .reg .f32 %x, %f;
    .reg .b64 %a, %o;
    ld.param.u64 %a, [data];
    ld.param.f32 %f, [factor];
    cvta.to.global.u64 %a, %a;
    mov.u32 %i, %tid.x;
    mul.wide.u32 %o, %i, 4;
    add.u64 %a, %a, %o;
    ld.global.f32 %x, [%a];
    mul.rn.f32 %x, %x, %f;
    st.global.f32 [%a], %x;
    ret;
}
"""


def show(name: str, answer) -> tuple:
    print(f"{name}: {answer[0].name}")
    return answer[1:]


def main() -> None:
    show("cuInit", driver.cuInit(0))
    (count,) = show("cuDeviceGetCount", driver.cuDeviceGetCount())
    (device,) = show("cuDeviceGet", driver.cuDeviceGet(0))
    show("cuDeviceGet of none", driver.cuDeviceGet(count))
    (name,) = show("cuDeviceGetName", driver.cuDeviceGetName(64, device))
    (total,) = show("cuDeviceTotalMem", driver.cuDeviceTotalMem(device))
    (uuid,) = show("cuDeviceGetUuid", driver.cuDeviceGetUuid(device))
    print(count, name.split(b"\0")[0].decode(), total, uuid.bytes.hex())
    for attribute in driver.CUdevice_attribute:
        if attribute.value < 140 and "RESERVED" not in attribute.name:
            status, value = driver.cuDeviceGetAttribute(attribute, device)
            print(attribute.name, status.name, value)
    (context,) = show("cuDevicePrimaryCtxRetain", driver.cuDevicePrimaryCtxRetain(device))
    show("cuCtxSetCurrent", driver.cuCtxSetCurrent(context))
    (module,) = show("cuModuleLoadData", driver.cuModuleLoadData(PTX))
    (function,) = show("cuModuleGetFunction", driver.cuModuleGetFunction(module, b"scale"))
    show("cuModuleGetFunction of none", driver.cuModuleGetFunction(module, b"shrink"))
    run(function)
    order()
    show("cuMemAlloc of too much", driver.cuMemAlloc(1 << 50))
    show("cuMemFree of nothing", driver.cuMemFree(4711))
    show("cuModuleUnload", driver.cuModuleUnload(module))
    show("cuDevicePrimaryCtxRelease", driver.cuDevicePrimaryCtxRelease(device))


def run(function) -> None:
    data = (ctypes.c_float * 64)(*range(64))
    (stream,) = show("cuStreamCreate", driver.cuStreamCreate(0))
    (start,) = show("cuEventCreate", driver.cuEventCreate(0))
    (end,) = show("cuEventCreate", driver.cuEventCreate(0))
    (address,) = show("cuMemAlloc", driver.cuMemAlloc(ctypes.sizeof(data)))
    show("cuMemcpyHtoDAsync", driver.cuMemcpyHtoDAsync(address, ctypes.addressof(data), ctypes.sizeof(data), stream))
    show("cuEventRecord", driver.cuEventRecord(start, stream))
    arguments = ((int(address), 2.5), (ctypes.c_void_p, ctypes.c_float))
    show("cuLaunchKernel", driver.cuLaunchKernel(function, 1, 1, 1, 64, 1, 1, 0, stream, arguments, 0))
    show("cuLaunchKernel too wide", driver.cuLaunchKernel(function, 1, 1, 1, 4096, 1, 1, 0, stream, arguments, 0))
    show("cuEventRecord", driver.cuEventRecord(end, stream))
    show("cuMemcpyDtoHAsync", driver.cuMemcpyDtoHAsync(ctypes.addressof(data), address, ctypes.sizeof(data), stream))
    show("cuStreamSynchronize", driver.cuStreamSynchronize(stream))
    (elapsed,) = show("cuEventElapsedTime", driver.cuEventElapsedTime(start, end))
    print("elapsed is a time:", elapsed >= 0)
    print("values:", list(data))
    assert list(data) == [2.5 * i for i in range(64)]
    show("cuMemFree", driver.cuMemFree(address))
    show("cuStreamDestroy", driver.cuStreamDestroy(stream))


def order() -> None:
    """Streams that answer each other through memory, and what is set of them."""
    seen = (ctypes.c_uint * 4)()
    (first,) = show("cuStreamCreate", driver.cuStreamCreate(driver.CUstream_flags.CU_STREAM_NON_BLOCKING))
    (second,) = show("cuStreamCreate", driver.cuStreamCreate(driver.CUstream_flags.CU_STREAM_NON_BLOCKING))
    (address,) = show("cuMemAlloc", driver.cuMemAlloc(16))
    show("cuMemsetD32", driver.cuMemsetD32(address, 0, 4))
    show("cuCtxSynchronize", driver.cuCtxSynchronize())
    equal = driver.CUstreamWaitValue_flags.CU_STREAM_WAIT_VALUE_EQ
    show("cuStreamWaitValue32", driver.cuStreamWaitValue32(first, address, 7, equal))
    show("cuStreamWriteValue64", driver.cuStreamWriteValue64(first, int(address) + 8, 5 << 32, 0))
    show("cuStreamQuery", driver.cuStreamQuery(first))
    op = driver.CUstreamBatchMemOpParams()
    op.writeValue.operation = driver.CUstreamBatchMemOpType.CU_STREAM_MEM_OP_WRITE_VALUE_32
    op.writeValue.address = driver.CUdeviceptr(int(address) + 4)
    op.writeValue.value = driver.cuuint32_t(6)
    show("cuStreamBatchMemOp", driver.cuStreamBatchMemOp(second, 1, [op], 0))
    show("cuStreamWriteValue32", driver.cuStreamWriteValue32(second, address, 7, 0))
    show("cuStreamWriteValue32 beyond", driver.cuStreamWriteValue32(second, int(address) + 16, 7, 0))
    show("cuStreamSynchronize", driver.cuStreamSynchronize(first))
    show("cuMemcpyDtoH", driver.cuMemcpyDtoH(ctypes.addressof(seen), address, 16))
    print("words:", list(seen))
    policy = driver.CUstreamAttrID.CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY
    value = driver.CUstreamAttrValue()
    value.syncPolicy = driver.CUsynchronizationPolicy.CU_SYNC_POLICY_YIELD
    show("cuStreamSetAttribute", driver.cuStreamSetAttribute(first, policy, value))
    show("cuStreamCopyAttributes", driver.cuStreamCopyAttributes(second, first))
    (found,) = show("cuStreamGetAttribute", driver.cuStreamGetAttribute(second, policy))
    print(found.syncPolicy.name)
    for stream in (first, second):
        show("cuStreamDestroy", driver.cuStreamDestroy(stream))
    show("cuMemFree", driver.cuMemFree(address))


main()
