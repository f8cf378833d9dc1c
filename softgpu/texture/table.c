/* Numbers of textures and surfaces. number = generation << 20 | slot, below every address of memory, so that a handle
 * in a kernel is told from the address of a reference. Slots are used again, each time with the next generation. */
#include "texture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "../../libcuda/space.h"

enum { SLOT_BITS = 20, SLOTS_MAX = 1 << SLOT_BITS, GENERATION_MAX = (1 << 16) - 1 };

struct slot {
    _Atomic uint64_t number; /* 0 while free */
    struct sg_texture *texture;
    uint32_t generation, next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot *slots; /* slot 0 is never used */
static _Atomic uint32_t used;
static uint32_t free_head, free_tail;

/* With the lock held: a slot that is in no list, 0 if none. */
static uint32_t take(void)
{
    if (!slots) {
        slots = lc_space_memory(sizeof *slots * SLOTS_MAX);
        if (!slots)
            return 0;
        atomic_store(&used, 1);
    }
    uint32_t slot = free_head;
    if (slot) {
        free_head = slots[slot].next;
        return slot;
    }
    return used < SLOTS_MAX ? used++ : 0;
}

uint64_t sg_table_enter(struct sg_texture *texture)
{
    uint64_t number = 0;
    pthread_mutex_lock(&lock);
    uint32_t slot = take();
    if (slot) {
        struct slot *s = &slots[slot];
        s->generation = s->generation < GENERATION_MAX ? s->generation + 1 : 0;
        s->texture = texture;
        number = (uint64_t)s->generation << SLOT_BITS | slot;
        atomic_store_explicit(&s->number, number, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return number;
}

static struct slot *find(uint64_t number)
{
    uint32_t slot = (uint32_t)number & (SLOTS_MAX - 1);
    if (!slot || slot >= atomic_load_explicit(&used, memory_order_acquire))
        return NULL;
    return atomic_load_explicit(&slots[slot].number, memory_order_acquire) == number ? &slots[slot] : NULL;
}

struct sg_texture *sg_table_find(uint64_t number)
{
    const struct slot *slot = find(number);
    return slot ? slot->texture : NULL;
}

bool sg_table_leave(uint64_t number)
{
    pthread_mutex_lock(&lock);
    struct slot *slot = find(number);
    if (slot) {
        uint32_t index = (uint32_t)(slot - slots);
        atomic_store_explicit(&slot->number, 0, memory_order_release);
        slot->next = 0;
        if (free_head)
            slots[free_tail].next = index;
        else
            free_head = index;
        free_tail = index;
    }
    pthread_mutex_unlock(&lock);
    return slot;
}

uint64_t sg_table_next(const void *owner, uint64_t number)
{
    uint32_t end = atomic_load_explicit(&used, memory_order_acquire);
    for (uint32_t slot = ((uint32_t)number & (SLOTS_MAX - 1)) + 1; slot < end; slot++) {
        uint64_t there = atomic_load_explicit(&slots[slot].number, memory_order_acquire);
        if (there && slots[slot].texture->owner == owner)
            return there;
    }
    return 0;
}
