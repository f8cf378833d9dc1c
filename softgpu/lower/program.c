/* Programs: a module's variables bound to device memory, every instruction checked, and its kernels by name. */
#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "../isa/builtin.h"
#include "kernel.h"
#include "lowering.h"

/* ---- Variables ---- */

/* .extern variables become the definition of that name. */
static int resolve_externals(struct sg_program *program, struct ptx_log *log)
{
    const struct ptx_module *module = program->module;
    for (uint32_t v = 0; v < module->var_count; v++) {
        if (program->variables[v].place != SG_PLACE_EXTERN)
            continue;
        uint32_t found = UINT32_MAX;
        for (uint32_t d = 0; d < module->var_count && found == UINT32_MAX; d++)
            if (program->variables[d].place == SG_PLACE_ADDRESS && module->vars[d].name && !module->vars[d].external &&
                strcmp(module->vars[d].name, module->vars[v].name) == 0)
                found = d;
        if (found == UINT32_MAX) {
            sg_ptx_log_error(log, 0, "Unresolved extern variable '%s'", module->vars[v].name);
            return 218;
        }
        program->variables[v] = (struct sg_variable){.place = SG_PLACE_ADDRESS, .function = found + 1};
    }
    return 0;
}

static uint64_t relocated(const struct sg_program *program, const struct ptx_reloc *reloc)
{
    uint64_t address = reloc->is_function ? sg_program_function_address(reloc->index)
                                          : program->variables[reloc->index].value;
    return (address + (uint64_t)reloc->addend) >> reloc->shift;
}

static void initialise(const struct sg_program *program, uint32_t number)
{
    const struct ptx_var *var = &program->module->vars[number];
    unsigned char *memory = (unsigned char *)(uintptr_t)program->variables[number].value;
    if (var->init)
        memcpy(memory, var->init, var->size);
    else
        memset(memory, 0, var->size);
    for (uint32_t i = 0; i < var->reloc_count; i++) {
        const struct ptx_reloc *reloc = &var->relocs[i];
        uint64_t value = relocated(program, reloc);
        if (reloc->width <= sizeof value && reloc->offset + reloc->width <= var->size)
            memcpy(memory + reloc->offset, &value, reloc->width);
    }
}

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

static int bind(struct sg_program *program, sg_program_alloc_fn *alloc, void *user)
{
    const struct ptx_module *module = program->module;
    for (uint32_t v = 0; v < module->var_count; v++) {
        struct sg_variable *place = &program->variables[v];
        const struct ptx_var *var = &module->vars[v];
        if (place->place != SG_PLACE_ADDRESS || place->function || var->size == 0)
            continue;
        int result = alloc(user, var->size, var->align, &place->value);
        if (result)
            return result;
    }
    for (uint32_t v = 0; v < module->var_count; v++) {
        struct sg_variable *place = &program->variables[v];
        if (place->place == SG_PLACE_ADDRESS && place->function)
            place->value = program->variables[place->function - 1].value;
    }
    for (uint32_t v = 0; v < module->var_count; v++) {
        struct sg_variable *place = &program->variables[v];
        if (place->place == SG_PLACE_ADDRESS && !place->function && module->vars[v].size)
            initialise(program, v);
    }
    return 0;
}

bool sg_program_global(const struct sg_program *program, const char *name, uint64_t *address, uint64_t *bytes)
{
    for (uint32_t v = 0; v < program->module->var_count; v++) {
        const struct ptx_var *var = &program->module->vars[v];
        if (program->variables[v].place != SG_PLACE_ADDRESS || !var->name || strcmp(var->name, name) != 0)
            continue;
        *address = program->variables[v].value;
        *bytes = var->size;
        return true;
    }
    return false;
}

/* ---- The program ---- */

static int check_functions(struct sg_program *program, struct ptx_log *log)
{
    for (uint32_t n = 0; n < program->module->function_count; n++) {
        if (!program->module->functions[n].has_body)
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
    int result = sg_layout_program(program);
    if (!result)
        result = resolve_externals(program, log);
    if (!result)
        result = check_functions(program, log);
    if (!result)
        result = make_kernels(program);
    if (!result)
        result = bind(program, alloc, user);
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
