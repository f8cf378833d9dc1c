/* A graph as text for Graphviz. */
#ifndef SG_DOT_H
#define SG_DOT_H

#include "graph.h"

/* Write it to a file, with as much as CUgraphDebugDot_flags ask for. With the graphs' lock held. */
CUresult sg_dot_write(const struct sg_graph *graph, const char *path, unsigned flags);

#endif
