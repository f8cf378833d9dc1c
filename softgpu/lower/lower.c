/* Lowers a function: walks its instructions, asks the families, puts the pieces together.
 *
 * The same walk serves two ends. Checking (no kernel) only finds out whether every instruction can be lowered: all
 * columns are 0 and the operations are thrown away. Lowering for a kernel gives code. */
#include <stdlib.h>
#include <string.h>

#include "liveness.h"
#include "lowering.h"
#include "../isa/resize.h"

struct guard_search {
    uint32_t guard;
    bool written;
};

static void find_guard(void *user, uint32_t reg, bool written)
{
    struct guard_search *search = user;
    if (written && reg == search->guard)
        search->written = true;
}

/* The guard's column; a copy if the instruction writes the guard, since its operations run one after another. */
static int32_t guard_column(struct sg_lower *low, const struct ptx_insn *insn)
{
    if (insn->guard < 0)
        return -1;
    struct guard_search search = {.guard = (uint32_t)insn->guard};
    sg_liveness_visit(low->function, insn, find_guard, &search);
    uint32_t col = low->columns[insn->guard];
    if (!search.written)
        return (int32_t)col;
    uint32_t temp = sg_columns_temp(low, 1);
    struct sg_op *op = sg_emit_bare(low, isa_resize_copy(1));
    op->col[0] = temp;
    op->col[1] = col;
    return (int32_t)temp;
}

static void forget_version(void *user, uint32_t reg, bool written)
{
    struct sg_lower *low = user;
    if (written)
        low->versions[reg] = 0;
}

static bool try_families(struct sg_lower *low, const struct ptx_insn *insn)
{
    for (sg_lower_fn *const *family = sg_families_of(insn->op); *family; family++) {
        uint32_t before = low->op_count;
        if ((*family)(low, insn) && !low->bad)
            return true;
        low->op_count = before;
        low->widening_count = 0;
        low->bad = false;
    }
    return false;
}

static bool lower_insn(struct sg_lower *low, uint32_t number)
{
    const struct ptx_insn *insn = &low->function->insns[number];
    low->starts[number] = low->op_count;
    sg_columns_begin(low, number);
    if (low->dropped && low->dropped[number]) {
        sg_columns_end(low, number);
        return true;
    }
    low->guard = guard_column(low, insn);
    if (!try_families(low, insn)) {
        sg_ptx_log_error(low->log, insn->line, "Instruction '%s' is not implemented", insn->name);
        return false;
    }
    sg_operands_widen(low, insn);
    for (uint32_t i = low->starts[number]; i < low->op_count; i++)
        low->ops[i].line = insn->line;
    sg_liveness_visit(low->function, insn, forget_version, low);
    sg_columns_end(low, number);
    low->temp_count = 0;
    if (!low->kernel)
        low->op_count = 0;
    return true;
}

static bool prepare(struct sg_lower *low)
{
    const struct ptx_function *f = low->function;
    low->op_room = 256;
    low->carry = UINT32_MAX;
    low->ops = malloc(low->op_room * sizeof *low->ops);
    low->starts = malloc((f->insn_count + 1) * sizeof *low->starts);
    low->sync_before = malloc((f->insn_count + 1) * sizeof *low->sync_before);
    low->versions = calloc(f->reg_count + 1, sizeof *low->versions);
    if (!low->ops || !low->starts || !low->sync_before || !low->versions)
        return false;
    low->sync_before[0] = 0;
    for (uint32_t i = 0; i < f->insn_count; i++)
        low->sync_before[i + 1] = low->sync_before[i] + sg_layout_talks(low->program, &f->insns[i]);
    if (low->kernel)
        return sg_columns_plan(low) && sg_pinned_find(low);
    low->columns = calloc(f->reg_count + 1, sizeof *low->columns);
    return low->columns != NULL;
}

static void release(struct sg_lower *low)
{
    free(low->starts);
    free(low->sync_before);
    free(low->versions);
    sg_columns_free(low);
}

static void free_calls(struct sg_call *calls, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        free(calls[i].results);
        free(calls[i].arguments);
    }
    free(calls);
}

static int walk(struct sg_lower *low)
{
    if (!prepare(low))
        return 2;
    for (uint32_t i = 0; i < low->function->insn_count; i++) {
        if (!lower_insn(low, i))
            return low->no_memory ? 2 : 218;
        if (low->no_memory)
            return 2;
    }
    low->starts[low->function->insn_count] = low->op_count;
    sg_emit_bare(low, NULL)->kind = SG_OP_RETURN;      /* the closing brace returns */
    return low->no_memory ? 2 : 0;
}

int sg_lower_check(struct sg_program *program, uint32_t function, struct ptx_log *log)
{
    struct sg_lower low = {
        .program = program, .function = &program->module->functions[function], .function_number = function, .log = log};
    int result = walk(&low);
    free(low.ops);
    free_calls(low.calls, low.call_count);
    release(&low);
    return result;
}

/* Fills in the order of how often they are due, so that filling for a block can stop early. */
static void sort_fills(struct sg_fill *fills, uint32_t count)
{
    uint32_t at = 0;
    for (int when = SG_FILL_BLOCK; when > SG_FILL_ONCE; when--) {
        for (uint32_t i = at; i < count; i++) {
            if (fills[i].when != when)
                continue;
            struct sg_fill fill = fills[at];
            fills[at++] = fills[i];
            fills[i] = fill;
        }
    }
}

/* The target lists of brx.idx, as operation numbers. */
static bool copy_lists(struct sg_lower *low, struct sg_code *code)
{
    const struct ptx_function *f = low->function;
    code->lists = calloc(f->target_list_count + 1, sizeof *code->lists);
    if (!code->lists)
        return false;
    for (uint32_t i = 0; i < f->target_list_count; i++) {
        const struct ptx_target_list *from = &f->target_lists[i];
        struct sg_target_list *to = &code->lists[i];
        to->targets = calloc(from->count + 1, sizeof *to->targets);
        code->list_count = i + 1;
        if (!to->targets)
            return false;
        to->count = from->count;
        for (uint32_t k = 0; k < from->count && !from->is_call; k++)
            to->targets[k] = low->starts[from->targets[k]];
    }
    return true;
}

static int finish(struct sg_lower *low, struct sg_code *code)
{
    sg_control_patch(low);
    sort_fills(low->fills, low->fill_count);
    static atomic_ullong serials;
    *code = (struct sg_code){
        .serial = atomic_fetch_add(&serials, 1) + 1,
        .function = low->function_number,
        .ops = low->ops,
        .op_count = low->op_count,
        .frame_bytes = (low->frame_bytes + 63) & ~63u,
        .stack_bytes = low->program->functions[low->function_number].stack_bytes,
        .fills = low->fills,
        .fill_count = low->fill_count,
        .calls = low->calls,
        .call_count = low->call_count,
        .registers = low->live_words_max,
    };
    return copy_lists(low, code) ? 0 : 2;
}

int sg_lower_function(struct sg_kernel *kernel, uint32_t function, struct sg_code **out)
{
    struct sg_lower low = {.program = kernel->program,
                           .function = &kernel->program->module->functions[function],
                           .function_number = function,
                           .kernel = kernel};
    struct sg_code *code = calloc(1, sizeof *code);
    int result = code ? walk(&low) : 2;
    if (result == 0) {
        result = finish(&low, code);
    } else {
        free(low.ops);
        free(low.fills);
        free_calls(low.calls, low.call_count);
    }
    release(&low);
    if (result == 0)
        *out = code;
    else
        sg_lower_free(code);
    return result;
}

void sg_lower_free(struct sg_code *code)
{
    if (!code)
        return;
    for (uint32_t i = 0; i < code->list_count; i++)
        free(code->lists[i].targets);
    free(code->lists);
    free_calls(code->calls, code->call_count);
    free(code->fills);
    free(code->ops);
    free(code);
}
