/* Which graphs have such nodes is not known here: they are copied, updated, made of others on the server. So once there
 * is one, every launch counts as one that waits. */
#include "node_waits.h"

#include "../../libcuda/memop.h"

static _Atomic bool any;

void bf_node_waits_note(const CUgraphNodeParams *params)
{
    const CUDA_BATCH_MEM_OP_NODE_PARAMS_v2 *batch = &params->memOp;
    if (params->type != CU_GRAPH_NODE_TYPE_BATCH_MEM_OP)
        return;
    for (unsigned i = 0; i < batch->count; i++)
        if (lc_memop_waits(&batch->paramArray[i]))
            atomic_store(&any, true);
}

void bf_node_waits_launched(struct bf_object *context)
{
    if (atomic_load_explicit(&any, memory_order_relaxed))
        atomic_store(&context->context.awaits, true);
}
