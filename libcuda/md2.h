/* The MD2 message digest (RFC 1319). Kept for one old protocol; not for anything that needs a secure digest. */
#ifndef LC_MD2_H
#define LC_MD2_H

#include <stddef.h>
#include <stdint.h>

enum { LC_MD2_BYTES = 16 };

struct lc_md2 {
    uint8_t state[48];
    uint8_t checksum[16];
    uint8_t block[16];
    size_t filled;
};

void lc_md2_begin(struct lc_md2 *md2);
void lc_md2_add(struct lc_md2 *md2, const void *data, size_t bytes);
void lc_md2_end(struct lc_md2 *md2, uint8_t out[LC_MD2_BYTES]);

#endif
