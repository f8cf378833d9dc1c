/* Liveness of registers: the usual backward data flow over basic blocks, then the hull of each live range.
 *
 * Knows nothing of lanes: a thread is an ordinary sequential program, and the lanes of a column are apart. A write
 * under a guard does not end the life of the old value. Registers that live inside one block only stay out of the bit
 * sets. */
#include "liveness.h"

#include "../ptx/matrix.h"

#include <stdlib.h>
#include <string.h>

#define NO_INDEX UINT32_MAX

struct flow {
    const struct ptx_function *function;
    struct sg_interval *intervals;
    uint32_t *block_of;         /* by instruction; one more for the end */
    uint32_t *starts;           /* by block: first instruction; one more for the end */
    uint32_t block_count;
    uint32_t *home;             /* by register: the only block it was seen in, or NO_INDEX */
    uint32_t *number;           /* by register: its bit, or NO_INDEX */
    uint32_t *registers;        /* by bit */
    uint32_t bits, words;
    uint64_t *live, *kill;      /* block_count * words: alive at the block's start; written there before any read */
    uint32_t at, block;         /* during a visit */
    bool guarded;
};

static bool has_no_result(const struct ptx_insn *insn)
{
    switch (insn->op) {
    case PTX_ST:
    case PTX_RED:
    case PTX_SUST:
    case PTX_SUST_P:
    case PTX_SURED:
    case PTX_SURED_P:
    case PTX_WMMA_STORE:
    case PTX_STMATRIX:
    case PTX_BRA:
    case PTX_BRX:
    case PTX_RET:
    case PTX_EXIT:
    case PTX_BAR_WARP:
    case PTX_MEMBAR:
    case PTX_FENCE:
    case PTX_PREFETCH:
    case PTX_PREFETCHU:
    case PTX_NANOSLEEP:
    case PTX_TRAP:
    case PTX_BRKPT:
    case PTX_PMEVENT:
    case PTX_DISCARD:
    case PTX_CP_ASYNC:
    case PTX_APPLYPRIORITY:
    case PTX_GRIDDEPCONTROL: return true;
    case PTX_BAR:
    case PTX_BARRIER: return insn->mods.mode != PTX_BAR_RED;
    default: return false;
    }
}

static void visit_operand(const struct ptx_function *f, const struct ptx_operand *operand, bool result,
                          sg_visit_fn *visit, void *user)
{
    if (operand->kind == PTX_OPD_REG) {
        visit(user, operand->index, result && !operand->mem);
        return;
    }
    if (operand->kind != PTX_OPD_VEC && operand->kind != PTX_OPD_LIST)
        return;
    for (uint32_t i = 0; i < operand->count; i++) {
        const struct ptx_operand *element = &f->operands[operand->first + i];
        if (element->kind == PTX_OPD_REG)
            visit(user, element->index, result && !element->mem);
    }
}

void sg_liveness_visit(const struct ptx_function *function, const struct ptx_insn *insn, sg_visit_fn *visit, void *user)
{
    uint32_t results = has_no_result(insn) ? 0 : insn->pair ? 2 : 1;
    if (insn->guard >= 0)
        visit(user, (uint32_t)insn->guard, false);
    /* Sources before results: the order in which a straight-line scan must see them. */
    for (uint32_t k = results; k < insn->operand_count; k++)
        visit_operand(function, &function->operands[insn->operands + k], false, visit, user);
    for (uint32_t k = 0; k < results && k < insn->operand_count; k++)
        visit_operand(function, &function->operands[insn->operands + k], true, visit, user);
}

static bool ends_block(const struct ptx_insn *insn)
{
    return insn->op == PTX_BRA || insn->op == PTX_BRX || insn->op == PTX_RET || insn->op == PTX_EXIT ||
           insn->op == PTX_TRAP;
}

/* The k-th target of a branch; false if there are not that many. */
static bool branch_target(const struct ptx_function *f, const struct ptx_insn *insn, uint32_t k, uint32_t *target)
{
    const struct ptx_operand *operands = &f->operands[insn->operands];
    if (insn->op == PTX_BRA && k == 0 && insn->operand_count > 0 && operands[0].kind == PTX_OPD_LABEL) {
        *target = operands[0].index;
        return true;
    }
    if (insn->op != PTX_BRX || insn->operand_count < 2 || operands[1].kind != PTX_OPD_TARGETS)
        return false;
    const struct ptx_target_list *list = &f->target_lists[operands[1].index];
    if (k >= list->count)
        return false;
    *target = list->targets[k];
    return true;
}

/* Marks where blocks begin in block_of, then numbers the blocks. */
static bool cut_blocks(struct flow *flow)
{
    const struct ptx_function *f = flow->function;
    uint32_t target;
    flow->block_of[0] = 1;
    for (uint32_t i = 0; i < f->insn_count; i++) {
        if (!ends_block(&f->insns[i]))
            continue;
        flow->block_of[i + 1] = 1;
        for (uint32_t k = 0; branch_target(f, &f->insns[i], k, &target); k++)
            flow->block_of[target] = 1;
    }
    for (uint32_t i = 0; i <= f->insn_count; i++)
        flow->block_count += flow->block_of[i];
    flow->starts = malloc((flow->block_count + 1) * sizeof *flow->starts);
    if (!flow->starts)
        return false;
    uint32_t block = 0;
    for (uint32_t i = 0; i <= f->insn_count; i++) {
        if (flow->block_of[i])
            flow->starts[block++] = i;
        flow->block_of[i] = block - 1;
    }
    flow->starts[block] = f->insn_count + 1;
    return true;
}

/* First visit: extends the hull over each occurrence, and finds the registers that more than one block knows, or
 * that a block reads before it has surely written them. */
static void note_occurrence(void *user, uint32_t reg, bool written)
{
    struct flow *flow = user;
    struct sg_interval *interval = &flow->intervals[reg];
    bool fresh = interval->first > interval->last;
    if (fresh)
        *interval = (struct sg_interval){flow->at, flow->at};
    else
        interval->last = flow->at;
    bool local = fresh ? written && !flow->guarded : flow->home[reg] == flow->block;
    flow->home[reg] = local ? flow->block : NO_INDEX;
    if (!local && flow->number[reg] == NO_INDEX) {
        flow->registers[flow->bits] = reg;
        flow->number[reg] = flow->bits++;
    }
}

/* Second visit: what a block needs from before, and what it surely writes. */
static void note_flow(void *user, uint32_t reg, bool written)
{
    struct flow *flow = user;
    uint32_t bit = flow->number[reg];
    if (bit == NO_INDEX)
        return;
    uint64_t mask = (uint64_t)1 << (bit % 64);
    size_t word = (size_t)flow->block * flow->words + bit / 64;
    if (!written && !(flow->kill[word] & mask))
        flow->live[word] |= mask;
    if (written && !flow->guarded)
        flow->kill[word] |= mask;
}

static void visit_all(struct flow *flow, sg_visit_fn *visit)
{
    const struct ptx_function *f = flow->function;
    for (uint32_t i = 0; i < f->insn_count; i++) {
        flow->at = i;
        flow->block = flow->block_of[i];
        flow->guarded = f->insns[i].guard >= 0;
        sg_liveness_visit(f, &f->insns[i], visit, flow);
    }
}

/* The k-th successor of a block. */
static bool successor(const struct flow *flow, uint32_t block, uint32_t k, uint32_t *next)
{
    const struct ptx_function *f = flow->function;
    uint32_t last = flow->starts[block + 1] - 1, target;
    if (last >= f->insn_count)
        return false;
    const struct ptx_insn *insn = &f->insns[last];
    bool falls = !ends_block(insn) || insn->guard >= 0;
    if (falls && k == 0) {
        *next = flow->block_of[last + 1];
        return true;
    }
    if (!branch_target(f, insn, falls ? k - 1 : k, &target))
        return false;
    *next = flow->block_of[target];
    return true;
}

/* live[block] |= live[successor] & ~kill[block]; true if that added a bit. */
static bool pull(struct flow *flow, uint32_t block, uint32_t next)
{
    uint64_t *to = &flow->live[(size_t)block * flow->words];
    const uint64_t *from = &flow->live[(size_t)next * flow->words], *kill = &flow->kill[(size_t)block * flow->words];
    uint64_t added = 0;
    for (uint32_t w = 0; w < flow->words; w++) {
        uint64_t fresh = from[w] & ~kill[w] & ~to[w];
        to[w] |= fresh;
        added |= fresh;
    }
    return added != 0;
}

static void solve(struct flow *flow)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (uint32_t b = flow->block_count; b-- > 0;) {
            uint32_t next;
            for (uint32_t k = 0; successor(flow, b, k, &next); k++)
                changed |= pull(flow, b, next);
        }
    }
}

static void cover(struct sg_interval *interval, uint32_t at)
{
    if (at < interval->first)
        interval->first = at;
    if (at > interval->last)
        interval->last = at;
}

/* A register that is alive at the start of a block is alive there and at the end of each predecessor. */
static void widen(struct flow *flow, uint32_t block, uint32_t next)
{
    const uint64_t *live = &flow->live[(size_t)next * flow->words];
    for (uint32_t w = 0; w < flow->words; w++) {
        for (uint64_t rest = live[w]; rest; rest &= rest - 1) {
            struct sg_interval *interval = &flow->intervals[flow->registers[w * 64 + (uint32_t)__builtin_ctzll(rest)]];
            cover(interval, flow->starts[next]);
            cover(interval, flow->starts[block + 1] - 1);
        }
    }
}

static bool prepare(struct flow *flow)
{
    const struct ptx_function *f = flow->function;
    flow->block_of = calloc(f->insn_count + 1, sizeof *flow->block_of);
    flow->home = malloc((f->reg_count + 1) * sizeof *flow->home);
    flow->number = malloc((f->reg_count + 1) * sizeof *flow->number);
    flow->registers = malloc((f->reg_count + 1) * sizeof *flow->registers);
    if (!flow->block_of || !flow->home || !flow->number || !flow->registers || !cut_blocks(flow))
        return false;
    memset(flow->number, 0xff, (f->reg_count + 1) * sizeof *flow->number);
    for (uint32_t r = 0; r < f->reg_count; r++)
        flow->intervals[r] = (struct sg_interval){1, 0};
    visit_all(flow, note_occurrence);
    flow->words = (flow->bits + 63) / 64;
    size_t size = (size_t)flow->block_count * flow->words + 1;
    flow->live = calloc(size, sizeof *flow->live);
    flow->kill = calloc(size, sizeof *flow->kill);
    return flow->live && flow->kill;
}

int sg_liveness_intervals(const struct ptx_function *function, struct sg_interval *intervals)
{
    struct flow flow = {.function = function, .intervals = intervals};
    bool ok = prepare(&flow);
    if (ok) {
        visit_all(&flow, note_flow);
        solve(&flow);
        for (uint32_t b = 0; b < flow.block_count; b++) {
            uint32_t next;
            for (uint32_t k = 0; successor(&flow, b, k, &next); k++)
                widen(&flow, b, next);
        }
    }
    free(flow.block_of);
    free(flow.starts);
    free(flow.home);
    free(flow.number);
    free(flow.registers);
    free(flow.live);
    free(flow.kill);
    return ok ? 0 : 2;
}
