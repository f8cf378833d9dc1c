/* The ids of the allocations, in order. Ids grow, so that a new one nearly always comes last. */
#include "sync_memops.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t *ids;
static size_t count, room;

CUresult lc_sync_memops_check(const void *value, CUpointer_attribute attribute)
{
    bool known = value && attribute == CU_POINTER_ATTRIBUTE_SYNC_MEMOPS;
    return known && *(const unsigned *)value <= 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* With the lock held: where the id is, or belongs. */
static size_t place(uint64_t id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* With the lock held. */
static bool has_room(void)
{
    if (count < room)
        return true;
    size_t more = room ? 2 * room : 64;
    uint64_t *grown = realloc(ids, more * sizeof *ids);
    if (!grown)
        return false;
    ids = grown;
    room = more;
    return true;
}

bool lc_sync_memops_set(uint64_t id, bool on)
{
    pthread_mutex_lock(&lock);
    size_t at = place(id);
    bool is_set = at < count && ids[at] == id;
    bool fits = !on || is_set || has_room();
    if (on && !is_set && fits) {
        memmove(ids + at + 1, ids + at, (count++ - at) * sizeof *ids);
        ids[at] = id;
    } else if (!on && is_set) {
        memmove(ids + at, ids + at + 1, (--count - at) * sizeof *ids);
    }
    pthread_mutex_unlock(&lock);
    return fits;
}

bool lc_sync_memops_is_set(uint64_t id)
{
    pthread_mutex_lock(&lock);
    size_t at = place(id);
    bool is_set = at < count && ids[at] == id;
    pthread_mutex_unlock(&lock);
    return is_set;
}
