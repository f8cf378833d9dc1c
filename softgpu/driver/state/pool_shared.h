/* Pools that processes share. What passes from one to the other is a descriptor of a file that says whose pool it is;
 * allocations are opened one by one, as memory of cuMemAlloc is. */
#ifndef SG_POOL_SHARED_H
#define SG_POOL_SHARED_H

#include "../../memory/exported.h"
#include "pool.h"

/* A descriptor that stands for the pool; the pool that such a descriptor stands for, which allocates nothing. */
CUresult sg_pool_shared_export(const struct sg_pool *pool, int *descriptor);
CUresult sg_pool_shared_import(int descriptor, struct sg_pool **out);

/* What another process needs to know of an allocation of a pool that can be shared; where it is here, if that process
 * is the one that the pool was imported from. Each time it is opened it has another address. */
CUresult sg_pool_shared_export_pointer(CUdeviceptr address, struct sg_exported_handle *out);
CUresult sg_pool_shared_import_pointer(const struct sg_pool *pool, const struct sg_exported_handle *handle,
                                       CUdeviceptr *out);

#endif
