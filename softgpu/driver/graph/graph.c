/* Life of graphs and of their nodes. */
#include "graph.h"

#include <pthread.h>
#include <stdlib.h>

#include "condition.h"
#include "edge.h"
#include "user_object.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last_id;

void sg_graph_lock(void)
{
    pthread_mutex_lock(&lock);
}

CUresult sg_graph_unlock(CUresult result)
{
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult sg_graph_find(CUgraph handle, struct sg_graph **out)
{
    *out = sg_handles_get(handle, SG_GRAPH);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult sg_graph_find_node(CUgraphNode handle, struct sg_node **out)
{
    *out = sg_handles_get(handle, SG_NODE);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult sg_graph_new(struct sg_graph **out)
{
    struct sg_graph *graph = calloc(1, sizeof *graph);
    REQUIRE(graph, CUDA_ERROR_OUT_OF_MEMORY);
    graph->id = ++last_id;
    graph->handle = sg_handles_new(SG_GRAPH, graph);
    if (!graph->handle) {
        free(graph);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = graph;
    return CUDA_SUCCESS;
}

/* ---- nodes */

static void count_memory(struct sg_graph *graph, unsigned nodes, bool more)
{
    for (; graph; graph = graph->parent ? graph->parent->graph : NULL)
        graph->memory_nodes = more ? graph->memory_nodes + nodes : graph->memory_nodes - nodes;
}

static unsigned memory_nodes_of(const struct sg_node *node)
{
    CUgraphNodeType type = node->action->params.type;
    if (type == CU_GRAPH_NODE_TYPE_GRAPH)
        return node->graphs[0]->memory_nodes;
    return type == CU_GRAPH_NODE_TYPE_MEM_ALLOC || type == CU_GRAPH_NODE_TYPE_MEM_FREE;
}

static void link_node(struct sg_node *node)
{
    struct sg_graph *graph = node->graph;
    node->previous = graph->last;
    *(graph->last ? &graph->last->next : &graph->first) = node;
    graph->last = node;
    graph->count++;
    count_memory(graph, memory_nodes_of(node), true);
}

static void unlink_node(struct sg_node *node)
{
    struct sg_graph *graph = node->graph;
    count_memory(graph, memory_nodes_of(node), false);
    *(node->previous ? &node->previous->next : &graph->first) = node->next;
    *(node->next ? &node->next->previous : &graph->last) = node->previous;
    graph->count--;
}

/* NOLINTBEGIN(misc-no-recursion): graphs are in nodes of graphs, as deep as the program has put them. */
static void free_node(struct sg_node *node)
{
    for (unsigned i = 0; i < node->action->graphs; i++)
        sg_graph_free(node->graphs[i]);
    sg_action_release(node->action);
    sg_handles_drop(node->handle);
    free(node->graphs);
    free(node->before.at);
    free(node->after.at);
    free(node);
}

static CUresult make_node(struct sg_graph *graph, struct sg_action *action, struct sg_node **out)
{
    struct sg_node *node = calloc(1, sizeof *node);
    REQUIRE(node, CUDA_ERROR_OUT_OF_MEMORY);
    *node = (struct sg_node){.graph = graph, .id = ++last_id, .action = action};
    node->handle = sg_handles_new(SG_NODE, node);
    if (!node->handle) {
        free(node);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = node;
    return CUDA_SUCCESS;
}

/* One that was made and not linked: its action and graphs stay the caller's. */
static void unmake_node(struct sg_node *node)
{
    sg_edge_sever(node);
    sg_handles_drop(node->handle);
    free(node->before.at);
    free(node->after.at);
    free(node);
}

static CUresult depend(struct sg_node *node, const struct sg_dependencies *after)
{
    for (size_t i = 0; i < after->count; i++) {
        struct sg_node *before;
        TRY(sg_graph_find_node(after->nodes[i], &before));
        TRY(sg_edge_add(before, node, after->data ? &after->data[i] : NULL));
    }
    return CUDA_SUCCESS;
}

CUresult sg_graph_add(struct sg_graph *graph, const struct sg_dependencies *after, struct sg_action *action,
                      struct sg_graph **graphs, struct sg_node **out)
{
    struct sg_node *node;
    REQUIRE(after->nodes || !after->count, CUDA_ERROR_INVALID_VALUE);
    TRY(make_node(graph, action, &node));
    CUresult result = depend(node, after);
    if (result) {
        unmake_node(node);
        return result;
    }
    node->graphs = graphs;
    link_node(node);
    for (unsigned i = 0; i < action->graphs; i++)
        graphs[i]->parent = node;
    *out = node;
    return CUDA_SUCCESS;
}

void sg_graph_remove(struct sg_node *node)
{
    sg_edge_sever(node);
    unlink_node(node);
    free_node(node);
}

void sg_graph_set_action(struct sg_node *node, struct sg_action *action)
{
    sg_action_release(node->action);
    node->action = action;
}

void sg_graph_free(struct sg_graph *graph)
{
    while (graph->first) {
        struct sg_node *node = graph->first;
        graph->first = node->next;
        free_node(node);
    }
    while (graph->conditions) {
        struct sg_condition *condition = graph->conditions;
        graph->conditions = condition->next;
        sg_condition_release(condition);
    }
    sg_user_object_forget(graph);
    sg_handles_drop(graph->handle);
    free(graph);
}

/* ---- copies */

static CUresult copy_graphs(const struct sg_node *node, struct sg_graph ***out)
{
    unsigned count = node->action->graphs;
    *out = NULL;
    REQUIRE(count, CUDA_SUCCESS);
    struct sg_graph **copies = calloc(count, sizeof *copies);
    REQUIRE(copies, CUDA_ERROR_OUT_OF_MEMORY);
    for (unsigned i = 0; i < count; i++) {
        CUresult result = sg_graph_copy(node->graphs[i], &copies[i]);
        if (!result)
            continue;
        while (i)
            sg_graph_free(copies[--i]);
        free(copies);
        return result;
    }
    *out = copies;
    return CUDA_SUCCESS;
}

/* The nodes without their edges: nodes of the original are marked with their places. */
static CUresult copy_nodes(const struct sg_graph *from, struct sg_graph *to, struct sg_node **copies)
{
    static const struct sg_dependencies none;
    size_t place = 0;
    for (struct sg_node *node = from->first; node; node = node->next, place++) {
        struct sg_graph **graphs;
        TRY(copy_graphs(node, &graphs));
        CUresult result = sg_graph_add(to, &none, sg_action_retain(node->action), graphs, &copies[place]);
        if (result) {
            for (unsigned i = 0; i < node->action->graphs; i++)
                sg_graph_free(graphs[i]);
            free(graphs);
            sg_action_release(node->action);
            return result;
        }
        copies[place]->origin = node->id;
        node->mark = place;
    }
    return CUDA_SUCCESS;
}

static CUresult copy_edges(const struct sg_graph *from, struct sg_node **copies)
{
    for (const struct sg_node *node = from->first; node; node = node->next)
        for (size_t i = 0; i < node->before.count; i++)
            TRY(sg_edge_add(copies[node->before.at[i].other->mark], copies[node->mark], &node->before.at[i].data));
    return CUDA_SUCCESS;
}

CUresult sg_graph_copy(const struct sg_graph *graph, struct sg_graph **out)
{
    struct sg_graph *copy;
    TRY(sg_graph_new(&copy));
    copy->origin = graph->id;
    struct sg_node **copies = calloc(graph->count + 1, sizeof *copies);
    CUresult result = copies ? copy_nodes(graph, copy, copies) : CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        result = copy_edges(graph, copies);
    if (!result)
        result = sg_user_object_copy(graph, copy);
    free(copies);
    if (result)
        sg_graph_free(copy);
    else
        *out = copy;
    return result;
}

/* NOLINTEND(misc-no-recursion) */
