/* Copies of a run of bytes of an array in a stream, where the driver has no function for it: their forms without a
 * stream have a twin that uses the thread's own. */
#ifndef LC_ARRAY_COPIES_H
#define LC_ARRAY_COPIES_H

#include "generated/cuda_api.h"

CUresult lc_array_copies_in_arrays(CUarray to, size_t to_offset, CUarray from, size_t from_offset, size_t bytes,
                                   CUstream stream);
CUresult lc_array_copies_to_device(CUdeviceptr to, CUarray from, size_t from_offset, size_t bytes, CUstream stream);
CUresult lc_array_copies_from_device(CUarray to, size_t to_offset, CUdeviceptr from, size_t bytes, CUstream stream);

#endif
