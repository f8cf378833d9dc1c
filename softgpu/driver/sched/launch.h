/* Launches as work: the grid lives in the work's payload. */
#ifndef SG_LAUNCH_H
#define SG_LAUNCH_H

#include "../state/library.h"
#include "sched.h"

struct sg_dims {
    unsigned x, y, z;
};

/* A launch as asked for; params as in cuLaunchKernel. */
struct sg_launch_request {
    const void *function;        /* CUfunction or CUkernel */
    struct sg_dims grid, block;
    unsigned shared;
    CUstream stream;
    void **params, **extra;
    bool cooperative;
};

/* Check as the native driver does, and append to the stream, which is returned. */
CUresult sg_launch_submit(const struct sg_launch_request *request, struct sg_stream **stream);

#endif
