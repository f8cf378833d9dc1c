/* Graphs: what is to be done, and in which order.
 *
 * A graph has nodes in the order in which they were added, and edges between them. What a node does is an action
 * (action.h), which never changes: to set a node's parameters gives it another one. An executable graph (exec.h) is made
 * of the actions of a graph's nodes and of its order, and knows nothing of the graph afterwards.
 *
 * One lock guards all graphs, nodes and executable graphs. Nothing runs, waits or is put into a stream under it. */
#ifndef SG_GRAPH_H
#define SG_GRAPH_H

#include <stdbool.h>

#include "../state/context.h"
#include "../state/handles.h"
#include "action.h"

struct sg_graph;

struct sg_edge {
    struct sg_node *other;
    CUgraphEdgeData data;
};

struct sg_edges {
    struct sg_edge *at;
    size_t count, room;
};

struct sg_node {
    void *handle;
    struct sg_graph *graph;
    uint64_t id;                     /* never another node's */
    uint64_t origin;                 /* the id of the node that this is the copy of, or 0 */
    struct sg_action *action;
    struct sg_graph **graphs;        /* a child graph, or the bodies of a conditional: action->graphs of them */
    struct sg_edges before, after;   /* what it waits for, what waits for it */
    struct sg_node *next, *previous;
    size_t mark;                     /* for whoever walks over the graph */
};

struct sg_graph {
    void *handle;
    uint64_t id, origin;
    struct sg_node *parent;          /* whose child or body this is, or NULL */
    struct sg_node *first, *last;
    size_t count;
    struct sg_share *shares;         /* of user objects */
    struct sg_condition *conditions; /* made for it */
    unsigned memory_nodes; /* that allocate or free, its children's too: it can then not be changed or copied */
    unsigned captures; /* that go into it: it is neither destroyed nor made executable */
    unsigned execs; /* made of it, and not destroyed */
};

void sg_graph_lock(void);
CUresult sg_graph_unlock(CUresult result); /* returns it */

/* ---- with the lock held */

CUresult sg_graph_find(CUgraph handle, struct sg_graph **out);
CUresult sg_graph_find_node(CUgraphNode handle, struct sg_node **out);

/* A new graph, empty. */
CUresult sg_graph_new(struct sg_graph **out);
/* With its nodes and all that it has; nobody may use it any more. */
void sg_graph_free(struct sg_graph *graph);

/* What a node is to wait for, as a program gives it: data may be NULL. */
struct sg_dependencies {
    const CUgraphNode *nodes;
    const CUgraphEdgeData *data;
    size_t count;
};

/* Add a node that does `action`, whose reference it takes over if it succeeds, and behind whatever is in `graphs`, which
 * it takes over, too. */
CUresult sg_graph_add(struct sg_graph *graph, const struct sg_dependencies *after, struct sg_action *action,
                      struct sg_graph **graphs, struct sg_node **out);
void sg_graph_remove(struct sg_node *node);

/* Let the node do something else: takes over the reference. */
void sg_graph_set_action(struct sg_node *node, struct sg_action *action);

/* walk.c: the next of all graphs that are in `top`, which is the first; NULL behind the last. */
const struct sg_graph *sg_walk_next(const struct sg_graph *at, const struct sg_graph *top);
/* Whether there can be a copy of it. */
bool sg_walk_is_copyable(const struct sg_graph *graph);

/* The copy of a graph, without a parent. */
CUresult sg_graph_copy(const struct sg_graph *graph, struct sg_graph **out);

#endif
