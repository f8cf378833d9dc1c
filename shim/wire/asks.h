/* The calls whose reply is still to come. */
#ifndef BF_ASKS_H
#define BF_ASKS_H

#include "stream.h"

void bf_asks_expect(struct bf_stream *stream, struct bf_ask *ask);

/* For those who hold `waiting`. */
static inline void bf_asks_add(struct bf_stream *stream, struct bf_ask *ask)
{
    ask->next = stream->asks;
    stream->asks = ask;
}

/* The one of this number, or NULL. */
struct bf_ask *bf_asks_find(struct bf_stream *stream, uint64_t number);
void bf_asks_forget(struct bf_stream *stream, struct bf_ask *ask);

#endif
