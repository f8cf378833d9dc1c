/* What an operation sees when it runs: a lane group and its columns.
 *
 * A group is up to SG_LANES threads of one block that run one instruction together (SG_WARPS warps, whole ones). A
 * register is a column: one value a lane, SG_LANES values of 1, 2, 4 or 8 bytes, 64-byte aligned, at a byte offset
 * of the group's frame. An operation is a loop over the lanes that gcc vectorises. Its full form may write every
 * lane below `lanes_padded`; its partial form may only change lanes whose mask byte is 0xff. Lanes between `lanes` and
 * `lanes_padded` exist in the columns but not in the block: what they compute is never seen, so an operation on registers need
 * not mind them, but must not trap on them (integer division by zero, INT_MIN / -1). */
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
    sg_op_fn *full, *part;           /* every existing lane active / some */
    uint32_t col[6];
    int32_t guard;                   /* column of the guard predicate (bytes 0 or 1), or -1 */
    uint8_t guard_negated;
    uint8_t kind;                    /* enum sg_op_kind of engine.h: 0 for a plain operation */
    uint16_t aux;                    /* for the operation's own use */
    uint32_t line;                   /* of the PTX text, for messages */
    uint64_t imm;                    /* for the operation's own use */
};

/* Marks a fault of the current instruction: `result` is the CUresult that the context will report (700 illegal
 * address, 716 misaligned, 715 illegal instruction, 719 launch failure, 710 assert, 717 invalid address space),
 * `lane` the first bad lane, `address` the bad address or 0. The first fault of a grid wins; the engine stops it. */
void sg_fault(struct sg_group *g, const struct sg_op *op, int result, unsigned lane, uint64_t address);

#define SG_COL(type, g, op, k) ((type *)(void *)((g)->frame + (op)->col[k]))

/* Compile an operation for AVX2 and for any x86-64; the loader chooses. */
#if defined(__x86_64__) && !defined(SG_NO_MULTIVERSION)
#define SG_MULTIVERSION __attribute__((target_clones("avx2", "default")))
#else
#define SG_MULTIVERSION
#endif

#endif
