/* What programs say of their managed memory: where it is best, who uses it. It is only kept here, to be told again:
 * nothing that a program computes depends on it. No device touches managed memory beside the host
 * (CONCURRENT_MANAGED_ACCESS is 0), so nothing is moved ahead, and what only such a device can be advised to is
 * CUDA_ERROR_INVALID_DEVICE.
 *
 * Which memory there is, the library tells; addresses of which not all are managed are CUDA_ERROR_INVALID_VALUE. */
#ifndef LC_ADVICE_H
#define LC_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "generated/cuda_types.h"

/* False if memory ran out. */
bool lc_advice_add(CUdeviceptr base, size_t bytes);
/* The same of memory that is best at `preferred` unless the program says otherwise. */
bool lc_advice_add_at(CUdeviceptr base, size_t bytes, CUmemLocation preferred);
/* True if all of it is managed. */
bool lc_advice_knows(CUdeviceptr at, size_t bytes);
/* What begins in [base, base + bytes) is gone. One load while nothing is managed. */
void lc_advice_remove(CUdeviceptr base, size_t bytes);

/* The place that a device of the older functions means. */
CUmemLocation lc_advice_place(CUdevice device);

/* cuMemAdvise_v2; cuMemPrefetchAsync_v2 but for the stream. `devices` is how many there are. */
CUresult lc_advice_set(CUdeviceptr at, size_t bytes, CUmem_advise advice, CUmemLocation place, unsigned devices);
CUresult lc_advice_prefetch(CUdeviceptr at, size_t bytes, CUmemLocation place, unsigned flags, unsigned devices);

/* cuMemDiscardBatchAsync; cuMemPrefetchBatchAsync and cuMemDiscardAndPrefetchBatchAsync, but for the stream's handle. What
 * is right is CUDA_ERROR_NOT_SUPPORTED: each device of the system would have to touch managed memory beside the host. */
CUresult lc_advice_discards(const CUdeviceptr *at, const size_t *bytes, size_t ranges, unsigned long long flags,
                            CUstream stream);
CUresult lc_advice_prefetches(const CUdeviceptr *at, const size_t *bytes, size_t ranges, const CUmemLocation *places,
                              const size_t *firsts, size_t locations, unsigned long long flags, CUstream stream,
                              unsigned devices);

/* cuMemRangeGetAttribute and cuMemRangeGetAttributes. */
CUresult lc_advice_get(void *data, size_t bytes, CUmem_range_attribute attribute, CUdeviceptr at, size_t length);
CUresult lc_advice_get_all(void **data, const size_t *rooms, const CUmem_range_attribute *attributes, size_t wanted,
                           CUdeviceptr at, size_t bytes);

#endif
