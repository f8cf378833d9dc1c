/* Contexts: primary and created; the stack of current ones of each thread. */
#ifndef SG_CONTEXT_H
#define SG_CONTEXT_H

#include "device.h"
#include "../sched/sched.h"

struct sg_event;
struct sg_module;
struct sg_array;
struct sg_reference;
struct sg_mipmap;

enum { SG_LIMITS = 7, SG_PRIORITY_LEAST = 0, SG_PRIORITY_GREATEST = -5 };

/* Never given back to the system: a stale pointer to one reads `active` false or another `incarnation`. */
struct sg_context {
    void *handle;
    struct sg_device *device;
    bool primary;
    atomic_bool active;              /* false: destroyed, or primary and not retained */
    _Atomic uint64_t incarnation;    /* unique in the process; changes with every activation */
    _Atomic int error;               /* the CUresult that every call returns once a kernel has failed */
    atomic_bool said;                /* stderr has a line about it */
    uint64_t id;
    unsigned flags;
    unsigned retained;               /* of a primary one, by cuDevicePrimaryCtxRetain */
    unsigned attached;               /* by cuCtxAttach */
    unsigned api_version;

    struct sg_stream *legacy, *streams, *busy;   /* under the scheduler's lock */
    struct sg_stream *gathered, *held;           /* without a handle; sched.h says what for */
    struct sg_event *events;                     /* under sg_objects_lock */
    struct sg_module *modules;
    struct sg_array *arrays;
    struct sg_reference *references;             /* of textures, in no module */
    struct sg_mipmap *mipmaps;
    struct sg_heap *heap;                        /* NULL until a kernel needs it */

    size_t limits[SG_LIMITS];
    CUfunc_cache cache;
    CUsharedconfig bank;
    uint64_t peers;                  /* a bit for each device whose memory it may access */
    _Atomic uint64_t last_grid;
    struct sg_context *next_free, *next_known;
};

CUresult sg_context_create_primary(struct sg_device *device, struct sg_context **out);

/* The thread's current context, if usable: else 201, 709, or the error of a failed one. */
CUresult sg_context_current(struct sg_context **out);

/* The same, also if it has failed: for what works on a failed context. */
CUresult sg_context_current_any(struct sg_context **out);

/* The context of a handle, NULL meaning the current one; also if failed or not active. */
CUresult sg_context_of(CUcontext handle, struct sg_context **out);

/* SOFTGPU_FAULT injected an error that, coming from a kernel, would make the context unusable. */
void sg_context_poison_current(int code);

/* What every call returns that is made in a context which has failed, or 0. The text of the kernel that failed comes
 * out first: a program that learns of its end by a query may never synchronise. */
CUresult sg_context_error(struct sg_context *context);

/* The stream of a handle (0 and 1: legacy, 2: the thread's own), and 400 if it is none. */
CUresult sg_context_stream(struct sg_context *context, CUstream handle, struct sg_stream **out);

/* The stream that a call is made in: of a default stream in the current context, of another in the stream's own, for
 * which no context need be current. Fails with what that context has failed with. */
CUresult sg_context_order(CUstream handle, struct sg_stream **out);

/* context_heap.c. Before a launch of a kernel of `module`; the size, INVALID_VALUE once there is a heap; with the
 * context. */
CUresult sg_context_heap_ensure(struct sg_context *context, struct sg_module *module);
CUresult sg_context_heap_set_bytes(struct sg_context *context, size_t bytes);
void sg_context_heap_drop(struct sg_context *context);

/* Wait for all work that any context has now: before memory goes that belongs to none. */
void sg_context_wait_all(void);

/* What a call returns to whom a handle means nothing: 400, or what is wrong with the current context. */
CUresult sg_context_missing(void);

/* Guards the lists of events and modules. Taken before the scheduler's lock, never while waiting for work. */
void sg_objects_lock(void);
void sg_objects_unlock(void);

#endif
