/* Bytes -> calls and frames, as encode.h has them. No sockets, no CUDA types. */
#ifndef BF_DECODE_H
#define BF_DECODE_H

#include "encode.h"

/* False if the header breaks the rules of protocol.md. */
bool bf_decode_frame(const uint8_t in[BF_FRAME_HEADER_BYTES], struct bf_frame *frame);

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

/* [taken, answers] of an ACK frame: how much of the client's two connections the server has taken. */
void bf_decode_ack(struct bf_reader *reader, uint64_t *taken, uint64_t *answers);

/* A server's answer, WELCOME or REFUSED: what is absent stays zero or empty. */
struct bf_answer {
    uint32_t version;
    uint32_t port;
    uint32_t images;   /* from how many bytes on the server keeps a code image */
    uint64_t resume;   /* a Dispatcher's: for how many seconds sessions are resumed; a CUDA Server's: bytes taken */
    bool resumes;      /* it says either */
    struct bf_span token, snapshot;   /* snapshot: the value as it stands, one msgpack map */
    uint32_t code;
    struct bf_span reason, hint;
    struct bf_span release, calls;    /* what a server that welcomes was made of: encode.h has ours */
};
void bf_decode_answer(struct bf_reader *reader, struct bf_answer *answer);

/* A server's CHALLENGE: 32 bytes each, or the reader is bad. */
struct bf_challenge {
    const uint8_t *nonce, *proof;
};
void bf_decode_challenge(struct bf_reader *reader, struct bf_challenge *challenge);

#endif
