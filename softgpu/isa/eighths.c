/* Conversion to and from pairs of 8-bit floating-point numbers (PTX ISA 9.7.9.21): .e4m3x2 and .e5m2x2.
 *
 * e5m2 is the upper half of an f16. e4m3 has no infinity: its largest exponent holds numbers, too, up to 448, and 0x7f
 * is NaN. Conversion to either saturates to the greatest finite number; the first operand becomes the upper byte. */
#include "eighths.h"

#include "halves.h"
#include "rows.h"

#define NAN_8 0x7fu

static inline uint32_t e4m3_of(double x)
{
    const uint64_t number = isa_narrow(x, 3, -6, 448.0, 0x7e);
    return x == x ? (uint32_t)(number | (isa_bits64(x) >> 56 & 0x80)) : NAN_8;
}
static inline uint32_t e5m2_of(double x)
{
    const uint64_t number = isa_narrow(x, 2, -14, 57344.0, 0x7b);
    return x == x ? (uint32_t)(number | (isa_bits64(x) >> 56 & 0x80)) : NAN_8;
}

static inline uint32_t f16_of_e4m3(uint32_t x)
{
    const uint32_t rest = x & 0x7f;
    const float subnormal = (float)rest * 0x1p-9f, normal = isa_f32((rest << 20) + (120u << 23));
    const uint32_t magnitude = isa_f16_of((double)(rest < 8 ? subnormal : normal));
    return rest == NAN_8 ? ISA_NAN_16 : magnitude | (x & 0x80) << 8;
}
static inline uint32_t f16_of_e5m2(uint32_t x)
{
    return (x & 0x7f) > 0x7c ? ISA_NAN_16 : x << 8;
}

/* .relu: a negative result becomes zero. */
static inline uint32_t as_is(uint32_t x, uint32_t sign)
{
    return (void)sign, x;
}
static inline uint32_t relu(uint32_t x, uint32_t sign)
{
    return x & sign ? 0 : x;
}

#define HALF(x) (double)isa_f32_of_f16(x)
#define FORMS(format, suffix, then)                                                                                    \
    SG_MAP2(format##_of_f32##suffix, u16, f32, f32,                                                                    \
            then(format##_of((f64)a), 0x80) << 8 | then(format##_of((f64)b), 0x80));                                   \
    SG_MAP1(format##_of_f16x2##suffix, u16, u32,                                                                       \
            then(format##_of(HALF(a >> 16)), 0x80) << 8 | then(format##_of(HALF(a & 0xffff)), 0x80));                  \
    SG_MAP1(f16x2_of_##format##suffix, u32, u16,                                                                       \
            then(f16_of_##format(a >> 8 & 0xff), 0x8000) << 16 | then(f16_of_##format(a & 0xff), 0x8000))
FORMS(e4m3, , as_is);
FORMS(e5m2, , as_is);
FORMS(e4m3, _relu, relu);
FORMS(e5m2, _relu, relu);

/* The register of a pair of bytes is .b16, of a pair of halves .b32. */
#define ROWS(TYPE, format)                                                                                             \
    {PTX_CVT, {PTX_##TYPE, PTX_F32}, {.round = PTX_RN, .satfinite = true}, "t=ss", &format##_of_f32},                  \
        {PTX_CVT,                                                                                                      \
         {PTX_##TYPE, PTX_F32},                                                                                        \
         {.round = PTX_RN, .satfinite = true, .relu = true},                                                           \
         "t=ss",                                                                                                       \
         &format##_of_f32_relu},                                                                                       \
        {PTX_CVT, {PTX_##TYPE, PTX_F16X2}, {.round = PTX_RN, .satfinite = true}, "t=s", &format##_of_f16x2},           \
        {PTX_CVT,                                                                                                      \
         {PTX_##TYPE, PTX_F16X2},                                                                                      \
         {.round = PTX_RN, .satfinite = true, .relu = true},                                                           \
         "t=s",                                                                                                        \
         &format##_of_f16x2_relu},                                                                                     \
        {PTX_CVT, {PTX_F16X2, PTX_##TYPE}, {.round = PTX_RN}, "t=s", &f16x2_of_##format},                              \
    {                                                                                                                  \
        PTX_CVT, {PTX_F16X2, PTX_##TYPE}, {.round = PTX_RN, .relu = true}, "t=s", &f16x2_of_##format##_relu            \
    }
static const struct isa_row rows[] = {ROWS(E4M3X2, e4m3), ROWS(E5M2X2, e5m2)};

bool isa_eighths_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    return isa_rows_lower(low, insn, rows, ISA_COUNT(rows));
}
