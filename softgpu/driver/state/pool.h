/* Memory pools of stream-ordered allocation. A pool is an account of a device's memory: what it holds is never kept
 * for later use. */
#ifndef SG_POOL_H
#define SG_POOL_H

#include "device.h"

enum { SG_POOL_REUSE_FLAGS = 3 };

/* What the driver hangs on device memory as its tag. */
enum { SG_TAG_PLAIN, SG_TAG_POOL, SG_TAG_MODULE, SG_TAG_GRAPH, SG_TAG_ARRAY, SG_TAG_OPENED };

struct sg_pool {
    void *handle;
    struct sg_device *device;
    bool is_default;
    uint64_t bytes_max;              /* 0: no limit of its own */
    int reuse[SG_POOL_REUSE_FLAGS];
    uint64_t release_threshold;
    _Atomic uint64_t peers;          /* a bit for each other device that was given access */
    /* its account: pool.c */
    _Atomic uint64_t used, used_high, reserved_high;
    uint64_t reserved, settled;
    struct sg_pool *next_retired;
};

/* Whether a program may give back memory that has this tag. */
static inline bool sg_tag_is_program(uint32_t tag)
{
    return tag != SG_TAG_MODULE && tag != SG_TAG_ARRAY && tag != SG_TAG_OPENED;
}

void sg_pool_take(struct sg_pool *pool, uint64_t bytes);
void sg_pool_give(struct sg_pool *pool, uint64_t bytes);
void sg_pool_trim(struct sg_pool *pool, uint64_t keep);
void sg_pool_set_threshold(struct sg_pool *pool, uint64_t bytes);
void sg_pool_reset_high(struct sg_pool *pool, bool of_reserved);
uint64_t sg_pool_reserved(struct sg_pool *pool);

/* What a pool holds for so much that is used. */
uint64_t sg_pool_in_blocks(uint64_t bytes);

/* The program has waited for a stream, an event or a context. */
void sg_pool_synchronised(void);

CUresult sg_pool_create(struct sg_device *device, struct sg_pool **out);
/* The handle is gone. The account stays: what was allocated lives on, and its frees still write to it. */
void sg_pool_retire(struct sg_pool *pool);

#endif
