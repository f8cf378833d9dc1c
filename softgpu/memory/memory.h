/* Device memory: address ranges whose addresses are host addresses, with exact bounds.
 *
 * All devices of the process share one reserved, uncommitted region, cut into 256-byte granules; a shadow table
 * granule -> allocation gives the bounds of any address in two loads. Page-locked host memory is allocated from the
 * same region, and host memory that the program registers is kept in a table beside it: one look-up answers for all
 * that a kernel may access. Look-ups take no lock and may run while other threads allocate and free; an address that
 * is being freed during the look-up gives either answer. */
#ifndef SG_MEMORY_H
#define SG_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SG_MEMORY_GRANULE 256u
/* Of what a program asks for: CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, so that it can be a texture. */
#define SG_MEMORY_ALIGN 512u

struct sg_memory;   /* of one device, or the page-locked memory of the host */

/* VIRTUAL: a device's, mapped at an address that was reserved (virtual.h). MANAGED: the host's as well as the device's. */
enum sg_memory_kind { SG_MEMORY_DEVICE, SG_MEMORY_PINNED, SG_MEMORY_REGISTERED, SG_MEMORY_VIRTUAL, SG_MEMORY_MANAGED };

struct sg_extent {
    uint64_t begin, end; /* first byte, first byte after: exactly what was asked for, not rounded */
    uint32_t device; /* ordinal of the device it belongs to; UINT32_MAX for host memory */
    uint32_t kind; /* enum sg_memory_kind */
    uint64_t id; /* unique in the process: CU_POINTER_ATTRIBUTE_BUFFER_ID */
    const void *owner; /* as given when it was made */
    uint32_t tag; /* as set by sg_memory_set_tag, or given to sg_memory_register; else 0 */
    uint64_t readers, writers; /* of VIRTUAL: a bit for each device whose kernels may; others have none */
};

/* How far behind its end an allocation may be accessed by kernels: up to the next multiple of `bytes`, a power of
 * two. 1, which is what holds without this call: not at all. Before any memory is made. */
void sg_memory_set_bounds(uint64_t bytes);

/* Asked about each allocation once it is counted, without a lock: `ordinal` is UINT32_MAX for page-locked memory.
 * False: it fails with 2. Before any memory is made. */
typedef bool sg_memory_guard(uint32_t ordinal, uint64_t bytes);
void sg_memory_set_guard(sg_memory_guard *wanted);

/* Asked once, when memory or addresses are first wanted: the addresses that both are to come from. False: wherever
 * there is room. Before any memory is made. */
typedef bool sg_memory_place(uint64_t *begin, uint64_t *end);
void sg_memory_set_place(sg_memory_place *wanted);

/* Make the memory of device `ordinal`: up to `bytes_total` may be allocated; nothing is committed up front.
 * Returns a CUresult: 0, or 2 out of memory. There is no destroy: a device lives as long as the process. */
int sg_memory_create(uint32_t ordinal, uint64_t bytes_total, struct sg_memory **out);

/* Keep *bytes equal to sg_memory_used from now on. */
void sg_memory_publish(struct sg_memory *memory, _Atomic uint64_t *bytes);

/* Make the page-locked host memory. Same results. */
int sg_memory_create_host(uint64_t bytes_total, struct sg_memory **out);

/* Allocate `bytes` > 0 aligned to 256 (`align` larger if asked, a power of 2). Accounting is in 256-byte granules.
 * Fresh device memory of up to SG_MEMORY_PATTERN_MAX bytes, and both ends of a larger one, hold a pattern, not
 * zeroes. Returns 0 or 2 (*address unwritten). `owner` is kept for sg_memory_free_owned. */
#define SG_MEMORY_PATTERN 0xCD
#define SG_MEMORY_PATTERN_MAX (4u << 20)
int sg_memory_alloc(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner, uint64_t *address);

/* The same of what its owner counts with sg_memory_charge, before or when it is used. */
int sg_memory_alloc_uncounted(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner,
                              uint64_t *address);

/* Count `bytes` that are made elsewhere as the memory's: 0, or 2 if there is not so much left. Take them back. */
int sg_memory_charge(struct sg_memory *memory, uint64_t bytes);
void sg_memory_discharge(struct sg_memory *memory, uint64_t bytes);

/* Free the allocation that begins at `address` exactly. Returns 0 or 1 (not such an address). */
int sg_memory_free(uint64_t address);

/* Hang a number on the allocation that begins at `address`: for the driver's own use. */
void sg_memory_set_tag(uint64_t address, uint32_t tag);

/* Let kernels access host memory that the program allocated itself. Returns 0, 2, 712 if any byte of it is
 * already registered or page-locked, or 1 if it is a device's. */
int sg_memory_register(uint64_t begin, uint64_t bytes, const void *owner, uint32_t tag);

/* Undo it. Returns 0, 1 if `begin` is inside a registered range, or 713 if it is in none. */
int sg_memory_unregister(uint64_t begin);

/* Free and unregister all that `owner` (a context) made. */
void sg_memory_free_owned(const void *owner);

/* The allocation that contains `address`. False if none does. */
bool sg_memory_find(uint64_t address, struct sg_extent *out);

/* The same for what a kernel may access: its end is moved as sg_memory_set_bounds says. Registered memory's is
 * exact. */
bool sg_memory_find_accessible(uint64_t address, struct sg_extent *out);

uint64_t sg_memory_total(const struct sg_memory *memory);
uint64_t sg_memory_used(const struct sg_memory *memory);

#endif
