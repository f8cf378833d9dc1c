/* Which modifiers go with which types: the forms of the instructions that have several (PTX ISA 9.7). Runs once for
 * each distinct name, so it may be thorough. */
#include "family.h"
#include "matrix.h"
#include "parser.h"
#include "video.h"

#define K(kind) (1ULL << SG_MOD_##kind)
#define T(type) (1u << PTX_##type)

#define INT16 (T(U16) | T(S16))
#define INT32 (T(U32) | T(S32))
#define INT64 (T(U64) | T(S64))
#define HALF16 (T(F16) | T(F16X2))
#define BRAIN16 (T(BF16) | T(BF16X2))
#define HALVES (HALF16 | BRAIN16)
#define FLOATS (T(F32) | T(F64))

struct form {
    uint16_t op;
    uint32_t types;
    uint64_t allowed, needed;
};

/* An instruction whose opcode stands here must fit one row: first type, no modifier but these, at least one needed. */
static const struct form forms[] = {
    {PTX_ABS, T(S16) | T(S32) | T(S64) | T(F64) | BRAIN16, 0, 0},
    {PTX_ABS, T(F32) | HALF16, K(FTZ), 0},
    {PTX_NEG, T(S16) | T(S32) | T(S64) | T(F64) | BRAIN16, 0, 0},
    {PTX_NEG, T(F32) | HALF16, K(FTZ), 0},
    {PTX_ADD, INT16 | T(U16X2) | T(S16X2), 0, 0},
    {PTX_ADD, INT32 | INT64, K(CC), 0},
    {PTX_ADD, T(S32), K(SAT), 0},
    {PTX_ADD, T(F32) | HALF16, K(ROUND) | K(FTZ) | K(SAT), 0},
    {PTX_ADD, T(F64) | BRAIN16, K(ROUND), 0},
    {PTX_ADD, T(F32X2), K(ROUND) | K(FTZ), 0},
    {PTX_SUB, INT16, 0, 0},
    {PTX_SUB, INT32 | INT64, K(CC), 0},
    {PTX_SUB, T(S32), K(SAT), 0},
    {PTX_SUB, T(F32) | HALF16, K(ROUND) | K(FTZ) | K(SAT), 0},
    {PTX_SUB, T(F64) | BRAIN16, K(ROUND), 0},
    {PTX_SUB, T(F32X2), K(ROUND) | K(FTZ), 0},
    {PTX_ADDC, INT32 | INT64, K(CC), 0},
    {PTX_SUBC, INT32 | INT64, K(CC), 0},
    {PTX_MUL, INT16 | INT32 | INT64, K(HALF), K(HALF)},
    {PTX_MUL, INT16 | INT32, K(WIDE), K(WIDE)},
    {PTX_MUL, T(F32) | HALF16, K(ROUND) | K(FTZ) | K(SAT), 0},
    {PTX_MUL, T(F64) | BRAIN16, K(ROUND), 0},
    {PTX_MUL, T(F32X2), K(ROUND) | K(FTZ), 0},
    {PTX_MAD, INT16, K(HALF), K(HALF)},
    {PTX_MAD, INT32 | INT64, K(HALF) | K(CC), K(HALF)},
    {PTX_MAD, T(S32), K(HALF) | K(SAT), K(HALF)},
    {PTX_MAD, INT16 | INT32, K(WIDE), K(WIDE)},
    {PTX_MAD, T(F32), K(ROUND) | K(FTZ) | K(SAT), K(ROUND)},
    {PTX_MAD, T(F64), K(ROUND), K(ROUND)},
    {PTX_MADC, INT32 | INT64, K(HALF) | K(CC), K(HALF)},
    {PTX_FMA, T(F32), K(ROUND) | K(FTZ) | K(SAT), K(ROUND)},
    {PTX_FMA, T(F64), K(ROUND), K(ROUND)},
    {PTX_FMA, HALF16, K(ROUND) | K(FTZ) | K(SAT), K(ROUND)},
    {PTX_FMA, HALF16, K(ROUND) | K(FTZ) | K(RELU), K(ROUND)},
    {PTX_FMA, BRAIN16, K(ROUND) | K(RELU), K(ROUND)},
    {PTX_FMA, T(F32X2), K(ROUND) | K(FTZ), K(ROUND)},
    {PTX_DIV, INT16 | INT32 | INT64, 0, 0},
    {PTX_DIV, T(F32), K(ROUND) | K(FTZ), K(ROUND)},
    {PTX_DIV, T(F32), K(APPROX) | K(FTZ), K(APPROX)},
    {PTX_DIV, T(F32), K(FULL) | K(FTZ), K(FULL)},
    {PTX_DIV, T(F64), K(ROUND), K(ROUND)},
    {PTX_RCP, T(F32), K(ROUND) | K(FTZ), K(ROUND)},
    {PTX_RCP, T(F32), K(APPROX) | K(FTZ), K(APPROX)},
    {PTX_RCP, T(F64), K(ROUND), K(ROUND)},
    {PTX_RCP, T(F64), K(APPROX) | K(FTZ), K(FTZ)},
    {PTX_SQRT, T(F32), K(ROUND) | K(FTZ), K(ROUND)},
    {PTX_SQRT, T(F32), K(APPROX) | K(FTZ), K(APPROX)},
    {PTX_SQRT, T(F64), K(ROUND), K(ROUND)},
    {PTX_EX2, T(F32), K(APPROX) | K(FTZ), 0},
    {PTX_EX2, HALF16, K(APPROX), 0},
    {PTX_EX2, BRAIN16, K(APPROX) | K(FTZ), K(FTZ)},
    {PTX_MIN, INT16 | INT32 | INT64 | T(U16X2) | T(F64), 0, 0},
    {PTX_MIN, T(S32) | T(S16X2), K(RELU), 0},
    {PTX_MIN, T(F32) | HALF16, K(FTZ) | K(NAN) | K(XORSIGN) | K(ABS), 0},
    {PTX_MIN, BRAIN16, K(NAN) | K(XORSIGN) | K(ABS), 0},
    {PTX_MAX, INT16 | INT32 | INT64 | T(U16X2) | T(F64), 0, 0},
    {PTX_MAX, T(S32) | T(S16X2), K(RELU), 0},
    {PTX_MAX, T(F32) | HALF16, K(FTZ) | K(NAN) | K(XORSIGN) | K(ABS), 0},
    {PTX_MAX, BRAIN16, K(NAN) | K(XORSIGN) | K(ABS), 0},
    {PTX_SHF, T(B32), K(SHF) | K(WRAP), K(WRAP)},
    {PTX_MATCH, T(B32) | T(B64), K(MATCH) | K(SYNC), K(SYNC)},
    {PTX_REDUX, INT32 | T(B32) | T(F32), K(SYNC) | K(ATOM) | K(NAN), K(SYNC)},
    {PTX_SAD, INT16 | INT32 | INT64, 0, 0},
};

/* The types that each operation of atom and red takes; redux and barriers have their own. */
static const uint32_t atom_types[] = {
    [PTX_ATOM_ADD] = INT32 | T(U64) | FLOATS | HALVES,
    [PTX_ATOM_MIN] = INT32 | INT64 | HALVES,
    [PTX_ATOM_MAX] = INT32 | INT64 | HALVES,
    [PTX_ATOM_INC] = T(U32),
    [PTX_ATOM_DEC] = T(U32),
    [PTX_ATOM_AND] = T(B32) | T(B64),
    [PTX_ATOM_OR] = T(B32) | T(B64),
    [PTX_ATOM_XOR] = T(B32) | T(B64),
    [PTX_ATOM_EXCH] = T(B32) | T(B64) | T(B128),
    [PTX_ATOM_CAS] = T(B16) | T(B32) | T(B64) | T(B128),
    [PTX_ATOM_POPC] = 0,
};

static bool among(uint8_t type, uint32_t types)
{
    return types >> type & 1;
}

static const char *form_of_table(const struct ptx_insn *insn, uint64_t seen)
{
    bool listed = false;

    for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct form *f = &forms[i];
        if (f->op != insn->op)
            continue;
        listed = true;
        if (among(insn->types[0], f->types) && !(seen & ~f->allowed) && (!f->needed || seen & f->needed))
            return NULL;
    }
    return listed ? "no form with this type has these modifiers, or a required one is missing" : NULL;
}

static bool is_float(uint8_t type)
{
    return among(type, FLOATS | HALVES | T(TF32) | T(E4M3X2) | T(E5M2X2) | T(F32X2));
}

/* Narrowing and integer-to-float need .rn ..., float-to-integer .rni ...; the same width may have .rni; the rest
 * none. */
static const char *cvt_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    uint8_t to = insn->types[0], from = insn->types[1];
    bool plain = among(to, ~(HALVES | T(TF32) | T(E4M3X2) | T(E5M2X2))) && among(from, ~(T(E4M3X2) | T(E5M2X2)));
    unsigned wide = ptx_type_bytes(to), narrow = ptx_type_bytes(from);
    bool round = (seen & K(ROUND)) != 0, integral = (seen & K(ROUND_INT)) != 0;

    if (round && integral)
        return "two rounding modifiers";
    if (!is_float(to) && !is_float(from))
        return round || integral ? "no rounding modifier between integers" : NULL;
    if (!is_float(to))
        return integral ? NULL : "a rounding modifier to an integer (.rni .rzi .rmi .rpi) is required";
    if (!is_float(from))
        return round ? NULL : "a rounding modifier (.rn .rz .rm .rp) is required";
    if (to == from)
        return round ? "no rounding modifier but to an integral value (.rni .rzi .rmi .rpi) is possible" : NULL;
    if (integral)
        return "a rounding modifier to an integer does not fit";
    if (plain && wide > narrow)
        return round && from != PTX_BF16 ? "nothing is rounded" : NULL;
    return wide < narrow && !round ? "a rounding modifier (.rn .rz .rm .rp) is required" : NULL;
}

/* Halves of a word stand alone; of smaller parts the rest comes from a third operand. */
static const char *pack_trouble(const struct ptx_insn *insn)
{
    bool halves = among(insn->types[0], INT16),
         small = among(insn->types[0], T(U2) | T(S2) | T(U4) | T(S4) | T(U8) | T(S8));

    if (!halves && !small)
        return "the result cannot be of this type";
    return insn->types[1] == PTX_S32 &&
                   (halves ? insn->type_count == 2 : insn->type_count == 3 && insn->types[2] == PTX_B32)
               ? NULL
               : "it takes .s32, and for parts smaller than 16 bits .b32";
}

static const char *compare_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    uint8_t type = insn->types[insn->type_count - 1], cmp = insn->mods.cmp;
    bool real = among(type, FLOATS | HALVES), bits = among(type, T(B16) | T(B32) | T(B64));
    bool is_signed = among(type, T(S16) | T(S32) | T(S64));

    if (insn->op == PTX_SET && !among(insn->types[0], INT32 | INT16 | T(F32) | HALVES))
        return "the result cannot be of this type";
    if ((seen & K(FTZ)) && !among(type, T(F32) | HALF16))
        return ".ftz does not fit the type";
    if ((cmp >= PTX_EQU && !real) || (cmp >= PTX_CMP_LO && cmp <= PTX_CMP_HS && (real || is_signed)) ||
        (bits && cmp != PTX_EQ && cmp != PTX_NE))
        return "the comparison does not fit the type";
    return NULL;
}

static const char *redux_trouble(const struct ptx_insn *insn)
{
    uint8_t atom = insn->mods.atom;
    uint32_t types = atom == PTX_ATOM_ADD                                                  ? INT32
                     : atom == PTX_ATOM_MIN || atom == PTX_ATOM_MAX                        ? INT32 | T(F32)
                     : atom == PTX_ATOM_AND || atom == PTX_ATOM_OR || atom == PTX_ATOM_XOR ? T(B32)
                                                                                           : 0;

    return among(insn->types[0], types) ? NULL : "the operation does not take this type";
}

static const char *barrier_trouble(const struct ptx_insn *insn)
{
    uint8_t atom = insn->mods.atom;
    uint8_t type = atom == PTX_ATOM_POPC ? PTX_U32 : atom == PTX_ATOM_AND || atom == PTX_ATOM_OR ? PTX_PRED : PTX_NONE;

    if (insn->mods.mode != PTX_BAR_RED)
        return atom || insn->type_count ? "only .red has an operation and a type" : NULL;
    return type && insn->types[0] == type ? NULL : "a reduction is .popc.u32, .and.pred or .or.pred";
}

static const char *atom_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    uint8_t atom = insn->mods.atom;
    bool halves = among(insn->types[0], HALVES);

    if (!among(insn->types[0], atom_types[atom]))
        return "the operation does not take this type";
    if (insn->op == PTX_RED && (atom == PTX_ATOM_EXCH || atom == PTX_ATOM_CAS))
        return "the operation has a result";
    if (halves != ((seen & K(NOFTZ)) != 0))
        return ".noftz stands with half precision, and only there";
    if ((seen & K(VEC)) && !among(insn->types[0], T(F32) | HALVES))
        return "a vector must be of f32 or half precision";
    return NULL;
}

static const char *order_trouble(const struct ptx_insn *insn)
{
    static const uint16_t orders[PTX_OP_COUNT] = {
        [PTX_LD] = 1 << PTX_SEM_WEAK | 1 << PTX_SEM_RELAXED | 1 << PTX_SEM_ACQUIRE | 1 << PTX_SEM_VOLATILE,
        [PTX_ST] = 1 << PTX_SEM_WEAK | 1 << PTX_SEM_RELAXED | 1 << PTX_SEM_RELEASE | 1 << PTX_SEM_VOLATILE,
        [PTX_ATOM] = 1 << PTX_SEM_RELAXED | 1 << PTX_SEM_ACQUIRE | 1 << PTX_SEM_RELEASE | 1 << PTX_SEM_ACQ_REL,
        [PTX_RED] = 1 << PTX_SEM_RELAXED | 1 << PTX_SEM_RELEASE,
        [PTX_FENCE] = 1 << PTX_SEM_SC | 1 << PTX_SEM_ACQ_REL | 1 << PTX_SEM_ACQUIRE | 1 << PTX_SEM_RELEASE,
    };
    uint8_t sem = insn->mods.sem;
    bool access = insn->op == PTX_LD || insn->op == PTX_ST;
    bool ordered = sem != PTX_SEM_NONE && sem != PTX_SEM_WEAK && sem != PTX_SEM_VOLATILE;

    if (sem && !(orders[insn->op] >> sem & 1))
        return "it cannot have this memory order";
    if (access && ordered != (insn->mods.scope != PTX_SCOPE_NONE))
        return ordered ? "a scope (.cta .cluster .gpu .sys) is required" : "a scope needs a memory order";
    if (insn->mods.nc && insn->mods.space != PTX_GLOBAL)
        return ".nc requires .global";
    if (insn->op == PTX_ST && insn->mods.space == PTX_CONST)
        return "constant memory cannot be written";
    return NULL;
}

static const char *special_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    switch (insn->op) {
    case PTX_CVT: return cvt_trouble(insn, seen);
    case PTX_CVT_PACK: return pack_trouble(insn);
    case PTX_SET:
    case PTX_SETP: return compare_trouble(insn, seen);
    case PTX_REDUX: return redux_trouble(insn);
    case PTX_BAR:
    case PTX_BARRIER: return barrier_trouble(insn);
    case PTX_ATOM:
    case PTX_RED: return atom_trouble(insn, seen);
    case PTX_VOTE:
        return (insn->mods.mode == PTX_VOTE_BALLOT) == (insn->types[0] == PTX_B32)
                   ? NULL
                   : ".ballot gives .b32, the other votes .pred";
    case PTX_SLCT:
        return among(insn->types[1], T(S32) | T(F32)) && (insn->types[1] == PTX_F32 || !insn->mods.ftz)
                   ? NULL
                   : "the selector must be .s32 or .f32, .ftz needs .f32";
    case PTX_TEX:
    case PTX_TLD4:
    case PTX_TXQ:
    case PTX_SULD:
    case PTX_SUST:
    case PTX_SUST_P:
    case PTX_SURED:
    case PTX_SURED_P:
    case PTX_SUQ: return sg_sampling_trouble(insn);
    case PTX_CP_ASYNC:
        return seen == K(ASYNC) || seen == (K(CACHE) | K(INTO) | K(FROM)) ? NULL
                                                                          : "it copies .ca or .cg, .shared.global";
    case PTX_MAD:
        return insn->mods.sat && insn->types[0] == PTX_S32 && insn->mods.half != PTX_HI ? ".sat requires .hi" : NULL;
    default: return NULL;
    }
}

const char *sg_form_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    bool rounded_half = among(insn->types[0], HALVES) && insn->op != PTX_CVT && (seen & K(ROUND)) &&
                        insn->mods.round != PTX_RN;

    if (!(seen & K(XORSIGN)) != !(seen & K(ABS)))
        return ".xorsign stands with .abs";
    if (rounded_half || ((seen & K(ROUND)) && insn->mods.round == PTX_RNA && insn->op != PTX_CVT))
        return "the rounding does not fit";
    if (sg_matrix_is(insn->op))
        return sg_matrix_trouble(insn, seen);
    if (sg_video_is(insn->op))
        return sg_video_trouble(insn);
    const char *trouble = form_of_table(insn, seen);
    trouble = trouble ? trouble : special_trouble(insn, seen);
    return trouble ? trouble : order_trouble(insn);
}
