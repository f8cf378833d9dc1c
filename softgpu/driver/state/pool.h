/* Memory pools of stream-ordered allocation. A pool is an account of a device's memory: what it has reserved is counted
 * as the device's, whether it is used or not. */
#ifndef SG_POOL_H
#define SG_POOL_H

#include "device.h"

/* Whether an allocation may take the place of what its stream's waits come after; of what is free by chance; and of what
 * its stream is made to wait for. */
enum { SG_REUSE_EVENTS, SG_REUSE_BY_CHANCE, SG_REUSE_INTERNAL, SG_POOL_REUSE_FLAGS };

/* What the driver hangs on device memory as its tag. */
enum { SG_TAG_PLAIN, SG_TAG_POOL, SG_TAG_MODULE, SG_TAG_GRAPH, SG_TAG_ARRAY, SG_TAG_OPENED, SG_TAG_IMPORTED };
/* On page-locked memory, beside the flags that it was made with. */
enum { SG_TAG_HOST_POOL = 1 << 16 };

/* The pool of a process that another one is about. */
struct sg_pool_origin {
    uint64_t process, number; /* process 0: it is this process's own */
};

struct sg_pool {
    void *handle;
    struct sg_device *device; /* whose memory it is; NULL: the host's */
    struct sg_memory *memory; /* which counts it */
    bool is_default;
    struct sg_pool_origin origin; /* where it was imported from: it allocates nothing */
    CUmemPoolProps made; /* as what; maxSize 0: no limit of its own */
    int reuse[SG_POOL_REUSE_FLAGS];
    uint64_t release_threshold;
    _Atomic uint64_t peers; /* a bit for each other device that was given access */
    /* its account: pool.c */
    _Atomic uint64_t used, used_high, reserved_high;
    uint64_t withheld; /* of what counts as used: it is free, but nobody knows yet */
    uint64_t reserved, settled;
    bool retired; /* its handle is gone */
    struct sg_leaving *leaving; /* what streams are still to free, or have freed and may not be used by chance */
    _Atomic unsigned leaving_count;
    struct sg_pool *next; /* of all that were ever made */
};

struct sg_stream;
struct sg_leaving;

/* The pool that the allocation is of, or NULL. */
static inline struct sg_pool *sg_pool_of(const struct sg_extent *extent)
{
    bool pooled = (extent->kind == SG_MEMORY_DEVICE && extent->tag == SG_TAG_POOL) ||
                  (extent->kind == SG_MEMORY_PINNED && extent->tag == SG_TAG_HOST_POOL);
    return pooled ? (struct sg_pool *)(uintptr_t)extent->owner : NULL;
}

static inline bool sg_pool_is_managed(const struct sg_pool *pool)
{
    return pool->made.allocType == CU_MEM_ALLOCATION_TYPE_MANAGED;
}

/* Whether a program may give back memory that has this tag. */
static inline bool sg_tag_is_program(uint32_t tag)
{
    return tag != SG_TAG_MODULE && tag != SG_TAG_ARRAY && tag != SG_TAG_OPENED;
}

/* Use `bytes` more: OUT_OF_MEMORY if the pool, or its device, has not so much. */
CUresult sg_pool_take(struct sg_pool *pool, uint64_t bytes);
void sg_pool_give(struct sg_pool *pool, uint64_t bytes);
void sg_pool_trim(struct sg_pool *pool, uint64_t keep);
void sg_pool_set_threshold(struct sg_pool *pool, uint64_t bytes);
void sg_pool_reset_high(struct sg_pool *pool, bool of_reserved);
uint64_t sg_pool_reserved(struct sg_pool *pool);
uint64_t sg_pool_used(struct sg_pool *pool);

/* What a pool holds for so much that is used. */
uint64_t sg_pool_in_blocks(uint64_t bytes);

/* Memory for what comes next in the stream: what is to be freed before that is used again. */
CUresult sg_pool_allocate(struct sg_pool *pool, uint64_t bytes, struct sg_stream *stream, uint64_t *address);

/* The stream is to free an allocation of the pool; NULL if out of memory. Then, once: it has got there. */
struct sg_leaving *sg_pool_leave(struct sg_pool *pool, uint64_t address, uint64_t bytes, struct sg_stream *stream);
void sg_pool_leaves_at(struct sg_leaving *leaving, uint64_t ticket);
void sg_pool_left(struct sg_leaving *leaving);

/* Memory of a device that is no pool's: pools give back what they do not use before it is refused. */
CUresult sg_pool_outside(struct sg_device *device, uint64_t bytes, uint64_t align, const void *owner,
                         uint64_t *address);
CUresult sg_pool_charge_outside(struct sg_device *device, uint64_t bytes);

/* The program has waited for a stream, an event or a context. */
void sg_pool_synchronised(void);
/* What that has let a device's pools give back is given back. */
void sg_pool_settle(const struct sg_device *device);

CUresult sg_pool_create(struct sg_device *device, const CUmemPoolProps *made, struct sg_pool **out);
/* Of managed memory, and of the host's; the device is then the one that is named, or NULL. */
static inline struct sg_device *sg_pool_device_of(const CUmemPoolProps *made)
{
    return made->location.type == CU_MEM_LOCATION_TYPE_DEVICE ? sg_device_at(made->location.id) : NULL;
}

/* As a device has them from the start. */
CUresult sg_pool_create_of(struct sg_device *device, struct sg_pool **out);
/* The handle is gone. The account stays: what was allocated lives on, and its frees still write to it. */
void sg_pool_retire(struct sg_pool *pool);

#endif
