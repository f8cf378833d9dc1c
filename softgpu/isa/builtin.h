/* Functions that a module may declare without a body: softgpu has them. */
#ifndef SG_BUILTIN_H
#define SG_BUILTIN_H

#include "../lower/lowering.h"

enum sg_builtin {
    SG_BUILTIN_NONE,
    SG_BUILTIN_ASSERTFAIL,
    SG_BUILTIN_VPRINTF,
    SG_BUILTIN_MALLOC,
    SG_BUILTIN_FREE,
    SG_BUILTIN_SET_CONDITION,
    SG_BUILTIN_UNKNOWN
};

/* SG_BUILTIN_UNKNOWN if softgpu has none of that name. */
enum sg_builtin isa_builtin_find(const char *name);

/* Lowers call number `call` of the function. False, with a line in the log, for an unknown one. */
bool isa_builtin_lower(struct sg_lower *low, const struct ptx_insn *insn, unsigned builtin, uint32_t call);

#endif
