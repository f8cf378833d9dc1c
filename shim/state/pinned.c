/* Host memory that the application calls pinned. */
#include "pinned.h"

#include "objects.h"

_Atomic(uintptr_t) bf_pinned_lowest = UINTPTR_MAX, bf_pinned_end;

static struct bf_map pinned = {.lock = PTHREAD_RWLOCK_INITIALIZER};
static const struct bf_object registered; /* as `module` of a range: memory that is the application's own */

static void widen(uintptr_t from, uintptr_t to)
{
    uintptr_t lowest = atomic_load(&bf_pinned_lowest), end = atomic_load(&bf_pinned_end);
    while (from < lowest && !atomic_compare_exchange_weak(&bf_pinned_lowest, &lowest, from)) {
    }
    while (to > end && !atomic_compare_exchange_weak(&bf_pinned_end, &end, to)) {
    }
}

bool bf_pinned_add(void *memory, size_t bytes, unsigned flags, struct bf_object *context, bool own)
{
    struct bf_range range = {.base = (uintptr_t)memory,
                             .bytes = bytes,
                             .id = bf_map_new_id(),
                             .flags = flags,
                             .context = context,
                             .module = own ? NULL : (struct bf_object *)(uintptr_t)&registered};
    if (!bf_map_add(&pinned, &range))
        return false;
    widen(range.base, range.base + bytes);
    return true;
}

bool bf_pinned_add_mapped(uint64_t address, size_t bytes, unsigned flags, struct bf_object *context)
{
    struct bf_range range = {
        .base = address, .bytes = bytes, .id = bf_map_new_id(), .flags = flags, .context = context, .mapped = true};
    return bf_map_add(&pinned, &range);
}

bool bf_pinned_replace(const struct bf_range *range)
{
    return bf_map_add(&pinned, range);
}

bool bf_pinned_find(const void *address, struct bf_range *out)
{
    return bf_map_find(&pinned, (uintptr_t)address, out);
}

bool bf_pinned_is_registered(const struct bf_range *range)
{
    return range->module == &registered;
}

bool bf_pinned_touches(const void *address, size_t bytes)
{
    return bf_map_touches(&pinned, (uintptr_t)address, bytes);
}

bool bf_pinned_covers(const void *address, size_t bytes)
{
    return bf_map_covers(&pinned, (uintptr_t)address, bytes);
}

bool bf_pinned_remove(const void *address, struct bf_range *out)
{
    return bf_map_remove(&pinned, (uintptr_t)address, out);
}

void bf_pinned_unregister(const void *address)
{
    bf_map_drop(&pinned, (uintptr_t)address);
}

bool bf_pinned_take_of(const struct bf_object *context, struct bf_range *out)
{
    return bf_map_take_of(&pinned, context, out);
}
