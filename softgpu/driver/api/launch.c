/* Entry points of launches. */
#include "../state/event.h"
#include "../state/handles.h"
#include "../sched/launch.h"

CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
                        unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ,
                        unsigned int sharedMemBytes, CUstream hStream, void **kernelParams, void **extra)
{
    ENTER(cuLaunchKernel);
    struct sg_stream *stream;
    const struct sg_launch_request request = {
        .function = f,
        .grid = {gridDimX, gridDimY, gridDimZ},
        .block = {blockDimX, blockDimY, blockDimZ},
        .shared = sharedMemBytes,
        .stream = hStream,
        .params = kernelParams,
        .extra = extra,
    };
    return sg_launch_submit(&request, &stream);
}

CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
                                   unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ,
                                   unsigned int sharedMemBytes, CUstream hStream, void **kernelParams)
{
    ENTER(cuLaunchCooperativeKernel);
    struct sg_stream *stream;
    const struct sg_launch_request request = {
        .function = f,
        .grid = {gridDimX, gridDimY, gridDimZ},
        .block = {blockDimX, blockDimY, blockDimZ},
        .shared = sharedMemBytes,
        .stream = hStream,
        .params = kernelParams,
        .cooperative = true,
    };
    return sg_launch_submit(&request, &stream);
}

/* What the attributes of an extended launch ask for. */
struct wishes {
    bool cooperative;
    CUevent after;               /* an event to record with the launch, or NULL */
};

/* A cluster of one block is what every block is. A larger one has to divide the grid, and then there is no device
 * for it. */
static CUresult check_cluster(const CUlaunchConfig *config, unsigned x, unsigned y, unsigned z)
{
    REQUIRE(x && y && z && !(config->gridDimX % x) && !(config->gridDimY % y) && !(config->gridDimZ % z),
            CUDA_ERROR_INVALID_CLUSTER_SIZE);
    return x == 1 && y == 1 && z == 1 ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED;
}

/* Attributes that only advise are accepted; one that would change what the kernel computes with is done or refused.
 * An event at the start of blocks, or at their completion, is recorded after the kernel: later than it could be,
 * never earlier. */
static CUresult wish(const CUlaunchConfig *config, const CUlaunchAttribute *attribute, struct wishes *out)
{
    const CUlaunchAttributeValue *value = &attribute->value;
    switch (attribute->id) {
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE: out->cooperative = value->cooperative != 0; break;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
        return check_cluster(config, value->clusterDim.x, value->clusterDim.y, value->clusterDim.z);
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT: out->after = value->programmaticEvent.event; break;
    case CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT: out->after = value->launchCompletionEvent.event; break;
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
        REQUIRE(!value->deviceUpdatableKernelNode.deviceUpdatable, CUDA_ERROR_NOT_SUPPORTED);
        break;
    case CU_LAUNCH_ATTRIBUTE_IGNORE:
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY:
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
    case CU_LAUNCH_ATTRIBUTE_PRIORITY:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION:
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
    case CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING: break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction f, void **kernelParams, void **extra)
{
    ENTER(cuLaunchKernelEx);
    struct wishes wishes = {0};
    struct sg_stream *stream;
    REQUIRE(config && (!config->numAttrs || config->attrs), CUDA_ERROR_INVALID_VALUE);
    for (unsigned i = 0; i < config->numAttrs; i++)
        TRY(wish(config, &config->attrs[i], &wishes));
    struct sg_event *after = wishes.after ? sg_handles_get(wishes.after, SG_EVENT) : NULL;
    REQUIRE(!wishes.after || after, CUDA_ERROR_INVALID_HANDLE);
    const struct sg_launch_request request = {
        .function = f,
        .grid = {config->gridDimX, config->gridDimY, config->gridDimZ},
        .block = {config->blockDimX, config->blockDimY, config->blockDimZ},
        .shared = config->sharedMemBytes,
        .stream = config->hStream,
        .params = kernelParams,
        .extra = extra,
        .cooperative = wishes.cooperative,
    };
    TRY(sg_launch_submit(&request, &stream));
    return after ? sg_event_record(after, stream) : CUDA_SUCCESS;
}

CUresult cuLaunchCooperativeKernelMultiDevice(CUDA_LAUNCH_PARAMS *launchParamsList, unsigned int numDevices,
                                              unsigned int flags)
{
    ENTER(cuLaunchCooperativeKernelMultiDevice);
    /* Without waiting before, without waiting after. */
    const unsigned known = 1 | 2;
    REQUIRE(launchParamsList && numDevices && (int64_t)numDevices <= sg_device_count() && !(flags & ~known),
            CUDA_ERROR_INVALID_VALUE);
    /* No device has CU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH. */
    return CUDA_ERROR_NOT_SUPPORTED;
}
