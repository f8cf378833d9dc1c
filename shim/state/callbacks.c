/* The functions by their numbers, and the threads that call them. */
#include "callbacks.h"

#include <stdlib.h>

#include "../../libcuda/callers.h"
#include "../wire/outstanding.h"
#include "drop.h"

enum { BUCKETS = 1024 };

struct entry {
    struct lc_call call;           /* of one that is called once; first: the two are the same address */
    struct entry *next;
    struct bf_server *server;
    uint64_t number, ask;
    int result;
    struct bf_callback is;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *entries[BUCKETS];
static uint64_t last;
static _Atomic unsigned pending;

/* With the lock held: where the entry is linked, or would be. */
static struct entry **find(const struct bf_server *server, uint64_t number)
{
    struct entry **link = &entries[number % BUCKETS];
    while (*link && ((*link)->number != number || (*link)->server != server))
        link = &(*link)->next;
    return link;
}

/* With the lock held: it is found no more. */
static struct entry *take_out(struct entry **link)
{
    struct entry *entry = *link;
    *link = entry->next;
    bf_outstanding_heard(&entry->server->stream);
    return entry;
}

/* Work of a stream. */
static bool is_work(const struct bf_callback *callback)
{
    return !callback->lasts && !callback->ends;
}

static void end(struct entry *entry)
{
    if (entry && entry->number && is_work(&entry->is))
        atomic_fetch_sub(&pending, 1);
    free(entry);
}

bool bf_callbacks_pending(void)
{
    return atomic_load_explicit(&pending, memory_order_acquire) != 0;
}

/* Before its function, which may do anything. */
static void end_object(struct bf_object *object)
{
    struct bf_target to = bf_on(object->server);
    uint64_t number = object->number;
    bf_objects_free(object, bf_drop_object);
    (void)BF_TELL(to, user_object_end, bf_u(number));
}

static void answer(struct bf_stream *stream, uint64_t ask)
{
    if (ask)
        bf_answers_send(stream, ask, NULL, 0);
}

static void run(struct lc_call *call)
{
    struct entry *entry = (struct entry *)call;
    if (entry->is.ends)
        end_object(entry->is.ends);
    if (entry->is.function)
        entry->is.function(entry->is.data);
    else if (entry->is.callback)
        entry->is.callback(entry->is.stream, (CUresult)entry->result, entry->is.data);
    if (entry->ask && bf_managed_any())
        bf_managed_returned(&entry->server->stream);
    answer(&entry->server->stream, entry->ask);
    end(entry);
}

/* One that lasts may be asked for again before it has returned, so each call has an entry of its own. What is not
 * known is answered all the same. */
static struct entry *begin(struct bf_server *server, uint64_t number)
{
    pthread_mutex_lock(&lock);
    struct entry **link = find(server, number), *found = *link;
    struct entry *entry = found && !found->is.lasts ? take_out(link) : malloc(sizeof *entry);
    if (entry && entry != found)
        *entry = (struct entry){.server = server, .is = found ? found->is : (struct bf_callback){.data = NULL}};
    pthread_mutex_unlock(&lock);
    return entry;
}

/* One that lasts, and that the server does not wait for, will not be called any more. */
static bool ends(const struct bf_server *server, uint64_t ask, uint64_t number)
{
    if (ask)
        return false;
    pthread_mutex_lock(&lock);
    struct entry **link = find(server, number), *entry = *link && (*link)->is.lasts ? take_out(link) : NULL;
    pthread_mutex_unlock(&lock);
    end(entry);
    return entry;
}

static void asked(struct bf_stream *stream, uint64_t ask, uint64_t number, int result)
{
    struct bf_server *server = (struct bf_server *)((uint8_t *)stream - offsetof(struct bf_server, stream));
    if (ends(server, ask, number))
        return;
    struct entry *entry = lc_callers_start() ? begin(server, number) : NULL;
    if (!entry) {
        answer(stream, ask);
        return;
    }
    entry->call.run = run;
    entry->ask = ask;
    entry->result = result;
    lc_callers_put(&entry->call);
    lc_callers_wake();
}

/* Nobody asks for anything any more; but every callback of a stream is called, and told why. */
static void give_up(struct bf_stream *stream)
{
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < BUCKETS; i++)
        for (struct entry **link = &entries[i]; *link;) {
            if (&(*link)->server->stream != stream) {
                link = &(*link)->next;
                continue;
            }
            struct entry *entry = take_out(link);
            entry->call.run = run;
            entry->result = atomic_load(&stream->lost);
            if (entry->is.callback)
                lc_callers_put(&entry->call);
            else
                end(entry);
        }
    pthread_mutex_unlock(&lock);
    lc_callers_wake_all();
}

uint64_t bf_callbacks_enter(struct bf_server *server, const struct bf_callback *callback)
{
    struct entry *entry = malloc(sizeof *entry);
    if (!entry || !lc_callers_start() || !bf_outstanding_expect(&server->stream)) {
        free(entry);
        return 0;
    }
    bf_client_begin_calling();
    atomic_store(&server->stream.on_run, asked);
    atomic_store(&server->stream.on_end, give_up);
    pthread_mutex_lock(&lock);
    uint64_t number = ++last;
    atomic_fetch_add(&pending, is_work(callback));
    *entry = (struct entry){.next = entries[number % BUCKETS], .server = server, .number = number, .is = *callback};
    entries[number % BUCKETS] = entry;
    pthread_mutex_unlock(&lock);
    return number;
}

bool bf_callbacks_find(const struct bf_server *server, uint64_t number, struct bf_callback *out)
{
    pthread_mutex_lock(&lock);
    const struct entry *found = *find(server, number);
    if (found)
        *out = found->is;
    pthread_mutex_unlock(&lock);
    return found;
}

void bf_callbacks_leave(struct bf_server *server, uint64_t number)
{
    pthread_mutex_lock(&lock);
    struct entry **link = find(server, number);
    struct entry *entry = *link ? take_out(link) : NULL;
    pthread_mutex_unlock(&lock);
    end(entry);
}

void bf_callbacks_lose(const struct bf_object *context)
{
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < BUCKETS; i++)
        for (struct entry **link = &entries[i]; *link;) {
            if ((*link)->is.context == context)
                end(take_out(link));
            else
                link = &(*link)->next;
        }
    pthread_mutex_unlock(&lock);
}

static CUresult put(const struct bf_order *order, const struct bf_callback *callback, const struct bf_call *call)
{
    struct bf_server *server = order->to.server;
    uint64_t number = bf_callbacks_enter(server, callback);
    if (!number)
        return CUDA_ERROR_OUT_OF_MEMORY;
    const struct bf_value args[] = {bf_u(order->stream), bf_u(number)};
    CUresult result = bf_call_tell(order->to, call, args, NULL);
    /* Its data are the program's again: it is not called, even if the server still asks for it. */
    if (result)
        bf_callbacks_leave(server, number);
    return result;
}

CUresult bf_callbacks_launch(const struct bf_order *order, CUhostFn function, void *data)
{
    const struct bf_callback callback = {.function = function, .data = data, .context = order->context};
    return put(order, &callback, &bf_calls[BF_CALL_host_function]);
}

CUresult bf_callbacks_add(const struct bf_order *order, CUstream stream, CUstreamCallback callback, void *data)
{
    const struct bf_callback added = {.callback = callback, .stream = stream, .data = data};
    return put(order, &added, &bf_calls[BF_CALL_stream_callback]);
}
