/* The rules of cuGraphExecUpdate, type by type. */
#include "update_rules.h"

#include "../../../libcuda/memop.h"

/* What memory it is: whose device's, or which sort of host memory. */
static bool is_same_memory(uint64_t before, uint64_t after)
{
    struct sg_extent old, new;
    bool had = sg_memory_find(before, &old), has = sg_memory_find(after, &new);
    return had == has && (!had || (old.kind == new.kind && old.device == new.device));
}

static CUgraphExecUpdateResult check_kernel(const struct sg_action *before, const struct sg_action *after,
                                            bool by_priority)
{
    const struct sg_kernel_attributes *old = &before->is.kernel.attributes, *new = &after->is.kernel.attributes;
    if (before->context != after->context)
        return CU_GRAPH_EXEC_UPDATE_ERROR_UNSUPPORTED_FUNCTION_CHANGE;
    if (old->cooperative != new->cooperative || (by_priority && old->priority != new->priority))
        return CU_GRAPH_EXEC_UPDATE_ERROR_ATTRIBUTES_CHANGED;
    return CU_GRAPH_EXEC_UPDATE_SUCCESS;
}

static CUgraphExecUpdateResult check_copy(const struct sg_action *before, const struct sg_action *after)
{
    const CUDA_MEMCPY3D *old = &before->params.memcpy.copyParams, *new = &after->params.memcpy.copyParams;
    bool same = old->srcMemoryType == new->srcMemoryType && old->dstMemoryType == new->dstMemoryType &&
                before->context == after->context &&
                is_same_memory(before->is.copy.from.address, after->is.copy.from.address) &&
                is_same_memory(before->is.copy.to.address, after->is.copy.to.address);
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

/* Of rows nothing but where they are and what is written; of one row, not that there are more. */
static CUgraphExecUpdateResult check_fill(const struct sg_action *before, const struct sg_action *after)
{
    const struct sg_fill *old = &before->is.fill, *new = &after->is.fill;
    bool rows = old->height > 1 || new->height > 1;
    bool shape = old->height == new->height &&
                 (!rows || (old->width == new->width && old->element == new->element && old->pitch == new->pitch));
    bool same = shape && before->context == after->context && is_same_memory(old->address, new->address);
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

/* Addresses, values and conditions. */
static CUgraphExecUpdateResult check_operations(const struct sg_action *before, const struct sg_action *after)
{
    const CUDA_BATCH_MEM_OP_NODE_PARAMS_v2 *old = &before->params.memOp, *new = &after->params.memOp;
    bool same = before->context == after->context && old->count == new->count;
    for (unsigned i = 0; same && i < old->count; i++) {
        const CUstreamBatchMemOpParams *a = &old->paramArray[i], *b = &new->paramArray[i];
        same = a->operation == b->operation;
        if (same && lc_memop_waits(a))
            same = !((a->waitValue.flags ^ b->waitValue.flags) & CU_STREAM_WAIT_VALUE_FLUSH);
    }
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

static CUgraphExecUpdateResult check_conditional(const struct sg_action *before, const struct sg_action *after)
{
    const CUDA_CONDITIONAL_NODE_PARAMS *old = &before->params.conditional, *new = &after->params.conditional;
    bool same = old->type == new->type && old->size == new->size && before->context == after->context;
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

CUgraphExecUpdateResult sg_update_rules_check(const struct sg_action *before, const struct sg_action *after,
                                              bool by_priority)
{
    if (before->params.type != after->params.type)
        return CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED;
    switch (before->params.type) {
    case CU_GRAPH_NODE_TYPE_KERNEL: return check_kernel(before, after, by_priority);
    case CU_GRAPH_NODE_TYPE_MEMCPY: return check_copy(before, after);
    case CU_GRAPH_NODE_TYPE_MEMSET: return check_fill(before, after);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP: return check_operations(before, after);
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
        return before->is.allotment == after->is.allotment ? CU_GRAPH_EXEC_UPDATE_SUCCESS
                                                           : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: return check_conditional(before, after);
    default: return CU_GRAPH_EXEC_UPDATE_SUCCESS;
    }
}

bool sg_update_rules_allow_alone(const struct sg_action *before, const struct sg_action *after)
{
    switch (before->params.type) {
    case CU_GRAPH_NODE_TYPE_MEMCPY:
        return before->is.copy.height == 1 && after->is.copy.height == 1 && before->is.copy.width &&
               after->is.copy.width;
    case CU_GRAPH_NODE_TYPE_MEMSET: return after->is.fill.width && after->is.fill.height;
    default: return true;
    }
}
