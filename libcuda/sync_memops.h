/* CU_POINTER_ATTRIBUTE_SYNC_MEMOPS: of which allocations it is set. Every synchronous copy waits here, set or not, so
 * that it is only remembered. */
#ifndef LC_SYNC_MEMOPS_H
#define LC_SYNC_MEMOPS_H

#include <stdbool.h>
#include <stdint.h>

#include "generated/cuda_types.h"

/* What cuPointerSetAttribute says about its arguments alone. */
CUresult lc_sync_memops_check(const void *value, CUpointer_attribute attribute);

/* Allocations by their CU_POINTER_ATTRIBUTE_BUFFER_ID, which is never used again. False if memory ran out. */
bool lc_sync_memops_set(uint64_t id, bool on);
bool lc_sync_memops_is_set(uint64_t id);

#endif
