/* Life of captures: which streams are in them, and what they leave behind. */
#include "capture.h"

#include <pthread.h>
#include <stdlib.h>

#include "../graph/graph.h"

_Atomic uint32_t sg_capture_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sg_capture *captures;
static uint64_t last_id;

/* ---- members */

/* The end of a stream undoes its tie under the scheduler's lock. */
static void tie(struct sg_member *member, struct sg_stream *stream)
{
    sg_sched_lock();
    member->tie.stream = stream;
    atomic_store(&stream->tie, &member->tie);
    sg_sched_unlock();
}

static void untie(struct sg_member *member)
{
    sg_sched_lock();
    if (member->tie.stream)
        atomic_store(&member->tie.stream->tie, NULL);
    member->tie.stream = NULL;
    sg_sched_unlock();
}

struct sg_member *sg_capture_member(const struct sg_stream *stream)
{
    return (struct sg_member *)atomic_load(&stream->tie);
}

struct sg_member *sg_capture_join(struct sg_capture *capture, struct sg_stream *stream)
{
    struct sg_member *member = calloc(1, sizeof *member);
    if (!member)
        return NULL;
    member->capture = capture;
    member->next = capture->members;
    capture->members = member;
    tie(member, stream);
    return member;
}

bool sg_capture_touches(const struct sg_capture *capture, const struct sg_context *context, bool blocking_only)
{
    for (const struct sg_member *member = capture->members; member; member = member->next) {
        const struct sg_stream *stream = member->tie.stream;
        if (stream && stream->context == context && (stream->blocking || !blocking_only))
            return true;
    }
    return false;
}

/* ---- captures */

static void discard(struct sg_capture *capture)
{
    while (capture->members) {
        struct sg_member *member = capture->members;
        capture->members = member->next;
        untie(member);
        lc_frontier_free(&member->frontier);
        free(member);
    }
    lc_frontier_free(&capture->released);
    free(capture);
}

static void take_out(struct sg_capture *capture)
{
    struct sg_capture **link = &captures;
    while (*link != capture)
        link = &(*link)->next;
    *link = capture->next;
    atomic_fetch_sub(&sg_capture_count, 1);
}

/* `keeps`: the graph goes to the program. */
static void let_graph_go(const struct sg_capture *capture, bool keeps)
{
    struct sg_graph *graph;
    sg_graph_lock();
    if (!sg_graph_find(capture->graph, &graph)) {
        graph->captures--;
        if (capture->owns_graph && !keeps)
            sg_graph_free(graph);
    }
    (void)sg_graph_unlock(CUDA_SUCCESS);
}

CUgraph sg_capture_end(struct sg_capture *capture, bool keeps)
{
    CUgraph graph = keeps ? capture->graph : NULL;
    take_out(capture);
    let_graph_go(capture, keeps);
    discard(capture);
    return graph;
}

void sg_capture_lock(void)
{
    pthread_mutex_lock(&lock);
    /* Whose origin has been destroyed can be ended by nobody. */
    for (struct sg_capture *capture = captures, *next; capture; capture = next) {
        next = capture->next;
        if (!capture->origin->tie.stream)
            sg_capture_end(capture, false);
    }
}

void sg_capture_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

void sg_capture_drop_forsaken(void)
{
    if (!sg_capture_any())
        return;
    sg_capture_lock();
    sg_capture_unlock();
}

struct sg_capture *sg_capture_first(void)
{
    return captures;
}

struct sg_capture *sg_capture_find(uint64_t id)
{
    struct sg_capture *capture = captures;
    while (capture && capture->id != id)
        capture = capture->next;
    return capture;
}

static struct sg_capture *make(CUstreamCaptureMode mode, uint64_t thread, CUgraph graph)
{
    struct sg_capture *capture = calloc(1, sizeof *capture);
    if (capture)
        *capture =
            (struct sg_capture){.id = ++last_id, .graph = graph, .owns_graph = !graph, .mode = mode, .thread = thread};
    return capture;
}

/* The graph is kept from being destroyed, or executed, until the end. */
static CUresult hold_graph(struct sg_capture *capture)
{
    struct sg_graph *graph;
    if (capture->owns_graph) {
        TRY(sg_graph_new(&graph));
        capture->graph = (CUgraph)graph->handle;
    } else {
        TRY(sg_graph_find(capture->graph, &graph));
    }
    graph->captures++;
    return CUDA_SUCCESS;
}

static CUresult fill(struct sg_capture *capture, struct sg_stream *stream, const struct lc_frontier *first)
{
    sg_graph_lock();
    TRY(sg_graph_unlock(hold_graph(capture)));
    capture->origin = sg_capture_join(capture, stream);
    REQUIRE(capture->origin, CUDA_ERROR_OUT_OF_MEMORY);
    return !first || lc_frontier_add(&capture->origin->frontier, first->nodes, first->edges, first->count)
               ? CUDA_SUCCESS
               : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_capture_begin(struct sg_stream *stream, CUstreamCaptureMode mode, uint64_t thread, CUgraph graph,
                          const struct lc_frontier *dependencies)
{
    struct sg_capture *capture = make(mode, thread, graph);
    REQUIRE(capture, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = fill(capture, stream, dependencies);
    if (result) {
        let_graph_go(capture, false);
        discard(capture);
        return result;
    }
    capture->next = captures;
    captures = capture;
    atomic_fetch_add(&sg_capture_count, 1);
    return CUDA_SUCCESS;
}
