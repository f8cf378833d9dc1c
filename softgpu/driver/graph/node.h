/* Nodes as the program makes and changes them. Everything with the graphs' lock held. */
#ifndef SG_NODE_H
#define SG_NODE_H

#include "graph.h"

/* cuGraphAddNode: what is made for the node (a child graph, bodies, memory) is written to `params`. */
CUresult sg_node_add(CUgraph handle, const struct sg_dependencies *after, CUgraphNodeParams *params,
                     struct sg_node **out);

/* In the body of a conditional, at whatever depth. */
bool sg_node_is_in_body(const struct sg_graph *graph);

/* The node of a handle, of that type. */
CUresult sg_node_find(CUgraphNode handle, CUgraphNodeType type, struct sg_node **out);

/* Parameters of a node of the same type. */
CUresult sg_node_set(struct sg_node *node, const CUgraphNodeParams *params);

/* The same work with other attributes, of a kernel. Arrays that were given out stay. */
CUresult sg_node_set_attributes(struct sg_node *node, const struct sg_kernel_attributes *attributes);

/* What parameters make of a node: a new action with the attributes that the node's has. */
CUresult sg_node_remake(const struct sg_node *node, const CUgraphNodeParams *params, struct sg_action **out);

#endif
