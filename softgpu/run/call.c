/* Calls and returns: arguments and results move between the stacks of caller and callee.
 *
 * Parameters of functions lie in each thread's local memory, so that a callee may take their address and index them. */
#include <string.h>

#include "team.h"

/* Where `offset` of the call's stack lies for a lane. */
static unsigned char *stack_at(const struct sg_team *team, const struct sg_activation *activation, unsigned lane,
                               uint32_t offset)
{
    const struct sg_block *block = team->group.block;
    uint64_t thread = team->group.first_thread + lane;
    return block->stack + thread * block->stack_stride + activation->stack_base + offset;
}

/* ---- Arguments and results ---- */

static unsigned char *column_at(const struct sg_activation *activation, uint32_t col, uint32_t bytes, unsigned lane)
{
    return activation->frame + col + (size_t)lane * bytes;
}

/* A place for each lane: a column, or a part of its stack. */
struct places {
    unsigned char *first;
    uint64_t stride;
};

static struct places places_of(const struct sg_team *team, const struct sg_activation *activation,
                               const struct sg_argument *argument)
{
    if (argument->from_column)
        return (struct places){column_at(activation, argument->col, argument->bytes, 0), argument->bytes};
    return (struct places){stack_at(team, activation, 0, argument->stack), team->group.block->stack_stride};
}

static struct places slot_places(const struct sg_team *team, const struct sg_activation *activation,
                                 const struct sg_slot *slot)
{
    return (struct places){stack_at(team, activation, 0, slot->stack), team->group.block->stack_stride};
}

#define COPY_EACH(type)                                                                                                \
    for (unsigned lane = 0; lane < SG_LANES; lane++)                                                                   \
        if (sg_lanes_has(&lanes, lane))                                                                                \
            memcpy(to.first + lane * to.stride, from.first + lane * from.stride, sizeof(type));

static void copy(struct places to, struct places from, uint32_t bytes, struct sg_lanes lanes)
{
    if (bytes == sizeof(uint32_t)) {
        COPY_EACH(uint32_t)
    } else if (bytes == sizeof(uint64_t)) {
        COPY_EACH(uint64_t)
    } else {
        for (unsigned lane = 0; lane < SG_LANES; lane++)
            if (sg_lanes_has(&lanes, lane))
                memcpy(to.first + lane * to.stride, from.first + lane * from.stride, bytes);
    }
}

unsigned char *sg_call_place(const struct sg_team *team, const struct sg_argument *argument, unsigned lane)
{
    if (argument->from_column)
        return column_at(team->running, argument->col, argument->bytes, lane);
    return stack_at(team, team->running, lane, argument->stack);
}

static bool formals_fit(const struct sg_slot *slots, const struct sg_argument *arguments, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++)
        if (arguments[k].bytes && slots[k].bytes != arguments[k].bytes)
            return false;
    return true;
}

static void pass_arguments(const struct sg_team *team, const struct sg_activation *caller,
                           const struct sg_activation *callee, const struct sg_function *function,
                           struct sg_lanes lanes)
{
    const struct sg_call *call = callee->call;
    for (uint32_t k = 0; k < call->argument_count; k++)
        copy(slot_places(team, callee, &function->params[k]), places_of(team, caller, &call->arguments[k]),
             call->arguments[k].bytes, lanes);
}

static void pass_results(const struct sg_team *team, const struct sg_activation *callee,
                         const struct sg_function *function, struct sg_lanes lanes)
{
    const struct sg_call *call = callee->call;
    for (uint32_t k = 0; k < call->result_count; k++)
        copy(places_of(team, callee->parent, &call->results[k]), slot_places(team, callee, &function->results[k]),
             call->results[k].bytes, lanes);
}

/* ---- Call and return ---- */

/* The number of the called function; for an indirect call that of the first lane, and only lanes that call the same
 * stay. */
static uint32_t target_of(const struct sg_team *team, const struct sg_call *call, const struct sg_op *op,
                          struct sg_lanes *lanes)
{
    if (!call->indirect)
        return call->function;
    const uint64_t *address = SG_COL(uint64_t, &team->group, op, 0);
    uint64_t wanted = address[sg_lanes_first(*lanes)];
    struct sg_lanes same = {{0}};
    for (unsigned i = 0; i < SG_LANES; i++)
        if (sg_lanes_has(lanes, i) && address[i] == wanted)
            sg_lanes_add(&same, i);
    *lanes = same;
    uint64_t number = (wanted >> 4) - 1;
    return number < UINT32_MAX && sg_program_function_address((uint32_t)number) == wanted ? (uint32_t)number
                                                                                          : UINT32_MAX;
}

/* The code that a call runs, if it fits the call. */
static const struct sg_code *code_for(const struct sg_team *team, const struct sg_call *call, uint32_t number)
{
    const struct sg_kernel *kernel = team->group.block->kernel;
    if (number >= kernel->program->module->function_count || !kernel->code[number])
        return NULL;
    const struct ptx_function *f = &kernel->program->module->functions[number];
    const struct sg_function *function = &kernel->program->functions[number];
    if (f->is_entry || f->param_count != call->argument_count || f->result_count != call->result_count)
        return NULL;
    if (!formals_fit(function->params, call->arguments, call->argument_count))
        return NULL;
    return formals_fit(function->results, call->results, call->result_count) ? kernel->code[number] : NULL;
}

void sg_call_enter(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op, struct sg_lanes lanes)
{
    struct sg_activation *caller = fragment->activation;
    const struct sg_call *call = &caller->code->calls[op->imm];
    struct sg_lanes skip = sg_lanes_without(fragment->lanes, lanes), same = lanes;
    uint32_t number = target_of(team, call, op, &same), pc = fragment->pc, spins = fragment->spins;
    const struct sg_code *code = code_for(team, call, number);
    unsigned first = sg_lanes_first(lanes);
    if (!code) {
        uint64_t address = call->indirect ? SG_COL(uint64_t, &team->group, op, 0)[first] : 0;
        sg_fault_say(&team->group, op, 718, first, address, "call of an address that is no such function");
        return;
    }
    struct sg_activation *callee = sg_activation_open(team, caller, pc, code, call);
    if (!callee) {
        sg_fault_say(&team->group, op, 719, first, 0, "call stack overflow");
        return;
    }
    pass_arguments(team, caller, callee, &team->group.block->kernel->program->functions[number], same);
    callee->users++;
    sg_fragment_remove(team, fragment);
    sg_fragment_put(team, callee, 0, same, spins);
    callee->users--;
    /* Lanes that call another function stay where they are; lanes that do not call go on. */
    struct sg_lanes others = sg_lanes_without(lanes, same);
    if (!sg_lanes_none(others))
        sg_fragment_put(team, caller, pc, others, spins);
    if (!sg_lanes_none(skip))
        sg_fragment_put(team, caller, pc + 1, skip, spins);
}

void sg_call_leave(struct sg_team *team, struct sg_fragment *fragment, struct sg_lanes lanes)
{
    struct sg_activation *callee = fragment->activation;
    struct sg_lanes rest = sg_lanes_without(fragment->lanes, lanes);
    uint32_t pc = fragment->pc, spins = fragment->spins;
    pass_results(team, callee, &team->group.block->kernel->program->functions[callee->code->function], lanes);
    callee->users++;
    sg_fragment_remove(team, fragment);
    sg_fragment_put(team, callee->parent, callee->call_pc + 1, lanes, spins);
    if (!sg_lanes_none(rest))
        sg_fragment_put(team, callee, pc + 1, rest, spins);
    sg_activation_release(team, callee);
}
