/* Addresses that a program reserves, and the device memory that it maps there: outside the region, in whole pages of
 * the shadow table. Callers serialise; look-ups (memory.h) go on beside them. */
#ifndef SG_VIRTUAL_H
#define SG_VIRTUAL_H

#include "memory.h"

/* What is mapped: a part of a file in memory, and whose. */
struct sg_backing {
    int file;
    uint64_t offset;
    struct sg_memory *memory;
    const void *owner;
};

/* Addresses without memory, at `wish` if they are free there (0: anywhere), else at a multiple of `align`, a power of
 * two. Returns 0 or 2. */
int sg_virtual_reserve(uint64_t bytes, uint64_t align, uint64_t wish, uint64_t *address);

/* Give back what was reserved: exactly that, and with nothing mapped in it. Returns 0 or 1. */
int sg_virtual_free(uint64_t address, uint64_t bytes);

/* All in pages of the shadow table. Nobody has access to it then. Returns 0, 1 if the addresses are not reserved or
 * something is there, or 2. */
int sg_virtual_map(uint64_t address, uint64_t bytes, const struct sg_backing *backing);

/* Whether the range is one mapping after another, each of them whole. */
bool sg_virtual_is_whole(uint64_t address, uint64_t bytes);

/* For such a range: end the mapping that begins at `address`; returns its owner, and how long it was. */
const void *sg_virtual_unmap(uint64_t address, uint64_t *bytes);

/* For such a range: what kernels of that device may do. */
void sg_virtual_set_access(uint64_t address, uint64_t bytes, uint32_t device, bool reads, bool writes);

/* The range that was reserved and has this address. May be called beside the others. */
bool sg_virtual_find(uint64_t address, uint64_t *begin, uint64_t *bytes);

#endif
