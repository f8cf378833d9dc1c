/* Page-locked memory that devices reach. */
#include "reach.h"

#include "host_space.h"
#include "managed_memory.h"
#include "pinned.h"
#include "placed.h"
#include "sources.h"
#include "unreachable.h"
#include "../managed/own_pages.h"
#include "../managed/views.h"

/* Serialises what becomes reached, and ends. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What of it is registered and reached, so that it is known when a context ends. */
static struct bf_map registered = {.lock = PTHREAD_RWLOCK_INITIALIZER};

/* Pages that the program has nothing else in, and that can be replaced by others. */
static bool is_replaceable(const struct bf_range *pinned)
{
    return !(pinned->base % BF_VIEWS_PAGE) && !(pinned->bytes % BF_VIEWS_PAGE) &&
           bf_own_pages_are_private((const void *)(uintptr_t)pinned->base, pinned->bytes);
}

/* What a graph copies from and to in its turn it reads and writes here, and not on the device. */
bool bf_reach_is_possible(const struct bf_range *pinned)
{
    const void *at = (const void *)(uintptr_t)pinned->base;
    if (bf_sources_last_in(at, pinned->bytes))
        return false;
    return bf_pinned_is_registered(pinned) ? is_replaceable(pinned) : bf_host_space_is_apart(at);
}

static size_t pages_of(const struct bf_range *pinned)
{
    return (pinned->bytes + BF_VIEWS_PAGE - 1) / BF_VIEWS_PAGE * BF_VIEWS_PAGE;
}

/* Of the host alone, until all that was begun with it as the host's is over. */
static bool make_area(const struct bf_range *pinned)
{
    struct bf_object *context = pinned->context;
    struct bf_managed_place place = {.connection = &context->server->stream, .context = context->number};
    if (bf_managed_memory_stream(context, &place.stream) || bf_managed_add_here(&place, pinned->base, pages_of(pinned)))
        return false;
    if (bf_map_add(&context->server->memory, pinned))
        return true;
    bf_managed_remove(pinned->base);
    return false;
}

/* With the lock held. */
static bool reach(struct bf_range *pinned)
{
    void *at = (void *)(uintptr_t)pinned->base;
    if (pinned->mapped)
        return true;
    const struct bf_device *device = pinned->context->context.device;
    if (bf_placed_hold(device, pinned->base, pinned->bytes))
        return false;
    pinned->managed = pinned->mapped = pinned->placed = true;
    if (!make_area(pinned)) {
        bf_placed_leave(device->server, pinned->base, pinned->bytes);
        return false;
    }
    bf_memory_settle_host(at, pinned->bytes, NULL);
    bf_sources_settle(at, pinned->bytes);
    pinned->managed = false;
    bool kept = bf_pinned_replace(pinned) && (!bf_pinned_is_registered(pinned) || bf_map_add(&registered, pinned));
    bf_managed_attach(pinned->base, true, NULL);
    return kept;
}

bool bf_reach_address(const struct bf_server *server, uint64_t address)
{
    struct bf_range pinned;
    if (!bf_pinned_find((const void *)(uintptr_t)address, &pinned) || pinned.context->server != server)
        return false;
    if (pinned.mapped)
        return true;
    pthread_mutex_lock(&lock);
    bool reached = bf_pinned_find((const void *)(uintptr_t)address, &pinned) && bf_reach_is_possible(&pinned) &&
                   reach(&pinned);
    pthread_mutex_unlock(&lock);
    return reached;
}

void bf_reach_launch(const struct bf_server *server, const char *kernel, const void *block, size_t bytes)
{
    uintptr_t from = atomic_load_explicit(&bf_pinned_lowest, memory_order_relaxed),
              to = atomic_load_explicit(&bf_pinned_end, memory_order_relaxed);
    for (size_t at = 0; from < to && at + sizeof(uintptr_t) <= bytes; at += sizeof(uintptr_t)) {
        uintptr_t value;
        struct bf_range range;
        memcpy(&value, (const uint8_t *)block + at, sizeof value);
        if (value >= from && value < to && !bf_unreachable_is(value) && bf_pinned_find((const void *)value, &range) &&
            !range.mapped && !bf_reach_address(server, value))
            bf_unreachable_remember(kernel, value);
    }
}

void bf_reach_end(struct bf_server *server, const struct bf_range *pinned)
{
    if (!pinned->placed)
        return;
    pthread_mutex_lock(&lock);
    bf_managed_remove(pinned->base);
    bf_map_drop(&server->memory, pinned->base);
    bf_placed_leave(server, pinned->base, pinned->bytes);
    pthread_mutex_unlock(&lock);
}

/* With the lock held. */
static void return_one(const struct bf_range *pinned)
{
    struct bf_server *server = pinned->context->server;
    bf_managed_give_back(pinned->base);
    bf_map_drop(&server->memory, pinned->base);
    bf_placed_leave(server, pinned->base, pinned->bytes);
}

void bf_reach_return(const struct bf_range *pinned)
{
    struct bf_range range;
    pthread_mutex_lock(&lock);
    if (bf_map_find(&registered, pinned->base, &range)) {
        bf_map_drop(&registered, pinned->base);
        return_one(&range);
    }
    pthread_mutex_unlock(&lock);
}

void bf_reach_return_all(const struct bf_object *context)
{
    struct bf_range range;
    pthread_mutex_lock(&lock);
    while (bf_map_take_of(&registered, context, &range))
        return_one(&range);
    pthread_mutex_unlock(&lock);
}
