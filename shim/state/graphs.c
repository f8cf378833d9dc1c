/* Graphs as this process knows them. */
#include "graphs.h"

#include <stdlib.h>

#include "drop.h"
#include "numbered.h"
#include "unpacked.h"

static struct bf_object *enter(const struct bf_object *like)
{
    struct bf_object *there, *object = bf_objects_new(like);
    if (!object)
        return NULL;
    if (bf_numbered_add(object, &there) && !there)
        return object;
    bf_objects_free(object, bf_drop_object);
    return there;
}

struct bf_object *bf_graphs_known(struct bf_server *server, uint64_t number, enum bf_kind kind, struct bf_object *owner)
{
    struct bf_object *known = bf_numbered_find(server, number);
    if (known)
        return known->kind == (uint32_t)kind ? known : NULL;
    struct bf_object like = {.kind = (uint32_t)kind, .server = server, .number = number, .owner = owner};
    if (kind == BF_NODE)
        like.node.type = BF_NODE_TYPE_UNKNOWN;
    return enter(&like);
}

struct bf_object *bf_graphs_new(struct bf_server *server, enum bf_kind kind, struct bf_object *owner)
{
    return enter(&(struct bf_object){
        .kind = (uint32_t)kind, .server = server, .number = bf_server_number(server), .owner = owner});
}

void bf_graphs_free(struct bf_object *object)
{
    bf_objects_free(object, bf_drop_object);
}

/* The new object to *out, or none if the server could not make it. */
static CUresult made(struct bf_object *graph, CUresult result, CUgraph *out)
{
    if (result)
        bf_graphs_free(graph);
    else
        *out = (CUgraph)graph;
    return result;
}

CUresult bf_graphs_create(CUgraph *out)
{
    struct bf_object *graph = bf_graphs_new(bf_contexts_usual_device()->server, BF_GRAPH, NULL);
    if (!graph)
        return CUDA_ERROR_OUT_OF_MEMORY;
    return made(graph, BF_ASK(bf_on(graph->server), NULL, graph_create, bf_u(graph->number), bf_u(0)), out);
}

CUresult bf_graphs_clone(struct bf_object *graph, CUgraph *out)
{
    struct bf_object *clone = bf_graphs_new(graph->server, BF_GRAPH, NULL);
    if (!clone)
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result = BF_ASK(bf_on(graph->server), NULL, graph_clone, bf_u(clone->number), bf_u(graph->number));
    return made(clone, result, out);
}

CUresult bf_graphs_end(struct bf_object *graph)
{
    CUresult result = BF_ASK(bf_on(graph->server), NULL, cuGraphDestroy, bf_u(graph->number));
    if (!result)
        bf_graphs_free(graph);
    return result;
}

CUresult bf_graphs_end_node(struct bf_object *node)
{
    CUresult result = BF_ASK(bf_on(node->server), NULL, cuGraphDestroyNode, bf_u(node->number));
    if (!result)
        bf_graphs_free(node);
    return result;
}

CUresult bf_graphs_end_exec(struct bf_object *exec)
{
    struct bf_target to = bf_on(exec->server);
    uint64_t number = exec->number;
    bf_graphs_free(exec);
    return BF_TELL(to, cuGraphExecDestroy, bf_u(number));
}

CUresult bf_graphs_find_in_clone(struct bf_object *node, struct bf_object *clone, CUgraphNode *out)
{
    struct bf_value number;
    CUresult result = BF_ASK(bf_on(node->server), &number, node_find_in_clone, bf_u(node->number), bf_u(clone->number));
    struct bf_object *found = result ? NULL : bf_graphs_known(clone->server, number.u, BF_NODE, clone);
    if (!result && !found)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        *out = (CUgraphNode)found;
    return result;
}

CUresult bf_graphs_child(struct bf_object *node, CUgraph *out)
{
    struct bf_value number;
    CUresult result = BF_ASK(bf_on(node->server), &number, node_get_graph, bf_u(node->number));
    struct bf_object *graph = result ? NULL : bf_graphs_known(node->server, number.u, BF_GRAPH, node);
    if (!result && !graph)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        *out = (CUgraph)graph;
    return result;
}

CUresult bf_graphs_pack(const struct bf_object *graph, const CUgraphNode *nodes, size_t count, uint64_t **out)
{
    *out = NULL;
    if (!count)
        return CUDA_SUCCESS;
    if (!nodes || count > SIZE_MAX / sizeof **out)
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t *numbers = malloc(count * sizeof *numbers);
    if (!numbers)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct bf_object *node = bf_objects_find(nodes[i], BF_NODE);
        if (!node || node->owner != graph) {
            free(numbers);
            return CUDA_ERROR_INVALID_VALUE;
        }
        numbers[i] = node->number;
    }
    *out = numbers;
    return CUDA_SUCCESS;
}

static CUresult change_some(struct bf_object *graph, const struct bf_edges *edges, size_t start, int remove)
{
    size_t left = edges->count - start, count = left < BF_EDGES_OF_A_CALL ? left : BF_EDGES_OF_A_CALL;
    const CUgraphEdgeData *data = edges->data ? edges->data + start : NULL;
    return BF_ASK(bf_on(graph->server), NULL, graph_change_edges, bf_u(graph->number),
                  bf_bytes(edges->from + start, count * sizeof *edges->from),
                  bf_bytes(edges->to + start, count * sizeof *edges->to),
                  bf_bytes(data, data ? count * sizeof *data : 0), bf_i(remove));
}

CUresult bf_graphs_change(struct bf_object *graph, const struct bf_edges *edges, int remove)
{
    size_t done = 0;
    CUresult result = CUDA_SUCCESS;
    do {
        result = change_some(graph, edges, done, remove);
        done += result ? 0 : BF_EDGES_OF_A_CALL;
    } while (!result && done < edges->count);
    /* What was changed before a call that failed is as it was. */
    for (size_t back = 0; result && back < done; back += BF_EDGES_OF_A_CALL)
        (void)change_some(graph, edges, back, !remove);
    return result;
}

CUresult bf_graphs_unpack(struct bf_object *graph, const struct bf_value *numbers, CUgraphNode *out, size_t room)
{
    size_t count = numbers->bytes / sizeof(uint64_t);
    for (size_t i = 0; i < room; i++) {
        uint64_t number = 0;
        if (i < count)
            memcpy(&number, (const uint8_t *)numbers->p + i * sizeof number, sizeof number);
        struct bf_object *node = number ? bf_graphs_known(graph->server, number, BF_NODE, graph) : NULL;
        if (number && !node)
            return CUDA_ERROR_OUT_OF_MEMORY;
        out[i] = (CUgraphNode)node;
    }
    return CUDA_SUCCESS;
}

CUresult bf_graphs_list(struct bf_object *graph, int roots, CUgraphNode *nodes, size_t *count)
{
    struct bf_ask ask;
    size_t room = nodes ? *count : 0;
    CUresult result =
        BF_ASK_HELD(bf_on(graph->server), NULL, &ask, graph_get_nodes, bf_u(graph->number), bf_i(roots), bf_u(room));
    if (!result)
        result = bf_graphs_unpack(graph, &ask.values[1], nodes, room);
    if (!result)
        *count = nodes ? ask.values[1].bytes / sizeof(uint64_t) : ask.values[0].u;
    bf_stream_ask_end(&ask);
    return result;
}

CUresult bf_graphs_type(struct bf_object *node, CUgraphNodeType *out)
{
    int type = atomic_load(&node->node.type);
    if (type == BF_NODE_TYPE_UNKNOWN) {
        struct bf_value value;
        CUresult result = BF_ASK(bf_on(node->server), &value, node_get_type, bf_u(node->number));
        if (result)
            return result;
        type = (int)value.u;
        atomic_store(&node->node.type, type);
    }
    *out = (CUgraphNodeType)type;
    return CUDA_SUCCESS;
}

CUresult bf_graphs_records(struct bf_object *exec, const struct bf_value *numbers)
{
    struct bf_recorded *recorded = NULL;
    if (numbers->bytes) {
        recorded = malloc(sizeof *recorded + numbers->bytes);
        if (!recorded)
            return CUDA_ERROR_OUT_OF_MEMORY;
        recorded->count = numbers->bytes / sizeof *recorded->numbers;
        memcpy(recorded->numbers, numbers->p, numbers->bytes);
    }
    free(atomic_exchange(&exec->exec.recorded, recorded));
    return CUDA_SUCCESS;
}

/* An event may be recorded long before the graph ends, so it has a record of its own beside its stream's: what the
 * server tells of it says nothing of the launch. */
static void record(struct bf_object *event, const struct bf_put *put)
{
    struct bf_progress *own = atomic_load(&event->event.in_graphs);
    if (!own) {
        struct bf_progress *none = NULL,
                           *made = bf_progress_new(&event->server->stream, event->owner->number, 0, NULL, false);
        if (!made)
            return;
        if (atomic_compare_exchange_strong(&event->event.in_graphs, &none, made))
            own = made;
        else
            bf_progress_retire(made), own = none;
    }
    lc_capture_work_recorded(&event->event.captured);
    atomic_store(&own->above, put->progress);
    atomic_store(&event->event.mark, bf_progress_mark(own, put->number));
}

void bf_graphs_launched(const struct bf_object *exec, const struct bf_put *put)
{
    const struct bf_recorded *recorded = atomic_load(&exec->exec.recorded);
    for (size_t i = 0; recorded && put->number && i < recorded->count; i++) {
        struct bf_object *event = bf_unpacked_named(exec->server, BF_EVENT, recorded->numbers[i]);
        if (event)
            record(event, put);
    }
}
