/* A sorted array under a sequence lock: a reader that saw it change reads again. Writers are serialised by the caller.
 *
 * Every field is atomic so that a reader beside a writer reads old or new values, and never acts on them before the
 * sequence number has told that they belong together. */
#include "registered.h"

#include <stdatomic.h>

enum { RANGES_MAX = 1 << 14, ALREADY_REGISTERED = 712, NOT_REGISTERED = 713, NO_MEMORY = 2, INVALID_VALUE = 1 };

struct range {
    _Atomic uint64_t begin, end, id;
    _Atomic(const void *) owner;
    _Atomic uint32_t tag;
};

static struct range ranges[RANGES_MAX];
static _Atomic uint32_t count;
static _Atomic uint32_t sequence;    /* odd while a writer is at work */

#define GET(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)

static void begin_write(void)
{
    SET(sequence, GET(sequence) + 1);
    atomic_thread_fence(memory_order_release);
}

static void end_write(void)
{
    atomic_store_explicit(&sequence, GET(sequence) + 1, memory_order_release);
}

/* The first range that ends after `address`. */
static uint32_t first_after(uint64_t address, uint32_t total)
{
    uint32_t low = 0, high = total;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (GET(ranges[middle].end) <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void move(uint32_t to, uint32_t from)
{
    SET(ranges[to].begin, GET(ranges[from].begin));
    SET(ranges[to].end, GET(ranges[from].end));
    SET(ranges[to].id, GET(ranges[from].id));
    SET(ranges[to].owner, GET(ranges[from].owner));
    SET(ranges[to].tag, GET(ranges[from].tag));
}

static void remove_at(uint32_t at)
{
    uint32_t total = GET(count);
    begin_write();
    for (uint32_t i = at; i + 1 < total; i++)
        move(i, i + 1);
    SET(count, total - 1);
    end_write();
}

int sg_registered_add(const struct sg_extent *extent)
{
    uint32_t total = GET(count);
    if (total == RANGES_MAX)
        return NO_MEMORY;
    uint32_t at = first_after(extent->begin, total);
    if (at < total && GET(ranges[at].begin) < extent->end)
        return ALREADY_REGISTERED;
    begin_write();
    for (uint32_t i = total; i > at; i--)
        move(i, i - 1);
    SET(ranges[at].begin, extent->begin);
    SET(ranges[at].end, extent->end);
    SET(ranges[at].id, extent->id);
    SET(ranges[at].owner, extent->owner);
    SET(ranges[at].tag, extent->tag);
    SET(count, total + 1);
    end_write();
    return 0;
}

int sg_registered_remove(uint64_t begin)
{
    uint32_t at = first_after(begin, GET(count));
    if (at == GET(count) || GET(ranges[at].begin) > begin)
        return NOT_REGISTERED;
    if (GET(ranges[at].begin) != begin)
        return INVALID_VALUE;
    remove_at(at);
    return 0;
}

void sg_registered_remove_owned(const void *owner)
{
    for (uint32_t i = GET(count); i > 0; i--)
        if (GET(ranges[i - 1].owner) == owner)
            remove_at(i - 1);
}

static bool read_once(uint64_t address, struct sg_extent *out)
{
    uint32_t total = GET(count), at = first_after(address, total);
    if (at >= total)
        return false;
    *out = (struct sg_extent){
        .begin = GET(ranges[at].begin),
        .end = GET(ranges[at].end),
        .device = UINT32_MAX,
        .kind = SG_MEMORY_REGISTERED,
        .id = GET(ranges[at].id),
        .owner = GET(ranges[at].owner),
        .tag = GET(ranges[at].tag),
    };
    return address >= out->begin && address < out->end;
}

bool sg_registered_find(uint64_t address, struct sg_extent *out)
{
    for (;;) {
        uint32_t before = atomic_load_explicit(&sequence, memory_order_acquire);
        struct sg_extent found;
        bool hit = read_once(address, &found);
        atomic_thread_fence(memory_order_acquire);
        if (before % 2 == 0 && GET(sequence) == before) {
            if (hit)
                *out = found;
            return hit;
        }
    }
}
