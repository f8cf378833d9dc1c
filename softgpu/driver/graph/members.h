/* The works that do the deeds of a launched graph. */
#ifndef SG_MEMBERS_H
#define SG_MEMBERS_H

#include "../state/event.h"
#include "deeds.h"

/* Nothing is to be done. */
bool sg_members_is_nothing(const struct sg_deed *deed);

/* The work of waiting for what an event has recorded. */
struct sg_work *sg_members_wait(const struct sg_record *record);

/* The work of anything else, in the context of the stream; NULL if out of memory. Under the scheduler's lock. */
struct sg_work *sg_members_make(const struct sg_deed *deed, struct sg_stream *stream);

#endif
