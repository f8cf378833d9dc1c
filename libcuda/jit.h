/* The options of a module or library load: where its logs go. Those about the code are for whoever compiles it. */
#ifndef LC_JIT_H
#define LC_JIT_H

#include <stdbool.h>
#include <stddef.h>

#include "generated/cuda_types.h"

/* What messages call an input of a link to which the program gave no name. */
#define LC_JIT_UNNAMED "<unnamed>"

struct lc_jit_log {
    char *buffer;
    size_t room;
    void **length;   /* the value of the option that takes the length, or NULL */
};

struct lc_jit {
    struct lc_jit_log info, error;
    void **wall_time; /* the value that takes the milliseconds, a float, or NULL */
    bool verbose;
    unsigned max_registers, max_threads; /* of a thread, of a block; 0: not limited */
};

/* INVALID_VALUE for an option that does not exist, or if there are options and no arrays of them; NOT_SUPPORTED for
 * symbols that the program would place in its own memory. */
CUresult lc_jit_read(unsigned count, const CUjit_option *options, void **values, struct lc_jit *out);

/* The same for one input of a link: INVALID_VALUE also for options that only the whole link can have. */
CUresult lc_jit_read_input(unsigned count, const CUjit_option *options, void **values);

/* The time that compiling and linking took, if it was asked for. */
void lc_jit_return_time(const struct lc_jit *jit, double milliseconds);

/* A log into the caller's buffer: cut to fit, NUL-terminated, its length into the option. */
void lc_jit_return_log(const struct lc_jit_log *log, const char *text, size_t bytes);

#endif
