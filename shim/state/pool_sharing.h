/* Pools that processes share: a descriptor for the pool (tickets.h), and the server's driver's own data for each
 * allocation. */
#ifndef BF_POOL_SHARING_H
#define BF_POOL_SHARING_H

#include "memory.h"
#include "pools.h"

/* A descriptor that stands for the pool in any process. */
CUresult bf_pool_sharing_export(const struct bf_object *pool, CUmemAllocationHandleType type, int *out);
CUresult bf_pool_sharing_import(CUmemoryPool *out, int descriptor);

/* An allocation of such a pool; where it is in a process that has imported the pool, which frees it as its own. */
CUresult bf_pool_sharing_export_pointer(CUmemPoolPtrExportData *out, CUdeviceptr address);
CUresult bf_pool_sharing_import_pointer(CUdeviceptr *out, struct bf_object *pool, const CUmemPoolPtrExportData *data);

#endif
