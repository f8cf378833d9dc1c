/* The interpreter's loop: runs the operations of one fragment after another.
 *
 * Everything that is not a plain operation or a branch of a lone fragment ends the run of the fragment: its pc is
 * stored and the next fragment is chosen anew. So only run_fragment knows an instruction pointer, and only the
 * handlers change fragments. */
#include "team.h"

#include "../lower/control.h"

static void run_guarded(struct sg_team *team, const struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(lanes))
        return;
    bool all = sg_lanes_same(lanes, fragment->lanes);
    if (!all)
        team->epoch++;
    op->fn[sg_team_activate(team, lanes)](&team->group, op);
    if (all)
        return;
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
    if (sg_lanes_none(fragment->lanes))
        sg_fragment_remove(team, fragment);
    if (team->fragment_count)
        sg_collective_wake(team);
    if (block->alive)
        sg_barrier_exited(block);
}

static void run_return(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_none(lanes))
        fragment->pc++;
    else if (!fragment->activation->parent)
        run_exit(team, fragment, lanes);
    else
        sg_call_leave(team, fragment, lanes);
}

/* Lanes whose index is beyond the list have undefined behaviour; here it is a fault. */
static void run_branch_index(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes = sg_team_guarded(team, op, fragment->lanes);
    const struct sg_target_list *list = &fragment->activation->code->lists[op->imm];
    const uint32_t *index = SG_COL(uint32_t, &team->group, op, 0);
    struct sg_lanes rest = sg_lanes_without(fragment->lanes, lanes);
    struct sg_activation *activation = fragment->activation;
    uint32_t pc = fragment->pc, spins = fragment->spins + op->aux;
    activation->users++;
    sg_fragment_remove(team, fragment);
    if (!sg_lanes_none(rest))
        sg_fragment_put(team, activation, pc + 1, rest, spins);
    while (!sg_lanes_none(lanes)) {
        struct sg_lanes same = {{0}};
        unsigned first = sg_lanes_first(lanes);
        for (unsigned i = first; i < SG_LANES; i++)
            if (sg_lanes_has(&lanes, i) && index[i] == index[first])
                sg_lanes_add(&same, i);
        lanes = sg_lanes_without(lanes, same);
        if (index[first] >= list->count) {
            sg_fault_say(&team->group, op, 719, first, 0, "brx.idx beyond its list of targets");
            break;
        }
        sg_fragment_put(team, activation, list->targets[index[first]], same, spins);
    }
    activation->users--;
}

/* Where run_fragment is: the form of operations to call, the next one, and the first one that it must not run: there
 * it meets another fragment. NULL: it meets none. */
struct run {
    unsigned form;
    const struct sg_op *op, *stop;
};

/* The fragment is about to stand at `pc`. False if it must be chosen again, because it yields or has come to another
 * one. */
static bool run_on(struct sg_fragment *fragment, uint32_t pc, uint32_t weight, const struct sg_op *ops, struct run *run)
{
    fragment->pc = pc;
    run->op = ops + pc;
    fragment->spins += weight;
    return !sg_fragment_yields(fragment) && (!run->stop || run->op < run->stop);
}

/* The fragment stands at a branch. Of the lanes that branch and those that do not, the lower ones stay in it; the
 * higher ones are the next that it may meet. */
static bool run_branch(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *ops, struct run *run)
{
    const struct sg_op *op = run->op;
    uint32_t next = (uint32_t)(op - ops) + 1, target = (uint32_t)op->imm;
    struct sg_lanes taken = sg_team_guarded(team, op, fragment->lanes);
    if (sg_lanes_same(taken, fragment->lanes))
        return run_on(fragment, target, op->aux, ops, run);
    if (sg_lanes_none(taken))
        return run_on(fragment, next, 0, ops, run);
    bool back = target < next;
    struct sg_lanes rest = sg_lanes_without(fragment->lanes, taken);
    fragment->lanes = back ? taken : rest;
    sg_fragment_put(team, fragment->activation, back ? next : target, back ? rest : taken, fragment->spins);
    const struct sg_op *other = ops + (back ? next : target);
    if (!run->stop || other < run->stop)
        run->stop = other;
    run->form = sg_team_activate(team, fragment->lanes);
    return run_on(fragment, back ? target : next, op->aux, ops, run);
}

/* Anything but plain operations and branches. The fragment stands at `op`. True if it goes on without being chosen
 * again. */
static bool run_control(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op)
{
    struct sg_lanes lanes;
    switch (op->kind) {
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
    if (op->kind == SG_OP_SLEEP)
        return sg_sleep_run(team, fragment, op, lanes);
    if (op->kind == SG_OP_CALL)
        sg_call_enter(team, fragment, op, lanes);
    else if (op->kind == SG_OP_EXIT)
        run_exit(team, fragment, lanes);
    else
        sg_fault_raise(&team->group, op, (int)op->imm, sg_lanes_first(lanes), 0);
    return false;
}

static struct run begin(struct sg_team *team, const struct sg_fragment *fragment)
{
    const struct sg_op *ops = fragment->activation->code->ops;
    uint32_t limit = sg_fragment_limit(team, fragment);
    team->group.frame = fragment->activation->frame;
    team->running = fragment->activation;
    team->stack_base = fragment->activation->stack_base;
    team->epoch++;
    return (struct run){sg_team_activate(team, fragment->lanes), ops + fragment->pc,
                        limit == UINT32_MAX ? NULL : ops + limit};
}

static void run_fragment(struct sg_team *team, struct sg_fragment *fragment)
{
    struct sg_group *g = &team->group;
    const struct sg_block *block = g->block;
    const struct sg_op *const ops = fragment->activation->code->ops;
    struct run run = begin(team, fragment);
    do {
        const struct sg_op *op = run.op;
        switch (op->kind) {
        case SG_OP_PLAIN:
            op->fn[run.form](g, op);
            run.op++;
            continue;
        case SG_OP_CHECKED:
            op->fn[run.form](g, op);
            if (block->stop)
                return;
            run.op++;
            continue;
        case SG_OP_GUARDED:
            run_guarded(team, fragment, op);
            if (block->stop)
                return;
            run.op++;
            continue;
        case SG_OP_BRANCH:
            team->epoch++;
            if (!run_branch(team, fragment, ops, &run))
                return;
            continue;
        default:
            fragment->pc = (uint32_t)(op - ops);
            if (!run_control(team, fragment, op) || block->stop)
                return;
            run.op = ops + fragment->pc;
            team->epoch++;
        }
    } while (run.op != run.stop);
    fragment->pc = (uint32_t)(run.op - ops);
}

void sg_team_run(struct sg_team *team)
{
    struct sg_fragment *fragment;
    while (!team->group.block->stop && (fragment = sg_fragment_next(team)) != NULL)
        run_fragment(team, fragment);
}

bool sg_team_can_run(const struct sg_team *team)
{
    for (uint32_t i = 0; i < team->fragment_count; i++)
        if (team->fragments[i].state == SG_RUNNABLE)
            return true;
    return false;
}
