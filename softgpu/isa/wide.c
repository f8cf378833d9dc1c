/* Indivisible accesses of 128 bits (PTX ISA 9.7.9.8, 9.7.9.11, 9.7.13.5): ld, st with a memory order; atom.exch,
 * atom.cas.
 *
 * The processor has one instruction that is certain to be indivisible, compare and exchange. A load exchanges what is
 * there for itself; so it needs memory that can be written, which all but constants can. Columns: d, address, b, c, of
 * each register the lower half; the upper one is the column behind it. Where there is no such instruction they are
 * refused. */
#include "wide.h"

#include "lanes.h"

struct wide {
    uint64_t low, high;
};

#if defined(__x86_64__)
enum { CAN_EXCHANGE = 1 };

/* Whether *p was `old` and has become `fresh`; if not, `old` is what it was. */
static inline bool exchange(struct wide *p, struct wide *old, struct wide fresh)
{
    bool done;
    __asm__ volatile("lock cmpxchg16b %1"
                     : "=@ccz"(done), "+m"(*p), "+a"(old->low), "+d"(old->high)
                     : "b"(fresh.low), "c"(fresh.high)
                     : "memory");
    return done;
}
#else
enum { CAN_EXCHANGE = 0 };
static inline bool exchange(struct wide *p, struct wide *old, struct wide fresh)
{
    (void)p, (void)old, (void)fresh;
    return true;
}
#endif

static inline struct wide get(struct sg_group *g, const struct sg_op *op, unsigned k, size_t lane)
{
    const uint64_t *column = SG_COL(uint64_t, g, op, k);
    return (struct wide){column[lane], column[SG_LANES + lane]};
}

static inline void put(struct sg_group *g, const struct sg_op *op, size_t lane, struct wide value)
{
    uint64_t *column = SG_COL(uint64_t, g, op, 0);
    column[lane] = value.low;
    column[SG_LANES + lane] = value.high;
}

static inline bool same(struct wide a, struct wide b)
{
    return a.low == b.low && a.high == b.high;
}

/* NEW of the old value, in every active lane. */
#define WIDE(name, writes, NEW, ...)                                                                                   \
    static void name##_lanes(struct sg_group *g, const struct sg_op *op)                                               \
    {                                                                                                                  \
        uintptr_t host[SG_LANES];                                                                                      \
        if (!sg_access_resolve(g, op, 1, op->aux, sizeof(struct wide), writes, host))                                  \
            return;                                                                                                    \
        for (size_t lane = 0; lane < g->lanes; lane++) {                                                               \
            if (!(g->bits[lane / SG_WARP] >> lane % SG_WARP & 1))                                                      \
                continue;                                                                                              \
            struct wide *p = (struct wide *)host[lane], old = {0, 0};                                                  \
            while (!exchange(p, &old, NEW)) {                                                                          \
            }                                                                                                          \
            __VA_ARGS__;                                                                                               \
        }                                                                                                              \
    }                                                                                                                  \
    SG_FORM(name##_full)                                                                                               \
    {                                                                                                                  \
        name##_lanes(g, op);                                                                                           \
    }                                                                                                                  \
    SG_FORM(name##_part)                                                                                               \
    {                                                                                                                  \
        name##_lanes(g, op);                                                                                           \
    }                                                                                                                  \
    SG_CODE(name)
WIDE(load, false, old, put(g, op, lane, old));
WIDE(store, true, get(g, op, 2, lane), (void)0);
WIDE(exch, true, get(g, op, 2, lane), put(g, op, lane, old));
WIDE(cas, true, (same(old, get(g, op, 2, lane)) ? get(g, op, 3, lane) : old), put(g, op, lane, old));

static bool is_shareable(unsigned space)
{
    return space == PTX_GENERIC || space == PTX_GLOBAL || space == PTX_SHARED;
}

/* The lower half's column of operand k, or of a place for what nobody reads. */
static uint32_t wide_column(struct sg_lower *low, const struct ptx_insn *insn, unsigned k)
{
    uint32_t halves[2];
    (void)sg_operands_halves(low, sg_operands_at(low, insn, k), halves);
    return halves[0];
}

static void emit(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code,
                 const uint32_t col[4])
{
    struct sg_op *op = sg_emit_op(low, insn, code);
    for (unsigned i = 0; i < 4; i++)
        op->col[i] = col[i];
    op->aux = insn->mods.space;
}

bool isa_wide_access(struct sg_lower *low, const struct ptx_insn *insn, bool is_store)
{
    if (!CAN_EXCHANGE || !is_shareable(insn->mods.space) || insn->mods.nc)
        return false;
    const uint32_t address = sg_operands_address(low, insn, is_store ? 0 : 1),
                   value = wide_column(low, insn, is_store ? 1 : 0);
    emit(low, insn, is_store ? &store : &load, (uint32_t[4]){value, address, value, value});
    return true;
}

bool isa_wide_atomic(struct sg_lower *low, const struct ptx_insn *insn)
{
    const bool is_cas = insn->mods.atom == PTX_ATOM_CAS;
    if (!CAN_EXCHANGE || insn->op != PTX_ATOM || (!is_cas && insn->mods.atom != PTX_ATOM_EXCH))
        return false;
    const uint32_t d = wide_column(low, insn, 0), address = sg_operands_address(low, insn, 1),
                   b = wide_column(low, insn, 2);
    const uint32_t c = is_cas ? wide_column(low, insn, 3) : b;
    emit(low, insn, is_cas ? &cas : &exch, (uint32_t[4]){d, address, b, c});
    return true;
}
