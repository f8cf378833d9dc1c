/* Libraries: code that is in no context until it is used there. */
#ifndef SG_LIBRARY_H
#define SG_LIBRARY_H

#include <pthread.h>

#include "../../host/settings.h"
#include "module.h"

struct sg_instance;

/* A kernel of a library, for all contexts. */
struct sg_library_kernel {
    void *handle;
    struct sg_library *library;
    uint32_t index;                          /* the same in every instance */
    const struct sg_kernel *kernel;          /* of the program that is in no context */
    const struct sg_kernel_info *info;
    struct sg_function_settings settings[SG_DEVICES_MAX];   /* for each device */
    /* The function of the context that used it last: valid while that context's incarnation is the one remembered. */
    _Atomic uint64_t recent_incarnation;
    _Atomic(struct sg_function *) recent;
};

struct sg_library {
    void *handle;
    char *text;
    size_t bytes;
    struct sg_program *program; /* in no context */
    void **variables;
    uint32_t variable_count, variable_room;
    struct sg_library_kernel *kernels;
    uint32_t kernel_count;
    pthread_mutex_t lock; /* guards instances */
    struct sg_instance *instances;
};

/* The library of a text; the log gets what is wrong with it. */
CUresult sg_library_create(const struct sg_code *code, struct ptx_log *log, struct sg_library **out);

/* Waits for its work. */
void sg_library_destroy(struct sg_library *library);

/* The instance in `context`, made when first asked for. */
CUresult sg_library_module(struct sg_library *library, struct sg_context *context, struct sg_module **out);
CUresult sg_library_function(struct sg_library_kernel *kernel, struct sg_context *context, struct sg_function **out);

/* A setting of a kernel for a device has changed: tell the instances on it that have none of their own. */
void sg_library_setting_changed(struct sg_library_kernel *kernel, CUdevice device, int attribute, int value);

/* The function of a CUfunction, which may also be a CUkernel: then that of the current context. */
CUresult sg_library_function_of(const void *handle, struct sg_context *context, struct sg_function **out);

/* The same for what is set on a function or told of it: it may be that of another context, if that has not failed. */
CUresult sg_library_function_at(const void *handle, struct sg_function **out);

#endif
