/* Life of executable graphs, and what launches hold of them. */
#include "exec.h"

#include <stdlib.h>

#include "../state/handles.h"
#include "allotment.h"
#include "condition.h"
#include "node.h"
#include "run.h"

CUresult sg_exec_find(CUgraphExec handle, struct sg_exec **out)
{
    *out = sg_handles_get(handle, SG_EXEC);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

static void release(struct sg_exec *exec)
{
    if (exec->plan)
        sg_plan_release(exec->plan);
    if (exec->deeds)
        sg_deeds_release(exec->deeds);
    free(exec);
}

/* There is no launch from a device. */
static CUresult check(const struct sg_graph *graph, cuuint64_t flags)
{
    const cuuint64_t known = CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH | CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD |
                             CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH | CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY;
    REQUIRE(!(flags & ~known) && !graph->parent, CUDA_ERROR_INVALID_VALUE);
    bool device = flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH;
    REQUIRE(!device || !(flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!device, CUDA_ERROR_NOT_SUPPORTED);
    REQUIRE(sg_walk_is_copyable(graph) || !graph->execs, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

static bool has_unused_condition(const struct sg_graph *graph)
{
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph))
        for (const struct sg_condition *condition = each->conditions; condition; condition = condition->next)
            if (!condition->used)
                return true;
    return false;
}

/* A function of the host in the body of a conditional, or NULL. */
static struct sg_node *find_host_in_body(const struct sg_graph *graph)
{
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph)) {
        if (!sg_node_is_in_body(each))
            continue;
        for (struct sg_node *node = each->first; node; node = node->next)
            if (node->action->params.type == CU_GRAPH_NODE_TYPE_HOST)
                return node;
    }
    return NULL;
}

CUresult sg_exec_make(struct sg_graph *graph, cuuint64_t flags, struct sg_exec **out, struct sg_node **bad,
                      CUgraphInstantiateResult *why)
{
    *bad = NULL;
    *why = CUDA_GRAPH_INSTANTIATE_ERROR;
    TRY(check(graph, flags));
    if (has_unused_condition(graph)) {
        *why = CUDA_GRAPH_INSTANTIATE_CONDITIONAL_HANDLE_UNUSED;
        return CUDA_ERROR_INVALID_VALUE;
    }
    *bad = find_host_in_body(graph);
    if (*bad) {
        *why = CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED;
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    struct sg_exec *exec = calloc(1, sizeof *exec);
    REQUIRE(exec, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = sg_plan_make(graph, &exec->plan, &exec->deeds, bad);
    if (!result)
        exec->handle = sg_handles_new(SG_EXEC, exec);
    if (result || !exec->handle) {
        *why = *bad ? CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE : *why;
        release(exec);
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    }
    exec->graph = graph->handle;
    exec->flags = flags & ~(cuuint64_t)CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD;
    exec->plan->by_priority = flags & CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY;
    graph->execs++;
    *why = CUDA_GRAPH_INSTANTIATE_SUCCESS;
    *out = exec;
    return CUDA_SUCCESS;
}

void sg_exec_destroy(struct sg_exec *exec)
{
    struct sg_graph *source = sg_handles_get(exec->graph, SG_GRAPH);
    if (source)
        source->execs--;
    sg_handles_drop(exec->handle);
    release(exec);
}

CUresult sg_exec_step(const struct sg_exec *exec, const struct sg_node *node, uint32_t *out)
{
    *out = sg_plan_find(exec->plan, node);
    return *out != UINT32_MAX ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult sg_exec_own(struct sg_exec *exec, struct sg_deeds **out)
{
    if (atomic_load(&exec->deeds->references) > 1) {
        struct sg_deeds *copy = sg_deeds_copy(exec->deeds);
        REQUIRE(copy, CUDA_ERROR_OUT_OF_MEMORY);
        sg_deeds_release(exec->deeds);
        exec->deeds = copy;
    }
    exec->deeds->checked = 0;
    *out = exec->deeds;
    return CUDA_SUCCESS;
}

/* ---- launches */

/* Whether all that the actions need is still there. While nothing at all was destroyed, what was found holds. */
static CUresult check_actions(struct sg_deeds *deeds)
{
    uint64_t losses = sg_handles_losses();
    if (deeds->checked == losses)
        return CUDA_SUCCESS;
    deeds->memory = false;
    for (uint32_t i = 0; i < deeds->count; i++) {
        const struct sg_action *action = deeds->at[i].action;
        if (!action)
            continue;
        TRY(sg_action_check(action));
        deeds->memory = deeds->memory || sg_action_memory_is(action);
    }
    deeds->checked = losses;
    return CUDA_SUCCESS;
}

/* Whether its memory can be allocated and freed once more. */
static CUresult check_memory(const struct sg_action *action, bool again)
{
    const struct sg_allotment *allotment = action->is.allotment;
    if (action->params.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
        return sg_allotment_can_begin(allotment, again) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    return sg_allotment_can_end(allotment) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

static void move_memory(const struct sg_action *action)
{
    if (action->params.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
        sg_allotment_begin(action->is.allotment);
    else
        (void)sg_allotment_end(action->is.allotment);
}

/* Whether all that the launch allocates and frees can be. */
static CUresult foresee_memory(const struct sg_exec *exec, struct sg_allotment_need *need)
{
    const struct sg_deeds *deeds = exec->deeds;
    bool again = exec->flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH;
    for (uint32_t i = 0; i < deeds->count; i++) {
        const struct sg_action *action = deeds->at[i].action;
        if (!action || !sg_action_memory_is(action))
            continue;
        TRY(check_memory(action, again));
        sg_allotment_foresee(action->is.allotment, action->params.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC, need);
    }
    return CUDA_SUCCESS;
}

CUresult sg_exec_work(struct sg_exec *exec, struct sg_work **out)
{
    struct sg_deeds *deeds = exec->deeds;
    struct sg_allotment_need need = {0};
    TRY(check_actions(deeds));
    const bool memory = deeds->memory;
    if (memory) {
        TRY(foresee_memory(exec, &need));
        TRY(sg_allotment_secure(&need));
    }
    *out = sg_run_work(exec->plan, exec->deeds);
    if (!*out) {
        sg_allotment_give_up(&need);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    for (uint32_t i = 0; memory && i < deeds->count; i++)
        if (deeds->at[i].action && sg_action_memory_is(deeds->at[i].action))
            move_memory(deeds->at[i].action);
    if (memory)
        sg_allotment_settle();
    return CUDA_SUCCESS;
}
