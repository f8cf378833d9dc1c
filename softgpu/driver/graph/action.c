/* Actions of every type but kernels: what the parameters must be, and a copy of what they point to. */
#include "action.h"

#include <stdlib.h>
#include <string.h>

#include "../sched/callback.h"
#include "../sched/memop.h"
#include "../sched/poll.h"
#include "../state/handles.h"
#include "condition.h"

static CUresult make_copy(struct sg_action *action)
{
    const CUDA_MEMCPY_NODE_PARAMS *given = &action->params.memcpy;
    REQUIRE(!given->flags && !given->reserved, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_action_context_set(given->copyCtx, action));
    return sg_box_copy(&given->copyParams, &action->is.copy);
}

static CUresult make_fill(struct sg_action *action)
{
    const CUDA_MEMSET_NODE_PARAMS_v2 *given = &action->params.memset;
    struct sg_fill *fill = &action->is.fill;
    *fill = (struct sg_fill){given->dst, given->pitch, given->width, given->height, given->value, given->elementSize};
    REQUIRE(fill->element == 1 || fill->element == 2 || fill->element == 4, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_action_context_set(given->ctx, action));
    return sg_copy_check_fill(fill);
}

static CUresult make_host(const CUgraphNodeParams *params)
{
    REQUIRE(params->host.fn, CUDA_ERROR_INVALID_VALUE);
    return sg_callback_start() ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult check_event(CUevent event)
{
    return sg_handles_get(event, SG_EVENT) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* Values that a wait compares with are written by others: somebody has to look. */
static CUresult make_memory_operations(struct sg_action *action)
{
    CUDA_BATCH_MEM_OP_NODE_PARAMS_v2 *given = &action->params.memOp;
    REQUIRE(!given->flags, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_action_context_set(given->ctx, action));
    TRY(sg_memop_check(action->context->device, given->paramArray, given->count, true));
    REQUIRE(sg_poll_start(), CUDA_ERROR_OUT_OF_MEMORY);
    size_t bytes = given->count * sizeof *given->paramArray;
    action->owned[0] = malloc(bytes);
    REQUIRE(action->owned[0], CUDA_ERROR_OUT_OF_MEMORY);
    memcpy(action->owned[0], given->paramArray, bytes);
    given->paramArray = action->owned[0];
    return CUDA_SUCCESS;
}

/* Its condition and its bodies come with the node. */
static CUresult make_conditional(struct sg_action *action)
{
    const CUDA_CONDITIONAL_NODE_PARAMS *given = &action->params.conditional;
    unsigned most = given->type == CU_GRAPH_COND_TYPE_IF ? 2 : given->type == CU_GRAPH_COND_TYPE_WHILE ? 1 : INT32_MAX;
    REQUIRE((unsigned)given->type <= CU_GRAPH_COND_TYPE_SWITCH, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(given->size && given->size <= most, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_action_context_set(given->ctx, action));
    action->owned[0] = calloc(given->size, sizeof(CUgraph));
    REQUIRE(action->owned[0], CUDA_ERROR_OUT_OF_MEMORY);
    action->params.conditional.phGraph_out = action->owned[0];
    action->graphs = given->size;
    return CUDA_SUCCESS;
}

static CUresult make(struct sg_action *action, const struct sg_kernel_attributes *attributes)
{
    const CUgraphNodeParams *params = &action->params;
    switch (params->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL: return sg_action_kernel_make(action, attributes);
    case CU_GRAPH_NODE_TYPE_MEMCPY: return make_copy(action);
    case CU_GRAPH_NODE_TYPE_MEMSET: return make_fill(action);
    case CU_GRAPH_NODE_TYPE_HOST: return make_host(params);
    case CU_GRAPH_NODE_TYPE_GRAPH: action->graphs = 1; return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_EMPTY: return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT: return check_event(params->eventWait.event);
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD: return check_event(params->eventRecord.event);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP: return make_memory_operations(action);
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC: return sg_action_memory_make_alloc(action);
    case CU_GRAPH_NODE_TYPE_MEM_FREE: return sg_action_memory_make_free(action);
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: return make_conditional(action);
    /* There is no way to get a semaphore of somebody else's. */
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL:
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT: return CUDA_ERROR_NOT_SUPPORTED;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult sg_action_make(const CUgraphNodeParams *params, const struct sg_kernel_attributes *attributes,
                        struct sg_action **out)
{
    struct sg_action *action = calloc(1, sizeof *action);
    REQUIRE(action, CUDA_ERROR_OUT_OF_MEMORY);
    action->references = 1;
    action->params = *params;
    CUresult result = make(action, attributes);
    if (result)
        sg_action_release(action);
    else
        *out = action;
    return result;
}

struct sg_action *sg_action_retain(struct sg_action *action)
{
    atomic_fetch_add_explicit(&action->references, 1, memory_order_relaxed);
    return action;
}

void sg_action_release(struct sg_action *action)
{
    while (action && atomic_fetch_sub(&action->references, 1) == 1) {
        struct sg_action *former = action->former;
        sg_action_memory_release(action);
        if (action->params.type == CU_GRAPH_NODE_TYPE_CONDITIONAL && action->is.condition)
            sg_condition_release(action->is.condition);
        for (size_t i = 0; i < sizeof action->owned / sizeof *action->owned; i++)
            free(action->owned[i]);
        free(action);
        action = former;
    }
}

CUresult sg_action_check(const struct sg_action *action)
{
    const struct sg_context *context = action->context;
    if (action->params.type == CU_GRAPH_NODE_TYPE_KERNEL)
        REQUIRE(sg_handles_get(action->is.kernel.handle, SG_FUNCTION), CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(!context || atomic_load(&context->incarnation) == action->incarnation, CUDA_ERROR_CONTEXT_IS_DESTROYED);
    return CUDA_SUCCESS;
}
