/* A test's view of the PTX front end: reads texts from stdin (4 bytes of length, then the text, as often as wanted)
 * and writes for each its result code, the log, and if it parsed a listing, ended by a line "end". Knows nothing of
 * execution.
 *
 * Each index that a module holds is followed here, so under a sanitizer a wrong one ends the program. */
#include "../../softgpu/ptx/matrix.h"
#include "../../softgpu/ptx/video.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const types[PTX_TYPE_COUNT] = {
    "none",  "pred", "b8",  "b16", "b32", "b64",   "b128", "u8",     "u16",    "u32",    "u64",
    "s8",    "s16",  "s32", "s64", "f16", "bf16",  "f32",  "f64",    "f16x2",  "bf16x2", "u16x2",
    "s16x2", "u2",   "s2",  "u4",  "s4",  "f32x2", "tf32", "e4m3x2", "e5m2x2",
};
static const char *const spaces[] = {"generic", "reg", "global", "shared", "local", "const", "param"};
static const char *const opcodes[PTX_ALL_COUNT] = {
#define X(name, text) [PTX_##name] = #name,
#include "../../softgpu/ptx/opcodes.def"
#include "../../softgpu/ptx/matrix.def"
#include "../../softgpu/ptx/video.def"
#undef X
};

static const struct ptx_module *module;
static const struct ptx_function *function;

/* The variable behind a parameter that is unnamed or in a register has no name that a text could spell. */
static const char *name_of(const struct ptx_var *var)
{
    return var->name[0] ? var->name : "~";
}

static void print_register(uint32_t index)
{
    const struct ptx_reg *reg = &function->regs[index];

    if (reg->number >= 0)
        printf("%s%d", reg->name, reg->number);
    else
        printf("%s", reg->name);
}

static void print_scalar(const struct ptx_operand *o)
{
    switch (o->kind) {
    case PTX_OPD_REG: print_register(o->index); break;
    case PTX_OPD_INT: printf("%" PRId64, o->value); break;
    case PTX_OPD_F32: printf("0f%08" PRIX64, (uint64_t)o->value); break;
    case PTX_OPD_F64: printf("0d%016" PRIX64, (uint64_t)o->value); break;
    case PTX_OPD_VAR: printf("%s", name_of(&module->vars[o->index])); break;
    case PTX_OPD_SREG: printf("sreg%u.%u", o->index, o->component); break;
    case PTX_OPD_LABEL: printf("->%u", o->index); break;
    case PTX_OPD_FUNC: printf("&%s", module->functions[o->index].name); break;
    case PTX_OPD_PROTO: printf("proto%u", o->index); break;
    case PTX_OPD_SINK: printf("_"); break;
    default: printf("?"); break;
    }
    if (o->kind == PTX_OPD_REG && !o->mem && o->value) {
        printf(".%c", sg_video_bits(o->value) == 8 ? 'b' : 'h');
        for (unsigned k = sg_video_count(o->value); k > 0; k--)
            printf("%u", sg_video_digit(o->value, k - 1));
    } else if ((o->kind == PTX_OPD_VAR || o->kind == PTX_OPD_REG) && o->value) {
        printf("%+" PRId64, o->value);
    }
}

static void print_targets(const struct ptx_target_list *list)
{
    printf(list->is_call ? "calls" : "targets");
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->is_call)
            printf(":%s", module->functions[list->targets[i]].name);
        else
            printf(":%u", list->targets[i]);
    }
}

static void print_operand(const struct ptx_operand *o)
{
    bool group = o->kind == PTX_OPD_VEC || o->kind == PTX_OPD_LIST;

    printf("%s%s", o->negated ? "!" : "", o->mem ? "[" : "");
    if (group)
        putchar(o->kind == PTX_OPD_VEC ? '{' : '(');
    for (uint32_t i = 0; group && i < o->count; i++) {
        printf(i ? "," : "");
        print_scalar(&function->operands[o->first + i]);
    }
    if (group)
        putchar(o->kind == PTX_OPD_VEC ? '}' : ')');
    else if (o->kind == PTX_OPD_TARGETS)
        print_targets(&function->target_lists[o->index]);
    else
        print_scalar(o);
    printf(o->mem ? "]" : "");
}

static void print_modifiers(const struct ptx_mods *m)
{
    const struct {
        const char *name;
        unsigned value;
    } fields[] = {
        {"round", m->round},       {"half", m->half},     {"cmp", m->cmp},
        {"boolop", m->boolop},     {"atom", m->atom},     {"mode", m->mode},
        {"sem", m->sem},           {"scope", m->scope},   {"vec", m->vec},
        {"ftz", m->ftz},           {"sat", m->sat},       {"approx", m->approx},
        {"full", m->full},         {"cc", m->cc},         {"uni", m->uni},
        {"sync", m->sync},         {"to", m->to},         {"nc", m->nc},
        {"wrap", m->wrap},         {"clamp", m->clamp},   {"shiftamt", m->shiftamt},
        {"aligned", m->aligned},   {"relu", m->relu},     {"satfinite", m->satfinite},
        {"noftz", m->noftz},       {"nan", m->nan},       {"xorsign_abs", m->xorsign_abs},
        {"geometry", m->geometry}, {"mip", m->mip},       {"component", m->component},
        {"query", m->query},       {"bounds", m->bounds},
    };

    if (m->space)
        printf(" space=%s", spaces[m->space]);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i].value)
            printf(" %s=%u", fields[i].name, fields[i].value);
}

/* Those of a matrix; returns the others. */
static struct ptx_mods print_matrix(const struct ptx_insn *insn)
{
    const struct {
        const char *name;
        unsigned value;
    } fields[] = {
        {"shape", sg_matrix_shape(insn)},  {"layout", sg_matrix_layout(insn)}, {"layout_b", sg_matrix_layout_b(insn)},
        {"matrix", sg_matrix_named(insn)}, {"count", sg_matrix_count(insn)},   {"trans", sg_matrix_transposes(insn)},
    };
    struct ptx_mods rest = insn->mods;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i].value)
            printf(" %s=%u", fields[i].name, fields[i].value);
    rest.geometry = rest.mip = rest.bounds = rest.component = rest.vec = 0;
    rest.to = false;
    return rest;
}

/* insn <line> <name> | <operands> | <opcode, types, modifiers> */
static void print_instruction(const struct ptx_insn *insn)
{
    char name[128];

    (void)sg_ptx_print(insn, name, sizeof name);
    printf("  insn %u ", insn->line);
    if (insn->guard >= 0) {
        printf(insn->guard_negated ? "@!" : "@");
        print_register((uint32_t)insn->guard);
        putchar(' ');
    }
    printf("%s |", name);
    for (uint32_t i = 0; i < insn->operand_count; i++) {
        putchar(' ');
        print_operand(&function->operands[insn->operands + i]);
    }
    printf(" | %s", opcodes[insn->op]);
    for (uint32_t i = 0; i < insn->type_count; i++)
        printf(".%s", types[insn->types[i]]);
    struct ptx_mods mods = sg_matrix_is(insn->op) ? print_matrix(insn) : insn->mods;
    print_modifiers(&mods);
    printf(insn->pair ? " pair\n" : "\n");
}

static void print_params(const char *label, const struct ptx_param *params, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct ptx_var *var = &module->vars[params[i].var];
        printf("  %s %s %s offset=%u size=%" PRIu64 " align=%u\n", label, name_of(var), types[var->type],
               params[i].offset, var->size, var->align);
    }
}

static void print_function(void)
{
    const struct ptx_function *f = function;

    printf("%s %s line=%u%s%s%s", f->is_entry ? "entry" : "func", f->name, f->line, f->has_body ? " body" : "",
           f->visible ? " visible" : "", f->noreturn ? " noreturn" : "");
    if (f->is_entry)
        printf(" bytes=%u", f->param_bytes);
    if (f->maxntid[0])
        printf(" maxntid=%ux%ux%u", f->maxntid[0], f->maxntid[1], f->maxntid[2]);
    if (f->reqntid[0])
        printf(" reqntid=%ux%ux%u", f->reqntid[0], f->reqntid[1], f->reqntid[2]);
    if (f->reqnctapercluster[0])
        printf(" cluster=%ux%ux%u", f->reqnctapercluster[0], f->reqnctapercluster[1], f->reqnctapercluster[2]);
    if (f->minnctapersm || f->maxnreg)
        printf(" minnctapersm=%u maxnreg=%u", f->minnctapersm, f->maxnreg);
    putchar('\n');
    print_params("result", f->results, f->result_count);
    print_params("param", f->params, f->param_count);
    for (uint32_t i = 0; i < f->proto_count; i++)
        printf("  proto%u results=%u params=%u result_bytes=%u\n", i, f->protos[i].result_count,
               f->protos[i].param_count, f->protos[i].result_bytes[0]);
    for (uint32_t i = 0; i < f->insn_count; i++)
        print_instruction(&f->insns[i]);
}

static void print_variable(const struct ptx_var *var)
{
    printf("var %s %s %s size=%" PRIu64 " align=%u%s%s%s", name_of(var), spaces[var->space], types[var->type],
           var->size, var->align, var->visible ? " visible" : "", var->external ? " external" : "",
           var->managed ? " managed" : "");
    if (var->init) {
        printf(" init=");
        for (uint64_t i = 0; i < var->size; i++)
            printf("%02x", var->init[i]);
    }
    for (uint32_t i = 0; i < var->reloc_count; i++) {
        const struct ptx_reloc *r = &var->relocs[i];
        printf(" reloc=%u:%s%s%+" PRId64 ":%u>>%u", r->offset, r->generic ? "generic " : "",
               r->is_function ? module->functions[r->index].name : module->vars[r->index].name, r->addend, r->width,
               r->shift);
    }
    putchar('\n');
}

static void print_module(void)
{
    printf("module %u.%u sm_%u\n", module->version_major, module->version_minor, module->target_sm);
    for (uint32_t i = 0; i < module->var_count; i++)
        print_variable(&module->vars[i]);
    for (uint32_t i = 0; i < module->function_count; i++) {
        function = &module->functions[i];
        print_function();
    }
}

/* The same text by its outline, its bodies last first, and each that is refused twice. What a parse at once takes must
 * come out alike; a body that is read late may know more names. */
static void complete(const char *text, size_t size, int result, const struct ptx_module *whole)
{
    char buffer[1024] = "";
    struct ptx_log log = {buffer, sizeof buffer, 0};
    struct ptx_module *outline = NULL;
    int outlined = sg_ptx_parse_outline(text, size, &log, &outline);

    if (outlined) {
        if (outline || result == 0)
            abort();
        return;
    }
    for (uint32_t n = outline->function_count; n--;) {
        int first = sg_ptx_complete(outline, n, &log), second = sg_ptx_complete(outline, n, &log);
        if (first != second || (result == 0 && first) || outline->var_count > outline->var_room)
            abort();
        if (result == 0 && (outline->functions[n].insn_count != whole->functions[n].insn_count ||
                            outline->functions[n].operand_count != whole->functions[n].operand_count))
            abort();
    }
    sg_ptx_free(outline);
}

static void parse(const char *text, size_t size)
{
    char buffer[1024] = "";
    struct ptx_log log = {buffer, sizeof buffer, 0};
    struct ptx_module *out = NULL;
    int result = sg_ptx_parse(text, size, &log, &out);

    printf("result %d\n%s", result, buffer);
    if (result == 0) {
        module = out;
        print_module();
        complete(text, size, result, out);
        sg_ptx_free(out);
    } else if (out || log.used != strlen(buffer)) {
        abort();
    } else {
        complete(text, size, result, NULL);
    }
    printf("end\n");
    (void)fflush(stdout);
}

int main(void)
{
    unsigned char head[4];

    while (fread(head, 1, 4, stdin) == 4) {
        size_t size = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
        char *text = malloc(size ? size : 1);
        if (!text || fread(text, 1, size, stdin) != size)
            return 2;
        parse(text, size);
        free(text);
    }
    return 0;
}
