/* What a program needs: what its kernels and variables lead to. Names that nobody has are told here, because only those
 * matter that something refers to. */
#include <stdio.h>

#include "linker.h"

static uint32_t item_of_var(const struct sg_linker *l, uint32_t input, uint32_t index)
{
    return l->var_base[input] + index;
}

static uint32_t item_of_function(const struct sg_linker *l, uint32_t input, uint32_t index)
{
    return l->function_base[input] + index;
}

static void tell_missing(struct sg_linker *l, uint32_t item, uint32_t input)
{
    char line[400];

    if (l->told) {
        l->told(l->user, sg_linker_name(l, item));
        return;
    }
    l->bad = true;
    (void)snprintf(line, sizeof line, "error   : Undefined reference to '%s' in '%s'", sg_linker_name(l, item),
                   l->inputs[input].name);
    if (l->log)
        sg_ptx_log_say(l->log, line);
}

/* Dynamic shared memory is declared, and nowhere defined. */
static bool is_missing(const struct sg_linker *l, uint32_t item)
{
    if (sg_linker_is_function(l, item))
        return sg_linker_absent(l, item);
    const struct ptx_var *var = sg_linker_var(l, item);
    return var->external && var->space != PTX_SHARED;
}

/* `input` refers to it. */
static void reach(struct sg_linker *l, uint32_t input, uint32_t item)
{
    uint32_t final = sg_linker_final(l, item);

    if (l->items[final].reached)
        return;
    l->items[final].reached = true;
    if (is_missing(l, final))
        tell_missing(l, final, input);
    else
        l->pending[l->pending_count++] = final;
}

static void follow_params(struct sg_linker *l, uint32_t input, const struct ptx_param *params, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        reach(l, input, item_of_var(l, input, params[i].var));
}

static void follow_function(struct sg_linker *l, uint32_t input, const struct ptx_function *f)
{
    follow_params(l, input, f->params, f->param_count);
    follow_params(l, input, f->results, f->result_count);
    for (uint32_t i = 0; i < f->operand_count; i++) {
        if (f->operands[i].kind == PTX_OPD_VAR)
            reach(l, input, item_of_var(l, input, f->operands[i].index));
        if (f->operands[i].kind == PTX_OPD_FUNC)
            reach(l, input, item_of_function(l, input, f->operands[i].index));
    }
    for (uint32_t i = 0; i < f->target_list_count; i++)
        for (uint32_t k = 0; k < f->target_lists[i].count && f->target_lists[i].is_call; k++)
            reach(l, input, item_of_function(l, input, f->target_lists[i].targets[k]));
}

static void follow_variable(struct sg_linker *l, uint32_t input, const struct ptx_var *var)
{
    for (uint32_t i = 0; i < var->reloc_count; i++) {
        const struct ptx_reloc *reloc = &var->relocs[i];
        reach(l, input,
              reloc->is_function ? item_of_function(l, input, reloc->index) : item_of_var(l, input, reloc->index));
    }
}

static void follow_all(struct sg_linker *l)
{
    while (l->pending_count) {
        uint32_t item = l->pending[--l->pending_count], input = l->items[item].input;
        if (sg_linker_is_function(l, item))
            follow_function(l, input, sg_linker_function(l, item));
        else
            follow_variable(l, input, sg_linker_var(l, item));
    }
}

/* Kernels and variables, which the host can ask for. */
static bool is_root(const struct sg_linker *l, uint32_t item)
{
    if (l->inputs[l->items[item].input].is_runtime || !sg_linker_defined(l, item))
        return false;
    return sg_linker_is_function(l, item) ? sg_linker_function(l, item)->is_entry
                                          : sg_linker_var(l, item)->space != PTX_SHARED;
}

/* A variable that nobody has is missed even by a function that is not needed: its address is in the code. */
static void check_unreached(struct sg_linker *l, uint32_t item)
{
    const struct ptx_function *f = sg_linker_function(l, item);
    uint32_t input = l->items[item].input;

    for (uint32_t i = 0; i < f->operand_count; i++) {
        if (f->operands[i].kind != PTX_OPD_VAR)
            continue;
        uint32_t var = sg_linker_final(l, item_of_var(l, input, f->operands[i].index));
        if (is_missing(l, var))
            reach(l, input, var);
    }
}

/* True if a function of the device runtime calls one that nobody has, and that was not known. */
static bool breaks(const struct sg_linker *l, uint32_t item)
{
    const struct ptx_function *f = sg_linker_function(l, item);
    uint32_t input = l->items[item].input;

    for (uint32_t i = 0; i < f->operand_count && !l->items[item].broken; i++)
        if (f->operands[i].kind == PTX_OPD_FUNC &&
            sg_linker_absent(l, sg_linker_final(l, item_of_function(l, input, f->operands[i].index))))
            return true;
    return false;
}

static void find_broken(struct sg_linker *l)
{
    for (bool news = true; news;) {
        news = false;
        for (uint32_t i = l->function_first; i < l->item_count; i++)
            if (l->inputs[l->items[i].input].is_runtime && breaks(l, i))
                news = l->items[i].broken = true;
    }
}

void sg_reach_items(struct sg_linker *l)
{
    find_broken(l);
    for (uint32_t i = 0; i < l->item_count; i++)
        if (is_root(l, i))
            reach(l, l->items[i].input, i);
    follow_all(l);
    for (uint32_t i = l->function_first; i < l->item_count; i++)
        if (!l->inputs[l->items[i].input].is_runtime && !l->items[i].reached)
            check_unreached(l, i);
}
