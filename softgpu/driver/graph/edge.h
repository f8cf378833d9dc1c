/* Edges between nodes: made, removed, listed, and the order that they give. Everything with the graphs' lock held. */
#ifndef SG_EDGE_H
#define SG_EDGE_H

#include "graph.h"

/* INVALID_VALUE if the nodes are not of one graph, or the edge is there, or its data is of no kind that there is. */
CUresult sg_edge_add(struct sg_node *from, struct sg_node *to, const CUgraphEdgeData *data);
CUresult sg_edge_remove(struct sg_node *from, struct sg_node *to, const CUgraphEdgeData *data);
/* All edges of the node. */
void sg_edge_sever(struct sg_node *node);

bool sg_edge_is_default(const CUgraphEdgeData *data);
/* Whether there can be such an edge behind a node of that type, to one of the other. */
bool sg_edge_is_valid(const CUgraphEdgeData *data, CUgraphNodeType from, CUgraphNodeType to);

/* The nodes of a graph in the order in which they were added: `out` has room for all. Each node's mark becomes its place.
 * False if they wait for each other in a circle: then *bad is one that waits for ever. */
bool sg_edge_number(const struct sg_graph *graph, struct sg_node **out, struct sg_node **bad);

#endif
