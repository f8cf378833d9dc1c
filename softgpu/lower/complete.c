/* Bodies of entries that are read when they are first needed: their variables placed and bound, their instructions
 * checked. */
#include "lowering.h"

int sg_complete_entry(struct sg_program *program, uint32_t function, struct ptx_log *log)
{
    struct ptx_module *module = program->module;
    uint32_t first = module->var_count;
    if (!module->functions[function].is_outline)
        return 0;
    int result = sg_ptx_complete(module, function, log);
    if (!result)
        result = sg_layout_function(program, function, first);
    if (!result)
        result = sg_variables_resolve(program, first, log);
    if (!result)
        result = sg_lower_check(program, function, log);
    return result ? result : sg_variables_bind(program, first);
}
