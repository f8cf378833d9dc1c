/* The wish comes late: the region has been cut into memories, but nothing of them is in use. */
#include "place.h"

#include <pthread.h>
#include <stdatomic.h>

#include "../../libcuda/space.h"
#include "block.h"
#include "shadow.h"

enum { TRIES = 8 };

static sg_memory_place *place;
/* What is left for reservations. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t space_begin, space_next, space_end;

void sg_place_ask(sg_memory_place *wanted)
{
    place = wanted;
}

static void settle(void)
{
    uint64_t begin, end, moved;
    if (!place || !place(&begin, &end))
        return;
    sg_block_lock();
    if (sg_shadow_move(begin, end, &moved)) {
        sg_block_shift(moved);
        space_begin = space_next = sg_shadow_end();
        space_end = end;
    }
    sg_block_unlock();
}

void sg_place_settle(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, settle);
}

/* One behind the other: what was given back is met again after a round. */
uint64_t sg_place_take(uint64_t bytes)
{
    uint64_t found = 0;
    if (bytes > space_end - space_begin)
        return 0;
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < TRIES && !found; i++) {
        if (bytes > space_end - space_next)
            space_next = space_begin;
        if (lc_space_take(space_next, bytes))
            found = space_next;
        space_next += bytes;
    }
    pthread_mutex_unlock(&lock);
    return found;
}
