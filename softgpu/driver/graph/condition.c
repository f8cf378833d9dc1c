/* Life of conditions: a graph has them, nodes and executable graphs keep them. */
#include "condition.h"

#include <stdlib.h>

#include "../../run/conditions.h"

CUresult sg_condition_make(uint64_t graph, struct sg_context *context, uint32_t initial, bool assigns,
                           struct sg_condition **out)
{
    struct sg_condition *condition = calloc(1, sizeof *condition);
    REQUIRE(condition, CUDA_ERROR_OUT_OF_MEMORY);
    *condition = (struct sg_condition){
        .references = 1,
        .handle = sg_conditions_new(),
        .graph = graph,
        .context = context,
        .initial = initial,
        .assigns = assigns,
    };
    if (!condition->handle) {
        free(condition);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = condition;
    return CUDA_SUCCESS;
}

struct sg_condition *sg_condition_retain(struct sg_condition *condition)
{
    atomic_fetch_add(&condition->references, 1);
    return condition;
}

void sg_condition_release(struct sg_condition *condition)
{
    if (atomic_fetch_sub(&condition->references, 1) != 1)
        return;
    sg_conditions_drop(condition->handle);
    free(condition);
}
