/* JIT options of module and library loads: what goes to the server, and the logs that come back. */
#ifndef BF_JIT_H
#define BF_JIT_H

#include "../../libcuda/jit.h"
#include "../wire/encode.h"

enum { BF_JIT_OPTIONS_MAX = 64, BF_JIT_OPTION_BYTES = 12 };

struct bf_jit {
    uint8_t packed[BF_JIT_OPTIONS_MAX * BF_JIT_OPTION_BYTES];
    size_t bytes;
    struct lc_jit asked;
};

/* 0, INVALID_VALUE (too many, no arrays, unknown option) or NOT_SUPPORTED (options that point into the client). */
CUresult bf_jit_pack(unsigned count, const CUjit_option *options, void **values, struct bf_jit *out);

/* Both logs into the caller's buffers. */
void bf_jit_return_logs(const struct bf_jit *jit, const struct bf_value *info, const struct bf_value *error);

#endif
