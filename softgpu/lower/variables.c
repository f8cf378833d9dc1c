/* Variables of a module, bound to device memory. Of an outline, those of a body follow when it is read. */
#include <string.h>

#include "lowering.h"

/* .extern variables become the definition of that name. */
int sg_variables_resolve(struct sg_program *program, uint32_t first, struct ptx_log *log)
{
    const struct ptx_module *module = program->module;
    for (uint32_t v = first; v < module->var_count; v++) {
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

int sg_variables_bind(struct sg_program *program, uint32_t first)
{
    const struct ptx_module *module = program->module;
    for (uint32_t v = first; v < module->var_count; v++) {
        struct sg_variable *place = &program->variables[v];
        const struct ptx_var *var = &module->vars[v];
        if (place->place != SG_PLACE_ADDRESS || place->function || var->size == 0)
            continue;
        int result = program->alloc(program->user, var->size, var->align, &place->value);
        if (result)
            return result;
    }
    for (uint32_t v = first; v < module->var_count; v++) {
        struct sg_variable *place = &program->variables[v];
        if (place->place == SG_PLACE_ADDRESS && place->function)
            place->value = program->variables[place->function - 1].value;
    }
    for (uint32_t v = first; v < module->var_count; v++) {
        struct sg_variable *place = &program->variables[v];
        if (place->place == SG_PLACE_ADDRESS && !place->function && module->vars[v].size)
            initialise(program, v);
    }
    return 0;
}
