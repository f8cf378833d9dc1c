/* The one place where this library writes to the standard streams through stdio: text that kernels of the
 * application printed. */
#include "output.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERRORS = 2, HELD_BYTES_MAX = 1 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *held;
static _Atomic size_t held_bytes;

/* A full disk or a closed stream is the application's to notice; there is nobody here to tell. */
static void put(FILE *out, const void *text, size_t bytes)
{
    (void)!fwrite(text, 1, bytes, out);
}

void bf_output_release(void)
{
    if (!atomic_load_explicit(&held_bytes, memory_order_acquire))
        return;
    pthread_mutex_lock(&lock);
    put(stdout, held, atomic_load(&held_bytes));
    free(held);
    held = NULL;
    atomic_store(&held_bytes, 0);
    pthread_mutex_unlock(&lock);
}

/* False if there is no room for more. */
static bool hold(const void *text, size_t bytes)
{
    pthread_mutex_lock(&lock);
    size_t before = atomic_load(&held_bytes);
    char *more = before + bytes > HELD_BYTES_MAX ? NULL : realloc(held, before + bytes);
    if (more) {
        memcpy(more + before, text, bytes);
        held = more;
        atomic_store_explicit(&held_bytes, before + bytes, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return more;
}

void bf_output_write(unsigned descriptor, const void *text, size_t bytes)
{
    if (descriptor == ERRORS) {
        put(stderr, text, bytes);
    } else if (bytes && !hold(text, bytes)) {
        bf_output_release();
        put(stdout, text, bytes);
    }
}
