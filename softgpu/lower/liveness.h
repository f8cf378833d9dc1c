/* Which registers an instruction reads and writes, and where in a function each register is alive. */
#ifndef SG_LIVENESS_H
#define SG_LIVENESS_H

#include "../ptx/ptx.h"

/* From the first to the last instruction at which a register must keep its column; first > last: it does not occur. */
struct sg_interval {
    uint32_t first, last;
};

/* Calls `visit` for each register of the instruction: guards and sources with written == false, results with true. */
typedef void sg_visit_fn(void *user, uint32_t reg, bool written);
void sg_liveness_visit(const struct ptx_function *function, const struct ptx_insn *insn, sg_visit_fn *visit,
                       void *user);

/* Fills intervals[0..reg_count). Returns a CUresult: 0, or 2 out of memory. */
int sg_liveness_intervals(const struct ptx_function *function, struct sg_interval *intervals);

#endif
