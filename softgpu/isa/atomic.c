/* Atomic operations (PTX ISA 9.7.13: atom, red) in global and shared memory.
 *
 * Blocks run on several threads at once, so operations on global memory are the processor's atomic ones, sequentially
 * consistent: at least as strong as any .sem and .scope. Shared memory belongs to one block and a block to one thread;
 * there a plain read and write will do. A generic address counts as global. red is atom without a result. Lanes go one
 * after another, in order. Columns: d, address, b, c; op->aux is the state space. */
#include "../memory/memory.h"
#include "halves.h"
#include "lanes.h"
#include "rows.h"
#include "wide.h"

/* The old value `r` at `p` becomes NEW, indivisibly; the value of the whole is the old one. */
#define EXCHANGED(T, NEW)                                                                                              \
    T r = __atomic_load_n(p, __ATOMIC_RELAXED), fresh;                                                                 \
    do                                                                                                                 \
        fresh = (T)(NEW);                                                                                              \
    while (!__atomic_compare_exchange_n(p, &r, fresh, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
#define REPLACED(T, NEW)                                                                                               \
    const T r = *p;                                                                                                    \
    *p = (T)(NEW);
#define FETCHED(T, builtin) const T r = builtin(p, b, __ATOMIC_SEQ_CST);

#define ATOMIC_LANES(T, ...)                                                                                           \
    T *const d0 = SG_COL(T, g, op, 0);                                                                                 \
    const T *const b0 = SG_COL(T, g, op, 2), *const c0 = SG_COL(T, g, op, 3);                                          \
    uintptr_t host[SG_LANES];                                                                                          \
    if (!sg_access_resolve(g, op, 1, op->aux, sizeof(T), true, host))                                                  \
        return;                                                                                                        \
    for (size_t w = 0; w < g->lanes_padded; w += SG_WARP)                                                              \
        for (uint32_t rest = g->bits[w / SG_WARP]; rest != 0; rest &= rest - 1) {                                      \
            const size_t l = w + (size_t)__builtin_ctz(rest);                                                          \
            T *const p = (T *)host[l];                                                                                 \
            const T b = b0[l], c = c0[l];                                                                              \
            (void)b, (void)c;                                                                                          \
            __VA_ARGS__                                                                                                \
            d0[l] = r;                                                                                                 \
        }
#define ATOMIC(name, T, ...)                                                                                           \
    SG_FORM(name##_full){ATOMIC_LANES(T, __VA_ARGS__)} SG_FORM(name##_part){ATOMIC_LANES(T, __VA_ARGS__)} SG_CODE(name)
/* On global memory by a builtin, or by compare-and-swap where there is none. */
#define WITH_BUILTIN(name, T, builtin, NEW)                                                                            \
    ATOMIC(name##_global, T, FETCHED(T, builtin));                                                                     \
    ATOMIC(name##_shared, T, REPLACED(T, NEW))
#define WITH_CAS(name, T, NEW)                                                                                         \
    ATOMIC(name##_global, T, EXCHANGED(T, NEW));                                                                       \
    ATOMIC(name##_shared, T, REPLACED(T, NEW))

WITH_BUILTIN(add_32, u32, __atomic_fetch_add, r + b);
WITH_BUILTIN(add_64, u64, __atomic_fetch_add, r + b);
WITH_BUILTIN(and_32, u32, __atomic_fetch_and, r &b);
WITH_BUILTIN(and_64, u64, __atomic_fetch_and, r &b);
WITH_BUILTIN(or_32, u32, __atomic_fetch_or, r | b);
WITH_BUILTIN(or_64, u64, __atomic_fetch_or, r | b);
WITH_BUILTIN(xor_32, u32, __atomic_fetch_xor, r ^ b);
WITH_BUILTIN(xor_64, u64, __atomic_fetch_xor, r ^ b);
WITH_BUILTIN(exch_32, u32, __atomic_exchange_n, b);
WITH_BUILTIN(exch_64, u64, __atomic_exchange_n, b);
WITH_CAS(min_u32, u32, r < b ? r : b);
WITH_CAS(max_u32, u32, r > b ? r : b);
WITH_CAS(min_s32, s32, r < b ? r : b);
WITH_CAS(max_s32, s32, r > b ? r : b);
WITH_CAS(min_u64, u64, r < b ? r : b);
WITH_CAS(max_u64, u64, r > b ? r : b);
WITH_CAS(min_s64, s64, r < b ? r : b);
WITH_CAS(max_s64, s64, r > b ? r : b);
WITH_CAS(inc_u32, u32, r >= b ? 0 : r + 1);
WITH_CAS(dec_u32, u32, r == 0 || r > b ? b : r - 1);
WITH_CAS(cas_16, u16, r == b ? c : r);
WITH_CAS(cas_32, u32, r == b ? c : r);
WITH_CAS(cas_64, u64, r == b ? c : r);

/* Sums of floats go by their bits. In global memory f32 subnormals are flushed, in shared memory not. */
static inline uint32_t sum_f32(uint32_t x, uint32_t y)
{
    return isa_bits32(isa_canon(isa_f32(x) + isa_f32(y)));
}
static inline uint32_t sum_ftz(uint32_t x, uint32_t y)
{
    return isa_bits32(isa_canon(isa_flush(isa_flush(isa_f32(x)) + isa_flush(isa_f32(y)))));
}
static inline uint64_t sum_f64(uint64_t x, uint64_t y)
{
    return isa_bits64(isa_f64(x) + isa_f64(y));
}
/* A generic address may point into either. */
static bool is_global(uintptr_t address)
{
    struct sg_extent extent;
    return sg_memory_find_accessible(address, &extent);
}
ATOMIC(add_f32_global, u32, EXCHANGED(u32, sum_ftz(r, b)));
ATOMIC(add_f32_generic, u32, EXCHANGED(u32, is_global((uintptr_t)p) ? sum_ftz(r, b) : sum_f32(r, b)));
ATOMIC(add_f32_shared, u32, REPLACED(u32, sum_f32(r, b)));
WITH_CAS(add_f64, u64, sum_f64(r, b));

/* Of halves, and of pairs of them, each half for itself. These never flush. */
static inline uint32_t sum_f16(uint32_t x, uint32_t y)
{
    return isa_f16_of((double)isa_f32_of_f16(x & 0xffff) + (double)isa_f32_of_f16(y & 0xffff));
}
static inline uint32_t sum_bf16(uint32_t x, uint32_t y)
{
    return isa_bf16_of((double)isa_f32_of_bf16(x & 0xffff) + (double)isa_f32_of_bf16(y & 0xffff));
}
WITH_CAS(add_f16, u16, sum_f16(r, b));
WITH_CAS(add_bf16, u16, sum_bf16(r, b));
WITH_CAS(add_f16x2, u32, sum_f16(r >> 16, b >> 16) << 16 | sum_f16(r, b));
WITH_CAS(add_bf16x2, u32, sum_bf16(r >> 16, b >> 16) << 16 | sum_bf16(r, b));

/* ---- Lowering ---- */

struct atomic {
    uint8_t atom, type;
    const struct sg_op_code *global, *generic, *shared;
};
#define ROW(atom, type, name) {PTX_ATOM_##atom, PTX_##type, &name##_global, &name##_global, &name##_shared}
#define BITS(atom, name) ROW(atom, B32, name##_32), ROW(atom, B64, name##_64)
#define BY_SIGN(atom, name)                                                                                            \
    ROW(atom, U32, name##_u32), ROW(atom, S32, name##_s32), ROW(atom, U64, name##_u64), ROW(atom, S64, name##_s64)
static const struct atomic atomics[] = {
    ROW(ADD, U32, add_32),
    ROW(ADD, S32, add_32),
    ROW(ADD, U64, add_64),
    ROW(ADD, S64, add_64),
    ROW(ADD, F64, add_f64),
    {PTX_ATOM_ADD, PTX_F32, &add_f32_global, &add_f32_generic, &add_f32_shared},
    BITS(AND, and),
    BITS(OR, or),
    BITS(XOR, xor),
    BITS(EXCH, exch),
    BITS(CAS, cas),
    ROW(CAS, B16, cas_16),
    ROW(ADD, F16, add_f16),
    ROW(ADD, BF16, add_bf16),
    ROW(ADD, F16X2, add_f16x2),
    ROW(ADD, BF16X2, add_bf16x2),
    BY_SIGN(MIN, min),
    BY_SIGN(MAX, max),
    ROW(INC, U32, inc_u32),
    ROW(DEC, U32, dec_u32),
};

static const struct sg_op_code *find(const struct ptx_insn *insn)
{
    const uint8_t space = insn->mods.space;
    for (size_t i = 0; i < ISA_COUNT(atomics); i++) {
        if (atomics[i].atom != insn->mods.atom || atomics[i].type != insn->types[0])
            continue;
        return space == PTX_GLOBAL ? atomics[i].global : (space == PTX_SHARED ? atomics[i].shared : atomics[i].generic);
    }
    return NULL;
}

/* Of a vector each element is an operation of its own, all of the vector is not indivisible. First all of it must be
 * there. */
#define VECTOR_THERE                                                                                                   \
    uintptr_t host[SG_LANES];                                                                                          \
    (void)sg_access_resolve(g, op, 0, op->aux, (unsigned)op->imm, true, host);
SG_FORM(vector_there_full){VECTOR_THERE} SG_FORM(vector_there_part){VECTOR_THERE} SG_CODE(vector_there);
SG_MAP1(plus, u64, u64, a + op->imm);
SG_MAP1(same_16, u16, u16, a);
SG_MAP1(same_32, u32, u32, a);

static uint32_t element_address(struct sg_lower *low, const struct ptx_insn *insn, uint32_t address, unsigned bytes)
{
    if (!bytes)
        return address;
    const uint32_t moved = sg_columns_temp(low, 8);
    struct sg_op *op = sg_emit_op(low, insn, &plus);
    op->col[0] = moved, op->col[1] = address, op->imm = bytes;
    return moved;
}

static bool lower_vector(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code)
{
    const enum ptx_type type = insn->types[0];
    const bool is_red = insn->op == PTX_RED;
    const unsigned first = is_red ? 0 : 1, count = insn->mods.vec, bytes = ptx_type_bytes(type);
    if (insn->mods.atom != PTX_ATOM_ADD || insn->mods.space == PTX_SHARED || count * bytes > 16)
        return false;
    const uint32_t address = sg_operands_address(low, insn, first);
    struct sg_op *there = sg_emit_op(low, insn, &vector_there);
    there->col[0] = address, there->imm = count * bytes, there->aux = insn->mods.space;
    const struct ptx_operand *source = sg_operands_at(low, insn, first + 1);
    uint32_t old[8];
    for (unsigned i = 0; i < count; i++) {
        const uint32_t at = element_address(low, insn, address, i * bytes);
        const uint32_t b = sg_operands_src_operand(low, sg_operands_element(low, source, i), type);
        old[i] = sg_columns_temp(low, bytes);
        struct sg_op *op = sg_emit_op(low, insn, code);
        op->col[0] = old[i], op->col[1] = at, op->col[2] = op->col[3] = b;
        op->aux = insn->mods.space;
    }
    /* Only now: a result may be the register of a later element's source. */
    for (unsigned i = 0; i < count && !is_red; i++) {
        const uint32_t d =
            sg_operands_dst_operand(low, sg_operands_element(low, sg_operands_at(low, insn, 0), i), type);
        struct sg_op *op = sg_emit_op(low, insn, bytes == 2 ? &same_16 : &same_32);
        op->col[0] = d, op->col[1] = old[i];
    }
    return true;
}

/* Sums of these are always .noftz. */
static bool is_half(enum ptx_type type)
{
    return type == PTX_F16 || type == PTX_BF16 || type == PTX_F16X2 || type == PTX_BF16X2;
}

bool isa_atomic_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_mods *m = &insn->mods;
    const enum ptx_type type = insn->types[0];
    const struct ptx_mods known = {
        .atom = m->atom, .sem = m->sem, .scope = m->scope, .space = m->space, .vec = m->vec, .noftz = is_half(type)};
    const bool is_red = insn->op == PTX_RED, is_cas = m->atom == PTX_ATOM_CAS;
    if ((!is_red && insn->op != PTX_ATOM) || insn->type_count != 1 || memcmp(&known, m, sizeof known) != 0 ||
        (m->space != PTX_GENERIC && m->space != PTX_GLOBAL && m->space != PTX_SHARED) ||
        (is_red && (is_cas || m->atom == PTX_ATOM_EXCH)))
        return false;
    if (type == PTX_B128)
        return !m->vec && isa_wide_atomic(low, insn);
    const struct sg_op_code *code = find(insn);
    if (!code)
        return false;
    if (m->vec)
        return lower_vector(low, insn, code);
    const unsigned first = is_red ? 0 : 1;
    const uint32_t address = sg_operands_address(low, insn, first), b = sg_operands_src(low, insn, first + 1, type);
    const uint32_t c = is_cas ? sg_operands_src(low, insn, first + 2, type) : b;
    const uint32_t d = is_red ? sg_columns_temp(low, ptx_type_bytes(type)) : sg_operands_dst(low, insn, 0, type);
    struct sg_op *op = sg_emit_op(low, insn, code);
    op->col[0] = d, op->col[1] = address, op->col[2] = b, op->col[3] = c;
    op->aux = m->space;
    return true;
}
