/* Where events stand in their streams. */
#include "events.h"

void bf_events_recorded(struct bf_object *event, const struct bf_put *put)
{
    if (put->number)
        atomic_store(&event->event.mark, bf_progress_mark(put->progress, put->number));
}
