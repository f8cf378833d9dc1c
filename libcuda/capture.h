/* Stream capture where another process has the driver: which streams are in it, and what its rules say.
 *
 * What a capture, its members and their frontiers are says softgpu/driver/capture/capture.h. Here a node is made by
 * whoever calls, between lc_capture_work_enter and lc_capture_work_leave, without any lock. Nobody takes the lock of
 * this file while `lc_capture_count` is 0. */
#ifndef LC_CAPTURE_H
#define LC_CAPTURE_H

#include <stdatomic.h>
#include <stdint.h>

#include "frontier.h"

/* A stream as captures see it; `stream` is a default stream's context where it has nothing else. */
struct lc_capture_stream {
    const void *stream, *context;
    bool legacy, blocking;
};

/* Part of an event. */
struct lc_capture_event {
    _Atomic uint64_t capture;        /* where its newest record was captured; 0: it was not */
    struct lc_frontier before;       /* under the lock: what came before it there */
};

extern _Atomic uint32_t lc_capture_count;

static inline bool lc_capture_any(void)
{
    return __builtin_expect(atomic_load_explicit(&lc_capture_count, memory_order_relaxed) != 0, 0);
}

/* Begin one; `owns`: the graph was made for it. It ends with the graph in *graph, or NULL and *forsaken is a graph that
 * was made for nothing. `edges` are those of the graph, or `count` is 0: then only the one stream was in it. */
CUresult lc_capture_begin(const struct lc_capture_stream *stream, CUstreamCaptureMode mode, CUgraph graph, bool owns,
                          const struct lc_frontier *first);

struct lc_capture_edges {
    const CUgraphNode *from, *to;
    size_t count;
};

/* The graph whose edges cuStreamEndCapture needs, NULL if none: then the stream began a capture with others in it. */
CUgraph lc_capture_joins(const struct lc_capture_stream *stream);
CUresult lc_capture_end(const struct lc_capture_stream *stream, const struct lc_capture_edges *edges, CUgraph *graph,
                        CUgraph *forsaken);

/* Graphs that were made for captures whose stream is gone: one at a time, NULL when there is none left. */
CUgraph lc_capture_left(void);

/* Whether the graph is being filled: then it is neither destroyed nor made executable. */
bool lc_capture_fills(CUgraph graph);

/* Where work in the stream goes. */
struct lc_capture_place {
    CUgraph graph;                   /* NULL: the stream is in no capture */
    uint64_t capture;
    const void *stream;
    struct lc_frontier before;       /* what a node of it comes behind */
};

/* Work for the stream: refused by the rules, or *place says where it goes; then lc_capture_work_leave follows, with the
 * node that was made of it or NULL. */
CUresult lc_capture_work_enter(const struct lc_capture_stream *stream, struct lc_capture_place *place);
void lc_capture_work_leave(struct lc_capture_place *place, CUgraphNode node);

/* The stream, if it is in a capture, cannot do what is asked of it: the capture is invalid. */
CUresult lc_capture_work_refuse(const struct lc_capture_stream *stream);

/* True if the record, or the wait, was captured or refused. */
bool lc_capture_work_record(const struct lc_capture_stream *stream, struct lc_capture_event *event, CUresult *result);
bool lc_capture_work_wait(const struct lc_capture_stream *stream, struct lc_capture_event *event, CUresult *result);
void lc_capture_work_recorded(struct lc_capture_event *event);                    /* for real */

/* What cuStreamGetCaptureInfo says. The legacy stream is refused while a stream captures that it would wait for. */
struct lc_capture_info {
    CUstreamCaptureStatus status;
    uint64_t id;
    CUgraph graph;
    const struct lc_frontier *frontier;
};
CUresult lc_capture_work_ask(const struct lc_capture_stream *stream, struct lc_capture_info *out);
CUresult lc_capture_work_update(const struct lc_capture_stream *stream, const struct lc_frontier *nodes, bool replace);

/* ---- rules: each says what a call is, before it does anything. */

CUresult lc_capture_rules_wait(const struct lc_capture_stream *stream);      /* asks how far the stream is */
CUresult lc_capture_rules_context(const void *context);                     /* concerns all its streams */
CUresult lc_capture_rules_unsafe(void);                                     /* would not be repeated by the graph */
CUresult lc_capture_rules_event(const struct lc_capture_event *event, CUresult code);

/* Of this thread; returns the one before. */
CUstreamCaptureMode lc_capture_rules_exchange(CUstreamCaptureMode wanted);

/* The stream ends; all of the context do. */
void lc_capture_forget(const void *stream);
void lc_capture_forget_context(const void *context);

#endif
