/* The bytes that come, frame by frame. */
#include "receive.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ack.h"
#include "asks.h"
#include "decode.h"
#include "lost.h"
#include "mend.h"
#include "notice.h"
#include "output.h"
#include "transport.h"
#include "welcome.h"

/* Who only looks does not wait until the connection is mended: it is left to the others. */
static bool leave_broken(struct bf_stream *stream, const char *reason)
{
    if (!reason)
        return true;
    if (!stream->line.resume_s || atomic_load(&stream->line.over))
        return false;
    atomic_store(&stream->line.broken, true);
    return true;
}

/* Bytes into `out`, some at least, or false: the server is lost or, without `wait`, nothing is there. */
static size_t receive(struct bf_stream *stream, void *out, size_t room, bool wait)
{
    uint64_t quiet_ns = 0, silence_ns = (uint64_t)stream->silence_ms * 1000000u;
    while (!bf_lost_is(stream)) {
        uint64_t before = bf_transport_now_ns();
        unsigned mends = bf_line_mends(&stream->line);
        ptrdiff_t got = bf_line_receive(&stream->line, out, room, wait);
        if (got > 0) {
            atomic_store(&stream->heard_ns, bf_transport_now_ns());
            return (size_t)got;
        }
        /* A look takes a quarter of it at most. What took longer was this program's own absence: somebody had
         * stopped it. */
        uint64_t took = bf_transport_now_ns() - before;
        quiet_ns += took < silence_ns / 2 ? took : silence_ns / 2;
        const char *reason = got < 0 ? bf_transport_reason(errno) : quiet_ns > silence_ns ? "it is silent" : NULL;
        if (!wait && leave_broken(stream, reason))
            return 0;
        if (reason && bf_mend(stream, mends, reason))
            quiet_ns = 0;
    }
    return 0;
}

static void make_room(struct bf_stream *stream)
{
    size_t have = stream->received_end - stream->received_at;
    assert(stream->received_at <= stream->received_end && stream->received_end <= BF_REPLY_AHEAD_BYTES);
    memmove(stream->received, stream->received + stream->received_at, have);
    stream->received_at = 0;
    stream->received_end = have;
}

size_t bf_receive_ahead(struct bf_stream *stream)
{
    make_room(stream);
    size_t got =
        receive(stream, stream->received + stream->received_end, BF_REPLY_AHEAD_BYTES - stream->received_end, false);
    stream->received_end += got;
    return got;
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
    bf_lost_because(stream, what);
    return false;
}

/* Strings and binaries must outlive the bytes that were read. */
static bool holds_spans(const struct bf_call *call)
{
    return strpbrk(call->reply, "sb") != NULL;
}

/* In the number of DATA: it is not that of a call but of memory of this process. */
#define BF_DATA_OF_MEMORY ((uint64_t)1 << 63)

static bool take_reply(struct bf_stream *stream, const uint8_t *body, size_t bytes)
{
    struct bf_reader reader = {body, body + bytes, false};
    struct bf_reply_head head;
    bf_decode_reply_head(&reader, &head);
    pthread_mutex_lock(&stream->waiting);
    struct bf_ask *ask = reader.bad ? NULL : bf_asks_find(stream, head.number);
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
        bf_asks_forget(stream, ask);
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

/* Bytes for memory that a graph copies to. */
static bool read_delivery(struct bf_stream *stream, uint64_t memory, uint64_t offset, uint64_t bytes)
{
    bf_stream_deliver *deliver = atomic_load(&stream->on_deliver);
    struct bf_rows into;
    bool good = deliver && deliver(stream, memory, &into);
    uint64_t room = good ? bf_rows_bytes(&into) : 0;
    if (!good || offset > room || bytes > room - offset)
        return garbage(stream, "it sent data for memory that there is not");
    return fill(stream, &into, offset, bytes);
}

static bool read_data(struct bf_stream *stream, const struct bf_frame *frame)
{
    if (frame->body_bytes > BF_REPLY_AHEAD_BYTES || !read_ahead(stream, frame->body_bytes))
        return bf_lost_is(stream) ? false : garbage(stream, "it sent data that is not of the protocol");
    const uint8_t *body = stream->received + stream->received_at;
    struct bf_reader reader = {body, body + frame->body_bytes, false};
    uint64_t number, offset;
    bf_decode_data(&reader, &number, &offset);
    stream->received_at += frame->body_bytes;
    if (!reader.bad && number & BF_DATA_OF_MEMORY)
        return read_delivery(stream, number & ~BF_DATA_OF_MEMORY, offset, frame->bulk_bytes);
    pthread_mutex_lock(&stream->waiting);
    struct bf_ask *ask = reader.bad ? NULL : bf_asks_find(stream, number);
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
        return bf_lost_is(stream) ? false : garbage(stream, "it sent output that is not of the protocol");
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

/* How much the server has taken. */
static bool read_ack(struct bf_stream *stream, size_t bytes)
{
    uint64_t taken, answers;
    if (bytes > BF_REPLY_AHEAD_BYTES || !read_ahead(stream, bytes))
        return bf_lost_is(stream) ? false : garbage(stream, "it sent an acknowledgement that is not of the protocol");
    const uint8_t *body = stream->received + stream->received_at;
    struct bf_reader reader = {body, body + bytes, false};
    bf_decode_ack(&reader, &taken, &answers);
    stream->received_at += bytes;
    if (reader.bad)
        return garbage(stream, "it sent an acknowledgement that is not of the protocol");
    atomic_store(&stream->line.acknowledged, taken);
    atomic_store(&stream->answers.line.acknowledged, answers);
    return true;
}

static bool read_goodbye(struct bf_stream *stream)
{
    atomic_store(&stream->line.over, true);
    bf_lost_because(stream, "it closed the connection");
    return false;
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
        bf_lost_with(stream, code, problem);
    else
        atomic_store(&stream->greeting, false);
    return !code;
}

/* The leader's work: one frame. */
static bool read_frame(struct bf_stream *stream)
{
    struct bf_frame frame;
    if (!read_ahead(stream, BF_FRAME_HEADER_BYTES))
        return false;
    bool good = bf_decode_frame(stream->received + stream->received_at, &frame);
    stream->received_at += BF_FRAME_HEADER_BYTES;
    if (good && atomic_load(&stream->greeting) && frame.kind != BF_HEARTBEAT && frame.kind != BF_GOODBYE)
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
    if (good && frame.kind == BF_ACK && stream->line.resume_s)
        return read_ack(stream, frame.body_bytes);
    if (good && frame.kind == BF_GOODBYE && stream->line.resume_s)
        return read_goodbye(stream);
    return garbage(stream, "it sent a frame that is not of the protocol");
}

bool bf_receive_frame(struct bf_stream *stream)
{
    bool good = read_frame(stream);
    bf_ack_if_due(stream);
    return good;
}
