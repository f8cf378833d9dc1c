/* Lowers control flow: branches, calls, returns, barriers, sleeps, traps. PTX ISA 9.7.12 and 9.7.13. */
#include <stdlib.h>

#include "control.h"

#include "../isa/builtin.h"
#include "lowering.h"

enum { WAITING_INSNS_MAX = 8 };

static struct sg_op *emit_control(struct sg_lower *low, const struct ptx_insn *insn, enum sg_op_kind kind)
{
    struct sg_op *op = sg_emit_op(low, insn, NULL);
    op->kind = (uint8_t)kind;
    return op;
}

/* ---- Branches ---- */

/* Whether a short loop that talks to other threads does nothing but look at what they write: to go around it again at
 * once keeps from running those that it waits for. */
static bool only_waits(const struct sg_lower *low, uint32_t from, uint32_t target)
{
    if (from - target >= WAITING_INSNS_MAX)
        return false;
    for (uint32_t i = target; i < from; i++) {
        const struct ptx_insn *insn = &low->function->insns[i];
        bool looks = insn->op == PTX_LD || insn->op == PTX_MEMBAR || insn->op == PTX_FENCE;
        if (insn->op == PTX_ST || insn->op == PTX_CALL || (!looks && sg_layout_talks(low->program, insn)))
            return false;
    }
    return true;
}

/* How much a backward branch counts towards the fairness switch. A loop without a word to other threads cannot wait
 * for one, except through plain loads, which the manual calls a data race; it gets a long slice all the same. */
static uint16_t branch_weight(const struct sg_lower *low, uint32_t from, uint32_t target)
{
    if (target > from)
        return 0;
    if (low->sync_before[from + 1] == low->sync_before[target])
        return 1;
    return only_waits(low, from, target) ? SG_SPIN_WEIGHT_WAITING : SG_SPIN_WEIGHT_TALKING;
}

static uint32_t number_of(const struct sg_lower *low, const struct ptx_insn *insn)
{
    return (uint32_t)(insn - low->function->insns);
}

static bool lower_branch(struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_operand *target = sg_operands_at(low, insn, 0);
    if (target->kind != PTX_OPD_LABEL)
        return false;
    struct sg_op *op = emit_control(low, insn, SG_OP_BRANCH);
    op->imm = target->index;
    op->aux = branch_weight(low, number_of(low, insn), target->index);
    return true;
}

static bool lower_branch_index(struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_operand *list = sg_operands_at(low, insn, 1);
    if (list->kind != PTX_OPD_TARGETS || low->function->target_lists[list->index].is_call)
        return false;
    uint32_t index = sg_operands_src(low, insn, 0, PTX_U32);
    struct sg_op *op = emit_control(low, insn, SG_OP_BRANCH_INDEX);
    op->col[0] = index;
    op->imm = list->index;
    const struct ptx_target_list *targets = &low->function->target_lists[list->index];
    for (uint32_t k = 0; k < targets->count; k++) {
        uint16_t weight = branch_weight(low, number_of(low, insn), targets->targets[k]);
        if (weight > op->aux)
            op->aux = weight;
    }
    return true;
}

void sg_control_patch(struct sg_lower *low)
{
    for (uint32_t i = 0; i < low->op_count; i++) {
        struct sg_op *op = &low->ops[i];
        if (op->kind == SG_OP_BRANCH)
            op->imm = low->starts[op->imm];
    }
}

/* ---- Calls ---- */

/* What the callee says about one argument or result. */
struct formal {
    uint32_t bytes;
    enum ptx_type type;
};

static struct formal formal_of(const struct ptx_var *variable)
{
    return (struct formal){(uint32_t)variable->size, (enum ptx_type)variable->type};
}

/* The declaration that a call goes by: that of the function, of its first possible target, or of the prototype. */
struct declaration {
    const struct ptx_function *function;
    const struct ptx_proto *proto;
};

static uint32_t formal_count(const struct declaration *as, bool result)
{
    if (as->function)
        return result ? as->function->result_count : as->function->param_count;
    return result ? as->proto->result_count : as->proto->param_count;
}

static struct formal formal_at(const struct sg_lower *low, const struct declaration *as, bool result, uint32_t k)
{
    if (as->proto)
        return formal_of(result ? &as->proto->results[k] : &as->proto->params[k]);
    const struct ptx_param *param = result ? &as->function->results[k] : &as->function->params[k];
    return formal_of(&low->program->module->vars[param->var]);
}

static bool declaration_of(struct sg_lower *low, const struct ptx_insn *insn, struct declaration *out)
{
    const struct ptx_function *f = low->function;
    const struct ptx_operand *target = sg_operands_at(low, insn, 1);
    *out = (struct declaration){0};
    if (target->kind == PTX_OPD_FUNC) {
        out->function = &low->program->module->functions[target->index];
        return true;
    }
    if (insn->operand_count < 4)
        return false;
    const struct ptx_operand *type = sg_operands_at(low, insn, 3);
    if (type->kind == PTX_OPD_PROTO)
        out->proto = &f->protos[type->index];
    if (type->kind == PTX_OPD_TARGETS && f->target_lists[type->index].is_call && f->target_lists[type->index].count)
        out->function = &low->program->module->functions[f->target_lists[type->index].targets[0]];
    return out->proto || out->function;
}

/* One argument or result: a .param variable of the caller, or a register or immediate. */
static bool pass(struct sg_lower *low, const struct ptx_operand *operand, struct formal formal, bool result,
                 struct sg_argument *out)
{
    *out = (struct sg_argument){.bytes = formal.bytes};
    if (operand->kind == PTX_OPD_VAR) {
        struct sg_variable variable;
        if (!sg_operands_variable(low, operand->index, &variable) || variable.place != SG_PLACE_STACK)
            return false;
        out->stack = (uint32_t)variable.value;
        return low->program->module->vars[operand->index].size == formal.bytes;
    }
    out->from_column = true;
    if (result && operand->kind == PTX_OPD_SINK) {
        out->bytes = 0;
        return true;
    }
    if (formal.bytes != ptx_type_bytes(formal.type))
        return false;
    out->col = result ? sg_operands_dst_operand(low, operand, formal.type)
                      : sg_operands_src_operand(low, operand, formal.type);
    return !low->bad;
}

static struct sg_argument *pass_all(struct sg_lower *low, const struct ptx_insn *insn, const struct declaration *as,
                                    bool result, uint32_t *count)
{
    const struct ptx_operand *list = sg_operands_at(low, insn, result ? 0 : 2);
    if (list->kind != PTX_OPD_LIST || list->count != formal_count(as, result))
        return NULL;
    struct sg_argument *all = calloc(list->count + 1, sizeof *all);
    if (!all)
        low->no_memory = true;
    for (uint32_t k = 0; all && k < list->count; k++) {
        if (pass(low, sg_operands_element(low, list, k), formal_at(low, as, result, k), result, &all[k]))
            continue;
        free(all);
        return NULL;
    }
    *count = list->count;
    return all;
}

static struct sg_call *new_call(struct sg_lower *low)
{
    if (low->call_count == low->call_room) {
        uint32_t room = low->call_room ? low->call_room * 2 : 8;
        struct sg_call *calls = realloc(low->calls, room * sizeof *calls);
        if (!calls) {
            low->no_memory = true;
            return NULL;
        }
        low->calls = calls;
        low->call_room = room;
    }
    struct sg_call *call = &low->calls[low->call_count];
    *call = (struct sg_call){0};
    return call;
}

static bool lower_call(struct sg_lower *low, const struct ptx_insn *insn)
{
    struct declaration as;
    const struct ptx_operand *target = sg_operands_at(low, insn, 1);
    struct sg_call *call = declaration_of(low, insn, &as) ? new_call(low) : NULL;
    if (!call)
        return false;
    call->indirect = target->kind != PTX_OPD_FUNC;
    call->function = target->index;
    call->arguments = pass_all(low, insn, &as, false, &call->argument_count);
    call->results = pass_all(low, insn, &as, true, &call->result_count);
    uint32_t number = low->call_count++;
    if (!call->arguments || !call->results)
        return false;
    uint32_t address = call->indirect ? sg_operands_src(low, insn, 1, PTX_U64) : 0;
    const struct sg_function *callee = call->indirect ? NULL : &low->program->functions[call->function];
    if (callee && callee->builtin)
        return isa_builtin_lower(low, insn, callee->builtin, number);
    struct sg_op *op = emit_control(low, insn, SG_OP_CALL);
    op->imm = number;
    op->col[0] = address;
    return true;
}

/* ---- Barriers ---- */

/* Number and thread count, usually written as numbers: then they are in imm, else in columns 0 and 1. */
static struct sg_op *emit_barrier(struct sg_lower *low, const struct ptx_insn *insn, unsigned first, bool counted,
                                  enum sg_barrier_form form)
{
    uint64_t id = 0, count = 0;
    bool known = sg_operands_immediate(low, insn, first, &id) && id < SG_BARRIERS;
    if (counted)
        known &= sg_operands_immediate(low, insn, first + 1, &count) && count <= UINT16_MAX;
    uint32_t id_col = known ? 0 : sg_operands_src(low, insn, first, PTX_U32);
    uint32_t count_col = known || !counted ? 0 : sg_operands_src(low, insn, first + 1, PTX_U32);
    struct sg_op *op = emit_control(low, insn, SG_OP_BARRIER);
    op->col[0] = id_col;
    op->col[1] = count_col;
    op->aux = (uint16_t)form;
    op->imm = SG_BARRIER_IMM(known, counted, id, count);
    return op;
}

static bool lower_barrier_red(struct sg_lower *low, const struct ptx_insn *insn)
{
    bool popc = insn->mods.atom == PTX_ATOM_POPC, counted = insn->operand_count == 4;
    if (!popc && insn->mods.atom != PTX_ATOM_AND && insn->mods.atom != PTX_ATOM_OR)
        return false;
    if (insn->operand_count != 3 && !counted)
        return false;
    uint32_t source = sg_operands_src(low, insn, counted ? 3 : 2, PTX_PRED);
    uint32_t result = sg_operands_dst(low, insn, 0, popc ? PTX_U32 : PTX_PRED);
    enum sg_barrier_form form = popc                              ? SG_BARRIER_RED_POPC
                                : insn->mods.atom == PTX_ATOM_AND ? SG_BARRIER_RED_AND
                                                                  : SG_BARRIER_RED_OR;
    struct sg_op *op = emit_barrier(low, insn, 1, counted, form);
    op->col[2] = source;
    op->col[3] = result;
    return true;
}

static bool lower_barrier(struct sg_lower *low, const struct ptx_insn *insn)
{
    if (insn->mods.mode == PTX_BAR_RED)
        return lower_barrier_red(low, insn);
    bool arrive = insn->mods.mode == PTX_BAR_ARRIVE, counted = insn->operand_count == 2;
    if (insn->operand_count < 1 || insn->operand_count > 2 || (arrive && !counted))
        return false;
    emit_barrier(low, insn, 0, counted, arrive ? SG_BARRIER_ARRIVE : SG_BARRIER_SYNC);
    return true;
}

static bool lower_warp_sync(struct sg_lower *low, const struct ptx_insn *insn)
{
    uint32_t mask = sg_operands_src(low, insn, 0, PTX_U32);
    emit_control(low, insn, SG_OP_WARP_SYNC)->sync = mask;
    return true;
}

static bool lower_sleep(struct sg_lower *low, const struct ptx_insn *insn)
{
    uint32_t time = sg_operands_src(low, insn, 0, PTX_U32);
    emit_control(low, insn, SG_OP_SLEEP)->col[0] = time;
    return true;
}

bool sg_control_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    switch (insn->op) {
    case PTX_BRA: return lower_branch(low, insn);
    case PTX_BRX: return lower_branch_index(low, insn);
    case PTX_CALL: return lower_call(low, insn);
    case PTX_RET: emit_control(low, insn, SG_OP_RETURN); return true;
    case PTX_EXIT: emit_control(low, insn, SG_OP_EXIT); return true;
    /* Without a debugger a break point stops the kernel as a trap does. */
    case PTX_TRAP:
    case PTX_BRKPT: emit_control(low, insn, SG_OP_TRAP)->imm = 719; return true;
    case PTX_BAR:
    case PTX_BARRIER: return lower_barrier(low, insn);
    case PTX_BAR_WARP: return lower_warp_sync(low, insn);
    case PTX_NANOSLEEP: return lower_sleep(low, insn);
    /* Grids run one after another, and nobody counts performance events. */
    case PTX_GRIDDEPCONTROL:
    case PTX_PMEVENT: return true;
    default: return false;
    }
}
