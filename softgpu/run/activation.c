/* Activations: one call of a function by a set of lanes, with the columns of the function. One that has ended keeps its
 * frame for the next call of the same code. */
#include <assert.h>

#include "fill.h"
#include "team.h"

static struct sg_activation *find_live(const struct sg_team *team, const struct sg_activation *parent, uint32_t pc,
                                       const struct sg_code *code)
{
    struct sg_activation *each = team->live;
    while (each && (each->parent != parent || each->call_pc != pc || each->code != code))
        each = each->next;
    return each;
}

static struct sg_activation *take_spare(struct sg_block *block, const struct sg_code *code)
{
    for (struct sg_activation **link = &block->spare; *link; link = &(*link)->next) {
        struct sg_activation *each = *link;
        if (each->code != code)
            continue;
        *link = each->next;
        return each;
    }
    return NULL;
}

/* A new activation with a frame of its own, or NULL if there is no room. */
static struct sg_activation *make(struct sg_team *team, const struct sg_code *code)
{
    struct sg_block *block = team->group.block;
    if (block->pool_used == SG_ACTIVATIONS_MAX || block->frames_used + code->frame_bytes > block->frames_room)
        return NULL;
    struct sg_activation *fresh = &block->pool[block->pool_used++];
    *fresh = (struct sg_activation){.code = code, .frame = block->frames + block->frames_used};
    block->frames_used += code->frame_bytes;
    sg_fill_columns(team, code, fresh->frame, SG_FILL_ONCE);
    return fresh;
}

static struct sg_activation *open_new(struct sg_team *team, struct sg_activation *parent, uint32_t pc,
                                      const struct sg_code *code, const struct sg_call *call)
{
    struct sg_block *block = team->group.block;
    uint64_t base = (uint64_t)parent->stack_base + parent->code->stack_bytes + SG_CALL_BYTES;
    if (base + code->stack_bytes > block->kernel->stack_bytes)
        return NULL;
    struct sg_activation *activation = take_spare(block, code);
    if (activation)
        sg_fill_columns(team, code, activation->frame, SG_FILL_LAUNCH);
    else
        activation = make(team, code);
    if (!activation)
        return NULL;
    activation->parent = parent;
    activation->call = call;
    activation->call_pc = pc;
    activation->depth = parent->depth + 1;
    activation->stack_base = (uint32_t)base;
    activation->users = 0;
    activation->next = team->live;
    team->live = activation;
    parent->users++;
    return activation;
}

static void close_activation(struct sg_team *team, struct sg_activation *activation)
{
    struct sg_activation **link = &team->live;
    while (*link != activation)
        link = &(*link)->next;
    *link = activation->next;
    activation->next = team->group.block->spare;
    team->group.block->spare = activation;
}

void sg_activation_release(struct sg_team *team, struct sg_activation *activation)
{
    assert(activation->users);
    while (--activation->users == 0 && activation->parent) {
        struct sg_activation *parent = activation->parent;
        close_activation(team, activation);
        activation = parent;
    }
}

struct sg_activation *sg_activation_open(struct sg_team *team, struct sg_activation *parent, uint32_t pc,
                                         const struct sg_code *code, const struct sg_call *call)
{
    struct sg_activation *live = find_live(team, parent, pc, code);
    return live ? live : open_new(team, parent, pc, code, call);
}
