/* Kernels: what is known of one at once, and its code, which is made when it is first needed. */
#include "kernel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lowering.h"

#define THREADS_MAX 1024u

enum { INVALID_PTX = 218 };

/* One lock for all programs: it is only taken when a kernel is asked for the first time. */
static pthread_mutex_t prepare_lock = PTHREAD_MUTEX_INITIALIZER;

static uint32_t product(const uint32_t v[3])
{
    uint64_t all = (uint64_t)(v[0] ? v[0] : 1) * (v[1] ? v[1] : 1) * (v[2] ? v[2] : 1);
    return all < THREADS_MAX ? (uint32_t)all : THREADS_MAX;
}

uint32_t sg_kernel_const_bytes(const struct ptx_module *module)
{
    uint64_t all = 0;
    for (uint32_t v = 0; v < module->var_count; v++)
        if (module->vars[v].space == PTX_CONST)
            all += module->vars[v].size;
    return all < UINT32_MAX ? (uint32_t)all : UINT32_MAX;
}

int sg_kernel_init(struct sg_kernel *kernel, struct sg_program *program, uint32_t function, uint32_t const_bytes)
{
    const struct ptx_module *module = program->module;
    const struct ptx_function *f = &module->functions[function];
    struct sg_kernel_param *params = calloc(f->param_count + 1, sizeof *params);
    if (!params)
        return 2;
    for (uint32_t k = 0; k < f->param_count; k++)
        params[k] = (struct sg_kernel_param){f->params[k].offset, (uint32_t)module->vars[f->params[k].var].size};
    bool required = f->reqntid[0] != 0, limited = f->maxntid[0] != 0;
    kernel->program = program;
    kernel->function = function;
    kernel->info = (struct sg_kernel_info){
        .name = f->name,
        .params = params,
        .param_count = f->param_count,
        .param_bytes = f->param_bytes,
        .const_bytes = const_bytes,
        .max_threads = required  ? product(f->reqntid)
                       : limited ? product(f->maxntid)
                                 : THREADS_MAX,
        .ptx_version = module->version_major * 10 + module->version_minor,
        .target = module->target_sm,
    };
    memcpy(kernel->info.reqntid, f->reqntid, sizeof kernel->info.reqntid);
    for (int k = 1; k < 3; k++)
        if (required && !kernel->info.reqntid[k])
            kernel->info.reqntid[k] = 1;
    return 0;
}

static void release_code(struct sg_kernel *kernel)
{
    for (uint32_t n = 0; kernel->code && n < kernel->program->module->function_count; n++)
        sg_lower_free(kernel->code[n]);
    free(kernel->code);
    free(kernel->shared);
    kernel->code = NULL;
    kernel->shared = NULL;
    kernel->shared_count = 0;
}

void sg_kernel_release(struct sg_kernel *kernel)
{
    release_code(kernel);
    free((void *)(uintptr_t)kernel->info.params);
    free(kernel->trouble);
}

static int lower_reachable(struct sg_kernel *kernel, const bool *reachable)
{
    const struct ptx_module *module = kernel->program->module;
    for (uint32_t n = 0; n < module->function_count; n++) {
        if (!reachable[n] || !module->functions[n].has_body)
            continue;
        int result = sg_lower_function(kernel, n, &kernel->code[n]);
        if (result)
            return result;
        kernel->calls |= n != kernel->function;
    }
    uint32_t registers = kernel->code[kernel->function]->registers, most = module->functions[kernel->function].maxnreg;
    registers = most && registers > most ? most : registers;
    kernel->info.registers = registers < 16 ? 16 : registers > 255 ? 255 : registers;
    return 0;
}

/* What is wrong with a body that was read late is found now, and stays. */
static int complete(struct sg_kernel *kernel)
{
    char text[512] = "";
    struct ptx_log log = {text, sizeof text, 0};
    if (kernel->refused)
        return kernel->refused;
    int result = sg_complete_entry(kernel->program, kernel->function, &log);
    /* Want of memory may pass, unless it left the body without what it needs. */
    if (result == INVALID_PTX || (result && !kernel->program->module->functions[kernel->function].is_outline)) {
        kernel->refused = result;
        kernel->trouble = strndup(text, strcspn(text, "\n"));
    }
    return result;
}

static int prepare(struct sg_kernel *kernel)
{
    int completed = complete(kernel);
    if (completed)
        return completed;
    uint32_t count = kernel->program->module->function_count;
    bool *reachable = calloc(count + 1, sizeof *reachable);
    kernel->code = calloc(count + 1, sizeof *kernel->code);
    int result = reachable && kernel->code ? sg_layout_kernel(kernel, reachable) : 2;
    if (!result)
        result = lower_reachable(kernel, reachable);
    free(reachable);
    if (result)
        release_code(kernel);
    return result;
}

int sg_kernel_prepare(const struct sg_kernel *asked)
{
    /* Kernels are never const objects: the pointer only says that the caller may not change one. */
    struct sg_kernel *kernel = (struct sg_kernel *)(uintptr_t)asked;
    if (atomic_load_explicit(&kernel->ready, memory_order_acquire))
        return 0;
    pthread_mutex_lock(&prepare_lock);
    int result = 0;
    if (!atomic_load_explicit(&kernel->ready, memory_order_relaxed)) {
        result = prepare(kernel);
        if (!result)
            atomic_store_explicit(&kernel->ready, true, memory_order_release);
    }
    pthread_mutex_unlock(&prepare_lock);
    return result;
}

const char *sg_kernel_trouble(const struct sg_kernel *kernel)
{
    return kernel->trouble ? kernel->trouble : "";
}

const struct sg_kernel_info *sg_kernel_info(const struct sg_kernel *kernel)
{
    return &kernel->info;
}
