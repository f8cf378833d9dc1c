/* Where events stand in their streams. */
#ifndef BF_EVENTS_H
#define BF_EVENTS_H

#include "call.h"

/* A call that records the event became this one, if any. */
void bf_events_recorded(struct bf_object *event, const struct bf_put *put);

#endif
