/* Frontiers: the nodes of a graph that the next captured node depends on, and by what edges. */
#ifndef LC_FRONTIER_H
#define LC_FRONTIER_H

#include <stdbool.h>
#include <stddef.h>

#include "generated/cuda_types.h"

/* A set; `nodes` and `edges` go together. All zero is the empty one. */
struct lc_frontier {
    CUgraphNode *nodes;
    CUgraphEdgeData *edges;
    size_t count, room;
};

/* Put nodes into it; one that is there by another edge is there by an ordinary one then. `edges` may be NULL. The arrays are not
 * those of this frontier. False, and nothing has changed, if out of memory. */
bool lc_frontier_add(struct lc_frontier *frontier, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                     size_t count);

/* Make it that set. False, and nothing has changed, if out of memory. */
bool lc_frontier_set(struct lc_frontier *frontier, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                     size_t count);

/* Whether an edge is other than an ordinary one. */
bool lc_frontier_has_data(const struct lc_frontier *frontier);

/* Give its memory back; it is empty then. */
void lc_frontier_free(struct lc_frontier *frontier);

#endif
