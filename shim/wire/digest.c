/* SHA-256: the message in blocks of 64 bytes, each mixed into eight words. */
#include "digest.h"

#include <string.h>

#if defined __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

enum { BLOCK_BYTES = 64, ROUNDS = 64 };

static const uint32_t first_words[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

typedef void mix_fn(uint32_t words[8], const uint8_t *data, size_t blocks);

static uint32_t turned(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}

static void spread(uint32_t w[ROUNDS], const uint8_t *data)
{
    for (int i = 0; i < 16; i++, data += 4)
        w[i] = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
    for (int i = 16; i < ROUNDS; i++) {
        uint32_t low = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t high = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + low + w[i - 7] + high;
    }
}

static void mix_plain(uint32_t words[8], const uint8_t *data, size_t blocks)
{
    for (; blocks; blocks--, data += BLOCK_BYTES) {
        uint32_t w[ROUNDS], s[8];
        spread(w, data);
        memcpy(s, words, sizeof s);
        /* Instead of moving the words, each round counts them from another one on. */
#pragma GCC unroll 8
        for (int i = 0; i < ROUNDS; i++) {
            uint32_t a = s[-i & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7];
            uint32_t e = s[(4 - i) & 7], f = s[(5 - i) & 7], g = s[(6 - i) & 7], h = s[(7 - i) & 7];
            h += (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
            s[(3 - i) & 7] += h;
            s[(7 - i) & 7] = h + (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        }
        for (int i = 0; i < 8; i++)
            words[i] += s[i];
    }
}

#if defined __x86_64__

static __m128i load(const void *from)
{
    return _mm_loadu_si128(from);
}

/* The instructions want the words as a b e f and c d g h, the last of each in the lowest place. */
__attribute__((target("sha,sse4.1"))) static void mix_fast(uint32_t words[8], const uint8_t *data, size_t blocks)
{
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    __m128i badc = _mm_shuffle_epi32(load(words), 0xb1), hgfe = _mm_shuffle_epi32(load(words + 4), 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
    for (; blocks; blocks--, data += BLOCK_BYTES) {
        __m128i abef_before = abef, cdgh_before = cdgh, w[4];
        for (int i = 0; i < 4; i++)
            w[i] = _mm_shuffle_epi8(load(data + 16 * i), big_endian);
#pragma GCC unroll 16
        for (int i = 0; i < ROUNDS / 4; i++) {
            __m128i now = _mm_add_epi32(w[i & 3], load(constants + 4 * i));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, now);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(now, 0x0e));
            /* The four words of sixteen rounds later. */
            __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]),
                                        _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
            w[i & 3] = _mm_sha256msg2_epu32(sum, w[(i + 3) & 3]);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((void *)words, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((void *)(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static mix_fn *choose(void)
{
    unsigned a, b, c, d;
    bool shuffles = __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSE4_1 && c & bit_SSSE3;
    return shuffles && __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA ? mix_fast : mix_plain;
}

#else

static mix_fn *choose(void)
{
    return mix_plain;
}

#endif

static void digest(mix_fn *mix, const uint8_t *data, size_t bytes, uint8_t out[BF_DIGEST_BYTES])
{
    uint32_t words[8];
    uint8_t tail[2 * BLOCK_BYTES] = {0};
    size_t rest = bytes % BLOCK_BYTES, tail_bytes = rest < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    memcpy(words, first_words, sizeof words);
    mix(words, data, bytes / BLOCK_BYTES);
    if (rest)
        memcpy(tail, data + bytes - rest, rest);
    tail[rest] = 0x80;
    for (size_t i = 0; i < 8; i++)
        tail[tail_bytes - 1 - i] = (uint8_t)((uint64_t)bytes * 8 >> 8 * i);
    mix(words, tail, tail_bytes / BLOCK_BYTES);
    for (size_t i = 0; i < BF_DIGEST_BYTES; i++)
        out[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
}

void bf_digest_of(const void *data, size_t bytes, uint8_t out[BF_DIGEST_BYTES])
{
    digest(choose(), data, bytes, out);
}

void bf_digest_plain(const void *data, size_t bytes, uint8_t out[BF_DIGEST_BYTES])
{
    digest(mix_plain, data, bytes, out);
}
