/* Programs: a module's variables bound to device memory, every instruction checked that has been read, and its kernels
 * by name. */
#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "../isa/builtin.h"
#include "kernel.h"
#include "lowering.h"

bool sg_program_provides(const char *name)
{
    return isa_builtin_find(name) != SG_BUILTIN_UNKNOWN;
}

bool sg_program_wants_heap(const struct sg_program *program)
{
    bool wanted = false;
    for (uint32_t n = 0; n < program->module->function_count; n++)
        wanted |= program->functions[n].builtin == SG_BUILTIN_MALLOC ||
                  program->functions[n].builtin == SG_BUILTIN_FREE;
    return wanted;
}

void sg_program_set_heap(struct sg_program *program, struct sg_heap *heap)
{
    program->heap = heap;
}

static const struct ptx_var *find(const struct sg_program *program, const char *name, unsigned opaque,
                                  uint64_t *address)
{
    for (uint32_t v = 0; v < program->global_count; v++) {
        const struct ptx_var *var = &program->module->vars[v];
        if (program->variables[v].place != SG_PLACE_ADDRESS || !var->name || var->opaque != opaque ||
            strcmp(var->name, name) != 0)
            continue;
        *address = program->variables[v].value;
        return var;
    }
    return NULL;
}

bool sg_program_global(const struct sg_program *program, const char *name, uint64_t *address, uint64_t *bytes)
{
    const struct ptx_var *var = find(program, name, PTX_OPAQUE_NONE, address);
    if (var)
        *bytes = var->size;
    return var;
}

bool sg_program_reference(const struct sg_program *program, const char *name, unsigned opaque, uint64_t *address)
{
    return find(program, name, opaque, address);
}

bool sg_program_is_managed(const struct sg_program *program, const char *name)
{
    for (uint32_t v = 0; v < program->global_count; v++) {
        const struct ptx_var *var = &program->module->vars[v];
        if (var->name && strcmp(var->name, name) == 0)
            return var->managed;
    }
    return false;
}

bool sg_program_next_managed(const struct sg_program *program, uint32_t *next, uint64_t *address, uint64_t *bytes)
{
    while (*next < program->global_count) {
        uint32_t v = (*next)++;
        const struct ptx_var *var = &program->module->vars[v];
        if (!var->managed || !var->size || program->variables[v].place != SG_PLACE_ADDRESS)
            continue;
        *address = program->variables[v].value;
        *bytes = var->size;
        return true;
    }
    return false;
}

static int check_functions(struct sg_program *program, struct ptx_log *log)
{
    for (uint32_t n = 0; n < program->module->function_count; n++) {
        if (!program->module->functions[n].has_body || program->module->functions[n].is_outline)
            continue;
        int result = sg_lower_check(program, n, log);
        if (result)
            return result;
    }
    return 0;
}

static int make_kernels(struct sg_program *program)
{
    const struct ptx_module *module = program->module;
    uint32_t count = 0;
    for (uint32_t n = 0; n < module->function_count; n++)
        count += module->functions[n].is_entry && module->functions[n].has_body;
    program->kernels = calloc(count + 1, sizeof *program->kernels);
    if (!program->kernels)
        return 2;
    uint32_t const_bytes = sg_kernel_const_bytes(module);
    for (uint32_t n = 0; n < module->function_count; n++) {
        if (!module->functions[n].is_entry || !module->functions[n].has_body)
            continue;
        struct sg_kernel *kernel = &program->kernels[program->kernel_count++];
        int result = sg_kernel_init(kernel, program, n, const_bytes);
        if (result)
            return result;
    }
    return 0;
}

int sg_program_create(struct ptx_module *module, sg_program_alloc_fn *alloc, void *user, struct ptx_log *log,
                      struct sg_program **out)
{
    struct sg_program *program = calloc(1, sizeof *program);
    if (!program) {
        sg_ptx_free(module);
        return 2;
    }
    program->module = module;
    program->alloc = alloc;
    program->user = user;
    program->global_count = module->var_count;
    int result = sg_layout_program(program);
    if (!result)
        result = sg_variables_resolve(program, 0, log);
    if (!result)
        result = check_functions(program, log);
    if (!result)
        result = make_kernels(program);
    if (!result)
        result = sg_variables_bind(program, 0);
    if (!result)
        *out = program;
    else
        sg_program_destroy(program);
    return result;
}

void sg_program_destroy(struct sg_program *program)
{
    for (uint32_t k = 0; k < program->kernel_count; k++)
        sg_kernel_release(&program->kernels[k]);
    for (uint32_t n = 0; program->functions && n < program->module->function_count; n++) {
        free(program->functions[n].params);
        free(program->functions[n].results);
    }
    free(program->kernels);
    free(program->functions);
    free(program->variables);
    sg_ptx_free(program->module);
    free(program);
}

uint32_t sg_program_kernel_count(const struct sg_program *program)
{
    return program->kernel_count;
}

struct sg_kernel *sg_program_kernel_at(struct sg_program *program, uint32_t i)
{
    return i < program->kernel_count ? &program->kernels[i] : NULL;
}

struct sg_kernel *sg_program_kernel(struct sg_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->kernel_count; i++)
        if (strcmp(program->kernels[i].info.name, name) == 0)
            return &program->kernels[i];
    return NULL;
}
