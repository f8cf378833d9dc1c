/* Asynchronous copies to pinned memory: made without waiting, received by whoever reads, or by a thread that does
 * nothing else while there are some. That reads as well while the server may ask for functions of the program. */
#ifndef BF_OUTSTANDING_H
#define BF_OUTSTANDING_H

#include "stream.h"

/* Make a copy whose bytes go to `into` some time; they are there before the stream, or what waits for it, is told to
 * be complete. BF_STREAM_NO_MEMORY if that cannot be remembered: nothing was done. */
int bf_outstanding_start(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                         const struct bf_value *args, const struct bf_rows *into, struct bf_put *put);

/* Until no copy to some of [base, base + bytes) is outstanding, but in `except` (NULL: in none), whose copies arrive
 * in order. */
void bf_outstanding_wait(struct bf_stream *stream, const void *base, size_t bytes, const struct bf_progress *except);

static inline bool bf_outstanding_any(const struct bf_stream *stream)
{
    return atomic_load_explicit(&stream->outstanding, memory_order_acquire) != 0;
}

/* The server is going to ask for a function; it has asked, or will not. False if nobody would hear it. */
bool bf_outstanding_expect(struct bf_stream *stream);
void bf_outstanding_heard(struct bf_stream *stream);

/* For bf_stream_close. */
void bf_outstanding_end(struct bf_stream *stream);

#endif
