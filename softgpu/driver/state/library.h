/* Libraries: code that is in no context until it is used there. */
#ifndef SG_LIBRARY_H
#define SG_LIBRARY_H

#include "../../host/settings.h"
#include "module.h"

/* A kernel of a library, for all contexts. */
struct sg_library_kernel {
    void *handle;
    struct sg_library *library;
    uint32_t index;                          /* the same in every instance */
    const struct sg_kernel_info *info;
    struct sg_function_settings settings[SG_DEVICES_MAX];   /* for each device */
    /* The function of the context that used it last: valid while that context's incarnation is the one remembered. */
    _Atomic uint64_t recent_incarnation;
    _Atomic(struct sg_function *) recent;
};

/* The instance in `context`, made when first asked for. */
CUresult sg_library_module(struct sg_library *library, struct sg_context *context, struct sg_module **out);
CUresult sg_library_function(struct sg_library_kernel *kernel, struct sg_context *context, struct sg_function **out);

/* A setting of a kernel for a device has changed: tell the instances on it that have none of their own. */
void sg_library_setting_changed(struct sg_library_kernel *kernel, CUdevice device, int attribute, int value);

void *sg_library_handle(const struct sg_library *library);

/* An instance goes away with its context. */
void sg_library_forget(struct sg_library *library, const struct sg_module *module);

#endif
