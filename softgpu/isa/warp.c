/* Exchange between the lanes of a warp (PTX ISA 9.7.9, 9.7.13): shfl, vote, match, redux, elect.
 *
 * The .sync forms are collectives: the engine runs them once all lanes that their membermask names are there, so the
 * lanes that take part for a lane are the active ones of its own mask. The forms without .sync take the lanes that are
 * active together. Columns: results, sources, then the membermask. */
#include "lanes.h"
#include "rows.h"

/* Steps over the warps that have active lanes: w is the first lane, `active` a bit for each active one. */
#define EACH_WARP(g, w, active)                                                                                        \
    for (size_t w = 0; w < (g)->lanes_padded; w += SG_WARP)                                                            \
        for (uint32_t active = (g)->bits[w / SG_WARP], w##_once = active != 0; w##_once; w##_once = 0)

/* ---- shfl: columns d, p, a, b, c ---- */

/* `segment` are the bits of a lane number that stay as they are, `bound` the last lane (for .up: the first) of the
 * rest. A lane that does not take part gives 0: the manual leaves that open, but hardware does so and programs
 * (reductions that shuffle past the lanes of their membermask) count on it. */
#define SHFL_LANES(J, INSIDE, ACTIVE)                                                                                  \
    u32 *const d0 = SG_COL(u32, g, op, 0);                                                                             \
    u8 *const p0 = SG_COL(u8, g, op, 1);                                                                               \
    const u32 *const a0 = SG_COL(u32, g, op, 2);                                                                       \
    const u32 *const b0 = SG_COL(u32, g, op, 3), *const c0 = SG_COL(u32, g, op, 4);                                    \
    const uint8_t *const m = g->mask;                                                                                  \
    (void)m;                                                                                                           \
    SG_FULL_WARPS(g, w)                                                                                                \
    {                                                                                                                  \
        uint32_t source[SG_WARP], moved[SG_WARP];                                                                      \
        int32_t from[SG_WARP];                                                                                         \
        uint8_t inside[SG_WARP];                                                                                       \
        SG_EACH(l) source[l] = (ACTIVE) && w + l < g->lanes ? a0[w + l] : 0;                                           \
        SG_EACH(l)                                                                                                     \
        {                                                                                                              \
            const int32_t lane = (int32_t)l, b = (int32_t)(b0[w + l] & 31), c = (int32_t)c0[w + l];                    \
            const int32_t segment = c >> 8 & 31, bound = (lane & segment) | (c & 31 & ~segment);                       \
            const int32_t j = J;                                                                                       \
            inside[l] = (uint8_t)(INSIDE);                                                                             \
            from[l] = inside[l] ? j & 31 : lane;                                                                       \
        }                                                                                                              \
        for (size_t l = 0; l < SG_WARP; l++)                                                                           \
            moved[l] = source[from[l]];                                                                                \
        SG_EACH(l)                                                                                                     \
        {                                                                                                              \
            d0[w + l] = ACTIVE ? moved[l] : d0[w + l];                                                                 \
            p0[w + l] = ACTIVE ? inside[l] : p0[w + l];                                                                \
        }                                                                                                              \
    }
#define SHFL(name, J, INSIDE)                                                                                          \
    SG_FORM(name##_full){SHFL_LANES(J, INSIDE, 1)} SG_FORM(name##_part){SHFL_LANES(J, INSIDE, m[w + l])} SG_CODE(name)
SHFL(shfl_up, lane - b, j >= bound);
SHFL(shfl_down, lane + b, j <= bound);
SHFL(shfl_bfly, lane ^ b, j <= bound);
SHFL(shfl_idx, (lane & segment) | (b & ~segment), j <= bound);

/* ---- elect: columns d, p, membermask. The first lane that takes part ---- */

#define ELECT_LANES                                                                                                    \
    u32 *const d0 = SG_COL(u32, g, op, 0);                                                                             \
    u8 *const p0 = SG_COL(u8, g, op, 1);                                                                               \
    const u32 *const members0 = SG_COL(u32, g, op, 2);                                                                 \
    EACH_WARP(g, w, active)                                                                                            \
    {                                                                                                                  \
        uint32_t named[SG_WARP];                                                                                       \
        memcpy(named, members0 + w, sizeof named);                                                                     \
        for (uint32_t rest = active; rest != 0; rest &= rest - 1) {                                                    \
            const unsigned l = (unsigned)__builtin_ctz(rest);                                                          \
            const unsigned leader = (unsigned)__builtin_ctz((named[l] & active) | 1u << l);                            \
            d0[w + l] = leader;                                                                                        \
            p0[w + l] = leader == l;                                                                                   \
        }                                                                                                              \
    }
SG_FORM(elect_full){ELECT_LANES} SG_FORM(elect_part){ELECT_LANES} SG_CODE(elect);

/* ---- vote: columns d, a, membermask ---- */

/* The lanes among `active` whose predicate is true. Multiplying gathers the low bits of eight bytes into the highest
 * byte. */
static inline uint32_t ballot(const u8 *predicates, uint32_t active)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < SG_WARP / 8; i++) {
        uint64_t eight;
        memcpy(&eight, predicates + 8 * i, sizeof eight);
        bits |= (uint32_t)(eight * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
    }
    return bits & active;
}

#define VOTE_LANES(T, RESULT, ACTIVE)                                                                                  \
    const uint8_t *const m = g->mask;                                                                                  \
    T *const d0 = SG_COL(T, g, op, 0);                                                                                 \
    const u8 *const a0 = SG_COL(u8, g, op, 1);                                                                         \
    const u32 *const members0 = SG_COL(u32, g, op, 2);                                                                 \
    (void)m;                                                                                                           \
    SG_PART_WARPS(g, w)                                                                                                \
    {                                                                                                                  \
        const uint32_t active = g->bits[w / SG_WARP], yes = ballot(a0 + w, active);                                    \
        SG_EACH(l)                                                                                                     \
        {                                                                                                              \
            const uint32_t members = members0[w + l] & active;                                                         \
            const T result = (T)(RESULT);                                                                              \
            d0[w + l] = ACTIVE ? result : d0[w + l];                                                                   \
        }                                                                                                              \
    }
#define VOTE(name, T, RESULT)                                                                                          \
    SG_FORM(name##_full){VOTE_LANES(T, RESULT, 1)} SG_FORM(name##_part){VOTE_LANES(T, RESULT, m[w + l])} SG_CODE(name)
VOTE(vote_all, u8, (yes & members) == members);
VOTE(vote_any, u8, (yes & members) != 0);
VOTE(vote_uni, u8, (yes & members) == members || (yes & members) == 0);
VOTE(vote_ballot, u32, yes &members);

/* Both forms write active lanes only. */
#define BOTH_FORMS(name, ...) SG_FORM(name##_full){__VA_ARGS__} SG_FORM(name##_part){__VA_ARGS__} SG_CODE(name)

/* ---- match: columns d, p, a, membermask ---- */

#define MATCH_LANES(T, ANY)                                                                                            \
    u32 *const d0 = SG_COL(u32, g, op, 0);                                                                             \
    u8 *const p0 = SG_COL(u8, g, op, 1);                                                                               \
    const T *const a0 = SG_COL(T, g, op, 2);                                                                           \
    const u32 *const members0 = SG_COL(u32, g, op, 3);                                                                 \
    EACH_WARP(g, w, active)                                                                                            \
    {                                                                                                                  \
        T value[SG_WARP];                                                                                              \
        uint32_t named[SG_WARP];                                                                                       \
        memcpy(value, a0 + w, sizeof value);                                                                           \
        memcpy(named, members0 + w, sizeof named);                                                                     \
        for (uint32_t rest = active; rest != 0; rest &= rest - 1) {                                                    \
            const unsigned l = (unsigned)__builtin_ctz(rest);                                                          \
            const uint32_t members = named[l] & active;                                                                \
            uint32_t same = 0;                                                                                         \
            for (unsigned other = 0; other < SG_WARP; other++)                                                         \
                same |= (uint32_t)(value[other] == value[l]) << other;                                                 \
            same &= members;                                                                                           \
            p0[w + l] = same == members;                                                                               \
            d0[w + l] = ANY || same == members ? same : 0;                                                             \
        }                                                                                                              \
    }
BOTH_FORMS(match_any_b32, MATCH_LANES(u32, true));
BOTH_FORMS(match_any_b64, MATCH_LANES(u64, true));
BOTH_FORMS(match_all_b32, MATCH_LANES(u32, false));
BOTH_FORMS(match_all_b64, MATCH_LANES(u64, false));

/* ---- redux: columns d, a, membermask ---- */

/* Lanes with the same membermask, which are all lanes of a correct program, have the same result: it is computed for
 * the first. */
#define REDUX_LANES(T, COMBINED)                                                                                       \
    T *const d0 = SG_COL(T, g, op, 0);                                                                                 \
    const T *const a0 = SG_COL(T, g, op, 1);                                                                           \
    const u32 *const members0 = SG_COL(u32, g, op, 2);                                                                 \
    EACH_WARP(g, w, active)                                                                                            \
    {                                                                                                                  \
        T value[SG_WARP], x = 0;                                                                                       \
        uint32_t named[SG_WARP], done = 0;                                                                             \
        memcpy(value, a0 + w, sizeof value);                                                                           \
        memcpy(named, members0 + w, sizeof named);                                                                     \
        for (uint32_t rest = active; rest != 0; rest &= rest - 1) {                                                    \
            const unsigned l = (unsigned)__builtin_ctz(rest);                                                          \
            const uint32_t members = (named[l] & active) | 1u << l;                                                    \
            if (members != done) {                                                                                     \
                x = value[__builtin_ctz(members)];                                                                     \
                for (uint32_t more = members & (members - 1); more != 0; more &= more - 1) {                           \
                    const T y = value[__builtin_ctz(more)];                                                            \
                    x = COMBINED;                                                                                      \
                }                                                                                                      \
                done = members;                                                                                        \
            }                                                                                                          \
            d0[w + l] = x;                                                                                             \
        }                                                                                                              \
    }
BOTH_FORMS(redux_add, REDUX_LANES(u32, x + y));
BOTH_FORMS(redux_and, REDUX_LANES(u32, x &y));
BOTH_FORMS(redux_or, REDUX_LANES(u32, x | y));
BOTH_FORMS(redux_xor, REDUX_LANES(u32, x ^ y));
BOTH_FORMS(redux_min_u32, REDUX_LANES(u32, x < y ? x : y));
BOTH_FORMS(redux_max_u32, REDUX_LANES(u32, x > y ? x : y));
BOTH_FORMS(redux_min_s32, REDUX_LANES(s32, x < y ? x : y));
BOTH_FORMS(redux_max_s32, REDUX_LANES(s32, x > y ? x : y));

/* ---- Lowering ---- */

/* Shapes as in rows.h, plus m: the membermask, which a form without .sync does not have; all lanes then. `p` is
 * absent, too, as a result if it is not written. */
#define MODE(op, type, shape, code, mode_name)                                                                         \
    {PTX_##op, {PTX_##type, PTX_NONE}, {.mode = PTX_##mode_name}, shape, &code}
#define REDUX(type, code, name) {PTX_REDUX, {PTX_##type, PTX_NONE}, {.atom = PTX_ATOM_##name}, "t=tm", &code}
static const struct isa_row rows[] = {
    MODE(SHFL, B32, "tp=tuum", shfl_up, SHFL_UP),
    MODE(SHFL, B32, "tp=tuum", shfl_down, SHFL_DOWN),
    MODE(SHFL, B32, "tp=tuum", shfl_bfly, SHFL_BFLY),
    MODE(SHFL, B32, "tp=tuum", shfl_idx, SHFL_IDX),
    MODE(VOTE, PRED, "t=pm", vote_all, VOTE_ALL),
    MODE(VOTE, PRED, "t=pm", vote_any, VOTE_ANY),
    MODE(VOTE, PRED, "t=pm", vote_uni, VOTE_UNI),
    MODE(VOTE, B32, "t=pm", vote_ballot, VOTE_BALLOT),
    MODE(MATCH, B32, "up=tm", match_any_b32, MATCH_ANY),
    MODE(MATCH, B64, "up=tm", match_any_b64, MATCH_ANY),
    MODE(MATCH, B32, "up=tm", match_all_b32, MATCH_ALL),
    MODE(MATCH, B64, "up=tm", match_all_b64, MATCH_ALL),
    REDUX(U32, redux_add, ADD),
    REDUX(S32, redux_add, ADD),
    REDUX(B32, redux_and, AND),
    REDUX(B32, redux_or, OR),
    REDUX(B32, redux_xor, XOR),
    REDUX(U32, redux_min_u32, MIN),
    REDUX(U32, redux_max_u32, MAX),
    REDUX(S32, redux_min_s32, MIN),
    REDUX(S32, redux_max_s32, MAX),
};

static uint32_t column(struct sg_lower *low, const struct ptx_insn *insn, char letter, bool source, unsigned *operand)
{
    const bool is_pair = !source && letter == 'p';
    if (is_pair && !insn->pair)
        return sg_columns_temp(low, 1);
    if (letter == 'm' && !insn->mods.sync)
        return sg_operands_const(low, 0xffffffffu, 4);
    const enum ptx_type type = letter == 'p' ? PTX_PRED : (letter == 't' ? insn->types[0] : PTX_U32);
    const unsigned k = (*operand)++;
    return source ? sg_operands_src(low, insn, k, type) : sg_operands_dst(low, insn, k, type);
}

static bool lower_elect(struct sg_lower *low, const struct ptx_insn *insn)
{
    const uint32_t members = sg_operands_src(low, insn, 2, PTX_U32);
    const uint32_t d = sg_operands_dst(low, insn, 0, PTX_U32), p = sg_operands_dst(low, insn, 1, PTX_PRED);
    struct sg_op *op = sg_emit_op(low, insn, &elect);
    op->col[0] = d, op->col[1] = p, op->col[2] = members;
    sg_emit_collective(low, op, members);
    return true;
}

bool isa_warp_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    if (insn->op == PTX_ELECT)
        return lower_elect(low, insn);
    struct ptx_mods mods = insn->mods;
    mods.sync = false;
    const struct isa_row *row = isa_rows_find(rows, ISA_COUNT(rows), insn, &mods);
    if (!row || (!insn->mods.sync && (insn->op == PTX_MATCH || insn->op == PTX_REDUX)))
        return false;
    uint32_t col[6] = {0};
    unsigned operand = 0, count = 0;
    bool source = false;
    for (const char *letter = row->shape; *letter != '\0'; letter++) {
        if (*letter == '=')
            source = true;
        else
            col[count++] = column(low, insn, *letter, source, &operand);
    }
    struct sg_op *op = sg_emit_op(low, insn, row->code);
    memcpy(op->col, col, sizeof col);
    if (insn->mods.sync)
        sg_emit_collective(low, op, col[count - 1]);
    return true;
}
