/* NOTICE frames: arrays of a topic and what belongs to it. */
#include "notice.h"

#include <stdio.h>

#include "lost.h"

enum {
    TOPIC_FAULT = 1,
    TOPIC_PROGRESS = 2,
    TOPIC_LOST = 3,
    TOPIC_RUNNING = 4,
    TOPIC_RUN = 5,
    TOPIC_FETCH = 6,
    TOPIC_ENDED = 7,
};
enum { WORDS_MAX = 300 };   /* of a server's own, which it is asked to keep to a line */

/* [topic, context, result] */
static void take_fault(struct bf_stream *stream, struct bf_reader *reader, uint32_t count, bool lost)
{
    reader->bad |= count != 3;
    uint64_t context = bf_msgpack_get_uint(reader);
    int result = (int)bf_msgpack_get_int(reader, 1, INT32_MAX);
    if (!reader->bad && stream->on_fault)
        stream->on_fault(stream, context, result, lost);
}

/* [topic, token, number, put] */
static void take_progress(struct bf_stream *stream, struct bf_reader *reader, uint32_t count)
{
    reader->bad |= count != 4;
    uint64_t token = bf_msgpack_get_uint(reader), number = bf_msgpack_get_uint(reader),
             put = bf_msgpack_get_uint(reader);
    if (!reader->bad)
        bf_progress_told(stream, token, number, put);
}

/* [topic, token, number] */
static void take_running(struct bf_stream *stream, struct bf_reader *reader, uint32_t count)
{
    reader->bad |= count != 3;
    uint64_t token = bf_msgpack_get_uint(reader), number = bf_msgpack_get_uint(reader);
    if (!reader->bad)
        bf_progress_told_running(stream, token, number);
}

/* [topic, ask, function, result] */
static void take_run(struct bf_stream *stream, struct bf_reader *reader, uint32_t count)
{
    reader->bad |= count != 4;
    uint64_t ask = bf_msgpack_get_uint(reader), function = bf_msgpack_get_uint(reader);
    int result = (int)bf_msgpack_get_int(reader, 0, INT32_MAX);
    bf_stream_run *run = atomic_load(&stream->on_run);
    if (!reader->bad && run)
        run(stream, ask, function, result);
}

/* [topic, ask, source, offset, bytes] */
static void take_fetch(struct bf_stream *stream, struct bf_reader *reader, uint32_t count)
{
    reader->bad |= count != 5;
    uint64_t ask = bf_msgpack_get_uint(reader), source = bf_msgpack_get_uint(reader);
    uint64_t offset = bf_msgpack_get_uint(reader), bytes = bf_msgpack_get_uint(reader);
    bf_stream_fetch *fetch = atomic_load(&stream->on_fetch);
    if (!reader->bad && fetch)
        fetch(stream, ask, source, offset, bytes);
}

static int shown(const struct bf_span *words)
{
    return (int)(words->bytes < WORDS_MAX ? words->bytes : WORDS_MAX);
}

/* [topic, code, reason, hint] */
static void take_ended(struct bf_stream *stream, struct bf_reader *reader, uint32_t count)
{
    char line[1024];
    reader->bad |= count != 4;
    int code = (int)bf_msgpack_get_int(reader, 1, INT32_MAX);
    struct bf_span reason = bf_msgpack_get_span(reader), hint = bf_msgpack_get_span(reader);
    if (reader->bad)
        return;
    const char *name = code == BF_STREAM_LOST ? "CUDA_ERROR_MPS_RPC_FAILURE " : "";
    snprintf(line, sizeof line, "the server %s ends the session: %.*s. Every CUDA call now returns %s(%d)%s%.*s.",
             stream->name, shown(&reason), (const char *)reason.data, name, code, hint.bytes ? "; " : "", shown(&hint),
             (const char *)hint.data);
    bf_lost_with(stream, code, line);
}

bool bf_notice_take(struct bf_stream *stream, const uint8_t *body, size_t bytes)
{
    struct bf_reader reader = {body, body + bytes, bytes == 0};
    while (!reader.bad && reader.at != reader.end) {
        uint32_t count = bf_msgpack_get_array(&reader);
        reader.bad |= count < 1;
        uint64_t topic = bf_msgpack_get_uint(&reader);
        if (topic == TOPIC_FAULT || topic == TOPIC_LOST)
            take_fault(stream, &reader, count, topic == TOPIC_LOST);
        else if (topic == TOPIC_PROGRESS)
            take_progress(stream, &reader, count);
        else if (topic == TOPIC_RUNNING)
            take_running(stream, &reader, count);
        else if (topic == TOPIC_RUN)
            take_run(stream, &reader, count);
        else if (topic == TOPIC_FETCH)
            take_fetch(stream, &reader, count);
        else if (topic == TOPIC_ENDED)
            take_ended(stream, &reader, count);
        else
            for (uint32_t i = 1; i < count && !reader.bad; i++)
                bf_msgpack_skip(&reader);
    }
    return !reader.bad;
}
