/* HMAC-SHA-256, and the proofs of src/bitfusion/access/proof.py, of which those of the client are made here and those
 * of the server checked. Pure. */
#ifndef BF_PROOF_H
#define BF_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_PROOF_BYTES = 32, BF_PROOF_MESSAGE_BYTES_MAX = 128 };

/* Clear memory that held a secret, also if nothing reads it afterwards. */
void bf_proof_forget(void *memory, size_t bytes);

/* HMAC of at most BF_PROOF_MESSAGE_BYTES_MAX bytes. */
void bf_proof_hmac(const uint8_t key[BF_PROOF_BYTES], const void *message, size_t bytes, uint8_t out[BF_PROOF_BYTES]);

/* What both ends prove: of the SHA-256 of the first frame's body, the server's nonce, and the channel's binding (none
 * without TLS). Returns its bytes. */
size_t bf_proof_opening(const uint8_t first[BF_PROOF_BYTES], const uint8_t nonce[BF_PROOF_BYTES],
                        const uint8_t *binding, size_t binding_bytes, uint8_t out[BF_PROOF_MESSAGE_BYTES_MAX]);

void bf_proof_of_client(const uint8_t secret[BF_PROOF_BYTES], const void *message, size_t bytes,
                        uint8_t out[BF_PROOF_BYTES]);
bool bf_proof_is_of_server(const uint8_t secret[BF_PROOF_BYTES], const void *message, size_t bytes,
                           const uint8_t proof[BF_PROOF_BYTES]);

#endif
