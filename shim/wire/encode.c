/* Calls and frames -> bytes: walks the descriptors of generated/calls.c. */
#include "encode.h"

#include "../generated/digest.h"

#include <string.h>

static void store(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

void bf_encode_frame(uint8_t out[BF_FRAME_HEADER_BYTES], const struct bf_frame *frame)
{
    store(out, frame->body_bytes, 4);
    store(out + 4, frame->kind, 2);
    store(out + 6, 0, 2);
    store(out + 8, frame->bulk_bytes, 8);
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

void bf_encode_calls(char out[BF_CALLS_DIGITS + 1])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof bf_digest_parts / sizeof *bf_digest_parts; i++)
        sum += bf_digest_parts[i];
    for (int i = BF_CALLS_DIGITS; i-- > 0; sum >>= 4)
        out[i] = "0123456789abcdef"[sum & 15];
    out[BF_CALLS_DIGITS] = 0;
}

static void put_resume(struct bf_writer *writer, const struct bf_hello *hello)
{
    bf_msgpack_put_text(writer, "resume");
    bf_msgpack_put_array(writer, 1u + hello->resumes);
    bf_msgpack_put_uint(writer, hello->resume_s);
    if (hello->resumes)
        bf_msgpack_put_uint(writer, hello->taken);
}

void bf_encode_hello(struct bf_writer *writer, const struct bf_hello *hello)
{
    bool leased = hello->lease && *hello->lease, named = *hello->user_name, auth = hello->auth_id && *hello->auth_id;
    char calls[BF_CALLS_DIGITS + 1];
    bf_encode_calls(calls);
    bf_msgpack_put_map(writer, 8u + (hello->token != NULL) + named + (hello->use != NULL) + leased +
                                   (hello->addresses_begin != 0) + auth + (hello->resume_s != 0));
    bf_msgpack_put_text(writer, "protocol");
    bf_msgpack_put_text(writer, "bitfusion");
    bf_msgpack_put_text(writer, "versions");
    bf_msgpack_put_array(writer, BF_PROTOCOL_VERSION_MAX - BF_PROTOCOL_VERSION_MIN + 1);
    for (unsigned version = BF_PROTOCOL_VERSION_MIN; version <= BF_PROTOCOL_VERSION_MAX; version++)
        bf_msgpack_put_uint(writer, version);
    bf_msgpack_put_text(writer, "release");
    bf_msgpack_put_text(writer, BF_RELEASE);
    bf_msgpack_put_text(writer, "calls");
    bf_msgpack_put_text(writer, calls);
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
    bf_msgpack_put_text(writer, "user");
    bf_msgpack_put_uint(writer, hello->user);
    if (named) {
        bf_msgpack_put_text(writer, "user_name");
        bf_msgpack_put_text(writer, hello->user_name);
    }
    if (hello->use) {
        bf_msgpack_put_text(writer, "use");
        bf_msgpack_put_text(writer, hello->use);
    }
    if (leased) {
        bf_msgpack_put_text(writer, "lease");
        bf_msgpack_put_text(writer, hello->lease);
    }
    if (hello->addresses_begin) {
        bf_msgpack_put_text(writer, "addresses");
        bf_msgpack_put_array(writer, 2);
        bf_msgpack_put_uint(writer, hello->addresses_begin);
        bf_msgpack_put_uint(writer, hello->addresses_end);
    }
    if (auth) {
        bf_msgpack_put_text(writer, "auth");
        bf_msgpack_put_map(writer, 2);
        bf_msgpack_put_text(writer, "id");
        bf_msgpack_put_text(writer, hello->auth_id);
        bf_msgpack_put_text(writer, "nonce");
        bf_msgpack_put_bin(writer, hello->auth_nonce, BF_NONCE_BYTES);
    }
    if (hello->resume_s)
        put_resume(writer, hello);
}

void bf_encode_ack(struct bf_writer *writer, uint64_t taken)
{
    bf_msgpack_put_array(writer, 2);
    bf_msgpack_put_uint(writer, taken);
    bf_msgpack_put_uint(writer, 0);
}

void bf_encode_mark(uint8_t out[BF_MARK_BYTES], uint64_t taken)
{
    store(out, taken, BF_MARK_BYTES);
}
