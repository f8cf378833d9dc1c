/* Captures as a list, each with its members. */
#include "capture.h"

#include <pthread.h>
#include <stdlib.h>

#include "capture_list.h"

_Atomic uint32_t lc_capture_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct lc_capture *captures, *ended;   /* ended: graphs that nobody has taken */
static uint64_t last_id;

void lc_capture_list_lock(void)
{
    pthread_mutex_lock(&lock);
}

void lc_capture_list_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

uint64_t lc_capture_list_thread(void)
{
    static _Atomic uint64_t last;
    static _Thread_local uint64_t number __attribute__((tls_model("initial-exec")));
    if (!number)
        number = atomic_fetch_add(&last, 1) + 1;
    return number;
}

struct lc_capture *lc_capture_list_first(void)
{
    return captures;
}

struct lc_capture *lc_capture_list_find(uint64_t id)
{
    struct lc_capture *capture = captures;
    while (capture && capture->id != id)
        capture = capture->next;
    return capture;
}

struct lc_member *lc_capture_list_member(const void *stream)
{
    for (struct lc_capture *capture = captures; capture; capture = capture->next)
        for (struct lc_member *member = capture->members; member; member = member->next)
            if (member->is.stream == stream)
                return member;
    return NULL;
}

struct lc_member *lc_capture_list_join(struct lc_capture *capture, const struct lc_capture_stream *stream)
{
    struct lc_member *member = calloc(1, sizeof *member);
    if (!member)
        return NULL;
    *member = (struct lc_member){.is = *stream, .capture = capture, .next = capture->members};
    capture->members = member;
    return member;
}

/* ---- life */

static void free_members(struct lc_capture *capture)
{
    while (capture->members) {
        struct lc_member *member = capture->members;
        capture->members = member->next;
        lc_frontier_free(&member->frontier);
        free(member);
    }
    lc_frontier_free(&capture->released);
}

/* Its members are in none any more. */
static void take_out(struct lc_capture *capture)
{
    struct lc_capture **link = &captures;
    while (*link != capture)
        link = &(*link)->next;
    *link = capture->next;
    atomic_fetch_sub(&lc_capture_count, 1);
    free_members(capture);
}

static CUresult begin(const struct lc_capture_stream *stream, const struct lc_capture *like,
                      const struct lc_frontier *first)
{
    if (lc_capture_list_member(stream->stream))
        return CUDA_ERROR_ILLEGAL_STATE;
    struct lc_capture *capture = malloc(sizeof *capture);
    if (!capture)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *capture = *like;
    capture->id = ++last_id;
    capture->origin = lc_capture_list_join(capture, stream);
    if (!capture->origin ||
        (first && !lc_frontier_add(&capture->origin->frontier, first->nodes, first->edges, first->count))) {
        free_members(capture);
        free(capture);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    capture->next = captures;
    captures = capture;
    atomic_fetch_add(&lc_capture_count, 1);
    return CUDA_SUCCESS;
}

CUresult lc_capture_begin(const struct lc_capture_stream *stream, CUstreamCaptureMode mode, CUgraph graph, bool owns,
                          const struct lc_frontier *first)
{
    const struct lc_capture like = {
        .graph = graph, .owns_graph = owns, .mode = mode, .thread = lc_capture_list_thread()};
    lc_capture_list_lock();
    CUresult result = begin(stream, &like, first);
    lc_capture_list_unlock();
    return result;
}

CUgraph lc_capture_joins(const struct lc_capture_stream *stream)
{
    lc_capture_list_lock();
    const struct lc_member *member = lc_capture_list_member(stream->stream);
    const struct lc_capture *capture = member ? member->capture : NULL;
    bool joins = capture && capture->origin == member && capture->members->next && !capture->invalidated;
    CUgraph graph = joins ? capture->graph : NULL;
    lc_capture_list_unlock();
    return graph;
}

static CUresult end(struct lc_member *member, const struct lc_capture_edges *edges, CUgraph *graph, CUgraph *forsaken)
{
    /* A graph that the program had before it need not be told. */
    if (!graph && !(member && !member->capture->owns_graph))
        return CUDA_ERROR_INVALID_VALUE;
    if (!member)
        return CUDA_ERROR_ILLEGAL_STATE;
    struct lc_capture *capture = member->capture;
    bool foreign = capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && capture->thread != lc_capture_list_thread();
    if (capture->origin != member || foreign) {
        capture->invalidated = true;
        return capture->origin != member ? CUDA_ERROR_STREAM_CAPTURE_UNMATCHED : CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    }
    CUresult result = capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                                           : lc_capture_joined_check(capture, edges);
    if (graph)
        *graph = result ? NULL : capture->graph;
    *forsaken = result && capture->owns_graph ? capture->graph : NULL;
    take_out(capture);
    free(capture);
    return result;
}

CUresult lc_capture_end(const struct lc_capture_stream *stream, const struct lc_capture_edges *edges, CUgraph *graph,
                        CUgraph *forsaken)
{
    *forsaken = NULL;
    lc_capture_list_lock();
    CUresult result = end(lc_capture_list_member(stream->stream), edges, graph, forsaken);
    lc_capture_list_unlock();
    return result;
}

CUgraph lc_capture_left(void)
{
    lc_capture_list_lock();
    struct lc_capture *capture = ended;
    CUgraph graph = capture ? capture->graph : NULL;
    if (capture)
        ended = capture->next;
    lc_capture_list_unlock();
    free(capture);
    return graph;
}

bool lc_capture_fills(CUgraph graph)
{
    if (!lc_capture_any())
        return false;
    lc_capture_list_lock();
    struct lc_capture *capture = captures;
    while (capture && capture->graph != graph)
        capture = capture->next;
    lc_capture_list_unlock();
    return capture;
}

/* ---- ends of streams: work that they have captured still has to be joined */

static void forget(bool (*matches)(const struct lc_member *member, const void *wanted), const void *wanted)
{
    if (!lc_capture_any())
        return;
    lc_capture_list_lock();
    for (struct lc_capture *capture = captures, *next; capture; capture = next) {
        next = capture->next;
        for (struct lc_member *member = capture->members; member; member = member->next)
            if (matches(member, wanted))
                member->is.stream = member->is.context = NULL;
        if (capture->origin->is.stream)
            continue;
        take_out(capture);
        if (capture->owns_graph) {
            capture->next = ended;
            ended = capture;
        } else {
            free(capture);
        }
    }
    lc_capture_list_unlock();
}

static bool is_stream(const struct lc_member *member, const void *stream)
{
    return member->is.stream == stream;
}

static bool is_of_context(const struct lc_member *member, const void *context)
{
    return member->is.context == context;
}

void lc_capture_forget(const void *stream)
{
    forget(is_stream, stream);
}

void lc_capture_forget_context(const void *context)
{
    forget(is_of_context, context);
}
