/* How far the streams have got: the records, found by token. progress.h has the theory. */
#include "progress.h"

#include <pthread.h>
#include <stdlib.h>

#include "stream.h"

enum { BLOCK = 1024, BLOCKS = (1 << BF_MARK_TOKEN_BITS) / BLOCK };

/* Records are never given back to the system. `lock` guards what is free; a block that is there stays. */
static struct bf_progress *_Atomic blocks[BLOCKS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct bf_progress *unused;
static uint32_t used;

static struct bf_progress *at(uint32_t token)
{
    return atomic_load_explicit(&blocks[token / BLOCK], memory_order_acquire) + token % BLOCK;
}

static bool is_passed(const struct bf_progress *progress)
{
    return bf_progress_is_done(progress, atomic_load(&progress->last));
}

/* True if it was less before. */
static bool raise_to(_Atomic uint64_t *value, uint64_t least)
{
    uint64_t seen = atomic_load_explicit(value, memory_order_relaxed);
    while (seen < least &&
           !atomic_compare_exchange_weak_explicit(value, &seen, least, memory_order_release, memory_order_relaxed)) {
    }
    return seen < least;
}

void bf_progress_reach(struct bf_progress *progress, uint64_t number, uint64_t put)
{
    raise_to(&progress->passed, put);
    if (raise_to(&progress->done, number) && progress->connection) {
        atomic_fetch_add(&progress->connection->news, 1);
        bf_progress_heard(progress->connection, number);
    }
}

void bf_progress_heard(struct bf_stream *connection, uint64_t number)
{
    raise_to(&connection->heard, number);
}

/* Of the same connection, because numbers are its own. `lock` is held. */
static struct bf_progress *take_unused(const struct bf_stream *connection)
{
    struct bf_progress **link = &unused;
    while (*link && ((*link)->connection != connection || atomic_load(&(*link)->listed) || !is_passed(*link)))
        link = &(*link)->next_free;
    struct bf_progress *found = *link;
    if (!found)
        return NULL;
    *link = found->next_free;
    /* What names it may have known so only by the one above. */
    bf_progress_reach(found, atomic_load(&found->last), atomic_load(&found->put));
    return found;
}

/* `lock` is held. */
static struct bf_progress *take_fresh(struct bf_stream *connection)
{
    if (used == BLOCK * BLOCKS)
        return NULL;
    if (used % BLOCK == 0) {
        struct bf_progress *block = calloc(BLOCK, sizeof *block);
        if (!block)
            return NULL;
        atomic_store_explicit(&blocks[used / BLOCK], block, memory_order_release);
    }
    struct bf_progress *fresh = at(used);
    fresh->token = used++;
    fresh->connection = connection;
    return fresh;
}

struct bf_progress *bf_progress_new(struct bf_stream *connection, uint64_t context, uint64_t stream,
                                    struct bf_progress *above, bool blocking)
{
    pthread_mutex_lock(&lock);
    struct bf_progress *progress = take_unused(connection);
    if (!progress)
        progress = take_fresh(connection);
    if (progress) {
        atomic_store(&progress->context, context);
        atomic_store(&progress->retired, false);
        progress->stream = stream;
        atomic_store(&progress->above, above);
        progress->blocking = blocking;
    }
    pthread_mutex_unlock(&lock);
    return progress;
}

void bf_progress_retire(struct bf_progress *progress)
{
    if (!progress)
        return;
    atomic_store(&progress->retired, true);
    pthread_mutex_lock(&lock);
    progress->next_free = unused;
    unused = progress;
    pthread_mutex_unlock(&lock);
}

/* NULL if the token is not of this connection. */
static struct bf_progress *find(const struct bf_stream *connection, uint64_t token)
{
    if (token >= (uint64_t)BLOCK * BLOCKS || !atomic_load_explicit(&blocks[token / BLOCK], memory_order_acquire))
        return NULL;
    struct bf_progress *progress = at((uint32_t)token);
    return progress->connection == connection ? progress : NULL;
}

void bf_progress_told(struct bf_stream *connection, uint64_t token, uint64_t number, uint64_t put)
{
    struct bf_progress *progress = find(connection, token);
    if (progress)
        bf_progress_reach(progress, number, put);
}

void bf_progress_told_running(struct bf_stream *connection, uint64_t token, uint64_t number)
{
    struct bf_progress *progress = find(connection, token);
    if (progress)
        atomic_store(&progress->still, number);
}

struct bf_progress *bf_progress_of(uint64_t mark, uint64_t *number)
{
    *number = mark >> BF_MARK_TOKEN_BITS;
    return at((uint32_t)(mark & ((1u << BF_MARK_TOKEN_BITS) - 1)));
}
