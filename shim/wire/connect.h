/* The way to a CUDA Server: Dispatcher, HELLO, WELCOME with the snapshot; data connection, HELLO. Its answer,
 * WELCOME or REFUSED (welcome.h), is the first frame on the connection and is left to the caller, who need not wait
 * for it. */
#ifndef BF_CONNECT_H
#define BF_CONNECT_H

#include "answers.h"
#include "servers.h"
#include "snapshot.h"

/* What a client is there for, if not for CUDA: NVML, or only a look at the devices, for which no CUDA Server is
 * taken. */
#define BF_USE_NVML "nvml"
#define BF_USE_LOOK "look"
#define BF_USE_ANSWERS "answers"

struct bf_connection {
    struct bf_link link; /* none after a look */
    struct bf_way way; /* to the CUDA Server */
    struct bf_snapshot snapshot;
    uint32_t images; /* from how many bytes on the server keeps a code image; 0: never */
    int code; /* 0, or the CUresult to give up with */
    bool given_up; /* then: the server was there and ended the connection, or what it had kept for this client */
    bool refused; /* then: the server has said so */
    char problem[768]; /* then: which host, why, what to do; one line */
};

/* `use` may be NULL. Times are limits for each step. On success link and snapshot are the caller's. */
void bf_connect(const struct bf_address *address, const char *use, int connect_ms, int hello_ms,
                struct bf_connection *out);

/* To the CUDA Server once more in place of a broken `line`, with so many bytes `taken` of what it has sent; `use` as above, BF_USE_ANSWERS or NULL.
 * BF_AGAIN_DONE: `link` is a connection that goes on where the broken one ended, and `theirs` how many bytes the server
 * has taken. BF_AGAIN_NOBODY: nobody listens there. BF_AGAIN_NEVER: the session is over. Otherwise `problem` tells. */
enum bf_again { BF_AGAIN_DONE, BF_AGAIN_LATER, BF_AGAIN_NOBODY, BF_AGAIN_NEVER };
enum bf_again bf_connect_again(const struct bf_line *line, const struct bf_way *way, const char *use, uint64_t taken,
                               int limit_ms, struct bf_link *link, uint64_t *theirs, char *problem, size_t room);

/* A second connection to the CUDA Server that `beside` leads to, for answers. False if there is no way. */
bool bf_connect_answers(const struct bf_line *beside, const struct bf_way *way, int connect_ms, int hello_ms,
                        struct bf_link *out);

#endif
