/* Properties of physical memory (cuMemCreate): which can be had, and what is answered for the others. */
#ifndef LC_ALLOCATION_H
#define LC_ALLOCATION_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* A kind of handle that there is on some system. */
bool lc_allocation_is_type(CUmemAllocationHandleType type);

/* All bits of it are such kinds. */
bool lc_allocation_are_types(unsigned types);

/* `devices`: how many the process has; `shared`: the kinds of handles, as bits, that memory can be shared by. */
CUresult lc_allocation_check(const CUmemAllocationProp *prop, int devices, unsigned shared);

#endif
