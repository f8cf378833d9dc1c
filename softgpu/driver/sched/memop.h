/* Stream memory operations as work of a stream. */
#ifndef SG_MEMOP_H
#define SG_MEMOP_H

#include "../state/context.h"

/* Append operations that were checked; they are done one after another. */
CUresult sg_memop_submit(struct sg_stream *stream, const CUstreamBatchMemOpParams *ops, unsigned count);

#endif
