/* Updates: checked as a whole before anything changes. Two graphs have the same topology if their nodes were added in the
 * same order and wait for each other in the same way. */
#include "update.h"

#include <stdlib.h>

#include "condition.h"
#include "edge.h"
#include "node.h"
#include "update_rules.h"
#include "user_object.h"

enum { NONE = UINT32_MAX };

/* ---- one node */

CUresult sg_update_node(struct sg_exec *exec, const struct sg_node *node, const CUgraphNodeParams *params)
{
    uint32_t step;
    struct sg_action *action;
    struct sg_deeds *deeds;
    TRY(sg_exec_step(exec, node, &step));
    TRY(sg_node_remake(node, params, &action));
    const struct sg_action *before = exec->deeds->at[step].action;
    bool allowed = !sg_update_rules_check(before, action, exec->plan->by_priority) &&
                   sg_update_rules_allow_alone(before, action);
    CUresult result = allowed ? sg_exec_own(exec, &deeds) : CUDA_ERROR_INVALID_VALUE;
    if (result)
        sg_action_release(action);
    else
        sg_deeds_set(&deeds->at[step], action);
    return result;
}

/* ---- a child graph: its nodes and those of the new one go in pairs */

static bool wait_alike(const struct sg_node *node, const struct sg_node *other)
{
    if (node->before.count != other->before.count)
        return false;
    for (size_t i = 0; i < node->before.count; i++)
        if (node->before.at[i].other->mark != other->before.at[i].other->mark)
            return false;
    return true;
}

static void number(const struct sg_graph *graph)
{
    size_t place = 0;
    for (struct sg_node *node = graph->first; node; node = node->next)
        node->mark = place++;
}

static CUresult check_pair(const struct sg_exec *exec, const struct sg_node *node, const struct sg_node *other)
{
    uint32_t step;
    TRY(sg_exec_step(exec, node, &step));
    const struct sg_action *before = exec->deeds->at[step].action;
    REQUIRE(wait_alike(node, other), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!sg_update_rules_check(before, other->action, exec->plan->by_priority), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(node->action->graphs == other->action->graphs, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

typedef CUresult for_pair(struct sg_exec *exec, const struct sg_node *node, const struct sg_node *other);

static CUresult check_one(struct sg_exec *exec, const struct sg_node *node, const struct sg_node *other)
{
    return check_pair(exec, node, other);
}

static CUresult apply_one(struct sg_exec *exec, const struct sg_node *node, const struct sg_node *other)
{
    uint32_t step;
    TRY(sg_exec_step(exec, node, &step));
    sg_deeds_set(&exec->deeds->at[step], sg_action_retain(other->action));
    return CUDA_SUCCESS;
}

static CUresult each_pair(struct sg_exec *exec, const struct sg_graph *graph, const struct sg_graph *other,
                          for_pair *function)
{
    const struct sg_graph *left = graph, *right = other;
    for (; left && right; left = sg_walk_next(left, graph), right = sg_walk_next(right, other)) {
        REQUIRE(left->count == right->count, CUDA_ERROR_INVALID_VALUE);
        number(left);
        number(right);
        const struct sg_node *with = right->first;
        for (const struct sg_node *node = left->first; node; node = node->next, with = with->next)
            TRY(function(exec, node, with));
    }
    return left || right ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult sg_update_child(struct sg_exec *exec, const struct sg_node *node, const struct sg_graph *child)
{
    uint32_t step;
    struct sg_deeds *deeds;
    TRY(sg_exec_step(exec, node, &step));
    TRY(each_pair(exec, node->graphs[0], child, check_one));
    TRY(sg_exec_own(exec, &deeds));
    TRY(sg_user_object_share(child, &exec->plan->shares));
    return each_pair(exec, node->graphs[0], child, apply_one);
}

/* ---- all */

/* The node of a graph that became a step; of the end of a child graph none. */
static CUgraphNode node_of(const struct sg_graph *graph, const struct sg_plan *plan, uint32_t step)
{
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph))
        for (const struct sg_node *node = each->first; node; node = node->next)
            if (step != NONE && node->id == plan->steps[step].node)
                return (CUgraphNode)node->handle;
    return NULL;
}

static bool goes_to(const struct sg_plan *plan, uint32_t from, uint32_t to)
{
    const struct sg_step *step = &plan->steps[from];
    for (uint32_t i = 0; i < step->next_count; i++)
        if (plan->nexts[step->next + i] == to)
            return true;
    return false;
}

/* What is wrong: a step of the new plan, and one that it waits for. */
struct trouble {
    CUgraphExecUpdateResult result;
    uint32_t step, from;
};

static struct trouble compare_edges(const struct sg_plan *old, const struct sg_plan *new, uint32_t from)
{
    const struct sg_step *step = &new->steps[from];
    for (uint32_t i = 0; i < step->next_count; i++) {
        uint32_t to = new->nexts[step->next + i];
        if (!goes_to(old, from, to))
            return (struct trouble){CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED, to, from};
    }
    return (struct trouble){CU_GRAPH_EXEC_UPDATE_SUCCESS, NONE, NONE};
}

static struct trouble compare_step(const struct sg_exec *exec, const struct sg_plan *new, const struct sg_deeds *deeds,
                                   uint32_t step)
{
    const struct sg_action *before = exec->deeds->at[step].action, *after = deeds->at[step].action;
    const struct sg_step *old = &exec->plan->steps[step], *now = &new->steps[step];
    CUgraphExecUpdateResult result = CU_GRAPH_EXEC_UPDATE_SUCCESS;
    if (!before != !after)
        result = CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
    else if (before)
        result = sg_update_rules_check(before, after, exec->plan->by_priority);
    if (!result && (old->needs != now->needs || old->bodies != now->bodies || old->segment != now->segment))
        result = CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
    if (result)
        return (struct trouble){result, step, NONE};
    return compare_edges(exec->plan, new, step);
}

static struct trouble compare(const struct sg_exec *exec, const struct sg_plan *new, const struct sg_deeds *deeds)
{
    struct trouble trouble = {CU_GRAPH_EXEC_UPDATE_SUCCESS, NONE, NONE};
    if (exec->plan->count != new->count || exec->plan->segment_count != new->segment_count)
        return (struct trouble){CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED, NONE, NONE};
    for (uint32_t step = 0; step < new->count && !trouble.result; step++)
        trouble = compare_step(exec, new, deeds, step);
    return trouble;
}

/* Kernels of the executable graph set its own conditions, so these stay; what they begin with is taken over. */
static void take(struct sg_deed *deed, struct sg_action *from)
{
    if (from->params.type != CU_GRAPH_NODE_TYPE_CONDITIONAL) {
        sg_deeds_set(deed, sg_action_retain(from));
        return;
    }
    deed->action->is.condition->initial = from->is.condition->initial;
    deed->action->is.condition->assigns = from->is.condition->assigns;
}

/* Whether a node is disabled stays as it is. */
static CUresult take_all(struct sg_exec *exec, const struct sg_deeds *from)
{
    struct sg_deeds *deeds;
    TRY(sg_exec_own(exec, &deeds));
    for (uint32_t i = 0; i < deeds->count; i++)
        if (deeds->at[i].action)
            take(&deeds->at[i], from->at[i].action);
    return CUDA_SUCCESS;
}

/* The user objects of the new graph in place of those of the old one, which launches on their way may still need. */
static void exchange_shares(struct sg_plan *plan, struct sg_plan *from)
{
    struct sg_share *old = plan->shares;
    plan->shares = from->shares;
    from->shares = old;
    if (atomic_load(&plan->references) > 1)
        sg_user_object_join(&plan->shares, &from->shares);
}

CUresult sg_update_all(struct sg_exec *exec, const struct sg_graph *graph, CUgraphExecUpdateResultInfo *info)
{
    struct sg_plan *plan;
    struct sg_deeds *deeds;
    struct sg_node *bad = NULL;
    *info = (CUgraphExecUpdateResultInfo){CU_GRAPH_EXEC_UPDATE_ERROR, NULL, NULL};
    REQUIRE(!graph->parent, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_plan_make(graph, &plan, &deeds, &bad));
    const struct trouble trouble = compare(exec, plan, deeds);
    CUresult result = CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
    if (!trouble.result)
        result = take_all(exec, deeds);
    if (!result)
        exchange_shares(exec->plan, plan);
    info->result = trouble.result || !result ? trouble.result : CU_GRAPH_EXEC_UPDATE_ERROR;
    info->errorNode = node_of(graph, plan, trouble.step);
    info->errorFromNode = node_of(graph, plan, trouble.from);
    sg_plan_release(plan);
    sg_deeds_release(deeds);
    return result;
}
