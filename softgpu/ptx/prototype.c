/* .callprototype: the signature of an indirect call (PTX ISA 11.6.3). */
#include "parser.h"

/* Parameters in parentheses; they are described, not declared. `_` and names are alike. */
static bool read_list(struct sg_parser *p, struct ptx_var **out, uint32_t *count)
{
    struct sg_vector list = {.item = sizeof(struct ptx_var)};
    bool ok = true;

    sg_lex_next(&p->lex);
    while (ok && p->lex.token.kind != ')') {
        struct ptx_var var;
        struct sg_name name;
        uint8_t reg_type;
        ok = sg_variable_param(p, &var, &name, &reg_type) &&
             (p->lex.token.kind == ')' || sg_parser_expect(p, ',', "the parameter"));
        struct ptx_var *slot = ok ? sg_vector_push(&list, 1) : NULL;
        if (ok && !slot)
            ok = sg_parser_no_memory(p);
        if (slot) {
            *slot = var;
            slot->name = "_";
        }
    }
    if (ok) {
        sg_lex_next(&p->lex);
        *count = list.count;
        *out = sg_arena_copy(p->arena, list.data, list.count * sizeof **out);
        ok = *out || sg_parser_no_memory(p);
    }
    sg_vector_free(&list);
    return ok;
}

/* prototype_0 : .callprototype (.param .b32 _) _ (.param .b64 _, ...) .noreturn; */
bool sg_prototype_parse(struct sg_parser *p, struct sg_name label)
{
    struct ptx_proto proto = {0};

    if (p->lex.token.kind == '(' && !read_list(p, &proto.results, &proto.result_count))
        return false;
    if (p->lex.token.kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "'_' in .callprototype");
    sg_lex_next(&p->lex);
    if (p->lex.token.kind == '(' && !read_list(p, &proto.params, &proto.param_count))
        return false;
    while (p->lex.token.kind == SG_TOK_WORD) {
        bool number = sg_lex_is(&p->lex.token, ".abi_preserve") || sg_lex_is(&p->lex.token, ".abi_preserve_control");
        uint32_t ignored;
        if (!number && !sg_lex_is(&p->lex.token, ".noreturn"))
            return sg_parser_unexpected(p, ".noreturn or ';'");
        sg_lex_next(&p->lex);
        if (number && !sg_parser_number(p, INT32_MAX, &ignored))
            return false;
    }
    if (proto.result_count)
        proto.result_bytes[0] = (uint32_t)proto.results[0].size;
    struct ptx_proto *slot = sg_vector_push(&p->protos, 1);
    if (!slot)
        return sg_parser_no_memory(p);
    *slot = proto;
    if (sg_names_taken(&p->names, label, false))
        return sg_parser_fail(p, p->lex.token.line, "Duplicate definition of '%.*s'",
                              sg_parser_quote_length(label.length), label.text);
    if (!sg_names_declare(&p->names, label, SG_SYM_PROTO, p->protos.count - 1, 0))
        return sg_parser_no_memory(p);
    return sg_parser_expect(p, ';', ".callprototype");
}
