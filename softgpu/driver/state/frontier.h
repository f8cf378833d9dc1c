/* Frontiers: the nodes of a graph that the next captured node depends on, and by what edges. */
#ifndef SG_FRONTIER_H
#define SG_FRONTIER_H

#include <stdbool.h>
#include <stddef.h>

#include "../../../libcuda/generated/cuda_types.h"

/* A set; `nodes` and `edges` go together. All zero is the empty one. */
struct sg_frontier {
    CUgraphNode *nodes;
    CUgraphEdgeData *edges;
    size_t count, room;
};

/* Put nodes into it; one that is there by another edge is there by an ordinary one then. `edges` may be NULL. The arrays are not
 * those of this frontier. False, and nothing has changed, if out of memory. */
bool sg_frontier_add(struct sg_frontier *frontier, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                     size_t count);

/* Make it that set. False, and nothing has changed, if out of memory. */
bool sg_frontier_set(struct sg_frontier *frontier, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                     size_t count);

/* Whether an edge is other than an ordinary one. */
bool sg_frontier_has_data(const struct sg_frontier *frontier);

/* Give its memory back; it is empty then. */
void sg_frontier_free(struct sg_frontier *frontier);

#endif
