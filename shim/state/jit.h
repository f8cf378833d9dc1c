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

/* 0, INVALID_VALUE (too many, too) or NOT_SUPPORTED, as lc_jit_read says. */
CUresult bf_jit_pack(unsigned count, const CUjit_option *options, void **values, struct bf_jit *out);

/* What came of a load or a link into the caller's buffers and values: the first values of its reply are both logs and
 * the facts. */
enum { BF_JIT_INFO_LOG, BF_JIT_ERROR_LOG, BF_JIT_FACTS, BF_JIT_VALUES };
void bf_jit_return(const struct lc_jit *asked, const struct bf_value *values);

#endif
