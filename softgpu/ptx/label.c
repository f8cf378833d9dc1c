/* Labels and the scopes they live in. A label is known in the block that defines it and in the blocks inside it,
 * before and after the definition; a block inside may define the name anew. So uses wait until their block ends. */
#include "parser.h"

static bool duplicate(struct sg_parser *p, struct sg_name name, uint32_t line)
{
    return sg_parser_fail(p, line, "Duplicate definition of '%.*s'", sg_parser_quote_length(name.length), name.text);
}

bool sg_label_define(struct sg_parser *p, struct sg_name name, uint32_t line)
{
    if (sg_names_taken(&p->names, name, false))
        return duplicate(p, name, line);
    return sg_names_declare(&p->names, name, SG_SYM_LABEL, p->insns.count, 0) || sg_parser_no_memory(p);
}

bool sg_label_use(struct sg_parser *p, struct sg_name name, uint32_t line, bool in_list, uint32_t slot)
{
    struct sg_label_use *use = sg_vector_push(&p->uses, 1);

    if (!use)
        return sg_parser_no_memory(p);
    *use = (struct sg_label_use){name, line, slot, in_list};
    return true;
}

static bool read_target(struct sg_parser *p, bool is_call)
{
    struct sg_token t = p->lex.token;
    uint32_t *slot = sg_vector_push(&p->targets, 1);

    if (!slot)
        return sg_parser_no_memory(p);
    if (t.kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, is_call ? "a function" : "a label");
    sg_lex_next(&p->lex);
    if (!is_call)
        return sg_label_use(p, sg_names_of(&t), t.line, true, p->targets.count - 1);
    struct sg_symbol *symbol = sg_names_find(&p->names, sg_names_of(&t));
    if (!symbol || symbol->kind != SG_SYM_FUNC)
        return sg_parser_fail(p, t.line, "Unknown function '%.*s'", sg_parser_quote_length(t.length), t.text);
    *slot = symbol->index;
    return true;
}

/* list: .branchtargets a, b; list: .calltargets f, g; */
bool sg_label_targets(struct sg_parser *p, struct sg_name label, bool is_call)
{
    struct sg_list_span *span = sg_vector_push(&p->lists, 1);
    uint32_t index = p->lists.count - 1, first = p->targets.count;

    if (!span)
        return sg_parser_no_memory(p);
    do {
        if (!read_target(p, is_call))
            return false;
    } while (sg_parser_accept(p, ','));
    *span = (struct sg_list_span){first, p->targets.count - first, is_call};
    if (sg_names_taken(&p->names, label, false))
        return duplicate(p, label, p->lex.token.line);
    if (!sg_names_declare(&p->names, label, SG_SYM_TARGETS, index, 0))
        return sg_parser_no_memory(p);
    return sg_parser_expect(p, ';', "the target list");
}

bool sg_label_scope_enter(struct sg_parser *p)
{
    if (p->scope_count == SG_SCOPES_MAX)
        return sg_parser_fail(p, p->lex.token.line, "Blocks are nested deeper than %d", SG_SCOPES_MAX);
    p->scope_uses[p->scope_count++] = p->uses.count;
    sg_names_enter(&p->names);
    return true;
}

/* Resolve the uses that name a label of this scope; the others wait for the scope around it. */
bool sg_label_scope_leave(struct sg_parser *p, bool last)
{
    uint32_t first = p->scope_uses[--p->scope_count], kept = first;

    for (uint32_t i = first; i < p->uses.count; i++) {
        struct sg_label_use use = *SG_AT(&p->uses, struct sg_label_use, i);
        struct sg_symbol *symbol = sg_names_find(&p->names, use.name);
        if (symbol && symbol->kind == SG_SYM_LABEL && symbol->depth == p->names.depth) {
            if (use.in_list)
                *SG_AT(&p->targets, uint32_t, use.slot) = symbol->index;
            else
                SG_AT(&p->operands, struct ptx_operand, use.slot)->index = symbol->index;
        } else if (last) {
            return sg_parser_fail(p, use.line, "Label '%.*s' is not defined", sg_parser_quote_length(use.name.length),
                                  use.name.text);
        } else {
            *SG_AT(&p->uses, struct sg_label_use, kept++) = use;
        }
    }
    p->uses.count = kept;
    sg_names_leave(&p->names);
    return true;
}
