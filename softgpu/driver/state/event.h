/* Events: which ticket of which stream was recorded, and when it was reached. */
#ifndef SG_EVENT_H
#define SG_EVENT_H

#include "context.h"
#include "event_shared.h"
#include "../../../libcuda/frontier.h"

struct sg_event {
    void *handle;
    struct sg_context *context;
    unsigned flags;
    /* Of the newest record, under the scheduler's lock: */
    struct sg_stream *stream;        /* NULL if never recorded */
    uint64_t ticket;
    uint64_t reached_ns;             /* CLOCK_MONOTONIC; 0 until reached */
    /* Where the newest record was captured: the capture, 0 if it was not, and, under its lock, what came before. */
    _Atomic uint64_t capture;
    struct lc_frontier captured;
    struct sg_event_shared *shared; /* what other processes know of it; NULL: it is this one's alone */
    struct sg_event *next, *previous;
};

/* What an event has recorded, or nothing: stream NULL. */
struct sg_record {
    struct sg_stream *stream;
    uint64_t ticket;
};

CUresult sg_event_create(struct sg_context *context, unsigned flags, struct sg_event **out);
/* One of another process. */
CUresult sg_event_open(struct sg_context *context, const struct sg_exported_handle *handle, struct sg_event **out);
/* Whether it was still there: another thread may have destroyed it at this moment. */
bool sg_event_destroy(struct sg_event *event, const void *handle);

/* The newest record; false if there is none. */
bool sg_event_newest(struct sg_event *event, struct sg_stream **stream, uint64_t *ticket);

/* What comes later in the stream begins when the event's newest record has been reached. */
CUresult sg_event_wait(struct sg_stream *stream, struct sg_event *event);

/* The same of another stream's work up to that ticket. */
CUresult sg_event_wait_ticket(struct sg_stream *stream, struct sg_stream *recorded, uint64_t ticket);

/* Whether the newest record has been reached, here and wherever the event is; wait until it has. */
bool sg_event_is_reached(struct sg_event *event);
void sg_event_synchronize(struct sg_event *event);

/* Append a record of the event to the stream. */
CUresult sg_event_record(struct sg_event *event, struct sg_stream *stream);

/* Of launched graphs, which record events in their midst; under the scheduler's lock. What the event has recorded, which
 * will be reached, and which is: then whoever asks need not wait for the rest of the graph. */
struct sg_record sg_event_record_of(const struct sg_event *event);
bool sg_event_is_passed(const struct sg_record *record);
void sg_event_enter(struct sg_event *event, struct sg_stream *stream, uint64_t ticket);
void sg_event_reach(struct sg_event *event, struct sg_stream *stream, uint64_t ticket);

/* All of a context's; for its teardown. */
void sg_event_destroy_all(struct sg_context *context);

#endif
