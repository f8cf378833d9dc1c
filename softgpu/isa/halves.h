/* The 16-bit formats f16 and bf16: to and from wider ones, as expressions that gcc turns into vector code. */
#ifndef SG_ISA_HALVES_H
#define SG_ISA_HALVES_H

#include "floats.h"

#define ISA_NAN_16 0x7fffu      /* canonical, of both formats */

static inline float isa_f32_of_f16(uint32_t h)
{
    const uint32_t sign = (h & 0x8000u) << 16, rest = h & 0x7fffu;
    const uint32_t normal = (rest << 13) + (112u << 23), subnormal = isa_bits32((float)rest * 0x1p-24f);
    const uint32_t special = rest == 0x7c00u ? 0x7f800000u : ISA_NAN_F32;
    const uint32_t finite = rest < 0x400u ? subnormal : normal;
    return isa_f32(rest > 0x7c00u ? ISA_NAN_F32 : sign | (rest < 0x7c00u ? finite : special));
}

static inline float isa_f32_of_bf16(uint32_t h)
{
    return isa_canon(isa_f32(h << 16));
}

/* Rounds to the bits, without the sign, of a format of `fraction` bits of fraction and least normal exponent `least`
 * (the bias is 1 - least), in the processor's rounding mode. Adding and subtracting a number of the same sign whose
 * last place is that of the result does the rounding, subnormals included. What is beyond `greatest` becomes
 * `large`. */
static inline uint64_t isa_narrow(double x, int fraction, int least, double greatest, uint64_t large)
{
    const uint64_t bits = isa_bits64(x), sign = bits & UINT64_C(1) << 63;
    const int64_t lowest = 1023 + least, highest = 1023 + (2 - least), exponent = (int64_t)(bits >> 52 & 0x7ff);
    const int64_t clamped = exponent < lowest ? lowest : (exponent > highest ? highest : exponent);
    const double shift = isa_f64(sign | (uint64_t)(clamped + 52 - fraction) << 52 | UINT64_C(1) << 51);
    const double magnitude = isa_f64(isa_bits64((x + shift) - shift) & ~(UINT64_C(1) << 63));
    const double quanta = magnitude * isa_f64((uint64_t)(1023 + fraction - least) << 52) + 0x1p52;
    const uint64_t subnormal = isa_bits64(quanta) & 0xffff;
    const uint64_t normal = (isa_bits64(magnitude) >> (52 - fraction)) - ((uint64_t)(1023 - (1 - least)) << fraction);
    const uint64_t finite = lowest > (int64_t)(isa_bits64(magnitude) >> 52) ? subnormal : normal;
    return exponent > highest || magnitude > greatest ? large : finite;
}

/* What the rounding mode makes of a number that is too large: infinity, or the greatest number before it. A
 * conversion that overflows for certain tells. */
static inline uint64_t isa_overflow(double x, uint64_t infinity)
{
    const float huge = (float)(x * 0x1p200);
    return huge - huge == 0.0f ? infinity - 1 : infinity;
}

static inline uint32_t isa_f16_of(double x)
{
    const uint64_t number = isa_narrow(x, 10, -14, 65504.0, isa_overflow(x, 0x7c00));
    return x == x ? (uint32_t)(number | (isa_bits64(x) >> 48 & 0x8000)) : ISA_NAN_16;
}
static inline uint32_t isa_bf16_of(double x)
{
    const uint64_t number = isa_narrow(x, 7, -126, 0x1.fep127, isa_overflow(x, 0x7f80));
    return x == x ? (uint32_t)(number | (isa_bits64(x) >> 48 & 0x8000)) : ISA_NAN_16;
}

/* Single precision to f16, nearest even, in 32-bit arithmetic: half as many instructions for twice as many lanes. Of
 * a normal result the 13 lost bits are rounded in the integer; adding 1/2 puts the last place of a subnormal one
 * where an f32's is. */
static inline uint32_t isa_f16_nearest(float x)
{
    const uint32_t bits = isa_bits32(x), magnitude = bits & 0x7fffffffu, sign = bits >> 16 & 0x8000u;
    const uint32_t normal = (magnitude + 0xfffu + (magnitude >> 13 & 1) - (112u << 23)) >> 13;
    const uint32_t subnormal = isa_bits32(isa_f32(magnitude) + 0.5f) - isa_bits32(0.5f);
    const uint32_t finite = magnitude < 0x38800000u ? subnormal : normal;
    const uint32_t number = magnitude >= 0x477ff000u ? 0x7c00u : finite;
    return magnitude > 0x7f800000u ? ISA_NAN_16 : number | sign;
}

static inline uint32_t isa_bf16_nearest(float x)
{
    const uint32_t bits = isa_bits32(x);
    return x == x ? (bits + 0x7fffu + (bits >> 16 & 1)) >> 16 : ISA_NAN_16;
}

#endif
