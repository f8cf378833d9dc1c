/* The bytes of a session, both ways, over whatever link there is: what a cut has lost is sent again over the next one.
 *
 * Theory of operation. Both ends count the bytes that they have sent and taken since HELLO. What was sent is kept until
 * the peer acknowledges it. After a cut each end says how much it has taken, and the other goes on from there: so every
 * byte arrives once, wherever the cut was. Who finds the link broken has it mended (mend.h); meanwhile whoever sends or
 * receives waits, and who only looks finds nothing.
 *
 * Locks, each held for one system call: `taking` (of whoever receives), `giving` (of whoever sends), `looking` (shared
 * by those who wait for bytes and take none). Who mends holds all of them, in the order mending, giving, taking,
 * looking, `replacing`; nobody else holds two. A line that is not resumed (`resume_s` is 0) uses none of this.
 *
 * To copy each byte of bulk data would cost as much as to send it. So the program's memory is lent: it is sent from
 * where it is, also once more after a cut, and what has not been acknowledged when the call returns is copied then:
 * what sockets hold. Meanwhile nobody but the thread of the call sends: a page that is closed is its program's SIGSEGV
 * (pages.h), in the thread that made the call.
 *
 * Knows nothing of frames. */
#ifndef BF_LINE_H
#define BF_LINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "sent.h"
#include "peer.h"
#include "transport.h"

struct bf_line {
    struct bf_link link;
    struct bf_peer peer;   /* whom it leads to */
    unsigned resume_s;     /* how long it is tried to mend it */
    pid_t process;         /* whose it is: a forked child must leave it alone */
    int wait_ms;           /* of one system call */
    pthread_mutex_t mending, giving, taking, replacing;
    pthread_rwlock_t looking;
    struct bf_sent kept;
    uint64_t pushed;                 /* of what is kept, what was sent over this link */
    _Atomic bool behind;             /* there is more */
    _Atomic bool broken;             /* somebody who only looked has found it so */
    _Atomic bool over;               /* the server has said goodbye */
    _Atomic unsigned mends;          /* how often it was mended */
    _Atomic uint64_t taken;          /* bytes of the peer's */
    _Atomic uint64_t told;           /* of them, those that the peer was told of */
    _Atomic uint64_t acknowledged;   /* bytes that the peer has taken */
    uint64_t since_ns;               /* when it broke, until bytes come again; 0: it is whole */
};

/* Takes `link` over. `resume_s` 0: a cut is its end. False: no memory; the link is still the caller's. */
bool bf_line_open(struct bf_line *line, struct bf_link link, unsigned resume_s, int wait_ms);
void bf_line_close(struct bf_line *line);
/* In a forked child. */
void bf_line_leave(struct bf_line *line);
void bf_line_shutdown(struct bf_line *line);

/* As bf_transport_receive(); without `wait` nothing comes while somebody mends. */
ptrdiff_t bf_line_receive(struct bf_line *line, void *out, size_t room, bool wait);
bool bf_line_is_readable(struct bf_line *line, int wait_ms);
bool bf_line_is_gone(struct bf_line *line);

/* Of a line that is resumed. Memory for the next bytes, and, once they are there, that they are to go out:
 * bf_line_give_end must follow. NULL, and nothing follows, if what there is must go out first. */
uint8_t *bf_line_give(struct bf_line *line, size_t *room);
void bf_line_give_end(struct bf_line *line, size_t bytes);
/* Put few bytes there; false if what there is must go out first. */
bool bf_line_put(struct bf_line *line, const uint8_t *data, size_t bytes);
/* BF_KEPT_CHUNK_BYTES at `data` are to go out, from where they are until bf_line_settle(). False as NULL above. */
bool bf_line_lend(struct bf_line *line, const uint8_t *data);
void bf_line_settle(struct bf_line *line);
/* One system call: bytes sent (may be few), 0 if the wait ran out or there is nothing to send, -1 with errno. */
ptrdiff_t bf_line_push(struct bf_line *line);
/* True if the system takes some bytes at once, and all before them have been sent. */
bool bf_line_has_room(struct bf_line *line);

static inline bool bf_line_is_behind(struct bf_line *line)
{
    return atomic_load_explicit(&line->behind, memory_order_relaxed);
}

static inline unsigned bf_line_mends(struct bf_line *line)
{
    return atomic_load(&line->mends);
}

#endif
