/* The receiving half of the command stream: one waiting thread leads and reads for all. stream.h has the theory. */
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notice.h"
#include "output.h"
#include "transport.h"
#include "welcome.h"

enum { SPIN_CREDIT_MAX = 8, SPIN_CREDIT_LOSS = 4 };

void bf_stream_expect(struct bf_stream *stream, struct bf_ask *ask)
{
    pthread_mutex_lock(&stream->waiting);
    ask->next = stream->asks;
    stream->asks = ask;
    pthread_mutex_unlock(&stream->waiting);
}

/* `waiting` is held. */
static struct bf_ask *find(struct bf_stream *stream, uint64_t number)
{
    struct bf_ask *ask = stream->asks;
    while (ask && (ask->number != number || ask->progress))
        ask = ask->next;
    return ask;
}

/* `waiting` is held. */
static void forget(struct bf_stream *stream, struct bf_ask *ask)
{
    struct bf_ask **link = &stream->asks;
    while (*link && *link != ask)
        link = &(*link)->next;
    if (*link)
        *link = ask->next;
}

static bool is_lost(const struct bf_stream *stream)
{
    return atomic_load(&stream->lost) != 0;
}

/* Bytes into `out`, some at least, or false: the server is lost or, without `wait`, nothing is there. */
static size_t receive(struct bf_stream *stream, void *out, size_t room, bool wait)
{
    uint64_t quiet_ns = 0, silence_ns = (uint64_t)stream->silence_ms * 1000000u;
    while (!is_lost(stream)) {
        uint64_t before = bf_transport_now_ns();
        ptrdiff_t got = bf_transport_receive(stream->fd, out, room, wait);
        if (got > 0) {
            atomic_store(&stream->heard_ns, bf_transport_now_ns());
            return (size_t)got;
        }
        /* A look takes a quarter of it at most. What took longer was this program's own absence: somebody had
         * stopped it. */
        uint64_t took = bf_transport_now_ns() - before;
        quiet_ns += took < silence_ns / 2 ? took : silence_ns / 2;
        if (got < 0)
            bf_stream_lose(stream, errno == ECONNRESET ? "it closed the connection" : strerror(errno));
        else if (!wait)
            return 0;
        else if (quiet_ns > silence_ns)
            bf_stream_lose(stream, "it is silent");
    }
    return 0;
}

static void make_room(struct bf_stream *stream)
{
    size_t have = stream->received_end - stream->received_at;
    memmove(stream->received, stream->received + stream->received_at, have);
    stream->received_at = 0;
    stream->received_end = have;
}

/* At least `bytes` (that fit) read ahead; false if the server is lost. */
static bool read_ahead(struct bf_stream *stream, size_t bytes)
{
    if (stream->received_end - stream->received_at >= bytes)
        return true;
    make_room(stream);
    while (stream->received_end < bytes) {
        size_t got =
            receive(stream, stream->received + stream->received_end, BF_REPLY_AHEAD_BYTES - stream->received_end, true);
        if (!got)
            return false;
        stream->received_end += got;
    }
    return true;
}

/* Exactly `bytes` into `out`: first those read ahead. */
static bool read_into(struct bf_stream *stream, uint8_t *out, size_t bytes)
{
    size_t have = stream->received_end - stream->received_at, early = have < bytes ? have : bytes;
    memcpy(out, stream->received + stream->received_at, early);
    stream->received_at += early;
    for (size_t done = early; done < bytes;) {
        size_t got = receive(stream, out + done, bytes - done, true);
        if (!got)
            return false;
        done += got;
    }
    return true;
}

static bool garbage(struct bf_stream *stream, const char *what)
{
    bf_stream_lose(stream, what);
    return false;
}

/* Strings and binaries must outlive the bytes that were read. */
static bool holds_spans(const struct bf_call *call)
{
    return strpbrk(call->reply, "sb") != NULL;
}

static bool take_reply(struct bf_stream *stream, const uint8_t *body, size_t bytes)
{
    struct bf_reader reader = {body, body + bytes, false};
    struct bf_reply_head head;
    bf_decode_reply_head(&reader, &head);
    pthread_mutex_lock(&stream->waiting);
    struct bf_ask *ask = reader.bad ? NULL : find(stream, head.number);
    if (ask && holds_spans(ask->call) && head.value_count) {
        size_t values = (size_t)(reader.end - reader.at);
        ask->held = malloc(values);
        if (ask->held)
            memcpy(ask->held, reader.at, values);
        else
            head = (struct bf_reply_head){head.number, BF_STREAM_NO_MEMORY, 0};
        reader = (struct bf_reader){ask->held, ask->held ? ask->held + values : NULL, false};
    }
    if (ask)
        bf_decode_reply_values(&reader, ask->call, &head, ask->values);
    bool good = ask && !reader.bad;
    if (good) {
        forget(stream, ask);
        ask->result = (int)head.result;
        ask->done = true;
        pthread_cond_signal(&ask->changed);
        if (ask->arrived)
            ask->arrived(ask);   /* it may be gone now */
    }
    pthread_mutex_unlock(&stream->waiting);
    return good || garbage(stream, "it sent a reply that is not of the protocol");
}

/* A reply body: out of the bytes read ahead, or, if it is larger, out of memory of its own. */
static bool read_reply(struct bf_stream *stream, size_t bytes)
{
    if (bytes <= BF_REPLY_AHEAD_BYTES) {
        if (!read_ahead(stream, bytes))
            return false;
        const uint8_t *body = stream->received + stream->received_at;
        stream->received_at += bytes;
        return take_reply(stream, body, bytes);
    }
    uint8_t *body = malloc(bytes);
    bool good = body && read_into(stream, body, bytes) && take_reply(stream, body, bytes);
    free(body);
    return body ? good : garbage(stream, "out of memory for its reply");
}

/* Bulk bytes into the memory of their call, whose thread may not return meanwhile. */
static bool fill(struct bf_stream *stream, const struct bf_rows *into, uint64_t offset, uint64_t bytes)
{
    for (uint64_t done = 0; done < bytes;) {
        size_t piece;
        uint8_t *out = bf_rows_piece(into, offset + done, bytes - done, &piece);
        size_t ahead = stream->received_end - stream->received_at;
        if (piece < bytes - done && piece < BF_REPLY_AHEAD_BYTES) {
            /* Short rows: through the read-ahead, so that not every row costs a system call. */
            piece = ahead ? (ahead < bytes - done ? ahead : bytes - done) : 1;
            if (!read_ahead(stream, piece))
                return false;
            bf_rows_unpack(into, offset + done, stream->received + stream->received_at, piece);
            stream->received_at += piece;
        } else if (!read_into(stream, out, piece)) {
            return false;
        }
        done += piece;
    }
    return true;
}

static bool read_data(struct bf_stream *stream, const struct bf_frame *frame)
{
    if (frame->body_bytes > BF_REPLY_AHEAD_BYTES || !read_ahead(stream, frame->body_bytes))
        return is_lost(stream) ? false : garbage(stream, "it sent data that is not of the protocol");
    const uint8_t *body = stream->received + stream->received_at;
    struct bf_reader reader = {body, body + frame->body_bytes, false};
    uint64_t number, offset;
    bf_decode_data(&reader, &number, &offset);
    stream->received_at += frame->body_bytes;
    pthread_mutex_lock(&stream->waiting);
    struct bf_ask *ask = reader.bad ? NULL : find(stream, number);
    uint64_t room = ask ? bf_rows_bytes(&ask->into) : 0;
    bool good = ask && offset <= room && frame->bulk_bytes <= room - offset;
    stream->filling = good ? ask : NULL;
    pthread_mutex_unlock(&stream->waiting);
    if (!good)
        return garbage(stream, "it sent data that nobody asked for");
    good = fill(stream, &ask->into, offset, frame->bulk_bytes);
    pthread_mutex_lock(&stream->waiting);
    stream->filling = NULL;
    pthread_cond_broadcast(&stream->filled);
    pthread_mutex_unlock(&stream->waiting);
    return good;
}

/* What kernels printed, in pieces. */
static bool read_output(struct bf_stream *stream, const struct bf_frame *frame)
{
    if (frame->body_bytes > BF_REPLY_AHEAD_BYTES || !read_ahead(stream, frame->body_bytes))
        return is_lost(stream) ? false : garbage(stream, "it sent output that is not of the protocol");
    const uint8_t *body = stream->received + stream->received_at;
    struct bf_reader reader = {body, body + frame->body_bytes, false};
    unsigned descriptor;
    bf_decode_output(&reader, &descriptor);
    stream->received_at += frame->body_bytes;
    if (reader.bad)
        return garbage(stream, "it sent output that is not of the protocol");
    for (uint64_t bytes = frame->bulk_bytes; bytes;) {
        if (!read_ahead(stream, 1))
            return false;
        size_t ahead = stream->received_end - stream->received_at, piece = ahead < bytes ? ahead : (size_t)bytes;
        bf_output_write(descriptor, stream->received + stream->received_at, piece);
        stream->received_at += piece;
        bytes -= piece;
    }
    return true;
}

/* Those who wait for room in a stream that has some now. */
static void wake_passed(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->waiting);
    for (struct bf_ask *ask = stream->asks; ask; ask = ask->next) {
        if (ask->progress && atomic_load(&ask->progress->passed) >= ask->passed) {
            ask->done = true;
            pthread_cond_signal(&ask->changed);
        }
    }
    pthread_mutex_unlock(&stream->waiting);
}

static bool read_notice(struct bf_stream *stream, size_t bytes)
{
    if (!read_ahead(stream, bytes))
        return false;
    const uint8_t *body = stream->received + stream->received_at;
    stream->received_at += bytes;
    bool good = bf_notice_take(stream, body, bytes);
    wake_passed(stream);
    return good || garbage(stream, "it sent a notice that is not of the protocol");
}

/* The answer to HELLO. */
static bool read_welcome(struct bf_stream *stream, const struct bf_frame *frame)
{
    struct bf_answer answer;
    char problem[768];
    if (!bf_welcome_is_answer(frame) || frame->body_bytes > BF_REPLY_AHEAD_BYTES)
        return garbage(stream, "it sent a frame that is not of the protocol");
    if (!read_ahead(stream, frame->body_bytes))
        return false;
    const uint8_t *body = stream->received + stream->received_at;
    stream->received_at += frame->body_bytes;
    int code = bf_welcome_read(stream->name, frame, body, &answer, problem, sizeof problem);
    if (code)
        bf_stream_end(stream, code, problem);
    else
        atomic_store(&stream->greeting, false);
    return !code;
}

/* The leader's work: one frame. False if the server is lost. */
static bool read_frame(struct bf_stream *stream)
{
    struct bf_frame frame;
    if (!read_ahead(stream, BF_FRAME_HEADER_BYTES))
        return false;
    bool good = bf_decode_frame(stream->received + stream->received_at, &frame);
    stream->received_at += BF_FRAME_HEADER_BYTES;
    if (good && atomic_load(&stream->greeting) && frame.kind != BF_HEARTBEAT)
        return read_welcome(stream, &frame);
    if (good && frame.kind == BF_REPLY)
        return read_reply(stream, frame.body_bytes);
    if (good && frame.kind == BF_DATA)
        return read_data(stream, &frame);
    if (good && frame.kind == BF_OUTPUT)
        return read_output(stream, &frame);
    if (good && frame.kind == BF_NOTICE)
        return read_notice(stream, frame.body_bytes);
    if (good && frame.kind == BF_HEARTBEAT)
        return true;
    return garbage(stream, "it sent a frame that is not of the protocol");
}

/* Look for bytes without sleeping as long as a near server may take, if that has paid lately. */
static void spin(struct bf_stream *stream)
{
    if (!stream->may_spin || stream->received_at != stream->received_end)
        return;
    if (stream->spin_credit < 0) {
        stream->spin_credit++;
        return;
    }
    stream->received_at = stream->received_end = 0;
    uint64_t until = bf_transport_now_ns() + BF_REPLY_SPIN_US * 1000;
    do {
        stream->received_end = receive(stream, stream->received, BF_REPLY_AHEAD_BYTES, false);
    } while (!stream->received_end && !is_lost(stream) && bf_transport_now_ns() < until);
    if (stream->received_end)
        stream->spin_credit += stream->spin_credit < SPIN_CREDIT_MAX;
    else
        stream->spin_credit -= SPIN_CREDIT_LOSS + (stream->spin_credit > SPIN_CREDIT_LOSS ? 0 : SPIN_CREDIT_MAX * 4);
}

/* `waiting` is held. A thread that has announced its ask and is still sending it cannot read; it looks for itself
 * later. */
static void hand_over(struct bf_stream *stream)
{
    stream->led = false;
    struct bf_ask *next = stream->asks;
    while (next && !next->waits)
        next = next->next;
    if (next)
        pthread_cond_signal(&next->changed);
    else if (atomic_load(&stream->outstanding))
        pthread_cond_signal(&stream->unled);
}

void bf_stream_lead_one(struct bf_stream *stream)
{
    stream->led = true;
    pthread_mutex_unlock(&stream->waiting);
    read_frame(stream);
    pthread_mutex_lock(&stream->waiting);
    hand_over(stream);
}

/* `waiting` is held, nobody leads. Returns, held again, when `ask` is done or the server lost. */
static void lead(struct bf_stream *stream, struct bf_ask *ask)
{
    stream->led = true;
    pthread_mutex_unlock(&stream->waiting);
    spin(stream);
    /* Only the leader marks asks as done, and this thread leads: no lock is needed to look. */
    while (!ask->done && !is_lost(stream))
        read_frame(stream);
    pthread_mutex_lock(&stream->waiting);
    hand_over(stream);
}

int bf_stream_wait(struct bf_stream *stream, struct bf_ask *ask)
{
    pthread_mutex_lock(&stream->waiting);
    while (!ask->done && !is_lost(stream)) {
        ask->waits = stream->led;
        if (stream->led)
            pthread_cond_wait(&ask->changed, &stream->waiting);
        else
            lead(stream, ask);
    }
    while (stream->filling == ask)
        pthread_cond_wait(&stream->filled, &stream->waiting);
    forget(stream, ask);
    pthread_mutex_unlock(&stream->waiting);
    bf_output_release();
    return ask->done ? ask->result : atomic_load(&stream->lost);
}

void bf_stream_wait_passed(struct bf_stream *stream, struct bf_progress *progress, uint64_t passed)
{
    struct bf_ask ask = {.progress = progress, .passed = passed, .changed = PTHREAD_COND_INITIALIZER};
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->waiting);
    ask.next = stream->asks;
    stream->asks = &ask;
    ask.done = atomic_load(&progress->passed) >= passed;
    pthread_mutex_unlock(&stream->waiting);
    bf_stream_wait(stream, &ask);
    pthread_setcancelstate(cancel, NULL);
}

static bool is_unasked(const struct bf_stream *stream, const struct bf_frame *frame)
{
    bool of_a_copy = frame->kind == BF_DATA || frame->kind == BF_REPLY;
    return frame->kind == BF_HEARTBEAT || frame->kind == BF_NOTICE || frame->kind == BF_OUTPUT ||
           (of_a_copy && atomic_load(&stream->outstanding)) ||
           (atomic_load(&stream->greeting) && bf_welcome_is_answer(frame));
}

/* Frames that nobody waits for are taken as far as they are whole: anything else has a thread that does. True if
 * what comes next may be taken, too, once it is there. */
static bool take_unasked(struct bf_stream *stream)
{
    for (;;) {
        struct bf_frame frame;
        size_t ahead = stream->received_end - stream->received_at;
        if (ahead < BF_FRAME_HEADER_BYTES)
            return true;
        if (!bf_decode_frame(stream->received + stream->received_at, &frame) || !is_unasked(stream, &frame))
            return false;
        if (ahead - BF_FRAME_HEADER_BYTES < frame.body_bytes)
            return true;
        if (!read_frame(stream))
            return false;
    }
}

void bf_stream_drain(struct bf_stream *stream)
{
    int cancel;
    pthread_mutex_lock(&stream->waiting);
    bool leads = !stream->led;
    stream->led = true;
    pthread_mutex_unlock(&stream->waiting);
    if (!leads)
        return;
    /* A thread that is cancelled here would lead for ever. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    for (bool more = true; more && take_unasked(stream);) {
        make_room(stream);
        size_t got = receive(stream, stream->received + stream->received_end,
                             BF_REPLY_AHEAD_BYTES - stream->received_end, false);
        stream->received_end += got;
        more = got > 0;
    }
    pthread_mutex_lock(&stream->waiting);
    hand_over(stream);
    pthread_mutex_unlock(&stream->waiting);
    pthread_setcancelstate(cancel, NULL);
}
