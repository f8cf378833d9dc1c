/* Functions that CUDA's device runtime gives every module: calls of them become operations. */
#include "control.h"

#include <string.h>

#include "lowering.h"

enum sg_builtin sg_builtin_find(const char *name)
{
    if (strcmp(name, "__assertfail") == 0) return SG_BUILTIN_ASSERTFAIL;
    return SG_BUILTIN_UNKNOWN;
}

bool sg_builtin_lower(struct sg_lower *low, const struct ptx_insn *insn, unsigned builtin, const struct sg_call *call)
{
    if (builtin == SG_BUILTIN_UNKNOWN) {
        sg_ptx_log_error(low->log, insn->line, "Unresolved extern function '%s'",
                         low->program->module->functions[call->function].name);
        return false;
    }
    struct sg_op *op = sg_lower_emit(low, insn, NULL);
    op->kind = SG_OP_TRAP;
    op->imm = 710;
    return true;
}
