/* The second connection to a CUDA Server: numbers of asks, and bytes. */
#include "answers.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "connect.h"
#include "lost.h"
#include "mend.h"
#include "stream.h"
#include "transport.h"

enum { WAIT_MS = 100 };

static const char takes_none[] = "it takes no answers on its data port";

void bf_answers_open(struct bf_answers *answers, const struct bf_way *way)
{
    *answers = (struct bf_answers){.way = way ? *way : (struct bf_way){0}, .line = {.link = {.fd = -1}}};
    pthread_mutex_init(&answers->lock, NULL);
}

void bf_answers_close(struct bf_answers *answers)
{
    bf_line_close(&answers->line);
    answers->line.link.fd = -1;
}

void bf_answers_leave(struct bf_answers *answers)
{
    bf_line_leave(&answers->line);
}

/* `lock` is held. */
static bool send_all(struct bf_stream *stream, const void *data, size_t bytes)
{
    struct bf_line *line = &stream->answers.line;
    for (size_t done = 0; done < bytes && !bf_lost_is(stream);) {
        struct iovec part = {(uint8_t *)(uintptr_t)data + done, bytes - done};
        ptrdiff_t sent = bf_transport_send(&line->link, &part, 1);
        if (sent < 0 || (!sent && bf_line_is_gone(line)))
            return false;
        done += (size_t)sent;
    }
    return true;
}

/* What is kept goes out, over as many links as that takes. `lock` is held; false if the server is lost. */
static bool push_all(struct bf_stream *stream)
{
    struct bf_line *line = &stream->answers.line;
    while (bf_line_is_behind(line) && !bf_lost_is(stream)) {
        ptrdiff_t sent = bf_line_push(line);
        if (sent < 0 || (!sent && bf_line_is_gone(line)))
            bf_mend_answers(stream, sent < 0 ? bf_transport_reason(errno) : "its host does not answer");
    }
    return !bf_lost_is(stream);
}

static bool give_all(struct bf_stream *stream, const void *data, size_t bytes)
{
    struct bf_line *line = &stream->answers.line;
    for (size_t done = 0, room; done < bytes;) {
        uint8_t *place = bf_line_give(line, &room);
        if (place) {
            size_t piece = bytes - done < room ? bytes - done : room;
            memcpy(place, (const uint8_t *)data + done, piece);
            bf_line_give_end(line, piece);
            done += piece;
        }
        if (!push_all(stream))
            return false;
    }
    return true;
}

/* The first time that there is a way; later ones are the line's. */
static bool has_connection(struct bf_stream *stream)
{
    struct bf_answers *answers = &stream->answers;
    struct bf_link link;
    if (answers->open)
        return true;
    /* What the connection for calls trusts, this one does: nobody may mend it meanwhile. */
    pthread_rwlock_rdlock(&stream->line.looking);
    bool reached = bf_connect_answers(&stream->line, &answers->way, BF_CONNECT_TIMEOUT_MS, BF_HELLO_TIMEOUT_MS, &link);
    pthread_rwlock_unlock(&stream->line.looking);
    answers->open = reached && bf_line_open(&answers->line, link, answers->way.resume_s, WAIT_MS);
    return answers->open;
}

static bool send_answer(struct bf_stream *stream, uint64_t number, const void *data, size_t bytes)
{
    const uint64_t head[] = {htole64(number), htole64(bytes)};
    if (!has_connection(stream))
        return false;
    if (stream->answers.line.resume_s)
        return give_all(stream, head, sizeof head) && give_all(stream, data, bytes);
    return send_all(stream, head, sizeof head) && send_all(stream, data, bytes);
}

void bf_answers_send(struct bf_stream *stream, uint64_t number, const void *data, size_t bytes)
{
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->answers.lock);
    bool sent = bf_lost_is(stream) || send_answer(stream, number, data, bytes);
    pthread_mutex_unlock(&stream->answers.lock);
    if (!sent)
        bf_lost_because(stream, takes_none);
    pthread_setcancelstate(cancel, NULL);
}

/* Nothing comes on this connection but its end. */
void bf_answers_look(struct bf_stream *stream)
{
    struct bf_line *line = &stream->answers.line;
    if (pthread_mutex_trylock(&stream->answers.lock))
        return;
    if (stream->answers.open && line->resume_s) {
        if (bf_line_is_readable(line, 0) || bf_line_is_gone(line))
            bf_mend_answers(stream, takes_none);
        push_all(stream);
    }
    pthread_mutex_unlock(&stream->answers.lock);
}
