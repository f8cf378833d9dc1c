/* Running a team: fragments, activations, collectives, barriers. The pieces call each other through these. */
#ifndef SG_TEAM_H
#define SG_TEAM_H

#include <string.h>

#include "engine.h"
#include "lanes.h"

/* team.c. Runs fragments until all wait, have ended, or have yielded. */
void sg_team_run(struct sg_team *team);
bool sg_team_can_run(const struct sg_team *team);

/* Make `lanes` of `team` the active ones for the next operation. Returns the form to call: 0 full, 1 partial. */
static inline unsigned sg_team_activate(struct sg_team *team, struct sg_lanes lanes)
{
    struct sg_group *g = &team->group;
    bool full = sg_lanes_same(lanes, team->exist);
    if (memcmp(g->bits, lanes.w, sizeof g->bits) == 0)
        return full ? 0 : 1;
    memcpy(g->bits, lanes.w, sizeof g->bits);
    sg_lanes_unpack(lanes, team->bytes);
    return full ? 0 : 1;
}

/* The lanes of `set` for which the guard of `op` holds. */
static inline struct sg_lanes sg_team_guarded(const struct sg_team *team, const struct sg_op *op, struct sg_lanes set)
{
    if (op->guard < 0)
        return set;
    return sg_lanes_and(set, sg_lanes_where(team->group.frame + op->guard, op->guard_negated));
}

/* activation.c. The one that lanes share which call from the same place, or a new one; NULL if there is no room. */
struct sg_activation *sg_activation_open(struct sg_team *team, struct sg_activation *parent, uint32_t pc,
                                         const struct sg_code *code, const struct sg_call *call);
void sg_activation_release(struct sg_team *team, struct sg_activation *activation);     /* one user less */

/* fragment.c. A fragment holds a reference to its activation. */
struct sg_fragment *sg_fragment_add(struct sg_team *team, struct sg_activation *activation, uint32_t pc,
                                    struct sg_lanes lanes);
/* Lanes go on at `pc`: in a runnable fragment that stands there, or a new one. How long they have spun goes with
 * them, or a spinning loop with a call in it would never yield. */
void sg_fragment_put(struct sg_team *team, struct sg_activation *activation, uint32_t pc, struct sg_lanes lanes,
                     uint32_t spins);
void sg_fragment_remove(struct sg_team *team, struct sg_fragment *fragment);     /* the last one takes its place */
struct sg_fragment *sg_fragment_next(struct sg_team *team);                      /* NULL: none may run now */
/* True if it has spun for long enough: then it has yielded, and others run first. */
bool sg_fragment_yields(struct sg_fragment *fragment);
uint32_t sg_fragment_limit(const struct sg_team *team, const struct sg_fragment *fragment);
/* Absorb the others of `state` that stand where `fragment` stands; returns where it is now. */
struct sg_fragment *sg_fragment_absorb(struct sg_team *team, struct sg_fragment *fragment,
                                       enum sg_fragment_state state);

/* call.c */
void sg_call_enter(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op, struct sg_lanes lanes);
void sg_call_leave(struct sg_team *team, struct sg_fragment *fragment, struct sg_lanes lanes);
/* Where an argument or result of a call of the running activation lies. */
unsigned char *sg_call_place(const struct sg_team *team, const struct sg_argument *argument, unsigned lane);

/* collective.c. Both return true if the fragment may simply go on. */
bool sg_collective_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op);
bool sg_collective_warp_sync(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op);
void sg_collective_wake(struct sg_team *team);

/* barrier.c. Returns true if the fragment may simply go on. */
bool sg_barrier_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op);
void sg_barrier_exited(struct sg_block *block);

/* sleep.c. Returns false: others run first. */
bool sg_sleep_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op, struct sg_lanes lanes);

/* fault.c */
void sg_fault_say(struct sg_group *g, const struct sg_op *op, int result, unsigned lane, uint64_t address,
                  const char *what);
void sg_fault_deadlock(struct sg_block *block);
void sg_fault_memory(struct sg_block *block);

#endif
