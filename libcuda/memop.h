/* Stream memory operations: what of them can be judged at the call, by the arguments and the device's attributes. */
#ifndef LC_MEMOP_H
#define LC_MEMOP_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* What a device does of them when it is asked through the first interface or through the second (_v2). */
struct lc_memop_rules {
    bool second;
    bool usable, wide, nor, flush;   /* at all; with 64 bits; CU_STREAM_WAIT_VALUE_NOR; flushes of remote writes */
};

/* The rules of a device whose attributes `attribute` tells. */
typedef int lc_memop_attribute(const void *device, CUdevice_attribute attribute);
struct lc_memop_rules lc_memop_rules(lc_memop_attribute *attribute, const void *device, bool second);

/* CUDA_ERROR_INVALID_VALUE for what no device does, CUDA_ERROR_NOT_SUPPORTED for what this one does not. Whether there
 * is memory at the address the caller knows. */
CUresult lc_memop_check(const CUstreamBatchMemOpParams *ops, unsigned count, const struct lc_memop_rules *rules);

/* The size of the value at the operation's address, 0 if it has none; whether it waits for it. */
unsigned lc_memop_bytes(const CUstreamBatchMemOpParams *op);
bool lc_memop_waits(const CUstreamBatchMemOpParams *op);

/* Permissions that only the first interface has are dropped, so that the second does the same. */
void lc_memop_renew(CUstreamBatchMemOpParams *op);

/* The operation of each of the single functions. */
CUstreamBatchMemOpParams lc_memop_wait(CUdeviceptr address, cuuint64_t value, unsigned bytes, unsigned flags);
CUstreamBatchMemOpParams lc_memop_write(CUdeviceptr address, cuuint64_t value, unsigned bytes, unsigned flags);

#endif
