/* The parameters of a graph's node, as the program has them and as they cross the wire: a CUgraphNodeParams in which
 * objects stand as numbers, and beside it what its pointers point to. */
#ifndef BF_NODE_PARAMS_H
#define BF_NODE_PARAMS_H

#include "blocks.h"
#include "graphs.h"

struct bf_node_packed {
    CUgraphNodeParams params;
    struct bf_value extra;
    uint8_t small[BF_SMALL_BLOCK_BYTES];
    void *large; /* what did not fit, to be freed */
};

/* For a node of that graph. bf_node_params_end must follow, whatever the result. */
CUresult bf_node_params_pack(const struct bf_object *graph, const CUgraphNodeParams *params,
                             struct bf_node_packed *out);
void bf_node_params_end(struct bf_node_packed *packed);

/* Ask for those of a node of that type. What they point to stays with the node. */
CUresult bf_node_params_get(struct bf_object *node, CUgraphNodeType type, CUgraphNodeParams *out);

#endif
