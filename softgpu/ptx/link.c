/* The program of several modules: their needed variables and functions, one module after the other, renumbered. */
#include "link.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "linker.h"

enum { RESULT_OUT_OF_MEMORY = 2, RESULT_INVALID_IMAGE = 200 };

static void close_linker(struct sg_linker *l)
{
    free(l->var_base);
    free(l->function_base);
    free(l->items);
    free(l->buckets);
    free(l->pending);
}

static void number_items(struct sg_linker *l)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < l->count; i++) {
        l->var_base[i] = next;
        for (uint32_t v = 0; v < l->inputs[i].module->var_count; v++, next++)
            l->items[next] = (struct sg_item){.input = i, .index = v, .is = next};
    }
    l->function_first = next;
    for (uint32_t i = 0; i < l->count; i++) {
        l->function_base[i] = next;
        for (uint32_t f = 0; f < l->inputs[i].module->function_count; f++, next++)
            l->items[next] = (struct sg_item){.input = i, .index = f, .is = next};
    }
}

/* Resolved and reached. False: out of memory; close_linker must follow in any case. */
static bool open_linker(struct sg_linker *l)
{
    for (uint32_t i = 0; i < l->count; i++)
        l->item_count += l->inputs[i].module->var_count + l->inputs[i].module->function_count;
    for (l->mask = 16; l->mask < 2 * l->item_count; l->mask *= 2)
        ;
    l->var_base = calloc(l->count + 1, sizeof *l->var_base);
    l->function_base = calloc(l->count + 1, sizeof *l->function_base);
    l->items = calloc((size_t)l->item_count + 1, sizeof *l->items);
    l->buckets = calloc(l->mask, sizeof *l->buckets);
    l->pending = calloc((size_t)l->item_count + 1, sizeof *l->pending);
    l->mask -= 1;
    if (!l->var_base || !l->function_base || !l->items || !l->buckets || !l->pending)
        return false;
    number_items(l);
    sg_resolve_names(l);
    if (!l->bad)
        sg_reach_items(l);
    return true;
}

/* ---- The program ---- */

static uint32_t placed_var(const struct sg_linker *l, uint32_t input, uint32_t index)
{
    return l->items[sg_linker_final(l, l->var_base[input] + index)].placed;
}

static uint32_t placed_function(const struct sg_linker *l, uint32_t input, uint32_t index)
{
    return l->items[sg_linker_final(l, l->function_base[input] + index)].placed;
}

static void renumber_function(const struct sg_linker *l, uint32_t input, struct ptx_function *f)
{
    for (uint32_t i = 0; i < f->param_count; i++)
        f->params[i].var = placed_var(l, input, f->params[i].var);
    for (uint32_t i = 0; i < f->result_count; i++)
        f->results[i].var = placed_var(l, input, f->results[i].var);
    for (uint32_t i = 0; i < f->operand_count; i++) {
        struct ptx_operand *operand = &f->operands[i];
        if (operand->kind == PTX_OPD_VAR)
            operand->index = placed_var(l, input, operand->index);
        if (operand->kind == PTX_OPD_FUNC)
            operand->index = placed_function(l, input, operand->index);
    }
    for (uint32_t i = 0; i < f->target_list_count; i++)
        for (uint32_t k = 0; k < f->target_lists[i].count && f->target_lists[i].is_call; k++)
            f->target_lists[i].targets[k] = placed_function(l, input, f->target_lists[i].targets[k]);
}

static void renumber_variable(const struct sg_linker *l, uint32_t input, struct ptx_var *var)
{
    for (uint32_t i = 0; i < var->reloc_count; i++)
        var->relocs[i].index = var->relocs[i].is_function ? placed_function(l, input, var->relocs[i].index)
                                                          : placed_var(l, input, var->relocs[i].index);
}

/* The largest of what the modules ask for: they run on one device. */
static void take_versions(struct ptx_module *program, const struct ptx_module *module)
{
    uint32_t now = program->version_major * 1000 + program->version_minor;

    if (module->version_major * 1000 + module->version_minor > now) {
        program->version_major = module->version_major;
        program->version_minor = module->version_minor;
    }
    if (module->target_sm > program->target_sm)
        program->target_sm = module->target_sm;
}

static void place_items(struct sg_linker *l, struct ptx_module *program)
{
    for (uint32_t i = 0; i < l->item_count; i++)
        if (l->items[i].reached)
            l->items[i].placed = sg_linker_is_function(l, i) ? program->function_count++ : program->var_count++;
}

static bool fill_program(struct sg_linker *l, struct ptx_arena *arena, struct ptx_module *program)
{
    place_items(l, program);
    program->vars = sg_arena_alloc(arena, program->var_count * sizeof *program->vars);
    program->functions = sg_arena_alloc(arena, program->function_count * sizeof *program->functions);
    if (!program->vars || !program->functions)
        return false;
    for (uint32_t i = 0; i < l->item_count; i++) {
        const struct sg_item *item = &l->items[i];
        if (!item->reached)
            continue;
        if (sg_linker_is_function(l, i)) {
            program->functions[item->placed] = *sg_linker_function(l, i);
            renumber_function(l, item->input, &program->functions[item->placed]);
        } else {
            program->vars[item->placed] = *sg_linker_var(l, i);
            renumber_variable(l, item->input, &program->vars[item->placed]);
        }
    }
    for (uint32_t i = 0; i < l->count; i++)
        take_versions(program, l->inputs[i].module);
    return true;
}

int sg_link_modules(const struct sg_link_input *inputs, uint32_t count, sg_link_provides_fn *provides,
                    struct ptx_log *log, struct ptx_module **out)
{
    struct sg_linker l = {.inputs = inputs, .count = count, .provides = provides, .log = log};
    struct ptx_arena *arena = inputs[0].module->arena;
    struct ptx_module *program = sg_arena_alloc(arena, sizeof *program);
    int result = program && open_linker(&l) ? 0 : RESULT_OUT_OF_MEMORY;

    if (!result && l.bad)
        result = RESULT_INVALID_IMAGE;
    if (!result && !fill_program(&l, arena, program))
        result = RESULT_OUT_OF_MEMORY;
    close_linker(&l);
    for (uint32_t i = 1; i < count; i++)
        sg_arena_join(arena, inputs[i].module->arena);
    if (result) {
        sg_arena_destroy(arena);
        return result;
    }
    program->arena = arena;
    *out = program;
    return 0;
}

bool sg_link_missing(const struct sg_link_input *inputs, uint32_t count, sg_link_provides_fn *provides,
                     sg_link_missing_fn *told, void *user)
{
    struct sg_linker l = {.inputs = inputs, .count = count, .provides = provides, .told = told, .user = user};
    bool done = open_linker(&l);

    close_linker(&l);
    return done;
}

bool sg_link_defines(const struct ptx_module *module, const char *name)
{
    for (uint32_t i = 0; i < module->function_count; i++) {
        const struct ptx_function *f = &module->functions[i];
        if (f->has_body && f->linkage != PTX_LINK_LOCAL && strcmp(f->name, name) == 0)
            return true;
    }
    for (uint32_t i = 0; i < module->var_count; i++) {
        const struct ptx_var *var = &module->vars[i];
        if (!var->external && var->linkage != PTX_LINK_LOCAL && var->name && strcmp(var->name, name) == 0)
            return true;
    }
    return false;
}
