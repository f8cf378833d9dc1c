/* Changing what an executable graph does: one node, a child graph, all. Everything with the graphs' lock held. */
#ifndef SG_UPDATE_H
#define SG_UPDATE_H

#include "exec.h"

/* As if the node had had these parameters at instantiation; INVALID_VALUE if so much cannot change. */
CUresult sg_update_node(struct sg_exec *exec, const struct sg_node *node, const CUgraphNodeParams *params);

/* As if the child graph of the node had been this one. */
CUresult sg_update_child(struct sg_exec *exec, const struct sg_node *node, const struct sg_graph *child);

/* What the nodes of a graph of the same topology do; in `info`, why not: GRAPH_EXEC_UPDATE_FAILURE. */
CUresult sg_update_all(struct sg_exec *exec, const struct sg_graph *graph, CUgraphExecUpdateResultInfo *info);

#endif
