/* Logic and shifts (PTX ISA 9.7.7, 9.7.8): and or xor not cnot lop3, shl shr shf; slct is with the comparisons. */
#include "lanes.h"
#include "rows.h"

/* Predicates are bytes 0 or 1. */
#define BITWISE(name, expr)                                                                                            \
    SG_MAP2(name##_pred, u8, u8, u8, expr);                                                                            \
    SG_MAP2(name##_16, u16, u16, u16, expr);                                                                           \
    SG_MAP2(name##_32, u32, u32, u32, expr);                                                                           \
    SG_MAP2(name##_64, u64, u64, u64, expr)
BITWISE(and, a &b);
BITWISE(or, a | b);
BITWISE(xor, a ^ b);
SG_MAP1(not_pred, u8, u8, a ^ 1);
SG_MAP1(not_16, u16, u16, ~a);
SG_MAP1(not_32, u32, u32, ~a);
SG_MAP1(not_64, u64, u64, ~a);
SG_MAP1(cnot_16, u16, u16, a == 0);
SG_MAP1(cnot_32, u32, u32, a == 0);
SG_MAP1(cnot_64, u64, u64, a == 0);

/* ---- Shifts: amounts beyond the width are cut to it, so that all bits go out ---- */

SG_MAP2(shl_16, u16, u16, u32, b > 15 ? 0 : (u32)a << (b & 15));
SG_MAP2(shl_32, u32, u32, u32, b > 31 ? 0 : a << (b & 31));
SG_MAP2(shl_64, u64, u64, u32, b > 63 ? 0 : a << (b & 63));
SG_MAP2(shr_u16, u16, u16, u32, b > 15 ? 0 : a >> (b & 15));
SG_MAP2(shr_u32, u32, u32, u32, b > 31 ? 0 : a >> (b & 31));
SG_MAP2(shr_u64, u64, u64, u32, b > 63 ? 0 : a >> (b & 63));
SG_MAP2(shr_s16, s16, s16, u32, a >> (b > 15 ? 15 : b));
SG_MAP2(shr_s32, s32, s32, u32, a >> (b > 31 ? 31 : b));
SG_MAP2(shr_s64, s64, s64, u32, a >> (b > 63 ? 63 : b));

/* shf: 32 bits of [b, a] shifted by n; the shift of 64 bits is in two parts so that n = 32 needs no case of its own. */
#define CLAMPED (c > 32 ? 32 : c)
#define WRAPPED (c & 31)
#define FUNNEL (((u64)b << 32) | a)
SG_MAP3(shf_l_clamp, u32, u32, u32, u32, (FUNNEL << CLAMPED) >> 32);
SG_MAP3(shf_l_wrap, u32, u32, u32, u32, (FUNNEL << WRAPPED) >> 32);
SG_MAP3(shf_r_clamp, u32, u32, u32, u32, FUNNEL >> CLAMPED);
SG_MAP3(shf_r_wrap, u32, u32, u32, u32, FUNNEL >> WRAPPED);

/* ---- lop3: bit 4a + 2b + c of the table op->imm, as a multiplexer tree ---- */

static inline uint32_t choose(uint32_t which, uint32_t one, uint32_t zero)
{
    return zero ^ ((one ^ zero) & which);
}
/* The function of c that the table holds for a given a and b, from two neighbouring entries. */
static inline uint32_t of_c(uint32_t c, uint64_t table, unsigned ab)
{
    const uint32_t zero = 0u - (uint32_t)(table >> (2 * ab) & 1), one = 0u - (uint32_t)(table >> (2 * ab + 1) & 1);
    return choose(c, one, zero);
}
static inline uint32_t lop3_of(uint32_t a, uint32_t b, uint32_t c, uint64_t table)
{
    const uint32_t a_clear = choose(b, of_c(c, table, 1), of_c(c, table, 0));
    const uint32_t a_set = choose(b, of_c(c, table, 3), of_c(c, table, 2));
    return choose(a, a_set, a_clear);
}
SG_MAP3(lop3, u32, u32, u32, u32, lop3_of(a, b, c, op->imm));
SG_MAP2(nonzero_or, u8, u32, u8, (a != 0) | b);
SG_MAP2(nonzero_and, u8, u32, u8, (a != 0) & b);

/* lop3.b32 d, a, b, c, table; and lop3.or.b32 d|p, a, b, c, table, q with p = (d != 0) or q. */
static bool lower_lop3(struct sg_lower *low, const struct ptx_insn *insn)
{
    static const struct ptx_mods plain, with_or = {.boolop = PTX_BOOL_OR}, with_and = {.boolop = PTX_BOOL_AND};
    const struct sg_op_code *test = NULL;
    uint64_t table;
    if (memcmp(&insn->mods, &with_or, sizeof with_or) == 0)
        test = &nonzero_or;
    else if (memcmp(&insn->mods, &with_and, sizeof with_and) == 0)
        test = &nonzero_and;
    else if (memcmp(&insn->mods, &plain, sizeof plain) != 0)
        return false;
    const unsigned first = test ? 2 : 1;
    if (insn->type_count != 1 || insn->types[0] != PTX_B32 || insn->pair != (test != NULL) ||
        !sg_operands_immediate(low, insn, first + 3, &table) || table > 255)
        return false;
    uint32_t source[3];
    for (unsigned i = 0; i < 3; i++)
        source[i] = sg_operands_src(low, insn, first + i, PTX_B32);
    const uint32_t q = test ? sg_operands_src(low, insn, 6, PTX_PRED) : 0;
    const uint32_t p = test ? sg_operands_dst(low, insn, 1, PTX_PRED) : 0;
    const uint32_t d = sg_operands_dst(low, insn, 0, PTX_B32);
    struct sg_op *op = sg_emit_op(low, insn, &lop3);
    op->col[0] = d, op->col[1] = source[0], op->col[2] = source[1], op->col[3] = source[2];
    op->imm = table;
    if (test) {
        op = sg_emit_op(low, insn, test);
        op->col[0] = p, op->col[1] = d, op->col[2] = q;
    }
    return true;
}

/* ---- The table ---- */

#define ROW(op, type, shape, code, ...) {PTX_##op, {PTX_##type, PTX_NONE}, {__VA_ARGS__}, shape, &code}
#define WIDTHS(op, shape, name)                                                                                        \
    ROW(op, B16, shape, name##_16, 0), ROW(op, B32, shape, name##_32, 0), ROW(op, B64, shape, name##_64, 0)
#define SHF(direction, LETTER, how)                                                                                    \
    ROW(SHF, B32, "t=ttu", shf_##direction##_##how, .mode = PTX_SHF_##LETTER, .how = true)

static const struct isa_row rows[] = {
    ROW(AND, PRED, "t=tt", and_pred, 0),
    WIDTHS(AND, "t=tt", and),
    ROW(OR, PRED, "t=tt", or_pred, 0),
    WIDTHS(OR, "t=tt", or),
    ROW(XOR, PRED, "t=tt", xor_pred, 0),
    WIDTHS(XOR, "t=tt", xor),
    ROW(NOT, PRED, "t=t", not_pred, 0),
    WIDTHS(NOT, "t=t", not),
    WIDTHS(CNOT, "t=t", cnot),
    WIDTHS(SHL, "t=tu", shl),
    ROW(SHR, B16, "t=tu", shr_u16, 0),
    ROW(SHR, B32, "t=tu", shr_u32, 0),
    ROW(SHR, B64, "t=tu", shr_u64, 0),
    ROW(SHR, U16, "t=tu", shr_u16, 0),
    ROW(SHR, U32, "t=tu", shr_u32, 0),
    ROW(SHR, U64, "t=tu", shr_u64, 0),
    ROW(SHR, S16, "t=tu", shr_s16, 0),
    ROW(SHR, S32, "t=tu", shr_s32, 0),
    ROW(SHR, S64, "t=tu", shr_s64, 0),
    SHF(l, L, clamp),
    SHF(l, L, wrap),
    SHF(r, R, clamp),
    SHF(r, R, wrap),
};

bool isa_logic_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    return insn->op == PTX_LOP3 ? lower_lop3(low, insn) : isa_rows_lower(low, insn, rows, ISA_COUNT(rows));
}
