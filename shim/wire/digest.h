/* SHA-256 (FIPS 180-4), with the processor's own instructions where it has them. Nothing is linked for it: what the
 * application has loaded of some OpenSSL is its own. Pure. */
#ifndef BF_DIGEST_H
#define BF_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_DIGEST_BYTES = 32 };

void bf_digest_of(const void *data, size_t bytes, uint8_t out[BF_DIGEST_BYTES]);
/* The same without such instructions. */
void bf_digest_plain(const void *data, size_t bytes, uint8_t out[BF_DIGEST_BYTES]);

#endif
