/* Device memory: address ranges whose addresses are host addresses, with exact bounds.
 *
 * All devices of the process share one reserved, uncommitted region, cut into 256-byte granules; a shadow table
 * granule -> allocation gives the bounds of any address in two loads. Look-ups take no lock and may run while other
 * threads allocate and free; an address that is being freed during the look-up gives either answer. */
#ifndef SG_MEMORY_H
#define SG_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sg_memory;   /* of one device */

struct sg_extent {
    uint64_t begin, end;     /* first byte, first byte after: exactly what was asked for, not rounded */
    uint32_t device;         /* ordinal of the device it belongs to */
    uint64_t id;             /* unique in the process: CU_POINTER_ATTRIBUTE_BUFFER_ID */
};

/* Make the memory of device `ordinal`: up to `bytes_total` may be allocated; nothing is committed up front.
 * Returns a CUresult: 0, or 2 out of memory. */
int sg_memory_create(uint32_t ordinal, uint64_t bytes_total, struct sg_memory **out);

/* Allocate `bytes` > 0 aligned to 256 (`align` larger if asked). Accounting is in 256-byte granules. Fresh memory
 * holds a pattern, not zeroes. Returns 0 or 2 (*address unwritten). `owner` is kept for sg_memory_free_owned. */
int sg_memory_alloc(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner, uint64_t *address);

/* Free the allocation that begins at `address` exactly. Returns 0 or 1 (not such an address). */
int sg_memory_free(uint64_t address);

/* Free all that `owner` (a context) allocated. */
void sg_memory_free_owned(const void *owner);

/* The allocation that contains `address`. False if none does. */
bool sg_memory_find(uint64_t address, struct sg_extent *out);

uint64_t sg_memory_total(const struct sg_memory *memory);
uint64_t sg_memory_used(const struct sg_memory *memory);

#endif
