/* Warp collectives: a lane runs one only together with all lanes of its membermask that have not exited.
 *
 * A fragment that lacks some becomes a waiting one. Whoever arrives at the same place absorbs it and asks again, and
 * so does every exit of a lane. bar.warp.sync is looser: the others may stand at any bar.warp.sync. */
#include <string.h>

#include "team.h"

/* The lanes of `set` all of whose members stand in `present`. */
static struct sg_lanes complete(const struct sg_team *team, const struct sg_activation *activation,
                                const struct sg_op *op, struct sg_lanes set, struct sg_lanes present)
{
    const uint32_t *members = (const uint32_t *)(const void *)(activation->frame + op->sync);
    struct sg_lanes ready = {{0}};
    for (unsigned i = 0; i < SG_LANES; i++) {
        if (!sg_lanes_has(&set, i))
            continue;
        unsigned w = i / SG_WARP;
        if (!(members[i] & team->alive.w[w] & ~present.w[w]))
            sg_lanes_add(&ready, i);
    }
    return ready;
}

/* True if every lane of `set` is complete within `set`: the common case, found without a look at single lanes. */
static bool all_complete(const struct sg_team *team, const struct sg_op *op, struct sg_lanes set)
{
    const uint32_t *members = (const uint32_t *)(const void *)(team->group.frame + op->sync);
    uint32_t missing = 0;
    SG_EACH_WARP(w)
    {
        uint32_t named = 0;
        for (unsigned l = 0; l < SG_WARP; l++)
            named |= members[w * SG_WARP + l] & -(set.w[w] >> l & 1);
        missing |= named & team->alive.w[w] & ~set.w[w];
    }
    return missing == 0;
}

/* True if lanes wait at the place of `fragment`. */
static bool others_wait_here(const struct sg_team *team, const struct sg_fragment *fragment)
{
    for (uint32_t i = 0; i < team->fragment_count; i++) {
        const struct sg_fragment *other = &team->fragments[i];
        if (other->state == SG_AT_COLLECTIVE && other->pc == fragment->pc && other->activation == fragment->activation)
            return true;
    }
    return false;
}

static void run_for(struct sg_team *team, const struct sg_op *op, struct sg_lanes lanes)
{
    op->fn[sg_team_activate(team, lanes)](&team->group, op);
}

/* Lanes whose guard is false do not take part: they go on as a fragment of their own. */
static void let_go(struct sg_team *team, struct sg_fragment *fragment, struct sg_lanes active)
{
    struct sg_lanes skip = sg_lanes_without(fragment->lanes, active);
    fragment->lanes = active;
    if (!sg_lanes_none(skip))
        sg_fragment_put(team, fragment->activation, fragment->pc + 1, skip, fragment->spins);
}

static void wait_or_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op,
                        struct sg_lanes active)
{
    let_go(team, fragment, active);
    fragment = sg_fragment_absorb(team, fragment, SG_AT_COLLECTIVE);
    struct sg_lanes ready = complete(team, fragment->activation, op, fragment->lanes, fragment->lanes);
    struct sg_lanes rest = sg_lanes_without(fragment->lanes, ready);
    if (!sg_lanes_none(ready)) {
        run_for(team, op, ready);
        if (!sg_lanes_none(rest))
            sg_fragment_add(team, fragment->activation, fragment->pc, rest)->state = SG_AT_COLLECTIVE;
        fragment->lanes = ready;
        fragment->pc++;
        return;
    }
    fragment->state = SG_AT_COLLECTIVE;
}

bool sg_collective_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes active = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(active)) {
        fragment->pc++;
        return true;
    }
    if (!all_complete(team, op, active) || (team->fragment_count > 1 && others_wait_here(team, fragment))) {
        wait_or_run(team, fragment, op, active);
        return false;
    }
    run_for(team, op, active);
    sg_team_activate(team, fragment->lanes);
    fragment->pc++;
    return true;
}

/* ---- bar.warp.sync ---- */

static const struct sg_op *op_of(const struct sg_fragment *fragment)
{
    return &fragment->activation->code->ops[fragment->pc];
}

static struct sg_lanes waiting_at_sync(const struct sg_team *team)
{
    struct sg_lanes all = {{0}};
    for (uint32_t i = 0; i < team->fragment_count; i++)
        if (team->fragments[i].state == SG_AT_WARP_SYNC)
            all = sg_lanes_or(all, team->fragments[i].lanes);
    return all;
}

/* Lets all go whose members have arrived. New fragments are appended runnable, so they are not looked at again. */
static void release_complete(struct sg_team *team)
{
    struct sg_lanes present = waiting_at_sync(team);
    for (uint32_t i = 0; i < team->fragment_count; i++) {
        struct sg_fragment *fragment = &team->fragments[i];
        if (fragment->state != SG_AT_WARP_SYNC)
            continue;
        struct sg_lanes ready = complete(team, fragment->activation, op_of(fragment), fragment->lanes, present);
        if (sg_lanes_none(ready))
            continue;
        struct sg_lanes rest = sg_lanes_without(fragment->lanes, ready);
        if (!sg_lanes_none(rest)) {
            fragment->lanes = rest;
            sg_fragment_put(team, fragment->activation, fragment->pc + 1, ready, fragment->spins);
        } else {
            fragment->state = SG_RUNNABLE;
            fragment->pc++;
        }
    }
}

bool sg_collective_warp_sync(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes active = sg_team_guarded(team, op, fragment->lanes);
    bool alone = team->fragment_count == 1 || sg_lanes_none(waiting_at_sync(team));
    if (sg_lanes_none(active) || (alone && all_complete(team, op, active))) {
        fragment->pc++;
        return true;
    }
    let_go(team, fragment, active);
    fragment->state = SG_AT_WARP_SYNC;
    release_complete(team);
    return false;
}

/* Lanes have exited: nobody needs to wait for them. Those at collectives run their operation again and ask anew. */
void sg_collective_wake(struct sg_team *team)
{
    bool syncs = false;
    for (uint32_t i = 0; i < team->fragment_count; i++) {
        struct sg_fragment *fragment = &team->fragments[i];
        if (fragment->state == SG_AT_COLLECTIVE)
            fragment->state = SG_RUNNABLE;
        syncs |= fragment->state == SG_AT_WARP_SYNC;
    }
    if (syncs)
        release_complete(team);
}
