/* A table of slots that never moves. handle = generation << 32 | slot << 8 | kind << 3; the slot holds the handle
 * that is live in it. Slots are used again first in, first out, each time with the next generation. */
#include "handles.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#include "../../../libcuda/space.h"

enum {
    SLOTS_MAX = 1 << 24,
    KIND_SHIFT = 3,
    KIND_MASK = 31,
    SLOT_SHIFT = 8,
    GENERATION_SHIFT = 32,
    GENERATION_MAX = (1 << 23) - 1
};

struct slot {
    _Atomic uint64_t handle;        /* 0 while free */
    void *_Atomic object;           /* of the last handle: read while another thread drops it or makes the next */
    uint32_t next;                  /* of the free slots */
    _Atomic uint32_t generation;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot *slots;          /* slot 0 is never used */
static _Atomic uint32_t used;         /* slots that have ever held a handle, and slot 0 */
static uint32_t free_head, free_tail;
static _Atomic uint64_t losses = 1;

/* With the lock held: a slot that is in no list, 0 if none. */
static uint32_t take(void)
{
    if (!slots) {
        slots = lc_space_memory(sizeof *slots * SLOTS_MAX);
        if (!slots)
            return 0;
        used = 1;
    }
    uint32_t slot = free_head;
    if (slot) {
        free_head = slots[slot].next;
        return slot;
    }
    return used < SLOTS_MAX ? used++ : 0;
}

void *sg_handles_new(enum sg_kind kind, void *object)
{
    uint64_t handle = 0;
    pthread_mutex_lock(&lock);
    uint32_t slot = take();
    if (slot) {
        struct slot *s = &slots[slot];
        assert(object && kind != SG_NOTHING && !atomic_load_explicit(&s->handle, memory_order_relaxed));
        s->generation = s->generation < GENERATION_MAX ? s->generation + 1 : 1;
        atomic_store_explicit(&s->object, object, memory_order_release);
        handle = (uint64_t)s->generation << GENERATION_SHIFT | (uint64_t)slot << SLOT_SHIFT |
                 (uint64_t)kind << KIND_SHIFT;
        atomic_store_explicit(&s->handle, handle, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return (void *)(uintptr_t)handle;
}

static struct slot *find(const void *handle)
{
    uint64_t value = (uint64_t)(uintptr_t)handle;
    uint32_t slot = (uint32_t)(value >> SLOT_SHIFT) & (SLOTS_MAX - 1);
    if (!slot || slot >= used)
        return NULL;
    return atomic_load_explicit(&slots[slot].handle, memory_order_acquire) == value ? &slots[slot] : NULL;
}

enum sg_kind sg_handles_kind(const void *handle)
{
    return find(handle) ? (enum sg_kind)((uintptr_t)handle >> KIND_SHIFT & KIND_MASK) : SG_NOTHING;
}

void *sg_handles_get(const void *handle, enum sg_kind kind)
{
    if (((uintptr_t)handle >> KIND_SHIFT & KIND_MASK) != (uintptr_t)kind)
        return NULL;
    const struct slot *slot = find(handle);
    void *object = slot ? atomic_load_explicit(&slot->object, memory_order_acquire) : NULL;
    return object && find(handle) ? object : NULL;  /* else it was of the slot's next handle */
}

bool sg_handles_was(const void *handle, enum sg_kind kind)
{
    uint64_t value = (uint64_t)(uintptr_t)handle;
    uint32_t slot = (uint32_t)(value >> SLOT_SHIFT) & (SLOTS_MAX - 1);
    uint32_t generation = (uint32_t)(value >> GENERATION_SHIFT);
    return (value >> KIND_SHIFT & KIND_MASK) == (uint64_t)kind && slot && slot < used && generation &&
           generation <= slots[slot].generation && !find(handle);
}

bool sg_handles_drop(const void *handle)
{
    pthread_mutex_lock(&lock);
    struct slot *slot = find(handle);
    if (slot) {
        uint32_t number = (uint32_t)(slot - slots);
        atomic_store_explicit(&slot->handle, 0, memory_order_release);
        slot->next = 0;
        if (free_head)
            slots[free_tail].next = number;
        else
            free_head = number;
        free_tail = number;
        sg_handles_lose();
    }
    pthread_mutex_unlock(&lock);
    return slot;
}

uint64_t sg_handles_losses(void)
{
    return atomic_load(&losses);
}

void sg_handles_lose(void)
{
    atomic_fetch_add(&losses, 1);
}
