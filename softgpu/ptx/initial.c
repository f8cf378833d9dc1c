/* Initial values of variables (PTX ISA 5.4.4): numbers, addresses, nested braces -> bytes and relocations. */
#include "parser.h"

#include <string.h>

struct filler {
    struct sg_parser *p;
    const struct ptx_var *var;
    const struct sg_shape *shape;
    uint32_t bytes, level;
    uint64_t position;                       /* element to be written next */
    uint64_t starts[SG_DIMS_MAX + 2];        /* where the open brace of each level began */
};

/* Elements that the brace at `level` may hold; level 1 is the whole array, 0 meaning no bound. */
static uint64_t extent(const struct filler *f, uint32_t level)
{
    uint64_t product = 1;

    for (uint32_t i = level - 1; i < f->shape->count; i++)
        product *= f->shape->dims[i];
    return product;
}

/* The bytes of element `position`, after making room; NULL after an error. */
static unsigned char *element(struct filler *f)
{
    struct sg_vector *bytes = &f->p->bytes;
    uint64_t end = (f->position + 1) * f->bytes, bound = extent(f, 1);

    if (bound && f->position >= bound) {
        sg_parser_fail(f->p, f->p->lex.token.line, "Too many initial values");
        return NULL;
    }
    if (end > bytes->count && (end > UINT32_MAX || !sg_vector_push(bytes, (uint32_t)end - bytes->count))) {
        sg_parser_no_memory(f->p);
        return NULL;
    }
    return bytes->data + f->position * f->bytes;
}

static bool write_address(struct filler *f, const struct sg_value *v)
{
    struct sg_parser *p = f->p;
    uint32_t width = v->masked ? v->width : f->bytes;

    if (!element(f))
        return false;
    if (f->var->type == PTX_F32 || f->var->type == PTX_F64 || width > f->bytes || (!v->masked && width < 4))
        return sg_parser_fail(p, p->lex.token.line, "An address does not fit into a variable of %u bytes", f->bytes);
    struct ptx_reloc *reloc = sg_vector_push(&p->relocs, 1);
    if (!reloc)
        return sg_parser_no_memory(p);
    reloc->offset = (uint32_t)(f->position * f->bytes);
    reloc->is_function = v->kind == SG_VALUE_FUNC;
    reloc->generic = v->generic;
    reloc->index = v->index;
    reloc->addend = v->integer;
    reloc->width = (uint8_t)width;
    reloc->shift = v->shift;
    return true;
}

static bool write_real(struct filler *f, const struct sg_value *v)
{
    unsigned char *to = element(f);
    double real = v->kind == SG_VALUE_FLOAT ? v->real
                  : v->is_unsigned          ? (double)(uint64_t)v->integer
                                            : (double)v->integer;

    if (!to)
        return false;
    if (f->bytes == 8) {
        memcpy(to, &real, 8);
    } else if (v->single) {
        memcpy(to, &v->bits, 4);
    } else {
        float single = (float)real;
        memcpy(to, &single, 4);
    }
    return true;
}

/* An integer, or a float in an untyped variable: .b32 takes it as f32, .b64 as f64. */
static bool write_bits(struct filler *f, const struct sg_value *v)
{
    bool real = v->kind == SG_VALUE_FLOAT;

    if (real && f->var->type != PTX_B32 && (f->var->type != PTX_B64 || v->single))
        return sg_parser_fail(f->p, f->p->lex.token.line, "Floating-point initial value for an integer variable");
    if (real)
        return write_real(f, v);
    unsigned char *to = element(f);
    if (!to)
        return false;
    memcpy(to, &v->integer, f->bytes < 8 ? f->bytes : 8);
    return true;
}

static bool write_value(struct filler *f)
{
    struct sg_value v;
    uint8_t type = f->var->type;

    if (!sg_expression_parse(f->p, &v))
        return false;
    if (type == PTX_F16 || type == PTX_BF16 || type == PTX_F16X2 || type == PTX_BF16X2)
        return sg_parser_fail(f->p, f->p->lex.token.line, "Variables of half precision cannot have an initial value");
    bool address = v.kind == SG_VALUE_VAR || v.kind == SG_VALUE_FUNC;
    bool real = type == PTX_F32 || type == PTX_F64;
    if (!(address ? write_address(f, &v) : real ? write_real(f, &v) : write_bits(f, &v)))
        return false;
    f->position++;
    return true;
}

static bool open_brace(struct filler *f)
{
    if (f->level == f->shape->count)
        return sg_parser_fail(f->p, f->p->lex.token.line, "Initial values are nested deeper than the array");
    f->starts[++f->level] = f->position;
    sg_lex_next(&f->p->lex);
    return true;
}

static bool close_brace(struct filler *f)
{
    uint64_t room = extent(f, f->level);

    if (f->level > 1 && f->position - f->starts[f->level] > room)
        return sg_parser_fail(f->p, f->p->lex.token.line, "Too many initial values");
    if (f->level > 1)
        f->position = f->starts[f->level] + room;
    f->level--;
    sg_lex_next(&f->p->lex);
    return true;
}

/* After `{` or `,` stands a value, `{` or `}`; after those a `,` or `}`. */
static bool fill(struct filler *f)
{
    struct sg_parser *p = f->p;

    if (p->lex.token.kind != '{')
        return f->shape->count == 0 ? write_value(f) : sg_parser_unexpected(p, "'{'");
    bool after_value = false;
    do {
        if (p->lex.token.kind == '}' && f->level) {
            if (!close_brace(f))
                return false;
            after_value = true;
        } else if (after_value) {
            if (!sg_parser_expect(p, ',', "the initial value"))
                return false;
            after_value = false;
        } else if (p->lex.token.kind == '{') {
            if (!open_brace(f))
                return false;
        } else {
            if (!write_value(f))
                return false;
            after_value = true;
        }
    } while (f->level);
    return true;
}

/* Bytes read -> var->init, whose size is that of the variable, or for x[] that of the values. */
static bool keep(struct sg_parser *p, struct ptx_var *var, uint64_t row)
{
    uint64_t size = var->size;

    if (size == 0)
        size = (p->bytes.count + row - 1) / row * row;
    unsigned char *init = sg_arena_alloc(p->arena, size);
    struct ptx_reloc *relocs = sg_arena_copy(p->arena, p->relocs.data, p->relocs.count * sizeof *relocs);
    if (!init || !relocs)
        return sg_parser_no_memory(p);
    if (p->bytes.count)
        memcpy(init, p->bytes.data, p->bytes.count < size ? p->bytes.count : size);
    var->size = size;
    var->init = init;
    var->relocs = relocs;
    var->reloc_count = p->relocs.count;
    return true;
}

bool sg_initial_parse(struct sg_parser *p, struct ptx_var *var, const struct sg_shape *shape)
{
    struct filler f = {.p = p, .var = var, .shape = shape, .bytes = ptx_type_bytes(var->type)};

    p->bytes.count = p->relocs.count = 0;
    /* { addr_mode_0 = wrap, ... } of samplers and textures. */
    if (p->lex.token.kind == '{' && sg_lex_peek(&p->lex) >= 'a' && sg_lex_peek(&p->lex) <= 'z' &&
        var->type == PTX_B64 && shape->count == 0)
        return sg_lex_skip_block(&p->lex) || sg_parser_unexpected(p, "'}'");
    if (!fill(&f))
        return false;
    return keep(p, var, f.bytes * (shape->count > 1 ? extent(&f, 2) : 1));
}
