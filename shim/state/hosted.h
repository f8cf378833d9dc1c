/* Nodes of graphs that copy from or to memory of this process: it is read and written at every launch, when their turn
 * comes. The server knows the memory by a number (sources.h) and asks for its bytes, or delivers them. */
#ifndef BF_HOSTED_H
#define BF_HOSTED_H

#include "graphs.h"

/* The same copy with the device's side of what the device has at the same address, whatever kind the program says it is
 * of: the server makes it. */
CUDA_MEMCPY3D bf_hosted_resolve(const struct bf_object *graph, const CUDA_MEMCPY3D *copy);

/* Each is false if the node is none of these, and has done nothing then. */
bool bf_hosted_add(CUgraphNode *out, struct bf_object *graph, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                   size_t count, const CUgraphNodeParams *params, CUresult *result);
bool bf_hosted_set(struct bf_object *node, const CUgraphNodeParams *params, CUresult *result);
bool bf_hosted_set_in_exec(struct bf_object *exec, struct bf_object *node, const CUgraphNodeParams *params,
                           CUresult *result);

#endif
