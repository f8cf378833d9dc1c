/* The parameters of a graph's node, as the program has them and as they cross the wire. */
#ifndef BF_NODE_PARAMS_H
#define BF_NODE_PARAMS_H

#include "graphs.h"
#include "structures.h"

/* For a node of that graph. bf_structures_end must follow, whatever the result. */
CUresult bf_node_params_pack(const struct bf_object *graph, const CUgraphNodeParams *params, struct bf_packed *out);

/* Ask for those of a node of that type. What they point to stays with the node. */
CUresult bf_node_params_get(struct bf_object *node, CUgraphNodeType type, CUgraphNodeParams *out);

#endif
