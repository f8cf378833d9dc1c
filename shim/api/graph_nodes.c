/* Nodes of graphs are added: every kind becomes one call of the wire, with CUgraphNodeParams for its parameters. */
#include "graph_nodes.h"

#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/hosted.h"
#include "../state/memory.h"
#include "../state/node_params.h"
#include "../state/node_waits.h"

/* Who is to come before a new node: data may be NULL. */
struct before {
    const CUgraphNode *nodes;
    const CUgraphEdgeData *data;
    size_t count;
};

/* What the server made with the node: an address, or the bodies of a conditional, whose list stays with the node. */
static CUresult take_made(struct bf_object *node, const struct bf_value *made, CUgraphNodeParams *params)
{
    if (params->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC && made->bytes == sizeof params->alloc.dptr) {
        const struct bf_device *device = bf_client_device(params->alloc.poolProps.location.id);
        memcpy(&params->alloc.dptr, made->p, sizeof params->alloc.dptr);
        return device ? bf_memory_add_of_graph(device, params->alloc.dptr, params->alloc.bytesize) : CUDA_SUCCESS;
    }
    if (params->type != CU_GRAPH_NODE_TYPE_CONDITIONAL)
        return CUDA_SUCCESS;
    size_t count = made->bytes / sizeof(uint64_t);
    CUgraph *bodies = malloc(count * sizeof *bodies + 1);
    if (!bodies)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        memcpy(&number, (const uint8_t *)made->p + i * sizeof number, sizeof number);
        bodies[i] = (CUgraph)bf_graphs_known(node->server, number, BF_GRAPH, node);
    }
    atomic_store(&node->node.storage, (void *)bodies);
    params->conditional.phGraph_out = bodies;
    return CUDA_SUCCESS;
}

/* What the driver is to make: a node with these parameters or, if it is captured, what a launch with them becomes. */
struct asked {
    struct bf_packed packed, attributes;
    const struct bf_order *launch;   /* NULL: it is not captured */
};

static CUresult ask_for(struct bf_object *node, const struct before *before, const uint64_t *numbers,
                        const struct asked *asked, CUgraphNodeParams *params)
{
    struct bf_ask ask = {.held = NULL};
    struct bf_object *graph = node->owner;
    CUresult result;
    const struct bf_value number = bf_u(node->number), of = bf_u(graph->number),
                          nodes = bf_bytes(numbers, before->count * sizeof *numbers),
                          edges = bf_bytes(before->data, before->data ? before->count * sizeof *before->data : 0),
                          packed = bf_structures_value(&asked->packed);
    if (asked->launch)
        return BF_ASK(bf_in(asked->launch->context), NULL, graph_add_kernel, number, of, nodes, edges, packed,
                      bf_u(asked->launch->stream), bf_structures_value(&asked->attributes));
    result = BF_ASK_HELD(bf_on(graph->server), NULL, &ask, graph_add_node, number, of, nodes, edges, packed);
    if (!result)
        result = take_made(node, &ask.values[0], params);
    bf_stream_ask_end(&ask);
    return result;
}

/* Dependencies that did not go into the call that made the node. */
static CUresult depend(struct bf_object *node, const struct before *more, const uint64_t *numbers)
{
    uint64_t *to = malloc(more->count * sizeof *to);
    CUresult result = to ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; to && i < more->count; i++)
        to[i] = node->number;
    if (!result)
        result = bf_graphs_change(node->owner, &(struct bf_edges){numbers, to, more->data, more->count}, 0);
    free(to);
    return result;
}

/* On failure the node is gone. */
static CUresult make(struct bf_object *node, const struct before *before, const uint64_t *numbers,
                     const struct asked *asked, CUgraphNodeParams *params)
{
    struct before first = *before, more = {NULL, NULL, 0};
    if (first.count > BF_EDGES_OF_A_CALL) {
        first.count = BF_EDGES_OF_A_CALL;
        more.count = before->count - first.count;
        more.data = before->data ? before->data + first.count : NULL;
    }
    CUresult result = ask_for(node, &first, numbers, asked, params);
    if (result) {
        bf_graphs_free(node);
        return result;
    }
    result = more.count ? depend(node, &more, numbers + first.count) : CUDA_SUCCESS;
    if (result)
        (void)bf_graphs_end_node(node);
    return result;
}

static CUresult add(CUgraphNode *out, struct bf_object *graph, const struct before *before, CUgraphNodeParams *params,
                    struct asked *asked)
{
    uint64_t *numbers = NULL;
    CUresult result = bf_node_params_pack(graph, params, &asked->packed);
    if (!result)
        result = bf_graphs_pack(graph, before->nodes, before->count, &numbers);
    struct bf_object *node = result ? NULL : bf_graphs_new(graph->server, BF_NODE, graph);
    if (!result && !node)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result) {
        atomic_store(&node->node.type, (int)params->type);
        result = make(node, before, numbers, asked, params);
        if (!result)
            *out = (CUgraphNode)node, bf_node_waits_note(params);
    }
    bf_structures_end(&asked->packed);
    free(numbers);
    return result;
}

static CUresult add_any(CUgraphNode *out, struct bf_object *graph, const struct before *before,
                        CUgraphNodeParams *params)
{
    CUresult result;
    struct asked asked = {.launch = NULL};
    if (bf_hosted_add(out, graph, before->nodes, before->data, before->count, params, &result))
        return result;
    return add(out, graph, before, params, &asked);
}

CUresult bf_graph_nodes_launch(CUgraphNode *out, const struct lc_capture_place *place, CUgraphNodeParams *params,
                               const struct bf_order *launch, const struct bf_launch_attributes *attributes)
{
    struct asked asked = {.launch = launch};
    const struct lc_frontier *from = &place->before;
    const struct before before = {from->nodes, lc_frontier_has_data(from) ? from->edges : NULL, from->count};
    struct bf_object *graph = bf_objects_find(place->graph, BF_GRAPH);
    if (!graph)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = bf_structures_pack(&asked.attributes, BF_STRUCTURE_CUlaunchAttribute, attributes->at,
                                         attributes->count, launch->context);
    if (!result)
        result = add(out, graph, &before, params, &asked);
    bf_structures_end(&asked.attributes);
    return result;
}

/* The graph that a node is added to; `given` is false if the parameters are missing. */
static CUresult open_graph(CUgraphNode *out, CUgraph hGraph, bool given, struct bf_object **graph)
{
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, graph);
    return result || (out && given) ? result : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphAddNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                           const CUgraphEdgeData *dependencyData, size_t numDependencies, CUgraphNodeParams *nodeParams)
{
    struct bf_object *graph;
    CUresult result = open_graph(phGraphNode, hGraph, nodeParams != NULL, &graph);
    if (!result && dependencyData && !dependencies)
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result
                  : add_any(phGraphNode, graph, &(struct before){dependencies, dependencyData, numDependencies},
                            nodeParams);
}
