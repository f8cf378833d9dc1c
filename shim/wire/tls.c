/* TLS on a connection. tls.h has the theory. */
#include "tls.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tls_load.h"

enum {
    RECORD_BYTES = 16 << 10,                /* of data, the most that TLS has */
    RECORDS = 4,                            /* made before they are sent: a system call for each would cost more */
    IN_BYTES = 128 << 10,
    OUT_BYTES = RECORDS * (RECORD_BYTES + 256) + (4 << 10),   /* and for what TLS has to say itself */
    FULL_MS = 10
};

struct bf_tls {
    const struct bf_tls_library *library;
    pthread_mutex_t lock; /* for all but the bytes at the front of `out` while `flushing`, and `in` beyond its end */
    struct bf_tls_session *session;
    struct bf_tls_bytes in, out;
    bool flushing;
    size_t owed; /* bytes whose records have been made, of which the sender was not told yet that they are sent */
    uint8_t *memory;
};

/* The locks for a call of the library. */
static void enter(struct bf_tls *tls)
{
    bf_tls_load_enter();
    pthread_mutex_lock(&tls->lock);
}

static void leave(struct bf_tls *tls)
{
    pthread_mutex_unlock(&tls->lock);
    bf_tls_load_leave();
}

/* 1 all that is to go has left; 0 not yet; -1 with errno. */
static int flush(struct bf_tls *tls, int fd, int flags)
{
    ptrdiff_t sent = 0;
    pthread_mutex_lock(&tls->lock);
    if (tls->flushing) {
        pthread_mutex_unlock(&tls->lock);
        return 0;
    }
    tls->flushing = true;
    while (tls->out.at < tls->out.end && sent >= 0) {
        const uint8_t *from = tls->out.bytes + tls->out.at;
        size_t bytes = tls->out.end - tls->out.at;
        pthread_mutex_unlock(&tls->lock);
        sent = send(fd, from, bytes, MSG_NOSIGNAL | flags);
        pthread_mutex_lock(&tls->lock);
        tls->out.at += sent > 0 ? (size_t)sent : 0;
    }
    int cause = errno;
    bool gone = tls->out.at == tls->out.end;
    if (gone)
        tls->out.at = tls->out.end = 0;
    tls->flushing = false;
    pthread_mutex_unlock(&tls->lock);
    if (gone)
        return 1;
    errno = cause;
    return cause == EAGAIN || cause == EINTR ? 0 : -1;
}

/* More records into the empty `in`: bytes, 0 if there are none, -1 with errno. */
static ptrdiff_t fill(struct bf_tls *tls, int fd, int flags)
{
    ptrdiff_t got = recv(fd, tls->in.bytes, tls->in.room, flags);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (got == 0) {
        errno = ECONNRESET;
        return -1;
    }
    pthread_mutex_lock(&tls->lock);
    tls->in.at = 0;
    tls->in.end = (size_t)got;
    pthread_mutex_unlock(&tls->lock);
    return got;
}

/* What is in records that are here already: bytes, or what the library says if there are none. */
static ptrdiff_t open_records(struct bf_tls *tls, uint8_t *data, size_t room)
{
    size_t done = 0;
    ptrdiff_t got = 1;
    while (done < room && got > 0) {
        enter(tls);
        got = tls->library->read(tls->session, data + done, room - done);
        leave(tls);
        done += got > 0 ? (size_t)got : 0;
    }
    return done ? (ptrdiff_t)done : got;
}

static ptrdiff_t end_of(ptrdiff_t outcome)
{
    errno = outcome == BF_TLS_ENDED ? ECONNRESET : EBADMSG;
    return -1;
}

/* TLS may have had to answer something. Who sends next would send that, too; but perhaps nobody does. */
static bool has_own_words(struct bf_tls *tls)
{
    pthread_mutex_lock(&tls->lock);
    bool own = tls->out.at < tls->out.end && !tls->owed;
    pthread_mutex_unlock(&tls->lock);
    return own;
}

ptrdiff_t bf_tls_receive(struct bf_tls *tls, int fd, void *data, size_t room, bool wait)
{
    int flags = wait ? 0 : MSG_DONTWAIT;
    ptrdiff_t got = room ? open_records(tls, data, room) : 0;
    if (got > 0 || !room)
        return got;
    if (got < 0)
        return end_of(got);
    if (has_own_words(tls) && flush(tls, fd, MSG_DONTWAIT) < 0)
        return -1;
    /* Records are left only if there is no room for what TLS has to answer. */
    if (tls->in.at < tls->in.end) {
        struct pollfd writable = {.fd = fd, .events = POLLOUT};
        poll(&writable, 1, FULL_MS);
        return 0;
    }
    ptrdiff_t came = fill(tls, fd, flags);
    if (came <= 0)
        return came;
    got = open_records(tls, data, room);
    return got < 0 ? end_of(got) : got;
}

/* As many records of these bytes as are sent at once. False: TLS is at its end, with errno. */
static bool make_records(struct bf_tls *tls, const struct iovec *parts, int count)
{
    ptrdiff_t put = 1;
    for (int i = 0; i < count && put > 0; i++) {
        for (size_t done = 0; done < parts[i].iov_len && put > 0; done += put > 0 ? (size_t)put : 0) {
            size_t left = parts[i].iov_len - done, may = (size_t)RECORDS * RECORD_BYTES - tls->owed;
            size_t piece = left < RECORD_BYTES ? left : RECORD_BYTES;
            if (piece > may)
                return true;
            enter(tls);
            put = tls->library->write(tls->session, (const uint8_t *)parts[i].iov_base + done, piece);
            tls->owed += put > 0 ? (size_t)put : 0;
            leave(tls);
        }
    }
    if (put < 0)
        (void)end_of(put);
    return put >= 0;
}

ptrdiff_t bf_tls_send(struct bf_tls *tls, int fd, const struct iovec *parts, int count)
{
    if (!tls->owed && !make_records(tls, parts, count))
        return -1;
    int gone = flush(tls, fd, 0);
    if (gone <= 0)
        return gone;
    pthread_mutex_lock(&tls->lock);
    ptrdiff_t told = (ptrdiff_t)tls->owed;
    tls->owed = 0;
    pthread_mutex_unlock(&tls->lock);
    return told;
}

bool bf_tls_is_readable(struct bf_tls *tls)
{
    enter(tls);
    bool readable = tls->in.at < tls->in.end || tls->library->is_readable(tls->session);
    leave(tls);
    return readable;
}

const uint8_t *bf_tls_fingerprint(const struct bf_tls *tls)
{
    return tls->library->fingerprint(tls->session);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* 1 over, 0 not yet, -1 with a problem. */
static int shake(struct bf_tls *tls, char *problem, size_t room)
{
    enter(tls);
    int result = tls->library->shake(tls->session, problem, room);
    leave(tls);
    return result;
}

/* Send what is to be sent, and wait for more. False, with errno, if there is none: 0, the time ran out. */
static bool exchange(struct bf_tls *tls, int fd, uint64_t deadline)
{
    ptrdiff_t got = flush(tls, fd, 0) < 0 ? -1 : fill(tls, fd, 0);
    bool late = got == 0 && now_ns() > deadline;
    if (late)   /* The time may have passed while this program was stopped: what came meanwhile is in time. */
        got = fill(tls, fd, MSG_DONTWAIT);
    if (late && got == 0)
        errno = 0;
    return got > 0 || (got == 0 && !late);
}

static bool shake_hands(struct bf_tls *tls, int fd, int wait_ms, char *problem, size_t room)
{
    uint64_t deadline = now_ns() + (uint64_t)wait_ms * 1000000u;
    int result;
    while ((result = shake(tls, problem, room)) == 0) {
        if (exchange(tls, fd, deadline))
            continue;
        snprintf(problem, room,
                 "%s in the TLS handshake; if it has no certificate (--tls-cert), name it without tls://",
                 errno ? "closes the connection" : "says nothing");
        return false;
    }
    /* Its last message or, if it has failed, why. */
    while (flush(tls, fd, 0) == 0 && now_ns() < deadline) {
    }
    errno = 0;
    return result > 0;
}

static void free_all(struct bf_tls *tls)
{
    bf_tls_load_enter();
    if (tls->session)
        tls->library->close(tls->session);
    bf_tls_load_leave();
    pthread_mutex_destroy(&tls->lock);
    free(tls->memory);
    free(tls);
}

static struct bf_tls *make(const struct bf_tls_library *library, char *problem, size_t room)
{
    struct bf_tls *tls = calloc(1, sizeof *tls);
    uint8_t *memory = malloc(IN_BYTES + OUT_BYTES);
    if (!tls || !memory) {
        snprintf(problem, room, "cannot be spoken to with TLS: out of memory");
        free(memory);
        free(tls);
        return NULL;
    }
    tls->library = library;
    tls->memory = memory;
    tls->in = (struct bf_tls_bytes){.bytes = memory, .room = IN_BYTES};
    tls->out = (struct bf_tls_bytes){.bytes = memory + IN_BYTES, .room = OUT_BYTES};
    pthread_mutex_init(&tls->lock, NULL);
    return tls;
}

static struct bf_tls *begin(struct bf_tls *tls, int fd, int wait_ms, char *problem, size_t room)
{
    if (tls->session && shake_hands(tls, fd, wait_ms, problem, room))
        return tls;
    int cause = errno;
    free_all(tls);
    errno = cause;
    return NULL;
}

struct bf_tls *bf_tls_open(int fd, const struct bf_tls_peer *peer, int wait_ms, char *problem, size_t room)
{
    const struct bf_tls_library *library = bf_tls_load(problem, room);
    struct bf_tls *tls = library ? make(library, problem, room) : NULL;
    errno = 0;
    if (!tls)
        return NULL;
    bf_tls_load_enter();
    tls->session = library->open(peer, &tls->in, &tls->out, problem, room);
    bf_tls_load_leave();
    errno = 0;
    return begin(tls, fd, wait_ms, problem, room);
}

struct bf_tls *bf_tls_open_beside(int fd, struct bf_tls *other, int wait_ms, char *problem, size_t room)
{
    struct bf_tls *tls = make(other->library, problem, room);
    errno = 0;
    if (!tls)
        return NULL;
    snprintf(problem, room, "cannot be spoken to with TLS: out of memory");
    bf_tls_load_enter();
    tls->session = other->library->open_beside(other->session, &tls->in, &tls->out);
    bf_tls_load_leave();
    errno = 0;
    return begin(tls, fd, wait_ms, problem, room);
}

void bf_tls_close(struct bf_tls *tls, int fd)
{
    enter(tls);
    tls->library->end(tls->session);
    leave(tls);
    (void)flush(tls, fd, MSG_DONTWAIT);
    free_all(tls);
}
