/* Columns of a function's frame: which register lives where, constants, special registers, temporaries. *
 * Instructions are lowered in order, and columns are taken and given back in step: a register has its column from
 * the first to the last instruction of its interval. A column is only ever reused for the same width, so two columns
 * are the same or apart. Columns of constants and special registers are filled from outside and never given back. */
#include "lowering.h"

#include <stdlib.h>
#include <string.h>

#include "liveness.h"

#define END_OF_CHAIN UINT32_MAX

static unsigned width_of(unsigned bytes)
{
    return bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : bytes == 8 ? 3 : bytes == 16 ? 4 : 5;
}

uint32_t sg_columns_take(struct sg_lower *low, unsigned bytes)
{
    if (!low->kernel)
        return 0;
    struct sg_free_columns *spare = &low->spare[width_of(bytes)];
    if (spare->count)
        return spare->items[--spare->count];
    uint32_t col = low->frame_bytes;
    low->frame_bytes += bytes * SG_LANES;
    return col;
}

void sg_columns_give(struct sg_lower *low, uint32_t col, unsigned bytes)
{
    if (!low->kernel)
        return;
    struct sg_free_columns *spare = &low->spare[width_of(bytes)];
    if (spare->count == spare->room) {
        uint32_t room = spare->room ? spare->room * 2 : 64;
        uint32_t *items = realloc(spare->items, room * sizeof *items);
        if (!items) {
            low->no_memory = true;
            return;
        }
        spare->items = items;
        spare->room = room;
    }
    spare->items[spare->count++] = col;
}

uint32_t sg_columns_temp(struct sg_lower *low, unsigned bytes)
{
    if (low->temp_count == SG_TEMPS_MAX) {
        low->bad = true;
        return 0;
    }
    uint32_t col = sg_columns_take(low, bytes);
    low->temps[low->temp_count].col = col;
    low->temps[low->temp_count++].width = (uint8_t)bytes;
    return col;
}

static bool grow_fills(struct sg_lower *low)
{
    uint32_t room = low->fill_room ? low->fill_room * 2 : 64;
    struct sg_fill *fills = realloc(low->fills, room * sizeof *fills);
    if (fills)
        low->fills = fills;
    uint32_t *next = realloc(low->fill_next, room * sizeof *next);
    if (next)
        low->fill_next = next;
    if (!fills || !next)
        low->no_memory = true;
    else
        low->fill_room = room;
    return !low->no_memory;
}

/* The column of such a constant or special register: the one it has already, or a new one. */
uint32_t sg_columns_fill(struct sg_lower *low, const struct sg_fill *fill)
{
    if (!low->kernel)
        return 0;
    uint64_t key = (fill->value ^ ((uint64_t)fill->sreg << 8) ^ fill->component ^ ((uint64_t)fill->bytes << 4)) *
                   0x9e3779b97f4a7c15u;
    uint32_t *head = &low->fill_heads[key >> 56];
    for (uint32_t i = *head; i; i = low->fill_next[i - 1]) {
        const struct sg_fill *have = &low->fills[i - 1];
        if (have->value == fill->value && have->bytes == fill->bytes && have->kind == fill->kind &&
            have->sreg == fill->sreg && have->component == fill->component)
            return have->col;
    }
    if (low->fill_count == low->fill_room && !grow_fills(low))
        return 0;
    struct sg_fill *fresh = &low->fills[low->fill_count];
    *fresh = *fill;
    fresh->col = low->frame_bytes;
    low->frame_bytes += fill->bytes * SG_LANES;
    low->fill_next[low->fill_count++] = *head;
    *head = low->fill_count;
    return fresh->col;
}

/* Chains the registers by the instruction at which they begin and end to live. */
static void chain(struct sg_lower *low, const struct sg_interval *intervals)
{
    const struct ptx_function *f = low->function;
    memset(low->begins, 0xff, (f->insn_count + 1) * sizeof *low->begins);
    memset(low->ends, 0xff, (f->insn_count + 1) * sizeof *low->ends);
    for (uint32_t r = 0; r < f->reg_count; r++) {
        const struct sg_interval *interval = &intervals[r];
        if (interval->first > interval->last)
            continue;
        low->next_begin[r] = low->begins[interval->first];
        low->begins[interval->first] = r;
        low->next_end[r] = low->ends[interval->last];
        low->ends[interval->last] = r;
    }
}

bool sg_columns_plan(struct sg_lower *low)
{
    const struct ptx_function *f = low->function;
    struct sg_interval *intervals = malloc((f->reg_count + 1) * sizeof *intervals);
    low->columns = malloc((f->reg_count + 1) * sizeof *low->columns);
    low->next_begin = malloc((f->reg_count + 1) * sizeof *low->next_begin);
    low->next_end = malloc((f->reg_count + 1) * sizeof *low->next_end);
    low->begins = malloc((f->insn_count + 1) * sizeof *low->begins);
    low->ends = malloc((f->insn_count + 1) * sizeof *low->ends);
    bool ok = intervals && low->columns && low->next_begin && low->next_end && low->begins && low->ends &&
              sg_liveness_intervals(f, intervals) == 0;
    if (ok)
        chain(low, intervals);
    free(intervals);
    return ok;
}

void sg_columns_begin(struct sg_lower *low, uint32_t insn)
{
    if (!low->kernel)
        return;
    for (uint32_t r = low->begins[insn]; r != END_OF_CHAIN; r = low->next_begin[r]) {
        if (low->pinned[r])
            continue;
        unsigned bytes = ptx_type_bytes(low->function->regs[r].type);
        low->columns[r] = sg_columns_take(low, bytes);
        low->live_words += (bytes + 3) / 4;
    }
    if (low->live_words > low->live_words_max)
        low->live_words_max = low->live_words;
}

void sg_columns_end(struct sg_lower *low, uint32_t insn)
{
    if (!low->kernel)
        return;
    for (uint32_t r = low->ends[insn]; r != END_OF_CHAIN; r = low->next_end[r]) {
        if (low->pinned[r])
            continue;
        unsigned bytes = ptx_type_bytes(low->function->regs[r].type);
        sg_columns_give(low, low->columns[r], bytes);
        low->live_words -= (bytes + 3) / 4;
    }
    for (uint32_t i = 0; i < low->temp_count; i++)
        sg_columns_give(low, low->temps[i].col, low->temps[i].width);
    low->temp_count = 0;
}

void sg_columns_free(struct sg_lower *low)
{
    free(low->columns);
    free(low->next_begin);
    free(low->next_end);
    free(low->begins);
    free(low->ends);
    free(low->fill_next);
    free(low->pinned);
    free(low->dropped);
    for (unsigned w = 0; w < SG_WIDTHS; w++)
        free(low->spare[w].items);
}
