/* Bodies that were passed over at first, read one by one when they are needed; see ptx.h.
 *
 * The parser that read the module's outline is kept with it: it knows the names of the module, and goes back to where
 * the entry begins. Parameters are read a second time, and are new variables behind those that there were. */
#include "parser.h"

#include <string.h>

static const struct sg_header *find_header(const struct sg_parser *p, uint32_t function)
{
    for (uint32_t i = 0; i < p->headers.count; i++)
        if (SG_AT(&p->headers, struct sg_header, i)->function == function)
            return SG_AT(&p->headers, struct sg_header, i);
    return NULL;
}

static bool read_again(struct sg_parser *p, const struct sg_header *header, struct ptx_log *log)
{
    struct ptx_function *slot = SG_AT(&p->functions, struct ptx_function, header->function);

    p->log = log;
    p->result = 0;
    p->outlines = false;
    p->lex = header->at;
    slot->has_body = slot->is_outline = false;
    slot->line = 0;      /* there is nothing that it has to agree with */
    return sg_function_parse(p, true, header->linkage);
}

/* As if nothing had been read of it. */
static void forget(struct sg_parser *p, const struct ptx_function *before, uint32_t function, uint32_t vars)
{
    while (p->names.depth)
        sg_names_leave(&p->names);
    p->in_body = false;
    p->vars.count = vars;
    *SG_AT(&p->functions, struct ptx_function, function) = *before;
}

static void keep(struct sg_parser *p, struct ptx_module *module, uint32_t function)
{
    struct ptx_function *f = SG_AT(&p->functions, struct ptx_function, function);
    uint32_t first = module->var_count;

    for (uint32_t k = 0; k < f->operand_count && p->alias_map; k++)
        if (f->operands[k].kind == PTX_OPD_FUNC)
            f->operands[k].index = p->alias_map[f->operands[k].index];
    if (p->vars.count > first)
        memcpy(module->vars + first, SG_AT(&p->vars, struct ptx_var, first),
               (p->vars.count - first) * sizeof *module->vars);
    module->functions[function] = *f;
    module->var_count = p->vars.count;
}

int sg_ptx_complete(struct ptx_module *module, uint32_t function, struct ptx_log *log)
{
    struct sg_parser *p = module->parser;
    const struct sg_header *header = p ? find_header(p, function) : NULL;

    if (!header || !module->functions[function].is_outline)
        return 0;
    struct ptx_function before = *SG_AT(&p->functions, struct ptx_function, function);
    if (read_again(p, header, log) && p->vars.count > module->var_room)
        sg_parser_no_memory(p);
    if (p->result)
        forget(p, &before, function, module->var_count);
    else
        keep(p, module, function);
    p->log = NULL;
    return p->result;
}
