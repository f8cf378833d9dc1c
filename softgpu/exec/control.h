/* What lowering of control flow and the running of it agree on. */
#ifndef SG_CONTROL_H
#define SG_CONTROL_H

#include "lower.h"

struct sg_call;

/* A fragment yields once its backward branches weigh this much: 16 times around a loop that talks to other threads, or
 * 65536 times around one that does not. */
#define SG_SPIN_LIMIT 65536u
#define SG_SPIN_WEIGHT_TALKING 4096

/* op->aux of a barrier. */
enum sg_barrier_form { SG_BARRIER_SYNC, SG_BARRIER_ARRIVE, SG_BARRIER_RED_AND, SG_BARRIER_RED_OR, SG_BARRIER_RED_POPC };

/* op->imm of a barrier. */
#define SG_BARRIER_IMM(known, counted, id, count) \
    ((uint64_t)(known) | (uint64_t)(counted) << 1 | (uint64_t)(id) << 8 | (uint64_t)(count) << 16)
#define SG_BARRIER_KNOWN(imm) ((imm) & 1)
#define SG_BARRIER_COUNTED(imm) ((imm) >> 1 & 1)
#define SG_BARRIER_ID(imm) ((uint32_t)((imm) >> 8 & 0xff))
#define SG_BARRIER_COUNT(imm) ((uint32_t)((imm) >> 16))

/* Functions that a module may declare without a body: softgpu has them. */
enum sg_builtin { SG_BUILTIN_NONE, SG_BUILTIN_ASSERTFAIL, SG_BUILTIN_UNKNOWN };

enum sg_builtin sg_builtin_find(const char *name);
bool sg_builtin_lower(struct sg_lower *low, const struct ptx_insn *insn, unsigned builtin, const struct sg_call *call);

#endif
