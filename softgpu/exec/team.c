/* The interpreter's loop: runs the operations of one fragment after another.
 *
 * Everything that is not a plain operation or a branch of a lone fragment ends the run of the fragment: its pc is stored and the
 * next fragment is chosen anew. So only run_fragment knows an instruction pointer, and only the handlers change fragments. */
#include "team.h"

#include <string.h>

#include "control.h"

unsigned sg_team_activate(struct sg_team *team, struct sg_lanes lanes)
{
    struct sg_group *g = &team->group;
    bool full = sg_lanes_same(lanes, team->exist);
    if (memcmp(g->bits, lanes.w, sizeof g->bits) == 0) return full ? 0 : 1;
    memcpy(g->bits, lanes.w, sizeof g->bits);
    sg_lanes_unpack(lanes, team->bytes);
    return full ? 0 : 1;
}

struct sg_lanes sg_team_guarded(const struct sg_team *team, const struct sg_op *op, struct sg_lanes set)
{
    if (op->guard < 0) return set;
    const uint8_t *predicate = team->group.frame + op->guard;
    return sg_lanes_and(set, sg_lanes_where(predicate, op->guard_negated));
}

static void run_guarded(struct sg_team *team, const struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(lanes)) return;
    bool all = sg_lanes_same(lanes, fragment->lanes);
    if (!all) team->epoch++;
    op->fn[sg_team_activate(team, lanes)](&team->group, op);
    if (all) return;
    team->epoch++;
    sg_team_activate(team, fragment->lanes);
}

/* Threads end. Those that wait for them may not have to wait any longer. */
static void run_exit(struct sg_team *team, struct sg_fragment *fragment, struct sg_lanes lanes)
{
    struct sg_block *block = team->group.block;
    team->alive = sg_lanes_without(team->alive, lanes);
    block->alive -= sg_lanes_count(lanes);
    fragment->pc++;
    fragment->lanes = sg_lanes_without(fragment->lanes, lanes);
    if (sg_lanes_none(fragment->lanes)) sg_fragment_remove(team, fragment);
    if (team->fragment_count) sg_collective_wake(team);
    if (block->alive) sg_barrier_exited(block);
}

static void run_return(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(lanes)) fragment->pc++;
    else if (!fragment->activation->parent) run_exit(team, fragment, lanes);
    else sg_call_leave(team, fragment, lanes);
}

/* Lanes whose index is beyond the list have undefined behaviour; here it is a fault. */
static void run_branch_index(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes = sg_team_guarded(team, op, fragment->lanes);
    const struct sg_target_list *list = &fragment->activation->code->lists[op->imm];
    const uint32_t *index = SG_COL(uint32_t, &team->group, op, 0);
    struct sg_lanes rest = sg_lanes_without(fragment->lanes, lanes);
    struct sg_activation *activation = fragment->activation;
    uint32_t pc = fragment->pc;
    activation->users++;
    sg_fragment_remove(team, fragment);
    if (!sg_lanes_none(rest)) sg_fragment_add(team, activation, pc + 1, rest);
    while (!sg_lanes_none(lanes)) {
        struct sg_lanes same = {{0}};
        unsigned first = sg_lanes_first(lanes);
        for (unsigned i = first; i < SG_LANES; i++)
            if (sg_lanes_has(&lanes, i) && index[i] == index[first]) sg_lanes_add(&same, i);
        lanes = sg_lanes_without(lanes, same);
        if (index[first] >= list->count) {
            sg_fault_say(&team->group, op, 719, first, 0, "brx.idx beyond its list of targets");
            break;
        }
        sg_fragment_add(team, activation, list->targets[index[first]], same);
    }
    activation->users--;
}

/* Lanes that branch and lanes that do not become two fragments. */
static void split(struct sg_team *team, struct sg_fragment *fragment, struct sg_lanes taken, const struct sg_op *op)
{
    fragment->pc++;
    fragment->lanes = sg_lanes_without(fragment->lanes, taken);
    struct sg_fragment *other = sg_fragment_add(team, fragment->activation, (uint32_t)op->imm, taken);
    other->spins = fragment->spins;
}

static void count_spin(struct sg_fragment *fragment, const struct sg_op *op)
{
    fragment->spins += op->aux;
    if (fragment->spins < SG_SPIN_LIMIT) return;
    fragment->spins = 0;
    fragment->yielded = true;
}

/* The fragment stands at `op`, which is a branch. True if it goes on without being chosen again. */
static bool run_branch(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes taken = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(taken)) {
        fragment->pc++;
        return true;
    }
    if (!sg_lanes_same(taken, fragment->lanes)) {
        split(team, fragment, taken, op);
        if (op->aux) count_spin(&team->fragments[team->fragment_count - 1], op);
        return false;
    }
    fragment->pc = (uint32_t)op->imm;
    if (op->aux) count_spin(fragment, op);
    return team->fragment_count == 1 && !fragment->yielded;
}

/* Anything but plain operations. The fragment stands at `op`. True if it goes on without being chosen again. */
static bool run_control(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes;
    switch (op->kind) {
    case SG_OP_BRANCH: return run_branch(team, fragment, op);
    case SG_OP_COLLECTIVE: return sg_collective_run(team, fragment, op);
    case SG_OP_WARP_SYNC: return sg_collective_warp_sync(team, fragment, op);
    case SG_OP_BARRIER: return sg_barrier_run(team, fragment, op);
    case SG_OP_RETURN: run_return(team, fragment, op); return false;
    case SG_OP_BRANCH_INDEX: run_branch_index(team, fragment, op); return false;
    default: break;
    }
    lanes = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(lanes)) {
        fragment->pc++;
        return true;
    }
    if (op->kind == SG_OP_CALL) sg_call_enter(team, fragment, op, lanes);
    else if (op->kind == SG_OP_EXIT) run_exit(team, fragment, lanes);
    else sg_fault(&team->group, op, (int)op->imm, sg_lanes_first(lanes), 0);
    return false;
}

static void run_fragment(struct sg_team *team, struct sg_fragment *fragment)
{
    struct sg_group *g = &team->group;
    const struct sg_block *block = g->block;
    const struct sg_op *const ops = fragment->activation->code->ops;
    const uint32_t limit = sg_fragment_limit(team, fragment);
    const struct sg_op *const stop = limit == UINT32_MAX ? NULL : ops + limit;
    g->frame = fragment->activation->frame;
    team->running = fragment->activation;
    team->stack_base = fragment->activation->stack_base;
    unsigned form = sg_team_activate(team, fragment->lanes);
    team->epoch++;
    const struct sg_op *op = ops + fragment->pc;
    do {
        switch (op->kind) {
        case SG_OP_PLAIN:
            op->fn[form](g, op);
            op++;
            continue;
        case SG_OP_CHECKED:
            op->fn[form](g, op);
            if (block->stop) return;
            op++;
            continue;
        case SG_OP_GUARDED:
            run_guarded(team, fragment, op);
            if (block->stop) return;
            op++;
            continue;
        default:
            fragment->pc = (uint32_t)(op - ops);
            if (!run_control(team, fragment, op) || block->stop) return;
            op = ops + fragment->pc;
            team->epoch++;
        }
    } while (op != stop);
    fragment->pc = (uint32_t)(op - ops);
}

void sg_team_run(struct sg_team *team)
{
    struct sg_fragment *fragment;
    while (!team->group.block->stop && (fragment = sg_fragment_next(team)) != NULL) run_fragment(team, fragment);
}

bool sg_team_can_run(const struct sg_team *team)
{
    for (uint32_t i = 0; i < team->fragment_count; i++)
        if (team->fragments[i].state == SG_RUNNABLE) return true;
    return false;
}
