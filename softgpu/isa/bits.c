/* Bits and bytes (PTX ISA 9.7.1): popc clz brev bfe bfi bfind bmsk szext fns prmt.
 *
 * Counting and searching is done by arithmetic on whole words, which vectorises where the processor has no vector
 * instruction. */
#include "lanes.h"
#include "rows.h"

/* ---- Counting, searching, reversing ---- */

static inline uint32_t popc32(uint32_t x)
{
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return (x * 0x01010101u) >> 24;
}
static inline uint32_t popc64(uint64_t x)
{
    return popc32((uint32_t)x) + popc32((uint32_t)(x >> 32));
}

/* The exponent of x as a float says where its highest bit is, if no bit below rounds it up. */
static inline uint32_t clz32(uint32_t x)
{
    const uint32_t exponent = isa_bits32((float)(int32_t)(x & ~(x >> 1) & 0x7fffffffu)) >> 23;
    return x >> 31 ? 0 : (x ? 158 - exponent : 32);
}
static inline uint32_t clz64(uint64_t x)
{
    const uint32_t upper = (uint32_t)(x >> 32);
    return upper ? clz32(upper) : 32 + clz32((uint32_t)x);
}

static inline uint32_t brev32(uint32_t x)
{
    x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
    x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
    x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
    return x >> 24 | (x >> 8 & 0xff00u) | (x & 0xff00u) << 8 | x << 24;
}
static inline uint64_t brev64(uint64_t x)
{
    return (uint64_t)brev32((uint32_t)x) << 32 | brev32((uint32_t)(x >> 32));
}

SG_MAP1(popc_b32, u32, u32, popc32(a));
SG_MAP1(popc_b64, u32, u64, popc64(a));
SG_MAP1(clz_b32, u32, u32, clz32(a));
SG_MAP1(clz_b64, u32, u64, clz64(a));
SG_MAP1(brev_b32, u32, u32, brev32(a));
SG_MAP1(brev_b64, u64, u64, brev64(a));

/* bfind: the position of the highest bit that is not a copy of the sign; 0xffffffff if there is none. */
static inline uint32_t positive32(uint32_t x)
{
    return x >> 31 ? ~x : x;
}
static inline uint64_t positive64(uint64_t x)
{
    return x >> 63 ? ~x : x;
}
static inline uint32_t shiftamt(uint32_t zeros, uint32_t width)
{
    return zeros == width ? ~0u : zeros;
}
SG_MAP1(bfind_u32, u32, u32, 31 - clz32(a));
SG_MAP1(bfind_s32, u32, u32, 31 - clz32(positive32(a)));
SG_MAP1(bfind_u64, u32, u64, 63 - clz64(a));
SG_MAP1(bfind_s64, u32, u64, 63 - clz64(positive64(a)));
SG_MAP1(bfind_shiftamt_u32, u32, u32, shiftamt(clz32(a), 32));
SG_MAP1(bfind_shiftamt_s32, u32, u32, shiftamt(clz32(positive32(a)), 32));
SG_MAP1(bfind_shiftamt_u64, u32, u64, shiftamt(clz64(a), 64));
SG_MAP1(bfind_shiftamt_s64, u32, u64, shiftamt(clz64(positive64(a)), 64));

/* fns: the n-th set bit from `base` up or down. */
static inline uint32_t find_nth_set(uint32_t mask, uint32_t base, int32_t offset)
{
    if (offset == 0)
        return base < 32 && mask >> base & 1 ? base : ~0u;
    uint32_t count = offset < 0 ? 0u - (uint32_t)offset : (uint32_t)offset;
    for (uint32_t at = base; at < 32; at = offset < 0 ? at - 1 : at + 1)
        if (mask >> at & 1 && --count == 0)
            return at;
    return ~0u;
}
ISA_SCALAR3(fns, u32, u32, u32, s32, find_nth_set(a, b, c));

/* ---- Fields: position and length are the low bytes of their operands ---- */

/* The low n bits; n up to 255. */
static inline uint32_t ones32(uint32_t n)
{
    return n > 31 ? ~0u : (1u << (n & 31)) - 1;
}
static inline uint64_t ones64(uint32_t n)
{
    return n > 63 ? ~UINT64_C(0) : (UINT64_C(1) << (n & 63)) - 1;
}
static inline uint32_t least(uint32_t x, uint32_t y)
{
    return x < y ? x : y;
}

static inline uint32_t bfe32(uint32_t a, uint32_t pos, uint32_t len)
{
    pos &= 0xff;
    return (pos > 31 ? 0 : a >> (pos & 31)) & ones32(len & 0xff);
}
static inline uint64_t bfe64(uint64_t a, uint32_t pos, uint32_t len)
{
    pos &= 0xff;
    return (pos > 63 ? 0 : a >> (pos & 63)) & ones64(len & 0xff);
}
/* What a signed field has above its bits inside the word: its sign, which is at most the word's. */
static inline uint32_t bfe_sign32(uint32_t a, uint32_t pos, uint32_t len)
{
    pos &= 0xff;
    len &= 0xff;
    const uint32_t sign = 0u - (a >> (least(pos + len - 1, 31) & 31) & 1);
    return len == 0 ? 0 : sign & ~ones32(least(len, pos > 31 ? 0 : 32 - pos));
}
static inline uint64_t bfe_sign64(uint64_t a, uint32_t pos, uint32_t len)
{
    pos &= 0xff;
    len &= 0xff;
    const uint64_t sign = 0u - (a >> (least(pos + len - 1, 63) & 63) & 1);
    return len == 0 ? 0 : sign & ~ones64(least(len, pos > 63 ? 0 : 64 - pos));
}
SG_MAP3(bfe_u32, u32, u32, u32, u32, bfe32(a, b, c));
SG_MAP3(bfe_u64, u64, u64, u32, u32, bfe64(a, b, c));
SG_MAP3(bfe_s32, u32, u32, u32, u32, bfe32(a, b, c) | bfe_sign32(a, b, c));
SG_MAP3(bfe_s64, u64, u64, u32, u32, bfe64(a, b, c) | bfe_sign64(a, b, c));

static inline uint32_t bfi32(uint32_t a, uint32_t b, uint32_t pos, uint32_t len)
{
    pos &= 0xff;
    const uint32_t field = pos > 31 ? 0 : ones32(len & 0xff) << (pos & 31);
    return (b & ~field) | (a << (pos & 31) & field);
}
static inline uint64_t bfi64(uint64_t a, uint64_t b, uint32_t pos, uint32_t len)
{
    pos &= 0xff;
    const uint64_t field = pos > 63 ? 0 : ones64(len & 0xff) << (pos & 63);
    return (b & ~field) | (a << (pos & 63) & field);
}
#define BFI(name, T, f, ACTIVE)                                                                                        \
    const uint8_t *const m = g->mask;                                                                                  \
    T *const d0 = SG_COL(T, g, op, 0);                                                                                 \
    const T *const a0 = SG_COL(T, g, op, 1);                                                                           \
    const T *const b0 = SG_COL(T, g, op, 2);                                                                           \
    const u32 *const pos0 = SG_COL(u32, g, op, 3);                                                                     \
    const u32 *const len0 = SG_COL(u32, g, op, 4);                                                                     \
    (void)m;                                                                                                           \
    SG_FULL_WARPS(g, w) SG_EACH(l)                                                                                     \
    {                                                                                                                  \
        const T r = f(a0[w + l], b0[w + l], pos0[w + l], len0[w + l]);                                                 \
        d0[w + l] = ACTIVE ? r : d0[w + l];                                                                            \
    }
SG_FORM(bfi_b32_full){BFI(bfi_b32, u32, bfi32, 1)} SG_FORM(bfi_b32_part){
    BFI(bfi_b32, u32, bfi32, m[w + l])} SG_CODE(bfi_b32);
SG_FORM(bfi_b64_full){BFI(bfi_b64, u64, bfi64, 1)} SG_FORM(bfi_b64_part){
    BFI(bfi_b64, u64, bfi64, m[w + l])} SG_CODE(bfi_b64);

/* bmsk: `width` ones from `pos`. What would reach past bit 31 is cut off. */
static inline uint32_t bmsk(uint32_t pos, uint32_t width)
{
    return ones32(width & 31) << (pos & 31);
}
static inline uint32_t bmsk_clamp_of(uint32_t pos, uint32_t width)
{
    const uint32_t from = ~0u << (pos & 31);
    return pos > 31 ? 0 : (width > 31 ? from : bmsk(pos, width));
}
SG_MAP2(bmsk_wrap, u32, u32, u32, bmsk(a, b));
SG_MAP2(bmsk_clamp, u32, u32, u32, bmsk_clamp_of(a, b));

/* szext: the low n bits, extended. n is b modulo 32, or with .clamp all 32 bits if b is more. */
static inline uint32_t zero_extend(uint32_t a, uint32_t n)
{
    return a & ones32(n & 31);
}
static inline uint32_t sign_extend(uint32_t a, uint32_t n)
{
    const uint32_t above = ~ones32(n & 31), sign = a >> ((n - 1) & 31) & 1;
    return (n & 31) == 0 ? 0 : (a & ~above) | (sign ? above : 0);
}
SG_MAP2(szext_wrap_u32, u32, u32, u32, zero_extend(a, b));
SG_MAP2(szext_wrap_s32, u32, u32, u32, sign_extend(a, b));
SG_MAP2(szext_clamp_u32, u32, u32, u32, b > 31 ? a : zero_extend(a, b));
SG_MAP2(szext_clamp_s32, u32, u32, u32, b > 31 ? a : sign_extend(a, b));

/* ---- prmt: bytes 0..7 of {b, a}; selector nibble i of the general form for byte i of the result ---- */

static inline uint32_t pick(uint64_t bytes, uint32_t selector)
{
    const uint32_t byte = (uint32_t)(bytes >> (selector & 7) * 8) & 0xff;
    return selector & 8 ? (byte >> 7) * 0xff : byte;
}
static inline uint32_t permute(uint32_t a, uint32_t b, uint32_t selectors)
{
    const uint64_t bytes = (uint64_t)b << 32 | a;
    return pick(bytes, selectors) | pick(bytes, selectors >> 4) << 8 | pick(bytes, selectors >> 8) << 16 |
           pick(bytes, selectors >> 12) << 24;
}
/* The other forms name one of four permutations by the low two bits of c. */
static inline uint32_t one_of(uint32_t c, uint32_t s0, uint32_t s1, uint32_t s2, uint32_t s3)
{
    return c & 2 ? (c & 1 ? s3 : s2) : (c & 1 ? s1 : s0);
}
SG_MAP3(prmt, u32, u32, u32, u32, permute(a, b, c));
SG_MAP3(prmt_f4e, u32, u32, u32, u32, permute(a, b, one_of(c, 0x3210, 0x4321, 0x5432, 0x6543)));
SG_MAP3(prmt_b4e, u32, u32, u32, u32, permute(a, b, one_of(c, 0x5670, 0x6701, 0x7012, 0x0123)));
SG_MAP3(prmt_rc8, u32, u32, u32, u32, permute(a, b, one_of(c, 0x0000, 0x1111, 0x2222, 0x3333)));
SG_MAP3(prmt_ecl, u32, u32, u32, u32, permute(a, b, one_of(c, 0x3210, 0x3211, 0x3222, 0x3333)));
SG_MAP3(prmt_ecr, u32, u32, u32, u32, permute(a, b, one_of(c, 0x0000, 0x1110, 0x2210, 0x3210)));
SG_MAP3(prmt_rc16, u32, u32, u32, u32, permute(a, b, one_of(c, 0x1010, 0x3232, 0x1010, 0x3232)));

/* ---- The table ---- */

#define ROW(op, type, shape, code, ...) {PTX_##op, {PTX_##type, PTX_NONE}, {__VA_ARGS__}, shape, &code}
#define B32_B64(op, shape, name) ROW(op, B32, shape, name##_b32, 0), ROW(op, B64, shape, name##_b64, 0)
#define BY_SIGN(op, shape, name, ...)                                                                                  \
    ROW(op, U32, shape, name##_u32, __VA_ARGS__), ROW(op, S32, shape, name##_s32, __VA_ARGS__),                        \
        ROW(op, U64, shape, name##_u64, __VA_ARGS__), ROW(op, S64, shape, name##_s64, __VA_ARGS__)
#define PRMT(name, MODE) ROW(PRMT, B32, "t=ttt", prmt_##name, .mode = PTX_PRMT_##MODE)

static const struct isa_row rows[] = {
    B32_B64(POPC, "u=t", popc),
    B32_B64(CLZ, "u=t", clz),
    B32_B64(BREV, "t=t", brev),
    B32_B64(BFI, "t=ttuu", bfi),
    BY_SIGN(BFE, "t=tuu", bfe, 0),
    BY_SIGN(BFIND, "u=t", bfind, 0),
    BY_SIGN(BFIND, "u=t", bfind_shiftamt, .shiftamt = true),
    ROW(FNS, B32, "t=tui", fns, 0),
    ROW(BMSK, B32, "t=tt", bmsk_clamp, .clamp = true),
    ROW(BMSK, B32, "t=tt", bmsk_wrap, .wrap = true),
    ROW(SZEXT, U32, "t=tu", szext_clamp_u32, .clamp = true),
    ROW(SZEXT, S32, "t=tu", szext_clamp_s32, .clamp = true),
    ROW(SZEXT, U32, "t=tu", szext_wrap_u32, .wrap = true),
    ROW(SZEXT, S32, "t=tu", szext_wrap_s32, .wrap = true),
    ROW(PRMT, B32, "t=ttt", prmt, 0),
    PRMT(f4e, F4E),
    PRMT(b4e, B4E),
    PRMT(rc8, RC8),
    PRMT(ecl, ECL),
    PRMT(ecr, ECR),
    PRMT(rc16, RC16),
};

bool isa_bits_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    return isa_rows_lower(low, insn, rows, ISA_COUNT(rows));
}
