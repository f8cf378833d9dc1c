"""Green contexts and the resources that they are made of. A resource crosses as the driver's own bytes; the client notes
in it which device it is of.
"""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuDeviceGetDevResource@12040 (CUdevice device, CUdevResource *resource, CUdevResourceType type):
    device device as found; need resource;
    refuse type != CU_DEV_RESOURCE_TYPE_SM with CUDA_ERROR_INVALID_RESOURCE_TYPE;
    by bf_green_of_device(found, resource)
cuCtxGetDevResource@12040 (CUcontext hCtx, CUdevResource *resource, CUdevResourceType type):
    find context hCtx; need resource; refuse type != CU_DEV_RESOURCE_TYPE_SM with CUDA_ERROR_INVALID_RESOURCE_TYPE;
    by bf_green_of_context(context, resource)
cuGreenCtxGetDevResource@12040 (CUgreenCtx hCtx, CUdevResource *resource, CUdevResourceType type):
    find green hCtx; need resource; refuse type != CU_DEV_RESOURCE_TYPE_SM with CUDA_ERROR_INVALID_RESOURCE_TYPE;
    by bf_green_of_green(green, resource)
cuDevSmResourceSplitByCount@12040 (CUdevResource *result, unsigned int *nbGroups, const CUdevResource *input,
        CUdevResource *remaining, unsigned int useFlags, unsigned int minCount):
    ready; need nbGroups, input; refuse result && !*nbGroups;
    by bf_green_split(input, useFlags, minCount, result, nbGroups, remaining)
cuDevResourceGenerateDesc@12040 (CUdevResourceDesc *phDesc, CUdevResource *resources, unsigned int nbResources):
    ready; need phDesc, resources; refuse !nbResources; by bf_green_describe(resources, nbResources, phDesc)
cuGreenCtxCreate@12040 (CUgreenCtx *phCtx, CUdevResourceDesc desc, CUdevice dev, unsigned int flags):
    device dev; need phCtx; find resources desc with CUDA_ERROR_INVALID_VALUE;
    refuse resources->resources.device != device || flags != CU_GREEN_CTX_DEFAULT_STREAM;
    by bf_green_create(resources, flags, phCtx)
cuGreenCtxDestroy@12040 #486 ask (CUgreenCtx hCtx):
    find green hCtx; by bf_green_destroy(green)
    server: destroys(hCtx)
cuCtxFromGreenCtx@12040 (CUcontext *pContext, CUgreenCtx hCtx):
    find green hCtx; need pContext; *pContext = green->green.as_context
cuGreenCtxGetId@12090 (CUgreenCtx greenCtx, unsigned long long *greenCtxId):
    ready; is bf_green_get_id(greenCtx, greenCtxId)
cuGreenCtxStreamCreate@12050 #491 tell (CUstream *phStream, CUgreenCtx greenCtx, unsigned int flags, int priority):
    find green greenCtx; by bf_green_make_stream(green, flags, priority, phStream)
cuGreenCtxRecordEvent@12040 #487 tell (CUgreenCtx hCtx, CUevent hEvent):
    find green hCtx; by bf_green_record(green, hEvent)
    server: records(hEvent)
cuGreenCtxWaitEvent@12040 #488 tell (CUgreenCtx hCtx, CUevent hEvent):
    find green hCtx; by bf_green_wait(green, hEvent)
# Calls of the wire alone.
green_of_device #480 ask (CUdevice dev, CUdevResource *resource):
    server: cuDeviceGetDevResource(dev, CUdevResourceType.CU_DEV_RESOURCE_TYPE_SM)
    "The multiprocessors of the device."
green_of_context #481 ask (CUcontext ctx, CUdevResource *resource):
    server: cuCtxGetDevResource(ctx, CUdevResourceType.CU_DEV_RESOURCE_TYPE_SM)
green_of_green #482 ask (CUgreenCtx greenCtx, CUdevResource *resource):
    server: cuGreenCtxGetDevResource(greenCtx, CUdevResourceType.CU_DEV_RESOURCE_TYPE_SM)
green_split #483 ask (CUdevResource input, unsigned int groups, unsigned int flags, unsigned int least, CUdevResource[]
        *parts, unsigned int *count, CUdevResource *rest):
    server: cuDevSmResourceSplitByCount(min(groups, 1024), input, flags, least); cuts(parts, count)
    "cuDevSmResourceSplitByCount; `groups` 0: how many there would be."
green_describe #484 ask (CUdevResourceDesc *desc, CUdevResource[] resources):
    server: cuDevResourceGenerateDesc(resources, len(resources))
green_create #485 ask (CUgreenCtx *greenCtx, CUdevResourceDesc desc, CUdevice dev, unsigned int flags):
    server: cuGreenCtxCreate(desc, dev, flags)
green_stream_create #489 tell (CUstream *stream, CUgreenCtx greenCtx, unsigned int flags, int priority):
    server: cuStreamCreateWithPriority(flags, priority); within(cuCtxFromGreenCtx(greenCtx))
    "A blocking stream in the green context: made by cuStreamCreateWithPriority with that context current."
"""
)
