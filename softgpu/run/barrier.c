/* Barriers of a block: bar.sync, bar.arrive, bar.red and their barrier.* spellings. PTX ISA 9.7.13.1.
 *
 * Arrivals are kept as sets of threads, so each thread counts once in a phase. A barrier without a thread count is
 * complete when every thread of the block has arrived or exited. One with a count is complete when so many have
 * arrived; the manual counts in whole warps, so lanes of an arrived warp that do not exist or have exited count with
 * it. */
#include <string.h>

#include "../lower/control.h"
#include "team.h"

static bool all_arrived(const struct sg_block *block, const struct sg_barrier *barrier)
{
    for (uint32_t t = 0; t < block->team_count; t++)
        if (!sg_lanes_none(sg_lanes_without(block->teams[t].alive, barrier->arrived[t])))
            return false;
    return true;
}

static uint32_t count_arrived(const struct sg_block *block, const struct sg_barrier *barrier)
{
    uint32_t count = 0;
    for (uint32_t t = 0; t < block->team_count; t++) {
        SG_EACH_WARP(w)
        {
            uint32_t arrived = barrier->arrived[t].w[w];
            if (arrived)
                count += (uint32_t)__builtin_popcount(arrived | ~block->teams[t].alive.w[w]);
        }
    }
    return count;
}

static bool is_complete(const struct sg_block *block, const struct sg_barrier *barrier)
{
    return barrier->expected ? count_arrived(block, barrier) >= barrier->expected : all_arrived(block, barrier);
}

/* What bar.red gives to each lane that waited. */
static void deliver(const struct sg_barrier *barrier, const struct sg_fragment *fragment, const struct sg_op *op)
{
    unsigned char *result = fragment->activation->frame + op->col[3];
    uint32_t value = op->aux == SG_BARRIER_RED_POPC  ? barrier->red_count
                     : op->aux == SG_BARRIER_RED_AND ? barrier->red_and
                                                     : barrier->red_or;
    for (unsigned i = 0; i < SG_LANES; i++) {
        if (!sg_lanes_has(&fragment->lanes, i))
            continue;
        if (op->aux == SG_BARRIER_RED_POPC)
            memcpy(result + i * sizeof value, &value, sizeof value);
        else
            result[i] = value != 0;
    }
}

static void release(struct sg_block *block, unsigned id)
{
    struct sg_barrier *barrier = &block->barriers[id];
    for (uint32_t t = 0; t < block->team_count; t++) {
        struct sg_team *team = &block->teams[t];
        for (uint32_t i = 0; i < team->fragment_count; i++) {
            struct sg_fragment *fragment = &team->fragments[i];
            if (fragment->state != SG_AT_BARRIER || fragment->barrier != id)
                continue;
            const struct sg_op *op = &fragment->activation->code->ops[fragment->pc];
            if (op->aux >= SG_BARRIER_RED_AND)
                deliver(barrier, fragment, op);
            fragment->state = SG_RUNNABLE;
            fragment->pc++;
        }
        barrier->arrived[t] = (struct sg_lanes){{0}};
    }
    block->barriers_busy &= ~(1u << id);
    block->events++;
}

void sg_barrier_exited(struct sg_block *block)
{
    for (uint32_t busy = block->barriers_busy; busy; busy &= busy - 1) {
        unsigned id = (unsigned)__builtin_ctz(busy);
        if (is_complete(block, &block->barriers[id]))
            release(block, id);
    }
}

/* A barrier as the first of the active lanes names it, and the lanes that name the same one. */
struct named {
    uint32_t id, expected;
    bool valid;
    struct sg_lanes lanes;
};

static struct named named_by(const struct sg_team *team, const struct sg_op *op, struct sg_lanes active)
{
    if (SG_BARRIER_KNOWN(op->imm))
        return (struct named){SG_BARRIER_ID(op->imm), SG_BARRIER_COUNT(op->imm),
                              SG_BARRIER_COUNTED(op->imm) ? SG_BARRIER_COUNT(op->imm) != 0 : true, active};
    bool counted = SG_BARRIER_COUNTED(op->imm);
    const uint32_t *ids = SG_COL(uint32_t, &team->group, op, 0);
    unsigned first = sg_lanes_first(active);
    uint32_t expected = counted ? SG_COL(uint32_t, &team->group, op, 1)[first] : 0;
    struct named named = {ids[first], expected, ids[first] < SG_BARRIERS && (expected || !counted), {{0}}};
    for (unsigned i = 0; i < SG_LANES; i++)
        if (sg_lanes_has(&active, i) && ids[i] == ids[first])
            sg_lanes_add(&named.lanes, i);
    return named;
}

static void reduce(struct sg_barrier *barrier, const struct sg_team *team, const struct sg_op *op,
                   struct sg_lanes active)
{
    struct sg_lanes set = sg_lanes_and(active, sg_lanes_where(team->group.frame + op->col[2], false));
    barrier->red_count += sg_lanes_count(set);
    barrier->red_and &= sg_lanes_same(set, active);
    barrier->red_or |= !sg_lanes_none(set);
}

static void arrive(struct sg_team *team, const struct sg_op *op, unsigned id, uint32_t expected, struct sg_lanes active)
{
    struct sg_block *block = team->group.block;
    struct sg_barrier *barrier = &block->barriers[id];
    if (!(block->barriers_busy >> id & 1)) {
        /* The first of a phase. Arrivals of the last phase have been cleared at its end. */
        barrier->expected = expected;
        barrier->red_and = 1;
        barrier->red_or = barrier->red_count = 0;
        block->barriers_busy |= 1u << id;
    }
    barrier->arrived[team->number] = sg_lanes_or(barrier->arrived[team->number], active);
    if (op->aux >= SG_BARRIER_RED_AND)
        reduce(barrier, team, op, active);
}

/* Lanes whose guard is false go on; lanes that name another barrier come again. */
static void part(struct sg_team *team, struct sg_fragment *fragment, struct sg_lanes active, struct sg_lanes same)
{
    struct sg_lanes skip = sg_lanes_without(fragment->lanes, active), later = sg_lanes_without(active, same);
    fragment->lanes = same;
    if (!sg_lanes_none(skip))
        sg_fragment_put(team, fragment->activation, fragment->pc + 1, skip, fragment->spins);
    if (!sg_lanes_none(later))
        sg_fragment_add(team, fragment->activation, fragment->pc, later);
}

bool sg_barrier_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_block *block = team->group.block;
    struct sg_lanes active = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(active)) {
        fragment->pc++;
        return true;
    }
    struct named named = named_by(team, op, active);
    if (!named.valid || named.expected % SG_WARP) {
        sg_fault_say(&team->group, op, 719, sg_lanes_first(active), 0,
                     "barrier number above 15, or a thread count that is no multiple of 32");
        return false;
    }
    if (!sg_lanes_same(fragment->lanes, named.lanes))
        part(team, fragment, active, named.lanes);
    arrive(team, op, named.id, named.expected, named.lanes);
    if (op->aux == SG_BARRIER_ARRIVE) {
        fragment->pc++;
    } else {
        fragment->state = SG_AT_BARRIER;
        fragment->barrier = (uint8_t)named.id;
    }
    if (is_complete(block, &block->barriers[named.id]))
        release(block, named.id);
    return team->fragment_count == 1 && fragment->state == SG_RUNNABLE;
}
