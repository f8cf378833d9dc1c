/* Calls and frames <-> bytes: walks the descriptors of generated/calls.c. */
#include "encode.h"

#include <string.h>

static void store(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t load(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

void bf_encode_frame(uint8_t out[BF_FRAME_HEADER_BYTES], const struct bf_frame *frame)
{
    store(out, frame->body_bytes, 4);
    store(out + 4, frame->kind, 2);
    store(out + 6, 0, 2);
    store(out + 8, frame->bulk_bytes, 8);
}

bool bf_decode_frame(const uint8_t in[BF_FRAME_HEADER_BYTES], struct bf_frame *frame)
{
    frame->body_bytes = (uint32_t)load(in, 4);
    frame->kind = (uint16_t)load(in + 4, 2);
    frame->bulk_bytes = load(in + 8, 8);
    bool may_have_bulk = frame->kind == BF_CALLS || frame->kind == BF_DATA || frame->kind == BF_OUTPUT;
    bool known = (frame->kind >= BF_HELLO && frame->kind <= BF_OUTPUT) || frame->kind == BF_NOTICE;
    uint32_t most = frame->kind == BF_HEARTBEAT ? 0
                    : frame->kind == BF_NOTICE  ? BF_NOTICE_BYTES_MAX
                                                : BF_FRAME_BODY_BYTES_MAX;
    return known && frame->body_bytes <= most && load(in + 6, 2) == 0 &&
           frame->bulk_bytes <= (may_have_bulk ? BF_FRAME_BULK_BYTES_MAX : 0);
}

void bf_encode_call(struct bf_writer *writer, const struct bf_call *call, const struct bf_value *args)
{
    bf_msgpack_put_array(writer, 1u + call->arg_count);
    bf_msgpack_put_uint(writer, call->id);
    for (unsigned i = 0; i < call->arg_count; i++) {
        const struct bf_value *arg = &args[i];
        switch (call->args[i]) {
        case 'i': bf_msgpack_put_int(writer, arg->s); break;
        case 'f': bf_msgpack_put_float(writer, arg->f); break;
        case 's': bf_msgpack_put_str(writer, arg->p, arg->bytes); break;
        case 'b': bf_msgpack_put_bin(writer, arg->p, arg->bytes); break;
        default: bf_msgpack_put_uint(writer, arg->u);
        }
    }
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

void bf_encode_hello(struct bf_writer *writer, const struct bf_hello *hello)
{
    bool leased = hello->lease && *hello->lease;
    bf_msgpack_put_map(writer, 6u + (hello->token != NULL) + (hello->use != NULL) + leased);
    bf_msgpack_put_text(writer, "protocol");
    bf_msgpack_put_text(writer, "bitfusion");
    bf_msgpack_put_text(writer, "versions");
    bf_msgpack_put_array(writer, BF_PROTOCOL_VERSION_MAX - BF_PROTOCOL_VERSION_MIN + 1);
    for (unsigned version = BF_PROTOCOL_VERSION_MIN; version <= BF_PROTOCOL_VERSION_MAX; version++)
        bf_msgpack_put_uint(writer, version);
    bf_msgpack_put_text(writer, "release");
    bf_msgpack_put_text(writer, BF_RELEASE);
    if (hello->token) {
        bf_msgpack_put_text(writer, "token");
        bf_msgpack_put_bin(writer, hello->token, hello->token_bytes);
    }
    bf_msgpack_put_text(writer, "host");
    bf_msgpack_put_text(writer, hello->host);
    bf_msgpack_put_text(writer, "program");
    bf_msgpack_put_text(writer, hello->program);
    bf_msgpack_put_text(writer, "pid");
    bf_msgpack_put_uint(writer, hello->pid);
    if (hello->use) {
        bf_msgpack_put_text(writer, "use");
        bf_msgpack_put_text(writer, hello->use);
    }
    if (leased) {
        bf_msgpack_put_text(writer, "lease");
        bf_msgpack_put_text(writer, hello->lease);
    }
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
    *answer = (struct bf_answer){.token = nothing, .snapshot = nothing, .reason = nothing, .hint = nothing};
    uint32_t count = bf_msgpack_get_map(reader);
    for (uint32_t i = 0; i < count && !reader->bad; i++) {
        struct bf_span key = bf_msgpack_get_span(reader);
        if (bf_msgpack_span_is(key, "version"))
            answer->version = (uint32_t)bf_msgpack_get_int(reader, 0, INT32_MAX);
        else if (bf_msgpack_span_is(key, "port"))
            answer->port = (uint32_t)bf_msgpack_get_int(reader, 1, UINT16_MAX);
        else if (bf_msgpack_span_is(key, "token"))
            answer->token = bf_msgpack_get_span(reader);
        else if (bf_msgpack_span_is(key, "snapshot"))
            answer->snapshot = skipped(reader);
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
