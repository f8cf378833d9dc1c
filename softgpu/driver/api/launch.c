/* Entry points of launches. */
#include "../capture/issue.h"
#include "../state/event.h"
#include "../state/launch_attributes.h"
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
    return sg_issue_launch(&request, &stream);
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
    return sg_issue_launch(&request, &stream);
}

CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction f, void **kernelParams, void **extra)
{
    ENTER(cuLaunchKernelEx);
    struct sg_launch_wishes wishes;
    struct sg_stream *stream;
    REQUIRE(config, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_context_order(config->hStream, &stream));
    TRY(sg_launch_attributes_read(stream->context, config, &wishes));
    const struct sg_launch_request request = {
        .function = f,
        .grid = {config->gridDimX, config->gridDimY, config->gridDimZ},
        .block = {config->blockDimX, config->blockDimY, config->blockDimZ},
        .shared = config->sharedMemBytes,
        .stream = config->hStream,
        .params = kernelParams,
        .extra = extra,
        .cooperative = wishes.cooperative,
        .priority = wishes.priority,
        .attributes = config->attrs,
        .attribute_count = config->numAttrs,
    };
    TRY(sg_issue_launch(&request, &stream));
    if (wishes.blocks)
        TRY(sg_issue_record(stream, wishes.blocks, CU_EVENT_RECORD_DEFAULT));
    return wishes.completion ? sg_issue_record(stream, wishes.completion, CU_EVENT_RECORD_DEFAULT) : CUDA_SUCCESS;
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
