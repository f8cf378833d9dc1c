/* Where events stand in their streams. */
#ifndef BF_EVENTS_H
#define BF_EVENTS_H

#include "order.h"

/* Both have been recorded, on one server, and neither without its time. */
bool bf_events_can_time(const struct bf_object *start, const struct bf_object *end);

/* Processes share it, so that what others do with it counts, and what is done with it here must be known at once. */
static inline bool bf_events_is_shared(const struct bf_object *event)
{
    return event->event.flags & CU_EVENT_INTERPROCESS;
}

/* The result of a tell about an event, once the server has done it if the event is shared. */
CUresult bf_events_told(const struct bf_object *event, struct bf_target to, CUresult told);

/* Record an event in a stream of its own context. */
CUresult bf_events_record(struct bf_object *event, const struct bf_order *order);
CUresult bf_events_record_flagged(struct bf_object *event, const struct bf_order *order, unsigned flags);

/* Record it for all that the context does. */
CUresult bf_events_record_whole(struct bf_object *event, struct bf_object *context);

/* A call that records the event became this one, if any. */
void bf_events_recorded(struct bf_object *event, const struct bf_put *put);

#endif
