/* MD2 (RFC 1319). The substitution table is the RFC's: a permutation of 0..255 drawn with the digits of pi. */
#include "md2.h"

#include <string.h>

static const uint8_t pi_table[256] = {
    41,  46,  67,  201, 162, 216, 124, 1,   61,  54,  84,  161, 236, 240, 6,   19,  98,  167, 5,   243, 192, 199,
    115, 140, 152, 147, 43,  217, 188, 76,  130, 202, 30,  155, 87,  60,  253, 212, 224, 22,  103, 66,  111, 24,
    138, 23,  229, 18,  190, 78,  196, 214, 218, 158, 222, 73,  160, 251, 245, 142, 187, 47,  238, 122, 169, 104,
    121, 145, 21,  178, 7,   63,  148, 194, 16,  137, 11,  34,  95,  33,  128, 127, 93,  154, 90,  144, 50,  39,
    53,  62,  204, 231, 191, 247, 151, 3,   255, 25,  48,  179, 72,  165, 181, 209, 215, 94,  146, 42,  172, 86,
    170, 198, 79,  184, 56,  210, 150, 164, 125, 182, 118, 252, 107, 226, 156, 116, 4,   241, 69,  157, 112, 89,
    100, 113, 135, 32,  134, 91,  207, 101, 230, 45,  168, 2,   27,  96,  37,  173, 174, 176, 185, 246, 28,  70,
    97,  105, 52,  64,  126, 15,  85,  71,  163, 35,  221, 81,  175, 58,  195, 92,  249, 206, 186, 197, 234, 38,
    44,  83,  13,  110, 133, 40,  132, 9,   211, 223, 205, 244, 65,  129, 77,  82,  106, 220, 55,  200, 108, 193,
    171, 250, 36,  225, 123, 8,   12,  189, 177, 74,  120, 136, 149, 139, 227, 99,  232, 109, 233, 203, 213, 254,
    59,  0,   29,  57,  242, 239, 183, 14,  102, 88,  208, 228, 166, 119, 114, 248, 235, 117, 75,  10,  49,  68,
    80,  180, 143, 237, 31,  26,  219, 153, 141, 51,  159, 17,  131, 20,
};

/* Section 3.2: the running checksum of a block, chained through its last byte. */
static void checksum_block(uint8_t checksum[16], const uint8_t block[16])
{
    uint8_t last = checksum[15];
    for (size_t i = 0; i < 16; i++) {
        checksum[i] = (uint8_t)(checksum[i] ^ pi_table[block[i] ^ last]);
        last = checksum[i];
    }
}

/* Section 3.4: 18 rounds over the 48-byte state. */
static void digest_block(uint8_t state[48], const uint8_t block[16])
{
    for (size_t i = 0; i < 16; i++) {
        state[16 + i] = block[i];
        state[32 + i] = (uint8_t)(state[i] ^ block[i]);
    }
    uint8_t t = 0;
    for (unsigned round = 0; round < 18; round++) {
        for (size_t i = 0; i < 48; i++)
            t = state[i] = (uint8_t)(state[i] ^ pi_table[t]);
        t = (uint8_t)(t + round);
    }
}

void lc_md2_begin(struct lc_md2 *md2)
{
    memset(md2, 0, sizeof *md2);
}

void lc_md2_add(struct lc_md2 *md2, const void *data, size_t bytes)
{
    const uint8_t *from = data;
    for (size_t i = 0; i < bytes; i++) {
        md2->block[md2->filled++] = from[i];
        if (md2->filled == sizeof md2->block) {
            digest_block(md2->state, md2->block);
            checksum_block(md2->checksum, md2->block);
            md2->filled = 0;
        }
    }
}

void lc_md2_end(struct lc_md2 *md2, uint8_t out[LC_MD2_BYTES])
{
    /* Section 3.1: 1 to 16 bytes, each holding their number. */
    uint8_t padding[16];
    size_t missing = sizeof padding - md2->filled;
    memset(padding, (int)missing, missing);
    lc_md2_add(md2, padding, missing);
    uint8_t checksum[16];
    memcpy(checksum, md2->checksum, sizeof checksum);
    digest_block(md2->state, checksum);
    memcpy(out, md2->state, LC_MD2_BYTES);
}
