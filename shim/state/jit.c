/* JIT options and logs. */
#include "jit.h"

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

CUresult bf_jit_pack(unsigned count, const CUjit_option *options, void **values, struct bf_jit *out)
{
    out->bytes = 0;
    CUresult result = count > BF_JIT_OPTIONS_MAX ? CUDA_ERROR_INVALID_VALUE
                                                 : lc_jit_read(count, options, values, &out->asked);
    if (!result && out->asked.points)
        result = CUDA_ERROR_NOT_SUPPORTED;
    /* A value that is an address here means nothing there. */
    for (unsigned i = 0; i < count && !result; i++)
        if (options[i] != CU_JIT_INFO_LOG_BUFFER && options[i] != CU_JIT_ERROR_LOG_BUFFER)
            pack(out, (uint32_t)options[i], (uint64_t)(uintptr_t)values[i]);
    return result;
}

void bf_jit_return_logs(const struct bf_jit *jit, const struct bf_value *info, const struct bf_value *error)
{
    if (error->bytes && !jit->asked.error.buffer)
        bf_report_debug("the compiler of the server says: %.*s", (int)error->bytes, (const char *)error->p);
    lc_jit_return_log(&jit->asked.info, info->p, info->bytes);
    lc_jit_return_log(&jit->asked.error, error->p, error->bytes);
}
