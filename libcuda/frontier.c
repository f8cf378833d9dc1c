/* Sets of nodes with edges: small, so they are searched from end to end. */
#include "frontier.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(struct lc_frontier *frontier, size_t count)
{
    if (count <= frontier->room)
        return true;
    size_t room = count + frontier->room + 4;
    CUgraphNode *nodes = realloc(frontier->nodes, room * sizeof *nodes);
    if (!nodes)
        return false;
    frontier->nodes = nodes;
    CUgraphEdgeData *edges = realloc(frontier->edges, room * sizeof *edges);
    if (!edges)
        return false;
    frontier->edges = edges;
    frontier->room = room;
    return true;
}

static const CUgraphEdgeData ordinary;

static void add_one(struct lc_frontier *frontier, CUgraphNode node, const CUgraphEdgeData *edge)
{
    size_t at = 0;
    while (at < frontier->count && frontier->nodes[at] != node)
        at++;
    if (at == frontier->count) {
        frontier->nodes[frontier->count] = node;
        frontier->edges[frontier->count++] = *edge;
    } else if (memcmp(&frontier->edges[at], edge, sizeof *edge) != 0) {
        frontier->edges[at] = ordinary;
    }
}

bool lc_frontier_add(struct lc_frontier *frontier, const CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count)
{
    if (!reserve(frontier, frontier->count + count))
        return false;
    for (size_t i = 0; i < count; i++)
        add_one(frontier, nodes[i], edges ? &edges[i] : &ordinary);
    return true;
}

bool lc_frontier_set(struct lc_frontier *frontier, const CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count)
{
    if (!reserve(frontier, count))
        return false;
    frontier->count = 0;
    return lc_frontier_add(frontier, nodes, edges, count);
}

bool lc_frontier_has_data(const struct lc_frontier *frontier)
{
    for (size_t i = 0; i < frontier->count; i++)
        if (memcmp(&frontier->edges[i], &ordinary, sizeof ordinary) != 0)
            return true;
    return false;
}

void lc_frontier_free(struct lc_frontier *frontier)
{
    free(frontier->nodes);
    free(frontier->edges);
    *frontier = (struct lc_frontier){0};
}
