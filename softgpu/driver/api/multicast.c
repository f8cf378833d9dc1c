/* Entry points of multicast objects and of handles for address ranges: no device here has them. */
#include "../entry.h"

CUresult cuMulticastCreate(CUmemGenericAllocationHandle *mcHandle, const CUmulticastObjectProp *prop)
{
    ENTER(cuMulticastCreate);
    REQUIRE(mcHandle && prop, CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastAddDevice(CUmemGenericAllocationHandle mcHandle, CUdevice dev)
{
    ENTER(cuMulticastAddDevice);
    (void)mcHandle, (void)dev;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastBindMem(CUmemGenericAllocationHandle mcHandle, size_t mcOffset,
                            CUmemGenericAllocationHandle memHandle, size_t memOffset, size_t size,
                            unsigned long long flags)
{
    ENTER(cuMulticastBindMem);
    (void)mcHandle, (void)mcOffset, (void)memHandle, (void)memOffset, (void)size, (void)flags;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastBindAddr(CUmemGenericAllocationHandle mcHandle, size_t mcOffset, CUdeviceptr memptr, size_t size,
                             unsigned long long flags)
{
    ENTER(cuMulticastBindAddr);
    (void)mcHandle, (void)mcOffset, (void)memptr, (void)size, (void)flags;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastUnbind(CUmemGenericAllocationHandle mcHandle, CUdevice dev, size_t mcOffset, size_t size)
{
    ENTER(cuMulticastUnbind);
    (void)mcHandle, (void)dev, (void)mcOffset, (void)size;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastGetGranularity(size_t *granularity, const CUmulticastObjectProp *prop,
                                   CUmulticastGranularity_flags option)
{
    ENTER(cuMulticastGetGranularity);
    (void)option;
    REQUIRE(granularity && prop, CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMemGetHandleForAddressRange(void *handle, CUdeviceptr dptr, size_t size, CUmemRangeHandleType handleType,
                                       unsigned long long flags)
{
    ENTER(cuMemGetHandleForAddressRange);
    (void)dptr, (void)size, (void)handleType, (void)flags;
    REQUIRE(handle, CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_NOT_SUPPORTED;
}
