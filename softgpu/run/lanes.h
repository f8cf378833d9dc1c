/* Sets of lanes, and their three forms: a bit a lane, a mask byte a lane, a predicate byte (0 or 1) a lane. */
#ifndef SG_LANES_H
#define SG_LANES_H

#include "engine.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define SG_EACH_WARP(w) for (unsigned w = 0; w < SG_WARPS; w++)

static inline struct sg_lanes sg_lanes_and(struct sg_lanes a, struct sg_lanes b)
{
    SG_EACH_WARP(w) a.w[w] &= b.w[w];
    return a;
}

static inline struct sg_lanes sg_lanes_or(struct sg_lanes a, struct sg_lanes b)
{
    SG_EACH_WARP(w) a.w[w] |= b.w[w];
    return a;
}

static inline struct sg_lanes sg_lanes_without(struct sg_lanes a, struct sg_lanes b)
{
    SG_EACH_WARP(w) a.w[w] &= ~b.w[w];
    return a;
}

static inline bool sg_lanes_none(struct sg_lanes a)
{
    uint32_t any = 0;
    SG_EACH_WARP(w) any |= a.w[w];
    return any == 0;
}

static inline bool sg_lanes_same(struct sg_lanes a, struct sg_lanes b)
{
    uint32_t differ = 0;
    SG_EACH_WARP(w) differ |= a.w[w] ^ b.w[w];
    return differ == 0;
}

static inline uint32_t sg_lanes_count(struct sg_lanes a)
{
    uint32_t count = 0;
    SG_EACH_WARP(w) count += (uint32_t)__builtin_popcount(a.w[w]);
    return count;
}

/* The lowest lane; the set must not be empty. */
static inline unsigned sg_lanes_first(struct sg_lanes a)
{
    unsigned w = 0;
    while (!a.w[w])
        w++;
    return w * SG_WARP + (unsigned)__builtin_ctz(a.w[w]);
}

static inline bool sg_lanes_has(const struct sg_lanes *a, unsigned lane)
{
    return a->w[lane / SG_WARP] >> (lane % SG_WARP) & 1;
}

static inline void sg_lanes_add(struct sg_lanes *a, unsigned lane)
{
    a->w[lane / SG_WARP] |= UINT32_C(1) << (lane % SG_WARP);
}

/* The lowest bits of 32 bytes. */
static inline uint32_t sg_lanes_pack32(const uint8_t *bytes)
{
#if defined(__SSE2__)
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16));
    return (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(low, 7)) | (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(high, 7))
                                                                     << 16;
#else
    uint32_t bits = 0;
    for (unsigned i = 0; i < SG_WARP; i++)
        bits |= (uint32_t)(bytes[i] & 1) << i;
    return bits;
#endif
}

/* The lanes whose predicate is set (or not set, if negated); lanes that do not exist give anything. */
static inline struct sg_lanes sg_lanes_where(const uint8_t *predicate, bool negated)
{
    struct sg_lanes set;
    SG_EACH_WARP(w) set.w[w] = sg_lanes_pack32(predicate + w * SG_WARP) ^ (negated ? UINT32_MAX : 0);
    return set;
}

#if defined(__SSE2__)
/* 16 lanes at a time: each byte gets the half of the bits that it belongs to, and keeps its own bit of it. */
static inline void sg_lanes_unpack(struct sg_lanes set, uint8_t bytes[SG_LANES])
{
    const __m128i own = _mm_set1_epi64x((int64_t)0x8040201008040201u);
    for (unsigned i = 0; i < SG_LANES / 16; i++) {
        __m128i bits = _mm_set1_epi16((short)(set.w[i / 2] >> (i % 2 * 16)));
        bits = _mm_unpacklo_epi8(bits, bits);
        bits = _mm_shufflehi_epi16(_mm_shufflelo_epi16(bits, 0x00), 0x55);
        bits = _mm_cmpeq_epi8(_mm_and_si128(bits, own), own);
        _mm_storeu_si128((__m128i *)(void *)(bytes + i * 16), bits);
    }
}
#else
static inline void sg_lanes_unpack(struct sg_lanes set, uint8_t bytes[SG_LANES])
{
    for (unsigned i = 0; i < SG_LANES; i++)
        bytes[i] = (uint8_t)-(int)(set.w[i / SG_WARP] >> (i % SG_WARP) & 1);
}
#endif

#endif
