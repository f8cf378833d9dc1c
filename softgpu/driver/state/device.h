/* The devices of the process: made by cuInit, never destroyed. */
#ifndef SG_DEVICE_H
#define SG_DEVICE_H

#include "../../memory/memory.h"
#include "../../host/settings.h"
#include "../entry.h"

struct sg_context;
struct sg_device_use;
struct sg_pool;

/* What an architecture allows; facts of the CUDA programming guide's table of compute capabilities. */
struct sg_architecture {
    int major, minor;
    int sm_threads, sm_blocks, sm_shared;
    int block_shared_optin, block_shared_reserved;
};

enum {
    SG_BLOCK_THREADS_MAX = 1024,
    SG_BLOCK_Z_MAX = 64,
    SG_GRID_YZ_MAX = 65535,
    SG_BLOCK_SHARED = 48 << 10,
    SG_SM_REGISTERS = 65536,
    SG_WARP_THREADS = 32,
};

struct sg_device {
    int ordinal;                 /* as the program counts */
    unsigned number;             /* without CUDA_VISIBLE_DEVICES: what name, UUID and PCI address follow */
    CUuuid uuid;
    struct sg_memory *memory;
    struct sg_device_use *use;   /* what others on this host see of it */
    unsigned kernels_running;    /* under the scheduler's lock */
    struct sg_context *primary;
    struct sg_pool *pool_default, *pool;
    struct sg_pool *pool_graphs;   /* what graphs allocate: only an account */
};

/* For init.c: which of the `available` devices to show, in order, and how many; their memory and the page-locked memory;
 * and from when on there are so many. */
int sg_device_visible(unsigned available, unsigned out[SG_DEVICES_MAX]);
CUresult sg_device_make(int ordinal, unsigned number, struct sg_device **out);
CUresult sg_device_make_host_memory(uint64_t bytes);
void sg_device_show(int count);

int sg_device_count(void);
struct sg_device *sg_device_at(CUdevice ordinal);            /* NULL if there is none */
struct sg_memory *sg_device_host_memory(void);
const struct sg_architecture *sg_attributes_architecture(void);
CUresult sg_attributes_read(const struct sg_device *device, int attribute, int *value);

#endif
