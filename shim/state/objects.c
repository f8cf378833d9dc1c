/* The handles that the application holds. */
#include "objects.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "../../libcuda/space.h"

/* Of `next`, for free slots: a queue. Guards the tree as well. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct bf_object *oldest_free, *newest_free;
static size_t used_slots, live;

uint8_t *bf_objects_table;

enum { REUSE_AFTER = 1024 };   /* freed slots that wait before the oldest is used again */
static size_t waiting_free;

bool bf_objects_open(void)
{
    if (bf_objects_table)
        return true;
    bf_objects_table = lc_space_memory(BF_OBJECT_SLOTS * sizeof(struct bf_object));
    if (!bf_objects_table)
        return false;
    lc_space_show_pointers(bf_objects_table, BF_OBJECT_SLOTS * sizeof(struct bf_object));
    return true;
}

/* `lock` is held. */
static struct bf_object *take_slot(void)
{
    struct bf_object *slot = NULL;
    if (waiting_free > REUSE_AFTER || (used_slots == BF_OBJECT_SLOTS && oldest_free)) {
        slot = oldest_free;
        oldest_free = slot->next;
        waiting_free--;
    } else if (used_slots < BF_OBJECT_SLOTS) {
        slot = (struct bf_object *)bf_objects_table + used_slots++;
    }
    assert(!slot || atomic_load_explicit(&slot->kind, memory_order_relaxed) == BF_FREE);
    return slot;
}

/* `lock` is held. */
static void link_to_owner(struct bf_object *object)
{
    struct bf_object *owner = object->owner;
    object->children = object->previous = NULL;
    object->next = owner ? owner->children : NULL;
    if (object->next)
        object->next->previous = object;
    if (owner)
        owner->children = object;
}

struct bf_object *bf_objects_new(const struct bf_object *like)
{
    pthread_mutex_lock(&lock);
    struct bf_object *object = take_slot();
    if (object) {
        uint32_t generation = object->generation + 1;
        const size_t behind_kind = offsetof(struct bf_object, generation);
        memcpy((uint8_t *)object + behind_kind, (const uint8_t *)like + behind_kind, sizeof *object - behind_kind);
        object->generation = generation;
        object->kind_before = BF_FREE;
        link_to_owner(object);
        atomic_store_explicit(&object->kind, atomic_load(&like->kind), memory_order_release);
        live++;
    }
    pthread_mutex_unlock(&lock);
    return object;
}

struct bf_object *bf_objects_child(const struct bf_object *owner, enum bf_kind kind, bf_objects_match *matches,
                                   const void *user)
{
    pthread_mutex_lock(&lock);
    struct bf_object *each = owner->children;
    while (each && (atomic_load(&each->kind) != (uint32_t)kind || !matches(each, user)))
        each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

struct bf_object *bf_objects_any(enum bf_kind kind, bf_objects_match *matches, const void *user)
{
    struct bf_object *slots = (struct bf_object *)bf_objects_table;
    pthread_mutex_lock(&lock);
    size_t i = 0;
    while (i < used_slots && (atomic_load(&slots[i].kind) != (uint32_t)kind || !matches(&slots[i], user)))
        i++;
    struct bf_object *found = i < used_slots ? &slots[i] : NULL;
    pthread_mutex_unlock(&lock);
    return found;
}

/* `lock` is held. */
static void unlink_from_owner(struct bf_object *object)
{
    assert(!object->owner || object->previous || object->owner->children == object);
    if (object->previous)
        object->previous->next = object->next;
    else if (object->owner)
        object->owner->children = object->next;
    if (object->next && object->owner)
        object->next->previous = object->previous;
}

/* `lock` is held; the object has no children. */
static void release_slot(struct bf_object *object, bf_objects_drop *drop)
{
    enum bf_kind kind = (enum bf_kind)atomic_load(&object->kind);
    assert(kind != BF_FREE && !object->children && live > 0);
    object->kind_before = (uint32_t)kind;
    atomic_store(&object->kind, (uint32_t)BF_FREE);
    unlink_from_owner(object);
    if (drop)
        drop(object, kind);
    object->next = object->previous = object->owner = NULL;
    if (waiting_free)
        newest_free->next = object;
    else
        oldest_free = object;
    newest_free = object;
    waiting_free++;
    live--;
}

/* Leaf by leaf, without recursion. `lock` is held. */
static void free_children(struct bf_object *root, bf_objects_drop *drop)
{
    struct bf_object *at = root;
    while (at != root || at->children) {
        if (at->children) {
            at = at->children;
        } else {
            struct bf_object *owner = at->owner;
            release_slot(at, drop);
            at = owner;
        }
    }
}

void bf_objects_free_children(struct bf_object *object, bf_objects_drop *drop)
{
    pthread_mutex_lock(&lock);
    free_children(object, drop);
    pthread_mutex_unlock(&lock);
}

void bf_objects_free(struct bf_object *object, bf_objects_drop *drop)
{
    pthread_mutex_lock(&lock);
    /* Two threads may destroy the same handle: the second finds it gone. */
    if (atomic_load(&object->kind) != BF_FREE) {
        free_children(object, drop);
        release_slot(object, drop);
    }
    pthread_mutex_unlock(&lock);
}

size_t bf_objects_live(void)
{
    pthread_mutex_lock(&lock);
    size_t count = live;
    pthread_mutex_unlock(&lock);
    return count;
}

uint64_t bf_objects_id(const struct bf_object *object)
{
    size_t place = (size_t)((const uint8_t *)object - bf_objects_table) / sizeof *object;
    return ((uint64_t)object->generation << 32) + place + 1;
}
