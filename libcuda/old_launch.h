/* Launches of CUDA before 4.0: shape and parameters are set on the function, one call after the other. */
#ifndef LC_OLD_LAUNCH_H
#define LC_OLD_LAUNCH_H

#include <stddef.h>

#include "generated/cuda_types.h"

/* What was set on one function. Each function has a pointer to it, NULL until something is set; the setters make it. */
struct lc_old_launch;

CUresult lc_old_launch_set_block(struct lc_old_launch **at, int x, int y, int z);
CUresult lc_old_launch_set_shared(struct lc_old_launch **at, unsigned bytes);
CUresult lc_old_launch_set_size(struct lc_old_launch **at, unsigned bytes);
CUresult lc_old_launch_set_param(struct lc_old_launch **at, int offset, const void *value, unsigned bytes);

/* A launch as it was set: its parameters as the `extra` of cuLaunchKernel, in this structure. */
struct lc_old_launch_call {
    unsigned block[3], shared;
    size_t bytes;
    void *params;
    void *extra[5];
};

/* INVALID_VALUE if no block was set. What is taken is given back with lc_old_launch_end. */
CUresult lc_old_launch_take(struct lc_old_launch *const *at, struct lc_old_launch_call *out);
void lc_old_launch_end(struct lc_old_launch_call *call);

/* The function ends. */
void lc_old_launch_free(struct lc_old_launch *old);

#endif
