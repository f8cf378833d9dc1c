/* JIT options and logs. */
#include "jit.h"

#include <string.h>

#include "../wire/report.h"

static void pack(struct bf_jit *jit, uint32_t option, uint64_t value)
{
    uint8_t *at = jit->packed + jit->bytes;
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(option >> (8 * i));
    for (int i = 0; i < 8; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    jit->bytes += BF_JIT_OPTION_BYTES;
}

/* A value that is an address here means nothing there. The names of what is referenced are a hint what else may be left
 * out. */
static bool stays(CUjit_option option)
{
    return option == CU_JIT_INFO_LOG_BUFFER || option == CU_JIT_ERROR_LOG_BUFFER ||
           (option >= CU_JIT_REFERENCED_KERNEL_NAMES && option <= CU_JIT_REFERENCED_VARIABLE_COUNT);
}

CUresult bf_jit_pack(unsigned count, const CUjit_option *options, void **values, struct bf_jit *out)
{
    out->bytes = 0;
    CUresult result = count > BF_JIT_OPTIONS_MAX ? CUDA_ERROR_INVALID_VALUE
                                                 : lc_jit_read(count, options, values, &out->asked);
    for (unsigned i = 0; i < count && !result; i++)
        if (!stays(options[i]))
            pack(out, (uint32_t)options[i], (uint64_t)(uintptr_t)values[i]);
    return result;
}

void bf_jit_return(const struct lc_jit *asked, const struct bf_value *values)
{
    const struct bf_value *info = &values[BF_JIT_INFO_LOG], *error = &values[BF_JIT_ERROR_LOG];
    float milliseconds = 0;
    if (error->bytes && !asked->error.buffer)
        bf_report_debug("the compiler of the server says: %.*s", (int)error->bytes, (const char *)error->p);
    lc_jit_return_log(&asked->info, info->p, info->bytes);
    lc_jit_return_log(&asked->error, error->p, error->bytes);
    if (values[BF_JIT_FACTS].bytes >= sizeof milliseconds)
        memcpy(&milliseconds, values[BF_JIT_FACTS].p, sizeof milliseconds);
    lc_jit_return_time(asked, (double)milliseconds);
}
