/* Calls and frames -> bytes, from descriptors that are generated from the API table. No sockets, no CUDA types. */
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
    BF_NOTICE = 11,
    BF_CHALLENGE,
    BF_PROOF,
    BF_ACK,
    BF_GOODBYE
};

struct bf_frame {
    uint32_t body_bytes;
    uint16_t kind;
    uint64_t bulk_bytes;
};

void bf_encode_frame(uint8_t out[BF_FRAME_HEADER_BYTES], const struct bf_frame *frame);

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
enum { BF_REPLY_VALUES_MAX = 5 };

/* A call of the wire table. A letter a value: u z unsigned, i int, f float, s string, b binary, n number of a new
 * object; a capital that of an object of some kind (src/bitfusion/api/kinds.py). */
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

/* Of everything that is taken from the table: a server's must be the same. */
enum { BF_CALLS_DIGITS = 16 };
void bf_encode_calls(char out[BF_CALLS_DIGITS + 1]);

enum { BF_NONCE_BYTES = 32 };

/* The client's introduction. A NULL token is left out, and so is a NULL use. */
struct bf_hello {
    const void *token;
    size_t token_bytes;
    const char *host, *program, *user_name;   /* an empty user_name is left out */
    uint32_t pid, user;
    const char *use;     /* connect.h */
    const char *lease;   /* to a Dispatcher: that its GPUs were lent under; NULL or empty if they were not */
    uint64_t addresses_begin, addresses_end;   /* to a CUDA Server: where its device memory is to be; 0: anywhere */
    const char *auth_id;                       /* to a Dispatcher: the user's token; NULL or empty if there is none */
    const uint8_t *auth_nonce;                 /* then: 32 bytes */
    uint32_t resume_s;   /* to a CUDA Server: so long a broken connection is resumed; 0: it is not */
    bool resumes;        /* a broken one, of which so many bytes were `taken` */
    uint64_t taken;
};
void bf_encode_hello(struct bf_writer *writer, const struct bf_hello *hello);

/* [taken, answers]: how many bytes of the peer's connections were taken. */
void bf_encode_ack(struct bf_writer *writer, uint64_t taken);
/* In bulk data. */
void bf_encode_mark(uint8_t out[BF_MARK_BYTES], uint64_t taken);

#endif
