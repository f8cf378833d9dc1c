/* From PTX texts to a parsed program: files are in it, members of libraries if something refers to them. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "../../lower/program.h"
#include "../../ptx/link.h"
#include "system.h"

enum { RESULT_OUT_OF_MEMORY = 2, RESULT_INVALID_IMAGE = 200 };

/* A text up to this length is read and checked in 30 ms, so that all that is wrong with it is told by its load. */
enum { OUTLINE_BYTES = 1 << 20 };

struct assembly {
    struct sg_source *sources;
    unsigned count;
    struct ptx_module **modules;        /* by source: parsed so far */
    struct sg_link_input *inputs;       /* those that are used */
    unsigned input_count;
    bool grew;
};

static void use(struct assembly *a, unsigned i)
{
    a->sources[i].used = true;
    a->inputs[a->input_count++] = (struct sg_link_input){
        .module = a->modules[i], .name = a->sources[i].name, .is_runtime = a->sources[i].role == SG_SOURCE_RUNTIME};
    a->modules[i] = NULL;
    a->grew = true;
}

static int use_files(struct assembly *a, struct ptx_log *log)
{
    for (unsigned i = 0; i < a->count; i++) {
        const struct sg_source *source = &a->sources[i];
        if (source->role != SG_SOURCE_FILE)
            continue;
        int result = sg_ptx_parse(source->text, source->bytes, log, &a->modules[i]);
        if (result)
            return result;
        use(a, i);
    }
    if (!a->input_count)
        sg_ptx_log_say(log, "error   : there is no code to link");
    return a->input_count ? 0 : RESULT_INVALID_IMAGE;
}

/* What the device runtime calls of the driver. */
static void use_system(struct assembly *a)
{
    struct ptx_module *system;
    if (sg_ptx_parse(sg_system_text, strlen(sg_system_text), NULL, &system))
        return;
    a->inputs[a->input_count++] = (struct sg_link_input){.module = system, .name = "softgpu", .is_runtime = true};
}

/* A text that does not so much as contain the name is not even parsed. */
static void look_for(void *user, const char *name)
{
    struct assembly *a = user;
    for (unsigned i = 0; i < a->input_count; i++)
        if (sg_link_defines(a->inputs[i].module, name))
            return;
    for (unsigned i = 0; i < a->count; i++) {
        const struct sg_source *source = &a->sources[i];
        if (source->used || source->role == SG_SOURCE_FILE || !memmem(source->text, source->bytes, name, strlen(name)))
            continue;
        if (!a->modules[i] && sg_ptx_parse(source->text, source->bytes, NULL, &a->modules[i]))
            continue;
        if (sg_link_defines(a->modules[i], name)) {
            use(a, i);
            if (source->role == SG_SOURCE_RUNTIME)
                use_system(a);
            return;
        }
    }
}

/* What is added may refer to further ones. Inputs are looked at as they were when the search began. */
static bool use_members(struct assembly *a)
{
    for (a->grew = true; a->grew;) {
        a->grew = false;
        if (!sg_link_missing(a->inputs, a->input_count, sg_program_provides, look_for, a))
            return false;
    }
    return true;
}

int sg_source_link(struct sg_source *sources, unsigned count, struct ptx_log *log, struct ptx_module **out)
{
    struct assembly a = {.sources = sources, .count = count};
    for (unsigned i = 0; i < count; i++)
        sources[i].used = false;
    a.modules = calloc(count + 1, sizeof *a.modules);
    a.inputs = calloc(2 * (size_t)count + 1, sizeof *a.inputs);
    int result = a.modules && a.inputs ? use_files(&a, log) : RESULT_OUT_OF_MEMORY;
    if (!result && !use_members(&a))
        result = RESULT_OUT_OF_MEMORY;
    if (!result)
        result = sg_link_modules(a.inputs, a.input_count, sg_program_provides, log, out);
    else
        for (unsigned i = 0; i < a.input_count; i++)
            sg_ptx_free(a.inputs[i].module);
    for (unsigned i = 0; i < count && a.modules; i++)
        sg_ptx_free(a.modules[i]);
    free(a.modules);
    free(a.inputs);
    return result;
}

/* As if the text said .maxnreg and .maxntid, where it does not. */
static void apply_limits(struct ptx_module *module, struct sg_cubin_limits limits)
{
    for (uint32_t i = 0; i < module->function_count; i++) {
        struct ptx_function *f = &module->functions[i];
        if (limits.registers && !f->maxnreg)
            f->maxnreg = limits.registers;
        if (limits.threads && f->is_entry && !f->maxntid[0] && !f->reqntid[0])
            f->maxntid[0] = limits.threads;
    }
}

static int parse_cubin(const char *code, size_t bytes, struct ptx_log *log, struct ptx_module **out)
{
    struct sg_source source;
    unsigned count = 0, at = 0;
    while (sg_cubin_next(code, bytes, &at, &source))
        count++;
    if (count == 1 && source.role == SG_SOURCE_WHOLE)
        return sg_ptx_parse(source.text, source.bytes, log, out);
    struct sg_source *sources = calloc(count + 1, sizeof *sources);
    if (!sources)
        return RESULT_OUT_OF_MEMORY;
    at = count = 0;
    while (sg_cubin_next(code, bytes, &at, &source))
        sources[count++] = source;
    int result = sg_source_link(sources, count, log, out);
    free(sources);
    return result;
}

int sg_source_parse(const char *code, size_t bytes, bool lazily, struct ptx_log *log, struct ptx_module **out)
{
    if (!sg_cubin_is(code, bytes))
        return (lazily && bytes > OUTLINE_BYTES ? sg_ptx_parse_outline : sg_ptx_parse)(code, bytes, log, out);
    int result = parse_cubin(code, bytes, log, out);
    if (!result)
        apply_limits(*out, sg_cubin_limits_of(code));
    return result;
}

/* Only the device runtime calls the driver's functions of that name. */
enum sg_source_role sg_source_role(const char *text, size_t bytes, bool is_member)
{
    static const char syscall[] = "__cuda_syscall_CGS_";
    if (memmem(text, bytes, syscall, sizeof syscall - 1))
        return SG_SOURCE_RUNTIME;
    return is_member ? SG_SOURCE_MEMBER : SG_SOURCE_FILE;
}
