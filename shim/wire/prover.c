/* The proof of a token on one connection. */
#include "prover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "decode.h"
#include "digest.h"
#include "proof.h"

bool bf_prover_begin(struct bf_prover *prover, char *problem, size_t room)
{
    *prover = (struct bf_prover){.proved = false};
    if (!bf_token_find(&prover->token, problem, room))
        return false;
    ssize_t got = (ssize_t)sizeof prover->nonce;
    if (prover->token.id[0])
        do
            got = getrandom(prover->nonce, sizeof prover->nonce, 0);
        while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof prover->nonce)
        snprintf(problem, room, "this system gives no random numbers: %s; see its kernel's log", strerror(errno));
    return got == (ssize_t)sizeof prover->nonce;
}

void bf_prover_said(struct bf_prover *prover, const void *body, size_t bytes)
{
    if (prover->token.id[0])
        bf_digest_of(body, bytes, prover->first);
}

size_t bf_prover_answer(struct bf_prover *prover, const void *body, size_t bytes, const uint8_t *binding,
                        size_t binding_bytes, uint8_t out[BF_PROVER_FRAME_BYTES])
{
    uint8_t message[BF_PROOF_MESSAGE_BYTES_MAX], proof[BF_PROOF_BYTES];
    struct bf_reader reader = {body, (const uint8_t *)body + bytes, false};
    struct bf_challenge challenge;
    bf_decode_challenge(&reader, &challenge);
    if (reader.bad || !prover->token.id[0] || prover->proved)
        return 0;
    size_t length = bf_proof_opening(prover->first, challenge.nonce, binding, binding_bytes, message);
    prover->proved = bf_proof_is_of_server(prover->token.secret, message, length, challenge.proof);
    if (!prover->proved)
        return 0;
    bf_proof_of_client(prover->token.secret, message, length, proof);
    struct bf_writer writer = {out + BF_FRAME_HEADER_BYTES, out + BF_PROVER_FRAME_BYTES, false};
    bf_msgpack_put_map(&writer, 1);
    bf_msgpack_put_text(&writer, "proof");
    bf_msgpack_put_bin(&writer, proof, sizeof proof);
    size_t body_bytes = (size_t)(writer.at - out) - BF_FRAME_HEADER_BYTES;
    bf_encode_frame(out, &(struct bf_frame){(uint32_t)body_bytes, BF_PROOF, 0});
    return BF_FRAME_HEADER_BYTES + body_bytes;
}

void bf_prover_end(struct bf_prover *prover)
{
    bf_proof_forget(&prover->token.secret, sizeof prover->token.secret);
}
