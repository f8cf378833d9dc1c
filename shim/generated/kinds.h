/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#ifndef BF_GENERATED_KINDS_H
#define BF_GENERATED_KINDS_H

enum bf_kind { BF_FREE, BF_CONTEXT, BF_MODULE, BF_FUNCTION, BF_LIBRARY, BF_KERNEL, BF_STREAM, BF_EVENT, BF_POOL, BF_LINK };

/* ROW(kind, what a handle of nothing is answered, whether it is made in a context) */
#define BF_KINDS(ROW) \
    ROW(CONTEXT, CUDA_ERROR_INVALID_CONTEXT, false) \
    ROW(MODULE, CUDA_ERROR_INVALID_HANDLE, true) \
    ROW(FUNCTION, CUDA_ERROR_INVALID_HANDLE, true) \
    ROW(LIBRARY, CUDA_ERROR_INVALID_HANDLE, false) \
    ROW(KERNEL, CUDA_ERROR_INVALID_HANDLE, false) \
    ROW(STREAM, CUDA_ERROR_INVALID_HANDLE, true) \
    ROW(EVENT, CUDA_ERROR_INVALID_HANDLE, true) \
    ROW(POOL, CUDA_ERROR_INVALID_VALUE, false) \
    ROW(LINK, CUDA_ERROR_INVALID_HANDLE, false)

#endif
