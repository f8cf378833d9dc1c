/* One instruction: its name (decoded once and remembered), its operands, its place in the function. */
#include "family.h"
#include "parser.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 256, NAME_MAX_BYTES = 256 };

static struct sg_template *entry(const struct sg_memo *memo, uint32_t i)
{
    return SG_AT(&memo->entries, struct sg_template, i);
}

/* Open addressing; a slot holds an entry's number plus one. Returns the slot of the name, or the empty one for it. */
static uint32_t *find_slot(const struct sg_memo *memo, const struct sg_token *name)
{
    uint32_t i = (name->hash ^ name->hash >> 15) & memo->mask;

    for (; memo->slots[i]; i = (i + 1) & memo->mask) {
        const struct sg_template *t = entry(memo, memo->slots[i] - 1);
        if (t->hash == name->hash && t->length == name->length && memcmp(t->text, name->text, name->length) == 0)
            break;
    }
    return &memo->slots[i];
}

static bool grow(struct sg_memo *memo)
{
    uint32_t count = memo->slots ? (memo->mask + 1) * 2 : SLOTS_FIRST;
    uint32_t *slots = calloc(count, sizeof *slots);

    if (!slots)
        return false;
    free(memo->slots);
    memo->slots = slots;
    memo->mask = count - 1;
    for (uint32_t k = 0; k < memo->entries.count; k++) {
        uint32_t i = (entry(memo, k)->hash ^ entry(memo, k)->hash >> 15) & memo->mask;
        while (memo->slots[i])
            i = (i + 1) & memo->mask;
        memo->slots[i] = k + 1;
    }
    return true;
}

static const struct sg_template *add_template(struct sg_parser *p, const struct sg_token *name)
{
    struct sg_memo *memo = &p->memo;
    struct sg_template t;

    memset(&t, 0, sizeof t);
    if (name->length >= NAME_MAX_BYTES) {
        sg_parser_fail(p, name->line, "Unknown instruction '%.*s'", sg_parser_quote_length(name->length), name->text);
        return NULL;
    }
    if (!sg_modifier_decode(p, name, &t))
        return NULL;
    t.text = t.insn.name = sg_arena_text(p->arena, name->text, name->length);
    t.length = name->length;
    t.hash = name->hash;
    struct sg_template *slot = t.text ? sg_vector_push(&memo->entries, 1) : NULL;
    if (!slot || (memo->entries.count * 2 > memo->mask && !grow(memo))) {
        sg_parser_no_memory(p);
        return NULL;
    }
    *slot = t;
    *find_slot(memo, name) = memo->entries.count;
    return slot;
}

/* "ld .global .u32": modifiers may stand apart. They are joined in `joined`, which becomes the token's text. */
static bool join_name(struct sg_parser *p, char *joined)
{
    struct sg_token *t = &p->lex.token;
    uint32_t used = 0, line = t->line;

    for (;;) {
        if (used + t->length >= NAME_MAX_BYTES)
            return sg_parser_fail(p, line, "Unknown instruction '%.*s'", SG_TOKEN(p));
        memcpy(joined + used, t->text, t->length);
        used += t->length;
        if (sg_lex_peek(&p->lex) != '.')
            break;
        sg_lex_next(&p->lex);
        if (t->kind != SG_TOK_WORD)
            return sg_parser_unexpected(p, "a modifier");
        sg_lex_extend(&p->lex);
    }
    t->text = joined;
    t->length = used;
    t->hash = sg_lex_hash(joined, used);
    t->line = line;
    return true;
}

const struct sg_template *sg_instruction_template(struct sg_parser *p)
{
    char joined[NAME_MAX_BYTES];

    sg_lex_extend(&p->lex);
    if (sg_lex_peek(&p->lex) == '.' && !join_name(p, joined))
        return NULL;
    struct sg_token name = p->lex.token;
    if (!p->memo.slots && !grow(&p->memo)) {
        sg_parser_no_memory(p);
        return NULL;
    }
    uint32_t slot = *find_slot(&p->memo, &name);
    const struct sg_template *t = slot ? entry(&p->memo, slot - 1) : add_template(p, &name);
    sg_lex_next(&p->lex);
    return p->result ? NULL : t;
}

/* a, b|c, d ; */
static bool read_operands(struct sg_parser *p, const struct sg_template *t, struct ptx_insn *insn,
                          struct ptx_operand *operands)
{
    uint8_t n = 0;

    while (p->lex.token.kind != ';') {
        if (n == SG_OPERANDS_MAX)
            return sg_parser_fail(p, insn->line, "Too many operands for instruction '%s'", insn->name);
        bool place = p->lex.token.kind == '[' && sg_sampling_is(insn->op);
        if (place ? !sg_sampling_read(p, t, operands, &n) : !sg_operand_parse(p, t, &operands[n++]))
            return false;
        if (n == 1 && p->lex.token.kind == '|') {
            insn->pair = true;
            sg_lex_next(&p->lex);
            continue;
        }
        if (p->lex.token.kind == ';')
            break;
        if (!sg_parser_accept(p, ','))
            return sg_parser_unexpected(p, "',' or ';' after the operand");
        if (p->lex.token.kind == ';')
            return sg_parser_unexpected(p, "an operand after ','");
    }
    if (t->cache_hint && n)
        n--;
    insn->operand_count = n;
    return true;
}

/* As many results and arguments as the function or prototype has. */
static bool check_signature(struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands)
{
    uint32_t results = operands[0].count, params = operands[2].count;

    if (operands[1].kind == PTX_OPD_FUNC) {
        const struct ptx_function *f = SG_AT(&p->functions, struct ptx_function, operands[1].index);
        results = f->result_count;
        params = f->param_count;
    } else if (operands[3].kind == PTX_OPD_PROTO) {
        const struct ptx_proto *proto = SG_AT(&p->protos, struct ptx_proto, operands[3].index);
        results = proto->result_count;
        params = proto->param_count;
    }
    return (results == operands[0].count && params == operands[2].count) ||
           sg_parser_fail(p, insn->line, "Call has wrong number of parameters");
}

/* (results), target, (arguments), prototype: lists that are not written are put in as empty ones. */
static bool arrange_call(struct sg_parser *p, struct ptx_insn *insn, struct ptx_operand *operands)
{
    struct ptx_operand in[SG_OPERANDS_MAX] = {{0}};
    uint8_t n = insn->operand_count, k = 0;

    memcpy(in, operands, n * sizeof *in);
    memset(operands, 0, 4 * sizeof *operands);
    operands[0].kind = operands[2].kind = PTX_OPD_LIST;
    if (k < n && in[k].kind == PTX_OPD_LIST)
        operands[0] = in[k++];
    bool target = k < n && (in[k].kind == PTX_OPD_FUNC || (in[k].kind == PTX_OPD_REG && !in[k].mem && !in[k].negated));
    if (target)
        operands[1] = in[k++];
    if (k < n && in[k].kind == PTX_OPD_LIST)
        operands[2] = in[k++];
    insn->operand_count = 3;
    if (k < n && (in[k].kind == PTX_OPD_PROTO || in[k].kind == PTX_OPD_TARGETS)) {
        operands[3] = in[k++];
        insn->operand_count = 4;
    }
    if (!target || k != n || insn->pair)
        return sg_parser_fail(p, insn->line, "Arguments mismatch for instruction '%s'", insn->name);
    if (operands[1].kind == PTX_OPD_REG && insn->operand_count == 3)
        return sg_parser_fail(p, insn->line, "Indirect call without .callprototype or .calltargets");
    return check_signature(p, insn, operands);
}

/* Labels are looked up when their block ends: note where the operand went. */
static bool note_labels(struct sg_parser *p, const struct ptx_insn *insn, struct sg_name label)
{
    for (uint32_t i = 0; i < insn->operand_count; i++)
        if (SG_AT(&p->operands, struct ptx_operand, insn->operands + i)->kind == PTX_OPD_LABEL)
            return sg_label_use(p, label, insn->line, false, insn->operands + i);
    return true;
}

bool sg_instruction_parse(struct sg_parser *p, int32_t guard, bool negated)
{
    struct ptx_operand operands[SG_OPERANDS_MAX];
    uint32_t line = p->lex.token.line;

    if (p->lex.token.kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "an instruction");
    const struct sg_template *t = sg_instruction_template(p);
    if (!t)
        return false;
    struct ptx_insn insn = t->insn;
    struct sg_name label = sg_names_of(&p->lex.token);
    insn.guard = guard;
    insn.guard_negated = negated;
    insn.line = line;
    insn.used_bytes = insn.op == PTX_LD || insn.op == PTX_LDU ? p->used_bytes : UINT32_MAX;
    p->used_bytes = UINT32_MAX;
    if (!read_operands(p, t, &insn, operands))
        return false;
    if (!(insn.op == PTX_CALL ? arrange_call(p, &insn, operands) : sg_check_operands(p, &insn, operands)))
        return false;
    if (insn.op == PTX_RET && !sg_register_copy_params(p, true, &insn))
        return false;
    if (!sg_operand_push(p, operands, insn.operand_count, &insn.operands) || !note_labels(p, &insn, label))
        return false;
    struct ptx_insn *slot = sg_vector_push(&p->insns, 1);
    if (!slot)
        return sg_parser_no_memory(p);
    *slot = insn;
    sg_lex_next(&p->lex);
    return p->result == 0;
}

size_t sg_ptx_print(const struct ptx_insn *insn, char *buffer, size_t size)
{
    size_t length = strlen(insn->name), copied = length < size ? length : size - 1;

    if (size) {
        memcpy(buffer, insn->name, copied);
        buffer[copied] = 0;
    }
    return length;
}
