/* What belongs to one application thread. */
#include "thread.h"

#include <pthread.h>
#include <stdlib.h>

/* One pointer fits into the static TLS that the loader keeps for libraries that come late, and saves a call a
 * look-up. */
static _Thread_local struct bf_thread *self __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

/* A call from a later destructor of the same thread finds no state and makes a new one, which is freed in the next
 * round. */
static void end_thread(void *state)
{
    struct bf_thread *thread = state;
    if (thread->ends)
        thread->ends(thread);
    self = NULL;
    free(thread->scratch);
    free(thread);
}

static void make_key(void)
{
    pthread_key_create(&key, end_thread);
}

struct bf_thread *bf_thread_self(void)
{
    if (!self) {
        pthread_once(&once, make_key);
        self = calloc(1, sizeof *self);
        if (self)
            pthread_setspecific(key, self);
    }
    return self;
}

uint8_t *bf_thread_scratch(void)
{
    struct bf_thread *thread = bf_thread_self();
    if (thread && !thread->scratch)
        thread->scratch = malloc(BF_SCRATCH_BYTES);
    return thread ? thread->scratch : NULL;
}
