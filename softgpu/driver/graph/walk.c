/* Walking over a graph and all that are in it, however deep. */
#include "graph.h"

static const struct sg_graph *inner(const struct sg_node *node)
{
    while (node && !node->action->graphs)
        node = node->next;
    return node ? node->graphs[0] : NULL;
}

/* First what is in it, then what is behind it. */
const struct sg_graph *sg_walk_next(const struct sg_graph *at, const struct sg_graph *top)
{
    const struct sg_graph *next = inner(at->first);
    while (!next && at != top) {
        const struct sg_node *parent = at->parent;
        unsigned place = 0;
        while (parent->graphs[place] != at)
            place++;
        if (place + 1 < parent->action->graphs)
            return parent->graphs[place + 1];
        at = parent->graph;
        next = inner(parent->next);
    }
    return next;
}

/* Memory that nodes allocate has one address, and a condition one value. */
bool sg_walk_is_copyable(const struct sg_graph *graph)
{
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph))
        for (const struct sg_node *node = each->first; node; node = node->next)
            if (node->action->params.type == CU_GRAPH_NODE_TYPE_CONDITIONAL)
                return false;
    return !graph->memory_nodes;
}
