/* Nodes that calls in a capture become. */
#ifndef BF_GRAPH_NODES_H
#define BF_GRAPH_NODES_H

#include "../../libcuda/capture.h"
#include "../state/order.h"

struct bf_launch_attributes {
    const CUlaunchAttribute *at;
    unsigned count;
};

/* The node of a launch. The driver makes it in a capture of its own, so that it has against the launch, its attributes
 * too, what it has without one, and what the launch does not say is the stream's. */
CUresult bf_graph_nodes_launch(CUgraphNode *out, const struct lc_capture_place *place, CUgraphNodeParams *params,
                               const struct bf_order *launch, const struct bf_launch_attributes *attributes);

#endif
