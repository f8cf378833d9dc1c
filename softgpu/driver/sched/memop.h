/* Stream memory operations as work of a stream. */
#ifndef SG_MEMOP_H
#define SG_MEMOP_H

#include "../state/context.h"

/* Whether a device has them, of the first interface or the second, and their addresses are memory. */
CUresult sg_memop_check(const struct sg_device *device, const CUstreamBatchMemOpParams *ops, unsigned count,
                        bool second);

/* Append operations that were checked; they are done one after another. */
CUresult sg_memop_submit(struct sg_stream *stream, const CUstreamBatchMemOpParams *ops, unsigned count);

/* The same as work that is done later; NULL if out of memory, also of threads. */
struct sg_work *sg_memop_work(const CUstreamBatchMemOpParams *ops, unsigned count);

#endif
