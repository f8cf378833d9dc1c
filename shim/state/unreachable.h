/* Kernels that are given an address of pinned host memory. They cannot reach it through the network, and fail with
 * CUDA_ERROR_ILLEGAL_ADDRESS (700), which says nothing about the cause: so that is said here. */
#ifndef BF_UNREACHABLE_H
#define BF_UNREACHABLE_H

#include <stddef.h>

/* A launch of `kernel` with this parameter block. Costs two loads if nothing is pinned. */
void bf_unreachable_launch(const char *kernel, const void *block, size_t bytes);

/* A context was lost to `result`. One line on stderr for each kernel to which it may be due. */
void bf_unreachable_explain(int result);

#endif
