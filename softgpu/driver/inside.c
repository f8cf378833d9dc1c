/* The list of the threads that have ever called the driver. */
#include "inside.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

_Thread_local struct sg_inside sg_inside_self;
atomic_bool sg_inside_fences;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sg_inside *threads;
static pthread_key_t key;

static void unlist(void *thread)
{
    struct sg_inside *self = thread;
    pthread_mutex_lock(&lock);
    *(self->previous ? &self->previous->next : &threads) = self->next;
    if (self->next)
        self->next->previous = self->previous;
    self->listed = false;
    pthread_mutex_unlock(&lock);
}

static void prepare(void)
{
    pthread_key_create(&key, unlist);
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0))
        atomic_store(&sg_inside_fences, true);
}

void sg_inside_list(struct sg_inside *self)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    pthread_mutex_lock(&lock);
    self->previous = NULL;
    self->next = threads;
    if (threads)
        threads->previous = self;
    threads = self;
    self->listed = true;
    pthread_mutex_unlock(&lock);
    pthread_setspecific(key, self);
}

void sg_inside_park(const struct sg_context *context)
{
    struct sg_inside *self = &sg_inside_self;
    if (!self->outermost)
        return;
    atomic_store_explicit(&self->parked, context, memory_order_relaxed);
    atomic_store_explicit(&self->state, SG_PARKED, memory_order_release);
}

void sg_inside_unpark(void)
{
    struct sg_inside *self = &sg_inside_self;
    if (self->outermost)
        atomic_store(&self->state, SG_INSIDE);
}

void sg_inside_order(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (!atomic_load(&sg_inside_fences))
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}

bool sg_inside_any(const struct sg_context *context)
{
    bool found = false;
    pthread_mutex_lock(&lock);
    for (struct sg_inside *each = threads; each && !found; each = each->next) {
        int state = atomic_load(&each->state);
        bool parked_here = state == SG_PARKED && atomic_load(&each->parked) == context;
        found = each != &sg_inside_self && (state == SG_INSIDE || parked_here);
    }
    pthread_mutex_unlock(&lock);
    return found;
}
