/* Forms and operands of the instructions on matrices (PTX ISA 9.7.14); ptxas was asked which forms there are. */
#include "matrix.h"

#include "family.h"
#include "fit.h"
#include "parser.h"

#define K(kind) (1ULL << SG_MOD_##kind)
#define S(shape) (1u << PTX_##shape)
#define T(type) (1u << PTX_##type)

static const struct sg_matrix_size sizes[] = {
    [PTX_M8N8] = {8, 8, 0},       [PTX_M8N8K4] = {8, 8, 4},       [PTX_M8N8K16] = {8, 8, 16},
    [PTX_M8N8K32] = {8, 8, 32},   [PTX_M16N8K4] = {16, 8, 4},     [PTX_M16N8K8] = {16, 8, 8},
    [PTX_M16N8K16] = {16, 8, 16}, [PTX_M16N8K32] = {16, 8, 32},   [PTX_M16N8K64] = {16, 8, 64},
    [PTX_M16N16K8] = {16, 16, 8}, [PTX_M16N16K16] = {16, 16, 16}, [PTX_M32N8K16] = {32, 8, 16},
    [PTX_M8N32K16] = {8, 32, 16},
};

/* Which shapes go with which types of a, in mma and in wmma; types that mix with one another in mma; those of c and
 * d. */
static const struct form {
    uint32_t factors;
    uint32_t mma, wmma, sums;
} forms[] = {
    {T(F16), S(M8N8K4) | S(M16N8K8) | S(M16N8K16), S(M16N16K16) | S(M32N8K16) | S(M8N32K16), T(F16) | T(F32)},
    {T(BF16), S(M16N8K8) | S(M16N8K16), S(M16N16K16) | S(M32N8K16) | S(M8N32K16), T(F32)},
    {T(TF32), S(M16N8K4) | S(M16N8K8), S(M16N16K8), T(F32)},
    {T(F64), S(M8N8K4) | S(M16N8K4) | S(M16N8K8) | S(M16N8K16), S(M8N8K4), T(F64)},
    {T(S8) | T(U8), S(M8N8K16) | S(M16N8K16) | S(M16N8K32), S(M16N16K16) | S(M32N8K16) | S(M8N32K16), T(S32)},
    {T(S4) | T(U4), S(M8N8K32) | S(M16N8K32) | S(M16N8K64), S(M8N8K32), T(S32)},
};

bool sg_matrix_is(uint16_t op)
{
    return op >= PTX_OP_COUNT && op < PTX_MATRIX_END;
}

struct sg_matrix_size sg_matrix_size_of(uint8_t shape)
{
    return sizes[shape];
}

static bool among(uint8_t value, uint32_t set)
{
    return set >> value & 1;
}

static const struct form *form_of(uint8_t factor)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (among(factor, forms[i].factors))
            return &forms[i];
    return NULL;
}

void sg_matrix_parts(const struct ptx_insn *insn, struct sg_matrix_part parts[4])
{
    const uint8_t *types = insn->types;
    bool halves = insn->type_count == 2;

    parts[0] = (struct sg_matrix_part){PTX_MATRIX_D, types[0]};
    parts[1] = (struct sg_matrix_part){PTX_MATRIX_A, halves ? PTX_F16 : types[1]};
    parts[2] = (struct sg_matrix_part){PTX_MATRIX_B, halves ? PTX_F16 : types[2]};
    parts[3] = (struct sg_matrix_part){PTX_MATRIX_C, types[halves ? 1 : 3]};
}

bool sg_matrix_is_quartered(const struct ptx_insn *insn)
{
    return insn->op == PTX_MMA && sg_matrix_shape(insn) == PTX_M8N8K4 && insn->types[1] == PTX_F16;
}

unsigned sg_matrix_bits(uint8_t type)
{
    return type == PTX_S4 || type == PTX_U4 ? 4 : 8 * ptx_type_bytes((enum ptx_type)type);
}

enum ptx_type sg_matrix_register_type(struct sg_matrix_part part)
{
    switch (part.type) {
    case PTX_F64:
    case PTX_F32:
    case PTX_S32: return (enum ptx_type)part.type;
    default: return PTX_B32;
    }
}

static bool is_sum(uint8_t matrix)
{
    return matrix == PTX_MATRIX_C || matrix == PTX_MATRIX_D;
}

/* A factor of wmma in f16 has eight registers in every shape: what does not need them has its elements several
 * times. */
unsigned sg_matrix_registers(const struct ptx_insn *insn, struct sg_matrix_part part)
{
    struct sg_matrix_size size = sizes[sg_matrix_shape(insn)];
    unsigned elements = part.matrix == PTX_MATRIX_A   ? size.m * size.k
                        : part.matrix == PTX_MATRIX_B ? size.n * size.k
                                                      : size.m * size.n;
    unsigned word = part.type == PTX_F64 ? 64 : 32;

    if (insn->op != PTX_MMA && part.type == PTX_F16 && !is_sum(part.matrix))
        return 8;
    return elements * (sg_matrix_is_quartered(insn) ? 4 : 1) * sg_matrix_bits(part.type) / (word * 32);
}

static const char *multiply_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    struct sg_matrix_part parts[4];
    bool wmma = insn->op == PTX_WMMA_MMA;
    bool any_layout = wmma ? sg_matrix_shape(insn) != PTX_M8N8K32 : sg_matrix_is_quartered(insn);

    if (insn->type_count == 3)
        return "its types are those of d, a, b and c";
    sg_matrix_parts(insn, parts);
    uint8_t d = parts[0].type, a = parts[1].type, b = parts[2].type, c = parts[3].type;
    const struct form *form = form_of(a);
    if (!form || (wmma ? a != b || (insn->type_count == 2) != (a == PTX_F16) : !among(b, form->factors)))
        return "a and b cannot have these types";
    if (!among(sg_matrix_shape(insn), wmma ? form->wmma : form->mma))
        return "these types do not go with this shape";
    if (!among(d, form->sums) || !among(c, form->sums) ||
        (!wmma && c != d && (!sg_matrix_is_quartered(insn) || c == PTX_F32)))
        return "c and d cannot have these types";
    if (!sg_matrix_layout(insn) || !sg_matrix_layout_b(insn) ||
        (!any_layout && (sg_matrix_layout(insn) != PTX_ROW || sg_matrix_layout_b(insn) != PTX_COL)))
        return "the layouts of a and b are required, in most shapes .row.col";
    if ((seen & K(SATFINITE)) && d != PTX_S32)
        return ".satfinite goes with integers only";
    return (seen & K(ROUND)) && d != PTX_F64 ? "a rounding goes with .f64 only" : NULL;
}

static const char *fragment_trouble(const struct ptx_insn *insn)
{
    uint8_t type = insn->types[0], matrix = sg_matrix_named(insn), layout = sg_matrix_layout(insn);
    bool store = insn->op == PTX_WMMA_STORE;

    if (store != (matrix == PTX_MATRIX_D) || !matrix)
        return "matrices .a .b .c are loaded, .d is stored";
    bool fits = false;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        fits |= among(type, is_sum(matrix) ? forms[i].sums : forms[i].factors) &&
                among(sg_matrix_shape(insn), forms[i].wmma);
    if (!fits || !layout)
        return !fits ? "the type does not go with this shape" : "a layout is required";
    if (sg_matrix_bits(type) == 4 && layout != (matrix == PTX_MATRIX_A ? PTX_ROW : PTX_COL))
        return "the layout does not go with this type";
    return insn->mods.space == PTX_GENERIC || insn->mods.space == PTX_GLOBAL || insn->mods.space == PTX_SHARED
               ? NULL
               : "it reaches .global and .shared memory";
}

const char *sg_matrix_trouble(const struct ptx_insn *insn, uint64_t seen)
{
    uint64_t always = K(SYNC) | K(ALIGNED) | K(SHAPE);

    if ((seen & always) != always)
        return ".sync, .aligned and a shape are required";
    if (insn->op == PTX_MMA || insn->op == PTX_WMMA_MMA)
        return multiply_trouble(insn, seen);
    if (insn->op == PTX_WMMA_LOAD || insn->op == PTX_WMMA_STORE)
        return fragment_trouble(insn);
    if (sg_matrix_shape(insn) != PTX_M8N8)
        return "the shape is .m8n8";
    return insn->mods.space == PTX_GENERIC || insn->mods.space == PTX_SHARED ? NULL : "it reaches .shared memory";
}

/* As many registers of a type; in a result some may be `_`. */
static bool are_registers(const struct sg_parser *p, const struct ptx_operand *o, unsigned count, enum ptx_type type,
                          bool result)
{
    if (o->mem || o->negated || (o->kind == PTX_OPD_VEC ? o->count : 1) != count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct ptx_operand *e = o->kind == PTX_OPD_VEC ? SG_AT(&p->operands, struct ptx_operand, o->first + i)
                                                             : o;
        if (!(result && e->kind == PTX_OPD_SINK) && (e->negated || !sg_fit_exact(p, e, type, ptx_type_bytes(type))))
            return false;
    }
    return true;
}

static bool is_part(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o,
                    struct sg_matrix_part part, bool result)
{
    return are_registers(p, o, sg_matrix_registers(insn, part), sg_matrix_register_type(part), result);
}

static bool check_multiply(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    struct sg_matrix_part parts[4];

    sg_matrix_parts(insn, parts);
    for (unsigned k = 0; k < 4; k++)
        if (insn->operand_count != 4 || !is_part(p, insn, &o[k], parts[k], k == 0))
            return false;
    return true;
}

static bool is_stride(const struct sg_parser *p, const struct ptx_operand *o)
{
    return (o->kind == PTX_OPD_INT && !o->mem) || (!o->negated && sg_fit_exact(p, o, PTX_B32, ptx_type_bytes(PTX_B32)));
}

/* The matrix, its address, and how far its rows or columns lie apart. */
static bool check_fragment(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    bool store = insn->op == PTX_WMMA_STORE;
    struct sg_matrix_part part = {sg_matrix_named(insn), insn->types[0]};

    return (insn->operand_count == 2 || (insn->operand_count == 3 && is_stride(p, &o[2]))) &&
           is_part(p, insn, &o[store ? 1 : 0], part, !store) && sg_fit_memory(p, insn, &o[store ? 0 : 1]);
}

bool sg_matrix_check(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands)
{
    bool store = insn->op == PTX_STMATRIX;

    if (insn->pair)
        return false;
    if (insn->op == PTX_MMA || insn->op == PTX_WMMA_MMA)
        return check_multiply(p, insn, operands);
    if (insn->op == PTX_WMMA_LOAD || insn->op == PTX_WMMA_STORE)
        return check_fragment(p, insn, operands);
    if (insn->operand_count != 2)
        return false;
    if (insn->op == PTX_MOVMATRIX)
        return are_registers(p, &operands[0], 1, PTX_B32, true) && are_registers(p, &operands[1], 1, PTX_B32, false);
    return are_registers(p, &operands[store ? 1 : 0], sg_matrix_count(insn), PTX_B32, !store) &&
           sg_fit_memory(p, insn, &operands[store ? 0 : 1]);
}
