/* Declarations of variables and registers (PTX ISA 5): state space, type, names, array sizes. */
#include "parser.h"

#include <stdio.h>
#include <string.h>

enum { ALIGN_MAX = 1 << 16, MEMBERS_MAX = 1 << 16 };
#define BYTES_MAX ((uint64_t)1 << 40)

uint8_t sg_variable_type(const struct sg_token *token)
{
    static const struct {
        const char *text;
        uint8_t type;
    } types[] = {
        {".b32", PTX_B32},
        {".b64", PTX_B64},
        {".b8", PTX_B8},
        {".pred", PTX_PRED},
        {".f32", PTX_F32},
        {".f64", PTX_F64},
        {".u64", PTX_U64},
        {".u32", PTX_U32},
        {".s32", PTX_S32},
        {".s64", PTX_S64},
        {".b16", PTX_B16},
        {".u8", PTX_U8},
        {".s8", PTX_S8},
        {".u16", PTX_U16},
        {".s16", PTX_S16},
        {".b128", PTX_B128},
        {".f16", PTX_F16},
        {".f16x2", PTX_F16X2},
        {".bf16", PTX_BF16},
        {".bf16x2", PTX_BF16X2},
        /* Opaque: a handle of 8 bytes. */
        {".texref", PTX_B64},
        {".samplerref", PTX_B64},
        {".surfref", PTX_B64},
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (sg_lex_is(token, types[i].text))
            return types[i].type;
    return PTX_NONE;
}

bool sg_variable_space(const struct sg_token *token, uint8_t *space)
{
    static const struct {
        const char *text;
        uint8_t space;
    } spaces[] = {
        {".reg", PTX_REG},     {".param", PTX_PARAM}, {".global", PTX_GLOBAL}, {".shared", PTX_SHARED},
        {".const", PTX_CONST}, {".local", PTX_LOCAL}, {".tex", PTX_GLOBAL},
    };

    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
        if (sg_lex_is(token, spaces[i].text)) {
            *space = spaces[i].space;
            return true;
        }
    return false;
}

static uint8_t opaque_of(const struct sg_token *token)
{
    return sg_lex_is(token, ".texref")       ? PTX_TEXREF
           : sg_lex_is(token, ".samplerref") ? PTX_SAMPLERREF
           : sg_lex_is(token, ".surfref")    ? PTX_SURFREF
                                             : PTX_OPAQUE_NONE;
}

static bool read_align(struct sg_parser *p, uint32_t *align)
{
    uint32_t line = p->lex.token.line;

    if (!sg_parser_number(p, ALIGN_MAX, align))
        return false;
    if (*align == 0 || (*align & (*align - 1)))
        return sg_parser_fail(p, line, ".align %u is not a power of two", *align);
    return true;
}

/* .attribute(.managed), .attribute(.unified(1, 2)) */
static bool read_attribute(struct sg_parser *p, struct sg_declaration *d)
{
    uint32_t depth = 0;

    do {
        depth += p->lex.token.kind == '(';
        depth -= p->lex.token.kind == ')';
        d->managed |= p->lex.token.kind == SG_TOK_WORD && sg_lex_is(&p->lex.token, ".managed");
        if (p->lex.token.kind == SG_TOK_END || p->lex.token.kind == SG_TOK_BAD)
            return sg_parser_unexpected(p, "')' of .attribute");
        sg_lex_next(&p->lex);
    } while (depth);
    return true;
}

/* `.ptr .global .align 16` says what a pointer parameter points to. */
static bool read_pointee(struct sg_parser *p)
{
    uint32_t ignored;
    uint8_t space;

    if (p->lex.token.kind == SG_TOK_WORD && sg_variable_space(&p->lex.token, &space))
        sg_lex_next(&p->lex);
    return !sg_parser_accept_word(p, ".align") || read_align(p, &ignored);
}

/* The words between the state space and the first name, in any order. */
static bool read_type(struct sg_parser *p, struct sg_declaration *d)
{
    static const struct {
        const char *text;
        uint8_t width;
    } vectors[] = {{".v2", 2}, {".v4", 4}, {".v8", 8}};

    while (p->lex.token.kind == SG_TOK_WORD) {
        uint8_t type = sg_variable_type(&p->lex.token), width = 0;
        bool again = (type && d->type);
        for (size_t i = 0; i < 3; i++)
            width = sg_lex_is(&p->lex.token, vectors[i].text) ? vectors[i].width : width;
        if (again || !(type || width)) {
            bool done = sg_parser_accept_word(p, ".align")       ? read_align(p, &d->align)
                        : sg_parser_accept_word(p, ".ptr")       ? read_pointee(p)
                        : sg_parser_accept_word(p, ".attribute") ? read_attribute(p, d)
                                                                 : sg_parser_unexpected(p, "a type");
            if (!done)
                return false;
            continue;
        }
        d->type = type ? type : d->type;
        d->opaque |= opaque_of(&p->lex.token);
        d->width = width ? width : d->width;
        sg_lex_next(&p->lex);
    }
    return d->type || sg_parser_unexpected(p, "a type");
}

/* [2][3], []. Only the first dimension may be left open; it is 0 then. */
static bool read_shape(struct sg_parser *p, struct sg_shape *shape)
{
    shape->count = 0;
    while (sg_parser_accept(p, '[')) {
        int64_t size = 0;
        uint32_t line = p->lex.token.line;
        bool open = p->lex.token.kind == ']' && shape->count == 0;
        if (shape->count == SG_DIMS_MAX)
            return sg_parser_fail(p, line, "More than %d array dimensions", SG_DIMS_MAX);
        if (!open && !sg_expression_integer(p, &size))
            return false;
        if (size < 0 || (uint64_t)size > BYTES_MAX)
            return sg_parser_fail(p, line, "Array size must not be negative");
        shape->dims[shape->count++] = (uint64_t)size;
        if (!sg_parser_expect(p, ']', "the array size"))
            return false;
    }
    return true;
}

/* Set size and alignment; a vector is one more, innermost dimension. */
static bool measure(struct sg_parser *p, const struct sg_declaration *d, struct sg_shape *shape, struct ptx_var *var)
{
    uint64_t bytes = ptx_type_bytes(d->type);
    uint64_t natural = bytes * (d->width ? d->width : 1);

    if (d->type == PTX_PRED)
        return sg_parser_fail(p, p->lex.token.line, "Variables of type .pred must be registers");
    if (d->width)
        shape->dims[shape->count++] = d->width;
    for (uint32_t i = 0; i < shape->count; i++)
        if (__builtin_mul_overflow(bytes, shape->dims[i], &bytes) || bytes > BYTES_MAX)
            return sg_parser_fail(p, p->lex.token.line, "Array is too large");
    var->space = d->space;
    var->type = d->type;
    var->visible = d->visible;
    var->external = d->external;
    var->linkage = d->linkage;
    var->managed = d->managed;
    var->opaque = d->opaque;
    var->align = d->align ? d->align : (uint32_t)natural;
    var->size = bytes;
    return true;
}

bool sg_variable_add(struct sg_parser *p, const struct ptx_var *var, struct sg_name name, uint32_t *index)
{
    if (sg_names_taken(&p->names, name, false))
        return sg_parser_fail(p, p->lex.token.line, "Duplicate definition of '%.*s'",
                              sg_parser_quote_length(name.length), name.text);
    struct ptx_var *slot = sg_vector_push(&p->vars, 1);
    if (!slot || !sg_names_declare(&p->names, name, SG_SYM_VAR, p->vars.count - 1, 0))
        return sg_parser_no_memory(p);
    *slot = *var;
    slot->name = sg_arena_text(p->arena, name.text, name.length);
    *index = p->vars.count - 1;
    return slot->name || sg_parser_no_memory(p);
}

/* `.extern` and its definition are one variable, whichever comes first. */
static bool merge_external(struct sg_parser *p, const struct ptx_var *var, struct sg_name name, bool *merged)
{
    struct sg_symbol *symbol = sg_names_find(&p->names, name);

    *merged = false;
    if (!symbol || symbol->kind != SG_SYM_VAR || symbol->depth != p->names.depth)
        return true;
    struct ptx_var *old = SG_AT(&p->vars, struct ptx_var, symbol->index);
    if (!old->external && !var->external)
        return true;
    *merged = true;
    if (old->space != var->space)
        return sg_parser_fail(p, p->lex.token.line, "'%s' is declared in two state spaces", old->name);
    if (old->external && !(var->external && var->size < old->size)) {
        const char *text = old->name;
        *old = *var;
        old->name = text;
    }
    return true;
}

/* x<4>: x0 x1 x2 x3. */
static bool add_members(struct sg_parser *p, const struct ptx_var *var, struct sg_name name)
{
    uint32_t count, index;
    char text[300];

    if (!sg_parser_number(p, MEMBERS_MAX, &count) || !sg_parser_expect(p, '>', "the number of variables"))
        return false;
    if (name.length > 256)
        return sg_parser_fail(p, p->lex.token.line, "Name of numbered variables is too long");
    for (uint32_t i = 0; i < count; i++) {
        int length = snprintf(text, sizeof text, "%.*s%u", (int)name.length, name.text, i);
        const char *kept = sg_arena_text(p->arena, text, (size_t)length);
        if (!kept)
            return sg_parser_no_memory(p);
        struct sg_name member = {kept, (uint32_t)length, sg_lex_hash(kept, (size_t)length)};
        if (!sg_variable_add(p, var, member, &index))
            return false;
    }
    return true;
}

static bool read_name(struct sg_parser *p, struct sg_name *name)
{
    if (p->lex.token.kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "a name");
    *name = sg_names_of(&p->lex.token);
    sg_lex_next(&p->lex);
    return true;
}

static bool declare_one(struct sg_parser *p, const struct sg_declaration *d)
{
    struct ptx_var var = {0};
    struct sg_shape shape;
    struct sg_name name;
    uint32_t index;
    bool merged = false;

    if (!read_name(p, &name))
        return false;
    bool members = sg_parser_accept(p, '<');
    shape.count = 0;
    if ((!members && !read_shape(p, &shape)) || !measure(p, d, &shape, &var))
        return false;
    if (members)
        return add_members(p, &var, name);
    if (p->lex.token.kind == '=') {
        if (d->external || (d->space != PTX_GLOBAL && d->space != PTX_CONST))
            return sg_parser_fail(p, p->lex.token.line, "'%.*s' cannot have an initial value",
                                  sg_parser_quote_length(name.length), name.text);
        sg_lex_next(&p->lex);
        if (!sg_initial_parse(p, &var, &shape))
            return false;
    } else if (var.size == 0 && !d->external && d->space != PTX_PARAM) {
        return sg_parser_fail(p, p->lex.token.line, "Array '%.*s' has no size", sg_parser_quote_length(name.length),
                              name.text);
    }
    if (!merge_external(p, &var, name, &merged) || merged)
        return p->result == 0;
    return sg_variable_add(p, &var, name, &index);
}

/* Legacy `.const[2]` banks: all banks are one space. */
static bool skip_bank(struct sg_parser *p)
{
    uint32_t bank;

    if (!sg_parser_accept(p, '['))
        return true;
    return p->lex.token.kind == ']' ? sg_parser_expect(p, ']', "the bank")
                                    : sg_parser_number(p, 10, &bank) && sg_parser_expect(p, ']', "the bank");
}

bool sg_variable_declare(struct sg_parser *p, struct sg_declaration *d)
{
    uint32_t line = p->lex.token.line;

    sg_lex_next(&p->lex);
    if (!p->in_body && (d->space == PTX_REG || d->space == PTX_PARAM || d->space == PTX_LOCAL))
        return sg_parser_fail(p, line, "Module-scoped variables in .reg, .param or .local are not allowed");
    if (!skip_bank(p) || !read_type(p, d))
        return false;
    do {
        if (!(d->space == PTX_REG ? sg_register_declare(p, d) : declare_one(p, d)))
            return false;
    } while (sg_parser_accept(p, ','));
    return sg_parser_expect(p, ';', "the declaration");
}

bool sg_variable_param(struct sg_parser *p, struct ptx_var *var, struct sg_name *name, uint8_t *reg_type)
{
    struct sg_declaration d = {0};
    struct sg_shape shape;

    if (p->lex.token.kind != SG_TOK_WORD || !sg_variable_space(&p->lex.token, &d.space) ||
        (d.space != PTX_PARAM && d.space != PTX_REG))
        return sg_parser_unexpected(p, ".param");
    sg_lex_next(&p->lex);
    if (!read_type(p, &d) || !read_name(p, name) || !read_shape(p, &shape))
        return false;
    *reg_type = PTX_NONE;
    if (d.space == PTX_REG) {
        *reg_type = d.type;
        d.space = PTX_PARAM;
        d.type = d.type == PTX_PRED ? PTX_B8 : d.type;
    }
    memset(var, 0, sizeof *var);
    if (name->length == 1 && name->text[0] == '_')
        name->length = 0;
    return measure(p, &d, &shape, var);
}
