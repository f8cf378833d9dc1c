/* Proofs that a secret is known, which is not sent. */
#include "proof.h"

#include <string.h>

#include "digest.h"

enum { BLOCK_BYTES = 64, BINDING_BYTES_MAX = 32 };

static const char label[] = "bitfusion opening";

void bf_proof_forget(void *memory, size_t bytes)
{
    memset(memory, 0, bytes);
    __asm__ volatile("" : : "r"(memory) : "memory");   /* which the compiler takes for a reader */
}

static void pad(const uint8_t key[BF_PROOF_BYTES], uint8_t with, uint8_t out[BLOCK_BYTES])
{
    memset(out, with, BLOCK_BYTES);
    for (int i = 0; i < BF_PROOF_BYTES; i++)
        out[i] ^= key[i];
}

void bf_proof_hmac(const uint8_t key[BF_PROOF_BYTES], const void *message, size_t bytes, uint8_t out[BF_PROOF_BYTES])
{
    uint8_t inner[BLOCK_BYTES + BF_PROOF_MESSAGE_BYTES_MAX], outer[BLOCK_BYTES + BF_DIGEST_BYTES];
    bytes = bytes < BF_PROOF_MESSAGE_BYTES_MAX ? bytes : BF_PROOF_MESSAGE_BYTES_MAX;
    pad(key, 0x36, inner);
    memcpy(inner + BLOCK_BYTES, message, bytes);
    pad(key, 0x5c, outer);
    bf_digest_of(inner, BLOCK_BYTES + bytes, outer + BLOCK_BYTES);
    bf_digest_of(outer, sizeof outer, out);
    bf_proof_forget(inner, sizeof inner);
    bf_proof_forget(outer, sizeof outer);
}

size_t bf_proof_opening(const uint8_t first[BF_PROOF_BYTES], const uint8_t nonce[BF_PROOF_BYTES],
                        const uint8_t *binding, size_t binding_bytes, uint8_t out[BF_PROOF_MESSAGE_BYTES_MAX])
{
    uint8_t *at = out;
    memcpy(at, label, sizeof label - 1);
    at += sizeof label - 1;
    memcpy(at, first, BF_PROOF_BYTES);
    at += BF_PROOF_BYTES;
    memcpy(at, nonce, BF_PROOF_BYTES);
    at += BF_PROOF_BYTES;
    binding_bytes = binding_bytes < BINDING_BYTES_MAX ? binding_bytes : BINDING_BYTES_MAX;
    if (binding_bytes)
        memcpy(at, binding, binding_bytes);
    return (size_t)(at - out) + binding_bytes;
}

static void text_hmac(const uint8_t key[BF_PROOF_BYTES], const char *text, uint8_t out[BF_PROOF_BYTES])
{
    bf_proof_hmac(key, text, strlen(text), out);
}

void bf_proof_of_client(const uint8_t secret[BF_PROOF_BYTES], const void *message, size_t bytes,
                        uint8_t out[BF_PROOF_BYTES])
{
    uint8_t key[BF_PROOF_BYTES], stored[BF_PROOF_BYTES];
    text_hmac(secret, "Client Key", key);
    bf_digest_of(key, sizeof key, stored);
    bf_proof_hmac(stored, message, bytes, out);
    for (int i = 0; i < BF_PROOF_BYTES; i++)
        out[i] ^= key[i];
    bf_proof_forget(key, sizeof key);
    bf_proof_forget(stored, sizeof stored);
}

bool bf_proof_is_of_server(const uint8_t secret[BF_PROOF_BYTES], const void *message, size_t bytes,
                           const uint8_t proof[BF_PROOF_BYTES])
{
    uint8_t key[BF_PROOF_BYTES], right[BF_PROOF_BYTES], differs = 0;
    text_hmac(secret, "Server Key", key);
    bf_proof_hmac(key, message, bytes, right);
    for (int i = 0; i < BF_PROOF_BYTES; i++)   /* all of it, however early the two differ */
        differs |= (uint8_t)(right[i] ^ proof[i]);
    bf_proof_forget(key, sizeof key);
    bf_proof_forget(right, sizeof right);
    return !differs;
}
