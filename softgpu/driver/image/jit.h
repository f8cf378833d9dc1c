/* Options of a module load: where its log goes, and what a kernel may use. Other options about code generation are
 * accepted and have no effect. */
#ifndef SG_JIT_H
#define SG_JIT_H

#include <time.h>

#include "../../../libcuda/jit.h"
#include "../../ptx/ptx.h"
#include "../entry.h"
#include "cubin.h"

struct sg_jit {
    struct ptx_log log;              /* errors: the program's buffer, or `own` */
    char own[1024];
    struct lc_jit asked;
    struct timespec begin;
    size_t informed;                 /* bytes of information that were written */
    double spent_ms;                 /* by calls that are over */
};

/* Returns 0, or 1 for an option that does not exist. */
CUresult sg_jit_begin(struct sg_jit *jit, unsigned count, const CUjit_option *options, void **values);

/* What the code is to be limited to. */
struct sg_cubin_limits sg_jit_limits(const struct sg_jit *jit);

/* A further call with the same options, which a link has. */
void sg_jit_again(struct sg_jit *jit);

/* Text for the log of information. */
void sg_jit_inform(struct sg_jit *jit, const char *text);

/* Write the answers; `result` is that of the load. */
void sg_jit_end(struct sg_jit *jit, CUresult result);

/* Say why an image cannot run here, in the program's log, if it gave one, and on stderr; returns `result`. */
CUresult sg_jit_refuse(struct sg_jit *jit, CUresult result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
