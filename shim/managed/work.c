/* What the device is still doing: the last call of each stream that may use managed memory. */
#include "work.h"

#include <stdlib.h>

struct mark {
    struct bf_progress *progress;
    uint64_t number;
};

static struct connection {
    const struct bf_stream *is;
    unsigned beginning; /* work that is being put into a stream */
    struct mark *marks;
    size_t count, room;
} connections[BF_SERVERS_MAX];

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static struct connection *of(const struct bf_stream *stream)
{
    struct connection *at = connections;
    while (at->is && at->is != stream)
        at++;
    at->is = stream;
    return at;
}

void bf_work_begin(const struct bf_stream *stream)
{
    of(stream)->beginning++;
}

static struct mark *find(struct connection *connection, const struct bf_progress *progress)
{
    for (size_t i = 0; i < connection->count; i++)
        if (connection->marks[i].progress == progress)
            return &connection->marks[i];
    return NULL;
}

/* Of a stream that is not there yet; NULL if memory ran out. */
static struct mark *add(struct connection *connection)
{
    if (connection->count == connection->room) {
        size_t more = connection->room ? 2 * connection->room : 16;
        struct mark *grown = realloc(connection->marks, more * sizeof *grown);
        if (!grown)
            return NULL;
        connection->marks = grown;
        connection->room = more;
    }
    return &connection->marks[connection->count++];
}

static int ask(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args)
{
    struct bf_ask asked;
    int result = bf_stream_ask(stream, context, call, args, NULL, NULL, &asked);
    bf_stream_ask_end(&asked);
    return result;
}

/* The result says how the work went, which whoever made it is told; here it is over in any case. */
static void wait_for(const struct mark *mark)
{
    struct bf_progress *progress = mark->progress;
    uint64_t context = atomic_load(&progress->context);
    const struct bf_value args[] = {{.u = progress->stream}, {.u = mark->number}};
    int result = atomic_load(&progress->retired)
                     ? ask(progress->connection, context, &bf_calls[BF_CALL_cuCtxSynchronize], NULL)
                     : ask(progress->connection, context, &bf_calls[BF_CALL_stream_wait], args);
    if (!result)
        bf_progress_reach(progress, mark->number, 0);
}

void bf_work_end(const struct bf_stream *stream, struct bf_progress *progress, uint64_t number)
{
    struct connection *connection = of(stream);
    struct mark *mark = number ? find(connection, progress) : NULL;
    if (number && !mark)
        mark = add(connection);
    if (mark && (mark->progress != progress || number > mark->number))
        *mark = (struct mark){progress, number};
    else if (number && !mark)
        wait_for(&(struct mark){progress, number});
    if (!--connection->beginning)
        pthread_cond_broadcast(&changed);
}

/* The first mark that concerns the area and is not done. Those that are done are forgotten. */
static struct mark *running(struct connection *connection, const struct bf_area *area)
{
    for (size_t i = 0; i < connection->count;) {
        struct mark *mark = &connection->marks[i];
        if (bf_progress_is_done(mark->progress, mark->number)) {
            *mark = connection->marks[--connection->count];
            continue;
        }
        if (!area->of || area->of == mark->progress)
            return mark;
        i++;
    }
    return NULL;
}

bool bf_work_is_over(const struct bf_area *area)
{
    struct connection *connection = of(area->connection);
    return area->of_host || (!connection->beginning && !running(connection, area));
}

void bf_work_wait(const struct bf_area *area)
{
    struct connection *connection = of(area->connection);
    if (connection->beginning) {
        pthread_cond_wait(&changed, &bf_areas_lock);
        return;
    }
    const struct mark *found = running(connection, area);
    if (!found)
        return;
    const struct mark mark = *found;
    pthread_mutex_unlock(&bf_areas_lock);
    wait_for(&mark);
    pthread_mutex_lock(&bf_areas_lock);
    struct mark *again = find(connection, mark.progress);
    if (again && again->number == mark.number)
        *again = connection->marks[--connection->count];
}
