/* Stream memory operations of the first interface and of the second. */
#ifndef BF_MEMOP_H
#define BF_MEMOP_H

#include "../../libcuda/memop.h"
#include "../wire/encode.h"

/* One of them, by its own call. */
CUresult bf_memop_put(CUstream stream, CUstreamBatchMemOpParams op, bool second, const struct bf_call *call);
CUresult bf_memop_batch(CUstream stream, unsigned count, const CUstreamBatchMemOpParams *ops, bool second);

#endif
