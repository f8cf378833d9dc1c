/* The bytes of a session over one link after another. line.h has the theory. */
#include "line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "../generated/limits.h"
#include "reach.h"

enum { PARTS_MAX = 8, CATCH_UP_BYTES = 16 << 10 };

bool bf_line_open(struct bf_line *line, struct bf_link link, unsigned resume_s, int wait_ms)
{
    *line = (struct bf_line){.link = link, .resume_s = resume_s, .process = getpid(), .wait_ms = wait_ms};
    pthread_mutex_init(&line->mending, NULL);
    pthread_mutex_init(&line->giving, NULL);
    pthread_mutex_init(&line->taking, NULL);
    pthread_mutex_init(&line->replacing, NULL);
    pthread_rwlock_init(&line->looking, NULL);
    bf_transport_set_wait(&line->link, wait_ms);
    if (!bf_reach_peer_of(link.fd, &line->peer))
        line->resume_s = 0;   /* It is broken already. */
    return !line->resume_s || bf_sent_open(&line->kept);
}

void bf_line_close(struct bf_line *line)
{
    bf_transport_close(&line->link);
    bf_sent_close(&line->kept);
}

void bf_line_leave(struct bf_line *line)
{
    bf_transport_leave(&line->link);
}

void bf_line_shutdown(struct bf_line *line)
{
    pthread_mutex_lock(&line->replacing);
    bf_transport_shutdown(&line->link);
    pthread_mutex_unlock(&line->replacing);
}

/* `giving` is held. */
static ptrdiff_t push(struct bf_line *line, size_t most)
{
    struct iovec parts[PARTS_MAX];
    int count = bf_sent_parts(&line->kept, line->pushed, parts, PARTS_MAX);
    if (!count)
        return 0;
    if (parts[0].iov_len > most)
        parts[0].iov_len = most;
    ptrdiff_t sent = bf_transport_send(&line->link, parts, parts[0].iov_len == most ? 1 : count);
    if (sent > 0)
        line->pushed += (uint64_t)sent;
    atomic_store(&line->behind, line->pushed != line->kept.end);
    return sent;
}

ptrdiff_t bf_line_push(struct bf_line *line)
{
    pthread_mutex_lock(&line->giving);
    ptrdiff_t sent = push(line, SIZE_MAX);
    int cause = errno;
    pthread_mutex_unlock(&line->giving);
    errno = cause;
    return sent;
}

/* What is to be sent again may be more than the system takes before the peer has had its own say: so who waits for
 * bytes sends, too. `taking` is held. */
static ptrdiff_t receive_and_push(struct bf_line *line, void *out, size_t room)
{
    struct pollfd ready = {.fd = line->link.fd, .events = POLLIN | POLLOUT};
    ptrdiff_t got = bf_transport_receive(&line->link, out, room, false);
    if (got || poll(&ready, 1, line->wait_ms) <= 0)
        return got;
    if (ready.revents & POLLOUT && pthread_mutex_trylock(&line->giving) == 0) {
        if (!line->kept.lent)
            push(line, CATCH_UP_BYTES);   /* An error comes with the next receive, too. */
        pthread_mutex_unlock(&line->giving);
    }
    return bf_transport_receive(&line->link, out, room, !bf_line_is_behind(line));
}

ptrdiff_t bf_line_receive(struct bf_line *line, void *out, size_t room, bool wait)
{
    ptrdiff_t got = 0;
    if (!line->resume_s)
        return bf_transport_receive(&line->link, out, room, wait);
    if (wait)
        pthread_mutex_lock(&line->taking);
    else if (pthread_mutex_trylock(&line->taking))
        return 0;
    if (wait && bf_line_is_behind(line))
        got = receive_and_push(line, out, room);
    else if (wait || !atomic_load_explicit(&line->broken, memory_order_relaxed))
        got = bf_transport_receive(&line->link, out, room, wait);
    int cause = errno;
    if (got > 0) {
        atomic_fetch_add_explicit(&line->taken, (uint64_t)got, memory_order_relaxed);
        line->since_ns = 0;
    }
    pthread_mutex_unlock(&line->taking);
    errno = cause;
    return got;
}

bool bf_line_is_readable(struct bf_line *line, int wait_ms)
{
    if (pthread_rwlock_tryrdlock(&line->looking))
        return false;
    bool readable = bf_transport_is_readable(&line->link, wait_ms);
    pthread_rwlock_unlock(&line->looking);
    return readable;
}

bool bf_line_is_gone(struct bf_line *line)
{
    if (pthread_rwlock_tryrdlock(&line->looking))
        return false;
    bool gone = bf_transport_is_gone(&line->link, BF_UNACKNOWLEDGED_MAX_MS);
    pthread_rwlock_unlock(&line->looking);
    return gone;
}

/* A peer that says that it has taken what was not sent is believed no more than that. `giving` is held. */
static uint64_t taken_of(struct bf_line *line)
{
    uint64_t taken = atomic_load(&line->acknowledged);
    return taken < line->pushed ? taken : line->pushed;
}

uint8_t *bf_line_give(struct bf_line *line, size_t *room)
{
    pthread_mutex_lock(&line->giving);
    uint8_t *place = bf_sent_room(&line->kept, taken_of(line), line->pushed, room);
    if (!place)
        pthread_mutex_unlock(&line->giving);
    return place;
}

void bf_line_give_end(struct bf_line *line, size_t bytes)
{
    bf_sent_add(&line->kept, bytes);
    atomic_store(&line->behind, line->pushed != line->kept.end);
    pthread_mutex_unlock(&line->giving);
}

bool bf_line_lend(struct bf_line *line, const uint8_t *data)
{
    pthread_mutex_lock(&line->giving);
    bool lent = bf_sent_lend(&line->kept, taken_of(line), line->pushed, data);
    if (lent)
        atomic_store(&line->behind, true);
    pthread_mutex_unlock(&line->giving);
    return lent;
}

void bf_line_settle(struct bf_line *line)
{
    pthread_mutex_lock(&line->giving);
    bf_sent_settle(&line->kept, taken_of(line));
    pthread_mutex_unlock(&line->giving);
}

bool bf_line_put(struct bf_line *line, const uint8_t *data, size_t bytes)
{
    for (size_t done = 0, room; done < bytes;) {
        uint8_t *place = bf_line_give(line, &room);
        if (!place)
            return false;
        size_t piece = bytes - done < room ? bytes - done : room;
        memcpy(place, data + done, piece);
        bf_line_give_end(line, piece);
        done += piece;
    }
    return true;
}

bool bf_line_has_room(struct bf_line *line)
{
    struct pollfd ready = {.fd = line->link.fd, .events = POLLOUT};
    if (bf_line_is_behind(line) || pthread_mutex_trylock(&line->giving))
        return false;
    bool room = poll(&ready, 1, 0) > 0 && ready.revents == POLLOUT;
    pthread_mutex_unlock(&line->giving);
    return room;
}
