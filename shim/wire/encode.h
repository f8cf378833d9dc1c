/* Calls and frames <-> bytes, from descriptors that are generated from the API table. No sockets, no CUDA types. */
#ifndef BF_ENCODE_H
#define BF_ENCODE_H

#include "../generated/calls.h"
#include "../generated/limits.h"
#include "msgpack.h"

enum bf_frame_kind {
    BF_HELLO = 1,
    BF_WELCOME,
    BF_REFUSED,
    BF_CALLS,
    BF_REPLY,
    BF_DATA,
    BF_HEARTBEAT,
    BF_OUTPUT,
    BF_NOTICE = 11
};

struct bf_frame {
    uint32_t body_bytes;
    uint16_t kind;
    uint64_t bulk_bytes;
};

void bf_encode_frame(uint8_t out[BF_FRAME_HEADER_BYTES], const struct bf_frame *frame);
/* False if the header breaks the rules of protocol.md. */
bool bf_decode_frame(const uint8_t in[BF_FRAME_HEADER_BYTES], struct bf_frame *frame);

/* One argument or result. `bytes` is the length of what `p` points to, for strings and binaries. */
struct bf_value {
    union {
        uint64_t u;
        int64_t s;
        float f;
        const void *p;
    };
    size_t bytes;
};

enum bf_how { BF_HOW_ASK, BF_HOW_TELL };
enum bf_bulk { BF_NO_BULK, BF_BULK_IN, BF_BULK_OUT };
enum { BF_REPLY_VALUES_MAX = 4 };

/* A call of the wire table. A letter a value: u z unsigned, i int, f float, s string, b binary, n number of a new
 * object; C M L F K S E P number of a context, module, library, function or kernel, kernel, stream, event, pool. */
struct bf_call {
    const char *name, *args, *reply;
    uint16_t id;
    uint8_t arg_count, reply_count;
    uint8_t how, bulk;
    bool carries;   /* when it has succeeded, it may tell an earlier error of its context */
};

extern const struct bf_call bf_calls[BF_CALL_COUNT];

/* [id, args...] */
void bf_encode_call(struct bf_writer *writer, const struct bf_call *call, const struct bf_value *args);

/* [number, result, values...] in two steps: the number tells which call the values belong to. */
struct bf_reply_head {
    uint64_t number;
    uint32_t result;
    uint32_t value_count;
};
void bf_decode_reply_head(struct bf_reader *reader, struct bf_reply_head *head);
/* The values, which point into the bytes that are read. The reader is bad unless they are exactly those of `call`, or
 * none after an error, and nothing follows. */
void bf_decode_reply_values(struct bf_reader *reader, const struct bf_call *call, const struct bf_reply_head *head,
                            struct bf_value *values);

/* [number, offset] of a DATA frame. */
void bf_decode_data(struct bf_reader *reader, uint64_t *number, uint64_t *offset);

/* [descriptor] of an OUTPUT frame: 1 or 2. */
void bf_decode_output(struct bf_reader *reader, unsigned *descriptor);

/* The client's introduction. A NULL token is left out, and so is a NULL use. */
struct bf_hello {
    const void *token;
    size_t token_bytes;
    const char *host, *program;
    uint32_t pid;
    const char *use;     /* connect.h */
    const char *lease;   /* to a Dispatcher: that its GPUs were lent under; NULL or empty if they were not */
};
void bf_encode_hello(struct bf_writer *writer, const struct bf_hello *hello);

/* A server's answer, WELCOME or REFUSED: what is absent stays zero or empty. */
struct bf_answer {
    uint32_t version;
    uint32_t port;
    struct bf_span token, snapshot;   /* snapshot: the value as it stands, one msgpack map */
    uint32_t code;
    struct bf_span reason, hint;
};
void bf_decode_answer(struct bf_reader *reader, struct bf_answer *answer);

#endif
