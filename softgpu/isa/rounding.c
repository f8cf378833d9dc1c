/* Rounding modes other than nearest even: the processor rounds correctly in each, so an operation of another family is
 * run between two changes of the mode.
 *
 * The inner operation reads its sources from memory and writes its results to memory, and it is called through a
 * pointer: so the compiler can move none of its arithmetic out of what encloses it. */
#include "rounding.h"

#include <fenv.h>

#ifdef __x86_64__
#include <immintrin.h>
/* fesetround sets the x87 unit's mode, too, which takes longer than most operations. */
static void set_rounding(int direction)
{
    _mm_setcsr((_mm_getcsr() & ~0x6000u) | (unsigned)direction << 3);
}
#else
static void set_rounding(int direction)
{
    fesetround(direction);
}
#endif

static int direction(unsigned round)
{
    switch (round) {
    case PTX_RZ:
    case PTX_RZI: return FE_TOWARDZERO;
    case PTX_RM:
    case PTX_RMI: return FE_DOWNWARD;
    case PTX_RP:
    case PTX_RPI: return FE_UPWARD;
    default: return FE_TONEAREST;
    }
}

static void run(struct sg_group *g, const struct sg_op *op, sg_op_fn *inner)
{
    set_rounding(direction(op->aux));
    inner(g, op);
    set_rounding(FE_TONEAREST);
}

static const struct sg_op_code *inner(const struct sg_op *op)
{
    return (const struct sg_op_code *)(uintptr_t)op->imm;
}
static void full_base(struct sg_group *g, const struct sg_op *op)
{
    run(g, op, inner(op)->full[0]);
}
static void full_fast(struct sg_group *g, const struct sg_op *op)
{
    run(g, op, inner(op)->full[1]);
}
static void part_base(struct sg_group *g, const struct sg_op *op)
{
    run(g, op, inner(op)->part[0]);
}
static void part_fast(struct sg_group *g, const struct sg_op *op)
{
    run(g, op, inner(op)->part[1]);
}

static const struct sg_op_code directed = {{full_base, full_fast}, {part_base, part_fast}};

struct sg_op *isa_rounding_emit(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code,
                                unsigned round)
{
    if (round == PTX_RND_NONE || direction(round) == FE_TONEAREST)
        return sg_emit_op(low, insn, code);
    struct sg_op *op = sg_emit_op(low, insn, &directed);
    op->aux = (uint16_t)round;
    op->imm = (uintptr_t)code;
    return op;
}
