/* The proof of this user's token on one connection to a Dispatcher: HELLO names it, CHALLENGE asks for it, PROOF gives
 * it once the server has proved itself. Without a token nothing is proved. */
#ifndef BF_PROVER_H
#define BF_PROVER_H

#include "encode.h"
#include "token.h"

enum { BF_PROVER_FRAME_BYTES = 64, BF_PROVER_BODY_BYTES_MAX = 256 };

struct bf_prover {
    struct bf_token token;
    uint8_t nonce[32], first[32];   /* first: SHA-256 of HELLO's body */
    bool proved;
};

/* False with one line if there is a token that cannot be used. */
bool bf_prover_begin(struct bf_prover *prover, char *problem, size_t room);
/* HELLO was encoded. */
void bf_prover_said(struct bf_prover *prover, const void *body, size_t bytes);
/* The PROOF frame, its bytes; 0 if the server has not proved itself. `binding`: what ties the proof to the channel. */
size_t bf_prover_answer(struct bf_prover *prover, const void *body, size_t bytes, const uint8_t *binding,
                        size_t binding_bytes, uint8_t out[BF_PROVER_FRAME_BYTES]);
/* Forget the secret. Safe to repeat. */
void bf_prover_end(struct bf_prover *prover);

#endif
