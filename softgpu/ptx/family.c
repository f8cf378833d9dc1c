/* The table of opcodes: modifiers, types and operands of each (PTX ISA 9.7); see family.h. */
#include "family.h"

#define K(kind) (1ULL << SG_MOD_##kind)
#define T(type) (1u << PTX_##type)

#define S16_64 (T(U16) | T(S16) | T(U32) | T(S32) | T(U64) | T(S64))
#define B16_64 (T(B16) | T(B32) | T(B64))
#define FLOATS (T(F32) | T(F64))
#define HALVES (T(F16) | T(F16X2) | T(BF16) | T(BF16X2))
#define PAIRS (T(U16X2) | T(S16X2))
#define MEMORY (T(B8) | T(B16) | T(B32) | T(B64) | T(B128) | T(U8) | T(S8) | S16_64 | FLOATS)
#define ATOMIC (S16_64 | B16_64 | T(B128) | FLOATS | HALVES)
#define CVT_TYPES (T(U8) | T(S8) | S16_64 | FLOATS | HALVES | T(TF32) | T(E4M3X2) | T(E5M2X2) | T(F32X2))

#define PACKED (T(U2) | T(S2) | T(U4) | T(S4) | T(U8) | T(S8) | T(U16) | T(S16))

#define SAMPLED (T(U32) | T(S32) | T(F32))
#define STORED (T(B8) | T(B16) | T(B32) | T(B64))

#define MATRICES (K(SYNC) | K(ALIGNED) | K(SHAPE))
#define FACTORS (T(F16) | T(BF16) | T(TF32) | T(F64) | T(S8) | T(U8) | T(S4) | T(U4))
#define SUMS (T(F16) | T(F32) | T(F64) | T(S32))

#define ARITHMETIC (K(ROUND) | K(FTZ) | K(SAT))
#define PLACE (K(SEM) | K(SCOPE) | K(SPACE) | K(CACHE))

const struct sg_family sg_family_of[PTX_ALL_COUNT] = {
    [PTX_ABS] = {K(FTZ), 0, S16_64 | FLOATS | HALVES, 1, 1, 0, "ds", 0},
    [PTX_ACTIVEMASK] = {0, 0, T(B32), 1, 1, 0, "d", 0},
    [PTX_ADD] = {ARITHMETIC | K(CC), 0, S16_64 | FLOATS | HALVES | PAIRS | T(F32X2), 1, 1, 0, "dss", 0},
    [PTX_ADDC] = {K(CC), 0, S16_64, 1, 1, 0, "dss", 0},
    [PTX_AND] = {0, 0, B16_64 | T(PRED), 1, 1, 0, "dss", 0},
    [PTX_ATOM] = {PLACE | K(ATOM) | K(NOFTZ) | K(VEC), K(ATOM), ATOMIC, 1, 1, 0, "DmS", "DmSS"},
    [PTX_BAR] = {K(BAR) | K(ATOM) | K(CTA), K(BAR), T(U32) | T(PRED), 0, 1, 0, 0, 0},
    [PTX_BAR_WARP] = {K(SYNC), K(SYNC), 0, 0, 0, 0, "x", 0},
    [PTX_BARRIER] = {K(BAR) | K(ATOM) | K(CTA) | K(ALIGNED), K(BAR), T(U32) | T(PRED), 0, 1, 0, 0, 0},
    [PTX_BFE] = {0, 0, T(U32) | T(U64) | T(S32) | T(S64), 1, 1, 0, "dsxx", 0},
    [PTX_BFI] = {0, 0, T(B32) | T(B64), 1, 1, 0, "dssxx", 0},
    [PTX_BFIND] = {K(SHIFTAMT), 0, T(U32) | T(U64) | T(S32) | T(S64), 1, 1, 0, "us", 0},
    [PTX_BMSK] = {K(WRAP), K(WRAP), T(B32), 1, 1, 0, "dss", 0},
    [PTX_BRA] = {K(UNI), 0, 0, 0, 0, 0, "l", 0},
    [PTX_BREV] = {0, 0, T(B32) | T(B64), 1, 1, 0, "ds", 0},
    [PTX_BRKPT] = {0, 0, 0, 0, 0, 0, "", 0},
    [PTX_BRX] = {K(IDX) | K(UNI), K(IDX), 0, 0, 0, 0, "xT", 0},
    [PTX_CALL] = {K(UNI), 0, 0, 0, 0, 0, 0, 0},
    [PTX_CLZ] = {0, 0, T(B32) | T(B64), 1, 1, 0, "us", 0},
    [PTX_CP_ASYNC] = {K(ASYNC) | K(INTO) | K(FROM) | K(CACHE), K(ASYNC) | K(INTO), 0, 0, 0, 0, 0, 0},
    [PTX_CNOT] = {0, 0, B16_64, 1, 1, 0, "ds", 0},
    [PTX_COPYSIGN] = {0, 0, FLOATS, 1, 1, 0, "dss", 0},
    [PTX_COS] = {K(APPROX) | K(FTZ), K(APPROX), T(F32), 1, 1, 0, "ds", 0},
    [PTX_CVT] = {K(ROUND) | K(ROUND_INT) | K(FTZ) | K(SAT) | K(RELU) | K(SATFINITE), 0, CVT_TYPES, 2, 2, 0, 0, 0},
    [PTX_CVT_PACK] = {K(SAT), K(SAT), PACKED | T(S32) | T(B32), 2, 3, 0, 0, 0},
    [PTX_CVTA] = {K(TO) | K(SPACE), K(SPACE), T(U32) | T(U64), 1, 1, 0, "ds", 0},
    [PTX_DISCARD] = {K(SPACE) | K(CACHE_LEVEL), K(CACHE_LEVEL), 0, 0, 0, 0, "mi", 0},
    [PTX_APPLYPRIORITY] = {K(SPACE) | K(CACHE), K(CACHE), 0, 0, 0, 0, "mi", 0},
    [PTX_DIV] = {ARITHMETIC | K(APPROX) | K(FULL), 0, S16_64 | FLOATS, 1, 1, 0, "dss", 0},
    [PTX_DP2A] = {K(HALF), K(HALF), T(U32) | T(S32), 2, 2, 0, "dssc", 0},
    [PTX_DP4A] = {0, 0, T(U32) | T(S32), 2, 2, 0, "dssc", 0},
    [PTX_ELECT] = {K(SYNC), K(SYNC), 0, 0, 0, 0, "ux", 0},
    [PTX_EX2] = {K(APPROX) | K(FTZ), K(APPROX), T(F32) | HALVES, 1, 1, 0, "ds", 0},
    [PTX_EXIT] = {0, 0, 0, 0, 0, 0, "", 0},
    [PTX_FENCE] = {K(SEM) | K(SCOPE), K(SCOPE), 0, 0, 0, 0, "", 0},
    [PTX_FMA] = {ARITHMETIC | K(RELU), 0, FLOATS | HALVES | T(F32X2), 1, 1, 0, "dsss", 0},
    [PTX_FNS] = {0, 0, T(B32), 1, 1, 0, "dsss", 0},
    [PTX_GRIDDEPCONTROL] = {K(GRIDDEP), K(GRIDDEP), 0, 0, 0, 0, "", 0},
    [PTX_ISSPACEP] = {K(SPACE), K(SPACE), 0, 0, 0, 0, "pa", 0},
    [PTX_LD] = {PLACE | K(NC) | K(VEC), 0, MEMORY, 1, 1, 0, "Dm", 0},
    [PTX_LDMATRIX] = {MATRICES | K(COUNT) | K(TRANS) | K(SPACE), K(COUNT), T(B16), 1, 1, 0, 0, 0},
    [PTX_LDU] = {K(SPACE) | K(VEC), 0, MEMORY, 1, 1, 0, "Dm", 0},
    [PTX_LG2] = {K(APPROX) | K(FTZ), K(APPROX), T(F32), 1, 1, 0, "ds", 0},
    [PTX_LOP3] = {K(BOOL), 0, T(B32), 1, 1, SG_MOD_BOOL, "dsssi", "dsssib"},
    [PTX_MAD] = {ARITHMETIC | K(HALF) | K(WIDE) | K(CC), 0, S16_64 | FLOATS, 1, 1, 0, "dssc", 0},
    [PTX_MAD24] = {K(HALF) | K(SAT), K(HALF), T(U32) | T(S32), 1, 1, 0, "dsss", 0},
    [PTX_MADC] = {K(HALF) | K(CC), K(HALF), S16_64, 1, 1, 0, "dsss", 0},
    [PTX_MATCH] = {K(MATCH) | K(SYNC), K(MATCH), T(B32) | T(B64), 1, 1, 0, "usx", 0},
    [PTX_MAX] = {K(FTZ) | K(NAN) | K(XORSIGN) | K(ABS) | K(RELU), 0, S16_64 | FLOATS | HALVES | PAIRS, 1, 1, 0, "dss",
                 0},
    [PTX_MEMBAR] = {K(LEVEL), K(LEVEL), 0, 0, 0, 0, "", 0},
    [PTX_MIN] = {K(FTZ) | K(NAN) | K(XORSIGN) | K(ABS) | K(RELU), 0, S16_64 | FLOATS | HALVES | PAIRS, 1, 1, 0, "dss",
                 0},
    [PTX_MMA] = {MATRICES | K(LAYOUT) | K(LAYOUT_B) | K(SATFINITE) | K(ROUND), K(SHAPE), FACTORS | SUMS, 4, 4, 0, 0, 0},
    [PTX_MOV] = {0, 0, S16_64 | B16_64 | T(B128) | FLOATS | T(PRED), 1, 1, 0, "MN", 0},
    [PTX_MOVMATRIX] = {MATRICES | K(TRANS), K(TRANS), T(B16), 1, 1, 0, 0, 0},
    [PTX_MUL] = {ARITHMETIC | K(HALF) | K(WIDE), 0, S16_64 | FLOATS | HALVES | T(F32X2), 1, 1, 0, "dss", 0},
    [PTX_MUL24] = {K(HALF), K(HALF), T(U32) | T(S32), 1, 1, 0, "dss", 0},
    [PTX_NANOSLEEP] = {0, 0, T(U32), 1, 1, 0, "s", 0},
    [PTX_NEG] = {K(FTZ), 0, S16_64 | FLOATS | HALVES, 1, 1, 0, "ds", 0},
    [PTX_NOT] = {0, 0, B16_64 | T(PRED), 1, 1, 0, "ds", 0},
    [PTX_OR] = {0, 0, B16_64 | T(PRED), 1, 1, 0, "dss", 0},
    [PTX_PMEVENT] = {K(MASK), 0, 0, 0, 0, 0, "i", 0},
    [PTX_POPC] = {0, 0, T(B32) | T(B64), 1, 1, 0, "us", 0},
    [PTX_PREFETCH] = {K(SPACE) | K(CACHE_LEVEL) | K(CACHE), K(CACHE_LEVEL) | K(CACHE), 0, 0, 0, 0, "m", 0},
    [PTX_PREFETCHU] = {K(CACHE_LEVEL), K(CACHE_LEVEL), 0, 0, 0, 0, "m", 0},
    [PTX_PRMT] = {K(PRMT), 0, T(B32), 1, 1, 0, "dsss", 0},
    [PTX_RCP] = {ARITHMETIC | K(APPROX), 0, FLOATS, 1, 1, 0, "ds", 0},
    [PTX_RED] = {PLACE | K(ATOM) | K(NOFTZ) | K(VEC), K(ATOM), ATOMIC, 1, 1, 0, "mS", 0},
    [PTX_REDUX] = {K(SYNC) | K(ATOM) | K(NAN), K(ATOM), T(U32) | T(S32) | T(B32) | T(F32), 1, 1, 0, "dsx", 0},
    [PTX_REM] = {0, 0, S16_64, 1, 1, 0, "dss", 0},
    [PTX_RET] = {K(UNI), 0, 0, 0, 0, 0, "", 0},
    [PTX_RSQRT] = {K(APPROX) | K(FTZ), K(APPROX), FLOATS, 1, 1, 0, "ds", 0},
    [PTX_SAD] = {0, 0, S16_64, 1, 1, 0, "dsss", 0},
    [PTX_SELP] = {0, 0, S16_64 | B16_64 | FLOATS, 1, 1, 0, "dssb", 0},
    [PTX_SET] = {K(CMP) | K(BOOL) | K(FTZ), K(CMP), S16_64 | B16_64 | FLOATS | HALVES, 2, 2, SG_MOD_BOOL, "dtt",
                 "dttb"},
    [PTX_SETP] = {K(CMP) | K(BOOL) | K(FTZ), K(CMP), S16_64 | B16_64 | FLOATS | HALVES, 1, 1, SG_MOD_BOOL, "pss",
                  "pssb"},
    [PTX_SHF] = {K(SHF) | K(WRAP), K(SHF), T(B32), 1, 1, 0, "dsss", 0},
    [PTX_SHFL] = {K(SHFL) | K(SYNC), K(SHFL), T(B32), 1, 1, SG_MOD_SYNC, "dsxx", "dsxxx"},
    [PTX_SHL] = {0, 0, B16_64, 1, 1, 0, "dsx", 0},
    [PTX_SHR] = {0, 0, B16_64 | S16_64, 1, 1, 0, "dsx", 0},
    [PTX_SIN] = {K(APPROX) | K(FTZ), K(APPROX), T(F32), 1, 1, 0, "ds", 0},
    [PTX_SLCT] = {K(FTZ), 0, S16_64 | B16_64 | FLOATS, 2, 2, 0, "dsst", 0},
    [PTX_SQRT] = {ARITHMETIC | K(APPROX), 0, FLOATS, 1, 1, 0, "ds", 0},
    [PTX_ST] = {PLACE | K(VEC), 0, MEMORY, 1, 1, 0, "mS", 0},
    [PTX_STMATRIX] = {MATRICES | K(COUNT) | K(TRANS) | K(SPACE), K(COUNT), T(B16), 1, 1, 0, 0, 0},
    [PTX_SUB] = {ARITHMETIC | K(CC), 0, S16_64 | FLOATS | HALVES | T(F32X2), 1, 1, 0, "dss", 0},
    [PTX_SUBC] = {K(CC), 0, S16_64, 1, 1, 0, "dss", 0},
    [PTX_SULD] = {K(GEOMETRY) | K(VEC) | K(BOUNDS) | K(CACHE), K(GEOMETRY), STORED, 1, 1, 0, 0, 0},
    [PTX_SUQ] = {K(QUERY), K(QUERY), T(B32), 1, 1, 0, 0, 0},
    [PTX_SURED] = {K(ATOM) | K(GEOMETRY) | K(BOUNDS), K(GEOMETRY), T(U32) | T(S32) | T(B32) | T(U64) | T(S64), 1, 1, 0,
                   0, 0},
    [PTX_SURED_P] = {K(ATOM) | K(GEOMETRY) | K(BOUNDS), K(GEOMETRY), T(B32) | T(B64), 1, 1, 0, 0, 0},
    [PTX_SUST] = {K(GEOMETRY) | K(VEC) | K(BOUNDS) | K(CACHE), K(GEOMETRY), STORED, 1, 1, 0, 0, 0},
    [PTX_SUST_P] = {K(GEOMETRY) | K(VEC) | K(BOUNDS) | K(CACHE), K(GEOMETRY), T(B32), 1, 1, 0, 0, 0},
    [PTX_SZEXT] = {K(WRAP), K(WRAP), T(U32) | T(S32), 1, 1, 0, "dss", 0},
    [PTX_TANH] = {K(APPROX), K(APPROX), T(F32) | HALVES, 1, 1, 0, "ds", 0},
    [PTX_TESTP] = {K(TESTP), K(TESTP), FLOATS, 1, 1, 0, "ps", 0},
    [PTX_TEX] = {K(GEOMETRY) | K(VEC) | K(MIP), K(GEOMETRY), SAMPLED | T(F16) | T(F16X2), 2, 2, 0, 0, 0},
    [PTX_TLD4] = {K(GEOMETRY) | K(VEC) | K(COMPONENT), K(COMPONENT), SAMPLED | T(F16) | T(F16X2), 2, 2, 0, 0, 0},
    [PTX_TRAP] = {0, 0, 0, 0, 0, 0, "", 0},
    [PTX_TXQ] = {K(QUERY) | K(MIP), K(QUERY), T(B32), 1, 1, 0, 0, 0},
    [PTX_VOTE] = {K(VOTE) | K(SYNC), K(VOTE), T(PRED) | T(B32), 1, 1, SG_MOD_SYNC, "Wb", "Wbx"},
    [PTX_WMMA_LOAD] = {MATRICES | K(MATRIX) | K(LAYOUT) | K(SPACE), K(SHAPE), FACTORS | SUMS, 1, 1, 0, 0, 0},
    [PTX_WMMA_MMA] = {MATRICES | K(LAYOUT) | K(LAYOUT_B) | K(SATFINITE) | K(ROUND), K(SHAPE), FACTORS | SUMS, 2, 4, 0,
                      0, 0},
    [PTX_WMMA_STORE] = {MATRICES | K(MATRIX) | K(LAYOUT) | K(SPACE), K(SHAPE), SUMS, 1, 1, 0, 0, 0},
    [PTX_XOR] = {0, 0, B16_64 | T(PRED), 1, 1, 0, "dss", 0},
};
