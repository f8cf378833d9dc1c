/* What the driver says at once about the shape of a launch: it follows from what is known of the function and the
 * device. */
#ifndef LC_LAUNCH_CHECK_H
#define LC_LAUNCH_CHECK_H

#include <stddef.h>

#include "generated/cuda_types.h"

struct lc_launch {
    unsigned grid[3], block[3];
    unsigned shared_bytes; /* dynamic */
};

/* Attributes of the device and of the function. What is not known is UINT_MAX. */
struct lc_launch_limits {
    unsigned grid[3], block[3];
    unsigned block_threads, block_registers;
    unsigned function_threads, function_registers;
    unsigned function_shared_bytes; /* CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES */
};

/* CUDA_ERROR_INVALID_VALUE for a shape that the device or the function's own bounds (.maxntid) forbid,
 * CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES for more threads than the function's registers leave room for. */
CUresult lc_launch_check(const struct lc_launch *launch, const struct lc_launch_limits *limits);

/* The parameter block of `extra`: pairs of a name and a pointer in any order, ended by CU_LAUNCH_PARAM_END. INVALID_VALUE
 * unless it says where a block of at least so many bytes is. */
CUresult lc_launch_check_extra(void *const *extra, size_t bytes, const void **out);

#endif
