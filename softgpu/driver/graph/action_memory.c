/* What nodes do that allocate memory or free it. */
#include <stdlib.h>
#include <string.h>

#include "action.h"
#include "allotment.h"

static CUresult check_place(const CUmemPoolProps *props)
{
    REQUIRE(props->allocType == CU_MEM_ALLOCATION_TYPE_PINNED, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(props->handleTypes == CU_MEM_HANDLE_TYPE_NONE, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(props->location.type == CU_MEM_LOCATION_TYPE_DEVICE && sg_device_at(props->location.id),
            CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

/* All memory is one address space, so access needs nothing but to be right. */
static CUresult keep_access(struct sg_action *action)
{
    CUDA_MEM_ALLOC_NODE_PARAMS_v2 *given = &action->params.alloc;
    REQUIRE(given->accessDescs || !given->accessDescCount, CUDA_ERROR_INVALID_VALUE);
    for (size_t i = 0; i < given->accessDescCount; i++) {
        const CUmemAccessDesc *access = &given->accessDescs[i];
        REQUIRE(access->location.type == CU_MEM_LOCATION_TYPE_DEVICE && sg_device_at(access->location.id),
                CUDA_ERROR_INVALID_VALUE);
        REQUIRE(access->flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE, CUDA_ERROR_INVALID_VALUE);
    }
    size_t bytes = given->accessDescCount * sizeof *given->accessDescs;
    if (!bytes)
        return CUDA_SUCCESS;
    action->owned[0] = malloc(bytes);
    REQUIRE(action->owned[0], CUDA_ERROR_OUT_OF_MEMORY);
    memcpy(action->owned[0], given->accessDescs, bytes);
    given->accessDescs = action->owned[0];
    return CUDA_SUCCESS;
}

CUresult sg_action_memory_make_alloc(struct sg_action *action)
{
    CUDA_MEM_ALLOC_NODE_PARAMS_v2 *given = &action->params.alloc;
    TRY(check_place(&given->poolProps));
    REQUIRE(given->bytesize, CUDA_ERROR_INVALID_VALUE);
    TRY(keep_access(action));
    TRY(sg_allotment_make(sg_device_at(given->poolProps.location.id), given->bytesize, &action->is.allotment));
    given->dptr = sg_allotment_address(action->is.allotment);
    return CUDA_SUCCESS;
}

CUresult sg_action_memory_make_free(struct sg_action *action)
{
    struct sg_allotment *allotment = sg_allotment_at(action->params.free.dptr);
    REQUIRE(allotment, CUDA_ERROR_INVALID_VALUE);
    action->is.allotment = sg_allotment_retain(allotment);
    return CUDA_SUCCESS;
}

bool sg_action_memory_is(const struct sg_action *action)
{
    return action->params.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC || action->params.type == CU_GRAPH_NODE_TYPE_MEM_FREE;
}

void sg_action_memory_release(struct sg_action *action)
{
    if (sg_action_memory_is(action) && action->is.allotment)
        sg_allotment_release(action->is.allotment);
}
