/* The nodes of captures. */
#include "capture_node.h"

#include <stdlib.h>

#include "../graph/edge.h"
#include "../graph/node.h"
#include "../graph/regraph.h"

/* ---- new nodes */

/* With the graphs' lock held. */
static CUresult append_kernel(CUgraph handle, const struct sg_dependencies *after, const CUgraphNodeParams *params,
                              const struct sg_kernel_attributes *attributes, struct sg_node **node)
{
    struct sg_graph *graph;
    struct sg_action *action;
    TRY(sg_graph_find(handle, &graph));
    TRY(sg_action_make(params, attributes, &action));
    CUresult result = sg_graph_add(graph, after, action, NULL, node);
    if (result)
        sg_action_release(action);
    return result;
}

/* With the graphs' lock held: the edges that a launch with CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION has to
 * the kernels before it. */
static CUresult let_overlap(const struct lc_frontier *frontier, struct sg_node *node)
{
    const CUgraphEdgeData programmatic = {.from_port = CU_GRAPH_KERNEL_NODE_PORT_PROGRAMMATIC,
                                          .type = CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC};
    for (size_t i = 0; i < frontier->count; i++) {
        struct sg_node *before;
        TRY(sg_graph_find_node(frontier->nodes[i], &before));
        if (!sg_edge_is_default(&frontier->edges[i]) || before->action->params.type != CU_GRAPH_NODE_TYPE_KERNEL)
            continue;
        TRY(sg_edge_remove(before, node, NULL));
        TRY(sg_edge_add(before, node, &programmatic));
    }
    return CUDA_SUCCESS;
}

static CUresult append(const struct sg_member *member, CUgraphNodeParams *params,
                       const struct sg_capture_kernel *kernel, CUgraphNode *out)
{
    const struct lc_frontier *frontier = &member->frontier;
    const struct sg_dependencies after = {frontier->nodes, frontier->edges, frontier->count};
    struct sg_node *node;
    sg_graph_lock();
    CUresult result = kernel ? append_kernel(member->capture->graph, &after, params, &kernel->attributes, &node)
                             : sg_node_add(member->capture->graph, &after, params, &node);
    if (!result && kernel && kernel->programmatic)
        result = let_overlap(frontier, node);
    if (!result)
        *out = (CUgraphNode)node->handle;
    return sg_graph_unlock(result);
}

/* What comes next depends on the node alone. */
static CUresult move_on(struct sg_member *member, CUgraphNode node)
{
    member->excused = false;
    return lc_frontier_set(&member->frontier, &node, NULL, 1) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_capture_node_add(struct sg_member *member, CUgraphNodeParams *params,
                             const struct sg_capture_kernel *kernel)
{
    CUgraphNode node = NULL;
    TRY(append(member, params, kernel, &node));
    return move_on(member, node);
}

bool sg_capture_node_take(const struct sg_stream *stream, CUgraphNodeParams *params,
                          const struct sg_capture_kernel *kernel, CUresult *result)
{
    sg_capture_lock();
    struct sg_member *member = sg_capture_member(stream);
    if (member)
        *result = member->capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                                               : sg_capture_node_add(member, params, kernel);
    sg_capture_unlock();
    return member;
}

/* ---- child graphs */

/* With the graphs' lock held. */
static CUresult append_child(const struct sg_member *member, struct sg_graph *child, CUgraphNode *out)
{
    const CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_GRAPH};
    const struct lc_frontier *frontier = &member->frontier;
    const struct sg_dependencies after = {frontier->nodes, frontier->edges, frontier->count};
    struct sg_graph *graph, **graphs;
    struct sg_action *action;
    struct sg_node *node;
    TRY(sg_graph_find(member->capture->graph, &graph));
    TRY(sg_action_make(&params, NULL, &action));
    graphs = malloc(sizeof(struct sg_graph *));
    CUresult result = CUDA_ERROR_OUT_OF_MEMORY;
    if (graphs) {
        *graphs = child;
        result = sg_graph_add(graph, &after, action, graphs, &node);
    }
    if (result) {
        free(graphs);
        sg_action_release(action);
        return result;
    }
    *out = (CUgraphNode)node->handle;
    return CUDA_SUCCESS;
}

static CUresult append_launch(const struct sg_member *member, CUgraphExec handle, CUgraphNode *out)
{
    struct sg_exec *exec;
    struct sg_graph *child;
    TRY(sg_exec_find(handle, &exec));
    TRY(sg_regraph_make(exec, &child));
    CUresult result = append_child(member, child, out);
    if (result)
        sg_graph_free(child);
    return result;
}

static CUresult add_launch(struct sg_member *member, CUgraphExec exec)
{
    CUgraphNode node = NULL;
    sg_graph_lock();
    TRY(sg_graph_unlock(append_launch(member, exec, &node)));
    return move_on(member, node);
}

bool sg_capture_node_take_graph(const struct sg_stream *stream, CUgraphExec exec, CUresult *result)
{
    sg_capture_lock();
    struct sg_member *member = sg_capture_member(stream);
    if (member)
        *result = member->capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : add_launch(member, exec);
    sg_capture_unlock();
    return member;
}

/* ---- dependencies that a program names */

/* What kind of node comes next is not known yet. */
static CUresult check(CUgraph handle, const CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(handle, &graph));
    for (size_t i = 0; i < count; i++) {
        struct sg_node *node;
        TRY(sg_graph_find_node(nodes[i], &node));
        REQUIRE(node->graph == graph, CUDA_ERROR_INVALID_VALUE);
        REQUIRE(!edges || sg_edge_is_valid(&edges[i], node->action->params.type, CU_GRAPH_NODE_TYPE_KERNEL),
                CUDA_ERROR_INVALID_VALUE);
    }
    return CUDA_SUCCESS;
}

CUresult sg_capture_node_check(CUgraph graph, const CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count)
{
    REQUIRE(nodes || !count, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(check(graph, nodes, edges, count));
}

CUresult sg_capture_node_update(struct sg_member *member, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                                size_t count, bool replace)
{
    struct lc_frontier *frontier = &member->frontier, *released = &member->capture->released, made = {0};
    bool enough = lc_frontier_add(&made, nodes, edges, count);
    if (enough && replace) {
        enough = lc_frontier_add(released, frontier->nodes, NULL, frontier->count);
        frontier->count = enough ? 0 : frontier->count;
        member->excused = enough;
    }
    enough = enough && lc_frontier_add(frontier, made.nodes, made.edges, made.count);
    lc_frontier_free(&made);
    return enough ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* ---- whether all has been joined */

enum { UNSEEN, SEEN };

struct walk {
    struct sg_node **stack;
    size_t depth;
};

static void push(struct walk *walk, struct sg_node *node)
{
    if (node->mark == SEEN)
        return;
    node->mark = SEEN;
    walk->stack[walk->depth++] = node;
}

/* A node that the program has removed is before nothing. */
static void push_all(struct walk *walk, const struct lc_frontier *frontier)
{
    struct sg_node *node;
    for (size_t i = 0; i < frontier->count; i++)
        if (!sg_graph_find_node(frontier->nodes[i], &node))
            push(walk, node);
}

static bool all_seen(const struct lc_frontier *frontier)
{
    struct sg_node *node;
    for (size_t i = 0; i < frontier->count; i++)
        if (!sg_graph_find_node(frontier->nodes[i], &node) && node->mark == UNSEEN)
            return false;
    return true;
}

/* With the graphs' lock held. */
static CUresult joined(const struct sg_capture *capture)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(capture->graph, &graph));
    struct walk walk = {malloc((graph->count + 1) * sizeof(struct sg_node *)), 0};
    REQUIRE(walk.stack, CUDA_ERROR_OUT_OF_MEMORY);
    for (struct sg_node *node = graph->first; node; node = node->next)
        node->mark = UNSEEN;
    push_all(&walk, &capture->origin->frontier);
    push_all(&walk, &capture->released);
    while (walk.depth) {
        const struct sg_node *node = walk.stack[--walk.depth];
        for (size_t i = 0; i < node->before.count; i++)
            push(&walk, node->before.at[i].other);
    }
    free(walk.stack);
    for (const struct sg_member *member = capture->members; member; member = member->next)
        REQUIRE(member->excused || all_seen(&member->frontier), CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
    return CUDA_SUCCESS;
}

CUresult sg_capture_node_joined(const struct sg_capture *capture)
{
    if (!capture->members->next)
        return CUDA_SUCCESS;
    sg_graph_lock();
    return sg_graph_unlock(joined(capture));
}
