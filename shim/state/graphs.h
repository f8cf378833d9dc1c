/* Graphs, their nodes and what is executable, as this process knows them: which server has one, and its number there. */
#ifndef BF_GRAPHS_H
#define BF_GRAPHS_H

#include "events.h"
#include "lookup.h"

/* The events that a launch of a graph records. */
struct bf_recorded {
    size_t count;
    uint64_t numbers[];
};

enum { BF_NODE_TYPE_UNKNOWN = -1 };

/* The object that `server` calls `number`: known, or new and owned by `owner`. NULL if memory ran out. */
struct bf_object *bf_graphs_known(struct bf_server *server, uint64_t number, enum bf_kind kind,
                                  struct bf_object *owner);

/* A new one with a number of its own. */
struct bf_object *bf_graphs_new(struct bf_server *server, enum bf_kind kind, struct bf_object *owner);
void bf_graphs_free(struct bf_object *object);

/* cuGraphCreate, cuGraphClone, cuGraphDestroy, cuGraphDestroyNode. */
CUresult bf_graphs_create(CUgraph *out);
CUresult bf_graphs_clone(struct bf_object *graph, CUgraph *out);
CUresult bf_graphs_end(struct bf_object *graph);
CUresult bf_graphs_end_node(struct bf_object *node);
CUresult bf_graphs_end_exec(struct bf_object *exec);

/* cuGraphNodeFindInClone, cuGraphChildGraphNodeGetGraph. */
CUresult bf_graphs_find_in_clone(struct bf_object *node, struct bf_object *clone, CUgraphNode *out);
CUresult bf_graphs_child(struct bf_object *node, CUgraph *out);

/* Nodes of one graph, packed as they are sent, to be freed. INVALID_VALUE if one is none, or another graph's. */
CUresult bf_graphs_pack(const struct bf_object *graph, const CUgraphNode *nodes, size_t count, uint64_t **out);

/* Edges as they are sent: their ends as packed nodes, and what data they have, or NULL. */
struct bf_edges {
    const uint64_t *from, *to;
    const CUgraphEdgeData *data;
    size_t count;
};

/* As many as one call of the wire takes. */
enum { BF_EDGES_OF_A_CALL = BF_PARAM_BYTES_MAX / sizeof(uint64_t) };

/* cuGraphAddDependencies and cuGraphRemoveDependencies: all of them, or none. */
CUresult bf_graphs_change(struct bf_object *graph, const struct bf_edges *edges, int remove);

/* The nodes of a reply to `out`: at most `room`, and what is left of it is set to NULL. */
CUresult bf_graphs_unpack(struct bf_object *graph, const struct bf_value *numbers, CUgraphNode *out, size_t room);

/* Its nodes, or those `roots` that depend on none. With nowhere to put them they are counted; else *count says how many
 * there is room for, and then how many were put there. */
CUresult bf_graphs_list(struct bf_object *graph, int roots, CUgraphNode *nodes, size_t *count);

/* The type of a node, asked for once. */
CUresult bf_graphs_type(struct bf_object *node, CUgraphNodeType *out);

/* What a launch of `exec` records from now on: packed u64 numbers. */
CUresult bf_graphs_records(struct bf_object *exec, const struct bf_value *numbers);

/* The events of `exec` were recorded by this call. */
void bf_graphs_launched(const struct bf_object *exec, const struct bf_put *put);

#endif
