/* The buffer of calls, and the bytes that leave. */
#include "send.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ack.h"
#include "lost.h"
#include "mend.h"
#include "transport.h"
#include "wait.h"

/* The server takes no bytes since `since`: why it is not there at all, NULL if it is. A busy one says so with
 * heartbeats. */
static const char *check_stalled(struct bf_stream *stream, uint64_t since)
{
    bf_wait_drain(stream);
    uint64_t heard = atomic_load(&stream->heard_ns), quiet_since = heard > since ? heard : since;
    if (bf_line_is_gone(&stream->line))
        return "its host does not answer";
    if (bf_transport_now_ns() - quiet_since > (uint64_t)stream->silence_ms * 1000000u)
        return "it takes no data and is silent";
    return NULL;
}

/* After a system call that sent so many bytes: have the line mended if it needs that. `stalled_since` is when the server
 * has taken the last ones. */
static void look_after(struct bf_stream *stream, unsigned mends, ptrdiff_t sent, uint64_t *stalled_since)
{
    const char *reason = NULL;
    if (sent > 0) {
        *stalled_since = 0;
        return;
    }
    if (sent < 0) {
        int cause = errno;
        bf_wait_drain(stream);   /* what it said last may tell why */
        reason = bf_transport_reason(cause);
    } else {
        *stalled_since = *stalled_since ? *stalled_since : bf_transport_now_ns();
        reason = check_stalled(stream, *stalled_since);
    }
    if (reason && bf_mend(stream, mends, reason))
        *stalled_since = 0;
}

/* Both parts completely, or the server is lost. `sending` is held. */
static void send_parts(struct bf_stream *stream, struct iovec parts[2])
{
    uint64_t stalled_since = 0;
    while (parts[0].iov_len + parts[1].iov_len && !atomic_load(&stream->lost)) {
        int first = parts[0].iov_len ? 0 : 1;
        ptrdiff_t sent = bf_transport_send(&stream->line.link, parts + first, 2 - first);
        look_after(stream, 0, sent, &stalled_since);
        for (int i = first; i < 2 && sent > 0; i++) {
            size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
            parts[i].iov_base = (uint8_t *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            sent -= (ptrdiff_t)part;
        }
    }
}

/* Over a link that is not resumed. */
static void send_directly(struct bf_stream *stream, uint8_t *calls, size_t bytes, const struct bf_rows *bulk)
{
    size_t total = bulk ? bf_rows_bytes(bulk) : 0, piece = 0;
    struct iovec parts[2] = {{calls, bytes}, {NULL, 0}};
    if (!total) {
        send_parts(stream, parts);
        return;
    }
    for (size_t done = 0; done < total && !atomic_load(&stream->lost); done += piece) {
        parts[1].iov_base = bf_rows_piece(bulk, done, total - done, &piece);
        if (piece < total - done && piece < BF_BULK_STAGING_BYTES) {
            piece = total - done < BF_BULK_STAGING_BYTES ? total - done : BF_BULK_STAGING_BYTES;
            bf_rows_pack(bulk, done, stream->staging, piece);
            parts[1].iov_base = stream->staging;
        }
        parts[1].iov_len = piece;
        send_parts(stream, parts);
    }
}

/* All that is kept and was not sent over this link. */
static void push_all(struct bf_stream *stream)
{
    uint64_t stalled_since = 0;
    while (bf_line_is_behind(&stream->line) && !bf_lost_is(stream)) {
        unsigned mends = bf_line_mends(&stream->line);
        look_after(stream, mends, bf_line_push(&stream->line), &stalled_since);
    }
}

/* Room for some bytes; NULL if the server is lost. Nobody else may be reading its acknowledgements. */
static uint8_t *give(struct bf_stream *stream, size_t *room)
{
    uint8_t *place;
    while (!(place = bf_line_give(&stream->line, room)) && !bf_lost_is(stream))
        push_all(stream);
    return place;
}

static void give_bytes(struct bf_stream *stream, const void *data, size_t bytes)
{
    for (size_t done = 0, room; done < bytes;) {
        uint8_t *place = give(stream, &room);
        if (!place)
            return;
        size_t piece = bytes - done < room ? bytes - done : room;
        memcpy(place, (const uint8_t *)data + done, piece);
        bf_line_give_end(&stream->line, piece);
        done += piece;
    }
}

static void give_mark(struct bf_stream *stream)
{
    uint8_t mark[BF_MARK_BYTES];
    uint64_t taken = atomic_load(&stream->line.taken);
    atomic_store(&stream->line.told, taken);
    bf_encode_mark(mark, taken);
    give_bytes(stream, mark, sizeof mark);
    /* What the server has taken meanwhile need not be kept, and nobody else may be reading that. */
    push_all(stream);
    bf_wait_drain(stream);
}

/* At most `most` bytes from `done` on, copied and sent while they are in the cache; how many, 0 if the server is
 * lost. */
static size_t give_copied(struct bf_stream *stream, const struct bf_rows *bulk, size_t done, size_t most)
{
    size_t room;
    uint8_t *place = give(stream, &room);
    if (!place)
        return 0;
    size_t piece = most < room ? most : room;
    bf_rows_pack(bulk, done, place, piece);
    bf_line_give_end(&stream->line, piece);
    push_all(stream);
    return piece;
}

/* The same from where they are, or 0 if they are few or not in one piece. Sent with what follows. */
static size_t give_lent(struct bf_stream *stream, const struct bf_rows *bulk, size_t done, size_t most)
{
    size_t piece;
    const uint8_t *from = bf_rows_piece(bulk, done, most, &piece);
    if (piece < BF_KEPT_CHUNK_BYTES)
        return 0;
    while (!bf_line_lend(&stream->line, from) && !bf_lost_is(stream))
        push_all(stream);
    return BF_KEPT_CHUNK_BYTES;
}

static void give_bulk(struct bf_stream *stream, const struct bf_rows *bulk)
{
    size_t total = bf_rows_bytes(bulk), piece;
    for (size_t done = 0; done < total && !bf_lost_is(stream); done += piece) {
        size_t to_mark = BF_ACKNOWLEDGE_BYTES - done % BF_ACKNOWLEDGE_BYTES;
        size_t most = total - done < to_mark ? total - done : to_mark;
        piece = give_lent(stream, bulk, done, most);
        if (!piece)
            piece = give_copied(stream, bulk, done, most);
        if (piece == to_mark)
            give_mark(stream);
    }
    push_all(stream);
    bf_line_settle(&stream->line);
}

void bf_send_taken(struct bf_stream *stream, uint8_t *calls, size_t bytes, const struct bf_rows *bulk)
{
    if (!stream->line.resume_s) {
        send_directly(stream, calls, bytes, bulk);
        return;
    }
    give_bytes(stream, calls, bytes);
    if (bulk)
        give_bulk(stream, bulk);
    bf_ack_add_if_due(stream);
    push_all(stream);
}

/* The unfinished frame gets its header. `appending` is held. */
static void close_frame(struct bf_stream *stream, uint64_t bulk_bytes)
{
    if (stream->open == BF_SEND_NO_FRAME)
        return;
    assert(stream->used >= stream->open + BF_FRAME_HEADER_BYTES);
    struct bf_frame frame = {(uint32_t)(stream->used - stream->open - BF_FRAME_HEADER_BYTES), BF_CALLS, bulk_bytes};
    bf_encode_frame(stream->fill + stream->open, &frame);
    stream->open = BF_SEND_NO_FRAME;
}

uint8_t *bf_send_take(struct bf_stream *stream, uint64_t bulk_bytes, size_t *bytes)
{
    close_frame(stream, bulk_bytes);
    uint8_t *taken = stream->fill;
    *bytes = stream->used;
    stream->fill = stream->spare;
    stream->spare = taken;
    stream->used = 0;
    return taken;
}

void bf_send_flush_held(struct bf_stream *stream)
{
    size_t bytes;
    pthread_mutex_lock(&stream->appending);
    uint8_t *taken = bf_send_take(stream, 0, &bytes);
    pthread_mutex_unlock(&stream->appending);
    bf_send_taken(stream, taken, bytes, NULL);
}

bool bf_send_append(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                    const struct bf_rows *copied)
{
    size_t open = stream->open == BF_SEND_NO_FRAME ? stream->used : stream->open;
    size_t start = stream->used + (stream->open == BF_SEND_NO_FRAME ? BF_FRAME_HEADER_BYTES : 0);
    size_t bulk_bytes = copied ? bf_rows_bytes(copied) : 0;
    assert(call >= bf_calls && call < bf_calls + BF_CALL_COUNT && stream->used <= BF_CALLS_BUFFER_BYTES);
    if (start > BF_CALLS_BUFFER_BYTES)
        return false;
    struct bf_writer writer = {stream->fill + start, stream->fill + BF_CALLS_BUFFER_BYTES, false};
    uint64_t current = context == BF_STREAM_NO_CONTEXT ? 0 : context ? context : stream->context;
    bool switches = current != stream->context;
    if (switches)
        bf_encode_call(&writer, &bf_calls[BF_CALL_ctx_use], &(struct bf_value){.u = current});
    bf_encode_call(&writer, call, args);
    if (writer.full || (size_t)(writer.end - writer.at) < bulk_bytes)
        return false;
    stream->open = open;
    stream->used = (size_t)(writer.at - stream->fill);
    stream->context = current;
    stream->numbered += switches ? 2 : 1;
    if (copied) {
        close_frame(stream, bulk_bytes);
        bf_rows_pack(copied, 0, stream->fill + stream->used, bulk_bytes);
        stream->used += bulk_bytes;
    }
    return true;
}

void bf_send_flush(struct bf_stream *stream)
{
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->sending);
    bf_send_flush_held(stream);
    pthread_mutex_unlock(&stream->sending);
    pthread_setcancelstate(cancel, NULL);
}

void bf_send_flush_if_free(struct bf_stream *stream)
{
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    if (pthread_mutex_trylock(&stream->sending) == 0) {
        bf_send_flush_held(stream);
        pthread_mutex_unlock(&stream->sending);
    }
    pthread_setcancelstate(cancel, NULL);
}
