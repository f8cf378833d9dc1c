/* What .ftz, .sat and NaN mean (PTX ISA 9.7.3), as expressions that gcc turns into vector code. */
#ifndef SG_ISA_FLOATS_H
#define SG_ISA_FLOATS_H

#include "lanes.h"

#define ISA_NAN_F32 0x7fffffffu
#define ISA_NAN_F64 UINT64_C(0x7fffffff00000000)     /* of the .approx.ftz.f64 instructions */

/* Single-precision results that are NaN are the one canonical NaN. Double precision keeps payloads, as the processor
 * does. */
static inline float isa_canon(float x)
{
    return x == x ? x : isa_f32(ISA_NAN_F32);
}

/* .ftz: subnormals become zero of the same sign. */
static inline float isa_flush(float x)
{
    const uint32_t bits = isa_bits32(x);
    return isa_f32(bits & 0x7f800000u ? bits : bits & 0x80000000u);
}
static inline double isa_flush64(double x)
{
    const uint64_t bits = isa_bits64(x);
    return isa_f64(bits >> 52 & 0x7ff ? bits : bits & UINT64_C(1) << 63);
}

/* .sat: to [0, 1], NaN and -0 to +0. */
static inline float isa_sat(float x)
{
    return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
}
static inline double isa_sat64(double x)
{
    return x > 0.0 ? (x < 1.0 ? x : 1.0) : 0.0;
}

#endif
