/* Entry points of green contexts and of the resources that they are made of. */
#include "../state/event.h"
#include "../state/green.h"
#include "../state/handles.h"
#include "context.h"

/* ---- resources */

CUresult cuDeviceGetDevResource(CUdevice device, CUdevResource *resource, CUdevResourceType type)
{
    ENTER(cuDeviceGetDevResource);
    const struct sg_device *found = sg_device_at(device);
    REQUIRE(found, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(resource, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(type == CU_DEV_RESOURCE_TYPE_SM, CUDA_ERROR_INVALID_RESOURCE_TYPE);
    *resource = sg_resource_all(found);
    return CUDA_SUCCESS;
}

static CUresult resource_of(const struct sg_green *green, CUdevResource *resource, CUdevResourceType type)
{
    REQUIRE(resource, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(type == CU_DEV_RESOURCE_TYPE_SM, CUDA_ERROR_INVALID_RESOURCE_TYPE);
    *resource = sg_resource_make(green->context->device, green->first, green->count, 0);
    return CUDA_SUCCESS;
}

CUresult cuCtxGetDevResource(CUcontext hCtx, CUdevResource *resource, CUdevResourceType type)
{
    ENTER(cuCtxGetDevResource);
    struct sg_context *context;
    REQUIRE(hCtx, CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_context_of(hCtx, &context));
    const struct sg_green *green = sg_green_named(hCtx);
    if (green)
        return resource_of(green, resource, type);
    REQUIRE(resource, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(type == CU_DEV_RESOURCE_TYPE_SM, CUDA_ERROR_INVALID_RESOURCE_TYPE);
    *resource = sg_resource_all(context->device);
    return CUDA_SUCCESS;
}

CUresult cuGreenCtxGetDevResource(CUgreenCtx hCtx, CUdevResource *resource, CUdevResourceType type)
{
    ENTER(cuGreenCtxGetDevResource);
    struct sg_green *green;
    TRY(sg_green_of(hCtx, &green));
    return resource_of(green, resource, type);
}

CUresult cuDevSmResourceSplitByCount(CUdevResource *result, unsigned int *nbGroups, const CUdevResource *input,
                                     CUdevResource *remaining, unsigned int useFlags, unsigned int minCount)
{
    ENTER(cuDevSmResourceSplitByCount);
    REQUIRE(nbGroups && input && (!result || *nbGroups), CUDA_ERROR_INVALID_VALUE);
    return sg_resource_split(input, useFlags, minCount, result, nbGroups, remaining);
}

CUresult cuDevResourceGenerateDesc(CUdevResourceDesc *phDesc, CUdevResource *resources, unsigned int nbResources)
{
    ENTER(cuDevResourceGenerateDesc);
    struct sg_green_parts *parts;
    REQUIRE(phDesc && resources && nbResources, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_green_gather(resources, nbResources, &parts));
    *phDesc = (CUdevResourceDesc)parts->handle;
    return CUDA_SUCCESS;
}

/* ---- life */

CUresult cuGreenCtxCreate(CUgreenCtx *phCtx, CUdevResourceDesc desc, CUdevice dev, unsigned int flags)
{
    ENTER(cuGreenCtxCreate);
    const struct sg_device *device = sg_device_at(dev);
    struct sg_green *green;
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(phCtx, CUDA_ERROR_INVALID_VALUE);
    const struct sg_green_parts *parts = sg_handles_get(desc, SG_RESOURCES);
    REQUIRE(parts && parts->device == device && flags == CU_GREEN_CTX_DEFAULT_STREAM, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_context_retain_primary(device));
    CUresult result = sg_green_create(parts, &green);
    if (result)
        sg_context_release_primary(device);
    else
        *phCtx = (CUgreenCtx)green->handle;
    return result;
}

CUresult cuGreenCtxDestroy(CUgreenCtx hCtx)
{
    ENTER(cuGreenCtxDestroy);
    struct sg_green *green;
    TRY(sg_green_of(hCtx, &green));
    const struct sg_device *device = green->context->device;
    REQUIRE(sg_handles_drop(hCtx), CUDA_ERROR_INVALID_CONTEXT);
    sg_green_destroy(green);
    sg_context_release_primary(device);
    return CUDA_SUCCESS;
}

CUresult cuCtxFromGreenCtx(CUcontext *pContext, CUgreenCtx hCtx)
{
    ENTER(cuCtxFromGreenCtx);
    struct sg_green *green;
    TRY(sg_green_of(hCtx, &green));
    REQUIRE(pContext, CUDA_ERROR_INVALID_VALUE);
    *pContext = (CUcontext)green->as_context;
    return CUDA_SUCCESS;
}

CUresult cuGreenCtxGetId(CUgreenCtx greenCtx, unsigned long long *greenCtxId)
{
    ENTER(cuGreenCtxGetId);
    struct sg_green *green = greenCtx ? NULL : sg_green_current();
    if (!green)
        TRY(sg_green_of(greenCtx, &green));
    REQUIRE(greenCtxId, CUDA_ERROR_INVALID_VALUE);
    *greenCtxId = green->id;
    return CUDA_SUCCESS;
}

/* ---- its work */

CUresult cuGreenCtxStreamCreate(CUstream *phStream, CUgreenCtx greenCtx, unsigned int flags, int priority)
{
    ENTER(cuGreenCtxStreamCreate);
    struct sg_green *green;
    TRY(sg_green_of(greenCtx, &green));
    TRY(sg_green_check(green));
    REQUIRE(phStream && flags == CU_STREAM_NON_BLOCKING, CUDA_ERROR_INVALID_VALUE);
    return sg_green_stream(green, flags, priority, phStream);
}

static CUresult find(CUgreenCtx handle, CUevent wanted, struct sg_green **green, struct sg_event **event)
{
    TRY(sg_green_of(handle, green));
    TRY(sg_green_check(*green));
    *event = sg_handles_get(wanted, SG_EVENT);
    return *event ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuGreenCtxRecordEvent(CUgreenCtx hCtx, CUevent hEvent)
{
    ENTER(cuGreenCtxRecordEvent);
    struct sg_green *green;
    struct sg_event *event;
    TRY(find(hCtx, hEvent, &green, &event));
    REQUIRE(event->context == green->context, CUDA_ERROR_INVALID_HANDLE);
    return sg_green_record(green, event);
}

CUresult cuGreenCtxWaitEvent(CUgreenCtx hCtx, CUevent hEvent)
{
    ENTER(cuGreenCtxWaitEvent);
    struct sg_green *green;
    struct sg_event *event;
    TRY(find(hCtx, hEvent, &green, &event));
    return sg_green_wait(green, event);
}
