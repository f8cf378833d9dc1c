/* The report of a link. Registers are known once a kernel is lowered, so it is made as for a launch, with its variables
 * in plain memory. */
#include "link_report.h"

#include <stdio.h>

#include "../../ptx/arena.h"
#include "module.h"

/* Before the parameters there is what the driver tells a kernel. */
enum { BANK_BEFORE_PARAMETERS = 352, BANK_CONSTANTS = 3 };

/* What variables may take: they are cleared, which is not worth it for a report. */
#define VARIABLES_MAX ((size_t)64 << 20)

static int allocate(void *user, uint64_t bytes, uint64_t align, uint64_t *address)
{
    uint64_t memory = (uint64_t)(uintptr_t)sg_arena_alloc(user, bytes + align);
    *address = (memory + align - 1) / align * align;
    return memory ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static void report_variables(struct sg_jit *jit, const struct ptx_module *program)
{
    char line[128];
    uint64_t bytes[2] = {0, 0};
    for (uint32_t i = 0; i < program->var_count; i++)
        if (program->vars[i].space == PTX_GLOBAL || program->vars[i].space == PTX_CONST)
            bytes[program->vars[i].space == PTX_CONST] += program->vars[i].size;
    (void)snprintf(line, sizeof line, "info    : %llu bytes gmem", (unsigned long long)bytes[0]);
    sg_jit_inform(jit, line);
    (void)snprintf(line, sizeof line, ", %llu bytes cmem[%d]", (unsigned long long)bytes[1], BANK_CONSTANTS);
    sg_jit_inform(jit, bytes[1] ? line : "");
    sg_jit_inform(jit, "\n");
}

static void report_kernel(struct sg_jit *jit, const struct sg_kernel *kernel)
{
    char line[256];
    const struct sg_kernel_info *info = sg_kernel_info(kernel);
    if (sg_kernel_prepare(kernel))
        return;
    sg_jit_inform(jit, "info    : Function properties for '");
    sg_jit_inform(jit, info->name);
    (void)snprintf(
        line, sizeof line, "':\ninfo    : used %d registers, %u stack, %u bytes smem, %u bytes cmem[0], 0 bytes lmem\n",
        sg_function_registers(info), info->local_bytes, info->shared_bytes, BANK_BEFORE_PARAMETERS + info->param_bytes);
    sg_jit_inform(jit, line);
}

void sg_link_report_write(struct ptx_module *module, struct sg_jit *jit)
{
    struct sg_program *program;
    struct ptx_arena *memory = sg_arena_create(VARIABLES_MAX);
    report_variables(jit, module);
    if (!memory) {
        sg_ptx_free(module);
        return;
    }
    if (!sg_program_create(module, allocate, memory, NULL, &program)) {
        for (uint32_t i = 0; i < sg_program_kernel_count(program); i++)
            report_kernel(jit, sg_program_kernel_at(program, i));
        sg_program_destroy(program);
    }
    sg_arena_destroy(memory);
}
