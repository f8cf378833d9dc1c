/* What this client answers to what a server's driver waits for.
 *
 * Not among the calls: the server may not be reading these, because the thread that runs them is inside the driver, and
 * that may wait for the answer. So there is a second connection for them, made with the first. Nothing comes back. */
#ifndef BF_ANSWERS_H
#define BF_ANSWERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "servers.h"

struct bf_stream;

enum { BF_TOKEN_BYTES_MAX = 64 };

/* Where the Dispatcher has sent this client. */
struct bf_way {
    unsigned port;
    size_t token_bytes;
    uint8_t token[BF_TOKEN_BYTES_MAX];
    unsigned resume_s; /* for how long a broken connection is resumed; 0: it is not */
    struct bf_address address; /* that led there */
};

struct bf_answers {
    pthread_mutex_t lock;
    struct bf_way way;
    bool open; /* since the first answer */
    struct bf_line line;
};

void bf_answers_open(struct bf_answers *answers, const struct bf_way *way);
void bf_answers_close(struct bf_answers *answers);
/* In a forked child, where it may be that somebody held the lock. */
void bf_answers_leave(struct bf_answers *answers);

/* Answer ask `number` with these bytes. Waits for nothing but the network; if it fails, the server is lost. */
void bf_answers_send(struct bf_stream *stream, uint64_t number, const void *data, size_t bytes);
/* Have the connection mended if it is broken: an answer may have been lost on its way. */
void bf_answers_look(struct bf_stream *stream);

#endif
