/* Asking again for other addresses.
 *
 * A driver gives what fits best, or the next that is free: often what lies directly behind what is held. So after a few
 * tries whole pages of a GPU are asked for, which come from places where nothing is, and what is held grows twofold
 * each time, to step over another server's memory of any size. */
#include "apart.h"

#include "../wire/report.h"
#include "reserve.h"

enum { TRIES = 24, TRIES_PLAIN = 4 };
#define STEP_BYTES ((uint64_t)2 << 20)

struct bf_map bf_apart_reserved = {.lock = PTHREAD_RWLOCK_INITIALIZER};

/* To look and to add are one step. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_free_here(const struct bf_server *server, uint64_t base, uint64_t bytes)
{
    if (bf_client.server_count == 1)
        return true;
    bool is_free = !bf_map_touches(&bf_apart_reserved, base, bytes);
    for (unsigned i = 0; i < bf_client.server_count && is_free; i++)
        is_free = server->index == i || !bf_map_touches(&bf_client.servers[i].memory, base, bytes);
    return is_free;
}

/* False if another server's memory is there, or the place does not fit. */
static bool claim(const struct bf_apart *wanted, struct bf_map *map, CUresult *result)
{
    const struct bf_range *range = &wanted->range;
    bool alone = bf_client.server_count == 1;
    if (!alone)
        pthread_mutex_lock(&lock);
    bool is_free = !range->base || is_free_here(wanted->server, range->base, range->bytes);
    is_free = is_free && (!wanted->fits || wanted->fits(wanted));
    if (is_free && range->base) {
        bf_reserve(range->base, range->bytes);
        *result = bf_map_add(map, range) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    }
    if (!alone)
        pthread_mutex_unlock(&lock);
    return is_free;
}

/* What was given and is not to be given again. */
struct held {
    struct {
        uint64_t base, bytes;
    } each[2 * TRIES];
    unsigned count;
};

static CUresult ask(struct bf_apart *wanted, uint64_t least, struct held *held)
{
    uint64_t bytes = least ? least : wanted->range.bytes;
    CUresult result = wanted->ask(wanted, least, &held->each[held->count].base);
    held->each[held->count].bytes = bytes;
    held->count += !result;
    return result;
}

/* True if it is this server's now. */
static bool try(struct bf_apart *wanted, uint64_t least, struct bf_map *map, struct held *held, CUresult *result)
{
    *result = ask(wanted, least, held);
    if (*result)
        return false;
    wanted->range.base = held->each[held->count - 1].base;
    bool is_ours = claim(wanted, map, result);
    held->count -= is_ours;
    return is_ours;
}

static CUresult take(struct bf_apart *wanted, struct bf_map *map)
{
    struct held held = {.count = 0};
    CUresult result;
    bool is_ours = try(wanted, 0, map, &held, &result);
    for (unsigned i = 1; i < TRIES && !result && !is_ours; i++) {
        bool large = i >= TRIES_PLAIN, more = large && !wanted->exact && wanted->range.bytes < STEP_BYTES;
        if (large)
            (void)ask(wanted, STEP_BYTES << (i - TRIES_PLAIN), &held);
        is_ours = try(wanted, more ? STEP_BYTES : 0, map, &held, &result);
    }
    for (unsigned i = held.count; i-- > 0;)
        wanted->give_back(wanted, held.each[i].base, held.each[i].bytes);
    if (!result && !is_ours) {
        bf_report("server %u has no addresses for %llu bytes that are not another server's memory",
                  wanted->server->index, (unsigned long long)wanted->range.bytes);
        result = CUDA_ERROR_OUT_OF_MEMORY;
    }
    return result;
}

CUresult bf_apart_take(struct bf_apart *wanted)
{
    return take(wanted, &wanted->server->memory);
}

CUresult bf_apart_reserve(struct bf_apart *wanted)
{
    return take(wanted, &bf_apart_reserved);
}

static CUresult ask_plain(struct bf_apart *wanted, uint64_t least, uint64_t *base)
{
    struct bf_value address;
    CUresult result =
        BF_ASK(bf_in(wanted->range.context), &address, cuMemAlloc_v2, bf_u(least ? least : wanted->range.bytes));
    if (!result)
        *base = address.u;
    return result;
}

void bf_apart_free(const struct bf_apart *wanted, uint64_t base, uint64_t bytes)
{
    (void)bytes;
    (void)BF_TELL(bf_quietly(bf_in(wanted->range.context)), cuMemFree_v2, bf_u(base));
}

struct bf_apart bf_apart_plain(struct bf_object *context, uint64_t bytes)
{
    return (struct bf_apart){.server = context->server,
                             .range = {.bytes = bytes, .id = bf_map_new_id(), .context = context},
                             .ask = ask_plain,
                             .give_back = bf_apart_free};
}
