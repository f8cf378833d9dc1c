/* What processes that share an event know of it: a page that all of them map.
 *
 * Records have numbers, in the order of the calls that made them. A wait is for the newest number at the time of its
 * call. A place for each of the last records says whether it was reached, and whose it is: what a process that has
 * ended has left behind counts as reached, so that nobody waits for it for ever. */
#ifndef SG_EVENT_SHARED_H
#define SG_EVENT_SHARED_H

#include "../../memory/exported.h"

struct sg_event_shared;

/* Of an event of this process; of one that another process exported; another one that needs it. NULL: not to be had. */
struct sg_event_shared *sg_event_shared_new(void);
struct sg_event_shared *sg_event_shared_open(const struct sg_exported_handle *handle);
struct sg_event_shared *sg_event_shared_keep(struct sg_event_shared *shared);

/* It is needed no more, here: the last one gives it back. NULL is nothing. */
void sg_event_shared_drop(struct sg_event_shared *shared);

/* False of one that was opened: that is not exported again. */
bool sg_event_shared_handle(const struct sg_event_shared *shared, struct sg_exported_handle *out);

/* A new record; it has been reached; the newest one, 0 if there is none. */
uint64_t sg_event_shared_record(struct sg_event_shared *shared);
void sg_event_shared_reach(struct sg_event_shared *shared, uint64_t number);
uint64_t sg_event_shared_newest(const struct sg_event_shared *shared);

bool sg_event_shared_is_reached(struct sg_event_shared *shared, uint64_t number);

/* Until it is reached. */
void sg_event_shared_wait(struct sg_event_shared *shared, uint64_t number);

#endif
