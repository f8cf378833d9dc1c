/* Where variables lie: parameters and .local variables on the stack of a call, shared variables in the block's memory.
 *
 * The places of stack variables belong to their function and are found once for the program. Shared variables are laid
 * out for each kernel, over all functions that it can reach, so that a module may hold more of them than a block has
 * memory. */
#include <stdlib.h>
#include <string.h>

#include "../isa/builtin.h"
#include "lowering.h"

#define STACK_ALIGN 16u
#define SHARED_DYNAMIC_ALIGN 16u

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return align > 1 ? (value + align - 1) / align * align : value;
}

/* ---- The program ---- */

static void place_on_stack(struct sg_program *program, uint32_t variable, uint32_t function)
{
    struct sg_variable *place = &program->variables[variable];
    const struct ptx_var *var = &program->module->vars[variable];
    struct sg_function *owner = &program->functions[function];
    if (place->place != SG_PLACE_NONE)
        return;
    uint64_t at = align_up(owner->stack_bytes, var->align);
    *place = (struct sg_variable){.place = SG_PLACE_STACK, .function = function, .value = at};
    /* A function whose variables do not fit the address range of a stack is refused when its kernel is laid out. */
    uint64_t end = at + var->size;
    owner->stack_bytes = end < UINT32_MAX / 2 ? (uint32_t)end : UINT32_MAX / 2;
}

static struct sg_slot *place_formals(struct sg_program *program, uint32_t function, const struct ptx_param *params,
                                     uint32_t count)
{
    struct sg_slot *slots = calloc(count + 1, sizeof *slots);
    for (uint32_t k = 0; slots && k < count; k++) {
        place_on_stack(program, params[k].var, function);
        slots[k].stack = (uint32_t)program->variables[params[k].var].value;
        slots[k].bytes = (uint32_t)program->module->vars[params[k].var].size;
    }
    return slots;
}

static bool place_params(struct sg_program *program, uint32_t number)
{
    const struct ptx_function *f = &program->module->functions[number];
    struct sg_function *function = &program->functions[number];
    for (uint32_t k = 0; f->is_entry && k < f->param_count; k++)
        program->variables[f->params[k].var] =
            (struct sg_variable){.place = SG_PLACE_KERNEL_PARAM, .function = number, .value = f->params[k].offset};
    if (f->is_entry)
        return true;
    function->params = place_formals(program, number, f->params, f->param_count);
    function->results = place_formals(program, number, f->results, f->result_count);
    return function->params && function->results;
}

/* Stack places of the variables that an instruction names, and functions whose address it takes. */
static void scan_insn(struct sg_program *program, uint32_t number, const struct ptx_insn *insn)
{
    const struct ptx_function *f = &program->module->functions[number];
    for (uint32_t k = 0; k < insn->operand_count; k++) {
        const struct ptx_operand *operand = &f->operands[insn->operands + k];
        bool is_list = operand->kind == PTX_OPD_VEC || operand->kind == PTX_OPD_LIST;
        bool is_callee = insn->op == PTX_CALL && k == 1;
        const struct ptx_operand *each = is_list ? &f->operands[operand->first] : operand;
        for (uint32_t i = 0; i < (is_list ? operand->count : 1); i++) {
            if (each[i].kind == PTX_OPD_FUNC && !is_callee)
                program->functions[each[i].index].address_taken = true;
            if (each[i].kind == PTX_OPD_VAR) {
                uint8_t space = program->module->vars[each[i].index].space;
                if (space == PTX_LOCAL || space == PTX_PARAM)
                    place_on_stack(program, each[i].index, number);
            }
        }
        if (is_callee && operand->kind == PTX_OPD_REG)
            program->functions[number].calls_indirectly = true;
    }
}

bool sg_layout_talks(const struct sg_program *program, const struct ptx_insn *insn)
{
    switch (insn->op) {
    case PTX_ATOM:
    case PTX_RED:
    case PTX_SURED:
    case PTX_SURED_P:
    case PTX_MEMBAR:
    case PTX_FENCE:
    case PTX_NANOSLEEP: return true;
    case PTX_LD:
    case PTX_ST: return insn->mods.sem > PTX_SEM_WEAK;
    case PTX_CALL: return program->functions_talk;
    default: return false;
    }
}

static void scan_variable(struct sg_program *program, uint32_t number)
{
    const struct ptx_var *var = &program->module->vars[number];
    struct sg_variable *place = &program->variables[number];
    if (var->space == PTX_SHARED)
        place->place = SG_PLACE_SHARED;
    if (var->space == PTX_GLOBAL || var->space == PTX_CONST)
        place->place = var->external ? SG_PLACE_EXTERN : SG_PLACE_ADDRESS;
    for (uint32_t i = 0; i < var->reloc_count; i++)
        if (var->relocs[i].is_function)
            program->functions[var->relocs[i].index].address_taken = true;
}

static bool layout_function(struct sg_program *program, uint32_t number)
{
    const struct ptx_function *f = &program->module->functions[number];
    if (!place_params(program, number))
        return false;
    for (uint32_t i = 0; i < f->insn_count; i++) {
        scan_insn(program, number, &f->insns[i]);
        program->functions_talk |= !f->is_entry && sg_layout_talks(program, &f->insns[i]);
    }
    program->functions[number].stack_bytes = (uint32_t)align_up(program->functions[number].stack_bytes, STACK_ALIGN);
    return true;
}

int sg_layout_function(struct sg_program *program, uint32_t function, uint32_t first)
{
    for (uint32_t v = first; v < program->module->var_count; v++)
        scan_variable(program, v);
    return layout_function(program, function) ? 0 : 2;
}

int sg_layout_program(struct sg_program *program)
{
    const struct ptx_module *module = program->module;
    uint32_t room = module->var_room > module->var_count ? module->var_room : module->var_count;
    program->variables = calloc((size_t)room + 1, sizeof *program->variables);
    program->functions = calloc(module->function_count + 1, sizeof *program->functions);
    if (!program->variables || !program->functions)
        return 2;
    for (uint32_t v = 0; v < module->var_count; v++)
        scan_variable(program, v);
    for (uint32_t n = 0; n < module->function_count; n++) {
        const struct ptx_function *f = &module->functions[n];
        if (!f->has_body)
            program->functions[n].builtin = (uint8_t)isa_builtin_find(f->name);
        /* A body that is not read yet may take the address of any. */
        program->functions[n].address_taken |= module->parser && f->has_body && !f->is_entry;
        if (!layout_function(program, n))
            return 2;
    }
    return 0;
}

/* ---- A kernel ---- */

/* Marks what the instructions of one reachable function reach; true if that was news. */
static bool reach_from(const struct sg_program *program, uint32_t number, bool *reachable, bool *shared)
{
    const struct ptx_function *f = &program->module->functions[number];
    bool news = false;
    for (uint32_t i = 0; i < f->operand_count; i++) {
        const struct ptx_operand *operand = &f->operands[i];
        if (operand->kind == PTX_OPD_VAR && program->variables[operand->index].place == SG_PLACE_SHARED)
            shared[operand->index] = true;
        if (operand->kind != PTX_OPD_FUNC || reachable[operand->index])
            continue;
        reachable[operand->index] = news = true;
    }
    for (uint32_t n = 0; program->functions[number].calls_indirectly && n < program->module->function_count; n++) {
        if (!program->functions[n].address_taken || reachable[n])
            continue;
        reachable[n] = news = true;
    }
    return news;
}

static void reach(const struct sg_program *program, uint32_t entry, bool *reachable, bool *shared)
{
    bool news = true;
    reachable[entry] = true;
    while (news) {
        news = false;
        for (uint32_t n = 0; n < program->module->function_count; n++)
            if (reachable[n])
                news |= reach_from(program, n, reachable, shared);
    }
}

static bool is_dynamic(const struct ptx_var *var)
{
    return var->external || var->size == 0;
}

/* Static variables in the order of the text, then all dynamic ones at one place. */
static bool place_shared(struct sg_kernel *kernel, const bool *shared)
{
    const struct ptx_module *module = kernel->program->module;
    uint64_t end = 0, dynamic_align = SHARED_DYNAMIC_ALIGN;
    uint32_t count = 0;
    for (uint32_t v = 0; v < module->var_count; v++)
        count += shared[v];
    kernel->shared = calloc(count + 1, sizeof *kernel->shared);
    if (!kernel->shared)
        return false;
    for (uint32_t v = 0; v < module->var_count; v++) {
        if (!shared[v])
            continue;
        const struct ptx_var *var = &module->vars[v];
        uint32_t at = 0;
        if (is_dynamic(var)) {
            if (var->align > dynamic_align)
                dynamic_align = var->align;
        } else {
            at = (uint32_t)align_up(end, var->align);
            end = at + var->size;
            if (end > UINT32_MAX / 2)
                return false;
        }
        kernel->shared[kernel->shared_count++] = (struct sg_shared_var){v, at};
    }
    kernel->info.shared_bytes = (uint32_t)end;
    kernel->shared_dynamic_at = (uint32_t)align_up(end, dynamic_align);
    for (uint32_t i = 0; i < kernel->shared_count; i++)
        if (is_dynamic(&module->vars[kernel->shared[i].variable]))
            kernel->shared[i].offset = kernel->shared_dynamic_at;
    return true;
}

/* The deepest stack below `number`, given that of its callees so far. */
static uint64_t depth_of(const struct sg_program *program, uint32_t number, const uint64_t *depths)
{
    const struct ptx_function *f = &program->module->functions[number];
    uint64_t deepest = 0;
    for (uint32_t i = 0; i < f->insn_count; i++) {
        if (f->insns[i].op != PTX_CALL || f->insns[i].operand_count < 2)
            continue;
        const struct ptx_operand *target = &f->operands[f->insns[i].operands + 1];
        if (target->kind != PTX_OPD_FUNC || program->functions[target->index].builtin)
            continue;
        uint64_t below = depths[target->index] + SG_CALL_BYTES;
        if (below > deepest)
            deepest = below;
    }
    return deepest + program->functions[number].stack_bytes;
}

/* Longest chain of calls by relaxation: without recursion it settles after as many rounds as functions take part. */
static bool measure_stack(struct sg_kernel *kernel, const bool *reachable)
{
    const struct sg_program *program = kernel->program;
    uint32_t count = program->module->function_count, rounds = 0, members = 0;
    uint64_t *depths = calloc(count + 1, sizeof *depths);
    if (!depths)
        return false;
    bool changed = true, indirect = false;
    for (uint32_t n = 0; n < count; n++)
        members += reachable[n];
    for (; changed && rounds <= members; rounds++) {
        changed = false;
        for (uint32_t n = 0; n < count; n++) {
            if (!reachable[n])
                continue;
            indirect |= program->functions[n].calls_indirectly;
            uint64_t depth = depth_of(program, n, depths);
            changed |= depth != depths[n];
            depths[n] = depth;
        }
    }
    uint64_t own = program->functions[kernel->function].stack_bytes;
    uint64_t total = changed || indirect ? own + SG_STACK_CALLS : depths[kernel->function];
    free(depths);
    kernel->stack_bytes = (uint32_t)align_up(total, STACK_ALIGN);
    kernel->info.local_bytes = (uint32_t)own;
    return total <= SG_STACK_MAX;
}

int sg_layout_kernel(struct sg_kernel *kernel, bool *reachable)
{
    const struct sg_program *program = kernel->program;
    bool *shared = calloc(program->module->var_count + 1, sizeof *shared);
    if (!shared)
        return 2;
    reach(program, kernel->function, reachable, shared);
    bool ok = place_shared(kernel, shared) && measure_stack(kernel, reachable);
    free(shared);
    return ok ? 0 : 2;
}
