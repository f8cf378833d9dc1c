/* Bytes -> calls and frames. */
#include "decode.h"

static uint64_t load(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

bool bf_decode_frame(const uint8_t in[BF_FRAME_HEADER_BYTES], struct bf_frame *frame)
{
    frame->body_bytes = (uint32_t)load(in, 4);
    frame->kind = (uint16_t)load(in + 4, 2);
    frame->bulk_bytes = load(in + 8, 8);
    bool may_have_bulk = frame->kind == BF_CALLS || frame->kind == BF_DATA || frame->kind == BF_OUTPUT;
    bool known = (frame->kind >= BF_HELLO && frame->kind <= BF_OUTPUT) ||
                 (frame->kind >= BF_NOTICE && frame->kind <= BF_GOODBYE);
    bool bare = frame->kind == BF_HEARTBEAT || frame->kind == BF_GOODBYE;
    uint32_t most = bare ? 0 : frame->kind == BF_NOTICE ? BF_NOTICE_BYTES_MAX : BF_FRAME_BODY_BYTES_MAX;
    return known && frame->body_bytes <= most && load(in + 6, 2) == 0 &&
           frame->bulk_bytes <= (may_have_bulk ? BF_FRAME_BULK_BYTES_MAX : 0);
}

void bf_decode_reply_head(struct bf_reader *reader, struct bf_reply_head *head)
{
    uint32_t count = bf_msgpack_get_array(reader);
    reader->bad |= count < 2 || count > 2 + BF_REPLY_VALUES_MAX;
    head->number = bf_msgpack_get_uint(reader);
    head->result = (uint32_t)bf_msgpack_get_int(reader, 0, INT32_MAX);
    head->value_count = count - 2;
}

static void decode_value(struct bf_reader *reader, char letter, struct bf_value *value)
{
    struct bf_span span;
    switch (letter) {
    case 'i': value->s = bf_msgpack_get_int(reader, INT32_MIN, INT32_MAX); break;
    case 'u': value->u = (uint64_t)bf_msgpack_get_int(reader, 0, UINT32_MAX); break;
    case 'f': value->f = bf_msgpack_get_float(reader); break;
    case 's':
    case 'b':
        span = bf_msgpack_get_span(reader);
        value->p = span.data;
        value->bytes = span.bytes;
        break;
    default: value->u = bf_msgpack_get_uint(reader);
    }
}

void bf_decode_reply_values(struct bf_reader *reader, const struct bf_call *call, const struct bf_reply_head *head,
                            struct bf_value *values)
{
    bool none = head->value_count == 0 && (head->result || !call->reply_count);
    reader->bad |= !none && head->value_count != call->reply_count;
    for (unsigned i = 0; i < call->reply_count && !reader->bad; i++) {
        values[i] = (struct bf_value){.u = 0};
        if (!none)
            decode_value(reader, call->reply[i], &values[i]);
    }
    reader->bad |= reader->at != reader->end;
}

void bf_decode_data(struct bf_reader *reader, uint64_t *number, uint64_t *offset)
{
    reader->bad |= bf_msgpack_get_array(reader) != 2;
    *number = bf_msgpack_get_uint(reader);
    *offset = bf_msgpack_get_uint(reader);
    reader->bad |= reader->at != reader->end;
}

void bf_decode_output(struct bf_reader *reader, unsigned *descriptor)
{
    reader->bad |= bf_msgpack_get_array(reader) != 1;
    *descriptor = (unsigned)bf_msgpack_get_int(reader, 1, 2);
    reader->bad |= reader->at != reader->end;
}

void bf_decode_ack(struct bf_reader *reader, uint64_t *taken, uint64_t *answers)
{
    reader->bad |= bf_msgpack_get_array(reader) != 2;
    *taken = bf_msgpack_get_uint(reader);
    *answers = bf_msgpack_get_uint(reader);
    reader->bad |= reader->at != reader->end;
}

static struct bf_span skipped(struct bf_reader *reader)
{
    const uint8_t *start = reader->at;
    bf_msgpack_skip(reader);
    return (struct bf_span){start, (size_t)(reader->at - start)};
}

void bf_decode_answer(struct bf_reader *reader, struct bf_answer *answer)
{
    static const struct bf_span nothing = {(const uint8_t *)"", 0};
    *answer = (struct bf_answer){.token = nothing,
                                 .snapshot = nothing,
                                 .reason = nothing,
                                 .hint = nothing,
                                 .release = nothing,
                                 .calls = nothing};
    uint32_t count = bf_msgpack_get_map(reader);
    for (uint32_t i = 0; i < count && !reader->bad; i++) {
        struct bf_span key = bf_msgpack_get_span(reader);
        if (bf_msgpack_span_is(key, "version"))
            answer->version = (uint32_t)bf_msgpack_get_int(reader, 0, INT32_MAX);
        else if (bf_msgpack_span_is(key, "port"))
            answer->port = (uint32_t)bf_msgpack_get_int(reader, 1, UINT16_MAX);
        else if (bf_msgpack_span_is(key, "images"))
            answer->images = (uint32_t)bf_msgpack_get_int(reader, 0, INT32_MAX);
        else if (bf_msgpack_span_is(key, "resume")) {
            answer->resumes = true;
            answer->resume = bf_msgpack_get_uint(reader);
        } else if (bf_msgpack_span_is(key, "token"))
            answer->token = bf_msgpack_get_span(reader);
        else if (bf_msgpack_span_is(key, "snapshot"))
            answer->snapshot = skipped(reader);
        else if (bf_msgpack_span_is(key, "release"))
            answer->release = bf_msgpack_get_span(reader);
        else if (bf_msgpack_span_is(key, "calls"))
            answer->calls = bf_msgpack_get_span(reader);
        else if (bf_msgpack_span_is(key, "code"))
            answer->code = (uint32_t)bf_msgpack_get_int(reader, 1, INT32_MAX);
        else if (bf_msgpack_span_is(key, "reason"))
            answer->reason = bf_msgpack_get_span(reader);
        else if (bf_msgpack_span_is(key, "hint"))
            answer->hint = bf_msgpack_get_span(reader);
        else
            bf_msgpack_skip(reader);
    }
    reader->bad |= reader->at != reader->end;
}

static const uint8_t *get_nonce(struct bf_reader *reader)
{
    struct bf_span span = bf_msgpack_get_span(reader);
    reader->bad |= span.bytes != BF_NONCE_BYTES;
    return span.data;
}

void bf_decode_challenge(struct bf_reader *reader, struct bf_challenge *challenge)
{
    *challenge = (struct bf_challenge){NULL, NULL};
    uint32_t count = bf_msgpack_get_map(reader);
    for (uint32_t i = 0; i < count && !reader->bad; i++) {
        struct bf_span key = bf_msgpack_get_span(reader);
        if (bf_msgpack_span_is(key, "nonce"))
            challenge->nonce = get_nonce(reader);
        else if (bf_msgpack_span_is(key, "proof"))
            challenge->proof = get_nonce(reader);
        else
            bf_msgpack_skip(reader);
    }
    reader->bad |= reader->at != reader->end || !challenge->nonce || !challenge->proof;
}
