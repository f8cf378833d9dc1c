/* Watches: the server is asked to tell when what is in a stream of the device now is complete. */
#ifndef BF_WATCH_H
#define BF_WATCH_H

#include "stream.h"

/* A call was appended that puts work into a stream; `appending` is held. `noted` may append a watch behind it,
 * `note` does not: bulk data is to follow. */
void bf_watch_note(struct bf_stream *stream, struct bf_put *put, const struct bf_rows *bulk);
void bf_watch_noted(struct bf_stream *stream, struct bf_put *put, const struct bf_rows *bulk);

/* Watch every stream that has work and is not watched, as far as it fits. `appending` is held. */
void bf_watch_append_all(struct bf_stream *stream);

/* True if all up to `number` in the stream is complete. The first look at something asks the server how it is, and
 * to tell when it is complete; later ones do not wait. But if something else was heard to be complete since, the
 * server is asked again: it tells of each stream by itself, so what had to come before that may be told after it. */
bool bf_watch_look(struct bf_progress *progress, uint64_t number);
/* The same for an event that was recorded at `mark`: what was put behind it does not matter. `seen` is the event's
 * own. */
bool bf_watch_look_event(uint64_t mark, uint64_t context, uint64_t event, struct bf_look *seen);

/* True if something in the context is not known to be complete. */
bool bf_watch_is_running(struct bf_stream *stream, uint64_t context);

/* The stream is about to be destroyed: whoever has an event in it still gets to know. */
void bf_watch_last(struct bf_progress *progress);

static inline bool bf_watch_is_full(const struct bf_progress *progress)
{
    return progress && atomic_load_explicit(&progress->put, memory_order_relaxed) -
                               atomic_load_explicit(&progress->passed, memory_order_relaxed) >=
                           BF_STREAM_CALLS_MAX;
}

/* Wait until the stream has room, as a thread does that stands before a full queue of the native driver. */
void bf_watch_make_room(struct bf_progress *progress);

#endif
