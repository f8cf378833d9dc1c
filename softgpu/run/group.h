/* What an operation sees when it runs: a lane group and its columns.
 *
 * A group is up to SG_LANES threads of one block that run one instruction together (SG_WARPS warps, whole ones). A
 * register is a column: one value a lane, SG_LANES values of 1, 2, 4 or 8 bytes, 64-byte aligned, at a byte offset of
 * the group's frame. An operation is a loop over the lanes that gcc vectorises. Its full form may write every lane
 * below `lanes_padded`; its partial form may only change lanes whose mask byte is 0xff. Lanes between `lanes` and
 * `lanes_padded` exist in the columns but not in the block: what they compute is never seen, so an operation on
 * registers need not mind them, but must not trap on them (integer division by zero, INT_MIN / -1).
 *
 * Two columns of one operation are the same column or do not overlap at all (columns of different widths never share
 * bytes). A result may be the same column as a source: read the lane's sources before you write its result. An
 * instruction that becomes several operations must not write a result of the instruction before its last read of a
 * source. */
#ifndef SG_GROUP_H
#define SG_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SG_WARP 32
#define SG_WARPS 4
#define SG_LANES (SG_WARP * SG_WARPS)

struct sg_op;
struct sg_block;
struct sg_grid;

struct sg_group {
    unsigned char *frame;            /* columns of the running function */
    const uint8_t *mask;             /* SG_LANES bytes: 0xff for an active lane of this instruction, else 0 */
    uint32_t bits[SG_WARPS];         /* the same, a bit a lane, a word a warp */
    uint32_t lanes, lanes_padded;    /* lanes that exist; rounded up to whole warps */
    struct sg_block *block;
    uint32_t first_thread;           /* linear thread number of lane 0 in its block; a multiple of SG_WARP */
};

/* Runs an instruction for all active lanes of the group. */
typedef void sg_op_fn(struct sg_group *g, const struct sg_op *op);

/* A decoded operation. col[] are frame offsets of columns: results first, then sources. */
struct sg_op {
    sg_op_fn *fn[2];                 /* full form: every existing lane active; partial form: some */
    uint32_t col[6];
    int32_t guard;                   /* column of the guard predicate (bytes 0 or 1), or -1 */
    uint8_t guard_negated;
    uint8_t kind;                    /* enum sg_op_kind of engine.h, set by the lowering */
    uint16_t aux;                    /* for the operation's own use */
    uint32_t line;                   /* of the PTX text, for messages */
    uint32_t sync; /* of a collective: column of the membermask; of ld and st: number of the address */
    uint64_t imm; /* for the operation's own use */
};

/* The compiled forms of an operation: [0] for any x86-64, [1] for AVX2 + FMA. sg_emit_op chooses. */
struct sg_op_code {
    sg_op_fn *full[2], *part[2];
};

/* Marks a fault of the current instruction: `result` is the CUresult that the context will report (700 illegal
 * address, 716 misaligned, 715 illegal instruction, 719 launch failure, 710 assert, 717 invalid address space),
 * `lane` the first bad lane, `address` the bad address or 0. The first fault of a grid wins; the engine stops it
 * once the operation has returned. */
void sg_fault_raise(struct sg_group *g, const struct sg_op *op, int result, unsigned lane, uint64_t address);

/* Host addresses of what the active lanes access: for each, the `bytes` (1..16, a power of 2) at address column k (8
 * bytes a lane, as sg_operands_address gives it) of `space` (enum ptx_space). host[] is written for active lanes only.
 * False, after sg_fault_raise, if any is misaligned or outside what its thread may access: then the operation must change
 * nothing. */
bool sg_access_resolve(struct sg_group *g, const struct sg_op *op, unsigned k, unsigned space, unsigned bytes,
                       bool write, uintptr_t host[SG_LANES]);

#define SG_COL(type, g, op, k) ((type *)__builtin_assume_aligned((g)->frame + (op)->col[k], 64))

/* ---- How an operation is written
 * ------------------------------------------------------------------------------------- *
 *   SG_MAP2(add_u32, uint32_t, uint32_t, uint32_t, a + b);      defines `static const struct sg_op_code add_u32`
 *
 * col[0] is the result, col[1..3] are the sources a, b, c. The expression may also use `op` (op->imm, op->aux). What
 * does not fit is written by hand:
 *
 *   SG_FORM(vote_full) { ... g, op ... }   SG_FORM(vote_part) { ... }   SG_CODE(vote);
 * * SG_FULL_WARPS / SG_PART_WARPS step over the warps (w = first lane), SG_EACH over the 32 lanes of one. gcc does
 * not vectorise a loop over all lanes with 32-bit indices; it does vectorise these. Check with -S that a new shape
 * really becomes vector code. */
#if defined(__x86_64__) && !defined(SG_NO_MULTIVERSION)
#define SG_TARGET_FAST __attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt")))
#else
#define SG_TARGET_FAST
#endif

#define SG_FORM(name)                                                                                                  \
    static inline __attribute__((always_inline)) void name##_body(struct sg_group *g, const struct sg_op *op);         \
    static void name##_base(struct sg_group *g, const struct sg_op *op)                                                \
    {                                                                                                                  \
        name##_body(g, op);                                                                                            \
    }                                                                                                                  \
    SG_TARGET_FAST static void name##_fast(struct sg_group *g, const struct sg_op *op)                                 \
    {                                                                                                                  \
        name##_body(g, op);                                                                                            \
    }                                                                                                                  \
    static inline __attribute__((always_inline)) void name##_body(struct sg_group *g, const struct sg_op *op)
#define SG_CODE(name)                                                                                                  \
    static const struct sg_op_code name = {{name##_full_base, name##_full_fast}, {name##_part_base, name##_part_fast}}

#define SG_FULL_WARPS(g, w) for (size_t w = 0, w##_end = (g)->lanes_padded; w < w##_end; w += SG_WARP)
#define SG_PART_WARPS(g, w) SG_FULL_WARPS(g, w) if ((g)->bits[w / SG_WARP])
#define SG_EACH(l) _Pragma("GCC ivdep") for (size_t l = 0; l < SG_WARP; l++)

#define SG_MAP_COLS_1(D, A)                                                                                            \
    D *const d0 = SG_COL(D, g, op, 0);                                                                                 \
    const A *const a0 = SG_COL(A, g, op, 1);
#define SG_MAP_COLS_2(D, A, B) SG_MAP_COLS_1(D, A) const B *const b0 = SG_COL(B, g, op, 2);
#define SG_MAP_COLS_3(D, A, B, C) SG_MAP_COLS_2(D, A, B) const C *const c0 = SG_COL(C, g, op, 3);
#define SG_MAP_READ_1(A)                                                                                               \
    const A a = a0[w + l];                                                                                             \
    (void)a;
#define SG_MAP_READ_2(A, B)                                                                                            \
    SG_MAP_READ_1(A) const B b = b0[w + l];                                                                            \
    (void)b;
#define SG_MAP_READ_3(A, B, C)                                                                                         \
    SG_MAP_READ_2(A, B) const C c = c0[w + l];                                                                         \
    (void)c;
#define SG_MAP_FORMS(name, D, cols, read, expr)                                                                        \
    SG_FORM(name##_full)                                                                                               \
    {                                                                                                                  \
        cols SG_FULL_WARPS(g, w) SG_EACH(l)                                                                            \
        {                                                                                                              \
            read d0[w + l] = (D)(expr);                                                                                \
        }                                                                                                              \
    }                                                                                                                  \
    SG_FORM(name##_part)                                                                                               \
    {                                                                                                                  \
        const uint8_t *const m = g->mask;                                                                              \
        cols SG_PART_WARPS(g, w) SG_EACH(l)                                                                            \
        {                                                                                                              \
            read const D r = (D)(expr);                                                                                \
            d0[w + l] = m[w + l] ? r : d0[w + l];                                                                      \
        }                                                                                                              \
    }                                                                                                                  \
    SG_CODE(name)
#define SG_MAP1(name, D, A, expr) SG_MAP_FORMS(name, D, SG_MAP_COLS_1(D, A), SG_MAP_READ_1(A), expr)
#define SG_MAP2(name, D, A, B, expr) SG_MAP_FORMS(name, D, SG_MAP_COLS_2(D, A, B), SG_MAP_READ_2(A, B), expr)
#define SG_MAP3(name, D, A, B, C, expr) SG_MAP_FORMS(name, D, SG_MAP_COLS_3(D, A, B, C), SG_MAP_READ_3(A, B, C), expr)

#endif
