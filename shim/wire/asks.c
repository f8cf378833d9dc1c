/* The calls whose reply is still to come. */
#include "asks.h"

void bf_asks_expect(struct bf_stream *stream, struct bf_ask *ask)
{
    pthread_mutex_lock(&stream->waiting);
    bf_asks_add(stream, ask);
    pthread_mutex_unlock(&stream->waiting);
}

struct bf_ask *bf_asks_find(struct bf_stream *stream, uint64_t number)
{
    struct bf_ask *ask = stream->asks;
    while (ask && (ask->number != number || ask->progress))
        ask = ask->next;
    return ask;
}

void bf_asks_forget(struct bf_stream *stream, struct bf_ask *ask)
{
    struct bf_ask **link = &stream->asks;
    while (*link && *link != ask)
        link = &(*link)->next;
    if (*link)
        *link = ask->next;
}
