/* The end of a server's connection, which is final: its code is the result of every later call. */
#ifndef BF_LOST_H
#define BF_LOST_H

#include "stream.h"

static inline bool bf_lost_is(const struct bf_stream *stream)
{
    return atomic_load(&stream->lost) != 0;
}

/* Give the server up, for the reason that is shown to the user. */
void bf_lost_because(struct bf_stream *stream, const char *reason);
/* The same with a code and a line of the caller's. */
void bf_lost_with(struct bf_stream *stream, int code, const char *line);

#endif
