/* Nodes of graphs that wait for memory: perhaps for ever, as does then what waits for a launch. */
#ifndef BF_NODE_WAITS_H
#define BF_NODE_WAITS_H

#include "objects.h"

/* A node was given these parameters. */
void bf_node_waits_note(const CUgraphNodeParams *params);

/* A graph is launched in a stream of that context. */
void bf_node_waits_launched(struct bf_object *context);

#endif
