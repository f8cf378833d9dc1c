/* Nodes that a capture makes, and what comes before what in its graph. */
#ifndef SG_CAPTURE_NODE_H
#define SG_CAPTURE_NODE_H

#include "../graph/graph.h"
#include "capture.h"

/* What a kernel has besides its parameters. `programmatic`: it may begin when the kernels before it let it. */
struct sg_capture_kernel {
    struct sg_kernel_attributes attributes;
    bool programmatic;
};

/* If the stream is in a capture, make a node of the work, which is what the stream depends on from then on: true, and
 * *result says whether that worked. False if the work is to be done. `kernel`: of a kernel, else NULL. What the node has
 * to tell, such as an address, it writes to `params`. */
bool sg_capture_node_take(const struct sg_stream *stream, CUgraphNodeParams *params,
                          const struct sg_capture_kernel *kernel, CUresult *result);

/* With the captures' lock held: the same in a member of a capture that is valid. */
CUresult sg_capture_node_add(struct sg_member *member, CUgraphNodeParams *params,
                             const struct sg_capture_kernel *kernel);

/* As sg_capture_node_take, of the launch of an executable graph: it becomes a child graph. */
bool sg_capture_node_take_graph(const struct sg_stream *stream, CUgraphExec exec, CUresult *result);

/* Whether a program may name these dependencies in the graph. */
CUresult sg_capture_node_check(CUgraph graph, const CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count);

/* With the captures' lock held: what the program sets or adds, which has been checked. */
CUresult sg_capture_node_update(struct sg_member *member, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                                size_t count, bool replace);

/* With the captures' lock held: whether all that other members have captured comes before what the origin has. */
CUresult sg_capture_node_joined(const struct sg_capture *capture);

#endif
