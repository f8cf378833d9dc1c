/* What the functions of stream capture have in common. */
#ifndef BF_CAPTURE_H
#define BF_CAPTURE_H

#include "issue.h"

CUresult bf_capture_begin(const struct bf_order *order, CUstreamCaptureMode mode);
CUresult bf_capture_end(const struct bf_order *order, CUgraph *out);

/* Graphs of captures whose stream has ended before them end, with what they own. */
void bf_capture_end_left(void);

/* cuStreamUpdateCaptureDependencies_v2. */
CUresult bf_capture_update(const struct bf_order *order, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                           size_t count, unsigned flags);

#endif
