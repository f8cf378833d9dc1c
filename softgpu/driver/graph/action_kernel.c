/* What a kernel node does, and its parameters in memory of its own: as an array of pointers, or as one buffer. */
#include <stdlib.h>
#include <string.h>

#include "../state/handles.h"
#include "action.h"

/* kernelParams of the action: pointers into its block of bytes. */
static CUresult keep_array(struct sg_action *action, const struct sg_kernel_info *info, unsigned char *bytes)
{
    void **pointers = malloc((info->param_count + 1) * sizeof *pointers);
    REQUIRE(pointers, CUDA_ERROR_OUT_OF_MEMORY);
    for (uint32_t i = 0; i < info->param_count; i++)
        pointers[i] = bytes + info->params[i].offset;
    action->owned[1] = pointers;
    action->params.kernel.kernelParams = pointers;
    return CUDA_SUCCESS;
}

/* The names and values of `extra`, and the size that one of them points to. */
struct extra {
    void *entries[5];
    size_t bytes;
};

static CUresult keep_extra(struct sg_action *action, const struct sg_kernel_info *info, unsigned char *bytes)
{
    struct extra *extra = malloc(sizeof *extra);
    REQUIRE(extra, CUDA_ERROR_OUT_OF_MEMORY);
    *extra = (struct extra){{CU_LAUNCH_PARAM_BUFFER_POINTER, bytes, CU_LAUNCH_PARAM_BUFFER_SIZE, &extra->bytes, NULL},
                            info->param_bytes};
    action->owned[1] = extra;
    action->params.kernel.extra = extra->entries;
    return CUDA_SUCCESS;
}

static CUresult keep(struct sg_action *action, const struct sg_launch_request *request)
{
    const struct sg_kernel_info *info = action->is.kernel.function->info;
    unsigned char *bytes = aligned_alloc(64, (info->param_bytes + 64) & ~(size_t)63);
    REQUIRE(bytes, CUDA_ERROR_OUT_OF_MEMORY);
    action->owned[0] = bytes;
    TRY(sg_launch_gather(request, info, bytes));
    action->is.kernel.launch.params = bytes;
    if (request->extra)
        return keep_extra(action, info, bytes);
    return info->param_count ? keep_array(action, info, bytes) : CUDA_SUCCESS;
}

/* A function says its context. A kernel is in that which is named with it. */
static CUresult find_context(struct sg_action *action, const void *function)
{
    const struct sg_function *found = sg_handles_get(function, SG_FUNCTION);
    if (!found)
        return sg_action_context_set(action->params.kernel.ctx, action);
    action->context = found->module->context;
    action->incarnation = atomic_load(&action->context->incarnation);
    return sg_context_error(action->context);
}

CUresult sg_action_kernel_make(struct sg_action *action, const struct sg_kernel_attributes *attributes)
{
    const CUDA_KERNEL_NODE_PARAMS_v3 *given = &action->params.kernel;
    const void *function = given->func ? (const void *)given->func : (const void *)given->kern;
    struct sg_launch_request request = {
        .function = function,
        .grid = {given->gridDimX, given->gridDimY, given->gridDimZ},
        .block = {given->blockDimX, given->blockDimY, given->blockDimZ},
        .shared = given->sharedMemBytes,
        .params = given->kernelParams,
        .extra = given->extra,
    };
    if (attributes)
        action->is.kernel.attributes = *attributes;
    request.cooperative = action->is.kernel.attributes.cooperative;
    REQUIRE(function, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!request.cooperative || !request.extra, CUDA_ERROR_INVALID_VALUE);
    TRY(find_context(action, function));
    TRY(sg_launch_resolve(&request, action->context, &action->is.kernel.function, &action->is.kernel.launch));
    action->is.kernel.handle = action->is.kernel.function->handle;
    TRY(keep(action, &request));
    /* That there was no memory for its code is told when it runs. */
    (void)sg_kernel_prepare(action->is.kernel.launch.kernel);
    return CUDA_SUCCESS;
}
