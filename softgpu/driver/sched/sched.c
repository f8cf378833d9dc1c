/* What all of the scheduler shares: its lock, and the memory of works. */
#include "sched.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;

void sg_sched_lock(void)
{
    pthread_mutex_lock(&lock);
}

void sg_sched_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

/* Free lists by size, so that a launch does not call malloc. */
enum { CLASSES = 4 };
static const size_t class_bytes[CLASSES] = {512, 2048, 8192, 49152};
static pthread_mutex_t pool_lock = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
static struct sg_work *pool[CLASSES];

struct sg_work *sg_sched_new(const struct sg_work_kind *kind, size_t bytes)
{
    uint8_t class = 0;
    while (class < CLASSES && class_bytes[class] < bytes)
        class++;
    struct sg_work *work = NULL;
    if (class < CLASSES) {
        pthread_mutex_lock(&pool_lock);
        work = pool[class];
        if (work)
            pool[class] = work->next;
        pthread_mutex_unlock(&pool_lock);
    }
    if (!work) {
        size_t room = sizeof *work + (class < CLASSES ? class_bytes[class] : (bytes + 63) & ~(size_t)63);
        work = aligned_alloc(64, room);
    }
    if (work)
        *work = (struct sg_work){.kind = kind, .width = 1, .size_class = class};
    return work;
}

void sg_sched_discard(struct sg_work *work)
{
    assert(!work->open && !work->holders && work->size_class <= CLASSES);
    if (work->size_class == CLASSES) {
        free(work);
        return;
    }
    pthread_mutex_lock(&pool_lock);
    work->next = pool[work->size_class];
    pool[work->size_class] = work;
    pthread_mutex_unlock(&pool_lock);
}
