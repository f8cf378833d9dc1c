/* The fragments of a team: which runs next, where it must stop to meet another, splitting and merging. */
#include <assert.h>

#include "../lower/control.h"
#include "team.h"

struct sg_fragment *sg_fragment_add(struct sg_team *team, struct sg_activation *activation, uint32_t pc,
                                    struct sg_lanes lanes)
{
    /* Fragments are disjoint sets of lanes, so there is room. */
    assert(team->fragment_count < SG_LANES && !sg_lanes_none(lanes));
    struct sg_fragment *fragment = &team->fragments[team->fragment_count++];
    *fragment = (struct sg_fragment){.activation = activation, .pc = pc, .lanes = lanes, .state = SG_RUNNABLE};
    activation->users++;
    return fragment;
}

void sg_fragment_put(struct sg_team *team, struct sg_activation *activation, uint32_t pc, struct sg_lanes lanes,
                     uint32_t spins)
{
    for (uint32_t i = 0; i < team->fragment_count; i++) {
        struct sg_fragment *other = &team->fragments[i];
        if (other->state != SG_RUNNABLE || other->pc != pc || other->activation != activation)
            continue;
        other->lanes = sg_lanes_or(other->lanes, lanes);
        if (other->spins < spins)
            other->spins = spins;
        return;
    }
    sg_fragment_add(team, activation, pc, lanes)->spins = spins;
}

void sg_fragment_remove(struct sg_team *team, struct sg_fragment *fragment)
{
    struct sg_activation *activation = fragment->activation;
    *fragment = team->fragments[--team->fragment_count];
    sg_activation_release(team, activation);
}

static bool runs_before(const struct sg_fragment *a, const struct sg_fragment *b)
{
    if (a->activation->depth != b->activation->depth)
        return a->activation->depth > b->activation->depth;
    return a->pc < b->pc;
}

struct sg_fragment *sg_fragment_absorb(struct sg_team *team, struct sg_fragment *fragment, enum sg_fragment_state state)
{
    for (uint32_t i = 0; i < team->fragment_count;) {
        struct sg_fragment *other = &team->fragments[i];
        bool meets = other != fragment && other->state == (uint8_t)state && other->pc == fragment->pc &&
                     other->activation == fragment->activation;
        if (!meets) {
            i++;
            continue;
        }
        fragment->lanes = sg_lanes_or(fragment->lanes, other->lanes);
        if (fragment == &team->fragments[team->fragment_count - 1])
            fragment = other;
        sg_fragment_remove(team, other);
    }
    return fragment;
}

/* All that could run have yielded: the team has had its turn, and all may run in the next one. */
static void end_turn(struct sg_team *team)
{
    for (uint32_t i = 0; i < team->fragment_count; i++)
        team->fragments[i].yielded = false;
}

static struct sg_fragment *lowest(struct sg_team *team)
{
    struct sg_fragment *best = NULL;
    for (uint32_t i = 0; i < team->fragment_count; i++) {
        struct sg_fragment *fragment = &team->fragments[i];
        if (fragment->state != SG_RUNNABLE || fragment->yielded)
            continue;
        if (!best || runs_before(fragment, best))
            best = fragment;
    }
    return best;
}

bool sg_fragment_yields(struct sg_fragment *fragment)
{
    if (fragment->spins < SG_SPIN_LIMIT)
        return false;
    fragment->spins = 0;
    fragment->yielded = true;
    return true;
}

struct sg_fragment *sg_fragment_next(struct sg_team *team)
{
    struct sg_fragment *best = lowest(team);
    while (best && sg_fragment_yields(best))
        best = lowest(team);
    if (!best) {
        end_turn(team);
        return NULL;
    }
    return team->fragment_count == 1 ? best : sg_fragment_absorb(team, best, SG_RUNNABLE);
}

uint32_t sg_fragment_limit(const struct sg_team *team, const struct sg_fragment *fragment)
{
    uint32_t limit = UINT32_MAX;
    for (uint32_t i = 0; i < team->fragment_count; i++) {
        const struct sg_fragment *other = &team->fragments[i];
        bool ahead = other->state == SG_RUNNABLE && other->activation == fragment->activation &&
                     other->pc > fragment->pc;
        if (ahead && other->pc < limit)
            limit = other->pc;
    }
    return limit;
}
