/* ACK and GOODBYE. */
#include "ack.h"

#include "encode.h"

enum { BODY_BYTES_MAX = 32 };

/* Who reads must not wait until the server reads: it may be waiting for this one. */
static void add_frame(struct bf_stream *stream, uint16_t kind, const uint8_t *body, size_t bytes)
{
    uint8_t frame[BF_FRAME_HEADER_BYTES + BODY_BYTES_MAX];
    const struct bf_frame header = {(uint32_t)bytes, kind, 0};
    bf_encode_frame(frame, &header);
    for (size_t i = 0; i < bytes; i++)
        frame[BF_FRAME_HEADER_BYTES + i] = body[i];
    bf_line_put(&stream->line, frame, BF_FRAME_HEADER_BYTES + bytes);
}

static bool is_due(struct bf_line *line)
{
    uint64_t taken = atomic_load_explicit(&line->taken, memory_order_relaxed);
    return line->resume_s && taken - atomic_load_explicit(&line->told, memory_order_relaxed) >= BF_ACKNOWLEDGE_BYTES;
}

void bf_ack_add_if_due(struct bf_stream *stream)
{
    uint8_t body[BODY_BYTES_MAX];
    struct bf_writer writer = {body, body + sizeof body, false};
    if (!is_due(&stream->line))
        return;
    uint64_t taken = atomic_load(&stream->line.taken);
    atomic_store(&stream->line.told, taken);
    bf_encode_ack(&writer, taken);
    add_frame(stream, BF_ACK, body, (size_t)(writer.at - body));
}

void bf_ack_if_due(struct bf_stream *stream)
{
    if (!is_due(&stream->line) || pthread_mutex_trylock(&stream->sending))
        return;
    if (bf_line_has_room(&stream->line)) {
        bf_ack_add_if_due(stream);
        (void)bf_line_push(&stream->line);   /* What it does not take goes out with what follows. */
    }
    pthread_mutex_unlock(&stream->sending);
}

void bf_ack_goodbye(struct bf_stream *stream)
{
    if (!bf_line_has_room(&stream->line))
        return;
    add_frame(stream, BF_GOODBYE, NULL, 0);
    (void)bf_line_push(&stream->line);
}
