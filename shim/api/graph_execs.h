/* Executable graphs are made. */
#ifndef BF_GRAPH_EXECS_H
#define BF_GRAPH_EXECS_H

#include "../state/graphs.h"

/* cuGraphInstantiateWithFlags. */
CUresult bf_graph_execs_make(CUgraphExec *out, CUgraph graph, cuuint64_t flags);

#endif
