/* Managed memory, for the rest of the client: what is put into streams of the device, and what comes and goes.
 *
 * Theory of operation: docs/developer/managed.md. */
#ifndef BF_MANAGED_H
#define BF_MANAGED_H

#include "areas.h"

/* True while there is any: one load. What follows is of no use without. */
static inline bool bf_managed_any(void)
{
    return bf_areas_any();
}

/* A call is about to be put into a stream of the device: what it may reach there is the device's from now on, until the
 * program touches it. A launch may reach all; another call what its arguments name. leave() must follow, with the number
 * of the call, or 0 if it was not made. Nothing may be held. */
void bf_managed_enter(struct bf_stream *connection, const struct bf_progress *progress, const struct bf_call *call,
                      const struct bf_value *args);
void bf_managed_leave(struct bf_stream *connection, struct bf_progress *progress, uint64_t number);

/* A function of the program that a stream has waited for is over: what it has written goes before the stream goes on. */
void bf_managed_returned(struct bf_stream *connection);

/* True if any of these bytes is managed. */
bool bf_managed_touches(const void *address, size_t bytes);

/* What the server has allocated in its context; whole pages, reserved here. Zeros are there, or, if it is made of `parts`,
 * what add_part says. `stream` is for our copies alone, and waits for no other. 0, or BF_STREAM_NO_MEMORY. */
struct bf_managed_place {
    struct bf_stream *connection;
    uint64_t context, stream;
    bool parts;
};
int bf_managed_add(const struct bf_managed_place *place, uint64_t base, size_t bytes);
/* The same of memory that the program has and may write: its bytes are newer than the device's. Only the host uses it
 * until it is attached otherwise. It must not be unmapped before it is removed here. */
int bf_managed_add_here(const struct bf_managed_place *place, uint64_t base, size_t bytes);
/* Memory that was added so is the program's own again, with the newest bytes: after what may use it on the device. */
void bf_managed_give_back(uint64_t base);
/* Of areas that are made of parts: these bytes are the device's, and have a value there. */
int bf_managed_add_part(uint64_t from, uint64_t end);
void bf_managed_remove(uint64_t base);
/* All that is in there. */
void bf_managed_remove_all(uint64_t base, size_t bytes);

/* It may be used by all streams; by one alone (NULL: the host alone). */
void bf_managed_attach(uint64_t base, bool to_all, const struct bf_progress *progress);

/* In a forked child. */
void bf_managed_forked(void);

#endif
