/* Functions that CUDA's device runtime gives every module: calls of them become operations. */
#include "builtin.h"

#include <stdio.h>
#include <string.h>

#include "../run/access.h"
#include "../run/conditions.h"
#include "../run/heap.h"
#include "../run/output.h"
#include "../run/print.h"
#include "../run/team.h"

#define TEXT_MAX 16384           /* of one printf of one thread */

/* ---- What a call has ---- */

static const struct sg_call *call_of(const struct sg_group *g, const struct sg_op *op)
{
    const struct sg_team *team = (const struct sg_team *)(const void *)g;
    return &team->running->code->calls[op->imm];
}

/* Argument k of a lane, of up to 8 bytes. */
static uint64_t argument(struct sg_group *g, const struct sg_op *op, unsigned k, unsigned lane)
{
    const struct sg_call *call = call_of(g, op);
    uint64_t value = 0;
    memcpy(&value, sg_call_place(sg_team_of(g), &call->arguments[k], lane), call->arguments[k].bytes);
    return value;
}

static void give_result(struct sg_group *g, const struct sg_op *op, unsigned lane, uint64_t value)
{
    const struct sg_call *call = call_of(g, op);
    if (call->result_count)
        memcpy(sg_call_place(sg_team_of(g), &call->results[0], lane), &value, call->results[0].bytes);
}

/* ---- Text in device memory ---- */

struct reader {
    struct sg_group *group;
    unsigned lane;
};

static const char *read_memory(void *user, uint64_t address, size_t *room)
{
    struct reader *reader = user;
    return sg_access_peek(reader->group, reader->lane, address, room);
}

static void print_lane(struct sg_group *g, const struct sg_op *op, unsigned lane)
{
    struct reader reader = {g, lane};
    char text[TEXT_MAX];
    size_t format_room = 0, arguments_room = 0, length;
    const char *format = sg_access_peek(g, lane, argument(g, op, 0, lane), &format_room);
    const char *arguments = sg_access_peek(g, lane, argument(g, op, 1, lane), &arguments_room);
    int used = sg_print_format(text, sizeof text, &length, format, format_room, (const unsigned char *)arguments,
                               arguments ? arguments_room : 0, read_memory, &reader);
    if (used >= 0)
        sg_output_append(text, length, false);
    give_result(g, op, lane, (uint64_t)(uint32_t)used);
}

/* At most 200 characters of a string of a failed assertion. */
static int string_at(struct sg_group *g, const struct sg_op *op, unsigned k, unsigned lane, const char **text)
{
    size_t room = 0;
    *text = sg_access_peek(g, lane, argument(g, op, k, lane), &room);
    if (!*text) {
        *text = "?";
        room = 1;
    }
    return (int)strnlen(*text, room < 200 ? room : 200);
}

/* __assertfail(message, file, line, function, size of a character). */
static void assert_lane(struct sg_group *g, const struct sg_op *op, unsigned lane)
{
    const struct sg_block *block = g->block;
    const uint32_t *size = block->grid->launch.block, thread = g->first_thread + lane;
    const char *message, *file, *function;
    char text[1024];
    int message_length = string_at(g, op, 0, lane, &message), file_length = string_at(g, op, 1, lane, &file);
    int function_length = string_at(g, op, 3, lane, &function);
    int length = snprintf(text, sizeof text,
                          "%.*s:%u: %.*s: block: [%u,%u,%u], thread: [%u,%u,%u] Assertion `%.*s` failed.\n",
                          file_length, file, (unsigned)argument(g, op, 2, lane), function_length, function,
                          block->ctaid[0], block->ctaid[1], block->ctaid[2], thread % size[0],
                          thread / size[0] % size[1], thread / size[0] / size[1], message_length, message);
    if (length > 0)
        sg_output_append(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1, true);
}

static void malloc_lane(struct sg_group *g, const struct sg_op *op, unsigned lane)
{
    give_result(g, op, lane, sg_heap_take(g->block->kernel->program->heap, argument(g, op, 0, lane)));
}

static void free_lane(struct sg_group *g, const struct sg_op *op, unsigned lane)
{
    uint64_t address = argument(g, op, 0, lane);
    if (address && !sg_heap_give(g->block->kernel->program->heap, address))
        sg_fault_say(g, op, 719, lane, address, "free of an address that malloc has not returned");
}

static void condition_lane(struct sg_group *g, const struct sg_op *op, unsigned lane)
{
    uint64_t handle = argument(g, op, 0, lane);
    if (!sg_conditions_set(handle, (uint32_t)argument(g, op, 1, lane)))
        sg_fault_say(g, op, 719, lane, handle, "cudaGraphSetConditional of what is no condition");
}

/* ---- Operations ---- */

typedef void lane_fn(struct sg_group *g, const struct sg_op *op, unsigned lane);

static void each_lane(struct sg_group *g, const struct sg_op *op, lane_fn *run)
{
    for (unsigned lane = 0; lane < g->lanes; lane++)
        if (g->bits[lane / SG_WARP] >> (lane % SG_WARP) & 1 && !g->block->stop)
            run(g, op, lane);
}

static void print(struct sg_group *g, const struct sg_op *op)
{
    each_lane(g, op, print_lane);
}

static void allocate(struct sg_group *g, const struct sg_op *op)
{
    each_lane(g, op, malloc_lane);
}

static void release(struct sg_group *g, const struct sg_op *op)
{
    each_lane(g, op, free_lane);
}

static void set_condition(struct sg_group *g, const struct sg_op *op)
{
    each_lane(g, op, condition_lane);
}

static void fail(struct sg_group *g, const struct sg_op *op)
{
    struct sg_lanes active;
    each_lane(g, op, assert_lane);
    SG_EACH_WARP(w) active.w[w] = g->bits[w];
    sg_fault_raise(g, op, 710, sg_lanes_first(active), 0);
}

struct builtin {
    const char *name;
    struct sg_op_code code;
    uint8_t argument_count, argument_bytes[5], result_bytes;
};

#define EVERY_FORM(fn)                                                                                                 \
    {                                                                                                                  \
        {fn, fn},                                                                                                      \
        {                                                                                                              \
            fn, fn                                                                                                     \
        }                                                                                                              \
    }
static const struct builtin builtins[] = {
    [SG_BUILTIN_ASSERTFAIL] = {"__assertfail", EVERY_FORM(fail), 5, {8, 8, 4, 8, 8}, 0},
    [SG_BUILTIN_VPRINTF] = {"vprintf", EVERY_FORM(print), 2, {8, 8}, 4},
    [SG_BUILTIN_MALLOC] = {"malloc", EVERY_FORM(allocate), 1, {8}, 8},
    [SG_BUILTIN_FREE] = {"free", EVERY_FORM(release), 1, {8}, 0},
    [SG_BUILTIN_SET_CONDITION] = {"cudaGraphSetConditional", EVERY_FORM(set_condition), 2, {8, 4}, 0},
};

enum sg_builtin isa_builtin_find(const char *name)
{
    for (unsigned i = SG_BUILTIN_ASSERTFAIL; i < SG_BUILTIN_UNKNOWN; i++)
        if (strcmp(name, builtins[i].name) == 0)
            return (enum sg_builtin)i;
    return SG_BUILTIN_UNKNOWN;
}

static bool fits(const struct builtin *builtin, const struct sg_call *call)
{
    if (call->argument_count != builtin->argument_count || call->result_count != (builtin->result_bytes != 0))
        return false;
    for (uint32_t k = 0; k < call->argument_count; k++)
        if (call->arguments[k].bytes != builtin->argument_bytes[k])
            return false;
    /* A result that the caller drops has no bytes. */
    return !call->result_count || call->results[0].bytes == builtin->result_bytes || call->results[0].bytes == 0;
}

bool isa_builtin_lower(struct sg_lower *low, const struct ptx_insn *insn, unsigned builtin, uint32_t call)
{
    if (builtin == SG_BUILTIN_UNKNOWN) {
        sg_ptx_log_error(low->log, insn->line, "Unresolved extern function '%s'",
                         low->program->module->functions[low->calls[call].function].name);
        return false;
    }
    if (!fits(&builtins[builtin], &low->calls[call]))
        return false;
    sg_emit_op(low, insn, &builtins[builtin].code)->imm = call;
    return true;
}
