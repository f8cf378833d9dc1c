/* The sources by their numbers, and the threads that answer. */
#include "sources.h"

#include <stdlib.h>

#include "../../libcuda/callers.h"
#include "../wire/outstanding.h"
#include "waits.h"

struct source {
    struct source *next;
    struct bf_server *server;
    struct bf_object *context;
    uint64_t number;
    size_t left;               /* bytes that were not asked for */
    bool lasts;                /* of a graph: asked for at every launch */
    struct bf_rows rows;
};

/* What the server asks for. Threads of the program's functions answer, because whoever reads must not wait until the
 * network takes the bytes. */
struct fetch {
    struct lc_call call;       /* first: the two are the same address */
    struct bf_stream *stream;
    uint64_t ask, number, offset, bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct source *sources;
static uint64_t last;
static _Atomic bool lasting;

/* With the lock held. */
static struct source **find(const struct bf_stream *stream, uint64_t number)
{
    struct source **link = &sources;
    while (*link && ((*link)->number != number || &(*link)->server->stream != stream))
        link = &(*link)->next;
    return link;
}

/* With the lock held. */
static void drop(struct source **link)
{
    struct source *source = *link;
    *link = source->next;
    bf_outstanding_heard(&source->server->stream);
    free(source);
}

static void answer(struct lc_call *call)
{
    struct fetch *fetch = (struct fetch *)call;
    struct bf_rows rows = {.base = NULL};
    pthread_mutex_lock(&lock);
    struct source **link = find(fetch->stream, fetch->number);
    size_t whole = *link ? bf_rows_bytes(&(*link)->rows) : 0;
    if (*link && fetch->offset <= whole && fetch->bytes <= whole - fetch->offset && fetch->bytes <= (*link)->left)
        rows = (*link)->rows;
    pthread_mutex_unlock(&lock);
    uint8_t *packed = rows.base ? malloc(fetch->bytes) : NULL;
    if (packed)
        bf_rows_pack(&rows, fetch->offset, packed, fetch->bytes);
    pthread_mutex_lock(&lock);
    link = find(fetch->stream, fetch->number);
    if (*link && !(*link)->lasts && !((*link)->left -= packed ? fetch->bytes : (*link)->left))
        drop(link);
    pthread_mutex_unlock(&lock);
    bf_answers_send(fetch->stream, fetch->ask, packed, packed ? fetch->bytes : 0);
    free(packed);
    free(fetch);
}

/* With `ask` 0 the server says that it will not ask for it, nor deliver, any more. */
static void asked(struct bf_stream *stream, uint64_t ask, uint64_t number, uint64_t offset, uint64_t bytes)
{
    if (!ask) {
        pthread_mutex_lock(&lock);
        struct source **link = find(stream, number);
        if (*link && (*link)->lasts)
            drop(link);
        pthread_mutex_unlock(&lock);
        return;
    }
    struct fetch *fetch = lc_callers_start() ? malloc(sizeof *fetch) : NULL;
    if (!fetch) {
        bf_answers_send(stream, ask, NULL, 0);
        return;
    }
    *fetch = (struct fetch){{NULL, answer}, stream, ask, number, offset, bytes};
    lc_callers_put(&fetch->call);
    lc_callers_wake();
}

static bool delivered(struct bf_stream *stream, uint64_t number, struct bf_rows *out)
{
    pthread_mutex_lock(&lock);
    const struct source *source = *find(stream, number);
    if (source)
        *out = source->rows;
    pthread_mutex_unlock(&lock);
    return source;
}

/* Rows that last have no context: whatever is lost, the graph has them. */
static uint64_t enter(struct bf_server *server, struct bf_object *context, const struct bf_rows *rows)
{
    struct source *source = malloc(sizeof *source);
    if (!source || !lc_callers_start() || !bf_outstanding_expect(&server->stream)) {
        free(source);
        return 0;
    }
    atomic_store(&server->stream.on_fetch, asked);
    atomic_store(&server->stream.on_deliver, delivered);
    pthread_mutex_lock(&lock);
    uint64_t number = ++last;
    *source = (struct source){sources, server, context, number, bf_rows_bytes(rows), !context, *rows};
    sources = source;
    pthread_mutex_unlock(&lock);
    return number;
}

uint64_t bf_sources_enter(struct bf_server *server, const struct bf_rows *rows)
{
    uint64_t number = enter(server, NULL, rows);
    if (number)
        atomic_store(&lasting, true);
    return number;
}

void bf_sources_leave(const struct bf_server *server, uint64_t number)
{
    pthread_mutex_lock(&lock);
    struct source **link = find(&server->stream, number);
    if (*link)
        drop(link);
    pthread_mutex_unlock(&lock);
}

bool bf_sources_lasting(void)
{
    return atomic_load(&lasting);
}

uint64_t bf_sources_enter_copy(const struct bf_order *order, const struct bf_rows *from)
{
    return enter(order->to.server, order->context, from);
}

bool bf_sources_copy(const struct bf_order *order, CUdeviceptr to, size_t pitch, const struct bf_rows *from,
                     CUresult *result)
{
    uint64_t number = bf_sources_enter_copy(order, from);
    if (!number)
        return false;
    *result = BF_TELL(order->to, copy_later, bf_u(to), bf_u(pitch), bf_u(from->width), bf_u(from->height),
                      bf_u(order->stream), bf_u(number));
    return true;
}

/* With the lock held. */
static struct source *find_in(uintptr_t begin, size_t bytes, bool lasts)
{
    struct source *source = sources;
    while (source) {
        uintptr_t base = (uintptr_t)source->rows.base;
        if (source->lasts == lasts && base < begin + bytes && begin < base + bf_rows_span(&source->rows))
            break;
        source = source->next;
    }
    return source;
}

bool bf_sources_last_in(const void *base, size_t bytes)
{
    pthread_mutex_lock(&lock);
    bool found = find_in((uintptr_t)base, bytes, true);
    pthread_mutex_unlock(&lock);
    return found;
}

void bf_sources_settle(const void *base, size_t bytes)
{
    for (CUresult result = CUDA_SUCCESS; !result;) {
        pthread_mutex_lock(&lock);
        const struct source *source = find_in((uintptr_t)base, bytes, false);
        struct bf_object *context = source ? source->context : NULL;
        pthread_mutex_unlock(&lock);
        if (!context)
            return;
        result = bf_waits_for_context(context);
    }
}

void bf_sources_lose(const struct bf_object *context)
{
    pthread_mutex_lock(&lock);
    for (struct source **link = &sources; *link;) {
        if ((*link)->context == context)
            drop(link);
        else
            link = &(*link)->next;
    }
    pthread_mutex_unlock(&lock);
}
