/* Green contexts: a part of a device's multiprocessors for some streams of its primary context. */
#ifndef SG_GREEN_H
#define SG_GREEN_H

#include "context.h"
#include "resource.h"

/* What cuDevResourceGenerateDesc makes. There is no call that ends one. */
struct sg_green_parts {
    void *handle;
    struct sg_device *device;
    uint32_t first, count;
};

/* Its CUcontext is a second name of the primary context: `as_context` is the handle that says so. */
struct sg_green {
    void *handle, *as_context;
    struct sg_context *context;
    uint64_t incarnation;        /* of the primary context, with which it becomes useless */
    uint32_t first, count;
    uint64_t id;
    struct sg_stream *all;       /* in which records of all that it does are gathered */
    struct sg_stream *held;      /* what streams that are made later wait for */
    struct sg_green *next;
};

CUresult sg_green_gather(const CUdevResource *resources, unsigned count, struct sg_green_parts **out);

/* In the primary context, which is active. */
CUresult sg_green_create(const struct sg_green_parts *parts, struct sg_green **out);

/* Its streams are of no use from now on; its own memory is kept, for they name it. */
void sg_green_destroy(struct sg_green *green);

/* The green context of a handle, INVALID_CONTEXT if it is none. */
CUresult sg_green_of(CUgreenCtx handle, struct sg_green **out);

/* CONTEXT_IS_DESTROYED, or what its primary context has failed with. */
CUresult sg_green_check(const struct sg_green *green);

/* That which a CUcontext is another name of, or NULL. */
struct sg_green *sg_green_named(CUcontext context);

/* That which the context that is current on this thread is another name of, or NULL. */
struct sg_green *sg_green_current(void);

CUresult sg_green_stream(struct sg_green *green, unsigned flags, int priority, CUstream *out);

struct sg_event;
CUresult sg_green_record(struct sg_green *green, struct sg_event *event);
CUresult sg_green_wait(struct sg_green *green, struct sg_event *event);

#endif
