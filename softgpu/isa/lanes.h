/* What the instruction families share about lanes: names of the lane types, bit casts, operations that go lane by
 * lane.
 *
 * run/group.h has the macros for expressions that gcc turns into vector code; such an expression is computed for
 * inactive lanes, too, so it must be defined for every bit pattern. ISA_SCALAR1.. make operations of expressions that
 * cannot be vectorised (64-bit division, libm): these skip inactive lanes. */
#ifndef SG_ISA_LANES_H
#define SG_ISA_LANES_H

#include <string.h>

#include "../run/group.h"

/* A column has no type of its own: cvt may read as u32 what fma wrote as f32 and write its result in place. */
typedef uint8_t __attribute__((may_alias)) u8;
typedef uint16_t __attribute__((may_alias)) u16;
typedef uint32_t __attribute__((may_alias)) u32;
typedef uint64_t __attribute__((may_alias)) u64;
typedef int8_t __attribute__((may_alias)) s8;
typedef int16_t __attribute__((may_alias)) s16;
typedef int32_t __attribute__((may_alias)) s32;
typedef int64_t __attribute__((may_alias)) s64;
typedef float __attribute__((may_alias)) f32;
typedef double __attribute__((may_alias)) f64;

#define ISA_SCALAR_FORMS(name, D, cols, read, expr)                                                                    \
    SG_FORM(name##_full)                                                                                               \
    {                                                                                                                  \
        cols for (size_t w = 0, l = 0; l < g->lanes; l++)                                                              \
        {                                                                                                              \
            read d0[w + l] = (D)(expr);                                                                                \
        }                                                                                                              \
    }                                                                                                                  \
    SG_FORM(name##_part)                                                                                               \
    {                                                                                                                  \
        cols for (size_t w = 0, l = 0; l < g->lanes; l++) if (g->mask[l])                                              \
        {                                                                                                              \
            read d0[w + l] = (D)(expr);                                                                                \
        }                                                                                                              \
    }                                                                                                                  \
    SG_CODE(name)
#define ISA_SCALAR1(name, D, A, expr) ISA_SCALAR_FORMS(name, D, SG_MAP_COLS_1(D, A), SG_MAP_READ_1(A), expr)
#define ISA_SCALAR2(name, D, A, B, expr) ISA_SCALAR_FORMS(name, D, SG_MAP_COLS_2(D, A, B), SG_MAP_READ_2(A, B), expr)
#define ISA_SCALAR3(name, D, A, B, C, expr)                                                                            \
    ISA_SCALAR_FORMS(name, D, SG_MAP_COLS_3(D, A, B, C), SG_MAP_READ_3(A, B, C), expr)

/* A value's bits as another type. */
static inline uint32_t isa_bits32(float x)
{
    uint32_t y;
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline float isa_f32(uint32_t x)
{
    float y;
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline uint64_t isa_bits64(double x)
{
    uint64_t y;
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline double isa_f64(uint64_t x)
{
    double y;
    memcpy(&y, &x, sizeof y);
    return y;
}

#endif
