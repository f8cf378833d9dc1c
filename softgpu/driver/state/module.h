/* Modules: programs in a context; functions: their kernels. */
#ifndef SG_MODULE_H
#define SG_MODULE_H

#include "../../lower/program.h"
#include "../image/code.h"
#include "context.h"
#include "../image/jit.h"

struct sg_library;
struct sg_reference;

/* What a program may set on a function, or on a kernel of a library for each device. */
struct sg_function_settings {
    int shared_dynamic_max;          /* CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES; -1: what is left */
    int carveout;
    int cluster_nonportable, cluster_policy;
    int cluster[3];                  /* that its launches must have; 0: any */
};

struct sg_function {
    void *handle;
    struct sg_module *module;
    struct sg_kernel *kernel;
    const struct sg_kernel_info *info;
    struct sg_function_settings settings;
    struct lc_old_launch *old;       /* what was set for launches of CUDA before 4.0, or NULL */
    _Atomic bool loaded;             /* it has been asked for by name, loaded, set or launched */
    unsigned own;                    /* a bit for each attribute that was set on it, and not on its kernel */
};

struct sg_module {
    void *handle;
    struct sg_context *context;
    struct sg_program *program;
    struct sg_function *functions;
    uint32_t function_count;
    struct sg_reference *references; /* of textures and surfaces, as far as they were asked for */
    uint64_t *addresses;             /* of its variables */
    uint32_t address_count, address_room;
    _Atomic bool lacks_heap;         /* its kernels may call malloc or free, and none has been launched */
    struct sg_library *library;      /* whose instance this is, or NULL; it is told when the module goes away */
    void (*forget)(struct sg_library *library, const struct sg_module *module);
    struct sg_module *next, *previous;
};

/* Make a module of `text` in the context. The log gets what is wrong with it. */
CUresult sg_module_create(struct sg_context *context, const char *text, size_t bytes, struct ptx_log *log,
                          struct sg_module **out);

/* No work that uses it may be queued. */
void sg_module_destroy(struct sg_module *module);
void sg_module_destroy_all(struct sg_context *context);

struct sg_function *sg_module_find(struct sg_module *module, const char *name);   /* NULL if none */

/* Whether functions are loaded with their modules, and not when they are first used: CUDA_MODULE_LOADING says so. */
bool sg_function_loading_is_eager(void);

/* Make a kernel's code, if that has not been done. Only that it is no PTX is told: that there is no memory for it is told
 * by a launch. */
CUresult sg_function_prepare(const struct sg_kernel *kernel);
CUresult sg_function_load(struct sg_function *function);

int sg_function_registers(const struct sg_kernel_info *info);
int sg_function_shared_max(const struct sg_kernel_info *info, const struct sg_function_settings *settings);

/* What the settings are before anybody changes them. */
struct sg_function_settings sg_function_defaults(void);

/* Of a kernel that is prepared. */
CUresult sg_function_read(const struct sg_kernel_info *info, const struct sg_function_settings *settings, int attribute,
                          int *value);
CUresult sg_function_write(const struct sg_kernel_info *info, struct sg_function_settings *settings, int attribute,
                           int value);
/* Whether a grid can be launched with the clusters that were set for the function. */
CUresult sg_function_check_cluster(const struct sg_function_settings *settings, const unsigned grid[3]);
CUresult sg_function_param(const struct sg_kernel_info *info, size_t index, size_t *offset, size_t *bytes);

#endif
