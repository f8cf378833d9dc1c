/* A module: its directives, from .version to the last function. The way in of the front end; see ptx.h. */
#include "parser.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION_MAJOR_MAX = 9 };

/* The version stands in the text as 7.8, which the lexer reads as one float: its text is taken apart here. */
static bool parse_version(struct sg_parser *p)
{
    const struct sg_token *t = &p->lex.token;
    uint32_t part[2] = {0, 0}, k = 0;

    if (t->kind != SG_TOK_F64)
        return sg_parser_unexpected(p, "a version such as 7.8");
    for (uint32_t i = 0; i < t->length; i++) {
        if (t->text[i] == '.' && k == 0)
            k = 1;
        else if (t->text[i] >= '0' && t->text[i] <= '9' && part[k] < 1000)
            part[k] = part[k] * 10 + (uint32_t)(t->text[i] - '0');
        else
            return sg_parser_unexpected(p, "a version such as 7.8");
    }
    if (part[0] < 1 || part[0] > VERSION_MAJOR_MAX) {
        sg_parser_fail(p, t->line, "Unsupported .version %.*s; softgpu reads PTX ISA 1.0 to %d.x", SG_TOKEN(p),
                       VERSION_MAJOR_MAX);
        p->result = SG_RESULT_UNSUPPORTED_VERSION;
        return false;
    }
    p->module->version_major = part[0];
    p->module->version_minor = part[1];
    sg_lex_next(&p->lex);
    return true;
}

static bool parse_sm(struct sg_parser *p)
{
    const struct sg_token *t = &p->lex.token;
    bool virtual = t->text[0] == 'c';
    uint32_t number = 0, first = virtual ? 8 : 3, i = first;

    for (; i < t->length && t->text[i] >= '0' && t->text[i] <= '9' && number < 1000; i++)
        number = number * 10 + (uint32_t)(t->text[i] - '0');
    bool suffix = i + 1 == t->length && (t->text[i] == 'a' || t->text[i] == 'f');
    if (i == first || (i != t->length && !suffix))
        return sg_parser_unexpected(p, "a target such as sm_75");
    p->module->target_sm = number;
    return true;
}

/* .target sm_75, texmode_independent, debug. What map_f64_to_f32 would change is refused where it stands. */
static bool parse_target(struct sg_parser *p)
{
    static const char *const options[] = {"texmode_unified", "texmode_independent", "debug", "map_f64_to_f32"};

    do {
        const struct sg_token *t = &p->lex.token;
        bool known = false;
        for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
            known |= sg_lex_is(t, options[i]);
        p->module->maps_f64 |= sg_lex_is(t, "map_f64_to_f32");
        if (t->kind != SG_TOK_IDENT)
            return sg_parser_unexpected(p, "a target such as sm_75");
        if ((t->length > 3 && memcmp(t->text, "sm_", 3) == 0) ||
            (t->length > 8 && memcmp(t->text, "compute_", 8) == 0)) {
            if (!parse_sm(p))
                return false;
        } else if (!known) {
            return sg_parser_fail(p, t->line, "Target option '%.*s' is not supported by softgpu", SG_TOKEN(p));
        }
        sg_lex_next(&p->lex);
    } while (sg_parser_accept(p, ','));
    return true;
}

static bool parse_address_size(struct sg_parser *p)
{
    uint32_t line = p->lex.token.line, bits;

    if (!sg_parser_number(p, 64, &bits))
        return false;
    if (bits != 64)
        return sg_parser_fail(p, line, "Unsupported .address_size %u; softgpu has 64-bit addresses only", bits);
    return true;
}

static bool find_function(struct sg_parser *p, uint32_t *index)
{
    const struct sg_token *t = &p->lex.token;
    struct sg_symbol *symbol = t->kind == SG_TOK_IDENT ? sg_names_find(&p->names, sg_names_of(t)) : NULL;

    if (!symbol || symbol->kind != SG_SYM_FUNC)
        return sg_parser_fail(p, t->line, "Unknown function '%.*s' in .alias", SG_TOKEN(p));
    *index = symbol->index;
    sg_lex_next(&p->lex);
    return true;
}

/* .alias name, function; The calls are redirected at the end of the module, when the function may have its body. */
static bool parse_alias(struct sg_parser *p)
{
    uint32_t pair[2];

    if (!find_function(p, &pair[0]) || !sg_parser_expect(p, ',', "the name of .alias") || !find_function(p, &pair[1]) ||
        !sg_parser_expect(p, ';', ".alias"))
        return false;
    uint32_t *entry = sg_vector_push(&p->aliases, 1);
    if (!entry)
        return sg_parser_no_memory(p);
    memcpy(entry, pair, sizeof pair);
    return true;
}

/* The words before a declaration. Of several the first one counts. */
static uint8_t read_linkage(struct sg_parser *p)
{
    static const struct {
        const char *word;
        uint8_t linkage;
    } words[] = {{".visible", PTX_LINK_VISIBLE},
                 {".weak", PTX_LINK_WEAK},
                 {".extern", PTX_LINK_EXTERN},
                 {".common", PTX_LINK_COMMON}};
    uint8_t found = PTX_LINK_LOCAL;
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (sg_parser_accept_word(p, words[i].word)) {
                found = found ? found : words[i].linkage;
                more = true;
            }
    }
    return found;
}

/* What may follow a linkage: a function or a variable. */
static bool parse_declaration(struct sg_parser *p)
{
    struct sg_declaration d = {0};

    d.linkage = read_linkage(p);
    d.external = d.linkage == PTX_LINK_EXTERN;
    d.visible = d.linkage > PTX_LINK_EXTERN;
    if (sg_parser_accept_word(p, ".entry"))
        return sg_function_parse(p, true, d.linkage);
    if (sg_parser_accept_word(p, ".func"))
        return sg_function_parse(p, false, d.linkage);
    if (p->lex.token.kind == SG_TOK_WORD && sg_variable_space(&p->lex.token, &d.space))
        return sg_variable_declare(p, &d);
    if (p->lex.token.kind == SG_TOK_WORD)
        return sg_parser_fail(p, p->lex.token.line, "Unknown directive '%.*s'", SG_TOKEN(p));
    return sg_parser_unexpected(p, "a directive");
}

static bool parse_directive(struct sg_parser *p)
{
    bool skipped = false;

    if (!sg_debug_skip(p, &skipped) || skipped)
        return p->result == 0;
    if (sg_parser_accept_word(p, ".version"))
        return parse_version(p);
    if (sg_parser_accept_word(p, ".target"))
        return parse_target(p);
    if (sg_parser_accept_word(p, ".address_size"))
        return parse_address_size(p);
    if (sg_parser_accept_word(p, ".alias"))
        return parse_alias(p);
    return parse_declaration(p);
}

static bool parse_text(struct sg_parser *p)
{
    sg_lex_next(&p->lex);
    if (p->lex.token.kind != SG_TOK_WORD || !sg_lex_is(&p->lex.token, ".version"))
        return sg_parser_fail(p, p->lex.token.line, "Missing .version directive at start of the module");
    while (p->lex.token.kind != SG_TOK_END)
        if (!parse_directive(p))
            return false;
    if (!p->result && !p->module->target_sm)
        return sg_parser_fail(p, p->lex.token.line, "Missing .target directive");
    return p->result == 0;
}

/* Follow an alias to the function that has the body; a ring of aliases ends after as many steps as there are. */
static uint32_t alias_target(const struct sg_parser *p, const uint32_t *map, uint32_t function)
{
    for (uint32_t i = 0; i < p->aliases.count && map[function] != function; i++)
        function = map[function];
    return function;
}

static bool apply_aliases(struct sg_parser *p)
{
    struct ptx_module *module = p->module;
    uint32_t *map = p->aliases.count ? calloc(module->function_count, sizeof *map) : NULL;

    if (!p->aliases.count)
        return true;
    if (!map)
        return sg_parser_no_memory(p);
    p->alias_map = map;
    for (uint32_t i = 0; i < module->function_count; i++)
        map[i] = i;
    for (uint32_t i = 0; i < p->aliases.count; i++)
        map[SG_AT(&p->aliases, uint32_t, 2 * i)[0]] = SG_AT(&p->aliases, uint32_t, 2 * i)[1];
    for (uint32_t i = 0; i < module->function_count; i++)
        map[i] = alias_target(p, map, i);
    for (uint32_t i = 0; i < module->function_count; i++)
        for (uint32_t k = 0; k < module->functions[i].operand_count; k++)
            if (module->functions[i].operands[k].kind == PTX_OPD_FUNC)
                module->functions[i].operands[k].index = map[module->functions[i].operands[k].index];
    for (uint32_t i = 0; i < module->var_count; i++)
        for (uint32_t k = 0; k < module->vars[i].reloc_count; k++)
            if (module->vars[i].relocs[k].is_function)
                module->vars[i].relocs[k].index = map[module->vars[i].relocs[k].index];
    return true;
}

/* Room for those of bodies that are still to be read: the arrays of a program do not move once they are used. Memory
 * that nobody touches costs nothing. */
static struct ptx_var *outline_vars(struct sg_parser *p)
{
    enum { DECLARATION_CHARACTERS = 16 };   /* at least */
    size_t room = 2 * (size_t)p->vars.count + p->passed_over / DECLARATION_CHARACTERS;   /* parameters come again */
    struct ptx_var *vars = calloc(room + 1, sizeof *vars);

    if (!vars)
        return NULL;
    if (p->vars.count)
        memcpy(vars, p->vars.data, p->vars.count * sizeof *vars);
    p->module->var_room = (uint32_t)room;
    return vars;
}

static bool finish_module(struct sg_parser *p)
{
    struct ptx_module *module = p->module;

    module->vars = p->outlines ? outline_vars(p)
                               : sg_arena_copy(p->arena, p->vars.data, p->vars.count * sizeof(struct ptx_var));
    module->functions = sg_arena_copy(p->arena, p->functions.data, p->functions.count * sizeof(struct ptx_function));
    if (!module->vars || !module->functions)
        return sg_parser_no_memory(p);
    module->var_count = p->vars.count;
    module->function_count = p->functions.count;
    return apply_aliases(p);
}

static bool prepare(struct sg_parser *p, size_t size)
{
    p->vars.item = sizeof(struct ptx_var);
    p->functions.item = sizeof(struct ptx_function);
    p->relocs.item = sizeof(struct ptx_reloc);
    p->bytes.item = 1;
    p->aliases.item = 2 * sizeof(uint32_t);
    p->insns.item = sizeof(struct ptx_insn);
    p->operands.item = sizeof(struct ptx_operand);
    p->regs.item = sizeof(struct ptx_reg);
    p->targets.item = sizeof(uint32_t);
    p->lists.item = sizeof(struct sg_list_span);
    p->protos.item = sizeof(struct ptx_proto);
    p->uses.item = sizeof(struct sg_label_use);
    p->params.item = sizeof(struct ptx_param);
    p->register_params.item = sizeof(struct sg_register_param);
    p->memo.entries.item = sizeof(struct sg_template);
    p->headers.item = sizeof(struct sg_header);
    p->arena = sg_arena_create(((size_t)256 << 20) + size * 128);
    p->module = p->arena ? sg_arena_alloc(p->arena, sizeof *p->module) : NULL;
    return p->module && sg_names_init(&p->names) && sg_special_declare(&p->names);
}

static void release(struct sg_parser *p)
{
    struct sg_vector *vectors[] = {&p->vars,    &p->functions,       &p->relocs,       &p->bytes,
                                   &p->aliases, &p->insns,           &p->operands,     &p->regs,
                                   &p->targets, &p->lists,           &p->protos,       &p->uses,
                                   &p->params,  &p->register_params, &p->memo.entries, &p->headers};

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        sg_vector_free(vectors[i]);
    free(p->memo.slots);
    free(p->alias_map);
    sg_names_free(&p->names);
    free(p->text);
    free(p);
}

/* An outline keeps its parser, for what is still to be read. */
static int finish(struct sg_parser *p, struct ptx_module **out)
{
    int result = p->result;

    if (result) {
        if (p->module && p->module->var_room)
            free(p->module->vars);
        sg_arena_destroy(p->arena);
        release(p);
        return result;
    }
    *out = p->module;
    p->module->arena = p->arena;
    if (p->outlines)
        p->module->parser = p;
    else
        release(p);
    return 0;
}

/* A NUL ends the text, as for cuModuleLoadData, whose callers pass a C string. */
static int parse(const char *text, size_t size, bool outlines, struct ptx_log *log, struct ptx_module **out)
{
    struct sg_parser *p = calloc(1, sizeof *p);
    size_t length = strnlen(text, size);
    char *copy = length <= SG_TEXT_MAX ? malloc(length + SG_LEX_PAD) : NULL;

    if (!p || !copy) {
        free(copy);
        free(p);
        return SG_RESULT_OUT_OF_MEMORY;
    }
    memcpy(copy, text, length);
    memset(copy + length, 0, SG_LEX_PAD);
    p->text = copy;
    p->outlines = outlines;
    p->log = log;
    p->lex.at = copy;
    p->lex.line = 1;
    if (!prepare(p, length))
        sg_parser_no_memory(p);
    else if (parse_text(p))
        (void)finish_module(p);
    return finish(p, out);
}

int sg_ptx_parse(const char *text, size_t size, struct ptx_log *log, struct ptx_module **out)
{
    return parse(text, size, false, log, out);
}

int sg_ptx_parse_outline(const char *text, size_t size, struct ptx_log *log, struct ptx_module **out)
{
    return parse(text, size, true, log, out);
}

void sg_ptx_free(struct ptx_module *module)
{
    if (!module)
        return;
    if (module->parser) {
        free(module->vars);
        release(module->parser);
    }
    sg_arena_destroy(module->arena);
}
