/* Virtual memory management as this process knows it: what is reserved on which server, who holds physical memory, and
 * what is mapped. The addresses are the server's own. */
#ifndef BF_VIRTUAL_H
#define BF_VIRTUAL_H

#include "../../libcuda/allocation.h"
#include "memory.h"

CUresult bf_virtual_reserve(CUdeviceptr *ptr, size_t bytes, size_t align, CUdeviceptr wish);
CUresult bf_virtual_free(CUdeviceptr ptr, size_t bytes);

CUresult bf_virtual_granularity(size_t *out, const CUmemAllocationProp *prop, CUmemAllocationGranularity_flags option);
CUresult bf_virtual_create(CUmemGenericAllocationHandle *out, size_t bytes, const CUmemAllocationProp *prop);
CUresult bf_virtual_describe(const struct bf_object *physical, CUmemAllocationProp *out);
CUresult bf_virtual_release(struct bf_object *physical);
CUresult bf_virtual_retain(CUmemGenericAllocationHandle *out, CUdeviceptr address);

/* A descriptor that stands for the memory in any process, as the driver's does: it holds a ticket of the server's. */
CUresult bf_virtual_export(struct bf_object *physical, CUmemAllocationHandleType type, int *out);
CUresult bf_virtual_import(CUmemGenericAllocationHandle *out, int descriptor);

/* Which descriptors have been closed: what they alone have held ends now. */
void bf_virtual_look(void);

CUresult bf_virtual_map(CUdeviceptr ptr, size_t bytes, size_t offset, struct bf_object *physical);
CUresult bf_virtual_unmap(CUdeviceptr ptr, size_t bytes);
CUresult bf_virtual_set_access(CUdeviceptr ptr, size_t bytes, const CUmemAccessDesc *desc, size_t count);
CUresult bf_virtual_get_access(unsigned long long *out, int device, CUdeviceptr address);

/* The reserved range that has this address. */
bool bf_virtual_find(CUdeviceptr address, struct bf_range *out);

#endif
