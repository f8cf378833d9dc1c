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
    const int *priority;         /* NULL: that of the stream */
    /* As the program gave them, for a node that is made of the launch; they have been checked. */
    const CUlaunchAttribute *attributes;
    unsigned attribute_count;
};

/* The function of a request in a context, what it asks for checked as the native driver does, but for its parameters,
 * which `launch` is to be given. */
CUresult sg_launch_resolve(const struct sg_launch_request *request, struct sg_context *context,
                           struct sg_function **function, struct sg_launch *launch);

/* Copy the parameters that a request has to `out`, info->param_bytes. */
CUresult sg_launch_gather(const struct sg_launch_request *request, const struct sg_kernel_info *info, void *out);

/* A new grid of what was resolved, as work; NULL if out of memory. sg_kernel_prepare has been called for its kernel. */
struct sg_work *sg_launch_work(const struct sg_launch *launch, const struct sg_kernel_info *info, uint64_t grid_id);

/* Check as the native driver does, and append to the stream, which is returned. */
CUresult sg_launch_submit(const struct sg_launch_request *request, struct sg_stream **stream);

#endif
