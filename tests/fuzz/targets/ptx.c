/* A PTX text, read at once and as an outline whose functions are read one by one. */
#include "fuzz.h"

#include "../../../softgpu/ptx/ptx.h"

static char log_text[4096];

static void read_whole(const char *text, size_t size)
{
    struct ptx_log log = {log_text, sizeof log_text, 0};
    struct ptx_module *module;
    char line[512];
    if (sg_ptx_parse(text, size, &log, &module))
        return;
    for (uint32_t i = 0; i < module->function_count; i++)
        for (uint32_t k = 0; k < module->functions[i].insn_count; k++)
            (void)sg_ptx_print(&module->functions[i].insns[k], line, sizeof line);
    sg_ptx_free(module);
}

static void read_outline(const char *text, size_t size)
{
    struct ptx_log log = {log_text, sizeof log_text, 0};
    struct ptx_module *module;
    if (sg_ptx_parse_outline(text, size, &log, &module))
        return;
    for (uint32_t i = 0; i < module->function_count; i++)
        (void)sg_ptx_complete(module, i, &log);
    sg_ptx_free(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_whole((const char *)data, size);
    read_outline((const char *)data, size);
    return 0;
}
